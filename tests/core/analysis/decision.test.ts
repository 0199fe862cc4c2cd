/**
 * Decisions about a candidate that are stored in state. Their size is limited, a replay computes exactly the same values, and
 * every alteration is detected.
 */
import * as fc from "fast-check";
import {
  type AnalysisRecord,
  type Counts,
  decide,
  explain,
  newRecord,
  policyOf,
  replay,
  underPolicy,
} from "../../../provider/core/analysis";

const POLICY = policyOf({}, [10, 50]);

function counts(requests: number, errors: number, slow: readonly number[]): Counts {
  return { requests, errors, warm: requests - 1, slow };
}

/** A record with this number of windows. Each window has ten minutes at 10 %. */
function recordOf(windows: number, record: AnalysisRecord = newRecord(POLICY)): AnalysisRecord {
  let next = record;
  for (let i = 0; i < windows; i++) {
    const window = {
      from: 600 * i,
      to: 600 * (i + 1),
      stable: counts(900 + i, 5, [450, 45]),
      candidate: counts(100 + (i % 7), i % 2, [50, 5]),
    };
    next = decide(next, { step: 0, weight: 100, baked: 600 * (i + 1) }, window).record;
  }
  return next;
}

const throughState = (record: AnalysisRecord) => JSON.parse(JSON.stringify(record)) as AnalysisRecord;

it("a replay finds no difference in an unchanged record, also after state has sorted its members", () => {
  const record = recordOf(5);
  const sorted = JSON.parse(
    JSON.stringify(record, (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    ),
  ) as AnalysisRecord;
  expect(replay(record)).toEqual([]);
  expect(replay(sorted)).toEqual([]);
  expect(replay(newRecord(POLICY))).toEqual([]);
});

it("a record keeps twenty decisions, they can be replayed, and the record stays small", () => {
  const record = recordOf(45);
  expect(record.decisions).toHaveLength(20);
  expect(record.decisions[0]?.from).toBe(600 * 25);
  expect(replay(throughState(record))).toEqual([]);
  expect(JSON.stringify(record).length).toBeLessThan(20_000);
});

/** The paths to all numbers, texts, booleans and nulls inside a value. */
function leaves(value: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [way];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...way, key]));
}

function altered(value: unknown): unknown {
  if (typeof value === "number")
    return value + (Math.abs(value) < 1e-3 ? 1 : Math.abs(value) * 1e-9 + (value % 1 === 0 ? 1 : 0));
  if (typeof value === "string") return `${value}x`;
  return value === null ? 0 : !value;
}

it("a replay finds any altered member", () => {
  const record = recordOf(3);
  const ways = leaves(record);
  expect(ways.length).toBeGreaterThan(100);
  for (const way of ways) {
    const copy = throughState(record);
    let at = copy as unknown as { [key: string | number]: unknown };
    for (const key of way.slice(0, -1)) at = at[key] as typeof at;
    const last = way.at(-1) ?? "";
    at[last] = altered(at[last]);
    let differences: unknown[];
    try {
      differences = replay(copy);
    } catch (error) {
      // A decision about a step that the policy does not have cannot be replayed.
      differences = [error];
    }
    expect([way.join("."), differences.length > 0]).toEqual([way.join("."), true]);
  }
});

/** The next larger floating-point number. */
function nextUp(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n);
  return bits.getFloat64(0);
}

/** Ways to alter a member. Cases in which an alteration does not change the value are skipped. */
const ALTERATIONS: readonly ((value: unknown) => unknown)[] = [
  (value) => (typeof value === "number" ? nextUp(value) : `${String(value)} `),
  (value) => (typeof value === "number" ? -value : ""),
  (value) => (typeof value === "number" ? value + 1 : 1),
  (value) => (typeof value === "number" ? String(value) : Number(value)),
  () => null,
  () => undefined,
  () => [],
  () => ({}),
];

