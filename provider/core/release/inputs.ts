/** The inputs of a release: which are valid, and what they want of a run. Pure. */
import { type AnalysisSettings, type StepSetting, checkAnalysis, weightOf } from "../analysis/policy";
import { type Checked, type CommonInputs, checkCommon, unknownProperties } from "../common";
import { ALIAS_NAME, FUNCTION_NAME, VERSION_ID } from "../names";
import { resourceNameOf } from "../owner";
import { functionArn } from "../place";
import { UNKNOWN, containsUnknown, isUnknown } from "../unknown";
import {
  type Rule,
  boolean,
  check,
  integer,
  line,
  oneOf,
  required,
  secretLine,
  show,
  text,
  unlessBlank,
} from "../validate";
import { ALL, type Tenths, formatShare, parseShare } from "../weights";
import type { Desired, Retry, Weight } from "./desired";
import { parseVersionKey, showKey } from "./version";

/** The checked inputs of a release. */
export interface ReleaseInputs extends CommonInputs {
  readonly functionName: string;
  readonly aliasName: string;
  /** The version that the program deploys. */
  readonly versionId: string;
  /** Hash of its code and configuration. */
  readonly fingerprint: string;
  /** Hash of its environment values. Absent where the function comes from another stack. */
  readonly environmentFingerprint?: string;
  /** Counts the changes of the function's content, from 1. Absent where it is not known. */
  readonly revision?: number;
  readonly description?: string;
  /** Percent, text below one percent; `v8=25` applies to version 8 only; `auto` hands the weight to the judge. */
  readonly weight?: number | string;
  readonly steps: readonly StepSetting[];
  readonly analysis?: AnalysisSettings;
  readonly strategy: "canary" | "direct";
  readonly hold: boolean;
  /** `v8` or `r12`. */
  readonly reject?: string;
  /** `v8`, `r12`, each with `@2` and so on from the second time. */
  readonly retry?: string;
  /** A whole number, or `<number> replaces <number>`: see {@link Desired.replacedRev}. */
  readonly rev?: number | string;
  readonly keep: number;
  /** Computed: see {@link functionArn}. */
  readonly aliasArn: string;
}

/** Steps when the program names none, in percent. */
const STEPS = [5, 25, 50];
/** Unused versions kept when the program names no number. */
const KEEP = 10;
/** Text an alias keeps beside owner and record. */
const DESCRIPTION = text(/^[^\p{Cc}]{0,80}$/u, 80, "text of at most 80 characters on one line");
const VERSION_NAMES = "the number of a version such as 8 or v8, or a revision such as r12";

const versionName: Rule = (value) =>
  parseVersionKey(value) === undefined ? `got ${show(value)}; allowed: ${VERSION_NAMES}` : undefined;

const retryRule: Rule = (value) =>
  parseRetry(value) === undefined
    ? `got ${show(value)}; allowed: ${VERSION_NAMES}, and @2 to retry it again`
    : undefined;

const ORDER = integer(0, 9_999_999_999_999, "order of runs");
const REPLACED_ORDER = /^(\d{1,13}) replaces (\d{1,13})$/;

const revRule: Rule = (value) => (typeof value === "string" && REPLACED_ORDER.test(value) ? undefined : ORDER(value));

const share: Rule = (value) => {
  const parsed = parseShare(value);
  return "problem" in parsed ? parsed.problem : undefined;
};

/** The word that hands the weight to the judge. */
const AUTO = "auto";

const weightRule: Rule = (value) => {
  if (value === AUTO) return undefined;
  const [name, percent] = typeof value === "string" && value.includes("=") ? value.split("=") : [undefined, value];
  if (name !== undefined && parseVersionKey(name) === undefined)
    return `got ${show(value)}; allowed before the equals sign: ${VERSION_NAMES}`;
  const reason = share(percent);
  return reason === undefined || name !== undefined ? reason : `${reason}, or auto`;
};

/** A checked share in tenths of a percent. */
function tenthsOf(value: unknown): Tenths {
  const parsed = parseShare(value);
  return "tenths" in parsed ? parsed.tenths : 0;
}

/** Members of a release beside the common ones. */
export const RELEASE_MEMBERS = [
  ...["aliasName", "versionId", "fingerprint", "environmentFingerprint", "revision", "description", "weight", "steps"],
  ...["analysis", "strategy", "hold", "reject", "retry", "rev", "keep", "aliasArn"],
];

