/**
 * The oracle: compares what each run did to the traffic with the rules of docs/releases.md. The oracle has the whole history:
 * commits, changes by hand, deletions. What a run can know of it is stored with the state and with the alias, as `Knowledge`.
 * Each check can be switched off, to show that it is needed. Shares are in tenths of a percent.
 */
import { DESCRIPTION_ROOM, type Preview } from "./subject";
import { type Commit, type Keys, type Run, type Shares, type Tree, type World } from "./world";
import { contentOf, orderOf, same, sameAlias, share, sharesOf, show } from "./world";

export const CHECKS = {
  "valid alias": "A write names versions that exist, with one share between 0 and 100 %.",
  bound: "A version is raised only by a weight that was written for it (invariant 1, rules B, G, H, I, J).",
  "new content": "New content gets its first step or less (rule H).",
  identity: "Content with new environment values is new content: it starts at the first step, and is not rejected.",
  revert: "A revert gives no version more than it had before the reverted commit (invariant 2).",
  "revert at once": "A revert right after its commit restores the shares from before the commit (invariant 2).",
  rejected: "A rejected version has no traffic (invariant 3, rule D).",
  "rejected in red": "A run fails if it cannot take the traffic away from a rejected version (rule D).",
  lowered: "A version that was lowered by hand stays low (invariant 4, rule C).",
  hands: "A run with unchanged config does not undo a change by hand (rule C).",
  "late writes nothing": "A run of an older commit does not write the alias (invariant 5, rule A).",
  "late is announced": "A run of an older commit prints that it is one (rule A).",
  "late leaves no trace":
    "After a run of an older commit, the newest commit has the same result as without that run (invariant 5, rule A).",
  adopted: "An alias that is adopted, or whose state is lost, keeps its split (rule B).",
  preview: "The run has the result that its preview announced (invariant 7).",
  "preview of failures": "A run fails if and only if its preview failed (invariant 7).",
  "never stuck": "Keys that were accepted once do not make a later run fail (invariant 8).",
  silent: "A run that moves traffic prints a sentence about it.",
  "preview is silent": "A preview of a run that moves traffic has a sentence about it.",
  removed: "Removing a key raises no share (invariant 6).",
  hold: "No share rises while hold is true (rule K).",
  description: "The description has at most 256 characters.",
  "again is nothing": "A second run of the same commit writes nothing and moves nothing.",
  plain: "Config without blocks or changes by hand gets the split that the rules state (rules B, F, G, H, I).",
  pruning: "Pruning keeps the stable version, the candidate and the newest former stable version.",
} as const;

export type Check = keyof typeof CHECKS;

export interface Violation {
  readonly check: Check;
  readonly text: string;
}

/** Content that became the candidate, and the weights and shares that it has had. */
interface Arrival {
  readonly content: string;
  readonly version: string;
  /** The weight that was in config when the content came. */
  readonly text: string;
  /** The weights in config before that, since config last had no weight. */
  readonly stood: readonly string[];
  /** The largest allowed first share. */
  readonly start: number;
  /** True if the weight named a revision that state did not have: then the first step was right as well. */
  readonly startIsUncertain: boolean;
  /** True while no run without `hold` has deployed the content, so it has not started. */
  readonly waits: boolean;
  /** Revisions by which a key may name the content. */
  readonly revisions: readonly number[];
  /** Map from weight and `hold` to the largest share that the content had with them. */
  readonly held: Readonly<Record<string, number>>;
  readonly raisedByHand: boolean;
  /** The share to which somebody last raised the content by hand. */
  readonly raisedTo: number;
  /** The weight of the last run if it applied to this content. */
  readonly last: string;
  /** The smallest share that the content had while config had no weight for it. */
  readonly least: number | undefined;
  /** The commit whose run deployed the content first. */
  readonly commit: number;
  /** Weights that were set while other content waited, so they were not written for this content. */
  readonly foreign: readonly string[];
}

/** A rejection or a lowering of a version. It ends when a `retry` with a sufficient number names the version. */
interface Block {
  /** The smallest number after `@` with which a `retry` ends the rejection or the lowering of a version. */
  readonly needs: number;
  /**
   * The `retry` in config when the version was rejected or lowered, if it named the content by another number. Any other `retry` came
   * later.
   */
  readonly stood?: string | undefined;
}

/** A promotion by the last run, with the stable version and the candidate before the promotion. */
interface Promotion {
  readonly stable: string;
  /** The candidate before the promotion, and its share. */
  readonly content: string;
  readonly share: number;
  /** Weight and `hold` in config before the promotion. */
  readonly key: string;
}

/** A candidate that other content replaced. */
interface Replaced {
  readonly arrival: Arrival;
  readonly share: number;
  /** The weight and the first step in config when the candidate was last deployed. */
  readonly text: string;
  readonly step: number;
}

/** What a later run can know after a run. */
export interface Knowledge {
  readonly sequence: number;
  /** Number of the release: it rises when a release starts again because everything was lost. */
  readonly release: number;
  readonly commit: number;
  readonly tree: Tree;
  readonly content: string;
  readonly stable: string;
  /** Versions that were stable, newest first. */
  readonly formers: readonly string[];
  /** The former stable versions to which a rollback may go: without those that a rollback left. */
  readonly certain: readonly string[];
  readonly candidate: Arrival | undefined;
  /** The rejections. The key is the content, or `#version` if the content was never deployed. */
  readonly rejected: Readonly<Record<string, Block>>;
  readonly lowered: Readonly<Record<string, Block & { readonly ceiling: number }>>;
  readonly written: Shares;
  /** Versions whose share somebody changed by hand. */
  readonly touched: readonly string[];
  /** Weights without a version, since config last had no weight. */
  readonly texts: readonly string[];
  /** Values in config of runs whose state was lost, since config last had no weight: the alias may have them or not. */
  readonly doubtful?: readonly string[];
  /** Versions whose content the release does not know any more, because state was lost. */
  readonly forgotten?: readonly string[];
  readonly promotion: Promotion | undefined;
  /** A `reject` that was in config before the first version, while it stays in config. */
  readonly ignored?: string | undefined;
  /** The candidate that other content replaced last, and its share. */
  readonly replaced?: Replaced | undefined;
  readonly contents: Readonly<Record<string, string>>;
  /** Content by revision; only in state. */
  readonly revisions: Readonly<Record<string, string>>;
  /** True if state was lost or an older state was restored: then only the upper bounds are certain. */
  readonly lossy: boolean;
}

