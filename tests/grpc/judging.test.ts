/**
 * Releases with weight auto, with the provider process and rows in the emulator's log service. Tests move the clock of the
 * emulator, because the provider reads the time only from answers.
 */
import type * as sdk from "@alicloud/fc20230330";
import type { Emulator, FaultAction } from "../../emulator";
import { replay } from "../../provider/analysis";
import { Api } from "../emulator/support";
import { type EmulatedProvider, fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { JudgedStack } from "../support/judgedStack";
import type { ProviderProcess } from "../support/providerProcess";

const PROJECT = "judged";
const STEPS = [{ weight: 10, bake: "10m", requests: 50 }, { weight: 50, bake: "10m", requests: 50 }]; // prettier-ignore
const ANALYSIS = { errorLimit: 20, latency: {}, logDelay: "3m" };
const AUTO = { weight: "auto", steps: STEPS, analysis: ANALYSIS };
const MINUTE = 60;

let emulator: Emulator;
let readAfterWrite: Emulator["options"]["readAfterWrite"];
let provider: ProviderProcess;
let close: EmulatedProvider["close"];
let api: Api;

beforeAll(async () => {
  ({ emulator, provider, close } = await startEmulatedProvider("grpc-judging", {}, fastClock(20)));
  api = new Api(emulator);
  ({ readAfterWrite } = emulator.options);
});

afterAll(() => close());
afterEach(() => {
  emulator.faults.clear();
  emulator.options.readAfterWrite = readAfterWrite;
});

/** A stack in which version 1 has 90 % and version 2 has 10 %. */
const started = (log: Partial<sdk.LogConfig> = {}) =>
  JudgedStack.started({ emulator, provider: () => provider, project: PROJECT, keys: AUTO }, log);

/** Number of writes of the alias and of reads of rows, from a position in the record on. */
function since(from: number) {
  const made = emulator.requests.slice(from).map(({ operation }) => operation);
  return {
    writes: made.filter((operation) => operation === "UpdateAlias").length,
    reads: made.filter((operation) => operation === "GetLogsV2").length,
  };
}

it("a good candidate is raised to 100 % step by step; each step is announced, and the decisions can be replayed", async () => {
  const stack = await started();
  emulator.clock.advance(MINUTE);
  await stack.up();
  expect(stack.heard()).toMatch(/v2 at 10 %.*; the update judges it: next 50 %[^]*v2 cannot be judged yet/);
  stack.serve(450, 50);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.heard()).toMatch(/pass at 10 % \(step 1 of 2.*next step: 50 %/);
  // Right after the share was raised, there are no new requests to count.
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  stack.serve(50, 50);
  await stack.up();
  expect(stack.split).toEqual({ "2": 100 });
  expect(stack.state).toMatchObject({ stable: "2", phase: "stable" });
  expect(stack.judging?.decisions.map(({ verdict }) => verdict)).toEqual(["pass", "pass"]);
  expect(stack.counted).toBe(600);
  const before = emulator.requests.length;
  expect(await stack.up()).toBe(false);
  expect(since(before)).toEqual({ writes: 0, reads: 0 });
  if (stack.judging === undefined) throw new Error("no record");
  expect(replay(stack.judging)).toEqual([]);
  expect(JSON.stringify(stack.judging).length).toBeLessThan(4_000);
});

it("a bad candidate is rejected by one write; this run fails after its state is saved, and later runs succeed", async () => {
  const stack = await started();
  stack.serve(450, 50, { failing: 30 });
  const before = emulator.requests.length;
  await expect(stack.up()).rejects.toMatchObject({
    details: expect.stringMatching(
      /v2 was judged at 10 % and failed: .*candidate 30 of 50 failed \(60 %\); stable 0 of 450.*retry: v2/,
    ) as string,
  });
  expect(since(before).writes).toBe(1);
  expect(stack.split).toEqual({ "1": 100 });
  expect(stack.state).toMatchObject({ phase: "rejected", rejected: ["2"], stable: "1" });
  expect(stack.judging?.decisions.at(-1)?.verdict).toBe("fail");
  stack.heard();
  const after = emulator.requests.length;
  expect(await stack.up()).toBe(false);
  expect(since(after)).toEqual({ writes: 0, reads: 0 });
  // After a retry, the evidence is empty.
  await stack.up("2", { ...AUTO, retry: "v2" });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.judging).toMatchObject({ decisions: [], evidence: { open: [] } });
});

it("with too few requests the verdict is neither pass nor fail, and the run prints what is missing", async () => {
  const stack = await started();
  stack.serve(90, 10);
  expect(await stack.up()).toBe(true);
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/inconclusive at 10 %.*missing: 40 of 50 requests to the candidate, in about/);
  // The requests of several runs are added up. Each request is counted once.
  stack.serve(360, 40);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.counted).toBe(500);
});

