/** The rules of docs/releases.md: which version gets how much traffic. Pure. */
import { ALL, type Tenths, formatShare } from "../weights";
import {
  AUTO_KEY,
  type Desired,
  firstStepKey,
  heldKey,
  parseRetryText,
  retryText,
  showRetry,
  weightKey,
  withoutHold,
} from "./desired";
import type { Lowering, Memory, Progress, Promotion, Rejection, Waiting, WeightKey } from "./memory";
import { knownVersions, sortedMeanings } from "./memory";
import {
  type Content,
  type Deployed,
  UNPUBLISHED,
  type Version,
  type VersionKey,
  compareContent,
  keyOf,
  nameOf,
  names,
  revisionsOf,
  showKey,
  traceOf,
} from "./version";

/** What an alias does with its traffic. */
export interface Split {
  /** The version that gets what no other one gets. */
  readonly main: string;
  /** The other versions with their shares. */
  readonly additional: Readonly<Record<string, Tenths>>;
}

/** A rule by its letter in docs/releases.md. */
export type Rule = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L";

/** A candidate that can be judged: it keeps its traffic in this run, and only one other version has any. */
export interface Judgeable {
  readonly version: Version;
  readonly stable: Version;
  readonly share: Tenths;
  /** Nothing goes up for now (rule K). */
  readonly held: boolean;
}

/** What the judge proposes for a candidate, at the share where it was judged (rule L). */
export interface Proposal {
  readonly versionId: string;
  readonly share: Tenths;
  /** The share it should get, or `reject`. */
  readonly verdict: Tenths | "reject";
  /** Why, for whoever reads that it was rejected. */
  readonly reason: string;
}

/** What a rule did that a user may not expect, with the line of config that changes it. */
export interface Notice {
  readonly rule: Rule;
  readonly message: string;
}

/** What a run does. */
export interface Decision {
  readonly split: Split;
  readonly memory: Memory;
  /** The rule that decided. */
  readonly rule: Rule;
  readonly notices: readonly Notice[];
  /** The candidate whose weight is the judge's, where it can be judged. */
  readonly judgeable?: Judgeable;
  /** Why the run fails once the decision is written. */
  readonly failure?: string;
  /** A part of the decision that a preview cannot know, in words. */
  readonly uncertain?: string;
}

/** A refusal: the run fails, and nothing is written. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Whether a version still exists. */
export type Exists = (versionId: string) => boolean;

/** Former stable versions that are remembered. */
const OLDER = 10;
/** Lowerings that are remembered. */
const LOWERINGS = 20;
/** Rejections that are remembered. */
const REJECTIONS = 50;
/** Meanings that are remembered for a candidate. */
const MEANINGS = 12;
/** Weights that are remembered since config had none. */
const STOOD = 8;
/** Versions whose content is remembered because they were deployed. */
const DEPLOYED = 30;

/** The share of a version in a split. */
export function shareOf({ main, additional }: Split, versionId: string): Tenths {
  if (versionId !== main) return additional[versionId] ?? 0;
  return ALL - Object.entries(additional).reduce((sum, [id, share]) => (id === main ? sum : sum + share), 0);
}

/** Version id to share, in one form: only versions with traffic. */
export function sharesOf(split: Split): Record<string, Tenths> {
  const ids = [...new Set([split.main, ...Object.keys(split.additional)])];
  const shares = ids.map((id): [string, Tenths] => [id, shareOf(split, id)]);
  return Object.fromEntries(shares.filter(([, share]) => share > 0).sort(([a], [b]) => Number(a) - Number(b)));
}

/** True when two splits give every version the same traffic, whichever is the main one. */
export function sameTraffic(a: Split, b: Split): boolean {
  return JSON.stringify(sharesOf(a)) === JSON.stringify(sharesOf(b));
}

/**
 * Decides what a run does.
 *
 * @param before what is remembered; undefined for a release that has none
 * @param observed what the alias has; undefined when there is no alias
 * @param exists whether a version still exists; undefined in a preview, which cannot know it
 * @param proposal the judge's, where it has one; an older run leaves it out
 * @throws Refused when nothing can be done
 */
export function decide(
  before: Memory | undefined,
  observed: Split | undefined,
  desired: Desired,
  exists?: Exists,
  proposal?: Proposal,
): Decision {
  const { rev, replacedRev } = desired;
  const stale = rev !== undefined && before?.rev !== undefined && rev < before.rev && replacedRev !== before.rev;
  return stale
    ? decideOlder(before, observed, desired, exists)
    : new Run(before, observed, desired, exists, proposal).decide();
}

/** Rule A. */
function decideOlder(
  before: Memory,
  observed: Split | undefined,
  desired: Desired,
  exists: Exists | undefined,
): Decision {
  const message =
    `this run is of an older commit (rev ${desired.rev ?? "?"}) than the newest run (rev ${before.rev ?? "?"}): it moves no ` +
    `traffic and records nothing. LATEST of the function may hold the older code now; no alias uses LATEST. Run the newest ` +
    `commit, which restores it. To roll back, set reject in the newest commit, or set rev to a higher number. If rev ` +
    `${before.rev ?? "?"} was a mistake, such as a commit time in the future, run this commit once with rev: ` +
    `${desired.rev ?? "?"} replaces ${before.rev ?? "?"} (config: auto replaces ${before.rev ?? "?"})`;
  let wanted: Decision;
  // A preview that cannot tell the content cannot tell whether it moves anything.
  const unknown =
    desired.deployed.versionId === undefined && isUnknown(knownVersions(before), observed, desired.deployed);
  try {
    wanted = new Run(before, observed, desired, exists).decide();
  } catch (error) {
    if (error instanceof Refused) throw new Refused(message);
    throw error;
  }
  const moves =
    observed === undefined ||
    !sameTraffic(wanted.split, observed) ||
    wanted.memory.candidate?.version.versionId !== before.candidate?.version.versionId ||
    wanted.memory.stable.versionId !== before.stable.versionId;
  if (moves && !unknown) throw new Refused(message);
  if (observed === undefined) throw new Refused(message);
  return { split: observed, memory: before, rule: "A", notices: [{ rule: "A", message }] };
}

