/** One run of a release: its input, and the draft of its result, which the rules change. Pure. */
import type { Tenths } from "../../weights";
import { AUTO_KEY, type Desired, firstStepKey, heldKey, weightKey, withoutHold } from "../desired";
import type { Candidate, Lowering, Memory, Promotion, Rejection, Waiting, WeightKey } from "../memory";
import { knownVersions } from "../memory";
import { type Split, shareOf, sharesOf } from "../split";
import {
  type Content,
  type Deployed,
  UNPUBLISHED,
  type Version,
  type VersionKey,
  compareContent,
  nameOf,
  names,
  revisionsOf,
} from "../version";
import type { Judgeable, Notice, Proposal, Rule, VersionExists } from "./decision";

/** One run of a release. The members that are not read-only are the draft of the result. */
export class Run {
  readonly notices: Notice[] = [];
  readonly uncertain: string[] = [];
  failure: string | undefined;
  judgeable: Judgeable | undefined;

  /** The version that the program deploys. */
  readonly deployed: Version;
  /** Versions whose content is remembered. */
  readonly known: readonly Version[];
  /** The weight in config as a key; empty without a weight. */
  readonly configuredWeight: WeightKey;
  /** True if config has no weight, or a weight that names another version than the deployed one (rule I4). */
  readonly withoutWeight: boolean;
  /** The key of `meanings` for the deployed version: the weight, or the first step if config has no weight for it. */
  readonly meaningKey: WeightKey;

  stable: Version;
  formerStable: Version[];
  candidate: Candidate | undefined;
  replacedCandidate: Candidate | undefined;
  promotion: Promotion | undefined;
  /**
   * The meanings of weights for the stable version that this run rejected. The rejected version keeps these meanings if
   * it gets traffic again.
   */
  meaningsOfRejected: Promotion["meanings"] = {};
  waiting: Waiting | undefined;
  rejections: Rejection[];
  lowerings: Lowering[];
  replacedInARow: number;
  /** Shares of versions that are neither stable nor candidate (rule C4). */
  otherShares: Record<string, Tenths> = {};

  /**
   * @param before the memory of the release; undefined if the release has none
   * @param observed the split of the alias; undefined if there is no alias
   * @param versionExists undefined in a preview, which makes no call
   * @param proposal the result of judging the candidate; undefined if the candidate was not judged
   */
  constructor(
    readonly before: Memory | undefined,
    readonly observed: Split | undefined,
    readonly desired: Desired,
    private readonly versionExists: VersionExists | undefined,
    readonly proposal?: Proposal,
  ) {
    this.configuredWeight = weightKey(desired);
    this.known = before === undefined ? [] : knownVersions(before);
    this.stable = before?.stable ?? { versionId: "", fingerprint: "" };
    this.formerStable = [...(before?.formerStable ?? [])];
    this.candidate = before?.candidate;
    this.replacedCandidate = before?.replacedCandidate;
    this.promotion = before?.promotion;
    this.waiting = before?.waiting;
    this.rejections = [...(before?.rejections ?? [])];
    this.lowerings = [...(before?.lowerings ?? [])];
    this.replacedInARow = before?.replacedInARow ?? 0;
    this.deployed = this.identify(desired.deployed);
    this.withoutWeight = this.configuredWeight === "" || !this.isWeightForDeployed();
    this.meaningKey = desired.auto
      ? AUTO_KEY
      : this.withoutWeight
        ? firstStepKey(desired.first)
        : this.configuredWeight;
  }

  notice(rule: Rule, message: string): void {
    this.notices.push({ rule, message });
  }

  /** True in a preview, which makes no call. */
  get isPreview(): boolean {
    return this.versionExists === undefined;
  }

  /** Whether a version still exists. A preview makes no call, and assumes that every version exists. */
  exists(versionId: string): boolean {
    return this.versionExists?.(versionId) ?? true;
  }

  /** In a preview: adds the condition that the version still exists to the decision. */
  assumeExists(version: Version): void {
    if (this.isPreview) this.uncertain.push(`if ${nameOf(version)} still exists`);
  }

  /**
   * Whether a key in config names a version. Every revision under which a version was deployed is a name of this
   * version.
   */
  isNamed(key: VersionKey, version: Version): boolean {
    return names(key, version) || (version.versionId === this.deployed.versionId && names(key, this.deployed));
  }

  /** The version that a key in config names; undefined for an unknown revision. */
  findVersion(key: VersionKey): Version | undefined {
    const found = [this.deployed, ...this.allVersions()].find((version) => this.isNamed(key, version));
    return found ?? (key.startsWith("r") ? undefined : { versionId: key, fingerprint: "" });
  }

