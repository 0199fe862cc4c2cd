/** The little we use of jstat, which ships no types. */
declare module "jstat" {
  export const jStat: {
    readonly binomial: {
      /** Probability of at most `k` successes in `n` trials of probability `p`. */
      cdf(k: number, n: number, p: number): number;
    };
  };
}
