/** Settings of an analysis: wrong ones are refused by name, and absent ones get their defaults. */
import * as fc from "fast-check";
import { checkAnalysis, nextStep, policyOf, refusedLogStore, stepAt } from "../../../provider/core/analysis";
import { fractionOf } from "../../../provider/core/analysis/policy";

const STEPS = [5, 25, 50];

it("every setting of the policy has a default", () => {
  expect(policyOf({}, STEPS)).toEqual({
    errorRatio: 2,
    errorLimit: 0.01,
    latency: [
      { quantile: "p50", tolerance: 0.2 },
      { quantile: "p95", tolerance: 0.2 },
    ],
    falseAlarms: 0.05,
    falsePasses: 0.05,
    invocations: "sync",
    errorStatus: 500,
    logDelay: 180,
    steps: [
      { weight: 50, bake: 600, requests: 500 },
      { weight: 250, bake: 600, requests: 500 },
      { weight: 500, bake: 600, requests: 500 },
    ],
  });
});

it("with probes no duration is judged; policies differ by event and expected answer, and not by the number of probes", () => {
  const probed = policyOf({ probes: {} }, STEPS);
  expect(probed).toEqual({
    ...policyOf({ latency: {} }, STEPS),
    probe: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
  });
  expect(checkAnalysis({ probes: {}, latency: {} }, STEPS)).toEqual([]);
  expect(policyOf({ probes: { event: "", requests: 7 } }, STEPS)).toEqual(probed);
  const others = [{ event: "ok" }, { expect: "ok" }, { event: "ok", expect: "ok" }];
  const all = [probed, ...others.map((probes) => policyOf({ probes }, STEPS))];
  expect(new Set(all.map(({ probe }) => probe)).size).toBe(4);
});

it("accepts every setting, steps with and without conditions, and quantiles in any order", () => {
  const settings = {
    errorRatio: 1.5,
    errorLimit: "0.5%",
    latency: { p99: "5%", p90: 100 },
    falseAlarms: "0.1%",
    falsePasses: 1,
    invocations: "all",
    errorStatus: 400,
    logDelay: "1m30s",
  } as const;
  const steps = [{ weight: "0.5%", bake: "1h", requests: 1000 }, { weight: 10 }, "20"];
  expect(checkAnalysis(settings, steps)).toEqual([]);
  expect(policyOf(settings, steps)).toEqual({
    errorRatio: 1.5,
    errorLimit: 0.005,
    latency: [
      { quantile: "p90", tolerance: 1 },
      { quantile: "p99", tolerance: 0.05 },
    ],
    falseAlarms: 0.001,
    falsePasses: 0.01,
    invocations: "all",
    errorStatus: 400,
    logDelay: 90,
    steps: [
      { weight: 5, bake: 3600, requests: 1000 },
      { weight: 100, bake: 600, requests: 500 },
      { weight: 200, bake: 600, requests: 500 },
    ],
  });
  expect(policyOf({ latency: {} }, STEPS).latency).toEqual([]);
});

