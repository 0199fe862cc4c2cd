/** A release: an alias that remembers what is stable. Its inputs, what a run would do, what stands in state. Pure. */
import { ALIAS_NAME, type Split, VERSION_ID, aliasBody, observedSplit, shares, splitFrom } from "./alias";
import { equal } from "./canonical";
import { CHANGED, type Checked, type CommonInputs, type Diff, checkCommon, identityChanges, strangers } from "./common";
import { type Decision, type Memory, Refused, type Wish, decide, later, nameOf } from "./decision";
import { FUNCTION_NAME } from "./functionRules";
import type { AliasBody, ObservedAlias } from "./model";
import { resourceNameOf, splitMark } from "./owner";
import { functionArn, refusedMove } from "./place";
import { parseRecord, record } from "./record";
import { UNKNOWN, containsUnknown, isUnknown } from "./unknown";
import {
  type Failure,
  type Rule,
  boolean,
  check,
  integer,
  line,
  oneOf,
  required,
  show,
  text,
  unlessBlank,
} from "./validate";
import { ALL, type Tenths, formatShare, parseShare } from "./weights";

/** The checked inputs of a release. */
export interface ReleaseInputs extends CommonInputs {
  readonly functionName: string;
  readonly aliasName: string;
  /** The candidate. */
  readonly versionId: string;
  readonly fingerprint: string;
  readonly description?: string;
  /** Percent; text below one percent. */
  readonly weight?: number | string;
  readonly for?: string;
  readonly steps: readonly (number | string)[];
  readonly strategy: "canary" | "direct";
  readonly hold: boolean;
  readonly reject?: string;
  readonly retry?: string;
  readonly rev?: number;
  readonly keep: number;
  /** Computed: see {@link functionArn}. */
  readonly aliasArn: string;
}

/** Where a release stands: no candidate; one without traffic; one with a share of it. */
export type Phase = "stable" | "dark" | "canary";

/** What stands in state beside the inputs. */
export interface ReleaseOutputs extends ReleaseInputs {
  readonly memory: Memory;
  /** Version id to its share in percent, as decided. */
  readonly split: Readonly<Record<string, number>>;
  /** Version id to its share in percent, as the alias was last seen. */
  readonly live: Readonly<Record<string, number>>;
  readonly stable: string;
  readonly previousStable?: string;
  readonly candidate?: string;
  /** Percent of the traffic the candidate gets. */
  readonly effectiveWeight: number;
  readonly phase: Phase;
  /** `2/4`; absent without a candidate. */
  readonly step?: string;
  /** Fingerprint of a candidate that waits because of hold. */
  readonly waiting?: string;
  /** The last 20 splits, oldest first. */
  readonly history: readonly string[];
  /** Aliases it had before under other names, which a trigger still calls, each with the time it was made; absent without any. */
  readonly formerAliases?: Readonly<Record<string, string>>;
  readonly createdTime?: string;
  readonly lastModifiedTime?: string;
}

/** Steps when the program names none, in percent. */
const STEPS = [5, 25, 50];
/** Versions kept besides the protected ones when the program says nothing. */
const KEEP = 10;
/** Splits kept in `history`. */
const HISTORY = 20;
/** Text an alias keeps beside owner and record. */
const DESCRIPTION = text(/^[^\p{Cc}]{0,80}$/u, 80, "text of at most 80 characters on one line");

/** A version by number or by the beginning of its fingerprint. A bare number is a version, never a fingerprint. */
const NAMED = /^(v?[1-9]\d{0,17}|fp:[0-9a-f]{8,64})$/;
const named: Rule = (value) =>
  typeof value === "string" && NAMED.test(value)
    ? undefined
    : `got ${show(value)}; allowed: the number of a version such as 8 or v8, or fp: and at least 8 hex digits of its fingerprint`;
const token: Rule = (value) =>
  typeof value === "string" && /^(v?[1-9]\d{0,17}|fp:[0-9a-f]{8,64})@\d{1,6}$/.test(value)
    ? undefined
    : `got ${show(value)}; allowed: what to lift and a number not used before, such as 8@1`;
const share: Rule = (value) => {
  const parsed = parseShare(value);
  return "problem" in parsed ? parsed.problem : undefined;
};

