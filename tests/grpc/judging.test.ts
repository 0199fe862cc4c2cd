/**
 * Releases that judge themselves, through the provider process, against rows that the emulator's log service has. The clock is the
 * emulator's: the provider knows the time from the answers alone.
 */
import * as sdk from "@alicloud/fc20230330";
import type { Emulator, FaultAction, LogRow } from "../../emulator";
import { type AnalysisRecord, replay } from "../../provider/analysis";
import { Api } from "../emulator/support";
import { type EmulatedProvider, fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { type CallError, type ProviderCalls, type ProviderProcess, tokenAt } from "../support/providerProcess";

type Props = Record<string, unknown>;

const PROJECT = "judged";
const STEPS = [{ weight: 10, bake: "10m", requests: 50 }, { weight: 50, bake: "10m", requests: 50 }]; // prettier-ignore
const ANALYSIS = { errorLimit: 20, latency: {}, logDelay: "3m" };
const AUTO = { weight: "auto", steps: STEPS, analysis: ANALYSIS };

let emulator: Emulator;
let provider: ProviderProcess;
let calls: ProviderCalls;
let close: EmulatedProvider["close"];
let api: Api;

beforeAll(async () => {
  ({ emulator, provider, close } = await startEmulatedProvider("grpc-judging", {}, fastClock(20)));
  calls = provider.of("Release");
  api = new Api(emulator);
});

afterAll(() => close());
afterEach(() => emulator.faults.clear());

const MINUTE = 60;
let functions = 0;
let requests = 0;

/** The engine's side of one release of a function of its own, with three versions. */
class Stack {
  readonly name = `api-${++functions}`;
  state: Props | undefined;
  private told = 0;

  static async started(log: Partial<sdk.LogConfig> = {}): Promise<Stack> {
    const stack = new Stack();
    const logConfig = { project: PROJECT, logstore: stack.name, enableRequestMetrics: true, ...log };
    await api.create(stack.name, { logConfig: new sdk.LogConfig(logConfig) });
    for (const release of ["1", "2", "3"]) {
      await api.update(stack.name, { environmentVariables: { RELEASE: release } });
      await api.publish(stack.name);
    }
    await stack.up("1");
    await stack.up("2");
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    return stack;
  }

  private get id(): string {
    return `${emulator.region}:${emulator.accountId}:${this.name}/prod`;
  }

  async inputs(versionId: string, keys: Props): Promise<Props> {
    const { region, accountId } = emulator;
    const { inputs, failures } = await calls.check(this.state ?? {}, {
      ...{ region, accountId, resourceUrn: `urn:pulumi:dev::shop::${tokenAt("Release")}::${this.name}` },
      ...{ functionName: this.name, aliasName: "prod", versionId },
      ...{ fingerprint: `f1:${versionId}`, environmentFingerprint: "none", ...keys },
    });
    expect(failures).toEqual([]);
    return inputs;
  }

  /** A run of the engine with the state that is given, the last one unless told otherwise; answers whether there was an update. */
  async up(versionId = "2", keys: Props = AUTO): Promise<boolean> {
    const inputs = await this.inputs(versionId, keys);
    if (this.state === undefined) {
      this.state = (await calls.create(inputs)).outs;
      return true;
    }
    const { props } = await calls.read(this.id, this.state);
    this.state = props;
    if ((await calls.diff(this.id, props, inputs)).changes === 1) return false;
    try {
      this.state = await calls.update(this.id, props, inputs);
    } catch (error) {
      const { kept } = error as CallError;
      if (kept !== undefined) this.state = kept.properties;
      throw error;
    }
    return true;
  }

  /** Requests that both versions answer, a minute later, and time for their rows to arrive. */
  serve(
    stable: number,
    candidate: number,
    { failing = 0, row = {} }: { failing?: number; row?: Partial<LogRow> } = {},
  ): void {
    emulator.clock.advance(MINUTE);
    const versions = [...Array<string>(stable).fill("1"), ...Array<string>(candidate).fill("2")];
    const rows = versions.map((versionId, i): LogRow => {
      const time = String(Math.floor(emulator.clock.now().getTime() / 1000));
      const all: Record<string, string | undefined> = {
        ...{ __topic__: `FCRequestMetrics:/${this.name}`, __time__: time, requestId: `request-${++requests}` },
        ...{ qualifier: "prod", versionId, invocationType: "Sync", statusCode: "200", durationMs: "10.00" },
        ...{ hasFunctionError: String(i >= versions.length - failing), isColdStart: "false" },
        ...row,
      };
      return Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
      );
    });
    emulator.logs.write(PROJECT, this.name, rows);
    emulator.clock.advance(15 * MINUTE);
  }

  get live() {
    return emulator.store.functions.get(this.name)?.aliases.get("prod");
  }

  /** What the alias does, in percent. */
  get split(): Record<string, number> {
    const { versionId = "", additionalVersionWeight = {} } = this.live ?? {};
    const others = Object.entries(additionalVersionWeight).map(([id, weight]) => [id, Math.round(weight * 1000) / 10]);
    const rest = others.reduce((sum, [, weight]) => sum - Number(weight), 100);
    return { [versionId]: rest, ...(Object.fromEntries(others) as Record<string, number>) };
  }

  get judging(): (AnalysisRecord & { since: number; until: number; weight: number }) | undefined {
    return this.state?.["judging"] as never;
  }

  /** Requests of both versions that all decisions have counted. */
  get counted(): number {
    const { decisions = [] } = this.judging ?? {};
    return decisions.reduce((sum, { counts }) => sum + counts.stable.requests + counts.candidate.requests, 0);
  }

  /** Messages since the last call, of this function. */
  heard(): string {
    const lines = provider.errors().split("\n").slice(this.told);
    this.told += lines.length - 1;
    return lines.filter((line) => line.includes(this.name)).join("\n");
  }
}

