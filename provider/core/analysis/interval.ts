/** Exact confidence intervals of proportions. Pure. */
import { betaQuantile } from "./special";

/** Probability with which an interval contains the true rate, whatever the rate is. */
export const CONFIDENCE = 0.95;

/**
 * A number of events among requests, with the interval of Clopper and Pearson. The interval is exact for counts that
 * are read only once.
 */
export interface Proportion {
  readonly events: number;
  /** Number of requests; each of them was an event or not. */
  readonly of: number;
  /** Rate of the events, 0 to 1; absent without requests. */
  readonly rate?: number;
  /** Bounds of the interval, from 0 to 1. */
  readonly low: number;
  readonly high: number;
}

/** The share of events among requests, with its interval at {@link CONFIDENCE}. */
export function proportionOf(events: number, of: number): Proportion {
  const tail = (1 - CONFIDENCE) / 2;
  return {
    events,
    of,
    ...(of === 0 ? {} : { rate: events / of }),
    low: events === 0 ? 0 : betaQuantile(events, of - events + 1, tail),
    high: events === of ? 1 : betaQuantile(events + 1, of - events, 1 - tail),
  };
}
