/** Medians, spreads and ratios of measurements made in pairs. */
import { jStat } from "jstat";

/** Middle value, and the quarters around it. */
export interface Summary {
  readonly median: number;
  /** A quarter of the values is lower. */
  readonly low: number;
  /** A quarter of the values is higher. */
  readonly high: number;
}

/** Two programs compared: what each took, and the ratio. */
export interface Comparison {
  readonly ours: Summary;
  readonly floor: Summary;
  /** Of the ratios of the pairs: both runs of a pair met the same disturbances, so these cancel out. */
  readonly ratio: Summary;
}

/** Summary of at least one value. Between two values lies their weighted mean, as spreadsheets have it. */
export function summary(values: readonly number[]): Summary {
  // Of a single value the library makes NaN.
  const enough = values.length === 1 ? [...values, ...values] : values;
  const [low = NaN, median = NaN, high = NaN] = jStat.quantiles(enough, [0.25, 0.5, 0.75], 1, 1);
  return { median, low, high };
}

/** Compares what belongs together, pair by pair. */
export function compare(pairs: readonly { readonly ours: number; readonly floor: number }[]): Comparison {
  return {
    ours: summary(pairs.map(({ ours }) => ours)),
    floor: summary(pairs.map(({ floor }) => floor)),
    ratio: summary(pairs.map(({ ours, floor }) => ours / floor)),
  };
}
