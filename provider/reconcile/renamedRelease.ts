/**
 * Renames the alias of a release: the new alias gets the split and the memory of the old one, and the old alias is
 * deleted when nothing calls it any more.
 */
import { aliasMatches, lostText } from "../core/alias";
import type { AliasBody, ObservedAlias } from "../core/model";
import { ownershipOf } from "../core/ownership";
import {
  type ReleaseInputs,
  type ReleaseOutputs,
  assertMayRename,
  keepsSplit,
  laterMemory,
  memoryInDescription,
  releaseLabel,
  storedMemory,
} from "../core/release";
import { type AliasPlan, aliasCallers, aliasConvergence, claimOf, deleteAlias } from "./alias";
import { aliasIdentity, assertOurs } from "./ownership";
import type { Session } from "./session";
import { converge } from "./write";

/** Stands for the time of creation of an alias that was not read. Such an alias is recognised only by the owner in its description. */
const NOT_READ = "not read";

/** Whether the release has another alias name than in state. */
export function isRenamed({ aliasName }: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined): boolean {
  return olds?.aliasName !== undefined && olds.aliasName !== aliasName;
}

/** Aliases with former names, each with the time of its creation. */
export function formerAliases(
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs> | undefined,
): Record<string, string> {
  const renamed = isRenamed(inputs, olds) ? { [olds?.aliasName ?? ""]: olds?.createdTime ?? "" } : {};
  const { [inputs.aliasName]: _current, ...former } = { ...olds?.formerAliases, ...renamed };
  return former;
}

/** Aliases with former names in the form of an output, which is absent if there are none. */
export function formerAliasesOutput(former: Record<string, string>): Pick<ReleaseOutputs, "formerAliases"> {
  return Object.keys(former).length === 0 ? {} : { formerAliases: former };
}

/**
 * If the release is renamed, copies split and memory of the old alias to the alias with the new name.
 *
 * @returns whether the alias with the new name exists now and belongs to the release
 */
export async function copyToNewName(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<boolean> {
  if (!isRenamed(inputs, olds)) return false;
  const old = await session.api.getAlias(inputs.functionName, olds?.aliasName ?? "");
  if (old?.versionId === undefined) return false;
  const known = { identity: olds?.createdTime };
  if (ownershipOf({ owner: inputs.owner, known }, aliasIdentity(old)).kind !== "ours") return false;
  const memory = laterMemory(storedMemory(olds), memoryInDescription(old));
  const { versionId, additionalVersionWeight = {}, description = "" } = old;
  const body = { versionId, additionalVersionWeight, description };
  await converge<ObservedAlias, AliasPlan>(session, {
    ...aliasConvergence(session, inputs, true),
    plan(existing) {
      if (existing !== undefined)
        assertOurs(claimOf(inputs, undefined), aliasIdentity(existing), () =>
          lostText(inputs.description, existing.description),
        );
      assertMayRename(inputs, memory, memoryInDescription(existing));
      const keeps = existing !== undefined && (keepsSplit(existing, old, memory) || aliasMatches(existing, body));
      return Promise.resolve({ body, writes: !keeps });
    },
    outputs: () => uncopiedOutputs(inputs, olds),
  });
  return true;
}

/**
 * The outputs of a renamed release if it is not known whether the alias with the new name exists. The release keeps its
 * former name, so the next run copies the split again. A destroy, or a run without the new name, deletes the new alias.
 */
function uncopiedOutputs({ aliasName }: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined): object {
  return { ...olds, ...formerAliasesOutput({ ...olds?.formerAliases, [aliasName]: NOT_READ }) };
}

/** The outputs of a renamed release after the copy to the alias with the new name, and before any other step. */
export function renamedOutputs(inputs: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined): object {
  // The times in state are those of the alias with the former name.
  const { createdTime: _created, lastModifiedTime: _modified, ...known } = olds ?? {};
  return { ...known, ...inputs, ...formerAliasesOutput(formerAliases(inputs, olds)) };
}

/**
 * Deletes aliases with former names, except those that a trigger or a custom domain calls: a trigger of the program
 * gets the new name only after this call. The split of such an alias follows that of the release.
 *
 * @param body what was written to the alias of the release
 * @returns the aliases that are not deleted
 */
export async function deleteFormerAliases(
  session: Session,
  inputs: ReleaseInputs,
  body: AliasBody,
  former: Record<string, string>,
): Promise<Record<string, string>> {
  if (Object.keys(former).length === 0) return former;
  const { functionName } = inputs;
  const callers = await aliasCallers(session, functionName);
  const kept: Record<string, string> = {};
  for (const [aliasName, createdTime] of Object.entries(former)) {
    const by = [
      ...callers.triggers
        .filter(({ qualifier }) => qualifier === aliasName)
        .map(({ triggerName = "?" }) => `trigger ${triggerName}`),
      ...(callers.domains.get(aliasName) ?? []).map((domain) => `custom domain ${domain}`),
    ];
    if (by.length === 0) {
      await deleteAlias(session, { ...inputs, aliasName, createdTime }, callers);
      continue;
    }
    kept[aliasName] = createdTime;
    await updateFormerAlias(session, { ...inputs, aliasName }, createdTime, body);
    session.report.warning(
      inputs.resourceUrn,
      `${releaseLabel(inputs)}: alias ${aliasName}, its former name, stays while ${by.join(" and ")} calls it; the next run after ` +
        `that deletes it`,
    );
  }
  return kept;
}

/**
 * Gives the alias with the former name the main version of the release, and gives no other version a larger share than
 * in the release.
 */
async function updateFormerAlias(
  session: Session,
  inputs: ReleaseInputs,
  createdTime: string,
  { versionId, additionalVersionWeight: shares }: AliasBody,
): Promise<void> {
  await converge<ObservedAlias, AliasPlan>(session, {
    ...aliasConvergence(session, inputs, true),
    plan(existing) {
      if (existing === undefined) throw new Error(`alias ${inputs.aliasName} is gone`);
      assertOurs(claimOf(inputs, { createdTime }), aliasIdentity(existing), () => []);
      const { additionalVersionWeight: had = {}, description = "" } = existing;
      const kept = Object.entries(had).flatMap(([id, share]) => {
        const least = Math.min(share, shares[id] ?? 0);
        return least > 0 ? [[id, least] as const] : [];
      });
      const body = { versionId, additionalVersionWeight: Object.fromEntries(kept), description };
      return Promise.resolve({ body, writes: !aliasMatches(existing, body) });
    },
    outputs: () => ({}),
  });
}
