/** Exact probabilities, computed with whole numbers and independently of the code under test. */

/** n over k. */
export function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return k < 0 || k > n ? 0n : result;
}

/** The quotient of two whole numbers, which may be too large for a double themselves. */
export function quotient(a: bigint, b: bigint): number {
  const scale = 10n ** 300n;
  return Number((a * scale) / b) / 1e300;
}

/** Probability of k successes in n trials whose probability is `part` of `all`. */
export function binomial(k: number, n: number, part: number, all: number): number {
  const ways = choose(n, k) * BigInt(part) ** BigInt(k) * BigInt(all - part) ** BigInt(n - k);
  return quotient(ways, BigInt(all) ** BigInt(n));
}

/**
 * Probabilities that 0, 1 and so on of `events` are the candidate's, when its odds of an event are `odds` times those of the
 * stable version.
 */
export function hypergeometric(stable: number, candidate: number, events: number, odds: number): number[] {
  const ways = upTo(events).map((k) => choose(candidate, k) * choose(stable, events - k) * BigInt(odds) ** BigInt(k));
  const all = ways.reduce((a, b) => a + b, 0n);
  return ways.map((each) => quotient(each, all));
}

/** Whole numbers from 0 to the last one. */
export function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, i) => i);
}