const steps: Rule = (value) => {
  if (!Array.isArray(value) || value.length === 0) return `got ${show(value)}; allowed: a list such as [5, 25, 50]`;
  if (containsUnknown(value)) return undefined;
  const wrong = value.map(share).find((reason) => reason !== undefined);
  if (wrong !== undefined) return wrong;
  const tenths = value.map(tenthsOf);
  const ascends = tenths.every((step, i) => step > (tenths[i - 1] ?? 0) && step < ALL);
  return ascends ? undefined : `got ${show(value)}; allowed: percent between 0 and 100, each more than the one before`;
};

function tenthsOf(value: unknown): Tenths {
  const parsed = parseShare(value);
  return "tenths" in parsed ? parsed.tenths : 0;
}

const MEMBERS = [
  ...["aliasName", "versionId", "fingerprint", "description", "weight", "for", "steps", "strategy", "hold"],
  ...["reject", "retry", "rev", "keep", "aliasArn"],
];

function whole(value: unknown): unknown {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** Numbers and words as config files have them: `8` for a version, `"false"` for false. */
function read(news: Partial<ReleaseInputs>): Partial<ReleaseInputs> {
  const texts = Object.fromEntries(
    (["for", "reject"] as const).map((key) => [key, typeof news[key] === "number" ? String(news[key]) : news[key]]),
  );
  const numbers = Object.fromEntries((["rev", "keep"] as const).map((key) => [key, whole(news[key])]));
  const { hold } = news as { hold?: unknown };
  const held = hold === "true" ? true : hold === "false" ? false : hold;
  const all = { ...news, ...texts, ...numbers, hold: held ?? false } as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Checks inputs, brings them into one form, fills defaults, computes the ARN. */
export function checkRelease(olds: Partial<ReleaseInputs>, given: Partial<ReleaseInputs>): Checked {
  const news = read(given);
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("function", news.functionName, "give a Function, its ref, or { functionName }"),
    ...check("functionName", unlessBlank(news.functionName), FUNCTION_NAME),
    ...required("aliasName", news.aliasName, "names are never made up"),
    ...check("aliasName", news.aliasName, ALIAS_NAME),
    ...required("version", news.versionId, "give the Version to release"),
    ...check("versionId", unlessBlank(news.versionId), VERSION_ID),
    ...required("version", news.fingerprint, "give the Version to release, with its fingerprint"),
    ...check("fingerprint", unlessBlank(news.fingerprint), line(256)),
    ...check("description", news.description, DESCRIPTION),
    ...check("weight", news.weight, share),
    ...check("for", news.for, named),
    ...check("steps", news.steps, steps),
    ...check("strategy", news.strategy, oneOf("canary", "direct")),
    ...check("hold", news.hold, boolean),
    ...check("reject", news.reject, named),
    ...check("retry", news.retry, token),
    ...check("rev", news.rev, integer(0, 9_999_999_999_999, "order of runs")),
    ...check("keep", news.keep, integer(0, 1000, "versions")),
    ...checkContradiction(news),
    ...strangers(news, MEMBERS),
  );
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const inputs = {
    ...news,
    owner,
    ...(news.weight === undefined || isUnknown(news.weight) ? {} : { weight: formatShare(tenthsOf(news.weight)) }),
    steps: isUnknown(news.steps)
      ? UNKNOWN
      : (news.steps ?? STEPS).map((step) => (isUnknown(step) ? step : formatShare(tenthsOf(step)))),
    strategy: news.strategy ?? "canary",
    keep: news.keep ?? KEEP,
    aliasArn: functionArn(news as ReleaseInputs, news.functionName ?? "", news.aliasName),
  };
  return { inputs, failures };
}

function checkContradiction({ reject, retry }: Partial<ReleaseInputs>): Failure[] {
  if (typeof reject !== "string" || typeof retry !== "string") return [];
  if (retry.replace(/@\d+$/, "").replace(/^v/, "") !== reject.replace(/^v/, "")) return [];
  return [
    { property: "retry", reason: `retry: got ${show(retry)} while reject names the same version; remove one of them` },
  ];
}

/** What the inputs ask for; undefined while a part of it is not known. */
function wishOf(inputs: ReleaseInputs): Wish | undefined {
  const { versionId, fingerprint, weight, hold, strategy, rev } = inputs;
  const { for: meant, reject, retry } = inputs;
  if (containsUnknown([weight, meant, inputs.steps, strategy, hold, reject, retry, rev, fingerprint])) return undefined;
  return {
    candidate: { versionId: isUnknown(versionId) ? undefined : versionId, fingerprint },
    steps: inputs.steps.map(tenthsOf),
    strategy,
    hold,
    ...(weight === undefined ? {} : { weight: tenthsOf(weight) }),
    ...(meant === undefined ? {} : { for: meant }),
    ...(reject === undefined ? {} : { reject }),
    ...(retry === undefined ? {} : { retry }),
    ...(rev === undefined ? {} : { rev }),
  };
}

/** A decision, whether it needs a write, and the memory afterwards. */
export interface Plan {
  readonly decision: Decision;
  readonly memory: Memory;
  readonly writes: boolean;
}

/** Plans a run on an alias as it is. Throws for a wish that cannot be heeded. */
export function planRelease(
  inputs: ReleaseInputs,
  stored: Memory | undefined,
  alias: ObservedAlias | undefined,
  exists: (versionId: string) => boolean,
): Plan {
  const wish = wishOf(inputs);
  if (wish === undefined) throw new Error(`${releaseLabel(inputs)}: a part of its inputs is not known`);
  const carried = alias === undefined ? undefined : parseRecord(splitMark(alias.description).record);
  const live = alias === undefined ? undefined : observedSplit(alias);
  return labelled(inputs, () => planned(wish, later(stored, carried), live, exists));
}

/** A refusal says which release it is about. */
function labelled<T>(inputs: ReleaseInputs, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) throw new Error(`${releaseLabel(inputs)}: ${error.message}`, { cause: error });
    throw error;
  }
}

