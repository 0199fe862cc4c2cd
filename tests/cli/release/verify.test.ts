/** Verdicts on samples of an alias. The expected bounds come from an independent computation of the binomial distribution. */
import { verdictOf } from "../../../cli/release/verify";
import { compareSample, countAnswers } from "../../../provider/rollout";

const FUNCTION = "x-fc-invocation-function-version";
const SERVICE = "x-fc-invocation-service-version";

it("counts answers by the first header that has a number, and those that failed", () => {
  const sample = countAnswers([
    { headers: { [FUNCTION]: "7", [SERVICE]: "prod" } },
    { headers: { [FUNCTION]: "8", "x-fc-error-type": "HandledInvocationError" } },
    { headers: { [SERVICE]: "8" } },
    { headers: { [SERVICE]: "prod" } },
    { headers: {} },
  ]);
  expect(sample).toEqual({
    requests: 5,
    versions: { "7": { requests: 1, failed: 0 }, "8": { requests: 2, failed: 1 } },
    unnamed: 2,
    headers: [FUNCTION, SERVICE],
  });
});

const sampleOf = (...counts: [string, number][]) => ({
  requests: counts.reduce((sum, [, count]) => sum + count, 0),
  versions: Object.fromEntries(counts.map(([id, requests]) => [id, { requests, failed: 0 }])),
  unnamed: 0,
  headers: [FUNCTION],
});

it("the bounds are exact and leave out half a percent on each side", () => {
  // Of 200 at 25 %: P(X ≤ 34) = 0.0044, P(X ≤ 35) = 0.0073, P(X ≥ 67) = 0.0044, P(X ≥ 66) = 0.0068.
  const [stable, candidate] = compareSample(sampleOf(["7", 150], ["8", 50]), { "7": 75, "8": 25 });
  expect(candidate).toMatchObject({ low: 35, high: 66, requests: 50, fits: true });
  expect(stable).toMatchObject({ low: 134, high: 165, requests: 150, fits: true });
});

it.each([
  [34, "fail"],
  [35, "pass"],
  [66, "pass"],
  [67, "fail"],
])("of 200 answers at 25 %%, %d of the candidate are a %s", (count, outcome) => {
  const sample = sampleOf(["7", 200 - count], ["8", count]);
  expect(verdictOf(sample, compareSample(sample, { "7": 75, "8": 25 }), true).outcome).toBe(outcome);
});

it("one answer of a version without a share is a fail", () => {
  const sample = sampleOf(["6", 1], ["7", 199]);
  expect(verdictOf(sample, compareSample(sample, { "7": 100 }), true)).toEqual({
    outcome: "fail",
    why: "v6, v7 answered more or less often than the split of the alias allows",
  });
});

it("there is no verdict if the split was changed meanwhile, or if answers name no version", () => {
  const sample = sampleOf(["7", 200]);
  const compared = compareSample(sample, { "7": 100 });
  expect(verdictOf(sample, compared, false).outcome).toBe("inconclusive");
  expect(verdictOf({ ...sample, unnamed: 3 }, compared, true)).toEqual({
    outcome: "inconclusive",
    why: `3 of 200 answers name no version by number in ${FUNCTION} or ${SERVICE}`,
  });
});
