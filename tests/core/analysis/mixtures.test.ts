/**
 * E-values measure the evidence against a candidate. While the candidate is acceptable, their average is at most 1 for any traffic.
 * The tests compute the averages as exact sums.
 */
import * as fc from "fast-check";
import {
  ERROR_PRIOR,
  type Events,
  SLOW_PRIOR,
  logLimitE,
  logRatioE,
  logSplitE,
} from "../../../provider/core/analysis/mixtures";
import { binomial, upTo } from "./exact";

/** Events at a share in percent. The number of requests is large, and the observed split equals the share. */
function at(percent: number, candidateEvents: number, stableEvents: number): Events {
  const share = percent / 100;
  return { share, candidate: 1000 * percent, stable: 1000 * (100 - percent), candidateEvents, stableEvents };
}

/** The average of the e-value over all possible outcomes. `part` / `all` is the probability that an event belongs to the candidate. */
function mean(events: number, part: number, all: number, e: (candidateEvents: number) => number): number {
  return upTo(events)
    .map((k) => binomial(k, events, part, all) * Math.exp(e(k)))
    .reduce((a, b) => a + b, 0);
}

describe.each([
  ["errors", 2, ERROR_PRIOR],
  ["slow requests", 1, SLOW_PRIOR],
] as const)("the e-value of %s", (_, ratio, prior) => {
  it("the e-value has the mean 1 if the candidate is exactly as bad as allowed", () => {
    for (const [events, percent] of [
      [1, 10],
      [7, 5],
      [20, 25],
      [30, 50],
    ] as const) {
      // w is the share of the candidate. If its rate is r times that of the stable version, an event is the candidate's
      // with probability w·r / (w·r + 1 − w).
      const [part, all] = [percent * ratio, percent * ratio + 100 - percent];
      const average = mean(events, part, all, (k) => logRatioE([at(percent, k, events - k)], ratio, prior));
      expect(average).toBeCloseTo(1, 9);
    }
  });

  it("the e-value has a mean below 1 if the candidate is better than allowed", () => {
    const average = mean(20, 5, 100, (k) => logRatioE([at(10, k, 20 - k)], ratio, prior));
    expect(average).toBeLessThan(0.5);
  });

  it("carries evidence from one weight to another, with the mean 1", () => {
    const [first, second] = [6, 9];
    const whole = mean(first, 10 * ratio, 10 * ratio + 90, (k) =>
      Math.log(
        mean(second, 50 * ratio, 50 * ratio + 50, (l) =>
          logRatioE([at(10, k, first - k), at(50, l, second - l)], ratio, prior),
        ),
      ),
    );
    expect(whole).toBeCloseTo(1, 9);
  });

  it("the e-value rises with events of the candidate and falls with events of the stable version", () => {
    const counts = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 99 }), (candidate, stable, percent) => {
        const value = logRatioE([at(percent, candidate, stable)], ratio, prior);
        expect(logRatioE([at(percent, candidate + 1, stable)], ratio, prior)).toBeGreaterThan(value);
        expect(logRatioE([at(percent, candidate, stable + 1)], ratio, prior)).toBeLessThan(value);
      }),
    );
  });

  it("an event counts for less if the candidate got more requests than its weight, and not for more if it got fewer", () => {
    const asked = logRatioE([{ ...at(10, 8, 10), candidate: 100, stable: 900 }], ratio, prior);
    const more = logRatioE([{ ...at(10, 8, 10), candidate: 150, stable: 850 }], ratio, prior);
    const fewer = logRatioE([{ ...at(10, 8, 10), candidate: 50, stable: 950 }], ratio, prior);
    expect(more).toBeLessThan(asked);
    expect(fewer).toBe(asked);
  });

  it("the e-value is 1 without events", () => {
    expect(logRatioE([at(10, 0, 0)], ratio, prior)).toBeCloseTo(0, 12);
    expect(logRatioE([], ratio, prior)).toBeCloseTo(0, 12);
  });
});

describe("the e-value of the limit", () => {
  it("the e-value has the mean 1 at the limit and a lower mean below it", () => {
    const average = (part: number) => mean(60, part, 1000, (k) => logLimitE(k, 60, 0.05));
    expect(average(50)).toBeCloseTo(1, 9);
    expect(average(25)).toBeLessThan(0.6);
  });

  it("passes 20 after two failures in a row at a limit of 1 %", () => {
    expect(Math.exp(logLimitE(1, 1, 0.01))).toBeLessThan(20);
    expect(Math.exp(logLimitE(2, 2, 0.01))).toBeGreaterThan(20);
  });

  it("stays finite or becomes zero for large counts", () => {
    for (const [errors, requests] of [
      [0, 10_000_000],
      [10_000_000, 10_000_000],
      [90_000, 10_000_000],
    ] as const) {
      expect(logLimitE(errors, requests, 0.01)).not.toBeNaN();
    }
  });
});

it("the e-value of the split has the mean 1 if requests are routed by the weight", () => {
  const average = mean(80, 10, 100, (k) => logSplitE(80 - k, k, 0.1, 10));
  expect(average).toBeCloseTo(1, 9);
});
