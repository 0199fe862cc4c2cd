/** Counts from rows of the log service. The emulator writes rows that the official SDK reads, and the tests define unusual rows. */
import { $OpenApiUtil } from "@alicloud/openapi-core";
import * as fc from "@alicloud/fc20230330";
import SlsClient, * as sls from "@alicloud/sls20201230";
import { policyOf } from "../../../provider/core/analysis";
import {
  type Compared,
  type Page,
  type Row,
  type RowSource,
  readRows,
  unversioned,
  unversionedDecide,
  warmDurations,
  windowOfRows,
  windowToJudge,
} from "../../../provider/core/analysis/rows";
import { Api, useEmulator, zipInput } from "../../emulator/support";

const POLICY = policyOf({ latency: { p50: 20 } }, [10]);
const COMPARED: Compared = { functionName: "api", aliasName: "prod", stable: "1", candidate: "2" };

function row(id: string, more: Row = {}): Row {
  const common = {
    qualifier: "prod",
    versionId: "1",
    invocationType: "Sync",
    statusCode: "200",
    hasFunctionError: "false",
  };
  return {
    requestId: id,
    ...common,
    isColdStart: "false",
    durationMs: "10.00",
    invocationStartTimestamp: "1000",
    ...more,
  };
}

const counted = (rows: readonly Row[], policy = POLICY) => windowOfRows(rows, COMPARED, policy, 0, 60);

describe("counts", () => {
  it("counts of each version do not include other versions", () => {
    const rows = [
      row("a"),
      row("b", { versionId: "2" }),
      row("c", { versionId: "3" }),
      row("d", { qualifier: "LATEST" }),
      row("", { versionId: "2" }),
    ];
    const { stable, candidate } = counted(rows);
    expect([stable.requests, candidate.requests]).toEqual([1, 1]);
  });

  it("rows without a version are counted for LATEST", () => {
    const rows = [row("a", { versionId: undefined }), row("b", { versionId: undefined, hasFunctionError: "true" })];
    const compared = { ...COMPARED, stable: "LATEST" };
    expect(windowOfRows(rows, compared, POLICY, 0, 60).stable).toMatchObject({ requests: 2, errors: 1 });
  });

  it("a failure is a function error, or a status of errorStatus or higher", () => {
    const rows = [
      row("a", { hasFunctionError: "true" }),
      row("b", { statusCode: "500" }),
      row("c", { statusCode: "499" }),
      row("d", { statusCode: "" }),
    ];
    expect(counted(rows).stable.errors).toBe(2);
    expect(counted(rows, policyOf({ errorStatus: 499 }, [10])).stable.errors).toBe(3);
  });

  it("durations count for warm requests only, and only if they are numbers", () => {
    const rows = [
      row("a", { durationMs: "10.00" }),
      row("b", { durationMs: "20.50" }),
      row("c", { durationMs: "9999.00", isColdStart: "true" }),
      row("d", { durationMs: "NaN" }),
      row("f", { durationMs: "10 ms" }),
      row("g", { durationMs: "-10" }),
      row("e", { versionId: "2", durationMs: "600.00" }),
    ];
    expect(counted(rows)).toMatchObject({
      stable: { requests: 6, warm: 2, slow: [0] },
      candidate: { requests: 1, warm: 1, slow: [1] },
    });
    expect(warmDurations(rows, COMPARED, POLICY)).toEqual({ stable: [10, 20.5], candidate: [600] });
  });

  it("each request id counts once, in any order of rows, with its newest attempt", () => {
    const tries = [
      row("a", { invocationType: "Async", hasFunctionError: "true", invocationStartTimestamp: "1000" }),
      row("a", { invocationType: "Async", hasFunctionError: "true", invocationStartTimestamp: "2000" }),
      row("a", { invocationType: "Async", invocationStartTimestamp: "3000" }),
    ];
    const all = policyOf({ invocations: "all" }, [10]);
    for (const rows of [tries, [...tries].reverse()]) {
      expect(counted(rows, all).stable).toMatchObject({ requests: 1, errors: 0 });
      expect(counted(rows).stable.requests).toBe(0);
    }
  });
});

