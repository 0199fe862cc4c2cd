/**
 * Statistical tests whose result may be read at any time and any number of times, as e-values. Pure.
 *
 * An e-value is a number that is at most 1 on average while the candidate is acceptable. The chance that it ever
 * reaches 1/α is then at most α (Ville's inequality), however often the e-value is read. The mean of several e-values
 * is an e-value too, whatever their dependence.
 */
import { betaBelow, logBeta } from "./special";

/** Counts of events (failed, or slow, requests) of both versions while the candidate had one weight. */
export interface Events {
  /** The candidate's weight as a fraction, 0 to 1. */
  readonly share: number;
  /** Requests; each of them was an event or not. */
  readonly stable: number;
  readonly candidate: number;
  readonly stableEvents: number;
  readonly candidateEvents: number;
}

/**
 * One alternative of a prior: a ratio of the candidate's event rate to the acceptable rate, and the weight of this
 * ratio in the prior.
 */
interface Alternative {
  readonly multiple: number;
  readonly logMultiple: number;
  readonly logWeight: number;
}

/** Alternatives whose weights sum to 1. */
export type Prior = readonly Alternative[];

/**
 * A prior over `count` multiples from `low` to `high`. Most of its weight is near `centre`; each other multiple has a
 * minimum weight.
 */
function prior(low: number, high: number, count: number, centre: number, spread: number): Prior {
  const multiples = Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
  const heights = multiples.map((x) => Math.exp(-0.5 * (Math.log(x / centre) / spread) ** 2) + 0.02);
  const sum = heights.reduce((a, b) => a + b, 0);
  return multiples.map((multiple, i) => ({
    multiple,
    logMultiple: Math.log(multiple),
    logWeight: Math.log((heights[i] ?? 0) / sum),
  }));
}

/** Prior for failures. A bad candidate usually multiplies the failure rate. */
export const ERROR_PRIOR: Prior = prior(1.5, 128, 14, 6, 0.9);

/** Prior for slow requests. Slow requests are never rare: a fixed share of all requests is above a quantile. */
export const SLOW_PRIOR: Prior = prior(1.1, 16, 12, 2, 0.7);

/**
 * The candidate's share of the requests to use in the test: the weight, or the observed share if it is larger.
 *
 * The service routes each request independently, so the test is exact with the weight. If the service sends the
 * candidate more requests than its weight, the observed share covers this. With a larger share, an event of the
 * candidate is weaker evidence.
 */
function careful({ share, stable, candidate }: Events): number {
  const all = stable + candidate;
  return all === 0 ? share : Math.max(share, candidate / all);
}

/**
 * Logarithm of the e-value against the hypothesis "an event is at most `ratio` times as likely on the candidate as on
 * the stable version".
 *
 * Given that an event happened, it was on the candidate with probability at most w·r / (w·r + 1 − w), for a share w and
 * a ratio r. The test therefore needs no base rate, and a base rate that changes with time does not distort it. The
 * same ratio applies at all weights, so the evidence of one step remains valid in the next.
 */
export function logRatioE(events: readonly Events[], ratio: number, prior: Prior): number {
  const happened = events.filter((each) => each.candidateEvents + each.stableEvents > 0);
  return logSum(prior.map((alternative) => alternative.logWeight + logLikelihood(happened, ratio, alternative)));
}

function logLikelihood(events: readonly Events[], ratio: number, { multiple, logMultiple }: Alternative): number {
  let sum = 0;
  for (const each of events) {
    const w = careful(each);
    const grown = (w * ratio * multiple + 1 - w) / (w * ratio + 1 - w);
    sum += each.candidateEvents * logMultiple - (each.candidateEvents + each.stableEvents) * Math.log(grown);
  }
  return sum;
}

/** Logarithm of a sum of exponentials. */
function logSum(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return largest === -Infinity ? largest : largest + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

/** Parameters of the Beta distribution. The part of this distribution above the limit is the prior for rates beyond the limit. */
const LIMIT_PRIOR = { a: 1, b: 8 };

/**
 * Logarithm of the e-value against the hypothesis "a request fails with a probability of at most `limit`"; `limit` is
 * from 0 to below 1.
 */
export function logLimitE(errors: number, requests: number, limit: number): number {
  const { a, b } = LIMIT_PRIOR;
  const above = betaBelow(b + requests - errors, a + errors, 1 - limit);
  const weighed = logBeta(a + errors, b + requests - errors) + Math.log(above);
  const all = logBeta(a, b) + Math.log(betaBelow(b, a, 1 - limit));
  return weighed - all - errors * Math.log(limit) - (requests - errors) * Math.log1p(-limit);
}

/**
 * Logarithm of the e-value against the hypothesis "each request reaches the candidate with probability `share`": a Beta
 * mixture whose prior weight is `concentration` pseudo-requests. Source: Lindon and Malek, arXiv 2011.03567.
 */
export function logSplitE(stable: number, candidate: number, share: number, concentration: number): number {
  const [a, b] = [concentration * share, concentration * (1 - share)];
  return logBeta(a + candidate, b + stable) - logBeta(a, b) - candidate * Math.log(share) - stable * Math.log1p(-share);
}
