/** Counts of slow requests from durations. */
import * as fc from "fast-check";
import { slowCounts } from "../../../provider/core/analysis/latency";

const P50 = [{ quantile: "p50", tolerance: 0.2 }] as const;

it("counts requests above the common quantile, after the candidate's durations are divided by the allowed factor", () => {
  // The durations of the candidate divided by 1.2 are 10, 50 and 100. The median of all eight durations is 30.
  expect(slowCounts([10, 20, 30, 40, 50], [12, 60, 120], P50)).toEqual({ stable: [2], candidate: [2] });
});

it("counts each rule by itself, in their order", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  const rules = [
    { quantile: "p50", tolerance: 0 },
    { quantile: "p95", tolerance: 0 },
  ] as const;
  expect(slowCounts(hundred, [], rules)).toEqual({ stable: [50, 5], candidate: [0, 0] });
});

it("counts no slow requests without requests, or if all durations are equal", () => {
  expect(slowCounts([], [], P50)).toEqual({ stable: [0], candidate: [0] });
  expect(slowCounts([5, 5, 5], [6, 6, 6], P50)).toEqual({ stable: [0], candidate: [0] });
  expect(slowCounts([1], [1], [])).toEqual({ stable: [], candidate: [] });
});

it("the result does not depend on the unit of durations, or on a common factor", () => {
  const durations = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 50 });
  fc.assert(
    fc.property(durations, durations, (stable, candidate) => {
      const scaled = (factor: number) =>
        slowCounts(
          stable.map((ms) => ms * factor),
          candidate.map((ms) => ms * factor),
          P50,
        );
      expect(scaled(1024)).toEqual(scaled(1));
    }),
  );
});
