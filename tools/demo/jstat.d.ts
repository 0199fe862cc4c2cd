/** The little we use of jstat, which ships no types. */
declare module "jstat" {
  export const jStat: {
    median(values: readonly number[]): number;
    /** Value below which the share `k` (0 to 1) of the values lies, interpolated. */
    percentile(values: readonly number[], k: number): number;
    readonly binomial: {
      /** Probability of at most `k` successes in `n` trials of probability `p`. */
      cdf(k: number, n: number, p: number): number;
    };
  };
}
