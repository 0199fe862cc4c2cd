/** What a run reads to judge a candidate, what it counts and proposes, and what it prints. Time, rows and answers are given. */
import { FcError } from "../../provider/client/errors";
import type { AnalysisSettings, Row, RowQuery } from "../../provider/core/analysis";
import type { ObservedAlias } from "../../provider/core/model";
import { type ReleaseInputs, type ReleaseOutputs, planRelease } from "../../provider/core/release";
import type { ReleaseJudging } from "../../provider/core/release/judging";
import { type LookedAt, candidateNow, judgeCandidate, lookAt } from "../../provider/reconcile/judging";
import { INPUTS } from "../release/inputs";
import { denied, simulated } from "./simulated";

const MODIFIED = "2026-01-01T00:00:00Z";
/** Start of the window: three seconds after the last write of the alias. */
const SINCE = 1_767_225_603;
const LOG_DELAY = 180;
const STORE = { project: "shop-logs", logstore: "requests" };
const LOG_CONFIG = { ...STORE, enableRequestMetrics: true };
const ANALYSIS: AnalysisSettings = { errorLimit: 20, latency: {} };
const STEPS = [{ weight: 10, bake: "10m", requests: 50 }, { weight: 50, bake: "10m", requests: 50 }]; // prettier-ignore
const RELEASE = "release prod of function api (main)";
const RESOURCE = "acs:log:cn-hangzhou:1234567890123456:project/shop-logs/logstore/requests";

const inputs = (own: Partial<ReleaseInputs> = {}): ReleaseInputs => ({
  ...INPUTS,
  ...{ weight: "auto", steps: STEPS, analysis: ANALYSIS, ...own },
});

const aliasOf = (share: number, own: ObservedAlias = {}): ObservedAlias => ({
  ...{ aliasName: "prod", versionId: "1", lastModifiedTime: MODIFIED, description: "" },
  ...(share === 0 ? {} : { additionalVersionWeight: { "2": share } }),
  ...own,
});

/** The state of a release whose run has given version 2 this weight. */
function stateOf(weight: number | string): Partial<ReleaseOutputs> {
  const first = planRelease(
    inputs({ versionId: "1", fingerprint: "f1", revision: 1 }),
    undefined,
    undefined,
    () => true,
  );
  const { memory } = planRelease(inputs({ weight }), first.memory, aliasOf(0), () => true);
  return { memory, aliasName: "prod" };
}

let made = 0;

/** Rows of requests to a version, of which the first ones failed. */
const rowsOf = (versionId: string, requests: number, failed = 0, own: Row = {}): Row[] =>
  Array.from({ length: requests }, (_, i) => ({
    ...{ requestId: `request-${(made += 1)}`, qualifier: "prod", versionId, statusCode: "200" },
    ...{ hasFunctionError: String(i < failed), __time__: String(SINCE + 10), ...own },
  }));

const GOOD = [...rowsOf("1", 450), ...rowsOf("2", 50)];
const BAD = [...rowsOf("1", 450), ...rowsOf("2", 50, 30)];

/** What the service has and answers. */
interface Given {
  readonly alias?: ObservedAlias | undefined;
  /** Seconds since the start of the window at each question for the time; the last one is repeated. */
  readonly times?: readonly (number | undefined)[];
  readonly rows?: readonly Row[] | Error;
  readonly logConfig?: object | undefined;
  /** False if the function does not exist. */
  readonly exists?: boolean;
  /** Milliseconds that an invocation takes. */
  readonly late?: number;
}