/** A rejection as it is remembered while it is ignored. */
function ignored(reject: VersionKey): string {
  return `i${reject}`;
}

/** True for one version, or for two with the same content. */
function isSame(a: Version, b: Version): boolean {
  return a.versionId === b.versionId || compareContent(a, b) === "same";
}

/** Whether some versions hold a content; `unknown` where the content of one of them is not known. */
function knownAs(known: readonly Version[], content: Content): "same" | "different" | "unknown" {
  const found = known.map((version) => compareContent(version, content));
  return found.includes("same") ? "same" : found.includes("unknown") ? "unknown" : "different";
}

/** Whether a content may be that of a version whose content is not known: one that is remembered, or that a hand put on the alias. */
function isUnknown(known: readonly Version[], observed: Split | undefined, content: Content): boolean {
  const ids = known.map(({ versionId }) => versionId);
  const strangers = Object.keys(observed === undefined ? {} : sharesOf(observed)).filter((id) => !ids.includes(id));
  const found = knownAs(known, content);
  return found === "unknown" || (found === "different" && strangers.length > 0);
}

/** One run: the rules in their order, on a draft of the memory. */
class Run {
  private readonly notices: Notice[] = [];
  private readonly deployed: Version;
  private readonly uncertain: string[] = [];
  private failure: string | undefined;
  /** The weight in config. */
  private readonly rawKey: WeightKey;
  /** No weight, or one for another version (rule I4). */
  private readonly absent: boolean;
  /** What config means for the deployed version: the weight, or the first step where there is none for it. */
  private readonly key: WeightKey;

  private stable: Version;
  private older: Version[];
  private candidate: Progress | undefined;
  private former: Progress | undefined;
  private promotion: Promotion | undefined;
  private waiting: Waiting | undefined;
  private rejections: Rejection[];
  private lowerings: Lowering[];
  private replaced: number;
  /** Versions whose content may be remembered. */
  private readonly known: readonly Version[];
  /** Shares of versions that are neither stable nor candidate (rule C4). */
  private others: Record<string, Tenths> = {};
  private judgeable: Judgeable | undefined;

  constructor(
    private readonly before: Memory | undefined,
    private readonly observed: Split | undefined,
    private readonly desired: Desired,
    private readonly looksUp: Exists | undefined,
    private readonly proposal?: Proposal,
  ) {
    this.rawKey = weightKey(desired);
    this.known = before === undefined ? [] : knownVersions(before);
    this.stable = before?.stable ?? { versionId: "", fingerprint: "" };
    this.older = [...(before?.older ?? [])];
    this.candidate = before?.candidate;
    this.former = before?.former;
    this.promotion = before?.promotion;
    this.waiting = before?.waiting;
    this.rejections = [...(before?.rejections ?? [])];
    this.lowerings = [...(before?.lowerings ?? [])];
    this.replaced = before?.replaced ?? 0;
    this.deployed = this.identify(desired.deployed);
    this.absent = this.rawKey === "" || !this.isForDeployed();
    this.key = desired.auto ? AUTO_KEY : this.absent ? firstStepKey(desired.first) : this.rawKey;
  }

  decide(): Decision {
    if (this.before === undefined && this.observed === undefined) return this.first();
    if (this.before === undefined) this.takeOver(this.observed as Split);
    else if (this.observed !== undefined) this.respectHands(this.observed);
    else for (const each of [this.candidate, this.waiting]) if (each !== undefined) this.lower(each.version, 0);
    this.recognise();
    this.reject();
    this.rejectJudged();
    if (this.observed === undefined) this.recreate();
    this.explainRetry();
    this.rollBack();
    return this.place();
  }

  /** The number of content that is published already, where memory knows it; the whole content of a version that has a number. */
  private identify({ versionId, ...content }: Deployed): Version {
    const { known } = this;
    // A revision names a version for as long as it is remembered, also when the function has changed back and forth since.
    if (versionId !== undefined) {
      const same = known.find((version) => version.versionId === versionId);
      return { versionId, ...content, ...revisionsOf(same, content) };
    }
    const same = known.find((version) => compareContent(version, content) === "same");
    if (same !== undefined) {
      if (this.observed === undefined || shareOf(this.observed, same.versionId) === 0) this.needsToExist(same);
      return { ...content, ...same, ...revisionsOf(same, content) };
    }
    if (isUnknown(known, this.observed, content)) {
      this.uncertain.push("whether this content was published before is known when it runs");
    }
    return { ...content, versionId: UNPUBLISHED };
  }

  /** A version has every revision under which it was deployed. */
  private isNamed(key: VersionKey, version: Version): boolean {
    return names(key, version) || (version.versionId === this.deployed.versionId && names(key, this.deployed));
  }

  private fullKey(): WeightKey {
    return this.desired.hold ? heldKey(this.rawKey) : this.rawKey;
  }

  /** What of config decides about a candidate, in one text. */
  private under(): string {
    return `${this.desired.first}f${this.desired.auto ? AUTO_KEY : this.rawKey}`;
  }

  /** What config means for a share that it did not give itself. `auto` means nothing that would have to be remembered. */
  private meaning(key: WeightKey, share: Tenths): Record<WeightKey, Tenths> {
    return withoutHold(key) === AUTO_KEY ? {} : { [key]: share };
  }