it("a replay finds any change of any member of a full record, also of the last bit of a number", () => {
  const record = recordOf(25);
  const ways = leaves(record);
  expect(ways.length).toBeGreaterThan(500);
  fc.assert(
    fc.property(fc.constantFrom(...ways), fc.constantFrom(...ALTERATIONS), (way, alter) => {
      const copy = throughState(record);
      let at = copy as unknown as { [key: string | number]: unknown };
      for (const key of way.slice(0, -1)) at = at[key] as typeof at;
      const last = way.at(-1) ?? "";
      const value = at[last];
      at[last] = alter(value);
      fc.pre(JSON.stringify(at[last]) !== JSON.stringify(value));
      // A record that cannot be replayed counts as detected, because the command reports it as a difference.
      let found = true;
      try {
        found = replay(throughState(copy)).length > 0;
      } catch {
        // the alteration was detected
      }
      expect(found).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it("a replay finds a decision that was removed, moved or inserted", () => {
  const record = recordOf(4);
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 0, 1, 2, 3]), (order) => {
      const decisions = order.map((i) => record.decisions[i] as (typeof record.decisions)[number]);
      fc.pre(order.join() !== "0,1,2,3");
      expect(replay({ ...record, decisions })).not.toEqual([]);
    }),
  );
});

it("names the decision and the member that differ", () => {
  const record = throughState(recordOf(2));
  const decisions = record.decisions.map((each, i) => (i === 1 ? { ...each, verdict: "pass" as const } : each));
  expect(replay({ ...record, decisions })).toEqual([
    { decision: 1, member: "verdict", stored: "pass", replayed: "inconclusive" },
  ]);
  const more = record.decisions.map((each) => ({ ...each, extra: 1 }));
  expect(replay({ ...record, decisions: more })).toEqual([
    { decision: 0, member: "extra", stored: 1, replayed: undefined },
    { decision: 1, member: "extra", stored: 1, replayed: undefined },
  ]);
  const less = record.decisions.map(({ verdict: _verdict, ...rest }) => rest) as unknown as typeof record.decisions;
  expect(replay({ ...record, decisions: less }).map(({ member }) => member)).toEqual(["verdict", "verdict"]);
  const nothing = record.decisions.map((each) => ({ ...each, shown: null })) as unknown as typeof record.decisions;
  expect(replay({ ...record, decisions: nothing }).map(({ member }) => member)).toEqual(["shown", "shown"]);
});

it("names the evidence if it differs after the last decision", () => {
  const record = throughState(recordOf(2));
  const { evidence } = newRecord(POLICY);
  expect(replay({ ...record, evidence })).toEqual([
    { member: "evidence", stored: evidence, replayed: record.evidence },
  ]);
});

it("the length of digests is frozen", () => {
  expect(recordOf(1).decisions[0]?.digest).toMatch(/^[0-9a-f]{16}$/);
});

it("refuses decisions by other rules", () => {
  const record = recordOf(1);
  const decisions = record.decisions.map((each) => ({ ...each, rules: 2 }));
  expect(replay({ ...record, decisions }).filter(({ member }) => member === "rules")).toEqual([
    { decision: 0, member: "rules", stored: 2, replayed: 1 },
  ]);
});

describe("under a new policy", () => {
  it("with new steps only, the counts continue", () => {
    const record = recordOf(3);
    const next = underPolicy(record, policyOf({}, [10, 20, 50]));
    expect(next.evidence).toEqual(record.evidence);
    expect(next.decisions).toEqual([]);
    expect(replay(recordOf(2, next))).toEqual([]);
  });

  it("with other counting or other limits, the evidence starts empty", () => {
    const record = recordOf(3);
    for (const settings of [
      { errorRatio: 3 },
      { errorLimit: 2 },
      { latency: {} },
      { errorStatus: 400 },
      { invocations: "all" },
    ] as const) {
      expect(underPolicy(record, policyOf(settings, [10, 50])).evidence).toEqual(newRecord(POLICY).evidence);
    }
  });

  it("is the same record when the policy is the same", () => {
    const record = recordOf(3);
    expect(underPolicy(record, throughState(record).policy)).toBe(record);
  });
});

describe("in words", () => {
  const said = (stable: Counts, candidate: Counts, baked = 1200, settings = {}) => {
    const policy = policyOf(settings, [{ weight: 10, requests: 300 }, 50]);
    const window = { from: 0, to: 600, stable, candidate };
    return explain(policy, decide(newRecord(policy), { step: 0, weight: 100, baked }, window).decision).slice(1);
  };

  it("explains a fail", () => {
    expect(said(counts(900, 0, [450, 45]), counts(100, 20, [50, 5]))).toEqual([
      "in this window: candidate 20 of 100 failed (20 %); stable 0 of 900 failed (0 %)",
      "worse than allowed: failures against 2 times those of the stable version",
      "worse than allowed: failures against the limit of 1 %",
    ]);
  });

  it("explains a hold", () => {
    expect(said(counts(900, 300, [450, 45]), counts(100, 30, [50, 5]))).toEqual([
      "in this window: candidate 30 of 100 failed (30 %); stable 300 of 900 failed (33.3 %)",
      "both versions fail more than 1 %, and the candidate is not shown to fail more than 2 times as often as the stable version, so it may not be the reason; if that is normal here, raise analysis.errorLimit (the evidence then starts again)",
    ]);
  });

  it("explains a pass", () => {
    expect(said(counts(9000, 0, [4700, 480]), counts(1000, 0, [300, 20]))).toEqual([
      "in this window: candidate 0 of 1000 failed (0 %); stable 0 of 9000 failed (0 %)",
      "next step: 50 %",
    ]);
  });

  it("explains what is missing, and by when", () => {
    expect(said(counts(900, 0, []), counts(100, 0, []), 60, { latency: { p95: 30 } })).toEqual([
      "in this window: candidate 0 of 100 failed (0 %); stable 0 of 900 failed (0 %)",
      "missing: 9 min at this weight",
      "missing: 200 of 300 requests to the candidate, in about 2 min",
      "missing: proof of failures against 2 times those of the stable version; failures against the limit of 1 %; p95 of the duration against 30 % more than that of the stable version (next look after 200 more requests to the candidate, in about 2 min)",
    ]);
    expect(said(counts(0, 0, []), counts(0, 0, []))).toContain(
      "in this window: candidate no requests; stable no requests",
    );
    expect(said(counts(3000, 0, []), counts(3000, 0, []))).toContain(
      "missing: a split that matches the weight: 50 % of the requests reach the candidate, the weight is 10 %",
    );
  });
});
