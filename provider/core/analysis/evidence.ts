/** The counts about a candidate, in bounded size. Pure. */
import type { Tenths } from "../weights";

/** Counts of the requests of one version. */
export interface Counts {
  readonly requests: number;
  /** Requests that failed. */
  readonly errors: number;
  /** Requests that did not start an instance; only the durations of these are judged. */
  readonly warm: number;
  /** Number of slow requests among the warm ones, for each quantile of the policy: see `slowCounts`. */
  readonly slow: readonly number[];
}

/** Counts of both versions over the same time. */
export interface Pair {
  readonly stable: Counts;
  readonly candidate: Counts;
}

/** Counts of both versions while the candidate had one weight. */
export interface Stratum extends Pair {
  readonly weight: Tenths;
}

/**
 * The strata that were counted between two evaluations of the non-inferiority test. One evaluation of this test is
 * called a look.
 */
export type Look = readonly Stratum[];

/** Everything that is counted about one candidate; at most {@link MAX_STRATA} strata. */
export interface Evidence {
  /** The strata that past looks of the non-inferiority test have used, oldest look first. */
  readonly looks: readonly Look[];
  /** The strata since the last look, one for each weight. */
  readonly open: Look;
  /** Metrics that the non-inferiority test has shown to be acceptable, in the order in which it did. */
  readonly shown: readonly string[];
}

/** Largest number of strata. Later counts are added to the last one. */
export const MAX_STRATA = 64;

/** The counts of a version that had no requests. */
export const NONE: Counts = { requests: 0, errors: 0, warm: 0, slow: [] };

/** The evidence about a candidate that has had no requests yet. */
export const NO_EVIDENCE: Evidence = { looks: [], open: [], shown: [] };

/** Adds the counts of the same version over two times. */
export function plus(a: Counts, b: Counts): Counts {
  const longer = a.slow.length < b.slow.length ? b.slow : a.slow;
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    warm: a.warm + b.warm,
    slow: longer.map((_, i) => (a.slow[i] ?? 0) + (b.slow[i] ?? 0)),
  };
}

function join(a: Stratum, b: Pair): Stratum {
  return { weight: a.weight, stable: plus(a.stable, b.stable), candidate: plus(a.candidate, b.candidate) };
}

/** The evidence with further counts, made at the candidate's current weight. */
export function add(evidence: Evidence, weight: Tenths, counts: Pair): Evidence {
  const { open } = evidence;
  const same = open.findIndex((stratum) => stratum.weight === weight);
  if (same >= 0) return { ...evidence, open: open.map((each, i) => (i === same ? join(each, counts) : each)) };
  const last = open.at(-1);
  if (strata(evidence).length < MAX_STRATA || last === undefined) {
    return { ...evidence, open: [...open, { weight, stable: counts.stable, candidate: counts.candidate }] };
  }
  // The larger weight is the cautious choice: with it, an error of the candidate is weaker evidence.
  return {
    ...evidence,
    open: [...open.slice(0, -1), join({ ...last, weight: Math.max(last.weight, weight) }, counts)],
  };
}

/** All strata of the evidence, oldest first. */
export function strata(evidence: Evidence): Look {
  return [...evidence.looks.flat(), ...evidence.open];
}

/** Combines the strata to one for each weight, in ascending order of the weights. */
export function byWeight(evidence: Evidence): Look {
  const sums = new Map<Tenths, Stratum>();
  for (const each of strata(evidence)) {
    const sum = sums.get(each.weight);
    sums.set(each.weight, sum === undefined ? each : join(sum, each));
  }
  return [...sums.values()].sort((a, b) => a.weight - b.weight);
}

/** The sum of strata, over all weights. */
export function total(look: Look): Pair {
  const [first, ...rest] = look;
  return first === undefined ? { stable: NONE, candidate: NONE } : rest.reduce((sum, each) => join(sum, each), first);
}
