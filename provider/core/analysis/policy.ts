/** The settings of an analysis: their allowed values, their defaults, and the policy that follows from them. Pure. */
import { digest } from "../canonical";
import { secondsOf } from "../duration";
import { isUnknown } from "../unknown";
import { type Failure, type Rule, check, integer, object, oneOf, show, text } from "../validate";
import { ALL, type Tenths, parseShare } from "../weights";

/** How a candidate is judged. Every member has a default; `{}` uses all defaults. */
export interface AnalysisSettings {
  /** The candidate may fail at most this many times as often as the stable version. A number from 1 to 100, default 2. */
  readonly errorRatio?: number;
  /**
   * Share of failed requests that is always acceptable, whatever the stable version has. Percent: a number from 1 to
   * 100, or text with its unit such as `"0.5%"`. Default 1.
   */
  readonly errorLimit?: number | string;
  /**
   * By how many percent each quantile of the duration of warm requests may be longer than that of the stable version.
   * Default `{ p50: 20, p95: 20 }`; with `{}` no duration is judged.
   */
  readonly latency?: LatencyTolerances;
  /** Largest share of good candidates that may be rejected. Percent, from `"0.01%"` to 50, default 5. */
  readonly falseAlarms?: number | string;
  /** Largest share of bad candidates that may pass. Percent, from `"0.01%"` to 50, default 5. */
  readonly falsePasses?: number | string;
  /** Which invocations are counted: `sync` (default), or `all`, which includes asynchronous ones. */
  readonly invocations?: CountedInvocations;
  /** Lowest HTTP status that is a failure. A whole number from 400 to 600, default 500; with 600 no status is a failure. */
  readonly errorStatus?: number;
  /** Longest time until a request appears in the log. A duration such as `"3m"`, from 0 to 1 hour, default `"3m"`. */
  readonly logDelay?: string;
  /** The logstore with the request rows. Default: the logstore in the function's `logConfig`. */
  readonly logs?: LogStore;
  /**
   * Judges by probes instead of log rows: each run invokes both versions. Use this for functions with little traffic or
   * without `logConfig`. Durations (`latency`) are then not judged. Default: log rows are judged.
   */
  readonly probes?: ProbeSettings;
}

/**
 * Invocations of the stable version and of the candidate that a run makes: the same number of each, by the version's
 * number. Each is a real invocation: it is billed, and the function runs with all its effects. `{}` uses the defaults.
 */
export interface ProbeSettings {
  /** Most invocations of each version in one run. A whole number from 1 to 1000, default 20. */
  readonly requests?: number;
  /** Event of each probe: text of at most 4096 characters, default empty. State stores it as plain text, so it must not contain secrets. */
  readonly event?: string;
  /** Text that the answer of a working version contains, 1 to 1024 characters. Default: every answer that is not a failure is right. */
  readonly expect?: string;
}

/** Which invocations are counted. `sync`: synchronous ones only; `all`: asynchronous ones too. */
export type CountedInvocations = "sync" | "all";

/**
 * Allowed slowdown of each quantile of the duration. Percent: a number from 1 to 1000, or text such as `"5%"`. A
 * quantile that is left out is not judged.
 */
export interface LatencyTolerances {
  /** The allowed slowdown of the median. */
  readonly p50?: number | string;
  /** The allowed slowdown of the duration below which 90 percent of the requests are. */
  readonly p90?: number | string;
  /** The allowed slowdown of the duration below which 95 percent of the requests are. */
  readonly p95?: number | string;
  /** The allowed slowdown of the duration below which 99 percent of the requests are. */
  readonly p99?: number | string;
}

/** A logstore of the log service, in the function's region and account. */
export interface LogStore {
  /** 3 to 63 lower-case letters, digits or `-`. */
  readonly project: string;
  /** 2 to 63 lower-case letters, digits, `-` or `_`. */
  readonly logstore: string;
}

/** A step of a release: a weight, or a weight with conditions for the next step. */
export type StepSetting = number | string | StepSettings;

/** A step with its own conditions. */
export interface StepSettings {
  /** Share of the candidate in percent, below 100; a share below one percent is text such as `"0.5%"`. */
  readonly weight: number | string;
  /** Shortest time at this weight. A duration such as `"10m"`, up to 30 days, default `"10m"`. */
  readonly bake?: string;
  /** Fewest requests to the candidate at this weight. A whole number from 1 to 1,000,000,000, default 500. */
  readonly requests?: number;
}

/** Quantiles of a duration that can be judged. `p50` is the duration below which half of the requests are. */
export type Quantile = keyof LatencyTolerances;

