/** Judges a candidate by its counts: pass, fail, inconclusive or hold, with the reasons. Pure. */
import { ALL, type Tenths } from "../weights";
import { type Evidence, type Look, type Pair, NONE, add, byWeight, total } from "./evidence";
import { ERROR_PRIOR, type Events, SLOW_PRIOR, logLimitE, logRatioE } from "./mixtures";
import { type Increment, eventsOfCandidate, failures, isShown } from "./nonInferiority";
import type { PlannedStep, Policy, Quantile } from "./policy";
import { binomialAtLeast } from "./special";
import { type Split, splitOf } from "./split";

/**
 * A metric. `errors`: failures compared with the stable version. `limit`: failures of the candidate compared with
 * `errorLimit`. A quantile such as `p95`: slow requests compared with the stable version.
 */
export type Metric = "errors" | "limit" | Quantile;

/** Counts of both versions in one window of time. Counts of a window without requests are zero. */
export interface Window extends Pair {
  /** Seconds since 1970; the first second of the window. */
  readonly from: number;
  /** Seconds since 1970; the first second after the window. */
  readonly to: number;
}

/** The position of a release when it is judged. */
export interface Situation {
  /** Index of the current step in the policy. */
  readonly step: number;
  /** Weight of the candidate during the whole window. */
  readonly weight: Tenths;
  /** Seconds the candidate has had this weight at the end of the window. */
  readonly baked: number;
}

/**
 * The result of judging a candidate:
 * - `pass`: the next step may follow.
 * - `fail`: the candidate is worse than allowed and should be rejected.
 * - `inconclusive`: neither is shown; the weight stays.
 * - `hold`: both versions fail more often than the limit, and the candidate is not shown to be worse than the stable
 *   version, so the candidate may not be the cause; the weight stays.
 */
export type Verdict = "pass" | "fail" | "inconclusive" | "hold";

/**
 * A condition that is missing for a pass. `seconds` is the estimated time until it is met, at the rate so far; absent
 * if this is not known.
 */
export type Missing =
  | { readonly what: "bake"; readonly seconds: number }
  | { readonly what: "requests"; readonly have: number; readonly need: number; readonly seconds?: number }
  | { readonly what: "proof"; readonly of: readonly Metric[]; readonly requests?: number; readonly seconds?: number }
  | { readonly what: "split"; readonly observed: number; readonly asked: number };

/**
 * A verdict with its reasons. An e-value is the strength of the evidence against the candidate: see mixtures.ts. The
 * e-values here are decimal logarithms: 2 means 100.
 */
export interface Finding {
  readonly verdict: Verdict;
  /** E-value of each metric that is judged. `limit` is left out while the stable version exceeds the limit too. */
  readonly eValues: Readonly<Partial<Record<Metric, number>>>;
  /** Weighted mean of the e-values of all metrics. The mean may be averaged with the value of other functions and regions. */
  readonly eValue: number;
  /** The verdict is `fail` if `eValue` is at least this value. */
  readonly threshold: number;
  /** Metrics that alone contribute at least half of the threshold to the mean; empty unless the verdict is `fail`. */
  readonly failed: readonly Metric[];
  /** Metrics that are shown to be within the limits. */
  readonly shown: readonly Metric[];
  readonly split: Split;
  readonly missing: readonly Missing[];
}

/** A finding, and the evidence to use in the next judgement. */
export interface Judgement {
  readonly evidence: Evidence;
  readonly finding: Finding;
}

/**
 * How the accepted rate of false alarms is divided between three kinds of tests: failures compared with the stable
 * version, failures compared with the limit, and all quantiles together.
 */
const PARTS = { errors: 0.5, limit: 0.25, latency: 0.25 };
/** Factor by which the number of requests grows from one look (evaluation) of the non-inferiority test to the next. */
const GROWTH = 1.5;
/** Largest number of looks (evaluations) of the non-inferiority test. No real traffic reaches this number. */
const MAX_LOOKS = 32;
/**
 * A version exceeds the limit if, with a failure rate at the limit, its number of failures or more has a smaller
 * probability than this.
 */
const BEYOND = 0.05;
/**
 * The probability below which the stable version seems to exceed the limit. Failures of the candidate beyond the limit
 * are then no evidence against it. One failure among a few requests of the stable version must not excuse a candidate
 * that always fails.
 */
const SEEMS_BEYOND = 0.2;

