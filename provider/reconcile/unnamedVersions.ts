/**
 * Deletes versions of a function. A version is deleted only if nothing, such as an alias or a trigger, names the
 * version at that moment.
 */
import type { FcApi } from "../client/api";
import { namedVersions } from "../core/version";
import { deleteVersion } from "./delete";
import type { Session } from "./session";

/** Ids of versions, each with what names it. */
export type NamedVersions = ReadonlyMap<string, readonly string[]>;

/** Versions that were deleted, and versions that were not deleted because something names them. */
export interface DeletedVersions {
  readonly deleted: readonly string[];
  readonly left: readonly { readonly versionId: string; readonly by: readonly string[] }[];
}

/** Reads which versions the aliases and triggers of a function name: two calls. */
export async function namedInFunction(api: FcApi, functionName: string): Promise<Map<string, string[]>> {
  return namedVersions(await api.listAliases(functionName), await api.listTriggers(functionName));
}

/**
 * Deletes versions one after the other. The service deletes a version that an alias names, and has no conditional
 * deletion. So before each request `look` reads again what names versions, and a version that something names is left.
 * If an alias or trigger begins to name a version between this read and the request, the version is deleted
 * nevertheless.
 */
export async function deleteUnnamed(
  session: Session,
  functionName: string,
  ids: readonly string[],
  look: () => Promise<NamedVersions>,
): Promise<DeletedVersions> {
  const deleted: string[] = [];
  const left: { versionId: string; by: readonly string[] }[] = [];
  for (const versionId of ids) {
    const by = await deleteUnlessNamed(session, functionName, versionId, look);
    if (by === undefined) deleted.push(versionId);
    else left.push({ versionId, by });
  }
  return { deleted, left };
}

/** Returns what names the version; undefined if the version was deleted. */
async function deleteUnlessNamed(
  session: Session,
  functionName: string,
  versionId: string,
  look: () => Promise<NamedVersions>,
): Promise<readonly string[] | undefined> {
  let by: readonly string[] | undefined;
  await deleteVersion(session, functionName, versionId, async () => {
    by = (await look()).get(versionId);
    return by === undefined;
  });
  return by;
}