  /** Whether the weight applies to the deployed version. A preview knows its number only where memory holds its content. */
  private isForDeployed(): boolean {
    const { before, deployed, desired } = this;
    const named = desired.weight?.version;
    if (named === undefined) return true;
    if (!this.isNamed(named, deployed)) return false;
    if (named.startsWith("r") || before?.candidate?.version.versionId === deployed.versionId) return true;
    return this.known.some(
      (version) => version.versionId === deployed.versionId && compareContent(version, deployed) !== "different",
    );
  }

  /** Rule B, without an alias. */
  private first(): Decision {
    this.stable = this.deployed;
    const { weight, hold, reject } = this.desired;
    if (hold || (weight !== undefined && weight.share !== ALL))
      this.notice("B", "a first release gets all traffic: weight and hold do not apply to it");
    if (reject !== undefined)
      this.notice("D", `reject: ${showKey(reject)} names no version that could be rejected yet: remove it`);
    return this.finish("B");
  }

  /** Rule B, with an alias that has no memory. */
  private takeOver(observed: Split): void {
    const { deployed, key } = this;
    const share = observed.main === deployed.versionId ? 0 : (observed.additional[deployed.versionId] ?? 0);
    this.stable = observed.main === deployed.versionId ? deployed : { versionId: observed.main, fingerprint: "" };
    if (share > 0)
      this.candidate = {
        version: deployed,
        share,
        meant: share,
        raised: false,
        under: this.under(),
        meanings: this.meaning(key, share),
      };
    this.keepOthers(observed);
    this.notice("B", `the alias keeps the split it has: version ${observed.main} is the stable one`);
  }

  /** Rule C5. */
  private recreate(): void {
    if (this.exists(this.stable.versionId)) {
      this.notice("C", `the alias is gone: it is made again with all traffic on ${nameOf(this.stable)}`);
      this.needsToExist(this.stable);
      return;
    }
    const lost = this.stable;
    const next = this.older.find((version) => !this.isRejected(version) && this.exists(version.versionId));
    const stable = next ?? (this.isRejected(this.deployed) ? undefined : this.deployed);
    if (stable === undefined)
      throw new Refused(
        `the alias and its stable version ${lost.versionId} are gone, and ${nameOf(this.deployed)} is rejected: deploy other ` +
          `code, or lift the rejection with ${this.retryLine(this.deployed)}`,
      );
    this.older = this.older.filter(({ versionId }) => versionId !== stable.versionId);
    this.stable = stable;
    if (this.candidate?.version.versionId === stable.versionId) this.candidate = undefined;
    this.notice(
      "C",
      `the alias and its stable version ${lost.versionId} are gone: it is made again with all traffic on ${nameOf(stable)}`,
    );
  }

  /** Rules C1 to C4. */
  private respectHands(observed: Split): void {
    if (shareOf(observed, this.stable.versionId) === 0 && observed.main !== this.stable.versionId)
      this.followMain(observed.main);
    this.startByHand(observed);
    const { candidate } = this;
    if (candidate !== undefined) this.compareShare(candidate, shareOf(observed, candidate.version.versionId));
    this.keepOthers(observed);
  }

  /** Rule C3. */
  private followMain(main: string): void {
    const former = this.stable;
    const promoted = [this.candidate?.version, this.waiting?.version].find((version) => version?.versionId === main);
    this.stable = promoted ??
      [this.deployed, ...this.known].find(({ versionId }) => versionId === main) ?? {
        versionId: main,
        fingerprint: "",
      };
    const back = promoted === undefined && this.older.some(({ versionId }) => versionId === main);
    this.older = [...(back ? [] : [former]), ...this.older.filter(({ versionId }) => versionId !== main)];
    this.promotion = undefined;
    this.release(main);
    if (promoted !== undefined) {
      this.candidate = undefined;
      this.waiting = undefined;
      this.notice("C", `${nameOf(promoted)} was made the main version by hand: it is the stable one now`);
      return;
    }
    this.lower(former, 0);
    this.notice(
      "C",
      `version ${main} was made the main version by hand: it is the stable one now. ${nameOf(former)} gets no traffic; ` +
        `${this.retryLine(former)} lifts that`,
    );
  }

  /** What waits under hold is the candidate once a hand gives it a share. */
  private startByHand(observed: Split, was = withoutHold(this.before?.weight ?? "")): void {
    const { waiting, candidate } = this;
    if (waiting === undefined || shareOf(observed, waiting.version.versionId) === 0) return;
    const { version, key, weight } = waiting;
    const { first } = this.desired;
    // The weights that stood when it came mean its first share, as for content that did not wait.
    const stood = [weight, ...(this.before?.stood ?? [])].filter((each) => each.startsWith("x"));
    const most = Math.min(first, weight.startsWith("x") ? Number(weight.slice(1)) : ALL);
    const meanings = stood.map((each): [WeightKey, Tenths] => [each, Math.min(most, Number(each.slice(1)))]);
    this.former = candidate;
    this.waiting = undefined;
    this.candidate = {
      ...{ version, share: 0, meant: 0, raised: false },
      under: was === this.rawKey ? this.under() : "",
      meanings: { ...Object.fromEntries(meanings), ...this.meaning(key, 0) },
    };
  }

  /** Rules C1 and C2. */
  private compareShare(candidate: Progress, live: Tenths): void {
    const { version, share } = candidate;
    if (live === share) return;
    this.candidate = { ...candidate, share: live };
    if (live < share) {
      this.lower(version, live);
      return;
    }
    // A hand that raises takes back what an earlier one lowered.
    this.lowerings = this.lowerings.filter((lowering) => lowering.version.versionId !== version.versionId);
    this.candidate = { ...candidate, share: live, meant: live, raised: true };
    if (this.isRejected(version)) return;
    this.notice(
      "C",
      `${nameOf(version)} was raised to ${percent(live)} by hand: it keeps that until the weight changes`,
    );
  }

