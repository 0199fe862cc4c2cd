/** Durations become counts of slow requests. Pure. */
import { type LatencyRule, QUANTILES } from "./policy";

/** Slow requests of both versions, one count for each rule. */
export interface SlowCounts {
  readonly stable: readonly number[];
  readonly candidate: readonly number[];
}

/**
 * Counts the slow requests among durations of the same time, for each rule.
 *
 * The candidate's durations are divided by what it may be slower, 1.2 for 20 %. Then the quantile of all durations
 * together is the threshold. When the candidate is slower by exactly that factor, both versions are alike after the division, and a slow
 * request is on the candidate as often as any other request is. So slow requests can be judged as failures are, with a ratio
 * of 1. The threshold is a new one for each window: slow hours make nobody slow.
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
