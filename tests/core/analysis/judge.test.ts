/** Verdicts on counts, and the conditions of each verdict. */
import * as fc from "fast-check";
import {
  type AnalysisSettings,
  type Counts,
  type Evidence,
  type Finding,
  NO_EVIDENCE,
  judge,
  policyOf,
} from "../../../provider/core/analysis";

const STEPS = [{ weight: 10, bake: "10m", requests: 300 }, 50];
/** Settings that judge only errors, and no latency. */
const ERRORS: AnalysisSettings = { latency: {} };

function counts(requests: number, errors: number, slow: readonly number[] = []): Counts {
  return { requests, errors, warm: requests, slow };
}

/** The verdict on one window at 10 %, with its evidence. */
function found(stable: Counts, candidate: Counts, settings: AnalysisSettings = ERRORS, baked = 3600) {
  const window = { from: 0, to: 600, stable, candidate };
  return judge(policyOf(settings, STEPS), NO_EVIDENCE, { step: 0, weight: 100, baked }, window);
}

describe("fail", () => {
  it("fails after three failed requests of three, and after two of two by the errorLimit", () => {
    const ratioOnly = { ...ERRORS, errorLimit: 100 };
    const verdicts = [1, 2, 3].map((n) => [
      found(counts(27, 0), counts(n, n), ratioOnly).finding.verdict,
      found(counts(27, 0), counts(n, n)).finding.verdict,
    ]);
    expect(verdicts).toEqual([
      ["inconclusive", "inconclusive"],
      ["inconclusive", "fail"],
      ["fail", "fail"],
    ]);
  });

  it("names the metric that led to it, and the e-value beside the threshold", () => {
    const { finding } = found(counts(9000, 45), counts(1000, 50));
    expect(finding).toMatchObject({
      verdict: "fail",
      failed: ["errors", "limit"],
      shown: [],
      threshold: expect.closeTo(1.30103, 5) as number,
    });
    expect(finding.eValue).toBeGreaterThan(finding.threshold);
  });

  it("one failure of the stable version does not prevent a fail while there are few requests", () => {
    expect(found(counts(27, 1), counts(2, 2)).finding.verdict).toBe("fail");
    const { verdict, eValues } = found(counts(27, 2), counts(2, 2)).finding;
    expect([verdict, "limit" in eValues]).toEqual(["hold", false]);
  });

  it("slow requests also lead to a fail", () => {
    const slower = found(counts(9000, 0, [4300]), counts(1000, 0, [700]), { latency: { p50: 20 } }).finding;
    expect(slower).toMatchObject({ verdict: "fail", failed: ["p50"] });
  });

  it("a candidate that fails as often as the stable version does not get a fail", () => {
    for (const percent of [1, 5, 20, 50, 100]) {
      const { finding } = found(counts(9000, 90 * percent), counts(1000, 10 * percent));
      expect(finding.verdict).not.toBe("fail");
    }
  });

  it("evidence adds up over windows and weights", () => {
    const policy = policyOf(ERRORS, STEPS);
    let evidence: Evidence = NO_EVIDENCE;
    const eValues: number[] = [];
    for (const [weight, candidate] of [
      [100, counts(100, 2)],
      [100, counts(100, 2)],
      [500, counts(900, 9)],
    ] as const) {
      const window = { from: 0, to: 600, stable: counts(900, 2), candidate };
      const judged = judge(policy, evidence, { step: 0, weight, baked: 3600 }, window);
      evidence = judged.evidence;
      eValues.push(judged.finding.eValue);
    }
    expect(eValues[1]).toBeGreaterThan(eValues[0] ?? 0);
    expect(eValues[2]).toBeGreaterThan(eValues[1] ?? 0);
  });
});