  /** Rule C4. */
  private keepOthers(observed: Split): void {
    const own = [this.stable.versionId, this.candidate?.version.versionId, this.before?.stable.versionId];
    const others = Object.entries(sharesOf(observed)).filter(([id]) => !own.includes(id));
    this.others = Object.fromEntries(others);
  }

  private lower(version: Version, share: Tenths): void {
    const old = this.lowerings.find((lowering) => lowering.version.versionId === version.versionId);
    const retry = Math.max(old?.retry ?? 0, this.formerRetry(version.versionId));
    this.lowerings = this.lowerings.filter((lowering) => lowering !== old);
    this.lowerings.push({ version, share, retry });
  }

  /** The count of a retry that stood in config before something happened to a version. */
  private formerRetry(versionId: string): number {
    const retry = parseRetryText(this.before?.retry ?? "");
    if (retry === undefined) return 0;
    const version = this.known.find((each) => each.versionId === versionId) ?? { versionId, fingerprint: "" };
    return this.isNamed(retry.version, version) ? retry.count : 0;
  }

  /** Ends rejections and lowerings of a version that is stable now. */
  private release(versionId: string): void {
    this.rejections = this.rejections.filter(({ version }) => version.versionId !== versionId);
    this.lowerings = this.lowerings.filter((lowering) => lowering.version.versionId !== versionId);
  }

  /** Of a version that was deleted after state was lost, the trace is known: what keeps it down holds for its content under the new number. */
  private recognise(): void {
    const { deployed } = this;
    const trace = traceOf(deployed);
    const isGone = (version: Version): boolean => {
      if (trace === undefined || version.trace !== trace) return false;
      this.needsToExist(version);
      return !this.exists(version.versionId);
    };
    const underItsNumber = <T extends Rejection | Lowering>(blocks: readonly T[]): T[] => {
      if (blocks.some(({ version }) => isSame(version, deployed))) return [];
      return blocks.filter(({ version }) => isGone(version)).map((block) => ({ ...block, version: deployed }));
    };
    this.rejections.push(...underItsNumber(this.rejections));
    this.lowerings.push(...underItsNumber(this.lowerings));
  }

  /** Rule D: remembers what config rejects. */
  private reject(): void {
    const { reject } = this.desired;
    if (reject === undefined || this.isIgnored(reject)) return;
    this.refuseUnknown(reject);
    const version = this.find(reject);
    if (version === undefined) {
      this.notice(
        "D",
        `reject: ${showKey(reject)} names no version that is known here: remove it, or reject a version by its number`,
      );
      return;
    }
    const { retry } = this.desired;
    const both = retry !== undefined && this.isNamed(retry.version, version);
    if (both) this.notice("E", `reject and retry both name ${nameOf(version)}: the later one counts. Remove the other`);
    const spent = both && reject === this.before?.reject;
    if (spent || this.rejectionsOf(version).length > 0) return;
    const stands = retryText(retry) === this.before?.retry;
    this.addRejection({ version, retry: stands ? this.formerRetry(version.versionId) : 0 });
  }

  /** The newest rejections are kept; a version has one. */
  private addRejection(rejection: Rejection): void {
    const { versionId } = rejection.version;
    const others = this.rejections.filter(({ version }) => version.versionId !== versionId);
    this.rejections = [...others, rejection].slice(-REJECTIONS);
  }

  /** Rules D and L: what the judge rejects. It comes after what config has: a retry that stands already does not lift it. */
  private rejectJudged(): void {
    const { proposal, candidate, desired, before } = this;
    const version = before?.candidate?.version;
    if (proposal?.verdict !== "reject" || candidate === undefined || version === undefined) return;
    if (!this.isProposedFor(version, candidate)) return;
    const named = desired.retry !== undefined && this.isNamed(desired.retry.version, version);
    const retry = Math.max(this.formerRetry(version.versionId), named ? (desired.retry?.count ?? 0) : 0);
    this.addRejection({ version, retry });
    // A retry begins like new content.
    this.candidate = { ...candidate, meant: Math.min(candidate.meant, desired.first) };
    this.failure =
      `${nameOf(version)} was judged at ${percent(proposal.share)} and failed: ${proposal.reason}. It is rejected and gets no ` +
      `traffic. Deploy other code, or lift the rejection with ${this.retryLine(version)}`;
  }

  /** Whether the judge means this candidate. A rejection counts at whatever share it has, a raise at the judged one only. */
  private isProposedFor(version: Version, { share }: Pick<Progress, "share">): boolean {
    const { proposal, desired } = this;
    if (!desired.auto || proposal === undefined || version.versionId !== this.deployed.versionId) return false;
    return proposal.versionId === version.versionId && (proposal.verdict === "reject" || proposal.share === share);
  }

  /** A rejection that stood in config before the first version names nothing: it refuses and rejects nothing later. */
  private isIgnored(reject: VersionKey): boolean {
    const first = this.before === undefined && this.observed === undefined;
    return first || this.before?.reject === ignored(reject);
  }

  private rejectText(): string {
    const { reject } = this.desired;
    if (reject === undefined) return "";
    return this.isIgnored(reject) ? ignored(reject) : reject;
  }

  /** The version a key names; undefined for a revision that is not known. */
  private find(key: VersionKey): Version | undefined {
    const found = [this.deployed, ...this.remembered()].find((version) => this.isNamed(key, version));
    return found ?? (key.startsWith("r") ? undefined : { versionId: key, fingerprint: "" });
  }

  /** A key of an earlier release may name what is gone; one that names what never was is a mistake. */
  private refuseUnknown(key: VersionKey): void {
    const revision = key.startsWith("r");
    const newest = this.newest(revision);
    if (newest === undefined || Number(key.replace("r", "")) <= newest || (!revision && this.exists(key))) return;
    throw new Refused(
      `reject: ${showKey(key)} names no version of this function: the newest known is ${revision ? "r" : "v"}${newest}`,
    );
  }