function planned(
  wish: Wish,
  before: Memory | undefined,
  live: Split | undefined,
  exists: (id: string) => boolean,
): Plan {
  const decision = decide(before, live, wish, exists);
  const writes = !equal(decision.split, live) || !equal(marksOf(decision.memory), marksOf(before ?? decision.memory));
  const { sequence } = decision.memory;
  return { decision, writes, memory: { ...decision.memory, sequence: writes ? sequence + 1 : sequence } };
}

/** What a lost state must not lose: written even when the split stays as it is. */
export function marksOf({ candidate, rejected, pulled, spent }: Memory): unknown {
  return [candidate?.versionId, ...[rejected, pulled, spent].map((ids) => [...ids].sort())];
}

/**
 * The outputs as a refresh finds them. What was decided stays, also where the alias was deleted: a state without it would
 * call the next run a first release. What a run that was cut off had decided stands in the alias.
 */
export function refreshedRelease(props: ReleaseOutputs, alias: ObservedAlias | undefined): ReleaseOutputs {
  if (alias === undefined) return { ...props, live: {} };
  const memory = later(props.memory, parseRecord(splitMark(alias.description).record)) ?? props.memory;
  return { ...props, memory, live: liveShares(alias) };
}

/** Version id to its share in percent, as an alias says. */
function liveShares(alias: ObservedAlias): Record<string, number> {
  return shares(observedSplit(alias));
}

/** What the alias was last seen to say; undefined where it was gone. */
function recordedLive({ memory, live }: ReleaseOutputs): Split | undefined {
  const ids = Object.keys(live);
  // Only shares are kept: of two versions the stable one is the main one.
  const main = ids.find((id) => id === memory.stable.versionId) ?? ids[0];
  if (main === undefined) return undefined;
  return splitFrom(live, main);
}

const IDENTITY = ["region", "accountId", "functionName"];

