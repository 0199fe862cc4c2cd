/** Splits that fit a weight, and splits that do not. */
import { fittingCounts, splitOf } from "../../../provider/core/analysis/split";
import { binomial, upTo } from "./exact";

it.each([
  [200, 0.1, 8, 35],
  [500, 0.05, 11, 42],
  [500, 0.1, 29, 73],
  [1000, 0.01, 2, 22],
  [1000, 0.5, 448, 552],
  [2000, 0.01, 7, 36],
])("of %p requests at a share of %p, %p to %p fit at a level of one in a thousand", (requests, share, low, high) => {
  expect(fittingCounts(requests, share, 0.001)).toEqual({ low, high });
});

it("the range leaves out at most the level, and is as narrow as possible", () => {
  const { low, high } = fittingCounts(60, 0.25, 0.05);
  const chance = (counts: number[]) => counts.map((k) => binomial(k, 60, 25, 100)).reduce((a, b) => a + b, 0);
  expect(chance(upTo(low - 1))).toBeLessThanOrEqual(0.025);
  expect(chance(upTo(low))).toBeGreaterThan(0.025);
  expect(1 - chance(upTo(high))).toBeLessThanOrEqual(0.025);
  expect(1 - chance(upTo(high - 1))).toBeGreaterThan(0.025);
});

it("the split is a mismatch if almost no request, or almost every request, reaches the candidate", () => {
  expect(splitOf(200, 0, 0.1).mismatch).toBe(true);
  expect(splitOf(10, 90, 0.1).mismatch).toBe(true);
});

it("the split is not a mismatch if the share differs by rounding, with any number of requests", () => {
  expect(splitOf(8_960_000, 1_040_000, 0.1)).toMatchObject({ observed: 0.104, mismatch: false });
  expect(splitOf(8_800_000, 1_200_000, 0.1)).toMatchObject({ observed: 0.12, mismatch: true });
});

it("the split is not a mismatch while there are few requests", () => {
  expect(splitOf(20, 0, 0.1).mismatch).toBe(false);
  expect(splitOf(0, 0, 0.1)).toEqual({ chance: 1, mismatch: false });
  expect(splitOf(100, 0, 0)).toEqual({ chance: 1, mismatch: false });
  expect(splitOf(0, 100, 1)).toEqual({ chance: 1, mismatch: false });
});
