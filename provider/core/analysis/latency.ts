/** Counts slow requests among durations. Pure. */
import { type LatencyRule, QUANTILES } from "./policy";

/** Slow requests of both versions, one count for each rule. */
export interface SlowCounts {
  readonly stable: readonly number[];
  readonly candidate: readonly number[];
}

/**
 * Counts the slow requests of one window, for each rule.
 *
 * The candidate's durations are first divided by the allowed factor, 1.2 for 20 %. The threshold is the quantile of all
 * durations together. When the candidate is slower by exactly the allowed factor, the two versions are alike after the
 * division: the candidate has the same share of the slow requests as of all requests. Slow requests are therefore
 * judged as failures are, with a ratio of 1. Each window has its own threshold, so a slow hour counts against neither
 * version.
 */
export function slowCounts(
  stable: readonly number[],
  candidate: readonly number[],
  rules: readonly LatencyRule[],
): SlowCounts {
  const counts = rules.map(({ quantile, tolerance }) => {
    const scaled = candidate.map((duration) => duration / (1 + tolerance));
    const all = [...stable, ...scaled].sort((a, b) => a - b);
    const threshold = all[Math.max(0, Math.ceil(QUANTILES[quantile] * all.length) - 1)] ?? Infinity;
    const above = (durations: readonly number[]) => durations.filter((duration) => duration > threshold).length;
    return { stable: above(stable), candidate: above(scaled) };
  });
  return { stable: counts.map((each) => each.stable), candidate: counts.map((each) => each.candidate) };
}
