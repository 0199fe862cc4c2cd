/** Random counts that are determined by a seed. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { skipN } from "pure-rand/utils/skipN";
import { logBeta } from "../../provider/analysis";

/** A random number from 0 (inclusive) to 1 (exclusive). */
export type Draw = () => number;

/** The random numbers of one release: the same for the same seed and release number, whatever was drawn for other releases. */
export function drawsOf(seed: number, release: number): Draw {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(release + 1, 0x85ebca6b));
  // Similar seeds give similar first numbers, so the first numbers are dropped.
  skipN(generator, 16);
  return () => uniformFloat64(generator);
}

/**
 * Draws how many of n trials succeed, each with probability p. The function goes through the counts from the likeliest
 * outwards.
 */
export function binomial(n: number, p: number, draw: Draw): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  const atMode = probability(n, mode, p);
  let rest = draw() - atMode;
  let [low, high] = [mode, mode];
  let [below, above] = [atMode, atMode];
  while (rest > 0 && (low > 0 || high < n)) {
    if (high < n) {
      above *= (odds * (n - high)) / (high + 1);
      high += 1;
      rest -= above;
      if (rest <= 0) return high;
    }
    if (low > 0) {
      below *= low / (odds * (n - low + 1));
      low -= 1;
      rest -= below;
      if (rest <= 0) return low;
    }
    if (above + below < 1e-300) break;
  }
  return mode;
}

function probability(n: number, k: number, p: number): number {
  const logChoose = -Math.log(n + 1) - logBeta(k + 1, n - k + 1);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