interface Effect {
  readonly before: Shares;
  readonly stable: string | undefined;
  readonly formers: readonly string[];
  /** True if the previous run was of the previous commit, and nothing else happened. */
  alone: boolean;
  /** True if the previous run was of the previous commit. */
  readonly parentRan: boolean;
  /** Versions that were lowered by hand and later raised by hand, so no lowering limits them any more. */
  freed: readonly string[];
}

interface Weight {
  readonly text: string;
  readonly share: number;
  readonly bound: string | undefined;
}

const ALL = 1000;
const NONE: Weight = { text: "-", share: -1, bound: undefined };

const nameOf = (text: string): string => (/^\d+$/.test(text) ? `v${text}` : text);

export function weightOf({ weight }: Keys): Weight {
  if (weight === undefined) return NONE;
  const found = /^(?:([rv]?\d+)=)?(\d+(?:\.\d+)?)%?$/.exec(String(weight));
  if (!found) throw new Error(`The oracle cannot read the weight ${String(weight)}.`);
  const bound = found[1] === undefined ? undefined : nameOf(found[1]);
  return { text: `${bound ?? ""}=${Number(found[2])}`, share: Math.round(Number(found[2]) * 10), bound };
}

function retryOf({ retry }: Keys): { name: string; count: number } | undefined {
  const found = /^([rv]?\d+)(?:@(\d+))?$/.exec(String(retry ?? ""));
  return found ? { name: nameOf(String(found[1])), count: Number(found[2] ?? 1) } : undefined;
}

const stepOf = ({ steps, strategy }: Keys): number =>
  strategy === "direct" ? ALL : (Array.isArray(steps) ? Number(steps[0]) : 5) * 10;
const isHeld = ({ hold }: Keys): boolean => String(hold) === "true";
const sameTree = (a: Tree, b: Tree): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = ({ keys, ...rest }: Tree) => [rest.code, rest.environment, rest.aliasName, Object.entries(keys).sort()];

/** True if a commit only removes keys, and does not end `hold`. */
function onlyRemoves(old: Tree, now: Tree): boolean {
  const less = Object.keys(now.keys).every((key) => JSON.stringify(old.keys[key]) === JSON.stringify(now.keys[key]));
  const fewer = less && Object.keys(old.keys).length > Object.keys(now.keys).length;
  return fewer && contentOf(old) === contentOf(now) && !(isHeld(old.keys) && !isHeld(now.keys));
}

export class Judge<S> {
  readonly violations: Violation[] = [];
  private readonly commits: Commit[] = [];
  private readonly effects = new Map<number, Effect>();
  /** Contents by revision. After a lost state, revisions count from 1 again, so a revision may have several contents. */
  private readonly revisions = new Map<number, Set<string>>();
  private readonly everDeployed = new Set<string>();
  private releases = 0;
  /** Content of every version that ever existed. */
  private readonly contents = new Map<string, string>();
  /** The last run. The file sequences.ts, which plays the events, reads it. */
  last: { readonly late: boolean; readonly known: Knowledge | undefined } | undefined;
  /** Whether the last run failed. */
  failed = false;

  constructor(private readonly checks: ReadonlySet<Check> = new Set(Object.keys(CHECKS) as Check[])) {}

  /** A copy of the oracle. Later runs change only the one to which they are given. */
  clone(): Judge<S> {
    const copy = new Judge<S>(this.checks);
    copy.violations.push(...this.violations);
    copy.commits.push(...this.commits);
    for (const [index, effect] of this.effects) copy.effects.set(index, { ...effect });
    for (const [revision, contents] of this.revisions) copy.revisions.set(revision, new Set(contents));
    for (const content of this.everDeployed) copy.everDeployed.add(content);
    for (const [version, content] of this.contents) copy.contents.set(version, content);
    copy.releases = this.releases;
    copy.last = this.last;
    copy.failed = this.failed;
    return copy;
  }

  committed(commit: Commit): void {
    this.commits.push(commit);
  }

  private fail(check: Check, text: string): void {
    if (this.checks.has(check)) this.violations.push({ check, text });
  }

