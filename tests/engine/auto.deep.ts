/**
 * A release with weight `auto` on the real engine, by `pulumi up` alone. Requests are rows in the emulator's log
 * service, and its clock is moved.
 */
import * as fc from "pulumi-alicloud-fc";
import type { FaultAction } from "../../emulator";
import { Api } from "../emulator/support";
import { fastClock } from "../support/emulatedProvider";
import { type Workbench, failure, workbench } from "../support/engine";
import { stageRequests } from "../support/requestRows";
import { sharesOf } from "../support/storeView";

const LOGS = { project: "shop-logs", logstore: "api" };
const STEPS = [5, 25, 50].map((weight) => ({ weight, bake: "10m", requests: 50 }));
const CONFIG = {
  "canary:weight": "auto",
  "canary:steps": JSON.stringify(STEPS),
  "canary:analysis": JSON.stringify({ errorLimit: 20, latency: {} }),
};

// One run of the engine takes several seconds.
jest.setTimeout(600_000);

let bench: Workbench;

beforeAll(async () => {
  bench = await workbench((source) => {
    const { split, phase, stable, rejected } = new fc.CanaryRelease("api", {
      function: {
        ...{ functionName: "api", runtime: "nodejs20", handler: "index.handler", code: source },
        logConfig: LOGS,
      },
      aliasName: "prod",
      ...fc.releaseConfig(),
    });
    return Promise.resolve({ split, phase, stable, rejected });
  });
  // The provider process waits some time for a failing log service. With this clock, it waits a twentieth of that time.
  Object.assign(process.env, fastClock(20));
  for (const [key, value] of Object.entries(CONFIG)) await bench.stack.setConfig(key, { value });
});

afterAll(() => bench.close());

/** The split of the alias in the emulator. */
function split(): Record<string, number> {
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias === undefined) throw new Error("the alias is gone");
  return Object.fromEntries(sharesOf(alias));
}

/**
 * Writes rows of requests to each version, in proportion to the split. The version with the smallest share gets 50
 * requests. Then moves the clock by a quarter of an hour, until the rows can be read.
 */
function serve(failed: Readonly<Record<string, number>> = {}): void {
  const { clock } = bench.emulator;
  const shares = split();
  const least = Math.min(...Object.values(shares));
  const requests = Object.fromEntries(Object.entries(shares).map(([id, share]) => [id, (50 * share) / least]));
  clock.advance(60);
  stageRequests(bench.emulator, { functionName: "api", aliasName: "prod", ...LOGS, requests, failed });
  clock.advance(15 * 60);
}

interface Ran {
  /** The output of the run, or the error message if the run failed. */
  readonly stdout: string;
  readonly failed: boolean;
  /** The operations of the run that changed something in the service. */
  readonly applied: readonly string[];
  /** The number of requests to the log service. */
  readonly reads: number;
}

async function up(): Promise<Ran> {
  const from = bench.emulator.requests.length;
  const before = bench.emulator.mutations().length;
  let failed = false;
  const stdout = await bench.stack.up().then(
    (result) => result.stdout,
    (error: unknown) => {
      failed = true;
      return String(error);
    },
  );
  const made = bench.emulator.requests.slice(from);
  const reads = made.filter(({ operation }) => operation === "GetLogsV2").length;
  return { stdout, failed, applied: bench.applied(before), reads };
}

/** The sentence of a preview, without the time. The preview must not call the service. */
async function preview(): Promise<string> {
  const from = bench.emulator.requests.length;
  const { stdout } = await bench.stack.preview();
  expect(bench.emulator.requests.slice(from)).toEqual([]);
  return /api: (v\d+ at .*; the update judges it: .*?)\s*$/m.exec(stdout)?.[1]?.replace(/ for [^;]+/, "") ?? stdout;
}

/** Deploys code that returns this text, and returns the number of the new version. */
async function deploy(answer: string): Promise<string> {
  bench.write(answer);
  await bench.stack.up();
  const { versions } = bench.emulator.store.functions.get("api") ?? {};
  return [...(versions?.keys() ?? [])].at(-1) ?? "";
}

interface Deployment {
  readonly resources?: readonly { readonly type: string; readonly outputs?: Record<string, unknown> }[];
  readonly pending_operations?: readonly unknown[];
}

/** The release in state. */
async function stored(): Promise<Record<string, unknown>> {
  const { deployment } = (await bench.stack.exportStack()) as { deployment: Deployment };
  const { resources = [], pending_operations: pending = [] } = deployment;
  expect(pending).toEqual([]);
  return resources.find(({ type }) => type.endsWith("alicloud-fc:Release"))?.outputs ?? {};
}

