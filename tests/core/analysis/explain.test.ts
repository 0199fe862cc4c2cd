/** A decision in words. */
import { type Decision, explain, policyOf } from "../../../provider/core/analysis";

const NOTHING = { requests: 0, errors: 0, warm: 0, slow: [] };
const DECISION: Decision = {
  ...{ rules: 1, from: 0, to: 600, digest: "", step: 1, weight: 250, baked: 60, verdict: "inconclusive" },
  counts: { stable: { ...NOTHING, requests: 3, errors: 1 }, candidate: NOTHING },
  ...{
    eValues: {},
    eValue: 0,
    threshold: 2,
    failed: [],
    shown: [],
    split: { chance: 1, mismatch: false },
    missing: [],
  },
};

const said = (decision: Partial<Decision>, settings = {}) =>
  explain(policyOf(settings, [10, 25, 50]), { ...DECISION, ...decision });

it.each<[Partial<Decision>, string]>([
  [{}, "inconclusive at 25 % (step 2 of 3; evidence 1, fail at 100 or more)"],
  [{ weight: 0, step: 0 }, "inconclusive at 0 % (step 1 of 3; evidence 1, fail at 100 or more)"],
  [{ weight: 5 }, "inconclusive at 0.5% (step 2 of 3; evidence 1, fail at 100 or more)"],
  [{ weight: 10 }, "inconclusive at 1 % (step 2 of 3; evidence 1, fail at 100 or more)"],
  [{ eValue: 6 }, "inconclusive at 25 % (step 2 of 3; evidence 1000000, fail at 100 or more)"],
  [{ eValue: 6.001 }, "inconclusive at 25 % (step 2 of 3; evidence over 1,000,000, fail at 100 or more)"],
  [{ eValue: -2.5 }, "inconclusive at 25 % (step 2 of 3; evidence 0.00316, fail at 100 or more)"],
])("%j begins with: %s", (decision, line) => {
  expect(said(decision)[0]).toBe(line);
});

it.each([
  [{}, "in this window: candidate no requests; stable 1 of 3 failed (33.3 %)"],
  [{ probes: {} }, "by probes: candidate no requests; stable 1 of 3 failed (33.3 %)"],
])("the counts with the settings %j: %s", (settings, line) => {
  expect(said({}, settings)).toEqual([expect.any(String), line]);
});

const LIMIT = "failures against the limit of 1 %";

it.each<[string, Partial<Decision>, string]>([
  ["a pass", { verdict: "pass" }, "next step: 50 %"],
  ["a pass of the last step", { verdict: "pass", weight: 500 }, "the candidate may be promoted"],
  [
    "a slow candidate",
    { verdict: "fail", failed: ["p95"] },
    "worse than allowed: p95 of the duration against 30 % more than that of the stable version",
  ],
  [
    "the median",
    { verdict: "fail", failed: ["p50"] },
    "worse than allowed: p50 of the duration against 10 % more than that of the stable version",
  ],
  [
    "a quantile that is not judged",
    { verdict: "fail", failed: ["p99"] },
    "worse than allowed: p99 of the duration against 0 % more than that of the stable version",
  ],
  ["time", { missing: [{ what: "bake", seconds: 60 }] }, "missing: 1 min at this weight"],
  ["requests", { missing: [{ what: "requests", have: 3, need: 10 }] }, "missing: 7 of 10 requests to the candidate"],
  [
    "requests and their time",
    { missing: [{ what: "requests", have: 3, need: 10, seconds: 60 }] },
    "missing: 7 of 10 requests to the candidate, in about 1 min",
  ],
  [
    "proof",
    { missing: [{ what: "proof", of: ["limit"], requests: 7 }] },
    `missing: proof of ${LIMIT} (next look after 7 more requests to the candidate)`,
  ],
  [
    "proof that cannot come",
    { missing: [{ what: "proof", of: ["limit"] }] },
    `missing: proof, which the requests of this candidate cannot give (${LIMIT}): set the weight yourself`,
  ],
])("explains %s", (_what, decision, line) => {
  expect(said(decision, { latency: { p50: 10, p95: 30 } })[2]).toBe(line);
});
