/** Finds versions of a function that have no known use any more, and deletes them. */
import type { FcApi } from "../client/api";
import { type Memory, type ReleaseInputs, memoryInDescription, protectedVersions } from "../core/release";
import { asyncQualifiers, namedVersions, newestFirst, routedQualifiers, versionLabel } from "../core/version";
import { isOfStack, versionIdentity } from "./ownership";
import type { Session } from "./session";
import { type DeletedVersions, deleteUnnamed } from "./unnamedVersions";

/** The versions of a function that a stack published. */
export interface StackVersions {
  /** Versions without a known use, newest first. */
  readonly idle: readonly string[];
  /** Versions that must not be deleted, newest first, each with the reasons. */
  readonly needed: readonly { readonly versionId: string; readonly by: readonly string[] }[];
}

type Reasons = Map<string, string[]>;

/**
 * Finds the versions of a stack without a known use. A version is needed if an alias, a trigger or a custom domain names
 * it, if it has a configuration of asynchronous invocations, if a release of the function remembers it, or if it was
 * published last. Callers that use a version number, and destinations of the asynchronous invocations of other
 * functions, are not found. By the service's page "Manage versions", instances cannot be provisioned, scaled or reserved
 * for a version.
 *
 * @param memories of releases of the function, besides those in the descriptions of its aliases
 * @param keep how many idle versions are kept in any case; domains and configurations are read only if there are more
 */
export async function unusedVersions(
  { api }: Pick<Session, "api">,
  inputs: Pick<ReleaseInputs, "functionName" | "owner" | "resourceUrn">,
  memories: readonly Memory[],
  keep: number,
): Promise<StackVersions> {
  const { functionName } = inputs;
  const by = await namedOrRemembered(api, functionName, memories);
  const versions = newestFirst((await api.listVersions(functionName)) ?? []);
  // The service compares a publish with the last published version, and refuses the same content. If this version were
  // deleted, its content could not be published again.
  if (versions[0] !== undefined) add(by, versions[0].versionId, "the next publish");
  const ours = versions.filter((version) => isOfStack(inputs, versionIdentity(version)));
  const ids = ours.map(({ versionId }) => versionId);
  const isIdle = (id: string) => !by.has(id);
  if (ids.filter(isIdle).length > keep) await addRoutedAndConfigured(api, functionName, by);
  return {
    idle: ids.filter(isIdle),
    needed: ids.filter((id) => by.has(id)).map((versionId) => ({ versionId, by: by.get(versionId) ?? [] })),
  };
}

/** Deletes versions without a known use. Before each deletion, the uses are read again: four calls. */
export async function deleteUnused(
  session: Session,
  functionName: string,
  ids: readonly string[],
  memories: readonly Memory[],
): Promise<DeletedVersions> {
  return await deleteUnnamed(session, functionName, ids, async () => {
    const by = await namedOrRemembered(session.api, functionName, memories);
    await addRoutedAndConfigured(session.api, functionName, by);
    return by;
  });
}

/**
 * Deletes the idle versions except the newest `keep`. Prints a warning about a version that came into use meanwhile.
 *
 * @returns the versions of the stack that something needs, newest first
 */
export async function pruneVersions(session: Session, inputs: ReleaseInputs, memory: Memory): Promise<string[]> {
  const { functionName, keep } = inputs;
  const { idle, needed } = await unusedVersions(session, inputs, [memory], keep);
  const { left } = await deleteUnused(session, functionName, idle.slice(keep), [memory]);
  for (const { versionId, by } of left) {
    const why = `${by.join(", ")} came to need it during this run`;
    session.report.warning(inputs.resourceUrn, `${versionLabel(inputs, versionId)} is not deleted: ${why}`);
  }
  return newestFirst([...needed, ...left]).map(({ versionId }) => versionId);
}

/** Versions that aliases and triggers name, and that releases remember: two calls. */
async function namedOrRemembered(api: FcApi, functionName: string, memories: readonly Memory[]): Promise<Reasons> {
  const aliases = await api.listAliases(functionName);
  const by = namedVersions(aliases, await api.listTriggers(functionName));
  const records = aliases.flatMap((alias) => memoryInDescription(alias) ?? []);
  for (const id of [...memories, ...records].flatMap(protectedVersions)) add(by, id, "the memory of a release");
  return by;
}

/** Adds the versions that custom domains name, or that have a configuration of asynchronous invocations: two calls. */
async function addRoutedAndConfigured(api: FcApi, functionName: string, by: Reasons): Promise<void> {
  const routed = routedQualifiers(await api.listCustomDomains(), functionName);
  for (const [id, domains] of routed) for (const domain of domains) add(by, id, `custom domain ${domain}`);
  const configured = asyncQualifiers(await api.listAsyncInvokeConfigs(functionName), functionName);
  for (const id of configured) add(by, id, "its asynchronous invocation configuration");
}

function add(by: Reasons, id: string, what: string): void {
  by.set(id, [...new Set([...(by.get(id) ?? []), what])]);
}