  /** The highest number, or revision, that is known; undefined in a preview that cannot know it. */
  private newest(revisions: boolean): number | undefined {
    const known = [this.deployed, ...this.remembered()];
    const { revision: current } = this.desired.deployed;
    if (revisions) return current && Math.max(current, ...known.flatMap(({ revision }) => revision ?? []));
    if (this.deployed.versionId === UNPUBLISHED) {
      this.uncertain.push("which number the new version gets is known when it runs");
      return undefined;
    }
    const ids = [...known.map(({ versionId }) => versionId), ...Object.keys(this.others)];
    return Math.max(...ids.map(Number).filter((id) => !Number.isNaN(id)));
  }

  private remembered(): Version[] {
    return [this.stable, ...this.known, ...this.rejections.map(({ version }) => version)];
  }

  /** Rule E: a retry that lifts nothing any more is said to be spent. */
  private explainRetry(): void {
    const { retry } = this.desired;
    if (retry === undefined) return;
    const found = this.find(retry.version);
    const blocks = found === undefined ? [] : this.blocksOf(found);
    if (blocks.length === 0) this.notice("E", `retry: ${showRetry(retry)} lifts nothing: remove it`);
    else if (found !== undefined && blocks.some((block) => retry.count <= block.retry))
      this.notice("E", `retry: ${showRetry(retry)} was used before; ${this.retryLine(found)} lifts it again`);
  }

  private isLifted(version: Version, retry: number): boolean {
    const now = this.desired.retry;
    return now !== undefined && now.count > retry && this.isNamed(now.version, version);
  }

  /** The rejections of a version, or of another one with the same content. */
  private rejectionsOf(version: Version): Rejection[] {
    return this.rejections.filter((rejection) => isSame(rejection.version, version));
  }

  /** What keeps a version down, lifted or not. */
  private blocksOf(version: Version): (Rejection | Lowering)[] {
    const lowerings = this.lowerings.filter((lowering) => isSame(lowering.version, version));
    return [...this.rejectionsOf(version), ...lowerings];
  }

  private isRejected(version: Version): boolean {
    return this.rejectionsOf(version).some(
      (rejection) => !this.isLifted(version, rejection.retry) && !this.isLifted(rejection.version, rejection.retry),
    );
  }

  private loweredTo(version: Version): Tenths {
    const lowering = this.lowerings.find((each) => isSame(each.version, version));
    return lowering === undefined || this.isLifted(version, lowering.retry) ? ALL : lowering.share;
  }

  /** `retry: v8@2`: the line that lifts what keeps a version down. */
  private retryLine(version: Version): string {
    const count = Math.max(0, ...this.blocksOf(version).map(({ retry }) => retry)) + 1;
    const key = keyOf(version)?.replace(/^v/, "") ?? version.versionId;
    return `retry: ${showRetry({ version: key, count })}`;
  }

  /** Rule D: a rejected stable version gives way. */
  private rollBack(): void {
    const { stable, deployed } = this;
    if (!this.isRejected(stable)) return;
    const next = this.older.find((version) => !this.isRejected(version) && this.exists(version.versionId));
    if (next !== undefined) {
      this.promotion = undefined;
      this.former = undefined;
      this.older = this.older.slice(this.older.indexOf(next) + 1);
      this.stable = next;
      if (this.candidate?.version.versionId === next.versionId) this.candidate = undefined;
      this.others = {};
      this.release(next.versionId);
      this.notice("D", `${nameOf(stable)} is rejected: back to ${nameOf(next)}`);
      this.needsToExist(next);
      return;
    }
    const advice = `deploy other code, or lift the rejection with ${this.retryLine(stable)}`;
    if (deployed.versionId === stable.versionId || this.isRejected(deployed))
      this.failure =
        `${nameOf(stable)} is rejected, and no earlier stable version is left to go back to: it keeps its traffic. The ` +
        `rejection is recorded. ${advice}`;
    else
      this.notice(
        "D",
        `${nameOf(stable)} is rejected, but no earlier stable version is left: it keeps its traffic until ${nameOf(deployed)} ` +
          `replaces it`,
      );
  }

  /** Rules F to K: what the deployed version becomes. */
  private place(): Decision {
    const { deployed, candidate } = this;
    if (deployed.versionId === this.stable.versionId) return this.stableAgain();
    // Content whose version was deleted comes back under another number.
    if (candidate !== undefined && isSame(candidate.version, deployed)) {
      this.waiting = undefined;
      return this.follow({ ...candidate, version: deployed });
    }
    const [former] = this.older.filter((version) => !this.isRejected(version));
    const back = former !== undefined && isSame(former, deployed) && this.loweredTo(deployed) === ALL;
    if (back && !this.isRejected(deployed)) return this.goBack();
    const { former: replaced } = this;
    const again = replaced !== undefined && isSame(replaced.version, deployed) && replaced.under === this.under();
    if (again && !this.desired.hold) return this.takeUpAgain(replaced);
    return this.start();
  }

  /** Rule H: the content that the present one replaced comes back with its config, to what it had. */
  private takeUpAgain(replaced: Progress): Decision {
    const { deployed, key, promotion } = this;
    const [former] = this.older;
    // Content that was promoted as it came gives way as a candidate would.
    if (
      this.candidate === undefined &&
      promotion !== undefined &&
      former !== undefined &&
      !this.isRejected(former) &&
      this.exists(former.versionId)
    ) {
      this.older = this.older.slice(1);
      this.stable = former;
      this.needsToExist(former);
    }
    const share = replaced.meant;
    this.promotion = undefined;
    this.former = this.candidate;
    this.waiting = undefined;
    delete this.others[deployed.versionId];
    this.candidate = {
      version: deployed,
      share: 0,
      meant: share,
      raised: replaced.raised,
      under: this.under(),
      meanings: { ...replaced.meanings, ...this.meaning(key, share) },
    };
    return this.settle("H", this.capped(share));
  }

