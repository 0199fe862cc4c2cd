/**
 * Which version gets how much traffic: a function of what was decided before, what the alias says, and what config asks.
 *
 * S is the stable version (the alias's main one), C the candidate given, P the candidate of the last decision, w the weight
 * given. The rows are tried in their order, then three filters may hold back what would raise traffic. Pure.
 */
import type { Split } from "./alias";
import { digest } from "./canonical";
import { type Tenths, ALL, formatShare } from "./weights";

/** A published version, told by its number, and before it is published by its fingerprint. */
export interface Candidate {
  /** Undefined in a preview, while it is not published. */
  readonly versionId: string | undefined;
  readonly fingerprint: string;
}

/** A version that has a number. */
export interface Known {
  /** Its number, as text. */
  readonly versionId: string;
  /** What it froze; empty where it is not known. */
  readonly fingerprint: string;
}

/** What was decided so far. */
export interface Memory {
  /** Counts writes; of two memories the higher one is later. */
  readonly sequence: number;
  /** The version the alias's traffic falls back to. */
  readonly stable: Known;
  /** Former stables, newest first: what a rollback goes back to. */
  readonly older: readonly Known[];
  /** The candidate of the last decision; absent after a promotion. */
  readonly candidate?: Known;
  /** Its share. */
  readonly share: Tenths;
  /** The weight of the last run that heeded config; absent when it had none. */
  readonly seen?: Tenths;
  /** The highest order of runs that wrote. */
  readonly rev?: number;
  /** Version ids that get no traffic until a retry. */
  readonly rejected: readonly string[];
  /** Version ids whose share was lowered by hand. */
  readonly pulled: readonly string[];
  /** Retry tokens that were used. */
  readonly spent: readonly string[];
  /** How many candidates in a row were replaced before they were promoted. */
  readonly replaced: number;
}

/** What a run asks for. */
export interface Wish {
  readonly candidate: Candidate;
  readonly weight?: Tenths;
  /** The candidate the weight is meant for: a version id, or `fp:` and the beginning of a fingerprint. */
  readonly for?: string;
  /** Ascending; new code starts at the first. */
  readonly steps: readonly Tenths[];
  readonly strategy: "canary" | "direct";
  readonly hold: boolean;
  readonly reject?: string;
  /** `<version or fp:…>@<n>`. */
  readonly retry?: string;
  readonly rev?: number;
}

/** What a rule did that the user may not expect, and the key that overrides it. */
export interface Notice {
  readonly rule: Rule;
  readonly message: string;
}

/** Names of rows and filters, as tests and messages have them. */
export type Rule =
  | "landed"
  | "first"
  | "recreated"
  | "adopted"
  | "moved by hand"
  | "rolled back"
  | "nothing to roll back to"
  | "rejected"
  | "stable"
  | "went back"
  | "new code"
  | "weight"
  | "hold"
  | "brake"
  | "replacing"
  | "not a rollback";

/** A decision: what the alias shall say, and what is remembered of it. */
export interface Decision {
  readonly split: Split;
  readonly memory: Memory;
  /** The row that decided. */
  readonly rule: Rule;
  readonly notices: readonly Notice[];
  /** A candidate that waits because of hold. */
  readonly waiting?: Candidate;
}

/** A refusal: nothing is written. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** The number a candidate has before it is published. */
export const UNPUBLISHED = "new";

/** True when one fingerprint begins with the other; one that is not known matches nothing. */
function sameFingerprint(a: string, b: string): boolean {
  const [left, right] = [hexOf(a), hexOf(b)];
  return left !== "" && right !== "" && (left.startsWith(right) || right.startsWith(left));
}

/**
 * Of the memory in state and the one the alias carries the later: a run that was cut off, or lost state, loses nothing. The
 * alias has no room for fingerprints; they are taken from state.
 */
