/**
 * A release written straight from docs/releases.md, for the oracle to be tried on: simple, and wrong on request. Comments
 * name the rules by their letters. Shares are tenths of a percent.
 */
import { type AliasState, DESCRIPTION_ROOM, type Outcome, type Preview, type RunInputs, type Subject } from "./subject";

/** Mistakes that can be planted, each as a reader of the rules could make it. */
export const MISTAKES = [
  "A: an older run moves traffic",
  "A: an older run is recorded as the newest",
  "A: a run that changes nothing records no order",
  "A: an older run is silent",
  "A: an older run is kept in state as the newest",
  "A: equal order counts as older",
  "A: an older run whose code is a former stable rolls back",
  "A: an older run records its rejection",
  "B: an alias that exists gets all traffic on the deployed version",
  "C: a lowering by hand is forgotten at once",
  "C: a lowering by hand is forgotten when other content comes",
  "C: a raise by hand is undone by the next run",
  "C: swapped shares count as a change of the stable version",
  "C: a stable version without traffic stays the stable one",
  "C: a third version loses its share at once",
  "C: a deleted alias comes back with the candidate's share",
  "C: a rejected third version keeps its share",
  "D: a rejection ends with its key",
  "D: a rejection names the number only",
  "D: a rejection covers all environment values of the same code",
  "D: a rejected stable version keeps all traffic in a green run",
  "D: a rejected stable version keeps all traffic though a former one exists",
  "D: a rejected stable version is replaced by a deleted one",
  "D: the record keeps no rejection",
  "D: a rejection in a run that fails is not recorded",
  "E: retry lifts for ever",
  "E: retry lifts every version",
  "E: retry promotes at once",
  "F: the stable content again keeps the candidate's share",
  "G: a rollback goes to a lowered version",
  "G: a rollback goes to a rejected version",
  "G: any former stable version is rolled back to",
  "G: a rollback starts at the first step",
  "G: hold stops a rollback",
  "H: new content starts at the weight",
  "H: new content starts at the first step though the weight is lower",
  "H: new environment values are no new content",
  "H: the number of the next version counts when the version comes",
  "H: a revision names any content",
  "H: a former candidate's config keeps its meaning when its content comes back",
  "H: strategy direct applies to a candidate that exists",
  "I: the value at the arrival means itself when it comes back",
  "I: a number from before the candidate means itself",
  "I: a weight for another version counts",
  "I: no value means the first step, also upwards",
  "I: no value keeps the share",
  "I: a lower weight is ignored",
  "I: weight 100 leaves the candidate a candidate",
  "J: a promotion is not taken back",
  "J: a promotion is taken back by the removal of the weight",
  "J: a promotion is taken back long after",
  "K: hold stops nothing",
  "K: hold stops what goes down",
  "K: new content starts under hold",
  "K: the end of hold is not followed",
  "reject of an unknown version fails",
  "a weight for an unknown version fails",
  "the sentence is missing when traffic moves",
  "the sentence is missing when a hand is followed",
  "the preview shows no sentence",
  "the preview shows the weight for new content",
  "the preview reads the state without the alias",
  "the preview promises a replacement that may be gone",
  "the preview refuses what the run does",
  "the preview misses a failure",
  "the description grows with the past",
  "every run writes",
  "the candidate is not protected",
  "the former stable version is not protected",
  "a new name of the alias begins a new release",
] as const;

export type Mistake = (typeof MISTAKES)[number];

const ALL = 1000;

interface Split {
  readonly main: string;
  readonly extra?: { readonly version: string; readonly share: number };
}

interface Known {
  readonly version: string;
  readonly content: string;
}

interface Candidate extends Known {
  readonly revision: number;
  /** Share at the arrival, without hold. */
  readonly start: number;
  /** What a value in config means for this candidate: the hash of `value|hold` to share. */
  readonly meanings: Readonly<Record<string, number>>;
  /** A share that a hand raised, for as long as config is the same. */
  readonly pinned?: { readonly config: string; readonly share: number };
}

interface Block {
  /** What the version may have at most. */
  readonly ceiling: number;
  /** Which retry lifts it. */
  readonly needs: number;
}

interface Memory {
  readonly sequence: number;
  readonly order: number;
  readonly stable: Known;
  readonly formers: readonly Known[];
  readonly candidate?: Candidate | undefined;
  /** By content. */
  readonly rejected: Readonly<Record<string, Block>>;
  /** By version. */
  readonly lowered: Readonly<Record<string, Block>>;
  readonly written: Split;
  /** Numbers seen in config since `weight` was last absent. */
  readonly seen: readonly string[];
  readonly config: string;
  readonly retry: string;
  /** Former candidates by content: their share when they left, and what config meant for them. */
  readonly past: Readonly<Record<string, { readonly share: number; readonly meanings: Candidate["meanings"] }>>;
  readonly promotion?: {
    readonly from: Candidate;
    readonly share: number;
    readonly stable: Known;
    readonly config: string;
  };
  /** Known from state only. */
  readonly contents: Readonly<Record<string, string>>;
  readonly revisions: Readonly<Record<string, string>>;
  readonly aliasName: string;
}