  /** Rules F and J. */
  private stableAgain(): Decision {
    const { promotion, older } = this;
    const [former] = older;
    this.stable = this.deployed;
    this.former = this.candidate ?? this.former;
    this.candidate = undefined;
    this.waiting = undefined;
    if (promotion === undefined || this.fullKey() === promotion.by) return this.finish("F");
    this.promotion = undefined;
    this.former = undefined;
    const back = this.fullKey() === promotion.before && this.rawKey !== "" && former !== undefined;
    if (!back || this.isRejected(former) || !this.exists(former.versionId)) {
      if (this.rawKey === "" && !this.desired.auto)
        this.notice(
          "J",
          `weight is removed: ${nameOf(this.stable)} stays stable. To roll back: reject: ${nameOf(this.stable)}`,
        );
      return this.finish("F");
    }
    const progress = {
      version: this.stable,
      share: ALL,
      meant: ALL,
      raised: false,
      under: this.under(),
      meanings: promotion.meanings,
    };
    // A hand that took some of its traffic away goes on counting.
    const live = this.observed === undefined ? ALL : shareOf(this.observed, progress.version.versionId);
    if (live < ALL) this.lower(progress.version, live);
    this.older = older.slice(1);
    this.stable = former;
    this.candidate = progress;
    this.notice(
      "J",
      `the weight is what it was before ${nameOf(progress.version)} was promoted: the promotion is taken back`,
    );
    this.needsToExist(former);
    return this.follow(progress, "J");
  }

  /** Rule G. */
  private goBack(): Decision {
    const { stable, deployed } = this;
    this.older = this.older.filter((version) => !isSame(version, deployed));
    this.stable = deployed;
    this.candidate = undefined;
    this.former = undefined;
    this.promotion = undefined;
    this.waiting = undefined;
    this.others = {};
    this.release(deployed.versionId);
    this.notice("G", `${nameOf(deployed)} was stable before: back to it at once. ${nameOf(stable)} gets no traffic`);
    return this.finish("G");
  }

  /** Rule H. */
  private start(): Decision {
    const { deployed, desired, key } = this;
    if (desired.hold) {
      const waits = this.waiting?.version.versionId === deployed.versionId ? this.waiting : undefined;
      this.waiting = waits ?? { version: deployed, key: heldKey(key), weight: this.rawKey };
      const live = this.others[deployed.versionId] ?? 0;
      if (live > 0 && this.observed !== undefined) return this.followHand(this.observed, live);
      this.notice("K", `hold: ${nameOf(deployed)} waits`);
      return this.finish("K", this.heldCandidate());
    }
    const waited = this.waiting?.version.versionId === deployed.versionId ? this.waiting : undefined;
    const held = waited === undefined ? {} : this.meaning(waited.key, 0);
    const share = this.firstShare(waited);
    const meanings = { ...held, ...this.startMeanings(share) };
    this.sayReplaced();
    this.saySecondRelease();
    this.former = this.candidate;
    this.promotion = undefined;
    this.waiting = undefined;
    delete this.others[deployed.versionId];
    this.candidate = { version: deployed, share: 0, meant: share, raised: false, under: this.under(), meanings };
    const capped = this.capped(share);
    if (capped === share) this.sayFirstShare(share);
    return this.settle("H", capped);
  }

  /** New content that a hand gave a share before: it does not wait. */
  private followHand(observed: Split, live: Tenths): Decision {
    this.startByHand(observed, this.rawKey);
    if (this.candidate !== undefined) this.compareShare(this.candidate, live);
    this.keepOthers(observed);
    return this.place();
  }

  /** What the weights that stood in config since there was none mean for new content: no more than its first share. */
  private startMeanings(share: Tenths): Record<WeightKey, Tenths> {
    const { key, absent, rawKey } = this;
    const stood = rawKey === "" ? [] : (this.before?.stood ?? []).filter((each) => each !== key);
    const meanings = stood.map((each): [WeightKey, Tenths] => [each, Math.min(share, Number(each.slice(1)))]);
    // A weight for its number was no weight for it yet: it stays that.
    const named =
      this.desired.weight?.version !== undefined && this.isNamed(this.desired.weight.version, this.deployed);
    const own: [WeightKey, Tenths][] = absent
      ? named
        ? [[rawKey, share]]
        : []
      : share === this.plainShare()
        ? []
        : [[key, share]];
    return Object.fromEntries([...own, ...meanings.filter(([each, meant]) => meant < Number(each.slice(1)))]);
  }

  /** The weights in config since there was none, the last ones last. */
  private stoodNow(): WeightKey[] {
    const key = this.rawKey;
    if (key === "") return [];
    const stood = (this.before?.stood ?? []).filter((each) => each !== key);
    return key.startsWith("x") ? [...stood, key].slice(-STOOD) : stood;
  }

  /** What new content gets at first. Of content that waited, a weight that stood when it came means what it meant then. */
  private firstShare(waited: Waiting | undefined): Tenths {
    const { first, weight } = this.desired;
    if (weight === undefined || this.absent) return first;
    const stood = waited !== undefined && [waited.weight, ...(this.before?.stood ?? [])].includes(this.rawKey);
    if (weight.version !== undefined) return stood && !weight.version.startsWith("r") ? first : weight.share;
    const then = stood && waited.weight.startsWith("x") ? Number(waited.weight.slice(1)) : ALL;
    return Math.min(weight.share, first, then);
  }