/** The quantiles and the share of requests below each of them. */
export const QUANTILES: Readonly<Record<Quantile, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** A quantile that is judged, with its limit. */
export interface LatencyRule {
  readonly quantile: Quantile;
  /** Fraction by which the candidate may be slower: 0.2 means 20 %. */
  readonly tolerance: number;
}

/** A step in the form that is used for judging. */
export interface PlannedStep {
  readonly weight: Tenths;
  /** Seconds. */
  readonly bake: number;
  /** Requests to the candidate. */
  readonly requests: number;
}

/** The settings by which a candidate is judged, with defaults filled in. Shares are fractions from 0 to 1. */
export interface Policy {
  readonly errorRatio: number;
  readonly errorLimit: number;
  /** Sorted in the order of {@link QUANTILES}. */
  readonly latency: readonly LatencyRule[];
  readonly falseAlarms: number;
  readonly falsePasses: number;
  readonly invocations: CountedInvocations;
  readonly errorStatus: number;
  /** Seconds. */
  readonly logDelay: number;
  /** Digest of the event and of the expected answer of probes, 16 hex digits; absent if log rows are judged. */
  readonly probe?: string;
  /** The steps, at least one, in ascending order of their weights. */
  readonly steps: readonly PlannedStep[];
}

const DEFAULTS = {
  errorRatio: 2,
  errorLimit: 1,
  latency: { p50: 20, p95: 20 },
  falseAlarms: 5,
  falsePasses: 5,
  invocations: "sync",
  errorStatus: 500,
  logDelay: "3m",
  bake: "10m",
  requests: 500,
} as const;

/** Defaults of probes. */
export const PROBES = { requests: 20, event: "" } as const;

/** Largest number of steps of a release that is judged. */
export const MAX_STEPS = 20;

const MONTH = 30 * 24 * 3600;

/**
 * Rule for names of projects of the log service. The name of a project is a part of the host name. Source: the
 * service's page "CreateProject".
 */
const PROJECT = text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 63, "3 to 63 lower-case letters, digits or -");
/** Rule for names of logstores. Source: the service's page "CreateLogStore". */
const LOGSTORE = text(/^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/, 63, "2 to 63 lower-case letters, digits, - or _");
const LOGS = object({ project: PROJECT, logstore: LOGSTORE }, "project", "logstore");

/** Returns why a logstore cannot be read, or undefined. */
export function refusedLogStore(logs: unknown): string | undefined {
  return LOGS(logs);
}

/**
 * Converts percent, with or without its unit, to a fraction; undefined for any other value. A number below 1 without a
 * unit is ambiguous.
 */
export function fractionOf(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const match = /^(\d{1,4}(?:\.\d{1,6})?)\s?(%?)$/.exec(String(value).trim());
  if (match?.[1] === undefined) return undefined;
  const percent = Number(match[1]);
  return percent > 0 && percent < 1 && match[2] === "" ? undefined : percent / 100;
}

function percent(min: number, max: number, example: string): Rule {
  return (value) => {
    const fraction = fractionOf(value);
    const inRange = fraction !== undefined && fraction >= min / 100 && fraction <= max / 100;
    return inRange
      ? undefined
      : `got ${show(value)}; allowed: percent from ${min < 1 ? `"${min}%"` : min} to ${max}, below one percent as text with its unit such as ${example}`;
  };
}

const errorRatio: Rule = (value) =>
  typeof value === "number" && value >= 1 && value <= 100
    ? undefined
    : `got ${show(value)}; allowed: a number from 1 to 100, such as 2 for twice as often as the stable version`;

function duration(max: number, longest: string): Rule {
  return (value) => {
    const seconds = typeof value === "string" ? secondsOf(value) : undefined;
    return typeof seconds === "number" && seconds <= max
      ? undefined
      : `got ${show(value)}; allowed: a duration such as "10m" or "1h30m", at most ${longest}`;
  };
}

const TOLERANCE = percent(1, 1000, '"5%"');

const SETTINGS: Readonly<Record<keyof AnalysisSettings, Rule>> = {
  errorRatio,
  errorLimit: percent(0.01, 100, '"0.5%"'),
  latency: object({ p50: TOLERANCE, p90: TOLERANCE, p95: TOLERANCE, p99: TOLERANCE }),
  falseAlarms: percent(0.01, 50, '"0.5%"'),
  falsePasses: percent(0.01, 50, '"0.5%"'),
  invocations: oneOf("sync", "all"),
  errorStatus: integer(400, 600, "an HTTP status"),
  logDelay: duration(3600, "1h"),
  logs: LOGS,
  probes: object({
    requests: integer(1, 1000, "invocations of each version in one run"),
    event: text(/^[^]*$/, 4096, "text of at most 4096 characters"),
    expect: text(/^[^]+$/, 1024, "text of 1 to 1024 characters"),
  }),
};

const SETTINGS_RULE = object(SETTINGS);