export interface ReferenceState {
  readonly memory: Memory;
  /** The alias at the last refresh or run. */
  readonly alias: AliasState | undefined;
}

interface Weight {
  readonly text: string;
  readonly share: number;
  readonly bound?: string;
}

interface Keys {
  readonly weight?: Weight;
  readonly step: number;
  readonly direct: boolean;
  readonly hold: boolean;
  readonly reject?: string;
  readonly retry?: { readonly name: string; readonly count: number; readonly text: string };
  readonly order?: number;
}

interface Decision {
  readonly memory: Memory;
  readonly split: Split;
  readonly failure?: string;
  readonly notices: readonly string[];
  /** The decision depends on what a preview cannot see. */
  readonly unknown?: boolean;
}

const hash = (text: string): string => {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16777619) >>> 0;
  return value.toString(36).padStart(7, "0").slice(-5);
};

/** The name of a config's value among the meanings. */
const meant = (config: string): string => hash(config).slice(-2);

function shareOf(split: Split, version: string): number {
  if (split.extra?.version === version) return split.extra.share;
  return split.main === version ? ALL - (split.extra?.share ?? 0) : 0;
}

const sameShares = (a: Split, b: Split): boolean =>
  [a.main, a.extra?.version, b.main, b.extra?.version].every(
    (version) => version === undefined || shareOf(a, version) === shareOf(b, version),
  );

function splitOf(alias: AliasState): Split {
  const [extra] = Object.entries(alias.additionalVersionWeight);
  return {
    main: alias.versionId,
    ...(extra === undefined ? {} : { extra: { version: extra[0], share: Math.round(extra[1] * ALL) } }),
  };
}

const make = (main: string, version?: string, share = 0): Split =>
  share <= 0 || version === undefined || version === main
    ? { main }
    : share >= ALL
      ? { main: version }
      : { main, extra: { version, share } };

const READ = new WeakMap<RunInputs["keys"], Keys>();

function keysOf(keys: RunInputs["keys"]): Keys {
  const known = READ.get(keys);
  if (known) return known;
  const read = readKeys(keys);
  READ.set(keys, read);
  return read;
}

function readKeys(keys: RunInputs["keys"]): Keys {
  const { weight, steps, strategy, hold, reject, retry, rev } = keys;
  const name = (text: string) => (/^\d+$/.test(text) ? `v${text}` : text);
  const parsed = /^(?:(v\d+|r\d+|\d+)=)?([\d.]+)%?$/.exec(String(weight));
  const asked = /^(.+?)(?:@(\d+))?$/.exec(String(retry));
  return {
    ...(weight === undefined || !parsed
      ? {}
      : {
          weight: {
            text: `${parsed[1] === undefined ? "" : `${name(parsed[1])}=`}${Number(parsed[2])}`,
            share: Math.round(Number(parsed[2]) * 10),
            ...(parsed[1] === undefined ? {} : { bound: name(parsed[1]) }),
          },
        }),
    step: (Array.isArray(steps) ? (steps[0] as number) : 5) * 10,
    direct: strategy === "direct",
    hold: hold === true || hold === "true",
    ...(reject === undefined ? {} : { reject: name(String(reject)) }),
    ...(retry === undefined || !asked
      ? {}
      : { retry: { name: name(String(asked[1])), count: Number(asked[2] ?? 1), text: String(retry) } }),
    ...(typeof rev === "number" ? { order: rev } : {}),
  };
}

export class Reference implements Subject<ReferenceState> {
  constructor(private readonly mistake?: Mistake) {}

  preview(state: ReferenceState | undefined, inputs: RunInputs): Preview {
    if (state === undefined) return { notices: ["the alias is read by the run"] };
    const memory = this.remembered(state, state.alias);
    const version = inputs.versionId ?? "new";
    const observed = this.is("the preview reads the state without the alias")
      ? memory.written
      : state.alias && splitOf(state.alias);
    const decision = this.decide(memory, observed, undefined, inputs, version);
    const before = observed ?? memory.written;
    const sentence = this.sentence(before, decision, state.alias === undefined);
    if (decision.unknown) return { notices: [...decision.notices, "the split is known in the run"] };
    const failure = this.is("the preview misses a failure")
      ? undefined
      : this.is("the preview refuses what the run does") && decision.split.extra?.share === 500
        ? "refused"
        : decision.failure;
    let { split } = decision;
    const { weight } = keysOf(inputs.keys);
    if (this.is("the preview shows the weight for new content") && version === "new" && weight && split.extra) {
      split = make(split.main, split.extra.version, weight.share);
    }
    return {
      notices: decision.notices,
      ...(sentence === undefined || this.is("the preview shows no sentence") ? {} : { sentence }),
      ...(failure === undefined ? {} : { failure }),
      split: {
        [split.main]: shareOf(split, split.main) / 10,
        ...(split.extra ? { [split.extra.version]: split.extra.share / 10 } : {}),
      },
    };
  }