export function later(stored: Memory | undefined, carried: Memory | undefined): Memory | undefined {
  if (stored === undefined || carried === undefined || stored.sequence >= carried.sequence) return stored ?? carried;
  const versions = [stored.stable, ...stored.older, ...(stored.candidate === undefined ? [] : [stored.candidate])];
  const full = (version: Known) => versions.find(({ versionId }) => versionId === version.versionId) ?? version;
  // A retry since then may have lifted what state still has as rejected.
  const lifted = carried.spent.some((token) => !stored.spent.includes(token));
  return {
    ...carried,
    stable: full(carried.stable),
    older: carried.older.map(full),
    ...(carried.candidate === undefined ? {} : { candidate: full(carried.candidate) }),
    rejected: lifted ? carried.rejected : union(carried.rejected, stored.rejected),
    spent: union(carried.spent, stored.spent),
  };
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

/** What the rows work on. */
interface Draft {
  stable: Known;
  older: Known[];
  candidate: Known | undefined;
  share: Tenths;
  seen: Tenths | undefined;
  rejected: Set<string>;
  pulled: Set<string>;
  spent: Set<string>;
  replaced: number;
}

/** Former stables that are remembered. */
const OLDER = 5;

/**
 * Decides. `exists` tells whether a version still exists; only a rollback asks.
 *
 * @throws Refused for a wish that cannot be heeded
 */
export function decide(
  before: Memory | undefined,
  live: Split | undefined,
  wish: Wish,
  exists: (versionId: string) => boolean = () => true,
): Decision {
  return new Deciding(before, live, wish, exists).run();
}

class Deciding {
  private readonly notices: Notice[] = [];
  private readonly candidate: Known;
  private readonly stale: boolean;
  private readonly draft: Draft;
  /** What the alias says, or would if it had not been deleted. */
  private readonly live: Split;
  /** What an alias without memory said. */
  private readonly adopted: Split | undefined;

  constructor(
    private readonly before: Memory | undefined,
    live: Split | undefined,
    private readonly wish: Wish,
    private readonly exists: (versionId: string) => boolean,
  ) {
    this.candidate = this.told(wish.candidate);
    this.stale = wish.rev !== undefined && before?.rev !== undefined && wish.rev < before.rev;
    this.live = live ?? { main: before?.stable.versionId ?? this.candidate.versionId };
    this.adopted = before === undefined ? live : undefined;
    this.draft = this.opening(live);
  }

  run(): Decision {
    const first = this.before === undefined && this.adopted === undefined;
    if (!first) this.observe();
    this.reject();
    this.retry();
    this.rollBack();
    if (first) return this.finish("first", 0);
    return this.rows();
  }

  /** An unpublished candidate is an older stable when it has that one's fingerprint, and new otherwise. */
  private told({ versionId, fingerprint }: Candidate): Known {
    if (versionId !== undefined) return { versionId, fingerprint };
    const back = this.before?.older.find((version) => sameFingerprint(version.fingerprint, fingerprint));
    return back ?? { versionId: UNPUBLISHED, fingerprint };
  }

  /** Rows 2 to 4: where the rest starts from. */
  private opening(live: Split | undefined): Draft {
    const { before, wish } = this;
    const empty = {
      rejected: new Set<string>(),
      pulled: new Set<string>(),
      spent: new Set<string>(),
    };
    if (before !== undefined) {
      if (live === undefined)
        this.say(
          "recreated",
          `the alias was gone: it is made again with all traffic on version ${before.stable.versionId}`,
        );
      return {
        ...before,
        older: [...before.older],
        candidate: before.candidate,
        seen: before.seen,
        rejected: new Set(before.rejected),
        pulled: new Set(before.pulled),
        spent: new Set(before.spent),
      };
    }
    if (live === undefined) {
      if (wish.weight !== undefined && wish.weight !== ALL)
        this.say("first", "a first release gets all traffic: weight and hold do not apply to it");
      return {
        stable: this.candidate,
        older: [],
        candidate: undefined,
        share: 0,
        seen: wish.weight,
        replaced: 0,
        ...empty,
      };
    }
    this.say("adopted", `the alias is taken over as it is: version ${live.main} is stable`);
    const { canary } = live;
    return {
      stable: this.named(live.main),
      older: [],
      candidate: canary === undefined ? undefined : this.named(canary.versionId),
      share: canary?.share ?? 0,
      seen: wish.weight,
      replaced: 0,
      ...empty,
    };
  }

  private named(versionId: string): Known {
    return versionId === this.candidate.versionId ? this.candidate : { versionId, fingerprint: "" };
  }

  private say(rule: Rule, message: string): void {
    this.notices.push({ rule, message });
  }

  private liveShare(versionId: string): Tenths {
    const { main, canary } = this.live;
    const share = canary?.share ?? 0;
    if (versionId === main) return ALL - share;
    return versionId === canary?.versionId ? share : 0;
  }

  /** Row 1 and what was done by hand: the alias's main version is the stable one, and what was lowered stays low. */
  private observe(): void {
    const { draft, live } = this;
    const { stable, candidate, share } = draft;
    if (live.main === candidate?.versionId && live.main !== stable.versionId) {
      this.promote(candidate);
      this.say("landed", `version ${live.main} had been promoted, and the answer was lost`);
      return;
    }
    if (candidate !== undefined && this.liveShare(candidate.versionId) < share) draft.pulled.add(candidate.versionId);
    if (live.main === stable.versionId) return;
    const back = draft.older.some(({ versionId }) => versionId === live.main);
    draft.older = [...(back ? [] : [stable]), ...draft.older.filter(({ versionId }) => versionId !== live.main)];
    draft.pulled.add(stable.versionId);
    draft.stable = this.known(live.main) ?? this.named(live.main);
    this.say(
      "moved by hand",
      `version ${live.main} was made the main one by hand: it is the stable one now, and version ${stable.versionId} waits for retry: ${this.unspent(stable.versionId)}`,
    );
  }

  private known(versionId: string): Known | undefined {
    const { stable, older, candidate } = this.draft;
    const before = this.before === undefined ? [] : [this.before.stable, ...this.before.older];
    const all = [this.candidate, stable, ...older, ...(candidate === undefined ? [] : [candidate]), ...before];
    return all.find((version) => version.versionId === versionId);
  }

  /** The version a key names: by its number, or by the beginning of its fingerprint. */
  private resolve(key: "reject" | "retry", name: string): string {
    const number = /^v?([1-9]\d*)$/.exec(name)?.[1];
    const { stable, older, candidate, rejected, pulled } = this.draft;
    const versions = [this.candidate, stable, ...(candidate === undefined ? [] : [candidate]), ...older];
    if (number !== undefined) {
      const ids = [...versions.map(({ versionId }) => versionId), ...rejected, ...pulled];
      if (ids.includes(number) || this.exists(number)) return number;
    } else {
      const found = versions.find(({ fingerprint }) => namesFingerprint(name, fingerprint));
      if (found !== undefined) return found.versionId;
    }
    throw new Refused(
      `${key}: got ${JSON.stringify(name)}, which names no version of this release; allowed: the number of a version, or fp: and ` +
        `the beginning of a fingerprint, of ${versions.map(({ versionId }) => versionId).join(", ")}`,
    );
  }

  /** Row 5. */
  private reject(): void {
    if (this.wish.reject === undefined) return;
    const versionId = this.resolve("reject", this.wish.reject);
    this.draft.rejected.add(versionId);
    // Also when other code is given and waits.
    if (this.draft.candidate?.versionId === versionId) this.draft.share = 0;
  }

  /** Row 5. Each token counts once; a run of an old checkout lifts nothing. */
  private retry(): void {
    const { retry, reject } = this.wish;
    if (retry === undefined || this.stale) return;
    const versionId = this.resolve("retry", retry.slice(0, retry.lastIndexOf("@")));
    if (reject !== undefined && this.resolve("reject", reject) === versionId) {
      throw new Refused(`reject and retry both name version ${versionId}: remove one of them`);
    }
    const token = tokenOf(retry);
    if (this.draft.spent.has(token)) return;
    this.draft.spent.add(token);
    for (const marks of [this.draft.rejected, this.draft.pulled]) marks.delete(versionId);
  }

  /** A token for a version that was not used yet. */
  private unspent(versionId: string): string {
    let count = 1;
    while (this.draft.spent.has(tokenOf(`${versionId}@${count}`))) count += 1;
    return `${versionId}@${count}`;
  }

  /** Row 6: a rejected stable gives way to the next older one. */
  private rollBack(): void {
    const { draft } = this;
    const { stable } = draft;
    if (!draft.rejected.has(stable.versionId)) return;
    const next = draft.older.find(({ versionId }) => !draft.rejected.has(versionId) && this.exists(versionId));
    if (next !== undefined) {
      draft.older = draft.older.slice(draft.older.indexOf(next) + 1);
      draft.stable = next;
      if (draft.candidate?.versionId === next.versionId) this.dropCandidate();
      this.say("rolled back", `version ${stable.versionId} is rejected: back to version ${next.versionId}`);
      return;
    }
    if (this.candidate.versionId === stable.versionId) {
      throw new Refused(
        `version ${stable.versionId} is rejected, there is no older stable version to go back to, and it is still what the ` +
          `program deploys: deploy other code, or lift the rejection with retry: ${this.unspent(stable.versionId)}`,
      );
    }
    this.say(
      "nothing to roll back to",
      `version ${stable.versionId} is rejected, but there is no older stable version: it keeps its traffic until a candidate replaces it`,
    );
  }

  private dropCandidate(): void {
    this.draft.candidate = undefined;
    this.draft.share = 0;
  }

  /** Rows 7 to 10. */
  private rows(): Decision {
    const { draft, candidate: c, wish } = this;
    const { versionId } = c;
    const [newest] = draft.older.filter((version) => this.exists(version.versionId));
    if (draft.rejected.has(versionId) && versionId !== draft.stable.versionId) {
      const other = versionId !== draft.candidate?.versionId;
      this.heed();
      this.say(
        "rejected",
        `version ${versionId} is rejected and gets no traffic; retry: ${this.unspent(versionId)} lifts that`,
      );
      // Neither an old run nor one under hold takes the place of what is in progress.
      if (other && (wish.hold || this.stale)) return this.finish("rejected", this.heldShare());
      draft.candidate = c;
      return this.finish("rejected", 0);
    }
    if (versionId === draft.stable.versionId) {
      this.dropCandidate();
      this.heed();
      return this.finish("stable", 0);
    }
    if (versionId === newest?.versionId && !draft.pulled.has(versionId)) return this.goBack(c);
    if (versionId !== draft.candidate?.versionId) return this.enter(c);
    const meant = wish.weight !== undefined && (wish.weight !== draft.seen || this.isMeant(c));
    if (meant && this.adopted === undefined) return this.move(wish.weight ?? draft.share);
    this.explain(c);
    // A weight that lowers is always heeded, so that 0 in config is 0 whatever was seen before; to direct only 0 means anything.
    const ceiling = wish.strategy === "canary" || wish.weight === 0 ? (wish.weight ?? ALL) : ALL;
    return this.move(Math.min(ceiling, draft.share));
  }

  /** Row 8b: the code of the newest older stable came back. */
  private goBack(c: Known): Decision {
    const { draft } = this;
    const { stable } = draft;
    draft.older = draft.older.filter(({ versionId }) => versionId !== c.versionId);
    draft.stable = c;
    this.dropCandidate();
    this.heed();
    this.say(
      "went back",
      `version ${c.versionId} was stable before: back to it at once; version ${stable.versionId} is left`,
    );
    return this.finish("went back", 0);
  }

  /** Row 9: new code starts at the first step or lower. */
  private enter(c: Known): Decision {
    const { draft, wish } = this;
    if (this.stale) throw new Refused(this.staleMessage(`version ${c.versionId} is not the one in progress`));
    if (wish.hold) {
      this.say("hold", `hold: ${nameOf(c)} waits; hold: false lets it start`);
      return this.finish("hold", this.heldShare(), c);
    }
    const first = wish.steps[0] ?? ALL;
    const share = this.start(c, first);
    draft.replaced = draft.candidate === undefined ? 0 : draft.replaced + 1;
    if (draft.replaced >= 2) {
      this.say(
        "replacing",
        "pushes replace candidates, they do not promote: set weight: 100 for one of them, or strategy: direct",
      );
    }
    if (share < ALL) this.sayNoRollback(c);
    draft.candidate = c;
    draft.share = 0;
    this.heed();
    return this.finish("new code", this.braked(c, share));
  }

  /** The code of a version before the stable one came back, and it is not the one that was stable before: a revert of a promoted release, maybe. */
  private sayNoRollback(c: Known): void {
    const { stable, older } = this.draft;
    const [back] = older;
    if (back === undefined || Number(c.versionId) >= Number(stable.versionId) || c.versionId === UNPUBLISHED) return;
    this.say(
      "not a rollback",
      `version ${c.versionId} is not the one that was stable before version ${stable.versionId}: it starts as any release does. ` +
        `To roll back to version ${back.versionId}: reject: ${stable.versionId}`,
    );
  }

  private start(c: Known, first: Tenths): Tenths {
    const { weight, strategy } = this.wish;
    if (strategy === "direct" && weight !== 0) return ALL;
    if (weight === undefined) return first;
    if (this.isMeant(c) || weight <= first) return weight;
    this.say(
      "new code",
      `weight ${formatShare(weight)} came with new code ${nameOf(c)}: it starts at ${formatShare(first)} %; to start higher: ` +
        `for: ${keyOf(c)}`,
    );
    return first;
  }

  /** Row 10: the candidate in progress. */
  private move(share: Tenths): Decision {
    const { draft, candidate: c, wish } = this;
    const allowed = this.braked(c, share);
    const raises = allowed > this.liveShare(c.versionId);
    if (this.stale) {
      if (raises)
        throw new Refused(this.staleMessage(`it would raise version ${c.versionId} to ${formatShare(allowed)} %`));
      return this.finish("weight", allowed);
    }
    if (wish.hold && raises) {
      this.say("hold", `hold: version ${c.versionId} stays at ${formatShare(this.liveShare(c.versionId))} %`);
      return this.finish("hold", this.heldShare());
    }
    if (share === 0 && draft.share > 0 && wish.weight === 0) {
      this.say("weight", `weight 0 pauses version ${c.versionId}, it does not reject it: reject: ${c.versionId} does`);
    }
    if (!wish.hold) this.heed();
    return this.finish("weight", allowed);
  }

  /** Config asks for more than the version has, and by a weight that was seen before: what would move it. */
  private explain(c: Known): void {
    const { draft, wish } = this;
    if (wish.weight === undefined || wish.weight <= draft.share || wish.strategy === "direct" || wish.hold) return;
    if (draft.pulled.has(c.versionId)) this.sayBraked(c, draft.share);
    else {
      this.say(
        "weight",
        `weight ${formatShare(wish.weight)} is no new one for version ${c.versionId}: it stays at ${formatShare(draft.share)} %; another ` +
          `weight moves it, or for: ${keyOf(c)}`,
      );
    }
  }

  /** Under hold the candidate in progress keeps what it has, and gets back nothing. */
  private heldShare(): Tenths {
    const { candidate, share } = this.draft;
    return candidate === undefined ? 0 : Math.min(share, this.liveShare(candidate.versionId));
  }

  /** The third filter: what was lowered by hand is raised by nothing but a retry or a promotion. */
  private braked(c: Known, share: Tenths): Tenths {
    const now = this.liveShare(c.versionId);
    if (!this.draft.pulled.has(c.versionId) || share <= now) return share;
    this.sayBraked(c, now);
    return now;
  }

  private sayBraked({ versionId }: Known, now: Tenths): void {
    this.say(
      "brake",
      `version ${versionId} was lowered to ${formatShare(now)} % by hand and stays there; retry: ${this.unspent(versionId)} lifts that`,
    );
  }

  /** What config says is what the next run compares with; without a weight, any weight will be a new one. */
  private heed(): void {
    if (!this.stale && !this.wish.hold) this.draft.seen = this.wish.weight;
  }

  private isMeant(c: Known): boolean {
    const name = this.wish.for;
    if (name === undefined) return false;
    return name.replace(/^v/, "") === c.versionId || namesFingerprint(name, c.fingerprint);
  }

  private staleMessage(why: string): string {
    return (
      `this run is older (rev ${this.wish.rev ?? "?"}) than the last one that wrote (rev ${this.before?.rev ?? "?"}), and ${why}. ` +
      `Nothing was written. Run the newest commit, or set rev to a higher number`
    );
  }

  private promote(c: Known): void {
    const { draft } = this;
    const kept = [draft.stable, ...draft.older].filter(
      ({ versionId }) => versionId !== c.versionId && !draft.rejected.has(versionId),
    );
    Object.assign(draft, { stable: c, older: kept.slice(0, OLDER), replaced: 0 });
    this.dropCandidate();
    draft.pulled.clear();
  }

  private finish(rule: Rule, share: Tenths, waiting?: Candidate): Decision {
    const { draft, before, wish } = this;
    if (share === ALL && draft.candidate !== undefined) this.promote(draft.candidate);
    else draft.share = share;
    const held = draft.candidate?.versionId ?? "";
    if (draft.pulled.has(held)) draft.share = Math.min(draft.share, this.liveShare(held));
    const { stable, candidate, seen } = draft;
    const canary =
      candidate !== undefined && draft.share > 0 ? { versionId: candidate.versionId, share: draft.share } : undefined;
    const rev = Math.max(wish.rev ?? -1, before?.rev ?? -1);
    const memory: Memory = {
      sequence: before?.sequence ?? 0,
      stable,
      older: draft.older.filter(({ versionId }) => versionId !== stable.versionId).slice(0, OLDER),
      ...(candidate === undefined ? {} : { candidate }),
      share: draft.share,
      ...(seen === undefined ? {} : { seen }),
      ...(rev < 0 ? {} : { rev }),
      rejected: [...draft.rejected],
      pulled: [...draft.pulled],
      spent: [...draft.spent],
      replaced: draft.replaced,
    };
    const split: Split = { main: stable.versionId, ...(canary === undefined ? {} : { canary }) };
    return { split, memory, rule, notices: this.notices, ...(waiting === undefined ? {} : { waiting }) };
  }
}

/** A retry as it is remembered. */
function tokenOf(retry: string): string {
  return digest(retry).slice(0, 6);
}

/** `fp:` and at least 8 hex digits, of a fingerprint with or without its scheme in front. */
function namesFingerprint(name: string, fingerprint: string): boolean {
  const prefix = /^fp:([0-9a-f]{8,64})$/.exec(name)?.[1];
  return prefix !== undefined && hexOf(fingerprint).startsWith(prefix);
}

/** A fingerprint without its scheme. */
export function hexOf(fingerprint: string): string {
  return fingerprint.replace(/^\w+:/, "");
}

/** A version for people: its number, or while it has none the beginning of its fingerprint. */
export function nameOf({ versionId, fingerprint }: Candidate): string {
  return versionId === undefined || versionId === UNPUBLISHED
    ? `new (${hexOf(fingerprint).slice(0, 8)})`
    : `v${versionId}`;
}

/** A version as a key names it. */
function keyOf({ versionId, fingerprint }: Known): string {
  return versionId === UNPUBLISHED ? `fp:${hexOf(fingerprint).slice(0, 8)}` : versionId;
}
