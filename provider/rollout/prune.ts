/** Old versions of a release's function, by the rules of ownership and of need that the release itself follows. */
import { systemClock } from "../client/retry";
import { storedMemory } from "../core/release";
import { deleteVersion } from "../reconcile/delete";
import { type StackVersions, unneededVersions } from "../reconcile/release";
import type { Session } from "../reconcile/session";
import { type Caller, apiOf } from "./caller";
import type { StoredRelease } from "./state";

export type { StackVersions } from "../reconcile/release";

/** Which versions of the release's function the stack published, and which of them nothing needs. Three or four calls, all of them reads. */
export async function stackVersions(
  release: StoredRelease,
  releases: readonly StoredRelease[],
  caller: Caller,
): Promise<StackVersions> {
  return await unneededVersions(sessionOf(release, caller), release.outputs, memoriesOf(release, releases), 0);
}

/**
 * Deletes versions. What is needed is read anew before, so that none is deleted that came into use since.
 *
 * @returns the versions that were deleted
 */
export async function deleteVersions(
  release: StoredRelease,
  releases: readonly StoredRelease[],
  ids: readonly string[],
  caller: Caller,
): Promise<string[]> {
  const session = sessionOf(release, caller);
  const { idle } = await unneededVersions(session, release.outputs, memoriesOf(release, releases), 0);
  const left = ids.filter((id) => idle.includes(id));
  for (const id of left) await deleteVersion(session, release.outputs.functionName, id);
  return left;
}

/** What the releases of the same function remember. */
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