  run(
    state: ReferenceState | undefined,
    alias: AliasState | undefined,
    existing: ReadonlySet<string>,
    inputs: RunInputs,
  ): Outcome<ReferenceState> {
    const { versionId } = inputs;
    if (versionId === undefined) throw new Error("A run knows its version.");
    const recorded = this.parse(alias?.description ?? "", state?.memory, inputs);
    const renamed =
      state !== undefined &&
      state.memory.aliasName !== inputs.aliasName &&
      !(recorded && recorded.sequence > state.memory.sequence);
    const fresh = renamed && this.is("a new name of the alias begins a new release");
    const memory = fresh
      ? undefined
      : state || alias?.description
        ? this.remembered(state, renamed ? state.alias : alias, inputs)
        : undefined;
    const current = renamed ? state.alias : alias;
    const observed = current && splitOf(current);
    const decision = memory
      ? this.decide(memory, observed, existing, inputs, versionId)
      : this.first(observed, inputs, versionId);
    const late = memory !== undefined && this.isLate(memory, keysOf(inputs.keys));
    const moved = alias === undefined || !sameShares(splitOf(alias), decision.split);
    const sentence = this.sentence(observed, decision, current === undefined);
    const shown = {
      notices: decision.notices,
      ...(decision.failure === undefined ? {} : { failure: decision.failure }),
      ...(sentence === undefined ? {} : { sentence }),
    };
    if (late && !this.is("A: an older run moves traffic")) {
      const records =
        this.is("A: an older run is recorded as the newest") || this.is("A: an older run records its rejection");
      const rollsBack = this.is("A: an older run whose code is a former stable rolls back") && moved;
      if (this.is("A: an older run is kept in state as the newest") && state) {
        return { ...shown, state: { ...state, memory: { ...state.memory, order: (memory?.order ?? 0) + 10_000 } } };
      }
      if (!records && !rollsBack) return shown;
    }
    const sequence =
      memory && memory.sequence < decision.memory.sequence ? decision.memory.sequence : (memory?.sequence ?? 0) + 1;
    const next: Memory = { ...decision.memory, sequence, written: decision.split };
    const changed =
      moved ||
      memory === undefined ||
      renamed ||
      alias === undefined ||
      this.record(next) !== this.record({ ...memory, sequence });
    const broken = decision.failure !== undefined && this.is("D: a rejection in a run that fails is not recorded");
    if (broken) return shown;
    if (!changed && !this.is("every run writes")) {
      const kept = { ...next, sequence: memory?.sequence ?? sequence };
      return { ...shown, state: { memory: kept, alias } };
    }
    const write: AliasState = {
      versionId: decision.split.main,
      additionalVersionWeight: decision.split.extra
        ? { [decision.split.extra.version]: decision.split.extra.share / ALL }
        : {},
      description: this.record(next),
    };
    return { ...shown, write, state: { memory: next, alias: write } };
  }

  refresh(state: ReferenceState, alias: AliasState | undefined): ReferenceState {
    return { ...state, alias };
  }

  protectedVersions({ memory }: ReferenceState): readonly string[] {
    return [
      memory.stable.version,
      ...(this.is("the former stable version is not protected") ? [] : memory.formers.map(({ version }) => version)),
      ...(memory.candidate && !this.is("the candidate is not protected") ? [memory.candidate.version] : []),
    ];
  }

  private is(mistake: Mistake): boolean {
    return this.mistake === mistake;
  }

  private contentOf({ fingerprint, environment }: RunInputs): string {
    return hash(
      this.is("H: new environment values are no new content") ? fingerprint : `${fingerprint}/${environment}`,
    );
  }

  private rejectionOf(content: string, version: string, inputs?: RunInputs): string {
    if (this.is("D: a rejection names the number only")) return version;
    if (this.is("D: a rejection covers all environment values of the same code") && inputs)
      return hash(inputs.fingerprint);
    return content;
  }

  private isLate(memory: Memory, { order }: Keys): boolean {
    if (order === undefined) return false;
    return this.is("A: equal order counts as older") ? order <= memory.order : order < memory.order;
  }

  private sentence(before: Split | undefined, { split, memory }: Decision, created: boolean): string | undefined {
    if (before !== undefined && sameShares(before, split) && !created) return undefined;
    if (this.is("the sentence is missing when traffic moves") && memory.candidate === undefined) return undefined;
    if (this.is("the sentence is missing when a hand is followed") && created) return undefined;
    const words = (one: Split) =>
      `v${one.main}${one.extra ? ` + v${one.extra.version} ${one.extra.share / 10} %` : ""}`;
    return `${before ? words(before) : "none"} → ${words(split)}`;
  }

