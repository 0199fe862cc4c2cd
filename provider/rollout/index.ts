/**
 * All that the verbs of the command need of this package: the releases in an exported stack, their aliases as the service has them, and
 * what a run would do, and the versions that nothing needs. Loading this loads the SDK.
 */
import { ownershipOf } from "../core/ownership";
import { livePercent } from "../core/release/observed";
import { recordedSplit } from "../core/release/diff";
import type { ObservedAlias } from "../core/model";
import { toFraction } from "../core/weights";
import { aliasIdentity } from "../reconcile/ownership";
import { type Caller, apiOf } from "./caller";
import type { StoredRelease } from "./state";

export type { Phase, ReleaseOutputs } from "../core/release";
export { type ParsedShare, formatShare, parseShare } from "../core/weights";
export type { Caller } from "./caller";
export { type StackVersions, deleteVersions, stackVersions } from "./prune";
export { type Forecast, type Keys, forecast } from "./forecast";
export {
  type Answered,
  type Compared,
  type Sample,
  LEVEL,
  VERSION_HEADERS,
  compareSample,
  countAnswers,
  sampleAlias,
} from "./sample";
export { OBJECT_KEYS } from "../core/release/keys";
export { type StoredRelease, releasesIn, stepsOf } from "./state";

/** A release's alias as the service has it now. */
export interface Live {
  readonly alias: ObservedAlias;
  /** Version id to its share in percent. */
  readonly split: Readonly<Record<string, number>>;
  /** When anything last changed it, as the service writes it; undefined where the service does not answer it. */
  readonly lastModifiedTime: string | undefined;
}

/**
 * Reads the alias of a release: one call. Undefined where it is gone.
 *
 * @throws Error where the alias belongs to another release
 */
export async function readLive({ name, outputs }: StoredRelease, caller: Caller): Promise<Live | undefined> {
  const { functionName, aliasName, owner, createdTime } = outputs;
  const alias = await apiOf(outputs, caller).getAlias(functionName, aliasName);
  if (alias === undefined) return undefined;
  const found = ownershipOf({ owner, known: { identity: createdTime } }, aliasIdentity(alias));
  if (found.kind !== "ours") {
    const whose = found.kind === "ownerless" ? "has no owner: it was made anew" : `belongs to ${found.words}`;
    throw new Error(
      `release ${name}: alias ${aliasName} of function ${functionName} ${whose}. Run pulumi up --refresh first`,
    );
  }
  return { alias, split: livePercent(alias), lastModifiedTime: alias.lastModifiedTime };
}

/** The alias as the last run or refresh saw it; undefined where it was gone. */
export function lastSeen({ outputs }: StoredRelease): Pick<Live, "alias" | "split"> | undefined {
  const split = recordedSplit(outputs);
  if (split === undefined) return undefined;
  const weights = Object.entries(split.additional).map(([id, share]): [string, number] => [id, toFraction(share)]);
  const alias = { versionId: split.main, additionalVersionWeight: Object.fromEntries(weights) };
  return { alias, split: outputs.live };
}