describe("hold", () => {
  it("holds if both versions fail more than errorLimit, also if the candidate fails somewhat more than the stable version", () => {
    expect(found(counts(900, 270), counts(100, 30)).finding.verdict).toBe("hold");
    expect(found(counts(900, 270), counts(100, 60)).finding.verdict).toBe("hold");
  });

  it.each([
    [counts(1728, 36), counts(192, 192)],
    [counts(900, 270), counts(100, 100)],
  ])(
    "does not hold a candidate that is shown to fail more often than allowed beside a stable version that fails",
    (stable, candidate) => {
      expect(found(stable, candidate).finding).toMatchObject({ verdict: "fail", failed: ["errors"] });
    },
  );

  it("does not hold because of a few failures by chance, or with a higher errorLimit", () => {
    expect(found(counts(900, 10), counts(100, 1)).finding.verdict).toBe("inconclusive");
    expect(found(counts(900, 270), counts(100, 30), { ...ERRORS, errorLimit: 50 }).finding.verdict).toBe(
      "inconclusive",
    );
    expect(found(counts(900, 180), counts(100, 95), { ...ERRORS, errorLimit: 100 }).finding.verdict).toBe("fail");
  });

  it("a hold ends with the windows in which both versions fail", () => {
    const policy = policyOf(ERRORS, STEPS);
    const { evidence } = found(counts(900, 270), counts(100, 30));
    const window = { from: 600, to: 1200, stable: counts(9000, 1), candidate: counts(1000, 0) };
    expect(judge(policy, evidence, { step: 0, weight: 100, baked: 3600 }, window).finding.verdict).toBe("pass");
  });

  it("does not hold if only the stable version fails, so that a hotfix passes", () => {
    const { finding } = found(counts(9000, 4500), counts(1000, 1));
    expect(finding.verdict).toBe("pass");
  });
});

describe("pass", () => {
  it("passes after bake and requests of the step, if the candidate is shown to be within the limits", () => {
    const { finding } = found(counts(9000, 5), counts(1000, 0));
    expect(finding).toMatchObject({ verdict: "pass", shown: ["limit"], missing: [], failed: [] });
  });

  it("passes by the comparison with the stable version if errorLimit alone cannot show it", () => {
    const settings = { ...ERRORS, errorLimit: 100 };
    expect(found(counts(9000, 900), counts(1000, 100), settings).finding).toMatchObject({
      verdict: "pass",
      shown: ["errors"],
    });
    expect(found(counts(9000, 900), counts(1000, 180), settings).finding.verdict).toBe("inconclusive");
  });

  it("a pass needs every latency quantile", () => {
    const settings = { latency: { p50: 20, p95: 20 } };
    const good = found(counts(9000, 5, [4700, 480]), counts(1000, 0, [300, 20]), settings).finding;
    expect(good).toMatchObject({ verdict: "pass", shown: ["limit", "p50", "p95"] });
    const unclear = found(counts(9000, 5, [4700, 450]), counts(1000, 0, [300, 50]), settings).finding;
    expect(unclear).toMatchObject({ verdict: "inconclusive", missing: [{ what: "proof", of: ["p95"] }] });
  });
});