/** Adds a window to the evidence and judges all evidence. Throws a RangeError for a step that the policy does not have. */
export function judge(policy: Policy, before: Evidence, situation: Situation, window: Window): Judgement {
  const { weight, baked } = situation;
  const step = stepOf(policy, situation.step);
  const counted = add(before, weight, window);
  const strata = byWeight(counted);
  const here = strata.find((stratum) => stratum.weight === weight) ?? { stable: NONE, candidate: NONE };
  const evidence = look(policy, counted, step, here);
  const shown = evidence.shown as readonly Metric[];
  const share = shareOf(policy, weight);
  const eValues = eValuesOf(policy, strata);
  const parts = partsOf(policy);
  const weighed = new Map([...eValues].map(([metric, e]) => [metric, e + Math.log10(parts.get(metric) ?? 0)]));
  const eValue = logMean([...weighed.values()]);
  const threshold = -Math.log10(policy.falseAlarms);
  const split = splitOf(here.stable.requests, here.candidate.requests, share);
  const missing = [
    ...timeMissing(step, baked),
    ...requestsMissing(step, here, baked),
    ...proofMissing(policy, evidence, step, here, baked),
    ...(split.mismatch ? [{ what: "split" as const, observed: exact(split.observed ?? 0), asked: share }] : []),
  ];
  // Failures compared with the stable version count also while both exceed the limit, because both have the same traffic.
  const isWorse = (weighed.get("errors") ?? -Infinity) >= threshold;
  const verdict =
    bothBeyond(policy, window) && !isWorse
      ? "hold"
      : eValue >= threshold
        ? "fail"
        : missing.length === 0
          ? "pass"
          : "inconclusive";
  const failed = [...weighed].filter(([, e]) => verdict === "fail" && e >= threshold - Math.log10(2));
  const finding: Finding = {
    verdict,
    eValues: Object.fromEntries(
      [...eValues].filter(([, e]) => e !== -Infinity).map(([metric, e]) => [metric, exact(e)]),
    ),
    eValue: exact(eValue),
    threshold: exact(threshold),
    failed: failed.map(([metric]) => metric),
    shown,
    split: {
      ...split,
      ...(split.observed === undefined ? {} : { observed: exact(split.observed) }),
      chance: exact(split.chance),
    },
    missing,
  };
  return { evidence, finding };
}

/** The share of the judged requests that should reach the candidate: its weight, or one half with probes. */
function shareOf({ probe }: Policy, weight: Tenths): number {
  return probe === undefined ? weight / ALL : 0.5;
}

function stepOf(policy: Policy, index: number): PlannedStep {
  const step = policy.steps[index];
  if (step === undefined) throw new RangeError(`step ${index} does not exist; the policy has ${policy.steps.length}`);
  return step;
}

/** Rounds to twelve digits, so that state stores the number exactly and a replay has the same result. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

/** The metrics of a policy, each with its part of the accepted rate of false alarms. The parts sum to 1. */
function partsOf(policy: Policy): Map<Metric, number> {
  const parts = new Map<Metric, number>([["errors", PARTS.errors]]);
  if (policy.errorLimit < 1) parts.set("limit", PARTS.limit);
  for (const { quantile } of policy.latency) parts.set(quantile, PARTS.latency / policy.latency.length);
  const sum = [...parts.values()].reduce((a, b) => a + b, 0);
  return new Map([...parts].map(([metric, part]) => [metric, part / sum]));
}

/** Decimal logarithms of the e-values, by metric. */
function eValuesOf(policy: Policy, strata: Look): Map<Metric, number> {
  const logs = new Map<Metric, number>([
    [
      "errors",
      logRatioE(
        strata.map((each) => errorsOf(policy, each)),
        policy.errorRatio,
        ERROR_PRIOR,
      ),
    ],
  ]);
  if (policy.errorLimit < 1) logs.set("limit", limitE(policy.errorLimit, total(strata)));
  for (const [i, { quantile }] of policy.latency.entries()) {
    const slow = strata.map((each) => slowOf(policy, each, i));
    logs.set(quantile, logRatioE(slow, 1, SLOW_PRIOR));
  }
  return new Map([...logs].map(([metric, log]) => [metric, log / Math.LN10]));
}

/**
 * The e-value of the candidate's failures beyond the limit. They are evidence against the candidate only while the
 * stable version seems to keep within the limit.
 */
function limitE(limit: number, { stable, candidate }: Pair): number {
  return binomialAtLeast(stable.errors, stable.requests, limit) < SEEMS_BEYOND
    ? -Infinity
    : logLimitE(candidate.errors, candidate.requests, limit);
}

function errorsOf(policy: Policy, { weight, stable, candidate }: Look[number]): Events {
  return {
    share: shareOf(policy, weight),
    stable: stable.requests,
    candidate: candidate.requests,
    stableEvents: stable.errors,
    candidateEvents: candidate.errors,
  };
}

function slowOf(policy: Policy, { weight, stable, candidate }: Look[number], quantile: number): Events {
  return {
    share: shareOf(policy, weight),
    stable: stable.warm,
    candidate: candidate.warm,
    stableEvents: stable.slow[quantile] ?? 0,
    candidateEvents: candidate.slow[quantile] ?? 0,
  };
}

function logMean(weighed: readonly number[]): number {
  const largest = Math.max(...weighed);
  if (largest === -Infinity) return largest;
  return largest + Math.log10(weighed.reduce((sum, each) => sum + 10 ** (each - largest), 0));
}

/** Whether both versions fail more often than the limit in this window. */
function bothBeyond({ errorLimit }: Policy, { stable, candidate }: Pair): boolean {
  if (errorLimit >= 1) return false;
  return [stable, candidate].every(({ errors, requests }) => binomialAtLeast(errors, requests, errorLimit) < BEYOND);
}