/** What a run would do, told from state alone, with the sentence that says so; throws for what is refused. */
export function diffRelease(olds: ReleaseOutputs, news: ReleaseInputs): Diff & { readonly says?: Saying } {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`release ${news.aliasName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  if (replaces.length > 0) return { replaces };
  const wish = wishOf(news);
  // A plain alias that became a release has no memory yet: what it says decides, and that needs a look.
  if (wish === undefined || olds.memory === undefined || isUnknown(news.aliasName) || olds.aliasName !== news.aliasName)
    return CHANGED;
  const plan = labelled(news, () => planned(wish, olds.memory, recordedLive(olds), () => true));
  const settled = olds.formerAliases === undefined;
  const same =
    settled && !plan.writes && (olds.description ?? "") === (news.description ?? "") && remembersSame(olds, plan);
  return { ...(same ? { changes: false } : changed(olds, news)), says: saying(olds, news, plan.decision) };
}

/** Left to itself the engine looks at inputs alone; what was done by hand changes none. */
function changed(olds: ReleaseOutputs, news: ReleaseInputs): Diff {
  const members = (props: object) => Object.entries(props).filter(([name]) => MEMBERS.includes(name));
  const same = equal(Object.fromEntries(members(olds)), Object.fromEntries(members(news)));
  return same ? { ...CHANGED, changes: true } : CHANGED;
}

/** The order of runs is recorded only with a write: it alone is no change. */
function remembersSame(olds: ReleaseOutputs, { memory, decision }: Plan): boolean {
  const bare = ({ rev: _rev, ...rest }: Memory) => rest;
  return equal(bare(olds.memory), bare(memory)) && olds.waiting === decision.waiting?.fingerprint;
}

/** One sentence for the resource's line, and the warnings beside it. */
export interface Saying {
  readonly sentence?: string;
  readonly warnings: readonly string[];
}

/** What the first run would do. */
export function firstSaying(news: ReleaseInputs): Saying {
  const wish = wishOf(news);
  if (wish === undefined) return { warnings: [] };
  return { sentence: `${news.functionName}: first release, ${nameOf(wish.candidate)} gets all traffic`, warnings: [] };
}

function saying(olds: ReleaseOutputs, news: ReleaseInputs, decision: Decision): Saying {
  const after = shares(decision.split);
  const ids = [...new Set([...Object.keys(olds.live), ...Object.keys(after)])];
  const changed = ids.filter((id) => olds.live[id] !== after[id]);
  const name = (id: string) =>
    nameOf(id === "new" ? { versionId: undefined, fingerprint: news.fingerprint } : { versionId: id, fingerprint: "" });
  const parts = ids.map((id) => `${name(id)} ${arrow(olds.live[id] ?? 0, after[id] ?? 0)} %`);
  const step = stepOf(decision.memory, news);
  const warnings = decision.notices.map(({ message }) => message);
  if (changed.length === 0) return { warnings };
  return {
    sentence: `${news.functionName}: ${parts.join(", ")}${step === undefined ? "" : ` (step ${step})`}`,
    warnings,
  };
}

function arrow(from: number, to: number): string {
  return from === to ? String(to) : `${from}→${to}`;
}

/** `2/4`: how many of the steps, with 100 as the last, the candidate has reached. */
function stepOf({ candidate, share: now }: Memory, inputs: ReleaseInputs): string | undefined {
  if (candidate === undefined) return undefined;
  const all = [...inputs.steps.map(tenthsOf), ALL];
  return `${all.filter((step) => step <= now).length}/${all.length}`;
}

/** The body of CreateAlias and UpdateAlias: split, owner and memory in one write. */
export function releaseBody(inputs: ReleaseInputs, { decision, memory }: Plan): AliasBody {
  return aliasBody(inputs, decision.split, record(memory));
}

/** The outputs after a run. */
export function releaseOutputs(
  inputs: ReleaseInputs,
  { decision, memory, writes }: Plan,
  alias: ObservedAlias,
  olds: Partial<ReleaseOutputs>,
): ReleaseOutputs {
  const { stable, older, candidate } = memory;
  const split = shares(decision.split);
  const step = stepOf(memory, inputs);
  const told = `${Object.entries(split)
    .map(([id, value]) => `v${id} ${value} %`)
    .join(", ")} (${decision.rule})`;
  const history = [...(olds.history ?? []), ...(writes ? [told] : [])].slice(-HISTORY);
  return {
    ...inputs,
    memory,
    split,
    live: liveShares(alias),
    stable: stable.versionId,
    ...(older[0] === undefined ? {} : { previousStable: older[0].versionId }),
    ...(candidate === undefined ? {} : { candidate: candidate.versionId, step: step ?? "" }),
    effectiveWeight: memory.share / 10,
    phase: candidate === undefined ? "stable" : memory.share === 0 ? "dark" : "canary",
    ...(decision.waiting === undefined ? {} : { waiting: decision.waiting.fingerprint }),
    history,
    ...(alias.createdTime === undefined ? {} : { createdTime: alias.createdTime }),
    ...(alias.lastModifiedTime === undefined ? {} : { lastModifiedTime: alias.lastModifiedTime }),
  };
}

/** Version ids a memory protects from pruning. */
export function protectedBy({ stable, older, candidate }: Memory): string[] {
  return [stable, ...older, ...(candidate === undefined ? [] : [candidate])].map(({ versionId }) => versionId);
}

/** A name for messages: `release prod of function api`. */
export function releaseLabel(inputs: Pick<ReleaseInputs, "aliasName" | "functionName" | "resourceUrn">): string {
  return `release ${inputs.aliasName} of function ${inputs.functionName} (${resourceNameOf(inputs.resourceUrn)})`;
}