  private sayFirstShare(share: Tenths): void {
    const { desired, deployed } = this;
    const { weight } = desired;
    if (weight === undefined || weight.share <= share) return;
    this.notice(
      "H",
      `weight ${percent(weight.share)} stood in config when ${nameOf(deployed)} came: it starts at ${percent(share)}. ` +
        this.raiseLine(weight.share),
    );
  }

  /** The line that gives the candidate a share, whatever the weight meant so far. */
  private raiseLine(share: Tenths): string {
    const plain = `x${share}`;
    const stood =
      [...(this.before?.stood ?? []), this.rawKey].includes(plain) || this.candidate?.meanings[plain] !== undefined;
    const key = keyOf(this.deployed);
    if (!stood) return `To give it ${percent(share)}: weight: ${formatShare(share)}`;
    return key === undefined ? "" : `To give it ${percent(share)}: weight: ${key}=${formatShare(share)}`;
  }

  private sayReplaced(): void {
    this.replaced = this.candidate === undefined ? 0 : this.replaced + 1;
    if (this.replaced < 2) return;
    this.notice(
      "H",
      "each new version replaces the candidate before it: none is promoted. Pause the pushes, or promote one with weight: 100",
    );
  }

  /** New content that was published before the stable version: the revert of a promoted release, maybe. */
  private saySecondRelease(): void {
    const { stable, deployed } = this;
    if (deployed.versionId === UNPUBLISHED || Number(deployed.versionId) >= Number(stable.versionId)) return;
    const back = this.older.find((version) => !this.isRejected(version) && this.exists(version.versionId));
    if (back === undefined || back.versionId === deployed.versionId || this.isRejected(deployed)) return;
    this.notice(
      "H",
      `${nameOf(deployed)} was not the stable version before ${nameOf(stable)}: it starts as new content does. To roll back to ` +
        `${nameOf(back)}: reject: ${nameOf(stable)}`,
    );
  }

  /** What the weight means for a candidate that knows nothing else: rules I2 to I4. */
  private plainShare(has: Tenths = ALL): Tenths {
    const { desired } = this;
    const { weight } = desired;
    return weight === undefined || this.absent ? Math.min(desired.first, has) : weight.share;
  }

  /** Rule L: the candidate keeps what it is meant to have; what the judge proposes may raise that. */
  private followJudge(progress: Progress): Decision {
    const { desired, proposal, observed, stable } = this;
    const { share: has, version } = progress;
    const passed = proposal !== undefined && this.isProposedFor(version, progress) ? proposal.verdict : "reject";
    const wanted = passed === "reject" || desired.hold ? progress.meant : Math.max(passed, progress.meant);
    this.candidate = { ...progress, raised: false, under: this.under(), meant: wanted };
    const capped = this.capped(wanted);
    const share = desired.hold ? Math.min(capped, has) : capped;
    if (share < capped) this.notice("K", `hold: ${nameOf(version)} stays at ${percent(has)}`);
    if (wanted === 0)
      this.notice(
        "L",
        `weight auto leaves ${nameOf(version)} without traffic, so that there is nothing to judge. To start it: weight: ` +
          `${formatShare(desired.first)}, then auto again`,
      );
    const others = Object.keys(this.keptOthers({ ...this.candidate, share }));
    const keeps = share > 0 && share === wanted && observed !== undefined;
    if (keeps && others.length > 0)
      this.notice(
        "L",
        `${nameOf(version)} is not judged while ${others.map((id) => `v${id}`).join(", ")} has traffic beside it and the stable version`,
      );
    else if (keeps && share === shareOf(observed, version.versionId))
      this.judgeable = { version, stable, share, held: desired.hold };
    return this.settle("L", share);
  }

  /** Rule I. */
  private follow(progress: Progress, rule: Rule = "I"): Decision {
    if (this.desired.auto) return this.followJudge(progress);
    const { desired, key, absent } = this;
    const { meanings, meant: before, share: has } = progress;
    const held = desired.hold ? meanings[heldKey(key)] : undefined;
    const meant = held ?? meanings[key];
    const plain = meant ?? this.plainShare(before);
    const raised = progress.raised && progress.under === this.under() && !this.isRejected(this.deployed);
    const wanted = raised ? before : absent ? Math.min(plain, before) : plain;
    // No weight means what it meant the first time, also after a weight that came and went.
    const less = absent && held === undefined && wanted < desired.first ? { [key]: wanted } : {};
    // A weight for the number that the content gets just now was no weight for it.
    const number = desired.weight?.version;
    const named =
      absent && number !== undefined && this.isNamed(number, this.deployed) ? { [this.rawKey]: wanted } : {};
    const more = { ...less, ...named };
    // A held share that takes nothing away changes nothing of what is meant after the hold.
    const stays = held !== undefined && has <= held;
    this.candidate = {
      ...progress,
      raised,
      under: this.under(),
      meant: stays ? before : desired.hold ? Math.min(wanted, before) : wanted,
      meanings: { ...meanings, ...more },
    };
    const share = this.hold(this.capped(wanted));
    this.explain(wanted, share, meant);
    return this.settle(rule, share);
  }

  /** Rejections and lowerings: rules C1, D and E. */
  private capped(share: Tenths): Tenths {
    const { deployed } = this;
    if (this.isRejected(deployed)) {
      this.notice("D", `${nameOf(deployed)} is rejected and gets no traffic; ${this.retryLine(deployed)} lifts that`);
      return 0;
    }
    const most = this.loweredTo(deployed);
    if (share <= most) return share;
    this.notice(
      "C",
      `${nameOf(deployed)} was lowered to ${percent(most)} by hand and stays there; ${this.retryLine(deployed)} lifts that`,
    );
    return most;
  }

  /** Rule K for a candidate in progress. */
  private hold(share: Tenths): Tenths {
    const { candidate, desired, key } = this;
    if (!desired.hold || candidate === undefined || share <= candidate.share) return share;
    const { share: has, meanings } = candidate;
    this.candidate = { ...candidate, meanings: { ...meanings, [heldKey(key)]: has } };
    this.notice("K", `hold: ${nameOf(candidate.version)} stays at ${percent(has)}`);
    return has;
  }