  ran(run: Run<S, Knowledge>, world: World<S, Knowledge>): Knowledge | undefined {
    const { outcome, inputs, commit, content } = run;
    const { tree } = commit;
    const { keys } = tree;
    const version = inputs.versionId;
    this.failed = outcome.failure !== undefined;
    for (const [name, one] of run.versions) this.contents.set(name, one);
    const named = this.revisions.get(inputs.revision) ?? new Set();
    this.revisions.set(inputs.revision, named.add(content));

    const [a, b] = [run.knownByState, run.knownByAlias];
    const after = sharesOf(outcome.write ?? run.alias);
    const toOtherName = a !== undefined && a.tree.aliasName !== tree.aliasName && run.previous !== undefined;
    // After a rename there may be two aliases: that of a release that started again after a lost state, or a copy that a crashed run left.
    // A rename that leaves the alias of the new name unchanged, or its main version, continues that alias. `sequence` of two aliases
    // cannot be compared.
    const areTwo = toOtherName && b !== undefined;
    const main = (outcome.write ?? run.alias)?.versionId;
    const keepsMain = main === run.alias?.versionId && main !== run.previous?.versionId;
    const continues = keepsMain || same(after, sharesOf(run.alias));
    const isLater = areTwo ? continues : (b?.sequence ?? -1) > (a?.sequence ?? -1);
    const known = a && b ? (isLater ? b : a) : (a ?? b);
    // An alias that a crashed run of the same rename left is a copy. An alias of another release is not.
    const renamed = toOtherName && (a === known || a.release === known?.release);
    const before = renamed ? sharesOf(run.previous) : sharesOf(run.alias);
    const where = `commit ${commit.index}: ${show(before)} → ${show(after)}`;

    this.write(run, where);
    if (known === undefined) {
      this.last = { late: false, known };
      return this.first(run, before, after, where);
    }
    // A rename checks the aliases of both names for a newer run.
    const other = toOtherName ? (known === a ? b : a) : undefined;
    const newest = other !== undefined && other.commit > known.commit ? other : known;
    const late = world.ordered && orderOf(commit.index) < orderOf(newest.commit);
    this.last = { late, known: newest };
    if (late) {
      if (outcome.write !== undefined && !sameAlias(outcome.write, run.alias)) this.fail("late writes nothing", where);
      // Without a refresh, state may not contain the result of the newer run.
      const knows = run.knownByState?.commit === known.commit;
      if (knows && outcome.failure === undefined && outcome.notices.length === 0) this.fail("late is announced", where);
      this.previews(run, after, before);
      return known;
    }

    // After a crashed rename there are two aliases of one release, and the run may continue with either of them.
    const twice = renamed && b !== undefined && b.release === a.release && run.alias !== undefined;
    if (twice && keys["reject"] === undefined && (same(after, sharesOf(run.alias)) || same(after, before))) {
      return { ...known, commit: commit.index, tree, written: after };
    }

    // The shares that the run may keep.
    const others = twice ? sharesOf(run.alias) : {};
    const largest = Object.fromEntries(
      Object.keys({ ...before, ...others }).map((one) => [one, Math.max(share(before, one), share(others, one))]),
    );

    const gotLost = a === undefined || (b !== undefined && (b.sequence !== a.sequence || b.release !== a.release));
    // Weights of runs whose state was lost are not known.
    // The alias has hashes of the content of few versions: of the candidate, for example.
    const { candidate: seen } = known;
    const ofAlias = { ...(a?.contents ?? {}), ...(seen === undefined ? {} : { [seen.version]: seen.content }) };
    const forgotten = gotLost
      ? Object.keys(known.contents).filter((one) => !(one in ofAlias))
      : (known.forgotten ?? []);
    const stoodBefore = gotLost ? (a?.texts ?? []) : known.texts;

    // Changes by hand since the last run.
    const gone = Object.keys(before).length === 0;
    // After a crashed rename, the alias exists under its old name, under its new name, or both. A difference between the two is not
    // a change by hand.
    const written = renamed && b !== undefined && b.release === a.release ? a.written : known.written;
    const moved = !same(before, written);
    if (moved) for (const effect of this.effects.values()) effect.alone = false;
    const lowered: Record<string, Block & { readonly ceiling: number }> = { ...known.lowered };
    const retry = retryOf(keys);
    const stoodIn = (one: Tree): boolean => JSON.stringify(retryOf(one.keys)) === JSON.stringify(retry);
    // After a crashed rename, state does not have the `retry` of the crashed run.
    const stands = stoodIn(known.tree) && (!twice || stoodIn(a.tree));
    const names = (name: string, one: string): boolean =>
      name.startsWith("r")
        ? this.contentsOf(name).has(this.contents.get(one) ?? "")
        : name === `v${one}` || (this.contents.has(one) && this.contents.get(name.slice(1)) === this.contents.get(one));
    const needs = (one: string): number => (retry && stands && names(retry.name, one) ? retry.count + 1 : 1);
    let stable = known.stable;
    let handMade: string | undefined;
    // While new content waits, the previous candidate keeps its traffic. If its content is deployed again, it is still the candidate.
    let { replaced } = known;
    const isOther = replaced?.arrival.content !== known.candidate?.content;
    const staying = known.candidate?.waits === true && isOther ? replaced?.arrival : undefined;
    let candidate = staying?.content === content ? staying : known.candidate;
    const freed: string[] = [];
    const lower = (one: string, ceiling: number) => {
      lowered[one] = { ceiling, needs: Math.max(needs(one), lowered[one]?.needs ?? 1) };
    };
    if (gone) {
      for (const one of [candidate, staying]) if (one && one.version !== stable) lower(one.version, 0);
    } else if (moved) {
      if (share(before, stable) === 0) {
        const main = String((renamed ? run.previous : run.alias)?.versionId);
        // If the candidate was promoted by hand, a rollback to the former stable version stays possible.
        if (![candidate?.version, known.candidate?.version, staying?.version].includes(main)) lower(stable, 0);
        stable = main;
        handMade = stable;
        Reflect.deleteProperty(lowered, stable);
      }
      for (const [one, { ceiling }] of Object.entries(lowered)) {
        if (share(before, one) <= Math.max(ceiling, share(written, one))) continue;
        Reflect.deleteProperty(lowered, one);
        freed.push(one);
      }
      for (const effect of this.effects.values()) effect.freed = [...effect.freed, ...freed];
      const afterHand = (one: Arrival): Arrival => {
        const [has, had] = [share(before, one.version), share(written, one.version)];
        if (has < had) lower(one.version, has);
        return has > had ? { ...one, raisedByHand: true, raisedTo: has } : one;
      };
      if (candidate && candidate.version !== stable) candidate = afterHand(candidate);
      // A promotion by hand is a raise by hand to 100 %.
      if (candidate && candidate.version === handMade) candidate = { ...candidate, raisedByHand: true, raisedTo: ALL };
      if (replaced && staying && staying !== candidate && staying.version !== stable)
        replaced = { ...replaced, arrival: afterHand(staying) };
    }
    const contentOfVersion = (one: string): string => this.contents.get(one) ?? "";

    // The rejections after this run.
    const rejected: Record<string, Block> = { ...known.rejected };
    // A `reject` that was in config before the first version rejects nothing.
    const given = keys["reject"] === undefined ? undefined : nameOf(String(keys["reject"]));
    const reject = given === known.ignored ? undefined : given;
    const lifts = (one: string, block: Block): boolean =>
      retry !== undefined &&
      names(retry.name, one) &&
      (retry.count >= block.needs || (block.stood !== undefined && retry.name !== block.stood));
    const rejects = (one: string): boolean => reject !== undefined && names(nameOf(String(reject)), one);
    if (reject !== undefined) {
      const name = nameOf(String(reject));
      const numbers = name.startsWith("v")
        ? [name.slice(1)]
        : [...this.contents]
            // A run cannot know the content of a revision that no run of this release deployed.
            .filter(([, one]) => name === `r${inputs.revision}` || a?.revisions[name] === one)
            .filter(([one]) => names(name, one) && this.contentsOf(name).size === 1)
            .map(([one]) => one);
      for (const one of numbers) {
        const remembered = forgotten.includes(one) ? undefined : known.contents[one];
        const deployed = remembered ?? (one === version ? content : undefined);
        const key = deployed ?? `#${one}`;
        // If a retry of the same version has lifted a rejection, it is not recorded again while both keys stay in config.
        const spent = given === nameOf(String(known.tree.keys["reject"])) && retry && names(retry.name, one);
        const byNumber = needs(one) > 1 && /^v/.test(retry?.name ?? "") && retry?.name !== `v${one}`;
        const old = rejected[key];
        // A `reject` that is new in config is newer than a retry that lifted the previous rejection and is still in config.
        if (!spent && (old === undefined || lifts(one, old)))
          rejected[key] = { needs: needs(one), stood: byNumber ? retry?.name : undefined };
      }
    }
    const isRejected = (one: string): boolean => {
      const block = rejected[contentOfVersion(one)] ?? rejected[`#${one}`];
      return block !== undefined && !lifts(one, block);
    };
    // The release cannot know a revision that only a run of an older commit deployed.
    const isKnownName = (name: string): boolean =>
      !name.startsWith("r") || name === `r${inputs.revision}` || a?.revisions[name] !== undefined;
    /** True if the version is rejected by at least one possible reading of rule E. */
    const mayBeRejected = (one: string): boolean => {
      const block = rejected[contentOfVersion(one)] ?? rejected[`#${one}`];
      if (block === undefined) return rejects(one) && !(retry && names(retry.name, one));
      return !lifts(one, block) || !isKnownName(retry?.name ?? "");
    };
    // A lowering also applies to the same content under another number.
    const isLowered = (one: string): boolean =>
      Object.entries(lowered).some(([name, block]) => this.isSame(name, one) && !lifts(one, block));

    const touched = [
      ...known.touched,
      ...Object.keys({ ...before, ...written }).filter((one) => share(before, one) !== share(written, one)),
    ];
    const stableContent = contentOfVersion(stable);
    const stableIsGone = gone && !run.existing.has(stable);
    const formersNow = [...(stable === known.stable ? [] : [known.stable]), ...known.formers];
    // If the candidate was promoted by hand, a rollback stays possible. Any other promotion by hand may be a rollback itself.
    const promotedByHand = stable !== known.stable && [known.candidate?.version, staying?.version].includes(stable);
    const certainNow = promotedByHand
      ? [known.stable, ...known.certain.filter((one) => one !== stable)]
      : this.succeed(known.certain, known.stable, stable);
    const replacements = certainNow.filter((one) => run.existing.has(one) && one !== stable && !isRejected(one));
    const hasReplacement = replacements.some((one) => !mayBeRejected(one));
    const falls = mayBeRejected(stable);

    // Which versions may be raised, and to which share.
    const weight = weightOf(keys);
    // No preview could know the number of a version that is published in this run, so a weight cannot name it.
    const tooEarly = weight.bound !== undefined && !weight.bound.startsWith("r") && !run.before.has(version);
    const isFor = weight !== NONE && (weight.bound === undefined || (names(weight.bound, version) && !tooEarly));
    const arrives = content !== stableContent && (candidate === undefined || candidate.content !== content);
    // A rejected version that was made stable by hand is no target of a rollback. After a rollback by hand, the target is the
    // version that was stable before the current one.
    const tops = [
      formersNow.find((one) => !isRejected(one)) ?? formersNow[0],
      certainNow.find((one) => !isRejected(one)),
    ];
    const top = tops.find((one) => one !== undefined && contentOfVersion(one) === content);
    const former = top !== undefined;
    // A version that was promoted and lost its traffic by a change by hand is a former stable version, not a candidate.
    const lostTraffic = candidate !== undefined && candidate.version === known.stable && stable !== known.stable;
    const canRollBack = (arrives || candidate?.waits === true || lostTraffic) && former && !isLowered(top);
    // A weight that names a revision which state does not have counts as no weight.
    const first = this.start(run, weight, version, known);
    const start = isKnownName(weight.bound ?? "") ? first : Math.max(first, stepOf(keys));
    // If content comes back together with its config, by a revert, it is the same candidate as before.
    const comesBack =
      arrives &&
      replaced?.arrival.content === content &&
      replaced.text === weight.text &&
      replaced.step === stepOf(keys) &&
      !isHeld(keys);
    const key = `${weight.text}|${isHeld(keys)}`;
    const permitted = (): number => {
      if (canRollBack) return ALL;
      if (known.promotion?.content === content && !moved) return Math.max(start, known.promotion.share);
      if (arrives) {
        // The candidate that was replaced last gets its former share again.
        const reverted = commit.reverts === undefined ? undefined : this.effects.get(commit.reverts);
        // A retry restores the share that the weight meant before the version was lowered.
        const lifted = retry !== undefined && names(retry.name, version) ? (replaced?.arrival.held[key] ?? 0) : 0;
        const had = comesBack ? Math.max(replaced?.share ?? 0, lifted) : 0;
        const was = Math.max(had, reverted === undefined ? 0 : share(reverted.before, version));
        return isHeld(keys) ? share(before, version) : Math.max(start, was);
      }
      const has = share(largest, version);
      if (candidate === undefined) return has;
      const again = isHeld(keys) ? (candidate.held[`${weight.text}|true`] ?? 0) : 0;
      if (isHeld(keys)) return Math.max(has, again);
      // A retry restores the share that the candidate would have if it had not been rejected or lowered.
      const lifted = retry !== undefined && names(retry.name, version);
      const raised = lifted && candidate.raisedByHand ? candidate.raisedTo : 0;
      // When `hold` is removed, the waiting content starts.
      if (!isFor) return lifted || candidate.waits ? Math.max(has, start, raised) : has;
      if (candidate.foreign.includes(weight.text)) {
        return Math.max(has, raised, candidate.start, ...Object.values(candidate.held));
      }
      // Content that got traffic by hand has started.
      const comesWithStart = candidate.waits && !candidate.raisedByHand && weight.bound === undefined;
      if (weight.text === candidate.text || candidate.stood.includes(weight.text) || comesWithStart) {
        // Waiting content starts at the current first step.
        const plain = weight.bound === undefined ? weight.share : weight.bound.startsWith("v") ? ALL : undefined;
        const then = candidate.waits && plain !== undefined ? Math.min(stepOf(keys), plain) : candidate.start;
        return Math.max(has, raised, then, candidate.held[`${weight.text}|false`] ?? 0);
      }
      return Math.max(weight.share, raised);
    };
    const limit = permitted();
    const removes = !moved && !falls && onlyRemoves(known.tree, tree);
    const envOnly =
      arrives &&
      known.tree.code === tree.code &&
      known.tree.environment !== tree.environment &&
      !this.everDeployed.has(content);
    for (const one of Object.keys(after)) {
      const [had, has] = [share(largest, one), share(after, one)];
      if (has <= had || one === stable || contentOfVersion(one) === stableContent) continue;
      if (stableIsGone && one === (replacements[0] ?? version)) continue;
      if (falls && one === replacements[0]) continue;
      // A revert takes a promotion back, also if somebody began to do so by hand.
      const since = this.commits.slice(known.commit + 1, commit.index + 1);
      const again = !moved || gone || since.some(({ reverts }) => reverts !== undefined) || had > 0;
      const takenBack =
        known.promotion !== undefined &&
        one === (mayBeRejected(known.promotion.stable) ? replacements[0] : known.promotion.stable) &&
        known.promotion.content === content &&
        again &&
        (content !== stableContent || known.promotion.key === key);
      // The stable version gets the rest of the traffic; the limit of the candidate is checked separately.
      if (takenBack) continue;
      // A revert right after its commit makes the stable version from before the commit stable again.
      const undone = commit.reverts === commit.index - 1 && known.commit === commit.index - 1 && !moved;
      const restored = undone ? this.effects.get(commit.reverts ?? -1) : undefined;
      if (restored?.stable === one && has <= share(restored.before, one)) continue;
      const most = one === version ? limit : had;
      if (has > most && !removes) {
        const check =
          one !== version ? "bound" : envOnly ? "identity" : arrives && !isHeld(keys) ? "new content" : "bound";
        if (!isHeld(keys) || check !== "bound") this.fail(check, `${where}: v${one} may have ${most / 10} %`);
      }
      if (isHeld(keys) && has > most) this.fail("hold", `${where}: v${one} goes up under hold`);
    }

    // Rejections and changes by hand.
    // Without a refresh and with unchanged config, the engine starts no update, so the alias is not read.
    const looked = !run.blind || outcome.write !== undefined || outcome.state !== undefined;
    for (const one of Object.keys(after)) {
      if (looked && isRejected(one) && one !== handMade && !(gone && one === stable && !hasReplacement)) {
        const last = one === stable && !hasReplacement;
        if (!last) this.fail("rejected", `${where}: v${one} is rejected`);
        // After a crashed rename, the alias may record a `retry` that is not in state.
        else if (twice && retry !== undefined && names(retry.name, one)) continue;
        else if (content === stableContent && outcome.failure === undefined) {
          this.fail("rejected in red", `${where}: v${one} is rejected and keeps its traffic`);
        }
      }
      const ceiling = lowered[one];
      const replaces = one === main && (falls || stableIsGone);
      if (ceiling && isLowered(one) && share(after, one) > ceiling.ceiling && one !== stable && !replaces) {
        this.fail("lowered", `${where}: a hand left v${one} ${ceiling.ceiling / 10} %`);
      }
    }
    const clean = !Object.keys({ ...before, ...after }).some(isRejected);
    if (moved && !gone && sameTree(known.tree, tree) && clean && outcome.failure === undefined) {
      if (!same(before, after)) this.fail("hands", where);
    }

    this.previews(run, after, before);
    // A failure is right if the only usable version is rejected, by at least one possible reading of rule E.
    const excused =
      (falls || rejects(stable) || stableIsGone) &&
      !hasReplacement &&
      (content === stableContent || mayBeRejected(version));
    // A failure is also right if a new `reject` names a number that the release never had and that does not exist: a typing mistake.
    const isNew = given !== undefined && given !== nameOf(String(known.tree.keys["reject"]));
    const slip =
      isNew && /^v\d+$/.test(given) && !run.existing.has(given.slice(1)) && !(given.slice(1) in known.contents);
    if (outcome.failure !== undefined && !excused && !slip) this.fail("never stuck", `${where}: ${outcome.failure}`);
    if (!same(before, after) && !outcome.sentence) this.fail("silent", where);

    // Checks a commit that only removes keys.
    if (removes) {
      for (const one of Object.keys(after)) {
        if (one !== stable && known.promotion?.stable !== one && share(after, one) > share(before, one)) {
          this.fail("removed", `${where}: v${one} is raised`);
        }
      }
    }

    // Checks a commit that reverts another one.
    const parentRan = known.commit === commit.index - 1;
    const reverted = commit.reverts === undefined ? undefined : this.effects.get(commit.reverts);
    if (reverted?.parentRan && Object.keys(reverted.before).length > 0 && parentRan && !stableIsGone && !falls) {
      const byHand = touched.includes(version);
      const isGone = reverted.stable !== undefined && mayBeRejected(reverted.stable);
      const wayBack = canRollBack && byHand ? version : isGone ? replacements[0] : undefined;
      this.revert(run, reverted, before, after, {
        stable,
        start,
        weight,
        limit,
        candidate,
        where,
        main,
        wayBack,
        lossy: known.lossy,
      });
      const at = commit.reverts === commit.index - 1 && reverted.alone && !moved && !known.lossy;
      const free =
        reverted.stable !== undefined &&
        run.existing.has(reverted.stable) &&
        !mayBeRejected(reverted.stable) &&
        !isLowered(reverted.stable);
      if (at && free) this.revertAtOnce(run, reverted, after, stable, where);
    }

    // The split that config means without rejections, lowerings or changes by hand.
    const blocked =
      isLowered(version) || [...Object.keys(after), version, stable].some(mayBeRejected) || retry !== undefined;
    const third = Object.keys(before).some((one) => one !== stable && one !== version && one !== candidate?.version);
    if (
      !moved &&
      !renamed &&
      // After a lost state, the release has less information than the oracle.
      !known.lossy &&
      // Revisions are known from state only.
      !(gotLost && weight.bound?.startsWith("r")) &&
      isKnownName(weight.bound ?? "") &&
      candidate?.startIsUncertain !== true &&
      !blocked &&
      !third &&
      reject === undefined &&
      outcome.failure === undefined
    ) {
      const meant = this.meant(run, known, stable, { arrives, former, canRollBack, isFor, weight, start });
      if (meant !== undefined && !same(meant, after)) {
        this.fail(envOnly ? "identity" : "plain", `${where}: ${show(meant)} is meant`);
      }
    }

    // What later runs can know.
    const visible = outcome.write !== undefined || (outcome.state !== undefined && run.crash !== "before the state");
    if (!visible) return known;
    let now = stable;
    if (outcome.write && main !== undefined && main !== run.alias?.versionId) now = main;
    if (share(after, now) === 0 && main !== undefined) now = main;
    // A revert takes a promotion back, also if somebody has made the former stable version the main version before.
    const last = known.promotion;
    if (last !== undefined && last.stable === main && last.content === content && last.key === key) now = last.stable;
    const promoted = now !== stable && now === version && !canRollBack;
    if (promoted || handMade !== undefined) {
      const cleared = promoted ? version : String(handMade);
      Reflect.deleteProperty(lowered, cleared);
      // The change by hand is later than the rejection, unless `reject` is still in config.
      if (promoted || !rejects(cleared)) {
        Reflect.deleteProperty(rejected, contentOfVersion(cleared));
        Reflect.deleteProperty(rejected, `#${cleared}`);
      }
    }
    // If a promotion is taken back after somebody lowered the promoted version by hand, the version gets at most its current share.
    const takesBack =
      known.promotion?.content === content && stableContent === content && now === known.promotion.stable;
    if (takesBack && !gone && share(before, version) < ALL) lower(version, share(before, version));
    // A version whose promotion is taken back does not count as a former stable version.
    const gaveWay = known.promotion?.content === content && now === known.promotion.stable && now !== stable;
    const formers = [known.stable, stable, ...known.formers].filter(
      (one, index, all) => one !== now && all.indexOf(one) === index && !(gaveWay && one === stable),
    );
    const certain = this.succeed(certainNow, stable, now);
    // After the alias and its stable version were deleted, content under a new number starts like new content, or with the
    // weight that names its revision.
    const startsAnew = stableIsGone && candidate?.version !== version;
    const earlier = candidate && candidate.content === content ? candidate : comesBack ? replaced?.arrival : undefined;
    const kept = startsAnew ? undefined : earlier;
    const has = share(after, version);
    const arrived: Arrival | undefined =
      contentOfVersion(now) === content
        ? known.promotion !== undefined || promoted
          ? kept
          : undefined
        : {
            ...(kept ?? {
              content,
              text: weight.text,
              stood: weight === NONE ? [] : stoodBefore,
              start,
              startIsUncertain: startsAnew || !isKnownName(weight.bound ?? ""),
              waits: true,
              revisions: [inputs.revision],
              held: {},
              commit: commit.index,
              raisedByHand: share(before, version) > 0,
              raisedTo: share(before, version),
              foreign: [],
            }),
            ...(kept?.waits && !isHeld(keys) && isFor && weight.bound === undefined
              ? { stood: [...kept.stood, weight.text], start: Math.min(stepOf(keys), weight.share) }
              : {}),
            version,
            waits: isHeld(keys) && kept?.waits !== false,
            ...(kept && tooEarly ? { stood: [...kept.stood, weight.text] } : {}),
            ...(kept?.raisedByHand && kept.last !== (isFor ? weight.text : "-") && !moved
              ? { raisedByHand: false }
              : {}),
            last: isFor ? weight.text : "-",
            least: isFor ? kept?.least : Math.min(has, kept?.least ?? ALL),
            held: {
              ...(kept?.held ?? {}),
              [key]: Math.max(kept?.held[key] ?? 0, moved || kept?.raisedByHand ? 0 : has),
            },
          };
    const lastWeight = weightOf(known.tree.keys).text;
    const again = known.content === content && lastWeight === weight.text && isHeld(known.tree.keys) === isHeld(keys);
    const promotion =
      promoted && known.candidate
        ? {
            stable,
            content: known.candidate.content,
            share: share(before, known.candidate.version),
            key: `${lastWeight}|${isHeld(known.tree.keys)}`,
          }
        : again && now === known.stable && known.promotion
          ? { ...known.promotion, share: Math.min(known.promotion.share, share(before, version)) }
          : undefined;
    for (let index = 0; index <= commit.index; index += 1) {
      if (this.effects.has(index)) continue;
      const alone =
        index === commit.index && parentRan && !moved && run.crash === undefined && outcome.failure === undefined;
      this.effects.set(index, {
        before: largest,
        stable,
        formers: known.formers,
        alone,
        parentRan: index === commit.index && parentRan,
        freed,
      });
    }
    const fresh = arrives && !this.everDeployed.has(content);
    this.everDeployed.add(content);
    // Content that waited without traffic does not replace a candidate.
    const latest: Replaced | undefined =
      candidate !== undefined &&
      ![content, stableContent].includes(candidate.content) &&
      !(candidate.waits && share(before, candidate.version) === 0)
        ? {
            arrival: candidate,
            share: share(before, candidate.version),
            text: weightOf(known.tree.keys).text,
            step: stepOf(known.tree.keys),
          }
        : replaced;
    const isForeign =
      arrived?.waits === true && weight !== NONE && weight.bound === undefined && !stoodBefore.includes(weight.text);
    return {
      sequence: known.sequence + 1,
      release: known.release,
      commit: commit.index,
      tree,
      content,
      stable: now,
      formers,
      certain,
      candidate: arrived,
      rejected,
      ignored: given === known.ignored ? known.ignored : undefined,
      lowered,
      touched,
      written: after,
      texts:
        weight === NONE ? [] : [...new Set([...stoodBefore, ...(weight.bound === undefined ? [weight.text] : [])])],
      doubtful:
        weight === NONE
          ? []
          : [...new Set([...(known.doubtful ?? []), ...known.texts.filter((text) => !stoodBefore.includes(text))])],
      replaced:
        latest && isForeign
          ? { ...latest, arrival: { ...latest.arrival, foreign: [...latest.arrival.foreign, weight.text] } }
          : latest,
      promotion,
      contents: { ...known.contents, [version]: content },
      forgotten: forgotten.filter((one) => one !== version),
      revisions: { ...(a?.revisions ?? {}), [`r${inputs.revision}`]: content },
      lossy: (known.lossy && !fresh) || gotLost,
    };
  }