/** A session whose service answers as given, the calls that it gets, and what is printed. */
function serviceOf(given: Given) {
  const { times = [1_000], rows = GOOD, exists = true, late = 0 } = given;
  const { alias = aliasOf(0.1), logConfig = LOG_CONFIG } = { ...given };
  const { session, pass } = simulated();
  const calls: unknown[] = [];
  const said: string[] = [];
  let asked = 0;
  const api = {
    getAlias(name: string, aliasName: string) {
      calls.push(`alias ${name} ${aliasName}`);
      return Promise.resolve("alias" in given ? given.alias : alias);
    },
    getFunction(name: string) {
      calls.push(`function ${name}`);
      return Promise.resolve(exists ? { ..."logConfig" in given ? { logConfig: given.logConfig } : { logConfig } } : undefined); // prettier-ignore
    },
    serviceTime() {
      const seconds = times[Math.min(asked++, times.length - 1)];
      return seconds === undefined ? undefined : SINCE + seconds;
    },
    async invoke(name: string, versionId: string, event: string) {
      calls.push(`invoke ${name} ${versionId} ${event}`);
      await Promise.resolve();
      pass(late);
      return { headers: {}, body: "pong" };
    },
  };
  const logs = (store: object) => {
    calls.push(store);
    return ({ topic, from, to, offset, line }: RowQuery) => {
      calls.push(`${topic} ${from - SINCE} ${to - SINCE}`);
      if (rows instanceof Error) return Promise.reject(rows);
      return Promise.resolve({ rows: rows.slice(offset, offset + line), complete: true });
    };
  };
  const report = {
    progress: () => undefined,
    info: (urn: string, message: string) => said.push(`info ${urn === INPUTS.resourceUrn}: ${message}`),
    warning: (urn: string, message: string) => said.push(`warning ${urn === INPUTS.resourceUrn}: ${message}`),
  };
  return { session: { ...session, api: api as never, logs, report }, calls, said };
}

/** Judges the candidate of a release at 10 % with what the service answers. */
async function judge(given: Given = {}, own: Partial<ReleaseInputs> = {}, olds: Partial<ReleaseOutputs> = stateOf(10)) {
  const { session, calls, said } = serviceOf(given);
  const result = await judgeCandidate(session, inputs(own), olds);
  return { result, calls, said };
}

/** The warning if a candidate cannot be judged. */
const notJudged = (why: string, stays = "v2 stays at 10 %") =>
  `warning true: ${RELEASE}: the candidate could not be judged, and ${stays}: ${why}`;

describe("a candidate with enough requests", () => {
  it("is raised to the next step if it is good", async () => {
    const { result, calls, said } = await judge();
    expect(calls).toEqual([
      "alias api prod",
      "function api",
      STORE,
      ...Array<string>(6).fill(`FCRequestMetrics:/api 0 ${1_000 - LOG_DELAY}`),
    ]);
    expect(result?.proposal).toEqual({
      ...{ versionId: "2", share: 100, verdict: 500 },
      reason: "in this window: candidate 0 of 50 failed (0 %); stable 0 of 450 failed (0 %); next step: 50 %",
    });
    expect(result?.judging).toMatchObject({
      ...{ candidate: "2", stable: "1", weight: 100, modified: MODIFIED },
      ...{ since: SINCE, until: SINCE + 1_000 - LOG_DELAY, digest: "" },
      decisions: [{ verdict: "pass", step: 0, weight: 100, baked: 820, from: SINCE, to: SINCE + 820 }],
    });
    expect(said).toEqual([
      expect.stringMatching(/^info true: api: pass at 10 % \(step 1 of 2; .*\); in this window: .*; next step: 50 %$/),
    ]);
  });

  it("is rejected if it is bad", async () => {
    const { result, said } = await judge({ rows: BAD });
    expect(result?.proposal).toMatchObject({ versionId: "2", share: 100, verdict: "reject" });
    expect(result?.proposal?.reason).toMatch(/^in this window: candidate 30 of 50 failed .*worse than allowed/);
    expect(said).toEqual([expect.stringMatching(/^info true: api: fail at 10 % /)]);
  });

  it("stays without a proposal if a condition is missing, or if both versions fail", async () => {
    const few = await judge({ rows: rowsOf("2", 10) });
    expect([few.result?.judging.decisions.length, few.result?.proposal]).toEqual([1, undefined]);
    expect(few.result).not.toHaveProperty("proposal");
    expect(few.said).toEqual([expect.stringMatching(/^info true: api: inconclusive at 10 % /)]);
    const both = await judge({ rows: [...rowsOf("1", 450, 450), ...rowsOf("2", 50, 50)] });
    expect(both.result).not.toHaveProperty("proposal");
    expect(both.said).toEqual([expect.stringMatching(/^warning true: api: hold at 10 % /)]);
  });

  it("is judged at the step of its share", async () => {
    const { result } = await judge({ alias: aliasOf(0.5), rows: [...rowsOf("1", 50), ...rowsOf("2", 50)] }, {}, stateOf(50)); // prettier-ignore
    expect(result?.judging).toMatchObject({ weight: 500, decisions: [{ step: 1, weight: 500 }] });
    expect(result?.proposal).toMatchObject({ share: 500, verdict: 1_000 });
  });
});