describe("inconclusive", () => {
  const missing = (finding: Finding) => finding.missing;

  it("is inconclusive without traffic, with the missing conditions", () => {
    const { finding } = found(counts(0, 0), counts(0, 0), ERRORS, 0);
    expect(finding.verdict).toBe("inconclusive");
    expect(missing(finding)).toEqual([
      { what: "bake", seconds: 600 },
      { what: "requests", have: 0, need: 300 },
      { what: "proof", of: ["errors", "limit"], requests: 300 },
    ]);
  });

  it("is inconclusive with the expected time, from the rate of requests so far", () => {
    const { finding } = found(counts(900, 0), counts(100, 0), ERRORS, 500);
    expect(missing(finding)).toEqual([
      { what: "bake", seconds: 100 },
      { what: "requests", have: 100, need: 300, seconds: 1000 },
      { what: "proof", of: ["errors", "limit"], requests: 200, seconds: 1000 },
    ]);
  });

  it("is inconclusive if the split does not fit the weight", () => {
    const { finding } = found(counts(3000, 0), counts(3000, 0));
    expect(finding.verdict).toBe("inconclusive");
    expect(missing(finding)).toEqual([{ what: "split", observed: 0.5, asked: 0.1 }]);
  });

  it("is inconclusive until the sample has grown by half, because not every judgement tests for a pass", () => {
    const policy = policyOf(ERRORS, STEPS);
    const { evidence, finding } = found(counts(2700, 14), counts(300, 2));
    expect(missing(finding)).toEqual([expect.objectContaining({ what: "proof", requests: 150 })]);
    const next = (requests: number) =>
      judge(
        policy,
        evidence,
        { step: 0, weight: 100, baked: 3600 },
        { from: 0, to: 1, stable: counts(9 * requests, 0), candidate: counts(requests, 0) },
      );
    expect(next(149).evidence.looks).toHaveLength(1);
    expect(next(150).evidence.looks).toHaveLength(2);
  });
});