  /** Checks the first run, and a run after everything was lost. */
  private first(run: Run<S, Knowledge>, before: Shares, after: Shares, where: string): Knowledge | undefined {
    const { outcome, inputs, content, commit } = run;
    const { keys } = commit.tree;
    const version = inputs.versionId;
    const adopted = Object.keys(before).length > 0;
    // Content that the alias does not have starts like new content, and replaces another candidate.
    const stableOne = run.alias?.versionId ?? version;
    const bound = weightOf(keys);
    const first = bound.bound === `r${inputs.revision}` ? bound.share : stepOf(keys);
    const starts = share(before, version) === 0 && !isHeld(keys) && share(after, version) <= first;
    const others = ALL - share(after, version);
    const kept = same(before, after) || (starts && share(after, stableOne) === others);
    if (adopted && keys["reject"] === undefined && !kept) this.fail("adopted", where);
    if (!adopted && keys["reject"] === undefined && !same(after, { [version]: ALL })) {
      this.fail("plain", `${where}: the first version must get all traffic`);
    }
    if (outcome.failure !== undefined && keys["reject"] === undefined)
      this.fail("never stuck", `${where}: ${outcome.failure}`);
    if (!same(before, after) && !outcome.sentence) this.fail("silent", where);
    this.previews(run, after, before);
    const visible = outcome.write !== undefined || (outcome.state !== undefined && run.crash !== "before the state");
    if (!visible) return undefined;
    const stable = (outcome.write ?? run.alias)?.versionId ?? version;
    const weight = weightOf(keys);
    const has = share(after, version);
    // If alias and state were deleted, earlier effects of commits do not count.
    if (!adopted) this.effects.clear();
    // A release that has neither state nor description does not know which commit ran before another one.
    for (const [index, effect] of this.effects) this.effects.set(index, { ...effect, alone: false, parentRan: false });
    const reject = nameOf(String(keys["reject"] ?? ""));
    const rejected = reject === `r${inputs.revision}` ? version : /^v(\d+)$/.exec(reject)?.[1];
    for (let index = 0; index <= commit.index; index += 1) {
      if (!this.effects.has(index))
        this.effects.set(index, { before, stable: undefined, formers: [], alone: false, parentRan: false, freed: [] });
    }
    this.everDeployed.add(content);
    return {
      sequence: 1,
      release: (this.releases += 1),
      commit: commit.index,
      tree: commit.tree,
      content,
      stable,
      formers: [],
      certain: [],
      candidate:
        stable === version
          ? undefined
          : {
              content,
              version,
              text: weight.text,
              stood: [],
              start: Math.max(has, stepOf(keys)),
              waits: false,
              revisions: [inputs.revision],
              held: {},
              raisedByHand: false,
              raisedTo: 0,
              last: weight.text,
              least: undefined,
              commit: commit.index,
              foreign: [],
              startIsUncertain: false,
            },
      rejected:
        adopted && rejected !== undefined ? { [rejected === version ? content : `#${rejected}`]: { needs: 1 } } : {},
      ignored: adopted || keys["reject"] === undefined ? undefined : nameOf(String(keys["reject"])),
      lowered: {},
      written: after,
      touched: [],
      texts: weight !== NONE && weight.bound === undefined ? [weight.text] : [],
      promotion: undefined,
      contents: { [version]: content },
      revisions: { [`r${inputs.revision}`]: content },
      lossy: adopted,
    };
  }