  /** The candidate that keeps its traffic while new content waits. */
  private heldCandidate(): Tenths | undefined {
    const { candidate } = this;
    if (candidate === undefined) return undefined;
    if (this.isRejected(candidate.version)) return 0;
    return Math.min(candidate.share, this.loweredTo(candidate.version));
  }

  private explain(wanted: Tenths, share: Tenths, meant: Tenths | undefined): void {
    const { weight } = this.desired;
    if (weight === undefined || share !== wanted) return;
    const { deployed } = this;
    if (weight.version !== undefined && this.absent)
      this.notice(
        "I",
        `weight: ${showKey(weight.version)}=${formatShare(weight.share)} is not for ${nameOf(deployed)}: it counts as no weight`,
      );
    else if (meant !== undefined && meant < weight.share)
      this.notice(
        "I",
        `weight ${percent(weight.share)} means ${percent(meant)} for ${nameOf(deployed)}, as it did before. ${this.raiseLine(weight.share)}`,
      );
    else if (weight.share === 0 && (this.before?.candidate?.share ?? 0) > 0)
      this.notice("I", `weight 0 pauses ${nameOf(deployed)} and does not reject it; reject: ${nameOf(deployed)} does`);
  }

  /** Gives the candidate its share; all of it is a promotion. */
  private settle(rule: Rule, share: Tenths): Decision {
    const { candidate } = this;
    if (candidate === undefined) return this.finish(rule);
    return share === ALL ? this.promote(rule, candidate) : this.finish(rule, share);
  }

  /** Third versions that keep their share (rule C4): the service may have room for one version beside the main one only. */
  private keptOthers(candidate: Progress | undefined): Record<string, Tenths> {
    const live = this.observed === undefined ? 0 : shareOf(this.observed, candidate?.version.versionId ?? "");
    if (candidate !== undefined && candidate.share > 0 && candidate.share !== live) return {};
    const rejected = (id: string) =>
      this.isRejected(
        this.remembered().find(({ versionId }) => versionId === id) ?? { versionId: id, fingerprint: "" },
      );
    return Object.fromEntries(Object.entries(this.others).filter(([id]) => !rejected(id)));
  }

  private promote(rule: Rule, { version, meanings }: Progress): Decision {
    const former = this.stable;
    this.older = [former, ...this.older].filter((each) => each.versionId !== version.versionId);
    this.stable = version;
    this.candidate = undefined;
    this.replaced = 0;
    this.others = {};
    this.release(version.versionId);
    const before = this.before?.weight ?? "";
    const at = rule === "H" ? {} : { before };
    this.promotion = { ...at, by: this.fullKey(), meanings };
    if (rule !== "H") this.former = undefined;
    if (this.desired.weight !== undefined)
      this.notice("I", `${nameOf(version)} is promoted: weight can be removed from config now`);
    return this.finish(rule);
  }

  private finish(rule: Rule, share?: Tenths): Decision {
    const { before, desired, stable, failure, uncertain, judgeable } = this;
    const candidate =
      share === undefined || this.candidate === undefined ? this.candidate : { ...this.candidate, share };
    const others = this.keptOthers(candidate);
    const additional = {
      ...others,
      ...(candidate !== undefined && candidate.share > 0 ? { [candidate.version.versionId]: candidate.share } : {}),
    };
    const newest = desired.replacedRev === before?.rev ? -1 : (before?.rev ?? -1);
    const rev = Math.max(desired.rev ?? -1, newest);
    const memory: Memory = {
      sequence: before?.sequence ?? 0,
      stable,
      older: this.older.filter(({ versionId }) => versionId !== stable.versionId).slice(0, OLDER),
      ...(candidate === undefined
        ? {}
        : {
            candidate: {
              ...candidate,
              meanings: Object.fromEntries(sortedMeanings(candidate.meanings).slice(0, MEANINGS)),
            },
          }),
      ...(this.former === undefined ? {} : { former: this.former }),
      ...(this.promotion === undefined ? {} : { promotion: this.promotion }),
      ...(this.waiting === undefined ? {} : { waiting: this.waiting }),
      rejections: this.rejections,
      lowerings: this.lowerings.slice(-LOWERINGS),
      weight: this.fullKey(),
      stood: this.stoodNow(),
      reject: this.rejectText(),
      retry: retryText(desired.retry),
      deployed: this.deployedNow(),
      ...(rev < 0 ? {} : { rev }),
      replaced: this.replaced,
    };
    return {
      split: { main: stable.versionId, additional },
      memory,
      rule,
      notices: this.notices,
      ...(judgeable === undefined ? {} : { judgeable }),
      ...(failure === undefined ? {} : { failure }),
      ...(uncertain.length === 0 ? {} : { uncertain: uncertain.join("; ") }),
    };
  }

  private deployedNow(): Version[] {
    const others = (this.before?.deployed ?? []).filter(({ versionId }) => versionId !== this.deployed.versionId);
    return [...others, this.deployed].slice(-DEPLOYED);
  }

  /** A preview takes a version for one that exists. */
  private exists(versionId: string): boolean {
    return this.looksUp?.(versionId) ?? true;
  }

  /** A preview cannot know whether a version that is gone back to was deleted. */
  private needsToExist(version: Version): void {
    if (this.looksUp === undefined) this.uncertain.push(`if ${nameOf(version)} still exists`);
  }

  private notice(rule: Rule, message: string): void {
    this.notices.push({ rule, message });
  }
}

/** A share for people: `25 %`, `0.5 %`. */
export function percent(share: Tenths): string {
  return `${share / 10} %`;
}
