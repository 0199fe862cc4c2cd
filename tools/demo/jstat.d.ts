/** Types of the parts of jstat that are used here; jstat has none. */
declare module "jstat" {
  export const jStat: {
    /** Values below which the given shares (0 to 1) lie; 1 and 1 interpolate from the first value to the last. */
    quantiles(values: readonly number[], shares: readonly number[], alphap: number, betap: number): number[];
    readonly binomial: {
      /** Probability of at most `k` successes in `n` trials of probability `p`. */
      cdf(k: number, n: number, p: number): number;
    };
  };
}
