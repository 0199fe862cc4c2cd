/**
 * The functions for the subcommands of `pulumi-alicloud-fc`: the releases in an exported stack, their live aliases, a
 * forecast of a run, the result of judging, a sample of invocations, and the versions without a known use.
 */
import { ownershipOf } from "../core/ownership";
import { livePercent, memoryInDescription } from "../core/release/observed";
import { recordedSplit } from "../core/release/diff";
import type { ObservedAlias } from "../core/model";
import { toFraction } from "../core/weights";
import { aliasIdentity } from "../reconcile/ownership";
import { type Caller, apiOf } from "./caller";
import type { StoredRelease } from "./state";

export type { Phase, ReleaseOutputs } from "../core/release";
export { type ParsedShare, formatShare, parseShare } from "../core/weights";
export type { Caller } from "./caller";
export { type DeletedVersions, type StackVersions, deleteVersions, stackVersions } from "./prune";
export { type Found, Judge, type Judgement, type VersionCounts } from "./judging";
export { type Forecast, type Keys, forecast } from "./forecast";
export { type Answered, type Compared, type Sample, LEVEL, compareSample, countAnswers, sampleAlias } from "./sample";
export { VERSION_HEADERS } from "../core/invocation";
export { OBJECT_KEYS, RELEASE_KEYS } from "../core/release/keys";
export { type StoredRelease, releasesIn, stepsOf } from "./state";

/** The alias of a release, as the service has it now. */
export interface Live {
  readonly alias: ObservedAlias;
  /** Map from version id to its share in percent. */
  readonly split: Readonly<Record<string, number>>;
  /**
   * Time of the last change of the alias, in the service's format; undefined if the answer of the service has no such
   * time.
   */
  readonly lastModifiedTime: string | undefined;
}

/**
 * Reads the alias of a release: one call. Undefined if the alias was deleted.
 *
 * @throws Error if the alias belongs to another release
 */
export async function readLive({ name, outputs }: StoredRelease, caller: Caller): Promise<Live | undefined> {
  const { functionName, aliasName, owner, createdTime } = outputs;
  const alias = await apiOf(outputs, caller).getAlias(functionName, aliasName);
  if (alias === undefined) return undefined;
  const found = ownershipOf({ owner, known: { identity: createdTime } }, aliasIdentity(alias));
  if (found.kind !== "ours") {
    const whose = found.kind === "ownerless" ? "has no owner: it was created again" : `belongs to ${found.words}`;
    throw new Error(
      `release ${name}: alias ${aliasName} of function ${functionName} ${whose}. Run pulumi up --refresh first`,
    );
  }
  return { alias, split: livePercent(alias), lastModifiedTime: alias.lastModifiedTime };
}

/**
 * Whether state does not have the result of the last run. State is older than the alias ({@link isOlder}), or a refresh
 * has copied the memory of the alias into state. A refresh does not copy the inputs of the run that wrote the alias, so
 * the deployed version in state then differs from that in the memory.
 */
export function isBehind(
  release: Pick<StoredRelease, "outputs">,
  alias: Pick<ObservedAlias, "description"> | undefined,
): boolean {
  if (isOlder(release, alias)) return true;
  const { memory, versionId } = release.outputs;
  const deployed = (memory.waiting ?? memory.candidate)?.version ?? memory.stable;
  // A release that was only read has no inputs of a run.
  return versionId !== "" && versionId !== deployed.versionId;
}

/**
 * Whether the alias was written by a run whose result is not in state: the run was interrupted before its state was
 * saved, or an older state was restored.
 */
export function isOlder(
  { outputs }: Pick<StoredRelease, "outputs">,
  alias: Pick<ObservedAlias, "description"> | undefined,
): boolean {
  return (memoryInDescription(alias)?.sequence ?? 0) > outputs.memory.sequence;
}

/** Inputs of a release that come from its version. */
const OF_VERSION = ["versionId", "fingerprint", "environmentFingerprint", "revision"];

/** The release with the version of other inputs, which are those of a preview: a secret is the text `[secret]` there. */
export function withVersionOf(release: StoredRelease, inputs: Readonly<Record<string, unknown>>): StoredRelease {
  const shown = OF_VERSION.map((name) => [name, inputs[name] === "[secret]" ? undefined : inputs[name]]);
  return { ...release, outputs: { ...release.outputs, ...Object.fromEntries(shown) } as StoredRelease["outputs"] };
}

/** The alias as the last run or refresh read it; undefined if the alias did not exist. */
export function lastSeen({ outputs }: StoredRelease): Pick<Live, "alias" | "split"> | undefined {
  const split = recordedSplit(outputs);
  if (split === undefined) return undefined;
  const weights = Object.entries(split.additional).map(([id, share]): [string, number] => [id, toFraction(share)]);
  const alias = { versionId: split.main, additionalVersionWeight: Object.fromEntries(weights) };
  return { alias, split: outputs.live };
}