  /**
   * The former stable versions after another version became stable. A rollback removes those that are newer than its target. The
   * content of a deleted version may be published again under another number.
   */
  private succeed(certain: readonly string[], stable: string, now: string): string[] {
    if (now === stable) return [...certain];
    const at = certain.findIndex((one) => this.isSame(one, now));
    return at < 0 ? [...new Set([stable, ...certain])] : certain.slice(at + 1);
  }

  private isSame(one: string, other: string): boolean {
    return one === other || (this.contents.has(one) && this.contents.get(one) === this.contents.get(other));
  }

  private contentsOf(name: string): ReadonlySet<string> {
    return this.revisions.get(Number(name.slice(1))) ?? new Set();
  }

  /** The largest allowed first share of new content. */
  private start(
    { commit, before, inputs }: Run<S, Knowledge>,
    weight: Weight,
    version: string,
    known: Knowledge,
  ): number {
    const { keys } = commit.tree;
    const step = stepOf(keys);
    if (weight === NONE) return step;
    if (weight.bound === undefined) return Math.min(step, weight.share);
    const byRevision =
      weight.bound === `r${inputs.revision}` ||
      (weight.bound.startsWith("r") &&
        before.has(version) &&
        this.contentsOf(weight.bound).has(contentOf(commit.tree)));
    // No preview could know the number of a version that did not exist yet, so a weight cannot name it.
    const number = weight.bound.slice(1);
    const byNumber = weight.bound.startsWith("v") && known.contents[number] === contentOf(commit.tree);
    return byRevision || byNumber ? weight.share : step;
  }