  /** B. */
  private first(observed: Split | undefined, inputs: RunInputs, version: string): Decision {
    const keys = keysOf(inputs.keys);
    const content = this.contentOf(inputs);
    const deployed = this.is("B: an alias that exists gets all traffic on the deployed version");
    const split = observed === undefined || deployed ? make(version) : observed;
    const stable: Known = { version: split.main, content: split.main === version ? content : "" };
    const own = [undefined, `v${version}`, `r${inputs.revision}`].includes(keys.weight?.bound);
    const config = meant(`${(own && keys.weight?.text) || "-"}|${keys.hold}`);
    const share = shareOf(split, version);
    const candidate: Candidate | undefined =
      split.main === version
        ? undefined
        : { version, content, revision: inputs.revision, start: share, meanings: { [config]: share } };
    const memory: Memory = {
      sequence: 1,
      order: keys.order ?? 0,
      stable,
      formers: [],
      rejected: {},
      lowered: {},
      past: {},
      ...(candidate === undefined ? {} : { candidate }),
      written: split,
      seen: keys.weight && keys.weight.bound === undefined ? [keys.weight.text] : [],
      config,
      retry: keys.retry ? hash(keys.retry.text) : "",
      contents: { [version]: content },
      revisions: { [`r${inputs.revision}`]: version },
      aliasName: inputs.aliasName,
    };
    const rejects = keys.reject === `v${version}` || keys.reject === `r${inputs.revision}`;
    return rejects
      ? this.decide({ ...memory, retry: "" }, split, undefined, inputs, version)
      : { memory, split, notices: observed ? ["the split of the alias is kept"] : [] };
  }

  private decide(
    memory: Memory,
    observed: Split | undefined,
    existing: ReadonlySet<string> | undefined,
    inputs: RunInputs,
    version: string,
  ): Decision {
    const keys = keysOf(inputs.keys);
    const late = this.isLate(memory, keys);
    const decision = this.ahead(memory, observed, existing, inputs, version, keys);
    if (!late || this.is("A: an older run moves traffic")) return decision;
    // A.
    const split = observed ?? memory.written;
    const notices = this.is("A: an older run is silent")
      ? []
      : ["this run is older than the newest one; it moves nothing"];
    if (this.is("A: an older run is recorded as the newest")) {
      return { memory: { ...memory, order: keys.order ?? 0 }, split, notices };
    }
    if (this.is("A: an older run records its rejection")) {
      return { memory: { ...memory, rejected: decision.memory.rejected }, split, notices };
    }
    if (this.is("A: an older run whose code is a former stable rolls back")) {
      const back = memory.formers[0]?.content === this.contentOf(inputs) ? memory.formers[0] : undefined;
      return back ? { ...decision, split: make(back.version), notices } : { memory, split, notices };
    }
    if (decision.unknown) return { memory, split, notices, unknown: true };
    const would = observed === undefined || !sameShares(decision.split, split);
    const silent = this.is("A: an older run is silent");
    return {
      memory,
      split,
      notices,
      ...(would && !silent ? { failure: "this run is older than the newest one" } : {}),
    };
  }

