/** Counts slow requests by their durations. Pure. */
import { type LatencyRule, QUANTILES, type Quantile } from "./policy";

/** Number of slow requests of both versions, one for each quantile. */
export interface SlowCounts {
  readonly stable: readonly number[];
  readonly candidate: readonly number[];
}

/**
 * Counts the slow requests of one window, for each quantile.
 *
 * The candidate's durations are first divided by the allowed factor, which is 1.2 for 20 %. A request is slow if its
 * duration is above the quantile of all durations together. If the candidate is slower by exactly the allowed factor,
 * the two versions are alike after the division: the candidate has the same share of the slow requests as of all
 * requests. Slow requests are therefore judged like failures, with a ratio of 1. Each window has its own threshold, so
 * a slow hour is evidence against neither version.
 */
export function slowCounts(
  stable: readonly number[],
  candidate: readonly number[],
  rules: readonly LatencyRule[],
): SlowCounts {
  const counts = rules.map(({ quantile, tolerance }) => {
    const scaled = candidate.map((duration) => duration / (1 + tolerance));
    const threshold = quantileOf([...stable, ...scaled], quantile) ?? Infinity;
    const above = (durations: readonly number[]) => durations.filter((duration) => duration > threshold).length;
    return { stable: above(stable), candidate: above(scaled) };
  });
  return { stable: counts.map((each) => each.stable), candidate: counts.map((each) => each.candidate) };
}

/**
 * A quantile of durations: the smallest duration that is not exceeded by the given share of them. Undefined for an
 * empty list.
 */
export function quantileOf(durations: readonly number[], quantile: Quantile): number | undefined {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(QUANTILES[quantile] * sorted.length) - 1)];
}