it.each([
  [{ errorRatio: 0.5 }, "analysis.errorRatio: got 0.5; allowed: a number from 1 to 100"],
  [{ errorRatio: "2" }, 'analysis.errorRatio: got "2"'],
  [{ errorRatio: Number.NaN }, "analysis.errorRatio: got NaN"],
  [{ errorLimit: 0.5 }, "analysis.errorLimit: got 0.5; allowed: percent"],
  [{ errorLimit: "101%" }, 'analysis.errorLimit: got "101%"; allowed: percent from "0.01%" to 100'],
  [{ errorLimit: 0 }, "analysis.errorLimit: got 0"],
  [{ errorLimit: true }, "analysis.errorLimit: got true"],
  [{ latency: { p95: 0.2 } }, "analysis.latency.p95: got 0.2"],
  [{ latency: { p75: 20 } }, "analysis.latency: has no p75; allowed: p50, p90, p95, p99"],
  [{ latency: 20 }, "analysis.latency: got 20"],
  [{ falseAlarms: 51 }, "analysis.falseAlarms: got 51"],
  [{ falsePasses: "5 pct" }, 'analysis.falsePasses: got "5 pct"'],
  [{ invocations: "async" }, 'analysis.invocations: got "async"; allowed: "sync", "all"'],
  [{ errorStatus: 399 }, "analysis.errorStatus: got 399; allowed: a whole number from 400 to 600"],
  [{ logDelay: "2h" }, 'analysis.logDelay: got "2h"; allowed: a duration such as "10m" or "1h30m", at most 1h'],
  [{ logDelay: 3 }, "analysis.logDelay: got 3"],
  [{ logs: "judged" }, 'analysis.logs: got "judged"; allowed: { project, logstore }'],
  [{ logs: { project: "a.b", logstore: "ab" } }, 'analysis.logs.project: got "a.b"'],
  [{ errorRate: 2 }, "analysis: has no errorRate; allowed: errorRatio"],
  [{ probes: true }, "analysis.probes: got true; allowed: { requests, event, expect }"],
  [{ probes: { requests: 1001 } }, "analysis.probes.requests: got 1001; allowed: a whole number from 1 to 1000"],
  [{ probes: { expect: "" } }, 'analysis.probes.expect: got ""; allowed: text of 1 to 1024 characters'],
  [
    { probes: {}, logs: { project: "judged", logstore: "requests" } },
    "analysis: got { probes, logs }; allowed: one of them",
  ],
  [{ probes: {}, latency: null }, "analysis.latency: got null"],
  [{ probes: {}, latency: { p95: 20 } }, "analysis.latency: got { p95 }; allowed beside probes: {}"],
  ["strict", 'analysis: got "strict"'],
])("refuses %j and names the property", (settings, reason) => {
  const failures = checkAnalysis(settings, STEPS);
  expect(failures.map(({ property }) => property)).toEqual(["analysis"]);
  expect(failures[0]?.reason).toContain(reason);
});

it.each([
  [[], "steps: got a list of 0; allowed: a list of 1 to 20 steps"],
  [Array.from({ length: 21 }, (_, i) => i + 1), "steps: got a list of 21"],
  [25, "steps: got 25"],
  [[5, 0.25], "steps[1]: a weight between 0 and 1 is ambiguous"],
  [[{ bake: "1m" }], "steps[0].weight: required"],
  [[5, { weight: 101 }], "steps[1].weight: a weight is at most 100"],
  [[{ weight: 5, bake: "soon" }], 'steps[0].bake: got "soon"; allowed: a duration'],
  [[{ weight: 5, bake: "721h" }], "steps[0].bake: got"],
  [[{ weight: 5, requests: 0 }], "steps[0].requests: got 0; allowed: a whole number from 1 to 1000000000"],
  [[{ weight: 5, wait: "1m" }], "steps[0]: has no wait; allowed: weight, bake, requests"],
  [[25, { weight: 25 }], "steps: got a list of 2; allowed: weights between 0 and 100, each more than the one before"],
  [[0, 5], "steps: got a list of 2"],
  [[5, 100], "steps: got a list of 2"],
  [[[5]], "steps[0]: got a list of 1"],
  [[null], "steps[0]: a weight is a number or text: got null"],
])("refuses the steps %j", (steps, reason) => {
  expect(checkAnalysis({}, steps)[0]?.reason).toContain(reason);
});

it.each([
  [5, 0.05],
  ["5%", 0.05],
  [" 5 % ", 0.05],
  ["0.25%", 0.0025],
  [0, 0],
  [0.5, undefined],
  [[5], undefined],
  [null, undefined],
])("the fraction of %j is %j", (percent, fraction) => {
  expect(fractionOf(percent)).toBe(fraction);
});

it("a logstore needs a project and a name", () => {
  expect(refusedLogStore({ project: "judged", logstore: "requests" })).toBeUndefined();
  expect(refusedLogStore({ project: "judged" })).toContain(".logstore: required");
});

it.each([
  [0, 0, 50],
  [50, 0, 250],
  [249, 0, 250],
  [250, 1, 500],
  [500, 2, 1000],
  [1000, 2, 1000],
])("a candidate with %p tenths of a percent is at step %p, and the next weight is %p", (weight, step, next) => {
  const policy = policyOf({}, STEPS);
  expect([stepAt(policy, weight), nextStep(policy, weight)]).toEqual([step, next]);
});

it("accepts unknown values and absent settings", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  expect(checkAnalysis(undefined, undefined)).toEqual([]);
  expect(checkAnalysis(unknown, unknown)).toEqual([]);
  expect(checkAnalysis({ errorRatio: unknown }, [unknown, { weight: unknown, requests: 3 }, 50])).toEqual([]);
});

it("the check of a policy never throws, for any value", () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (settings, steps) => {
      for (const { property } of checkAnalysis(settings, steps)) expect(["analysis", "steps"]).toContain(property);
    }),
  );
});