it("a change of analysis starts the evidence again, with a warning; a change of steps does not", async () => {
  const stack = await started();
  stack.serve(90, 10);
  await stack.up();
  stack.serve(90, 10);
  await stack.up("2", { ...AUTO, steps: [{ weight: 10, bake: "10m", requests: 60 }, 50] });
  const kept = stack.heard();
  expect(kept).toContain("missing: 40 of 60 requests");
  expect(kept).not.toContain("analysis was changed");
  stack.serve(90, 10);
  await stack.up("2", { ...AUTO, analysis: { ...AUTO.analysis, errorLimit: 3 } });
  const anew = stack.heard();
  expect(anew).toMatch(/warning: api.*: analysis was changed: earlier requests to the candidate no longer count/);
  expect(anew).toContain("missing: 40 of 50 requests");
});

it("a candidate that fails every time is rejected, also beside a stable version that fails somewhat", async () => {
  const stack = await started();
  stack.serve(120, 0, { row: { hasFunctionError: "true" } });
  stack.serve(330, 50, { failing: 50 });
  await expect(stack.up()).rejects.toMatchObject({
    details: expect.stringMatching(/failed: .*candidate 50 of 50 failed \(100 %\); stable 120 of 450 failed/) as string,
  });
  expect(stack.split).toEqual({ "1": 100 });
});

it("if both versions fail, the verdict is hold, with a warning", async () => {
  const stack = await started();
  stack.serve(450, 50, { row: { hasFunctionError: "true" } });
  await stack.up();
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/warning: .*hold at 10 %.*so it may not be the reason/);
});

describe("if the log service does not answer, the verdict is neither a pass nor a fail", () => {
  const forever = (action: FaultAction) => () =>
    emulator.faults.add({ operation: "GetLogsV2", times: Infinity, action });
  const refusal = (status: number, code: string) => forever({ kind: "reject", status, code, message: "as asked" });

  it.each<[string, () => void, RegExp]>([
    [
      "403",
      refusal(403, "Unauthorized"),
      /GetLogsV2: as asked \(HTTP 403, code Unauthorized, request id [0-9A-F]{24}\); the permission it needs: log:GetLogStoreLogs on acs:log:.*:project\/judged\/logstore\//,
    ],
    [
      "500",
      refusal(500, "InternalServerError"),
      /HTTP 500, code InternalServerError, request id [0-9A-F]{24}\); given up after/,
    ],
    ["throttling", refusal(403, "ReadQuotaExceed"), /code ReadQuotaExceed.*given up after \d+ attempts/],
    ["a proxy's page", forever({ kind: "html", status: 200 }), /GetLogsV2: no usable answer from judged\./],
    ["a closed connection", forever({ kind: "resetBefore" }), /GetLogsV2: no usable answer from judged\./],
  ])("%s", async (_name, strike, message) => {
    for (const failing of [0, 30]) {
      const stack = await started();
      stack.serve(450, 50, { failing });
      strike();
      expect(await stack.up()).toBe(true);
      expect(stack.split).toEqual({ "1": 90, "2": 10 });
      expect(stack.heard()).toMatch(
        /warning: .*could not be judged, and v2 stays at 10 %: rows of project judged, logstore api-/,
      );
      expect(provider.errors()).toMatch(message);
      // The next run judges the rows that this run could not read.
      emulator.faults.clear();
      await (failing === 0 ? stack.up() : expect(stack.up()).rejects.toThrow("failed"));
      expect(stack.counted).toBe(500);
    }
  });

  it.each<[string, Partial<sdk.LogConfig>, RegExp]>([
    ["no logConfig", { project: "", logstore: "" }, /has no logConfig with project and logstore/],
    ["no request metrics", { enableRequestMetrics: false }, /set function.logConfig.enableRequestMetrics to true/],
  ])("%s", async (_name, log, message) => {
    const stack = await started(log);
    stack.serve(450, 50, { failing: 30 });
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(message);
    // The program may set the project and the logstore of the rows.
    const logs = { project: PROJECT, logstore: stack.name };
    await expect(stack.up("2", { ...AUTO, analysis: { ...ANALYSIS, logs } })).rejects.toThrow("failed");
  });

  it("rows without a version", async () => {
    const stack = await started();
    stack.serve(449, 50);
    stack.serve(1, 0, { row: { versionId: undefined } });
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(
      /1 of 500 rows of requests have no versionId or no requestId: all of them may be failures of v2/,
    );
  });

  it("rows without a request id, because they may be failures of the candidate", async () => {
    const stack = await started();
    stack.serve(450, 50);
    stack.serve(0, 50, { failing: 50, row: { requestId: "" } });
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(/50 of 550 rows of requests have no versionId or no requestId/);
  });

  it("names of a logstore that the log service does not allow", async () => {
    const stack = await started({ project: "p", logstore: "a" });
    stack.serve(450, 50);
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(/function \S+: logConfig.project: got "p"; allowed: 3 to 63 lower-case/);
  });
});

it("rows without a version, for example of throttled requests: a fail does not need them, and a pass allows 1 % of them", async () => {
  const bad = await started();
  bad.serve(400, 50, { failing: 30 });
  bad.serve(50, 0, { row: { versionId: "" } });
  await expect(bad.up()).rejects.toThrow("failed");
  expect(bad.split).toEqual({ "1": 100 });
  const good = await started();
  good.serve(900, 100);
  good.serve(1, 0, { row: { versionId: "", statusCode: "429" } });
  await good.up();
  expect(good.split).toEqual({ "1": 50, "2": 50 });
});

