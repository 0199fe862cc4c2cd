/** Exact probabilities, computed with whole numbers and independently of the code under test. */

/** The binomial coefficient n over k. */
export function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return k < 0 || k > n ? 0n : result;
}

/** The quotient of two whole numbers. Each of the numbers may be too large for a double. */
export function quotient(a: bigint, b: bigint): number {
  const scale = 10n ** 300n;
  return Number((a * scale) / b) / 1e300;
}

/** Probability of k successes in n trials. The probability of one success is `part` / `all`. */
export function binomial(k: number, n: number, part: number, all: number): number {
  const ways = choose(n, k) * BigInt(part) ** BigInt(k) * BigInt(all - part) ** BigInt(n - k);
  return quotient(ways, BigInt(all) ** BigInt(n));
}

/**
 * Noncentral hypergeometric distribution. The result has the probabilities that 0, 1, … of the `events` belong to the
 * candidate, if the odds of an event are `odds` times as high for the candidate as for the stable version.
 */
export function hypergeometric(stable: number, candidate: number, events: number, odds: number): number[] {
  const ways = upTo(events).map((k) => choose(candidate, k) * choose(stable, events - k) * BigInt(odds) ** BigInt(k));
  const all = ways.reduce((a, b) => a + b, 0n);
  return ways.map((each) => quotient(each, all));
}

/** The whole numbers from 0 to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, i) => i);
}