describe("the finding", () => {
  /** The result for this number of requests to each of two versions with equal weights, in the only step of a policy. */
  const half = (requests: number, stable: Partial<Counts>, candidate: Partial<Counts>, settings: AnalysisSettings) => {
    const policy = policyOf(settings, [{ weight: 50, requests }]);
    const window = {
      ...{ from: 0, to: 60 },
      stable: { ...counts(requests, 0), ...stable },
      candidate: { ...counts(requests, 0), ...candidate },
    };
    return judge(policy, NO_EVIDENCE, { step: 0, weight: 500, baked: 3600 }, window).finding;
  };

  it.each<[AnalysisSettings, Record<string, number>]>([
    [{ latency: { p50: 20, p95: 20 } }, { errors: 0.5, limit: 0.25, p50: 0.125, p95: 0.125 }],
    [
      { latency: { p50: 20, p95: 20 }, errorLimit: 100 },
      { errors: 4 / 6, p50: 1 / 6, p95: 1 / 6 },
    ],
    [{ latency: {} }, { errors: 2 / 3, limit: 1 / 3 }],
    [{ latency: {}, errorLimit: 100 }, { errors: 1 }],
  ])("with %j, the evidence is the mean of the metrics with the parts %j", (settings, parts) => {
    const { eValues, eValue } = found(counts(900, 5, [450, 45]), counts(100, 4, [70, 9]), settings).finding;
    const values = eValues as Readonly<Record<string, number>>;
    expect(Object.keys(values)).toEqual(Object.keys(parts));
    const mean = Object.entries(parts).reduce((sum, [metric, part]) => sum + part * 10 ** (values[metric] ?? 0), 0);
    expect(10 ** eValue).toBeCloseTo(mean, 9);
  });

  it("names failed metrics only in a fail: those that contribute half of the threshold", () => {
    const ratioOnly = { ...ERRORS, errorLimit: 100 };
    const near = found(counts(27, 0), counts(2, 2), ratioOnly).finding;
    expect(near.threshold - near.eValue).toBeLessThan(Math.log10(2));
    expect([near.verdict, near.failed]).toEqual(["inconclusive", []]);
    const fails = found(counts(9000, 45), counts(1000, 24), ratioOnly).finding;
    expect(fails.eValue - fails.threshold).toBeLessThan(Math.log10(2));
    expect([fails.verdict, fails.failed]).toEqual(["fail", ["errors"]]);
  });

  it("has the observed split in twelve digits", () => {
    expect(found(counts(2, 0), counts(1, 0)).finding.split).toMatchObject({
      observed: 0.333333333333,
      mismatch: false,
    });
    expect(found(counts(0, 0), counts(0, 0)).finding.split).toEqual({ chance: 1, mismatch: false });
  });

  it("counts only the requests at the current weight as requests of the step", () => {
    const { evidence } = found(counts(900, 0), counts(100, 0));
    const window = { from: 0, to: 60, stable: counts(50, 0), candidate: counts(50, 0) };
    const next = judge(policyOf(ERRORS, STEPS), evidence, { step: 0, weight: 500, baked: 600 }, window).finding;
    expect(next.missing[0]).toMatchObject({ what: "requests", have: 50, need: 300 });
    const strata = Array.from({ length: 64 }, (_, i) => ({
      weight: 900 + i,
      stable: counts(1, 0),
      candidate: counts(9, 0),
    }));
    const full: Evidence = { looks: [], open: strata, shown: [] };
    const least = judge(policyOf(ERRORS, STEPS), full, { step: 0, weight: 100, baked: 600 }, window).finding;
    expect(least.missing[0]).toMatchObject({ what: "requests", have: 0, need: 300 });
  });

  it("shows a limit of 1 % by 369 requests without a failure: 0.99^n <= 0.99 * 2.5 %", () => {
    expect(half(368, { errors: 3 }, {}, ERRORS).shown).toEqual([]);
    expect(half(369, { errors: 3 }, {}, ERRORS).shown).toEqual(["limit"]);
  });

  it.each<[string, Partial<Counts>, Partial<Counts>, AnalysisSettings, string[]]>([
    ["three failures less, by (1/3)^3 < 5 %", { errors: 3 }, {}, { ...ERRORS, errorLimit: 100 }, ["errors"]],
    ["three failures less, by (1/3)^3 > 2.5 %", { errors: 3 }, {}, ERRORS, []],
    ["four failures less, by (1/3)^4 < 2.5 %", { errors: 4 }, {}, ERRORS, ["errors"]],
    ["three of nine failures", { errors: 6 }, { errors: 3 }, { ...ERRORS, errorLimit: 100 }, ["errors"]],
    ["four of nine failures", { errors: 5 }, { errors: 4 }, { ...ERRORS, errorLimit: 100 }, []],
    ["five slow requests less, by (1/2)^5 < 5 %", { slow: [5] }, { slow: [0] }, { latency: { p50: 20 } }, ["p50"]],
    ["four slow requests less, by (1/2)^4 > 5 %", { slow: [4] }, { slow: [0] }, { latency: { p50: 20 } }, []],
  ])("shows a metric by %s", (_what, stable, candidate, settings, shown) => {
    expect(half(200, stable, candidate, settings).shown).toEqual(shown);
  });

  it("shows nothing before the requests of the step, and little before those of all steps", () => {
    expect(found(counts(900, 0), counts(100, 0)).evidence.looks).toEqual([]);
    // The steps need 800 requests, so that 400 may use an eighth of the level.
    const { evidence, finding } = found(counts(3600, 0), counts(400, 0));
    expect([finding.shown, evidence.looks.length]).toEqual([[], 1]);
    const window = { from: 0, to: 60, stable: counts(5400, 0), candidate: counts(600, 60) };
    const next = judge(policyOf(ERRORS, STEPS), evidence, { step: 0, weight: 100, baked: 600 }, window);
    expect([next.finding.shown, next.evidence.looks.length]).toEqual([[], 2]);
  });

  it("looks at most 32 times, and then a proof cannot come", () => {
    const window = { from: 0, to: 60, stable: counts(3600, 0), candidate: counts(400, 0) };
    const after = (looks: number) => {
      const evidence: Evidence = { looks: Array.from({ length: looks }, () => []), open: [], shown: [] };
      return judge(policyOf(ERRORS, STEPS), evidence, { step: 0, weight: 100, baked: 600 }, window);
    };
    const of = ["errors", "limit"];
    expect([30, 31, 32].map((looks) => after(looks).evidence.looks.length)).toEqual([31, 32, 32]);
    expect(after(30).finding.missing).toMatchObject([{ what: "proof", of, requests: 200 }]);
    for (const looks of [31, 32]) expect(after(looks).finding.missing).toStrictEqual([{ what: "proof", of }]);
  });

  it("looks no more once everything is shown", () => {
    const { evidence } = found(counts(9000, 5), counts(1000, 0));
    const window = { from: 0, to: 60, stable: counts(9000, 5), candidate: counts(1000, 0) };
    const next = judge(policyOf(ERRORS, STEPS), evidence, { step: 0, weight: 100, baked: 600 }, window);
    expect(next.evidence.looks).toBe(evidence.looks);
    expect(next.finding).toMatchObject({ verdict: "pass", missing: [] });
  });

  it("has no expected time before time has passed", () => {
    expect(found(counts(900, 0), counts(100, 0), ERRORS, 0).finding.missing).toStrictEqual([
      { what: "bake", seconds: 600 },
      { what: "requests", have: 100, need: 300 },
      { what: "proof", of: ["errors", "limit"], requests: 200 },
    ]);
    expect(found(counts(9000, 5), counts(1000, 0), ERRORS, 600).finding.missing).toEqual([]);
  });
});