it("after a change by hand, requests from before the change are not counted", async () => {
  const stack = await started();
  stack.serve(450, 50, { failing: 40 });
  await api.updateAlias(stack.name, "prod", { versionId: "1", additionalVersionWeight: { "2": 0.4 } });
  await stack.up();
  await stack.up();
  expect(stack.counted).toBe(0);
  stack.serve(60, 40);
  await stack.up();
  // Two changes by hand that cancel out between two runs also count as a change by hand.
  stack.serve(60, 40, { failing: 40 });
  await api.updateAlias(stack.name, "prod", { versionId: "1", additionalVersionWeight: { "2": 0.5 } });
  emulator.clock.advance(2);
  await api.updateAlias(stack.name, "prod", { versionId: "1", additionalVersionWeight: { "2": 0.4 } });
  await stack.up();
  expect(stack.counted).toBe(100);
  expect(stack.split).toEqual({ "1": 60, "2": 40 });
});

describe("somebody else writes the alias while this run reads rows", () => {
  it.each([
    ["a hand lowers: it stays low", 0.01, { "1": 99, "2": 1 }, undefined],
    ["a hand lowers, and each change shows one read late: it stays low", 0.01, { "1": 99, "2": 1 }, "late"],
    ["another pipeline raises: it is raised once", 0.5, { "1": 50, "2": 50 }, undefined],
  ] as const)("%s", async (_name, weight, expected, reads) => {
    const stack = await started();
    if (reads !== undefined) emulator.options.readAfterWrite = reads;
    stack.serve(450, 50);
    const body = { versionId: "1", additionalVersionWeight: { "2": weight } };
    const path = `/functions/${stack.name}/aliases/prod`;
    emulator.faults.add({
      operation: "GetLogsV2",
      action: { kind: "outOfBand", request: { method: "PUT", path, body } },
    });
    await stack.up();
    expect(stack.split).toEqual(expected);
    emulator.faults.clear();
    const counted = stack.counted;
    await stack.up();
    expect([stack.split, stack.counted]).toEqual([expected, counted]);
  });
});

it("after a run was killed after its write, the next run counts no request twice and raises no share twice", async () => {
  const stack = await started();
  stack.serve(450, 50);
  const before = structuredClone(stack.state);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  stack.state = before;
  await stack.up();
  expect([stack.split, stack.counted]).toEqual([{ "1": 50, "2": 50 }, 0]);
  stack.serve(50, 50);
  await stack.up();
  expect([stack.split, stack.counted]).toEqual([{ "2": 100 }, 100]);
});

it("if a run is killed after a rejection, the next run keeps the rejection and succeeds", async () => {
  const stack = await started();
  stack.serve(450, 50, { failing: 30 });
  const before = structuredClone(stack.state);
  await expect(stack.up()).rejects.toThrow("failed");
  stack.state = before;
  await stack.up();
  expect(stack.split).toEqual({ "1": 100 });
  expect(stack.state).toMatchObject({ rejected: ["2"] });
});

it.each<[string, FaultAction]>([
  ["lost", { kind: "applyThenReset" }],
  ["cut off", { kind: "applyThenTruncate" }],
  ["refused as a conflict", { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "as asked" }],
])("if the answer to the write is %s, there is one write and one step", async (_name, action) => {
  const stack = await started();
  stack.serve(450, 50);
  emulator.faults.add({ operation: "UpdateAlias", action });
  await stack.up();
  expect([stack.split, stack.counted]).toEqual([{ "1": 50, "2": 50 }, 500]);
  expect(stack.judging?.weight).toBe(500);
});

it("a run of an older commit reads no rows and moves no traffic", async () => {
  const stack = await started();
  await stack.up("2", { ...AUTO, rev: 9 });
  stack.serve(450, 50, { failing: 30 });
  const before = emulator.requests.length;
  await stack.up("2", { ...AUTO, rev: 8 });
  expect([stack.split, since(before)]).toEqual([
    { "1": 90, "2": 10 },
    { writes: 0, reads: 0 },
  ]);
});

it("with hold, a pass raises no share and a fail rejects the candidate", async () => {
  const stack = await started();
  stack.serve(450, 50);
  await stack.up("2", { ...AUTO, hold: true });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  stack.serve(450, 50, { failing: 50 });
  await expect(stack.up("2", { ...AUTO, hold: true })).rejects.toThrow("failed");
  expect(stack.split).toEqual({ "1": 100 });
});

it("changed conditions of a step apply from the next run on", async () => {
  const stack = await started();
  stack.serve(450, 50);
  await stack.up("2", { ...AUTO, steps: [{ weight: 10, bake: "10m", requests: 60 }, 50] });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/missing: 10 of 60 requests/);
  emulator.clock.advance(MINUTE);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.counted).toBe(0);
});