  /** The split that the rules state for this config; undefined if they allow several. */
  private meant(
    { commit, inputs, content, before: existed }: Run<S, Knowledge>,
    known: Knowledge,
    stable: string,
    its: { arrives: boolean; former: boolean; canRollBack: boolean; isFor: boolean; weight: Weight; start: number },
  ): Shares | undefined {
    const { keys } = commit.tree;
    const version = inputs.versionId;
    const split = (tenths: number): Shares =>
      tenths >= ALL ? { [version]: ALL } : { [stable]: ALL - tenths, ...(tenths > 0 ? { [version]: tenths } : {}) };
    if (this.contents.get(stable) === content) {
      const back = known.promotion?.key === `${its.weight.text}|${isHeld(keys)}`;
      return back ? undefined : { [version]: ALL };
    }
    if (its.arrives) {
      if (known.promotion?.content === content) return undefined;
      if (its.former) {
        const top = known.certain[0] !== undefined && this.isSame(known.certain[0], version);
        return its.canRollBack && top ? { [version]: ALL } : undefined;
      }
      const named = its.weight.bound !== undefined && its.weight.bound !== `r${inputs.revision}`;
      if (this.everDeployed.has(content) || (named && existed.has(version))) return undefined;
      // Under `hold` the previous candidate keeps its share.
      return isHeld(keys) ? known.written : split(its.start);
    }
    const { candidate } = known;
    // A weight that names the former number of the same content is not checked here.
    if (its.weight.bound?.startsWith("v") && its.weight.bound !== `v${version}`) return undefined;
    if (candidate?.raisedByHand) return undefined;
    if (candidate === undefined || isHeld(keys) || isHeld(known.tree.keys)) return undefined;
    if (candidate.foreign.includes(its.weight.text) || known.doubtful?.includes(its.weight.text)) return undefined;
    if (!its.isFor) {
      const has = Math.min(stepOf(keys), share(known.written, version));
      return (candidate.least ?? ALL) < has ? undefined : split(has);
    }
    if (its.weight.text === candidate.text || candidate.stood.includes(its.weight.text)) {
      return candidate.waits ? undefined : split(Math.min(candidate.start, its.weight.share));
    }
    return split(its.weight.share);
  }

