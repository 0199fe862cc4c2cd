/**
 * Special functions for the statistics. All are functions of the library cephes, called only with arguments that it
 * accepts. Pure.
 */
import { bdtr, incbet, incbi, lbeta, ndtr } from "cephes";

/** Natural logarithm of the beta function; both arguments are positive. */
export const logBeta: (a: number, b: number) => number = lbeta;

/** Probability that a Beta(a, b) distributed number is at most x. */
export function betaBelow(a: number, b: number, x: number): number {
  return x <= 0 ? 0 : x >= 1 ? 1 : incbet(a, b, x);
}

/** The x that a Beta(a, b) distributed number does not exceed with probability p; a and b are positive, p is between 0 and 1. */
export const betaQuantile: (a: number, b: number, p: number) => number = incbi;

/** Probability of at most k successes in n trials, each with probability p. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  return p >= 1 ? 0 : bdtr(k, n, p);
}

/** Probability of at least k successes in n trials, each with probability p. */
export function binomialAtLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : betaBelow(k, n - k + 1, p);
}

/** Probability that a standard normal number is below x. */
export const normalBelow: (x: number) => number = ndtr;
