/** Decides whether the observed split of requests fits the weight of the candidate. Pure. */
import { logSplitE } from "./mixtures";
import { binomialAtLeast, binomialAtMost } from "./special";

/** The smallest and the largest count that fit a share. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Counts of the candidate's requests that fit a share: the exact two-sided binomial range. If the share is correct, a
 * count is outside the range with a probability of at most `level`. Valid for a single look at a sample whose size is
 * fixed beforehand.
 */
export function fittingCounts(requests: number, share: number, level: number): Range {
  const low = firstWhere(requests, (k) => binomialAtMost(k, requests, share) > level / 2);
  const tooMany = firstWhere(requests, (k) => binomialAtLeast(k + 1, requests, share) <= level / 2);
  return { low, high: tooMany };
}

/** The first count from 0 to `last` for which a condition is true. The condition must be true for all higher counts as well. */
function firstWhere(last: number, holds: (count: number) => boolean): number {
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Prior weight of the mixture of `logSplitE`, in pseudo-requests. */
const CONCENTRATION = 10;
/** Largest chance that a correct split is reported as a mismatch at any time of a release. */
const LEVEL = 0.001;
/** An observed share counts as equal to the weight if it differs by at most this fraction of the weight. */
const NEAR = 0.1;

/** The result of comparing the observed split with the weight. */
export interface Split {
  /** Observed share of the candidate, 0 to 1; undefined without requests. */
  readonly observed?: number;
  /** Upper bound of the probability of such a split at any look, 0 to 1. */
  readonly chance: number;
  /** True if the observed split does not fit the weight. */
  readonly mismatch: boolean;
}

/**
 * Compares the observed split of requests with the weight, a fraction between 0 and 1. Valid at any time, and any
 * number of times.
 */
export function splitOf(stable: number, candidate: number, share: number): Split {
  const all = stable + candidate;
  if (all === 0 || share <= 0 || share >= 1) return { chance: 1, mismatch: false };
  const observed = candidate / all;
  const chance = Math.min(1, Math.exp(-logSplitE(stable, candidate, share, CONCENTRATION)));
  return { observed, chance, mismatch: chance < LEVEL && Math.abs(observed - share) > NEAR * share };
}