  private write({ outcome, existing }: Run<S, Knowledge>, where: string): void {
    const { write } = outcome;
    if (write === undefined) return;
    const shares = sharesOf(write);
    const weights = Object.entries(write.additionalVersionWeight);
    const right =
      weights.length <= 1 &&
      weights.every(([name, weight]) => weight > 0 && weight < 1 && name !== write.versionId) &&
      [write.versionId, ...weights.map(([name]) => name)].every((name) => existing.has(name)) &&
      Object.values(shares).every((one) => one >= 0);
    if (!right) this.fail("valid alias", `${where}: ${JSON.stringify(write)}`);
    if (write.description.length > DESCRIPTION_ROOM) {
      this.fail("description", `${where}: ${write.description.length} characters: ${write.description}`);
    }
  }

  private previews(run: Run<S, Knowledge>, after: Shares, before: Shares): void {
    const { inputs, previewInputs } = run;
    if (previewInputs.versionId !== undefined && previewInputs.versionId !== inputs.versionId) return;
    for (const preview of [run.preview, run.plainPreview]) {
      if (preview === undefined) continue;
      this.preview(preview, run, after, before);
    }
  }

  private preview(
    preview: Preview,
    { outcome, inputs, commit, existing, alias }: Run<S, Knowledge>,
    after: Shares,
    before: Shares,
  ): void {
    if (preview.provided?.some((one) => !existing.has(one)) || (preview.renamed && alias !== undefined)) return;
    const where = `commit ${commit.index}: ${show(before)} → ${show(after)}`;
    if (preview.split && preview.failure === undefined && Object.keys(after).length > 0) {
      const promised = Object.fromEntries(
        Object.entries(preview.split)
          .map(([name, percent]): [string, number] => [
            name === "new" ? inputs.versionId : name,
            Math.round(percent * 10),
          ])
          .filter(([, tenths]) => tenths > 0),
      );
      if (!same(promised, after)) this.fail("preview", `${where}: the preview announced ${show(promised)}`);
      if (!same(promised, before) && Object.keys(before).length > 0 && !preview.sentence) {
        this.fail("preview is silent", `${where}: the preview announced ${show(promised)}`);
      }
    }
    if (preview.failure !== undefined && outcome.failure === undefined) {
      this.fail("preview of failures", `${where}: the preview failed: ${preview.failure}`);
    }
    if (outcome.failure !== undefined && preview.failure === undefined && preview.split !== undefined) {
      this.fail("preview of failures", `${where}: the run failed: ${outcome.failure}`);
    }
  }