it("a good candidate is raised step by step from 5 to 100 %; each preview announces the step of the run after it", async () => {
  expect(await deploy("one")).toBe("1");
  expect(await deploy("two")).toBe("2");
  expect(split()).toEqual({ "1": 95, "2": 5 });
  const walked: Record<string, number>[] = [];
  for (const [from, next] of [
    [5, "25 %"],
    [25, "50 %"],
    [50, "100 %"],
  ] as const) {
    serve();
    expect(await preview()).toBe(`v2 at ${from} %; the update judges it: next ${next}`);
    const { stdout, applied } = await up();
    expect(stdout).toMatch(new RegExp(`api: pass at ${from} % .*candidate 0 of 50 failed`));
    expect(applied).toEqual(["UpdateAlias"]);
    walked.push(split());
  }
  expect(walked).toEqual([{ "1": 75, "2": 25 }, { "1": 50, "2": 50 }, { "2": 100 }]);
  expect(await stored()).toMatchObject({ phase: "stable", stable: "2" });
  const from = bench.emulator.requests.length;
  await bench.stack.up();
  expect(bench.emulator.requests.slice(from)).toEqual([]);
});

it("right after a raise, or with few requests, the run changes no share and prints what is missing", async () => {
  expect(await deploy("three")).toBe("3");
  const early = await up();
  expect(early).toMatchObject({ failed: false, applied: [], reads: 0 });
  expect(early.stdout).toContain("v3 cannot be judged yet");
  bench.emulator.clock.advance(5 * 60);
  const few = await up();
  expect(few).toMatchObject({ failed: false, applied: [] });
  expect(few.stdout).toMatch(/inconclusive at 5 % .*missing: .* at this weight; missing: 50 of 50 requests/);
  expect(split()).toEqual({ "2": 95, "3": 5 });
});

it("a bad candidate is rejected by one run, which fails after its state is saved; later runs succeed with a warning", async () => {
  serve({ "3": 30 });
  expect(await preview()).toBe("v3 at 5 %; the update judges it: next 25 %");
  const { stdout, failed, applied } = await up();
  expect([failed, applied]).toEqual([true, ["UpdateAlias"]]);
  expect(stdout).toMatch(/v3 was judged at 5 % and failed: .*candidate 30 of 50 failed \(60 %\).*retry: v3/);
  expect(split()).toEqual({ "2": 100 });
  expect(await stored()).toMatchObject({ phase: "rejected", rejected: ["3"], stable: "2", split: { "2": 100 } });
  for (const _again of [1, 2]) {
    const later = await up();
    expect(later).toMatchObject({ failed: false, applied: [], reads: 0 });
    expect(later.stdout).toContain("v3 is rejected and gets no traffic; retry: v3 lifts the rejection");
  }
  expect(split()).toEqual({ "2": 100 });
});

describe("if the log service does not answer, no traffic moves", () => {
  const reject = (status: number, code: string): FaultAction => ({ kind: "reject", status, code, message: "as asked" });

  it.each<[string, FaultAction, number, RegExp]>([
    ["down, with a bad version", reject(500, "InternalServerError"), 30, /HTTP 500, code InternalServerError/],
    ["throttled, with a bad version", reject(403, "ReadQuotaExceed"), 30, /code ReadQuotaExceed/],
    ["403, with a good version", reject(403, "Unauthorized"), 0, /HTTP 403, code Unauthorized.*log:GetLogStoreLogs/],
  ])("%s", async (name, action, bad, message) => {
    const id = await deploy(name);
    const before = split();
    expect(before).toEqual({ "2": 95, [id]: 5 });
    serve({ [id]: bad });
    bench.emulator.faults.add({ operation: "GetLogsV2", times: Infinity, action });
    const ran = await up();
    bench.emulator.faults.clear();
    expect(ran).toMatchObject({ failed: false, applied: [] });
    expect(ran.stdout).toMatch(new RegExp(`warning: .*v${id} stays at 5 %: rows of project shop-logs, logstore api`));
    expect(ran.stdout).toMatch(message);
    expect(split()).toEqual(before);
    // The next run judges the rows that the failed run could not read.
    const next = await up();
    expect([next.failed, split()]).toEqual([bad > 0, bad > 0 ? { "2": 100 } : { "2": 75, [id]: 25 }]);
  });
});

describe("a change by hand between the preview and the run", () => {
  it("that lowers the share: the run does not take the announced step", async () => {
    const id = await deploy("lowered");
    serve();
    expect(await preview()).toBe(`v${id} at 5 %; the update judges it: next 25 %`);
    await byHand({ [id]: 0.01 });
    const { stdout } = await bench.stack.up();
    expect(split()).toEqual({ "2": 99, [id]: 1 });
    expect(stdout).toContain(`v${id} was lowered to 1 % by hand and stays there; retry: v${id} ends this`);
    serve();
    await bench.stack.up();
    expect(split()).toEqual({ "2": 99, [id]: 1 });
  });

  it("that raises the share: requests from before the change are not counted", async () => {
    const id = await deploy("raised");
    serve({ [id]: 30 });
    await byHand({ [id]: 0.5 });
    expect(await failure(bench.stack.up())).toBe("");
    expect(split()).toEqual({ "2": 50, [id]: 50 });
    serve();
    await bench.stack.up();
    expect(split()).toEqual({ [id]: 100 });
  });
});

/** Writes the alias directly, as somebody does in the console. */
async function byHand(additionalVersionWeight: Readonly<Record<string, number>>): Promise<void> {
  await new Api(bench.emulator).updateAlias("api", "prod", { versionId: "2", additionalVersionWeight });
}