  /** C to K. */
  private ahead(
    memory: Memory,
    observed: Split | undefined,
    existing: ReadonlySet<string> | undefined,
    inputs: RunInputs,
    found: string,
    keys: Keys,
  ): Decision {
    const content = this.contentOf(inputs);
    const live = [observed?.main, observed?.extra?.version].find(
      (one) =>
        one !== undefined &&
        [
          memory.contents[one],
          ...[memory.stable, memory.candidate].map((it) => (it?.version === one ? it.content : "")),
        ].includes(content),
    );
    // A preview knows the number of what has traffic.
    const version = found === "new" ? (live ?? found) : found;
    const notices: string[] = [];
    let failure: string | undefined;
    let unknown = false;
    let { stable, candidate, promotion } = memory;
    if (memory.aliasName !== inputs.aliasName) promotion = undefined;
    let formers = [...memory.formers];
    const contents = { ...memory.contents };
    const revisions = { ...memory.revisions };
    const lowered = { ...memory.lowered };
    const rejected = { ...memory.rejected };
    const past = { ...memory.past };
    const lifted = (name: string, block: Block | undefined): boolean => {
      if (block === undefined) return true;
      if (keys.retry === undefined) return false;
      if (this.is("E: retry lifts every version")) return true;
      const target = resolve(keys.retry.name);
      return (target === name || (name === version && isIt(target))) && keys.retry.count >= block.needs;
    };
    const numbers = [keys.reject, keys.retry?.name, keys.weight?.bound].filter((name) => name?.startsWith("v"));
    if (version === "new" && numbers.some((name) => contents[String(name).slice(1)] === undefined)) unknown = true;
    const isNew = !Object.values(contents).includes(content);
    const isIt = (name: string | undefined): boolean =>
      name !== undefined && (name === version || contents[name] === content);
    const lowering = (name: string): Block | undefined =>
      lowered[name] ?? Object.entries(lowered).find(([one]) => name === version && contents[one] === content)?.[1];
    if (stable.content === "" && stable.version === version) stable = { version, content };
    contents[version] = content;
    if (candidate?.content === content && candidate.version !== version) candidate = { ...candidate, version };
    if (stable.content === content && stable.version !== version && version !== "new") stable = { ...stable, version };
    revisions[`r${inputs.revision}`] = version;
    const resolve = (name: string): string | undefined => {
      if (name.startsWith("r")) {
        return this.is("H: a revision names any content") ? version : revisions[name];
      }
      return name.slice(1);
    };
    // The number a retry needs grows when a block comes while it stands.
    const needs = (blockedVersion: string): number =>
      keys.retry && memory.retry === hash(keys.retry.text) && resolve(keys.retry.name) === blockedVersion
        ? keys.retry.count + 1
        : 1;
    const lower = (name: string, ceiling: number) => {
      const before = lowered[name];
      lowered[name] = { ceiling, needs: Math.max(before?.needs ?? 1, needs(name)) };
    };

    // C. What hands did since the last write.
    let third: { version: string; share: number } | undefined;
    let has = 0;
    if (observed === undefined) {
      if (candidate) {
        lower(candidate.version, 0);
        if (this.is("C: a deleted alias comes back with the candidate's share")) {
          has = shareOf(memory.written, candidate.version);
          delete lowered[candidate.version];
        }
        promotion = undefined;
      }
      if (existing !== undefined && !existing.has(stable.version)) {
        const other = formers.find((former) => existing.has(former.version) && !rejected[former.content]);
        stable = other ?? { version, content };
        if (candidate?.version === stable.version) candidate = undefined;
      }
    } else {
      if (!sameShares(observed, memory.written)) promotion = undefined;
      const swapped = this.is("C: swapped shares count as a change of the stable version");
      if (
        (shareOf(observed, stable.version) === 0 &&
          !this.is("C: a stable version without traffic stays the stable one")) ||
        (swapped && observed.main !== stable.version)
      ) {
        lower(stable.version, shareOf(observed, stable.version));
        formers = [stable, ...formers.filter((one) => one.version !== observed.main)];
        stable = { version: observed.main, content: contents[observed.main] ?? "" };
        Reflect.deleteProperty(lowered, stable.version);
        if (candidate?.version === stable.version) candidate = undefined;
      }
      if (candidate) {
        has = shareOf(observed, candidate.version);
        const written = shareOf(memory.written, candidate.version);
        if (has < written && !this.is("C: a lowering by hand is forgotten at once")) lower(candidate.version, has);
        if (has > written && !this.is("C: a raise by hand is undone by the next run")) {
          candidate = { ...candidate, pinned: { config: memory.config, share: has } };
          Reflect.deleteProperty(lowered, candidate.version);
        }
      }
      for (const [one, { ceiling }] of Object.entries(lowered)) {
        if (shareOf(observed, one) > Math.max(ceiling, shareOf(memory.written, one)))
          Reflect.deleteProperty(lowered, one);
      }
      const others = [observed.main, observed.extra?.version].filter(
        (name): name is string =>
          name !== undefined && name !== stable.version && name !== candidate?.version && name !== version,
      );
      if (others[0] !== undefined && !this.is("C: a third version loses its share at once")) {
        third = { version: others[0], share: shareOf(observed, others[0]) };
      }
    }

    // Content that is not known, of a version that hands took: only the run sees whether it is the deployed one.
    const strange = stable.content === "" || (third !== undefined && contents[third.version] === undefined);
    if (version === "new" && strange) unknown = true;

    // D. What is rejected stays so.
    if (keys.reject !== undefined) {
      const name = resolve(keys.reject);
      const bad =
        name === undefined ? undefined : (contents[name] ?? (stable.version === name ? stable.content : undefined));
      if (bad === undefined && this.is("reject of an unknown version fails")) {
        failure = "reject names no version of this release";
      }
      if (name !== undefined && bad !== undefined) {
        const key = this.rejectionOf(bad, name, name === version ? inputs : undefined);
        const both = keys.retry && resolve(keys.retry.name) === name && memory.retry !== hash(keys.retry.text);
        rejected[key] ??= { ceiling: 0, needs: both ? 1 : needs(name) };
      } else {
        notices.push("reject names no version that exists; remove it");
      }
    }
    const isRejected = (one: Known): boolean => {
      const block = rejected[this.rejectionOf(one.content, one.version, one.version === version ? inputs : undefined)];
      return block !== undefined && !lifted(one.version, block);
    };
    const isLowered = (one: Known): boolean =>
      lowering(one.version) !== undefined && !lifted(one.version, lowering(one.version));
    if (third && isRejected({ version: third.version, content: contents[third.version] ?? "" })) {
      if (!this.is("C: a rejected third version keeps its share")) third = undefined;
    }
    if (isRejected(stable)) {
      const possible = formers.filter((one) => !isRejected(one));
      const other = this.is("D: a rejected stable version keeps all traffic though a former one exists")
        ? undefined
        : possible.find(
            (one) =>
              existing === undefined ||
              existing.has(one.version) ||
              this.is("D: a rejected stable version is replaced by a deleted one"),
          );
      if (
        possible.length > 0 &&
        existing === undefined &&
        !this.is("the preview promises a replacement that may be gone")
      ) {
        unknown = true;
      }
      if (other) {
        formers = formers.filter((one) => one.version !== other.version);
        stable = other;
        third = undefined;
        promotion = undefined;
        if (candidate?.version === stable.version) candidate = undefined;
      } else if (stable.content === content) {
        if (!this.is("D: a rejected stable version keeps all traffic in a green run"))
          failure = "no version to go back to";
      }
    }

    const value = keys.weight;
    const names = (): boolean => {
      if (value?.bound === undefined) return value !== undefined;
      if (this.is("I: a weight for another version counts")) return true;
      if (value.bound.startsWith("r") && value.bound === `r${inputs.revision}`) return true;
      return isIt(resolve(value.bound));
    };
    if (value?.bound !== undefined && !names() && this.is("a weight for an unknown version fails")) {
      failure = "weight names no version of this release";
    }
    // A value for another version counts as none.
    const config = meant(`${names() && value ? value.text : "-"}|${keys.hold}`);
    const [previous, previousShare] = [candidate, has];
    if (candidate && candidate.content !== content) {
      past[candidate.content] = { share: has, meanings: candidate.meanings };
    }
    let share = 0;
    const former = this.is("G: any former stable version is rolled back to")
      ? formers.find((one) => one.content === content)
      : formers[0]?.content === content
        ? formers[0]
        : undefined;
    const free =
      former !== undefined &&
      (!isRejected(former) || this.is("G: a rollback goes to a rejected version")) &&
      (!isLowered(former) || this.is("G: a rollback goes to a lowered version")) &&
      !this.is("G: a rollback starts at the first step") &&
      !(this.is("G: hold stops a rollback") && keys.hold);
    const deployed: Known = { version, content };
    const takes =
      promotion !== undefined &&
      (content === promotion.from.content ||
        (content === stable.content && promotion.from.version === stable.version)) &&
      promotion.config === `${config}\n${keys.retry ? hash(keys.retry.text) : ""}` &&
      (names() || content !== stable.content || this.is("J: a promotion is taken back by the removal of the weight")) &&
      !isRejected(promotion.stable) &&
      !this.is("J: a promotion is not taken back");
    if (takes && promotion) {
      // J.
      stable = promotion.stable;
      formers = formers.filter((one) => one.version !== stable.version);
      share = isRejected(promotion.from) || isLowered(promotion.from) ? 0 : promotion.share;
      candidate = { ...promotion.from, pinned: { config, share } };
      promotion = undefined;
      third = undefined;
    } else if (content === stable.content) {
      // F.
      if (candidate && this.is("F: the stable content again keeps the candidate's share")) share = has;
      else candidate = undefined;
      if (config !== memory.config && !this.is("J: a promotion is taken back long after")) promotion = undefined;
    } else if (former && free && candidate?.content !== content) {
      // G.
      formers = formers.filter((one) => one.version !== former.version);
      stable = { ...former, version };
      candidate = undefined;
      third = undefined;
      promotion = undefined;
    } else {
      let kept = candidate;
      if (kept === undefined || kept.content !== content) {
        // H.
        const again = this.is("H: a former candidate's config keeps its meaning when its content comes back");
        promotion = undefined;
        if (this.is("C: a lowering by hand is forgotten when other content comes")) {
          for (const name of Object.keys(lowered)) delete lowered[name];
        }
        const whole = this.is("H: the number of the next version counts when the version comes");
        const bound =
          value?.bound !== undefined &&
          (value.bound === `r${inputs.revision}` ||
            (!isNew && isIt(resolve(value.bound))) ||
            (whole && value.bound === `v${version}`) ||
            (this.is("I: a weight for another version counts") && names()));
        const start =
          (again && !isNew) || this.is("H: new content starts at the weight")
            ? (value?.share ?? keys.step)
            : bound
              ? value.share
              : value &&
                  value.bound === undefined &&
                  !this.is("H: new content starts at the first step though the weight is lower")
                ? Math.min(keys.step, value.share)
                : keys.step;
        const was = past[content];
        const begin = keys.direct ? ALL : bound ? (was?.meanings[config] ?? start) : Math.min(start, was?.share ?? ALL);
        kept = { version, content, revision: inputs.revision, start: begin, meanings: {} };
        has = observed ? shareOf(observed, version) : 0;
        const meanings: Record<string, number> = {};
        if (!this.is("I: a number from before the candidate means itself")) {
          for (const text of memory.seen) meanings[meant(`${text}|false`)] = begin;
        }
        if (
          value !== undefined &&
          (names() || bound) &&
          !this.is("I: the value at the arrival means itself when it comes back")
        ) {
          meanings[meant(`${value.text}|false`)] = begin;
        }
        share =
          keys.hold && !this.is("K: new content starts under hold") && !this.is("K: hold stops nothing")
            ? Math.min(has, begin)
            : begin;
        if (keys.hold || !(names() || bound)) meanings[config] = share;
        kept = { ...kept, meanings, ...(has > 0 ? { pinned: { config, share: has } } : {}) };
        if (has > 0) share = Math.max(has, share);
      } else {
        // I.
        const meaning = kept.meanings[config];
        if (value === undefined || !names()) {
          share = this.is("I: no value means the first step, also upwards")
            ? keys.step
            : this.is("I: no value keeps the share")
              ? has
              : Math.min(keys.step, has, meaning ?? ALL);
          const free = !isRejected(deployed) && !isLowered(deployed) && !third;
          if (free) kept = { ...kept, meanings: { ...kept.meanings, [config]: share } };
        } else if (meaning !== undefined) {
          share = meaning;
        } else {
          share = keys.hold && !this.is("K: hold stops nothing") ? Math.min(value.share, has) : value.share;
          if (this.is("K: the end of hold is not followed") && memory.config === meant(`${value.text}|true`))
            share = Math.min(has, share);
          if (this.is("K: hold stops what goes down") && keys.hold) share = has;
          if (this.is("I: a lower weight is ignored")) share = Math.max(share, has);
          if (!blocked()) kept = { ...kept, meanings: { ...kept.meanings, [config]: share } };
        }
        if (this.is("H: strategy direct applies to a candidate that exists") && keys.direct) share = ALL;
        if (this.is("E: retry promotes at once") && keys.retry && resolve(keys.retry.name) === version) share = ALL;
        if (kept.pinned?.config === config) share = kept.pinned.share;
        else if (kept.pinned)
          kept = { version, content, revision: kept.revision, start: kept.start, meanings: kept.meanings };
      }
      if (isRejected(deployed)) share = 0;
      const ceiling = lowering(version);
      if (ceiling && isLowered(deployed)) share = Math.min(share, ceiling.ceiling);
      if (third) share = 0;
      candidate = kept;
      if (share >= ALL && !(this.is("I: weight 100 leaves the candidate a candidate") && !keys.direct)) {
        promotion = previous && {
          from: previous,
          share: previousShare,
          stable,
          config: `${memory.config}\n${memory.retry}`,
        };
        formers = [stable, ...formers.filter((one) => one.version !== stable.version)];
        stable = deployed;
        candidate = undefined;
        share = 0;
        third = undefined;
        for (const one of Object.keys(lowered)) if (isIt(one)) Reflect.deleteProperty(lowered, one);
        if (keys.reject === undefined || !isIt(resolve(keys.reject))) {
          Reflect.deleteProperty(rejected, this.rejectionOf(content, version, inputs));
        }
      } else if (share >= ALL) {
        share = ALL - 1;
      }
    }
    function blocked(): boolean {
      return lowering(version) !== undefined && keys.retry === undefined;
    }
    if (this.is("D: a rejection ends with its key") && keys.reject === undefined) {
      for (const one of Object.keys(rejected)) delete rejected[one];
    }
    if (this.is("E: retry lifts for ever") && keys.retry) {
      const name = resolve(keys.retry.name);
      if (name !== undefined) {
        Reflect.deleteProperty(lowered, name);
        Reflect.deleteProperty(rejected, this.rejectionOf(contents[name] ?? "", name));
      }
    }
    const split = third
      ? make(stable.version, third.version, third.share)
      : make(stable.version, candidate?.version, share);
    const idle =
      this.is("A: a run that changes nothing records no order") &&
      observed !== undefined &&
      sameShares(split, observed);
    const unbound = value !== undefined && value.bound === undefined;
    return {
      memory: {
        ...memory,
        sequence: memory.sequence,
        order: idle ? memory.order : (keys.order ?? memory.order),
        stable,
        formers: formers.slice(0, 3),
        candidate,
        rejected,
        lowered,
        past,
        written: split,
        seen: unbound ? [...new Set([...memory.seen, value.text])] : [],
        config,
        retry: keys.retry ? hash(keys.retry.text) : "",
        ...(promotion === undefined ? { promotion: undefined as never } : { promotion }),
        contents,
        revisions,
        aliasName: inputs.aliasName,
      },
      split,
      notices,
      ...(failure === undefined ? {} : { failure }),
      ...(unknown ? { unknown } : {}),
    };
  }

