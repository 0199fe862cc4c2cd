/** Computes the range of counts that chance explains, for a share of a number of requests. Pure. */

/** The smallest and the largest expected count. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** Probability of a count below the range, and of one above it: together, one check in 100,000 is a false alarm. */
const TAIL = 0.000005;

/** The exact binomial range for a share (0 to 1) of `total` requests. */
export function expectedBand(total: number, share: number): Band {
  if (share <= 0) return { low: 0, high: 0 };
  if (share >= 1) return { low: total, high: total };
  const atMost = cumulative(total, share);
  let low = 0;
  while ((atMost[low] ?? 1) < TAIL) low++;
  let high = low;
  while (1 - (atMost[high] ?? 1) > TAIL) high++;
  return { low, high };
}

/** Probability of at most k requests, for each k. Computed with logarithms, because single terms underflow. */
function cumulative(total: number, share: number): number[] {
  const odds = Math.log(share) - Math.log1p(-share);
  let term = total * Math.log1p(-share);
  let sum = 0;
  return Array.from({ length: total + 1 }, (_, k) => {
    if (k > 0) term += Math.log((total - k + 1) / k) + odds;
    sum += Math.exp(term);
    return sum;
  });
}
