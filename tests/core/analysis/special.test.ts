/** The special functions at their limits, and compared with exact sums of whole numbers. */
import { betaBelow, binomialAtLeast, binomialAtMost, normalBelow } from "../../../provider/core/analysis/special";
import { binomial, upTo } from "./exact";

it.each([
  [-1, 10, 0.5, 0],
  [10, 10, 0.5, 1],
  [11, 10, 0.5, 1],
  [0, 10, 0, 1],
  [0, 10, -0.1, 1],
  [9, 10, 1, 0],
  [9, 10, 1.1, 0],
  [10, 10, 1, 1],
  [0, 10, 0.5, 1 / 1024],
])("at most %p successes in %p trials with the chance %p: %p", (k, n, p, chance) => {
  expect(binomialAtMost(k, n, p)).toBeCloseTo(chance, 12);
});

it.each([
  [0, 10, 0, 1],
  [-1, 10, 0.5, 1],
  [11, 10, 1, 0],
  [10, 10, 0.5, 1 / 1024],
  [1, 10, 0, 0],
  [10, 10, 1, 1],
])("at least %p successes in %p trials with the chance %p: %p", (k, n, p, chance) => {
  expect(binomialAtLeast(k, n, p)).toBeCloseTo(chance, 12);
});

it("at most and at least are the exact sums", () => {
  const chances = upTo(20).map((k) => binomial(k, 20, 3, 10));
  for (const k of upTo(20)) {
    const below = chances.slice(0, k).reduce((a, b) => a + b, 0);
    expect(binomialAtMost(k, 20, 0.3)).toBeCloseTo(below + (chances[k] ?? 0), 12);
    expect(binomialAtLeast(k, 20, 0.3)).toBeCloseTo(1 - below, 12);
    // A Beta(k, n - k + 1) number is below a chance with the probability of at least k successes.
    if (k > 0) expect(betaBelow(k, 21 - k, 0.3)).toBeCloseTo(1 - below, 12);
  }
});

it.each([
  [-0.1, 0],
  [0, 0],
  [1, 1],
  [1.1, 1],
])("a number between 0 and 1 is at most %p with the probability %p", (x, probability) => {
  expect(betaBelow(2, 3, x)).toBe(probability);
});

it("the normal distribution", () => {
  expect([normalBelow(0), normalBelow(1.959963985)]).toEqual([0.5, expect.closeTo(0.975, 9)]);
});
