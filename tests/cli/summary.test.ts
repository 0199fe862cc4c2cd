/** The summary of simulated releases, computed from literal outcomes. */
import { keepsPromise, summaryOf } from "../../cli/simulation/summary";
import { CALM } from "../../cli/simulation/traffic";
import { policyOf } from "../../provider/core/analysis";

const POLICY = policyOf({}, [5]);

function outcome(end: "promoted" | "rejected" | "undecided", minutes: number, hurt = 0) {
  return { end, minutes, requests: minutes * 10, hurt, held: end === "undecided" };
}

it("sums up releases", () => {
  const outcomes = [
    outcome("rejected", 10, 4),
    outcome("rejected", 30, 2),
    outcome("promoted", 50),
    outcome("undecided", 100),
  ];
  expect(summaryOf({ ...CALM, good: false }, outcomes, POLICY, 100)).toEqual({
    traffic: "calm",
    good: false,
    rejected: 0.5,
    promoted: 0.25,
    undecided: 0.25,
    held: 0.25,
    requestsToReject: { median: 100, p90: 300 },
    minutesToReject: { median: 10, p90: 30 },
    minutesToPromote: { median: 50, p90: 50 },
    customersHurt: 1.5,
    rejectedOverTime: [0, 0.25, 0.25, 0.25, 0.25, ...Array.from({ length: 15 }, () => 0.5)],
  });
});

it("reports a broken promise if a good candidate is rejected in more than 5 % of the releases plus three standard deviations", () => {
  const summary = (rejected: number) =>
    summaryOf(
      CALM,
      Array.from({ length: 100 }, (_, i) => outcome(i < rejected ? "rejected" : "promoted", 10)),
      POLICY,
      100,
    );
  // 0.05 + 3 · √(0.05 · 0.95 / 100) = 0.1154
  expect(summary(11).allowed).toBeCloseTo(0.11538, 5);
  expect([11, 12].map((rejected) => keepsPromise([summary(rejected)]))).toEqual([true, false]);
});
