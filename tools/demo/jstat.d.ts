/** Types of the parts of jstat that the demo uses; jstat has no types of its own. */
declare module "jstat" {
  export const jStat: {
    /**
     * Quantiles of the data: for each share (0 to 1), the value below which this share of the data is. The arguments 1
     * and 1 select interpolation from the first value to the last.
     */
    quantiles(values: readonly number[], shares: readonly number[], alphap: number, betap: number): number[];
    readonly binomial: {
      /** Probability of at most `k` successes in `n` trials of probability `p`. */
      cdf(k: number, n: number, p: number): number;
    };
  };
}