/** Numbers and words as config files have them: `8` for a version, `"false"` for false. */
function fromConfig(news: Partial<ReleaseInputs>): Partial<ReleaseInputs> {
  const whole = (value: unknown) => (typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value);
  const texts = Object.fromEntries(
    (["reject", "retry"] as const).map((key) => [key, typeof news[key] === "number" ? String(news[key]) : news[key]]),
  );
  const numbers = Object.fromEntries((["rev", "keep"] as const).map((key) => [key, whole(news[key])]));
  const { hold, analysis } = news as { hold?: unknown; analysis?: unknown };
  const held = hold === "true" ? true : hold === "false" ? false : hold;
  const judged = analysis === undefined ? {} : { analysis: withNumber(analysis, "errorRatio") };
  const all = { ...news, ...texts, ...numbers, ...judged, hold: held ?? false } as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** `pulumi config set --path` keeps `2.5` as text. */
function withNumber(analysis: unknown, name: string): unknown {
  if (typeof analysis !== "object" || analysis === null) return analysis;
  const value = (analysis as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" && /^\d{1,6}\.\d{1,6}$/.test(value)
    ? { ...analysis, [name]: Number(value) }
    : analysis;
}

/** Checks inputs, brings them into one form, fills defaults, computes the ARN. */
export function checkRelease(olds: Partial<ReleaseInputs>, given: Partial<ReleaseInputs>): Checked {
  const news = fromConfig(given);
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
    ...check("environmentFingerprint", news.environmentFingerprint, secretLine(256)),
    ...check("revision", news.revision, integer(0, Number.MAX_SAFE_INTEGER, "")),
    ...check("description", news.description, DESCRIPTION),
    ...check("weight", news.weight, weightRule),
    ...checkAnalysis(news.analysis, news.steps),
    ...check("strategy", news.strategy, oneOf("canary", "direct")),
    ...check("hold", news.hold, boolean),
    ...check("reject", news.reject, versionName),
    ...check("retry", news.retry, retryRule),
    ...check("rev", news.rev, revRule),
    ...check("keep", news.keep, integer(0, 1000, "versions")),
    ...unknownProperties(news, RELEASE_MEMBERS),
  );
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const inputs = {
    ...news,
    owner,
    ...(news.weight === undefined || isUnknown(news.weight) ? {} : { weight: canonicalWeight(news.weight) }),
    steps: isUnknown(news.steps) ? UNKNOWN : (news.steps ?? STEPS).map(canonicalStep),
    strategy: news.strategy ?? "canary",
    keep: news.keep ?? KEEP,
    aliasArn: functionArn(news as ReleaseInputs, news.functionName ?? "", news.aliasName),
  };
  return { inputs, failures };
}

/** A step in one form, so that `"5"` and 5 are the same. */
function canonicalStep(step: StepSetting): StepSetting {
  const weight = weightOf(step);
  if (weight === undefined) return step;
  return typeof step === "object" ? { ...step, weight: formatShare(weight) } : formatShare(weight);
}

function canonicalWeight(value: unknown): number | string {
  if (value === AUTO) return AUTO;
  const { share: tenths, version } = parseWeight(value);
  const percent = formatShare(tenths);
  return version === undefined ? percent : `${showKey(version)}=${percent}`;
}

/** Reads a checked weight. */
function parseWeight(value: unknown): Weight {
  const [name = "", percent] = typeof value === "string" && value.includes("=") ? value.split("=") : ["", value];
  const version = parseVersionKey(name);
  return { share: tenthsOf(percent), ...(version === undefined ? {} : { version }) };
}

/** Reads `v8` or `v8@2`; undefined for anything else. */
function parseRetry(value: unknown): Retry | undefined {
  const match = typeof value === "string" ? /^([^@]+)(?:@([1-9]\d{0,5}))?$/.exec(value) : null;
  const version = parseVersionKey(match?.[1]);
  return version === undefined ? undefined : { version, count: Number(match?.[2] ?? 1) };
}

/** Reads a checked order of runs. */
function parseRev(rev: number | string): Pick<Desired, "rev" | "replacedRev"> {
  const [, order, replaced] = REPLACED_ORDER.exec(String(rev)) ?? [];
  return replaced === undefined ? { rev: Number(rev) } : { rev: Number(order), replacedRev: Number(replaced) };
}

/** What the inputs want; undefined while a part of it is not known. */
export function desiredOf(inputs: ReleaseInputs): Desired | undefined {
  const { versionId, fingerprint, environmentFingerprint: environment, revision, weight, hold, strategy, rev } = inputs;
  const parts = [
    weight,
    inputs.steps,
    inputs.analysis,
    strategy,
    hold,
    inputs.reject,
    inputs.retry,
    rev,
    fingerprint,
    environment,
  ];
  if (containsUnknown(parts)) return undefined;
  const reject = parseVersionKey(inputs.reject);
  const retry = parseRetry(inputs.retry);
  return {
    deployed: {
      versionId: isUnknown(versionId) ? undefined : versionId,
      fingerprint,
      ...(environment === undefined ? {} : { environment }),
      ...(revision === undefined || isUnknown(revision) ? {} : { revision }),
    },
    first: strategy === "direct" ? ALL : (weightOf(inputs.steps[0]) ?? ALL),
    hold,
    auto: weight === AUTO,
    ...(weight === undefined || weight === AUTO ? {} : { weight: parseWeight(weight) }),
    ...(reject === undefined ? {} : { reject }),
    ...(retry === undefined ? {} : { retry }),
    ...(rev === undefined ? {} : parseRev(rev)),
  };
}

/** A name for messages: `release prod of function api (main)`. */
export function releaseLabel(inputs: Pick<ReleaseInputs, "aliasName" | "functionName" | "resourceUrn">): string {
  return `release ${inputs.aliasName} of function ${inputs.functionName} (${resourceNameOf(inputs.resourceUrn)})`;
}