/** Writes of the alias since a moment, and reads of rows. */
function since(from: number) {
  const made = emulator.requests.slice(from).map(({ operation }) => operation);
  return {
    writes: made.filter((operation) => operation === "UpdateAlias").length,
    reads: made.filter((operation) => operation === "GetLogsV2").length,
  };
}

it("a good candidate walks to 100 by itself, each step announced, with decisions that can be replayed", async () => {
  const stack = await Stack.started();
  emulator.clock.advance(MINUTE);
  await stack.up();
  expect(stack.heard()).toMatch(/v2 at 10 %.*, judged when this runs: next 50 %[^]*nothing to judge v2 by yet/);
  stack.serve(450, 50);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.heard()).toMatch(/pass at 10 % \(step 1 of 2.*next step: 50 %/);
  // Right after a raise there is nothing to count.
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

it("a bad candidate is rejected in one write; that run fails with its state complete, later ones do not", async () => {
  const stack = await Stack.started();
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
  // A retry begins with no evidence.
  await stack.up("2", { ...AUTO, retry: "v2" });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.judging).toMatchObject({ decisions: [], evidence: { open: [] } });
});

it("too few requests are neither a pass nor a fail: what is missing is told", async () => {
  const stack = await Stack.started();
  stack.serve(90, 10);
  expect(await stack.up()).toBe(true);
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/inconclusive at 10 %.*missing: 40 of 50 requests to the candidate, in about/);
  // Requests add up over runs, each counted once.
  stack.serve(360, 40);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.counted).toBe(500);
});

it("when both versions fail it holds, with a warning", async () => {
  const stack = await Stack.started();
  stack.serve(450, 50, { row: { hasFunctionError: "true" } });
  await stack.up();
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/warning: .*hold at 10 %.*so the candidate is not the reason/);
});