describe("nothing is judged", () => {
  it.each<[string, Given, Partial<ReleaseInputs>]>([
    ["without an alias", { alias: undefined }, {}],
    ["without a candidate", { alias: aliasOf(0) }, { versionId: "1", fingerprint: "f1", revision: 1 }],
    ["with a share of the program", {}, { weight: 10 }],
  ])("%s", async (_what, given, own) => {
    expect(await judge(given, own)).toEqual({ result: undefined, calls: ["alias api prod"], said: [] });
  });

  it("if the run is refused, because it names an unknown version", async () => {
    const nothing = { result: undefined, calls: ["alias api prod"], said: [] };
    expect(await judge({}, { reject: "r77" })).toEqual(nothing);
    // Whether a number names a version is examined only when the run is planned.
    expect((await judge({}, { reject: "v7" })).result).toBeDefined();
  });

  it("before requests can be counted, and the run says how long that takes", async () => {
    const words = (left: string) =>
      `info true: api: v2 cannot be judged yet: its first requests can be counted in ${left} (analysis.logDelay)`;
    const calls = ["alias api prod"];
    expect(await judge({ times: [60] })).toEqual({ result: undefined, calls, said: [words("2 min")] });
    expect((await judge({ times: [LOG_DELAY] })).said).toEqual([words("a moment")]);
    expect((await judge({ times: [LOG_DELAY + 0.5] })).said).toEqual([words("a moment")]);
    expect((await judge({ times: [LOG_DELAY + 1] })).result).toBeDefined();
    expect((await judge({ times: [60] }, { analysis: { logDelay: "2m" } })).said).toEqual([words("1 min")]);
  });
});

it("the alias is read under its name in state", async () => {
  const { session, calls } = serviceOf({ alias: aliasOf(0.1, { aliasName: "former" }) });
  const candidate = await candidateNow(session, inputs(), { ...stateOf(10), aliasName: "former" });
  expect(candidate).toMatchObject({ version: { versionId: "2" }, share: 100, alias: { aliasName: "former" } });
  expect(await candidateNow(session, inputs(), { memory: stateOf(10).memory as never })).toBeDefined();
  expect(calls).toEqual(["alias api former", "alias api prod"]);
});

describe("the requests", () => {
  it("are those to the alias under its live name", async () => {
    const former = GOOD.map((row) => ({ ...row, qualifier: "former" }));
    const alias = aliasOf(0.1, { aliasName: "former" });
    expect((await judge({ alias, rows: [...GOOD, ...former] })).result).toMatchObject({
      compared: { aliasName: "former" },
    });
    const { aliasName: _none, ...unnamed } = aliasOf(0.1);
    const { result } = await judge({ alias: unnamed });
    expect(result).toMatchObject({ compared: { functionName: "api", aliasName: "prod", stable: "1", candidate: "2" } });
    expect((result as LookedAt).decision.counts).toMatchObject({
      stable: { requests: 450 },
      candidate: { requests: 50 },
    });
  });

  it("without a version prevent a verdict if they could change it", async () => {
    const unknown = rowsOf("", 1);
    const { result, said } = await judge({ rows: [...GOOD, ...unknown] });
    expect(result).toBeUndefined();
    expect(said).toEqual([
      notJudged(
        "1 of 501 rows of requests have no versionId or no requestId: all of them may be failures of v2, which has 50 requests " +
          "here. It can pass while they are at most 1 % of that",
      ),
    ]);
    expect((await judge({ rows: [...BAD, ...unknown] })).result?.proposal?.verdict).toBe("reject");
  });

  it("that are too many are counted from the newest one on", async () => {
    const newest = rowsOf("1", 18_000, 0, { __time__: String(SINCE + 810) });
    const older = rowsOf("2", 1_500, 0, { __time__: String(SINCE + 800) });
    const oldest = rowsOf("2", 600, 0, { __time__: String(SINCE + 500) });
    const { result, said } = await judge({ rows: [...newest, ...older, ...oldest] });
    expect((result as LookedAt).leftOut).toBe(501);
    expect(said.slice(0, 1)).toEqual([
      "info true: api: only the last 5 min 19 s of 13 min 40 s are judged: 19500 requests",
    ]);
    expect(said).toHaveLength(2);
  });
});