  private revert(
    { commit, inputs }: Run<S, Knowledge>,
    effect: Effect,
    before: Shares,
    after: Shares,
    its: {
      stable: string;
      start: number;
      weight: Weight;
      limit: number;
      candidate: Arrival | undefined;
      where: string;
      main: string | undefined;
      /** True if state was lost, or an older state was restored. */
      lossy: boolean;
      /** The version to which a rollback goes, if somebody changed its share by hand before, or if the stable version is rejected. */
      wayBack: string | undefined;
    },
  ): void {
    const target = commit.reverts as number;
    const between = this.commits.slice(target + 1, commit.index);
    const parentOf = (one: Commit) => this.commits[one.index - 1] as Commit;
    const changes = (one: Commit, what: (tree: Tree) => unknown) =>
      JSON.stringify(what(one.tree)) !== JSON.stringify(what(parentOf(one).tree));
    // A commit between the reverted commit and the revert may itself have set a larger weight.
    const wished = between.some((one) =>
      changes(one, ({ keys }) => [keys["weight"], keys["strategy"], keys["steps"], keys["retry"], keys["hold"]]),
    );
    const came = between.some((one) => changes(one, contentOf));
    const parent = weightOf((this.commits[commit.index - 1] as Commit).tree.keys);
    const was = (one: string): number =>
      Math.max(...Object.keys(effect.before).map((name) => (this.isSame(name, one) ? share(effect.before, name) : 0)));
    for (const one of Object.keys(after)) {
      const [had, has] = [share(before, one), share(after, one)];
      if (has <= had || one === effect.stable || one === its.wayBack || this.isSame(one, its.stable)) continue;
      const isNew = !this.everDeployed.has(contentOf(commit.tree));
      const isFree = wished || effect.freed.includes(one);
      const wish = one !== inputs.versionId ? 0 : isFree ? its.limit : came || isNew || its.lossy ? its.start : 0;
      // Not a violation: the reverted config is an ordinary weight for a later candidate.
      const isLater = its.candidate !== undefined && its.candidate.commit > target;
      // A run that does not write the alias leaves its weight in state only.
      const known = [its.candidate?.text, ...(its.candidate?.stood ?? [])];
      const isLost = its.lossy && !known.includes(its.weight.text);
      const plain = isLater && (parent.bound !== undefined || parent === NONE || isLost);
      if (plain) continue;
      const most = Math.max(had, was(one), wish);
      if (has > most) this.fail("revert", `${its.where}: v${one} had ${was(one) / 10} % before commit ${target}`);
    }
  }

  private revertAtOnce(
    { commit }: Run<S, Knowledge>,
    effect: Effect,
    after: Shares,
    stable: string,
    where: string,
  ): void {
    const target = commit.reverts as number;
    const now = (this.commits[target] as Commit).tree;
    const was = (this.commits[target - 1] as Commit).tree;
    for (const one of Object.keys(after)) {
      if (one === effect.stable || share(after, one) <= share(effect.before, one)) continue;
      if (
        Object.keys(effect.before).some(
          (name) => this.isSame(name, one) && share(effect.before, name) >= share(after, one),
        )
      ) {
        continue;
      }
      // A revert does not undo a rollback.
      if (one === stable && effect.formers.some((former) => this.isSame(former, one))) continue;
      // The revert of a promotion whose commit added `weight` or `retry` looks like the clean-up of config after a promotion.
      const added = (key: string) => was.keys[key] === undefined && now.keys[key] !== undefined;
      if (one === stable && (added("weight") || added("retry"))) continue;
      this.fail("revert at once", `${where}: v${one} had ${share(effect.before, one) / 10} % before commit ${target}`);
    }
  }

  pruned(deleted: readonly string[], known: Knowledge | undefined): void {
    if (known === undefined) return;
    const [former] = known.certain;
    const needed = [
      known.stable,
      ...(known.candidate ? [known.candidate.version] : []),
      ...(former !== undefined && !known.lossy && known.rejected[this.contents.get(former) ?? ""] === undefined
        ? [former]
        : []),
    ];
    for (const one of needed.filter((name) => deleted.includes(name))) this.fail("pruning", `v${one} was pruned`);
  }

  /** Compares two runs of the newest commit: one that follows a late run of an older commit, and one without that late run. */
  afterLate(without: World<S, Knowledge>, withIt: World<S, Knowledge>, known: Knowledge): void {
    const [first, second] = [without.clone(), withIt.clone()].map((world) => {
      const run = world.run(known.commit);
      return { shares: world.shares, failure: run?.outcome.failure };
    });
    if (!first || !second) return;
    if (!same(first.shares, second.shares) || (first.failure === undefined && second.failure !== undefined)) {
      this.fail(
        "late leaves no trace",
        `the newest commit ${known.commit} after a late run: ${show(second.shares)} (${second.failure ?? "no failure"}), without: ${show(first.shares)}`,
      );
    }
  }

  /** Checks that a second run of the same commit changes nothing. */
  again(world: World<S, Knowledge>, index: number, failed: boolean): void {
    const copy = world.clone();
    const before = copy.shares;
    const alias = JSON.stringify(copy.alias);
    const run = copy.run(index);
    if (run === undefined) return;
    const wrote = run.outcome.write !== undefined && JSON.stringify(copy.alias) !== alias;
    if (!same(before, copy.shares) || wrote || (run.outcome.failure !== undefined && !failed)) {
      this.fail(
        "again is nothing",
        `commit ${index} run again: ${show(before)} → ${show(copy.shares)} ${run.outcome.failure ?? ""} ${alias} ${JSON.stringify(copy.alias)}`,
      );
    }
  }
}