/**
 * Evaluates the non-inferiority test (a look) if an evaluation is due. Returns the evidence with the metrics that the
 * test has now shown to be acceptable.
 */
function look(policy: Policy, evidence: Evidence, step: PlannedStep, here: Pair): Evidence {
  if (unproven(policy, evidence.shown).length === 0) return evidence;
  const due = here.candidate.requests >= step.requests && requestsToNextLook(evidence) <= 0;
  if (!due || evidence.looks.length >= MAX_LOOKS) return evidence;
  const looks = [...evidence.looks, evidence.open];
  const shown = unproven(policy, evidence.shown).filter((metric) =>
    isShown(incrementsOf(policy, looks, metric), levelOf(policy, metric)),
  );
  return { looks, open: [], shown: [...evidence.shown, ...shown] };
}

function requestsOf(looks: readonly Look[]): number {
  return looks.flat().reduce((sum, { candidate }) => sum + candidate.requests, 0);
}

/**
 * Number of requests to the candidate until the next look (evaluation) of the non-inferiority test; 0 or less if the
 * look is due.
 */
function requestsToNextLook(evidence: Evidence): number {
  const looked = requestsOf(evidence.looks);
  return Math.ceil(GROWTH * looked) - looked - requestsOf([evidence.open]);
}

function metricsOf({ errorLimit, latency }: Policy): Metric[] {
  const failures: Metric[] = errorLimit < 1 ? ["errors", "limit"] : ["errors"];
  return [...failures, ...latency.map(({ quantile }) => quantile)];
}

/**
 * The accepted rate of false passes of a metric's test. Failures have two tests, of which one has to pass, so each test
 * gets half of this rate.
 */
function levelOf(policy: Policy, metric: Metric): number {
  const halved = policy.errorLimit < 1 && (metric === "errors" || metric === "limit");
  return halved ? policy.falsePasses / 2 : policy.falsePasses;
}

/**
 * Metrics that still have to be shown to be within the limits before the candidate passes: `errors` unless `errors` or
 * `limit` is shown, and every quantile that is not shown.
 */
function unproven(policy: Policy, shown: readonly string[]): Metric[] {
  const failuresShown = shown.includes("errors") || shown.includes("limit");
  return metricsOf(policy).filter(
    (metric) => !shown.includes(metric) && !(failuresShown && (metric === "errors" || metric === "limit")),
  );
}

function incrementsOf(policy: Policy, looks: readonly Look[], metric: Metric): Increment[] {
  const planned = policy.steps.reduce((sum, { requests }) => sum + requests, 0);
  return looks.map((each, i) => ({
    distributions: each.map((stratum) => worst(policy, stratum, metric)),
    events: each.reduce((sum, stratum) => sum + eventsFor(policy, stratum, metric).candidateEvents, 0),
    information: requestsOf(looks.slice(0, i + 1)) / planned,
  }));
}

function eventsFor(policy: Policy, stratum: Look[number], metric: Metric): Events {
  if (metric === "errors" || metric === "limit") return errorsOf(policy, stratum);
  return slowOf(
    policy,
    stratum,
    policy.latency.findIndex(({ quantile }) => quantile === metric),
  );
}

/** Distribution of the candidate's events if the candidate is exactly as bad as allowed. */
function worst(policy: Policy, stratum: Look[number], metric: Metric) {
  const { stable, candidate, stableEvents, candidateEvents } = eventsFor(policy, stratum, metric);
  if (metric === "limit") return failures(candidate, policy.errorLimit);
  const ratio = metric === "errors" ? policy.errorRatio : 1;
  return eventsOfCandidate(stable, candidate, stableEvents + candidateEvents, ratio);
}

function timeMissing(step: PlannedStep, baked: number): Missing[] {
  return baked >= step.bake ? [] : [{ what: "bake", seconds: step.bake - baked }];
}

/** Seconds until this number of further requests reaches the candidate, at the rate so far. */
function secondsFor(requests: number, here: Pair, baked: number): { readonly seconds?: number } {
  const rate = baked > 0 ? here.candidate.requests / baked : 0;
  return rate > 0 ? { seconds: Math.ceil(requests / rate) } : {};
}

function requestsMissing(step: PlannedStep, here: Pair, baked: number): Missing[] {
  const have = here.candidate.requests;
  const need = step.requests;
  return have >= need ? [] : [{ what: "requests", have, need, ...secondsFor(need - have, here, baked) }];
}

function proofMissing(policy: Policy, evidence: Evidence, step: PlannedStep, here: Pair, baked: number): Missing[] {
  const of = unproven(policy, evidence.shown);
  if (of.length === 0) return [];
  if (evidence.looks.length >= MAX_LOOKS) return [{ what: "proof", of }];
  const requests = Math.max(requestsToNextLook(evidence), step.requests - here.candidate.requests, 1);
  return [{ what: "proof", of, requests, ...secondsFor(requests, here, baked) }];
}