describe("the record", () => {
  const known = async (given: Given = {}): Promise<ReleaseJudging> => {
    const { result } = await judge({ rows: [...rowsOf("1", 90), ...rowsOf("2", 10)], ...given });
    if (result === undefined) throw new Error("no record");
    return result.judging;
  };
  const again = (judging: ReleaseJudging, own: Partial<ReleaseInputs> = {}, given: Given = {}) =>
    judge({ times: [2_000], ...given }, own, { ...stateOf(10), judging });
  const anew = "warning true: api: analysis was changed: earlier requests to the candidate no longer count, and the evidence starts again"; // prettier-ignore

  it("is continued after its window", async () => {
    const { result, calls, said } = await again(await known());
    expect(calls).toContain("FCRequestMetrics:/api 820 1820");
    const { since, until, decisions, evidence } = result?.judging ?? ({} as ReleaseJudging);
    expect([since, until, decisions.length]).toEqual([SINCE, SINCE + 1_820, 2]);
    expect(decisions[1]).toMatchObject({ baked: 1_820, from: SINCE + 820, to: SINCE + 1_820 });
    expect([...evidence.looks.flat(), ...evidence.open].reduce((sum, { candidate }) => sum + candidate.requests, 0)).toBe(60); // prettier-ignore
    expect([result, said.length]).toEqual([expect.objectContaining({ startsAgain: false }), 1]);
    expect(result?.judging).not.toHaveProperty("startsAgain");
  });

  it("keeps its evidence if the steps change, and starts again if the analysis changes", async () => {
    const first = await known();
    const steps = await again(first, { steps: [10, 50] });
    expect(steps.result?.judging).toMatchObject({ digest: first.decisions[0]?.digest, decisions: [{ step: 0 }] });
    expect(steps.said).toHaveLength(1);
    const analysis = await again(first, { analysis: { ...ANALYSIS, errorLimit: 10 } });
    expect(analysis.result).toMatchObject({ startsAgain: true, judging: { before: { open: [] }, digest: first.decisions[0]?.digest } }); // prettier-ignore
    expect(analysis.said).toEqual([anew, expect.stringContaining("info true: api: ")]);
    const probes = { ...ANALYSIS, probes: {} };
    expect((await again(first, { analysis: probes })).said[0]).toBe(anew);
  });

  it("without requests to the candidate starts again without a warning", async () => {
    const first = await known({ rows: rowsOf("1", 90) });
    const { result, said } = await again(first, { analysis: { ...ANALYSIS, errorLimit: 10 } });
    expect([(result as LookedAt).startsAgain, said.length]).toEqual([false, 1]);
  });

  it("of another candidate, and of a change by hand, begins with the last write", async () => {
    const first = await known();
    for (const other of [{ candidate: "7" }, { stable: "7" }]) {
      const { result, calls } = await again({ ...first, ...other });
      expect(calls).toContain("FCRequestMetrics:/api 0 1820");
      expect(result?.judging).toMatchObject({ since: SINCE, digest: "", decisions: [{}] });
    }
    const { result, calls } = await again({ ...first, modified: "2025-12-31T00:00:00Z" });
    expect(calls).toContain("FCRequestMetrics:/api 0 1820");
    expect(result?.judging.decisions).toHaveLength(2);
  });

  it("cannot be made if the time of the last write or of the service is not known", async () => {
    const why =
      "GetAlias: the answer lacks lastModifiedTime or the header date, so the time of the last change of the split is not known";
    const { lastModifiedTime: _none, ...rest } = aliasOf(0.1);
    expect((await judge({ alias: rest })).said).toEqual([notJudged(why)]);
    expect(await judge({ times: [undefined] })).toMatchObject({ result: undefined, said: [notJudged(why)] });
  });

  it("cannot be made at a share below one percent either", async () => {
    const steps = ["0.5%", "1%"];
    const said = async (weight: string, share: number) =>
      (await judge({ times: [undefined], alias: aliasOf(share) }, { steps }, stateOf(weight))).said[0];
    expect(await said("0.5%", 0.005)).toContain("could not be judged, and v2 stays at 0.5%: ");
    expect(await said("1%", 0.01)).toContain("could not be judged, and v2 stays at 1 %: ");
  });
});

