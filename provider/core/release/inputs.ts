/** The inputs of a release: their checks, and the desired state that they describe. Pure. */
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
import { type Memory, knownVersions, mapVersions } from "./memory";
import { type Version, names, parseVersionKey, showKey } from "./version";

/** The checked inputs of a release. */
export interface ReleaseInputs extends CommonInputs {
  readonly functionName: string;
  readonly aliasName: string;
  /** The version that the program deploys. */
  readonly versionId: string;
  /** Hash of code and configuration of this version. */
  readonly fingerprint: string;
  /** Hash of the environment values of this version. Absent if the function belongs to another stack. */
  readonly environmentFingerprint?: string;
  /** Number of changes of the function's content, from 1. Absent if it is not known. */
  readonly revision?: number;
  readonly description?: string;
  /** Weight in percent; text below one percent. `v8=25` applies to version 8 only; with `auto` the candidate is judged. */
  readonly weight?: number | string;
  readonly steps: readonly StepSetting[];
  readonly analysis?: AnalysisSettings;
  readonly strategy: "canary" | "direct";
  readonly hold: boolean;
  /** Name of a version: `v8` or `r12`. */
  readonly reject?: string;
  /** Name of a version, `v8` or `r12`, with `@2` and so on from the second time. */
  readonly retry?: string;
  /** A whole number, or `<number> replaces <number>`: see {@link Desired.replacedRev}. */
  readonly rev?: number | string;
  readonly keep: number;
  /** Namespace of stack config from which the program reads the keys of the release. Absent if it is not known. */
  readonly configNamespace?: string;
  /** ARN of the function, computed by `check`: see {@link functionArn}. */
  readonly aliasArn: string;
}

/** Default steps, in percent. */
const STEPS = [5, 25, 50];
/** Default number of unused versions that are kept. */
const KEEP = 10;
/**
 * Rule for the user's text in the description of an alias. The owner and the record of the release need the rest of the
 * description.
 */
const DESCRIPTION = text(/^[^\p{Cc}]{0,80}$/u, 80, "text of at most 80 characters on one line");
const CONFIG_NAMESPACE = text(/^[^:\s]{1,256}$/, 256, "a namespace of stack config, such as canary");
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

/** The value of `weight` with which each run judges the candidate. */
const AUTO = "auto";

const weightRule: Rule = (value) => {
  if (value === AUTO) return undefined;
  const [name, percent] = typeof value === "string" && value.includes("=") ? value.split("=") : [undefined, value];
  if (name !== undefined && parseVersionKey(name) === undefined)
    return `got ${show(value)}; allowed before the equals sign: ${VERSION_NAMES}`;
  const reason = share(percent);
  return reason === undefined || name !== undefined ? reason : `${reason}, or auto`;
};

/** Converts a checked share to tenths of a percent. */
function tenthsOf(value: unknown): Tenths {
  const parsed = parseShare(value);
  return "tenths" in parsed ? parsed.tenths : 0;
}

/** Members of a release besides those that every resource has. */
export const RELEASE_MEMBERS = [
  ...["aliasName", "versionId", "fingerprint", "environmentFingerprint", "revision", "description", "weight", "steps"],
  ...["analysis", "strategy", "hold", "reject", "retry", "rev", "keep", "configNamespace", "aliasArn"],
];

