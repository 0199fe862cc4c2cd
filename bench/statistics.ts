/** Medians, spreads and ratios of measurements that were made in pairs. */
import { jStat } from "jstat";

/** The median, and the quartiles around it. */
export interface Summary {
  readonly median: number;
  /** A quarter of the values is lower. */
  readonly low: number;
  /** A quarter of the values is higher. */
  readonly high: number;
}

/** Comparison of two programs: the values of each, and the ratio. */
export interface Comparison {
  readonly ours: Summary;
  readonly floor: Summary;
  /** Ratios within the pairs: a disturbance affects both runs of a pair, so it cancels out. */
  readonly ratio: Summary;
}

/** Summary of at least one value. Between two values the weighted mean is used, as in spreadsheets. */
export function summary(values: readonly number[]): Summary {
  // For a single value the library returns NaN.
  const enough = values.length === 1 ? [...values, ...values] : values;
  const [low = NaN, median = NaN, high = NaN] = jStat.quantiles(enough, [0.25, 0.5, 0.75], 1, 1);
  return { median, low, high };
}

/** Compares two lists of measurements pair by pair. */
export function compare(pairs: readonly { readonly ours: number; readonly floor: number }[]): Comparison {
  return {
    ours: summary(pairs.map(({ ours }) => ours)),
    floor: summary(pairs.map(({ floor }) => floor)),
    ratio: summary(pairs.map(({ ours, floor }) => ours / floor)),
  };
}
