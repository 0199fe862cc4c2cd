/** Whether the observed split fits the weight. Pure. */
import { logSplitE } from "./mixtures";
import { binomialAtLeast, binomialAtMost } from "./special";

/** The smallest and the largest count that fit. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Counts of the candidate that fit a share among so many requests: the exact two-sided binomial range. With that share, a
 * count outside comes with a probability of at most `level`. For one look at a sample of planned size.
 */
export function fittingCounts(requests: number, share: number, level: number): Range {
  const low = firstWhere(requests, (k) => binomialAtMost(k, requests, share) > level / 2);
  const tooMany = firstWhere(requests, (k) => binomialAtLeast(k + 1, requests, share) <= level / 2);
  return { low, high: tooMany };
}

/** The first count from 0 to `last` of which a condition holds, where it holds for all that follow. */
function firstWhere(last: number, holds: (count: number) => boolean): number {
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Pseudo-requests of the mixture. */
const CONCENTRATION = 10;
/** Chance of a false mismatch over a whole release. */
const LEVEL = 0.001;
/** An observed share this near to the weight is as good as equal: a tenth of the weight. */
const NEAR = 0.1;

/** A split beside the weight. */
export interface Split {
  /** Share of the candidate that was observed, 0 to 1; undefined without requests. */
  readonly observed?: number;
  /** Bound for the chance to see such a split at any look, 0 to 1. */
  readonly chance: number;
  /** Whether something routes requests otherwise than the weight says. */
  readonly mismatch: boolean;
}

/** Compares requests at one weight with the share asked for, 0 to 1 exclusive; may be looked at any time. */
export function splitOf(stable: number, candidate: number, share: number): Split {
  const all = stable + candidate;
  if (all === 0 || share <= 0 || share >= 1) return { chance: 1, mismatch: false };
  const observed = candidate / all;
  const chance = Math.min(1, Math.exp(-logSplitE(stable, candidate, share, CONCENTRATION)));
  return { observed, chance, mismatch: chance < LEVEL && Math.abs(observed - share) > NEAR * share };
}