  /** All versions in the memory or in the draft of the result. */
  allVersions(): Version[] {
    return [this.stable, ...this.known, ...this.rejections.map(({ version }) => version)];
  }

  /** The deployed version, if it has waited under `hold` since an earlier run; otherwise undefined. */
  get waitingDeployed(): Waiting | undefined {
    return this.waiting?.version.versionId === this.deployed.versionId ? this.waiting : undefined;
  }

  /**
   * For a deployed version that has waited under `hold`: a map from weights in config, together with `hold`, to the
   * share 0 % (rule K). The weights are the one when the version began to wait, and the one of the last run.
   */
  meaningOfWaiting(): Record<WeightKey, Tenths> {
    const waited = this.waitingDeployed;
    if (waited === undefined) return {};
    const last = this.before?.weight ?? "";
    const isHeldWeight = last !== heldKey("") && last !== withoutHold(last);
    return { ...this.meaningOf(waited.key, 0), ...(isHeldWeight ? this.meaningOf(last, 0) : {}) };
  }

  /** The key of the weight in config; with `hold`, the key ends in `h`. */
  weightWithHold(): WeightKey {
    return this.desired.hold ? heldKey(this.configuredWeight) : this.configuredWeight;
  }

  /** The first step and the weight in config as one text: see {@link Candidate.config}. */
  configText(): string {
    return `${this.desired.first}f${this.desired.auto ? AUTO_KEY : this.configuredWeight}`;
  }

  /** A map with one entry, from a weight to the share that it means; empty for `auto`. */
  meaningOf(key: WeightKey, share: Tenths): Record<WeightKey, Tenths> {
    return withoutHold(key) === AUTO_KEY ? {} : { [key]: share };
  }

  /**
   * Completes the deployed version. A run knows the number of this version; a preview looks up the number by the
   * content.
   */
  private identify({ versionId, ...content }: Deployed): Version {
    const { known } = this;
    // A version keeps the names of all its remembered revisions, also after the function has changed back and forth.
    if (versionId !== undefined) {
      const same = known.find((version) => version.versionId === versionId);
      return { versionId, ...content, ...revisionsOf(same, content) };
    }
    const same = known.find((version) => compareContent(version, content) === "same");
    if (same !== undefined) {
      if (this.observed === undefined || shareOf(this.observed, same.versionId) === 0) this.assumeExists(same);
      return { ...content, ...same, ...revisionsOf(same, content) };
    }
    if (mayBePublished(known, this.observed, content)) {
      this.uncertain.push("only the run finds out whether this content was published before");
    }
    return { ...content, versionId: UNPUBLISHED };
  }

  /**
   * True if the revision of new content may have belonged to other content before. Revisions start again at 1 together
   * with the state of the function. Signs of this are a remembered version without a revision, with the same one, or
   * with a higher one.
   */
  isRevisionReused(): boolean {
    const { revision: current = 0 } = this.deployed;
    const revisions = this.known.map(({ revision = Infinity }) => revision);
    return !this.isDeployedKnown() && Math.max(...revisions) >= current;
  }

  /** True if the memory contains a version whose content is equal to that of the deployed version. */
  private isDeployedKnown(): boolean {
    const { known, deployed } = this;
    return known.some(
      (version) => version.versionId === deployed.versionId && compareContent(version, deployed) !== "different",
    );
  }

  /**
   * Whether the weight applies to the deployed version. A preview knows the number of the version only if the memory
   * has its content.
   */
  private isWeightForDeployed(): boolean {
    const { before, deployed, desired } = this;
    const named = desired.weight?.version;
    if (named === undefined) return true;
    if (!this.isNamed(named, deployed)) return false;
    if (before?.candidate?.version.versionId === deployed.versionId || this.isDeployedKnown()) return true;
    const isEarlier = this.configuredWeight === withoutHold(before?.weight ?? "");
    return named.startsWith("r") && !(isEarlier && this.isRevisionReused());
  }
}

/** True for the same version, or for two versions with the same content. */
export function isSame(a: Version, b: Version): boolean {
  return a.versionId === b.versionId || compareContent(a, b) === "same";
}

/**
 * True if the content of the program may already be published under a number that the release does not know. This is
 * possible if the content of a known version is only partly known, or if a version was put on the alias by hand.
 */
export function mayBePublished(known: readonly Version[], observed: Split | undefined, content: Content): boolean {
  const found = known.map((version) => compareContent(version, content));
  if (found.includes("same")) return false;
  if (found.includes("unknown")) return true;
  const ids = known.map(({ versionId }) => versionId);
  return Object.keys(observed === undefined ? {} : sharesOf(observed)).some((id) => !ids.includes(id));
}