it("refuses a step that the policy does not have", () => {
  const window = { from: 0, to: 1, stable: counts(1, 0), candidate: counts(1, 0) };
  expect(() => judge(policyOf({}, STEPS), NO_EVIDENCE, { step: 2, weight: 100, baked: 0 }, window)).toThrow(
    new RangeError("step 2 does not exist; the policy has 2"),
  );
});

const anyCounts = fc
  .record({ requests: fc.integer({ min: 0, max: 5000 }), bad: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ requests, bad }) => counts(requests, Math.floor(requests * bad ** 3), [Math.floor(requests * bad), 0]));
const anyWindow = fc.record({
  stable: anyCounts,
  candidate: anyCounts,
  weight: fc.integer({ min: 1, max: 999 }),
  baked: fc.integer({ min: 0, max: 7200 }),
});

it("evidence stays small and is the same after JSON, for any windows at any weights", () => {
  const policy = policyOf({}, STEPS);
  fc.assert(
    fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 120 }), (windows) => {
      let evidence: Evidence = NO_EVIDENCE;
      for (const { weight, baked, stable, candidate } of windows) {
        const situation = { step: 0, weight, baked };
        const window = { from: 0, to: 60, stable, candidate };
        const judged = judge(policy, evidence, situation, window);
        const again = judge(policy, JSON.parse(JSON.stringify(evidence)) as Evidence, situation, window);
        expect(JSON.stringify(again)).toBe(JSON.stringify(judged));
        evidence = judged.evidence;
      }
      expect(JSON.stringify(evidence).length).toBeLessThan(16_000);
      const all = [...evidence.looks.flat(), ...evidence.open];
      const sum = (of: (w: { stable: Counts; candidate: Counts }) => number, from: typeof all | typeof windows) =>
        from.map(of).reduce((a, b) => a + b, 0);
      for (const of of [
        (w: { stable: Counts; candidate: Counts }) => w.candidate.errors,
        (w: { stable: Counts; candidate: Counts }) => w.stable.requests,
      ]) {
        expect(sum(of, all)).toBe(sum(of, windows));
      }
    }),
    { numRuns: 8 },
  );
});

it("better counts never lead to a fail, and worse counts never lead to a pass", () => {
  const policy = policyOf({ latency: {} }, STEPS);
  const rank = { fail: 0, hold: 1, inconclusive: 1, pass: 2 };
  fc.assert(
    fc.property(anyWindow, ({ stable, candidate, weight, baked }) => {
      const verdict = (errors: number) =>
        judge(
          policy,
          NO_EVIDENCE,
          { step: 0, weight, baked },
          { from: 0, to: 60, stable, candidate: { ...candidate, errors } },
        ).finding.verdict;
      if (candidate.errors === 0) return;
      const [fewer, more] = [verdict(candidate.errors - 1), verdict(candidate.errors)];
      if (more !== "hold") expect(rank[fewer]).toBeGreaterThanOrEqual(rank[more]);
    }),
  );
});