/**
 * Checks the settings of an analysis. A candidate is judged by one source: with `probes`, neither `logs` nor limits of
 * durations are allowed.
 */
const settingsRule: Rule = (value) => {
  const refused = SETTINGS_RULE(value);
  const { probes, logs, latency } = (value ?? {}) as { probes?: unknown; logs?: unknown; latency?: unknown };
  if (refused !== undefined || probes === undefined) return refused;
  if (logs !== undefined)
    return `got { probes, logs }; allowed: one of them, since a candidate is judged by one source`;
  const judged =
    typeof latency === "object" && latency !== null && !isUnknown(latency) && Object.keys(latency).length > 0;
  return judged
    ? `.latency: got ${show(latency)}; allowed beside probes: {}, since probes show no durations`
    : undefined;
};

const share: Rule = (value) => {
  const parsed = parseShare(value);
  return "problem" in parsed ? parsed.problem : undefined;
};

const STEP = object(
  {
    weight: share,
    bake: duration(MONTH, "30 days (720h)"),
    requests: integer(1, 1_000_000_000, "requests to the candidate"),
  },
  "weight",
);

const steps: Rule = (value) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_STEPS) {
    return `got ${show(value)}; allowed: a list of 1 to ${MAX_STEPS} steps such as [{ weight: 5, bake: "10m", requests: 300 }, 25, 50]`;
  }
  const members = value as readonly unknown[];
  for (const [i, step] of members.entries()) {
    if (isUnknown(step)) continue;
    const reason = typeof step === "object" && step !== null ? STEP(step) : share(step);
    if (reason !== undefined) return `[${i}]${/^[.[]/.test(reason) ? "" : ": "}${reason}`;
  }
  const weights = members.map(weightOf);
  if (weights.includes(undefined)) return undefined;
  const ascends = weights.every((weight = 0, i) => weight > (weights[i - 1] ?? 0) && weight < ALL);
  return ascends ? undefined : `got ${show(value)}; allowed: weights between 0 and 100, each more than the one before`;
};

/** The weight of a checked step; undefined while it is not known. */
export function weightOf(step: unknown): Tenths | undefined {
  const weight = typeof step === "object" && step !== null ? (step as Partial<StepSettings>).weight : step;
  const parsed = parseShare(weight);
  return "tenths" in parsed ? parsed.tenths : undefined;
}

/** Checks the settings and the steps of a release; each failure names its property. Unknown values are accepted. */
export function checkAnalysis(settings: unknown, given: unknown): Failure[] {
  return [...check("analysis", settings, settingsRule), ...check("steps", given, steps)];
}

/** The policy of checked settings and steps, all known. */
export function policyOf(settings: AnalysisSettings, given: readonly StepSetting[]): Policy {
  const { probes } = settings;
  const latency: LatencyTolerances = probes === undefined ? (settings.latency ?? DEFAULTS.latency) : {};
  const quantiles = Object.keys(QUANTILES) as Quantile[];
  return {
    errorRatio: settings.errorRatio ?? DEFAULTS.errorRatio,
    errorLimit: fractionOf(settings.errorLimit ?? DEFAULTS.errorLimit) ?? 0,
    latency: quantiles.flatMap((quantile) => {
      const tolerance = fractionOf(latency[quantile]);
      return tolerance === undefined ? [] : [{ quantile, tolerance }];
    }),
    falseAlarms: fractionOf(settings.falseAlarms ?? DEFAULTS.falseAlarms) ?? 0,
    falsePasses: fractionOf(settings.falsePasses ?? DEFAULTS.falsePasses) ?? 0,
    invocations: settings.invocations ?? DEFAULTS.invocations,
    errorStatus: settings.errorStatus ?? DEFAULTS.errorStatus,
    logDelay: Number(secondsOf(settings.logDelay ?? DEFAULTS.logDelay)),
    ...(probes === undefined ? {} : { probe: digest([probes.event ?? PROBES.event, probes.expect]).slice(0, 16) }),
    steps: given.map(plannedStep),
  };
}

function plannedStep(step: StepSetting): PlannedStep {
  const { bake = DEFAULTS.bake, requests = DEFAULTS.requests } = typeof step === "object" ? step : {};
  return { weight: weightOf(step) ?? 0, bake: Number(secondsOf(bake)), requests };
}

/** Index of the step that a weight has reached: the last step whose weight is not above it, or the first. */
export function stepAt({ steps }: Policy, weight: Tenths): number {
  return Math.max(0, steps.filter((step) => step.weight <= weight).length - 1);
}

/** The next step above a weight; all traffic after the last step. */
export function nextStep({ steps }: Policy, weight: Tenths): Tenths {
  return steps.find((step) => step.weight > weight)?.weight ?? ALL;
}
