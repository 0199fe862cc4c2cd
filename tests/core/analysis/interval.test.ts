/** Exact intervals of a proportion, compared with published ones and with exact sums of whole numbers. */
import { proportionOf } from "../../../provider/core/analysis/interval";
import { binomial, upTo } from "./exact";

it("without a trial the interval is from 0 to 1", () => {
  expect(proportionOf(0, 0)).toEqual({ events: 0, of: 0, low: 0, high: 1 });
});

// Source: binom.test of R, which prints the interval of Clopper and Pearson.
it.each([
  [1, 10, 0.002528579, 0.445016117],
  [3, 20, 0.032070937, 0.378926826],
  [0, 10, 0, 0.308497107],
  [10, 10, 0.691502893, 1],
])("%i of %i: %f to %f", (events, of, low, high) => {
  const found = proportionOf(events, of);
  expect(found.rate).toBe(events / of);
  expect(found.low).toBeCloseTo(low, 8);
  expect(found.high).toBeCloseTo(high, 8);
});

it("at each bound the outcome, or one further away, has a probability of 2.5 %", () => {
  const parts = 1_000_000_000;
  for (const [events, of] of [[1, 3], [2, 40], [17, 200], [150, 200]] as const) {
    const { low, high } = proportionOf(events, of);
    const sum = (counts: number[], rate: number) =>
      counts.reduce((all, k) => all + binomial(k, of, Math.round(rate * parts), parts), 0);
    const atMost = upTo(events);
    const atLeast = upTo(of - events).map((more) => events + more);
    expect([sum(atLeast, low), sum(atMost, high)]).toEqual([expect.closeTo(0.025, 6), expect.closeTo(0.025, 6)]);
  }
}); // prettier-ignore