/** Converts values that a config file may have as another type: the number 8 for version `v8`, or the text `"false"`. */
function fromConfig(news: Partial<ReleaseInputs>): Partial<ReleaseInputs> {
  const whole = (value: unknown) => (typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value);
  const texts = Object.fromEntries(
    (["reject", "retry"] as const).map((key) => [key, typeof news[key] === "number" ? String(news[key]) : news[key]]),
  );
  const numbers = Object.fromEntries((["rev", "keep"] as const).map((key) => [key, whole(news[key])]));
  const { hold, analysis } = news as { hold?: unknown; analysis?: unknown };
  const held = hold === "true" ? true : hold === "false" ? false : hold;
  const judged = withProbeTexts(withNumber(analysis, "errorRatio"));
  const all: Record<string, unknown> = { ...news, ...texts, ...numbers, analysis: judged, hold: held ?? false };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Converts text that is a number to a number, because `pulumi config set --path` stores `2.5` as text. */
function withNumber(analysis: unknown, name: string): unknown {
  if (!isMap(analysis)) return analysis;
  const value = analysis[name];
  return typeof value === "string" && /^\d{1,6}\.\d{1,6}$/.test(value)
    ? { ...analysis, [name]: Number(value) }
    : analysis;
}

/**
 * Converts an event or an expected answer to text, because `pulumi config set --path` stores `true` as a boolean and
 * `8` as a number.
 */
function withProbeTexts(analysis: unknown): unknown {
  if (!isMap(analysis) || !isMap(analysis["probes"])) return analysis;
  const text = (value: unknown) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value);
  const probes = Object.entries(analysis["probes"]).map(([name, value]) => [
    name,
    name === "requests" ? value : text(value),
  ]);
  return { ...analysis, probes: Object.fromEntries(probes) as unknown };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks the inputs of a release, converts equal values to one form, sets defaults, and computes the ARN. */
export function checkRelease(olds: Partial<ReleaseInputs>, args: Partial<ReleaseInputs>): Checked {
  const news = fromConfig(args);
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("function", news.functionName, "give a Function, its ref, or { functionName }"),
    ...check("functionName", unlessBlank(news.functionName), FUNCTION_NAME),
    ...required("aliasName", news.aliasName, "the package does not generate names"),
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
    ...check("configNamespace", news.configNamespace, CONFIG_NAMESPACE),
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

/** Converts a step to one form, so that `"5"` and 5 are not a difference. */
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

/** Parses a checked weight. */
function parseWeight(value: unknown): Weight {
  const [name = "", percent] = typeof value === "string" && value.includes("=") ? value.split("=") : ["", value];
  const version = parseVersionKey(name);
  return { share: tenthsOf(percent), ...(version === undefined ? {} : { version }) };
}

/** Parses `v8` or `v8@2`; undefined for any other text. */
function parseRetry(value: unknown): Retry | undefined {
  const match = typeof value === "string" ? /^([^@]+)(?:@([1-9]\d{0,5}))?$/.exec(value) : null;
  const version = parseVersionKey(match?.[1]);
  return version === undefined ? undefined : { version, count: Number(match?.[2] ?? 1) };
}

/** Parses a checked `rev`: the order of this run and, after `replaces`, the recorded order that is wrong. */
function parseRev(rev: number | string): Pick<Desired, "rev" | "replacedRev"> {
  const [, order, replaced] = REPLACED_ORDER.exec(String(rev)) ?? [];
  return replaced === undefined ? { rev: Number(rev) } : { rev: Number(order), replacedRev: Number(replaced) };
}

/**
 * The desired state that the inputs describe; undefined while a part of them is not known.
 *
 * @param memory what the release remembers
 */
export function desiredOf(inputs: ReleaseInputs, memory?: Memory): Desired | undefined {
  const { versionId, fingerprint, revision, weight, hold, strategy, rev } = inputs;
  const environment = environmentOf(inputs, memory);
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

/**
 * Hash of the environment values of the deployed version. If the program leaves it out, or a preview does not know it,
 * the remembered hash of this version is used, because a published version never changes.
 */
function environmentOf(inputs: ReleaseInputs, memory: Memory | undefined): string | undefined {
  const { environmentFingerprint: given } = inputs;
  if (memory === undefined || isGiven(given)) return given;
  const same = knownVersions(memory).find((version) => isDeployed(inputs, version));
  return same === undefined ? given : same.environment;
}

/**
 * Adds the hash of environment values from the program to the memory, if the memory has none for this version. A new
 * hash alone is no change of a version, because programs in other languages may leave it out.
 */
export function withGivenEnvironment(memory: Memory, inputs: ReleaseInputs): Memory {
  const { environmentFingerprint: given } = inputs;
  if (!isGiven(given)) return memory;
  return mapVersions(memory, (version) =>
    version.environment === undefined && isDeployed(inputs, version) ? { ...version, environment: given } : version,
  );
}

function isGiven(hash: string | undefined): hash is string {
  return hash !== undefined && !isUnknown(hash);
}

/**
 * Whether a version in the memory of the release is the one that the program deploys. Members that the program leaves
 * out are not compared.
 */
function isDeployed({ versionId, fingerprint, revision }: ReleaseInputs, version: Version): boolean {
  const hasRevision = revision !== undefined && !isUnknown(revision);
  return (
    version.versionId === versionId &&
    version.fingerprint === fingerprint &&
    (!hasRevision || names(`r${revision}`, version))
  );
}

/** Name of a release in messages, such as `release prod of function api (main)`. */
export function releaseLabel(inputs: Pick<ReleaseInputs, "aliasName" | "functionName" | "resourceUrn">): string {
  return `release ${inputs.aliasName} of function ${inputs.functionName} (${resourceNameOf(inputs.resourceUrn)})`;
}