  // What must survive a lost state, in the alias's description.

  private record(memory: Memory): string {
    const number = (value: number | string) => Number(value).toString(36);
    const { candidate } = memory;
    const parts = (meanings: number, formers: number): string =>
      [
        number(memory.sequence),
        number(memory.order),
        `${number(memory.stable.version)}${memory.stable.content && `.${memory.stable.content}`}`,
        memory.formers
          .slice(0, formers)
          .map((one) => number(one.version))
          .join(","),
        candidate
          ? `${number(candidate.version)}.${candidate.content}.${number(candidate.start)}.${number(candidate.revision)}`
          : "",
        Object.entries(candidate?.meanings ?? {})
          .slice(-meanings)
          .map(([key, share]) => `${key}${number(share)}`)
          .join(","),
        memory.config + memory.retry,
        this.is("D: the record keeps no rejection")
          ? ""
          : Object.entries(memory.rejected)
              .map(([content, { needs }]) => {
                const version = Object.keys(memory.contents).find((one) => memory.contents[one] === content);
                return `${content}${version === undefined ? "" : number(version)}${needs > 1 ? `.${number(needs)}` : ""}`;
              })
              .join(","),
        Object.entries(memory.lowered)
          .map(
            ([version, { ceiling, needs }]) =>
              `${number(version)}.${number(ceiling)}${needs > 1 ? `.${number(needs)}` : ""}`,
          )
          .join(","),
        `${number(memory.written.main)}${memory.written.extra ? `.${number(memory.written.extra.version)}.${number(memory.written.extra.share)}` : ""}`,
      ].join(";");
    if (this.is("the description grows with the past")) {
      return (
        parts(9, 9) +
        Object.keys(memory.contents)
          .map((version) => `;v${version}=${memory.contents[version]}`)
          .join("")
          .repeat(3)
      );
    }
    for (const [meanings, formers] of [
      [9, 3],
      [4, 3],
      [4, 1],
      [2, 1],
      [1, 1],
    ] as const) {
      const text = parts(meanings, formers);
      if (text.length <= DESCRIPTION_ROOM) return text;
    }
    return parts(1, 0).slice(0, DESCRIPTION_ROOM);
  }