describe("the logstore", () => {
  const advice = "set function.logConfig, or name the logstore in analysis.logs";
  const none = notJudged(
    `function api has no logConfig with project and logstore, so its requests are not recorded: ${advice}`,
  );

  it("is that of the program, and then the function is not read", async () => {
    const logs = { project: "other-logs", logstore: "rows" };
    const { calls } = await judge({}, { analysis: { ...ANALYSIS, logs } });
    expect(calls.slice(0, 2)).toEqual(["alias api prod", logs]);
    const { result, calls: read } = await judge({}, { analysis: undefined as never });
    expect([result?.judging.policy.errorLimit, read[1]]).toEqual([0.01, "function api"]);
  });

  it.each<[string, Given, string]>([
    ["of a function that does not exist", { exists: false }, none],
    ["of a function without logConfig", { logConfig: undefined }, none],
    ["without a project", { logConfig: { ...LOG_CONFIG, project: "" } }, none],
    ["without a name", { logConfig: { ...LOG_CONFIG, logstore: "" } }, none],
    [
      "of a name that is not allowed",
      { logConfig: { ...LOG_CONFIG, project: "p" } },
      notJudged(
        `function api: logConfig.project: got "p"; allowed: 3 to 63 lower-case letters, digits or -. No requests can be read there: ${advice}`,
      ),
    ],
    [
      "without metrics of requests",
      { logConfig: STORE },
      notJudged(
        "function api records no requests in project shop-logs, logstore requests: set function.logConfig.enableRequestMetrics to true",
      ),
    ],
  ])("%s is refused", async (_what, given, message) => {
    expect(await judge(given)).toEqual({
      result: undefined,
      calls: ["alias api prod", "function api"],
      said: [message],
    });
  });

  it("that cannot be read is named, after a refusal with the missing permission", async () => {
    const permission = `; the permission it needs: log:GetLogStoreLogs on ${RESOURCE}`;
    const rows = "rows of project shop-logs, logstore requests: ";
    const said = async (error: Error) => (await judge({ rows: error })).said;
    expect(await said(denied)).toEqual([notJudged(`${rows}not yours${permission}`)]);
    expect(await said(new FcError("who", "rejected", "x", 401))).toEqual([notJudged(`${rows}who${permission}`)]);
    expect(await said(new FcError("gone", "rejected", "x", 404))).toEqual([notJudged(`${rows}gone`)]);
    expect(await said(new FcError("no answer", "unknown", "Transport"))).toEqual([notJudged(`${rows}no answer`)]);
    const mistake = Object.assign(new TypeError("a mistake"), { status: 403 });
    expect(await said(mistake)).toEqual([notJudged(`${rows}a mistake`)]);
    const { session } = serviceOf({ rows: denied });
    const candidate = await candidateNow(session, inputs(), stateOf(10));
    await expect(lookAt(session, inputs(), undefined, candidate as never)).rejects.toMatchObject({ cause: denied });
  });

  it("cannot be read by a run without access to a log service", async () => {
    const { session, said } = serviceOf({});
    const { logs: _none, ...without } = session;
    expect(await judgeCandidate(without, inputs(), stateOf(10))).toBeUndefined();
    expect(said).toEqual([
      notJudged("rows of project shop-logs, logstore requests: this run has no access to a log service"),
    ]);
  });
});

describe("probes", () => {
  const analysis = { ...ANALYSIS, probes: { requests: 60, event: "ping", expect: "pong" } };

  it("are made instead of reading rows, and their window is the time of the probes", async () => {
    const { result, calls, said } = await judge({ times: [700.5, 705.5] }, { analysis });
    expect(calls.filter((call) => call === "invoke api 2 ping")).toHaveLength(60);
    expect(calls).toHaveLength(121);
    expect(result).toMatchObject({ rows: [], leftOut: 0, judging: { since: SINCE, until: SINCE + 706 } });
    const counts = { stable: { requests: 60, errors: 0 }, candidate: { requests: 60, errors: 0 } };
    expect(result?.judging.decisions).toMatchObject([{ from: SINCE + 700, to: SINCE + 706, baked: 706, counts }]);
    expect(said).toEqual([expect.stringContaining("by probes: candidate 0 of 60 failed")]);
  });

  it("have a window of a second if the service's time is not known after them, and no time before the split", async () => {
    const late = await judge({ times: [700.5, undefined] }, { analysis });
    expect(late.result?.judging.decisions).toMatchObject([{ from: SINCE + 700, to: SINCE + 701 }]);
    const early = await judge({ times: [-2] }, { analysis });
    expect(early.result?.judging.decisions).toMatchObject([{ from: SINCE - 2, to: SINCE - 1, baked: 0 }]);
  });

  it("for which there is no time are named", async () => {
    const { said } = await judge({ times: [700], late: 4_000 }, { analysis });
    expect(said[0]).toMatch(
      /^info true: api: (8|10|12) of 60 probes of each version were made: after 1 min no further probe begins$/,
    );
    expect(said).toHaveLength(2);
  });
});