describe("pages", () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => row(`r${i}`));
  const source =
    (rows: readonly Row[], asked: number[] = []): RowSource =>
    ({ offset, line }) => {
      asked.push(offset);
      return Promise.resolve({ rows: rows.slice(offset, offset + line), complete: true });
    };

  it.each([
    [0, [0]],
    [99, [0]],
    [100, [0, 100]],
    [250, [0, 100, 200]],
  ])("all of %p rows are read", async (count, offsets) => {
    const asked: number[] = [];
    const read = await readRows(source(many(count), asked), "api", 0, 60);
    expect([read.rows.length, read.from]).toEqual([count, 0]);
    expect(asked).toEqual(offsets);
  });

  it("of too many rows the newest are read, and the window begins after the oldest second that was read", async () => {
    const at = (second: number, count: number) =>
      Array.from({ length: count }, (_, i) => row(`${second}-${i}`, { __time__: String(second) }));
    const newestFirst = [...at(59, 90), ...at(30, 100), ...at(11, 10), ...at(10, 500)];
    const asked: number[] = [];
    const { rows, from } = await readRows(source(newestFirst, asked), "api", 0, 60, 300);
    expect([rows.length, from]).toEqual([200, 11]);
    expect(asked).toEqual([0, 100, 200]);
    // One second alone has more rows than the limit, so only a part of them is judged.
    expect(await readRows(source(at(59, 500)), "api", 0, 60, 300)).toMatchObject({ from: 59 });
  });

  it("reports rows of the alias that name no version", () => {
    const rows = [row("a"), row("b", { versionId: undefined }), row("c", { versionId: "" })];
    const other = row("d", { versionId: undefined, qualifier: "LATEST" });
    expect(unversioned([...rows, other], COMPARED)).toBe(2);
    expect(unversioned([row("a")], COMPARED)).toBe(0);
    expect(unversioned([...rows, row("", { versionId: "2" }), row("e", { requestId: undefined })], COMPARED)).toBe(4);
  });

  it("a query with an incomplete answer is sent again, and is an error if the answer stays incomplete", async () => {
    const answers: Page[] = [
      { rows: many(3), complete: false },
      { rows: many(7), complete: true },
    ];
    const flaky: RowSource = () => Promise.resolve(answers.shift() ?? { rows: [], complete: false });
    expect((await readRows(flaky, "api", 0, 60)).rows).toHaveLength(7);
    await expect(readRows(flaky, "api", 0, 60)).rejects.toThrow(
      "the log service answered incompletely 5 times for topic FCRequestMetrics:/api, from 0 to 60, at row 0; judge again later",
    );
  });

  it("the fifth answer to a query is used if it is complete", async () => {
    const answers = [false, false, false, false, true].map((complete) => ({ rows: many(1), complete }));
    const flaky: RowSource = () => Promise.resolve(answers.shift() ?? { rows: [], complete: true });
    expect((await readRows(flaky, "api", 0, 60)).rows).toHaveLength(1);
  });

  it.each([
    [10, "pass", 1000, false],
    [11, "pass", 1000, true],
    [11, "inconclusive", 1000, true],
    [11, "fail", 1000, false],
    [0, "pass", 0, false],
    [1, "pass", 0, true],
  ] as const)(
    "%p rows without a version, a %s and %p requests to the candidate leave the result open: %p",
    (unknown, verdict, requests, open) => {
      const candidate = { requests, errors: 0, warm: 0, slow: [] };
      expect(unversionedDecide(unknown, verdict, { candidate })).toBe(open);
    },
  );

  it("a source that fails is an error, not an empty list of rows", async () => {
    await expect(readRows(() => Promise.reject(new Error("throttled")), "api", 0, 60)).rejects.toThrow("throttled");
  });
});

it("a window ends before the time of rows that may still arrive, and windows have no gap between them", () => {
  expect(windowToJudge(1000, 1500, POLICY)).toEqual({ from: 1000, to: 1320 });
  expect(windowToJudge(1320, 1800.9, POLICY)).toEqual({ from: 1320, to: 1620 });
  expect(windowToJudge(1320, 1500, POLICY)).toBeUndefined();
  expect(windowToJudge(1320, 900, POLICY)).toBeUndefined();
});

describe("rows of the emulator, through the SDK", () => {
  const SOURCE = `exports.handler = async (event) => {
    if (process.env.BAD && String(event) === "fail") throw new Error("as asked");
    return "done";
  };`;
  const clock = Date.parse("2026-01-01T00:00:00Z");
  let draws = 0;
  // Every tenth request goes to the candidate.
  const emulator = useEmulator({ now: () => new Date(clock), random: () => (draws++ % 10 === 0 ? 0 : 0.999) });

  it("more rows than one page are counted", async () => {
    const api = new Api(emulator());
    const logConfig = new fc.LogConfig({ project: "judged", logstore: "requests", enableRequestMetrics: true });
    await api.create("api", { code: zipInput({ "index.js": SOURCE }), logConfig });
    await api.publish("api");
    await api.update("api", { environmentVariables: { BAD: "1" } });
    await api.publish("api");
    await api.createAlias("api", "prod", { versionId: "1", additionalVersionWeight: { "2": 0.1 } });
    draws = 0;
    const served: (string | undefined)[] = [];
    for (let i = 0; i < 120; i++) served.push((await api.invoke("api", { qualifier: "prod", event: "fail" })).version);
    const [one, two] = ["1", "2"].map((version) => served.filter((each) => each === version).length);
    expect(two).toBeGreaterThan(0);

    const { accessKeyId, accessKeySecret, logEndpoint, region } = emulator();
    const config = { accessKeyId, accessKeySecret, endpoint: logEndpoint, protocol: "http", regionId: region };
    const client = new SlsClient(new $OpenApiUtil.Config(config));
    const source: RowSource = async (query) => {
      const { body } = await client.getLogsV2(
        "judged",
        "requests",
        new sls.GetLogsV2Request({ ...query, query: "", reverse: true }),
      );
      return { rows: body?.data as Row[], complete: body?.meta?.progress === "Complete" };
    };
    const from = clock / 1000 - 60;
    const { rows } = await readRows(source, "api", from, from + 120);
    expect(rows).toHaveLength(120);
    const window = windowOfRows(rows, COMPARED, POLICY, from, from + 120);
    expect(window.stable).toMatchObject({ requests: one, errors: 0 });
    expect(window.candidate).toMatchObject({ requests: two, errors: two });
    // The first request of each version started an instance.
    expect([window.stable.warm, window.candidate.warm]).toEqual([(one ?? 0) - 1, (two ?? 0) - 1]);
  });
});