  /** The later one of state and record; what only state knows is added. */
  private remembered(state: ReferenceState | undefined, alias: AliasState | undefined, inputs?: RunInputs): Memory {
    const text = alias?.description ?? "";
    const parsed = this.parse(text, state?.memory, inputs);
    if (state === undefined) {
      if (parsed === undefined) throw new Error("There is nothing to remember.");
      return parsed;
    }
    return parsed && parsed.sequence > state.memory.sequence ? parsed : state.memory;
  }

  private parse(text: string, state: Memory | undefined, inputs: RunInputs | undefined): Memory | undefined {
    if (text === "") return undefined;
    const back = (value: string | undefined) => parseInt(value ?? "0", 36);
    if (state && back(text.slice(0, text.indexOf(";"))) <= state.sequence) return undefined;
    const fields = text.split(";");
    const list = (value: string | undefined) => (value ? value.split(",") : []);
    const [
      sequence,
      order,
      stableText = "",
      formers,
      candidate,
      meanings,
      configs = "",
      rejections,
      lowerings,
      written = "",
    ] = fields;
    const [stable, stableContent = ""] = stableText.split(".");
    const rejectedVersions: [string, string][] = [];
    const blocks = list(rejections).map((one): [string, Block] => {
      const [name = "", needs] = one.split(".");
      if (name.length > 5) rejectedVersions.push([String(back(name.slice(5))), name.slice(0, 5)]);
      return [
        this.is("D: a rejection names the number only") ? name : name.slice(0, 5),
        { ceiling: 0, needs: needs === undefined ? 1 : back(needs) },
      ];
    });
    const contentOf = (version: string) =>
      state?.contents[version] ?? rejectedVersions.find(([one]) => one === version)?.[1] ?? "";
    const known = (version: string | undefined): Known => {
      const name = String(back(version));
      return { version: name, content: contentOf(name) };
    };
    const [version, content = "", start, revision] = candidate ? candidate.split(".") : [];
    const values = Object.fromEntries(list(meanings).map((one) => [one.slice(0, 2), back(one.slice(2))]));
    const [main, extra, share] = written.split(".");
    return {
      sequence: back(sequence),
      order: back(order),
      stable: { version: known(stable).version, content: stableContent },
      formers: list(formers).map(known),
      ...(candidate
        ? {
            candidate: {
              version: known(version).version,
              content,
              revision: back(revision),
              start: back(start),
              meanings: values,
            },
          }
        : {}),
      past: state?.past ?? {},
      rejected: { ...(state?.rejected ?? {}), ...Object.fromEntries(blocks) },
      lowered: Object.fromEntries(
        list(lowerings).map((one): [string, Block] => {
          const [name, ceiling, needs] = one.split(".");
          return [known(name).version, { ceiling: back(ceiling), needs: needs === undefined ? 1 : back(needs) }];
        }),
      ),
      written: make(known(main).version, extra === undefined ? undefined : known(extra).version, back(share)),
      seen: state?.seen ?? [],
      config: configs.slice(0, 2),
      retry: configs.slice(2),
      contents: {
        ...state?.contents,
        ...(stableContent ? { [known(stable).version]: stableContent } : {}),
        ...(candidate ? { [known(version).version]: content } : {}),
        ...Object.fromEntries(rejectedVersions),
      },
      revisions: {
        ...state?.revisions,
        ...(candidate ? { [`r${back(revision)}`]: known(version).version } : {}),
      },
      aliasName: inputs?.aliasName ?? state?.aliasName ?? "",
    };
  }
}