describe("a log source that does not answer is never a pass and never a rollback", () => {
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
      const stack = await Stack.started();
      stack.serve(450, 50, { failing });
      strike();
      expect(await stack.up()).toBe(true);
      expect(stack.split).toEqual({ "1": 90, "2": 10 });
      expect(stack.heard()).toMatch(
        /warning: .*could not be judged, and v2 stays at 10 %: rows of project judged, logstore api-/,
      );
      expect(provider.errors()).toMatch(message);
      // What could not be read is judged by the next run.
      emulator.faults.clear();
      await (failing === 0 ? stack.up() : expect(stack.up()).rejects.toThrow("failed"));
      expect(stack.counted).toBe(500);
    }
  });

  it.each<[string, Partial<sdk.LogConfig>, RegExp]>([
    ["no logConfig", { project: "", logstore: "" }, /has no logConfig with project and logstore/],
    ["no request metrics", { enableRequestMetrics: false }, /set function.logConfig.enableRequestMetrics to true/],
  ])("%s", async (_name, log, message) => {
    const stack = await Stack.started(log);
    stack.serve(450, 50, { failing: 30 });
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(message);
    // The program may name where the rows are.
    const logs = { project: PROJECT, logstore: stack.name };
    await expect(stack.up("2", { ...AUTO, analysis: { ...ANALYSIS, logs } })).rejects.toThrow("failed");
  });

  it("rows without a version", async () => {
    const stack = await Stack.started();
    stack.serve(449, 50);
    stack.serve(1, 0, { row: { versionId: undefined } });
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(/1 of 500 rows of requests have no versionId/);
  });
});

it("a hand in between begins another stretch: nothing from before it is counted", async () => {
  const stack = await Stack.started();
  stack.serve(450, 50, { failing: 40 });
  await api.updateAlias(stack.name, "prod", { versionId: "1", additionalVersionWeight: { "2": 0.4 } });
  await stack.up();
  await stack.up();
  expect(stack.counted).toBe(0);
  stack.serve(60, 40);
  await stack.up();
  // Back and forth between two runs is a hand as well.
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
    ["a hand lowers: it stays low", 0.01, { "1": 99, "2": 1 }],
    ["another pipeline raises: it is raised once", 0.5, { "1": 50, "2": 50 }],
  ])("%s", async (_name, weight, expected) => {
    const stack = await Stack.started();
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

it("a run that is killed after its write counts nothing twice and raises nothing twice", async () => {
  const stack = await Stack.started();
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

it("a run that is killed after it rejected leaves the rejection to the next one, which is green", async () => {
  const stack = await Stack.started();
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
])("the answer to the write is %s: one write, one step", async (_name, action) => {
  const stack = await Stack.started();
  stack.serve(450, 50);
  emulator.faults.add({ operation: "UpdateAlias", action });
  await stack.up();
  expect([stack.split, stack.counted]).toEqual([{ "1": 50, "2": 50 }, 500]);
  expect(stack.judging?.weight).toBe(500);
});

it("an older run reads no rows and moves nothing", async () => {
  const stack = await Stack.started();
  await stack.up("2", { ...AUTO, rev: 9 });
  stack.serve(450, 50, { failing: 30 });
  const before = emulator.requests.length;
  await stack.up("2", { ...AUTO, rev: 8 });
  expect([stack.split, since(before)]).toEqual([
    { "1": 90, "2": 10 },
    { writes: 0, reads: 0 },
  ]);
});

it("under hold a pass raises nothing, a fail rejects", async () => {
  const stack = await Stack.started();
  stack.serve(450, 50);
  await stack.up("2", { ...AUTO, hold: true });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  stack.serve(450, 50, { failing: 50 });
  await expect(stack.up("2", { ...AUTO, hold: true })).rejects.toThrow("failed");
  expect(stack.split).toEqual({ "1": 100 });
});

it("the conditions of a step that change in the program count from the next run on", async () => {
  const stack = await Stack.started();
  stack.serve(450, 50);
  await stack.up("2", { ...AUTO, steps: [{ weight: 10, bake: "10m", requests: 60 }, 50] });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/missing: 10 of 60 requests/);
  emulator.clock.advance(MINUTE);
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.counted).toBe(0);
});
