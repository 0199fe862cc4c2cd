/**
 * Lists and deletes old versions of a release's function, by the same rules by which the release itself deletes or
 * keeps versions.
 */
import { systemClock } from "../client/retry";
import { storedMemory } from "../core/release";
import { type StackVersions, deleteUnused, unusedVersions } from "../reconcile/unusedVersions";
import type { DeletedVersions } from "../reconcile/unnamedVersions";
import type { Session } from "../reconcile/session";
import { type Caller, apiOf } from "./caller";
import type { StoredRelease } from "./state";

export type { DeletedVersions } from "../reconcile/unnamedVersions";
export type { StackVersions } from "../reconcile/unusedVersions";

/**
 * Lists the versions of the release's function that the stack published, and finds those without a known use.
 * Makes three or five calls, all of them reads.
 */
export async function stackVersions(
  release: StoredRelease,
  releases: readonly StoredRelease[],
  caller: Caller,
): Promise<StackVersions> {
  return await unusedVersions(sessionOf(release, caller), release.outputs, memoriesOf(release, releases), 0);
}

/** Deletes versions. Before each deletion, uses are read again: a version that came into use meanwhile is left. */
export async function deleteVersions(
  release: StoredRelease,
  releases: readonly StoredRelease[],
  ids: readonly string[],
  caller: Caller,
): Promise<DeletedVersions> {
  const { functionName } = release.outputs;
  return await deleteUnused(sessionOf(release, caller), functionName, ids, memoriesOf(release, releases));
}

/** The memories of the releases of the same function. */
function memoriesOf({ outputs }: StoredRelease, releases: readonly StoredRelease[]) {
  const same = releases.filter(
    (each) =>
      each.outputs.functionName === outputs.functionName &&
      each.outputs.region === outputs.region &&
      each.outputs.accountId === outputs.accountId,
  );
  return same.flatMap((each) => storedMemory(each.outputs) ?? []);
}

function sessionOf({ outputs }: StoredRelease, caller: Caller): Session {
  const silent = { progress: () => undefined, warning: () => undefined, info: () => undefined };
  return { api: apiOf(outputs, caller), clock: systemClock, report: silent };
}
