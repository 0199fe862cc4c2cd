/**
 * Asynchronous events that cannot start, that the service refuses, or that continue after a kill, and the cost of many
 * events.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import * as fc from "@alicloud/fc20230330";
import { RuntimeOptions } from "@darabonba/typescript";

import { type Emulator, startEmulator, type StoredAsyncTask } from "../../emulator";
import { Api, useEmulator, zipInput } from "./support";

const runtime = new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 });
const ROOT = join(__dirname, "..", "..");
/** A clock that moves only when a test moves it. */
const START = Date.parse("2026-01-01T00:00:00Z");
const emulator = useEmulator({ now: () => new Date(START) });
let api: Api;
beforeEach(() => {
  api = new Api(emulator());
});
afterEach(async () => {
  emulator().faults.clear();
  for (const name of [...emulator().store.functions.keys()]) await api.delete(name);
});

async function keepTasks(client: Api, name: string, config: Partial<fc.PutAsyncInvokeConfigInput> = {}): Promise<void> {
  const body = new fc.PutAsyncInvokeConfigInput({ asyncTask: true, ...config });
  const request = new fc.PutAsyncInvokeConfigRequest({ qualifier: "LATEST", body });
  await client.sdk.putAsyncInvokeConfigWithOptions(name, request, {}, runtime);
}

async function send(client: Api, name: string, taskId: string, event: string | Buffer = "0"): Promise<void> {
  const request = new fc.InvokeFunctionRequest({ qualifier: "LATEST", body: Readable.from([Buffer.from(event)]) });
  const headers = new fc.InvokeFunctionHeaders({ xFcInvocationType: "Async", xFcAsyncTaskId: taskId });
  await client.sdk.invokeFunctionWithOptions(name, request, headers, runtime);
}

async function until(at: Emulator, name: string, taskId: string, holds: (task: StoredAsyncTask) => boolean): Promise<StoredAsyncTask> {
  for (;;) {
    const task = at.store.functions.get(name)?.asyncTasks.get(taskId);
    if (task !== undefined && holds(task)) return task;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
} // prettier-ignore

const hasEnded = ({ endTime }: StoredAsyncTask): boolean => endTime > 0;

async function toldAt(at: Emulator, name: string): Promise<StoredAsyncTask> {
  for (;;) {
    const [task] = at.store.functions.get(name)?.asyncTasks.values() ?? [];
    if (task !== undefined && hasEnded(task)) return task;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Reasons why an event cannot start. The last column: whether another attempt could succeed. */
const UNSTARTABLE: [string, Partial<fc.CreateFunctionInput>, string, number][] = [
  ["a program that ends at once", { runtime: "custom", customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["/bin/false"] }) }, "CAExited", 2],
  ["a program that is not there", { runtime: "custom", customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["/code/nothing"] }) }, "CAFileNotFound", 2],
  ["code that is no zip", { code: new fc.InputCodeLocation({ zipFile: Buffer.from("no zip").toString("base64") }) }, "EmulatorNotImplemented", 0],
  ["a runtime that is not run here", { runtime: "java11" }, "EmulatorNotImplemented", 0],
  ["a module that is not there", { handler: "missing.handler" }, "missing", 2],
]; // prettier-ignore

it.each(UNSTARTABLE)(
  "an event of %s fails, and the destination gets the result",
  async (_what, input, error, retries) => {
    const { accountId, region } = emulator();
    await api.create("told", { code: zipInput({ "index.js": "exports.handler = async (event) => event;" }) });
    await keepTasks(api, "told");
    await api.create("work", input);
    await keepTasks(api, "work", {
      maxAsyncRetryAttempts: 2,
      destinationConfig: new fc.DestinationConfig({
        onFailure: { destination: `acs:fc:${region}:${accountId}:functions/told` },
      }),
    });
    const accepted = send(api, "work", "t");
    if (input.runtime === "java11") {
      // The event is refused and not accepted, so there is no event and no destination gets a result.
      await expect(accepted).rejects.toMatchObject({ code: error });
      return;
    }
    await accepted;
    const task = await until(emulator(), "work", "t", hasEnded);
    expect([task.status, task.alreadyRetriedTimes, task.destinationStatus]).toEqual(["Failed", retries, "Succeeded"]);
    expect(task.taskErrorMessage).toContain(error);
    const told = JSON.parse((await toldAt(emulator(), "told")).returnPayload) as {
      requestContext: { condition: string };
    };
    expect(told.requestContext.condition).toBe("RetriesExhausted");
  },
);

it.each([
  [429, "ResourceThrottled"],
  [500, "InternalServerError"],
  [503, "ResourceExhausted"],
])("an event that meets %i waits 0.5 s, then twice as long each time, and uses up no retry", async (status, code) => {
  await api.create("work");
  await keepTasks(api, "work", { maxAsyncRetryAttempts: 0 });
  emulator().faults.add({
    operation: "AsyncAttempt",
    times: 6,
    action: { kind: "reject", status, code, message: "m" },
  });
  await send(api, "work", "t");
  const struck = () => emulator().faults.list()[0]?.struck ?? 0;
  for (const [refused, seconds] of [0.5, 1, 2, 4, 8, 16].entries()) {
    while (struck() <= refused) await new Promise((resolve) => setTimeout(resolve, 5));
    await until(emulator(), "work", "t", ({ status: now }) => now === "Retrying");
    emulator().clock.advance(seconds - 0.001);
    await new Promise((resolve) => setImmediate(resolve));
    expect(struck()).toBe(refused + 1);
    emulator().clock.advance(0.001);
  }
  const task = await until(emulator(), "work", "t", hasEnded);
  expect([task.status, task.alreadyRetriedTimes]).toEqual(["Succeeded", 6]);
  expect(task.taskErrorMessage).toContain(code);
});

it("an event that is refused for five hours fails", async () => {
  await api.create("work");
  await keepTasks(api, "work");
  const action = { kind: "reject", status: 503, code: "ResourceExhausted", message: "m" } as const;
  emulator().faults.add({ operation: "AsyncAttempt", times: Infinity, action });
  await send(api, "work", "t");
  for (let task = await until(emulator(), "work", "t", () => true); !hasEnded(task);) {
    if (task.status === "Retrying") emulator().clock.advance(60);
    task = await until(emulator(), "work", "t", () => true);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { status, durationMs, alreadyRetriedTimes } = await until(emulator(), "work", "t", hasEnded);
  expect(status).toBe("Failed");
  expect(durationMs).toBeGreaterThanOrEqual(5 * 3600_000);
  // The first wait is 0.5 s, and each wait is twice as long as the wait before. So 15 waits take more than four hours.
  expect(alreadyRetriedTimes).toBeGreaterThanOrEqual(14);
  expect(alreadyRetriedTimes).toBeLessThanOrEqual(17);
});

it("an event that waits for another attempt is stopped at once", async () => {
  await api.create("work");
  await keepTasks(api, "work");
  const action = { kind: "reject", status: 503, code: "ResourceExhausted", message: "m" } as const;
  emulator().faults.add({ operation: "AsyncAttempt", times: Infinity, action });
  await send(api, "work", "t");
  await until(emulator(), "work", "t", ({ status }) => status === "Retrying");
  emulator().clock.advance(0);
  await api.sdk.stopAsyncTaskWithOptions("work", "t", new fc.StopAsyncTaskRequest({}), {}, runtime);
  expect((await until(emulator(), "work", "t", hasEnded)).status).toBe("Stopped");
});

it("only a reject fault applies to AsyncAttempt, and faults for any operation do not", async () => {
  const { faults } = emulator();
  expect(() => faults.add({ operation: "AsyncAttempt", action: { kind: "hang" } })).toThrow(/reject, for AsyncAttempt/);
  await api.create("work");
  await keepTasks(api, "work");
  faults.add({ operation: "*", nth: 2, action: { kind: "reject", status: 503, code: "C", message: "m" } });
  await send(api, "work", "t");
  expect((await until(emulator(), "work", "t", hasEnded)).status).toBe("Succeeded");
});

/** Starts an emulator with a data folder in a separate process, and prints its address. */
const STARTING = `
  const { startEmulator } = require(process.argv[1]);
  startEmulator({ dataDir: process.argv[2] }).then(({ endpoint, region, accessKeyId, accessKeySecret }) =>
    console.log(JSON.stringify({ endpoint, region, accessKeyId, accessKeySecret })));`;

describe("an emulator that is killed while events run", () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-tasks-"));
  const gate = join(folder, "gate");
  const binary = Buffer.from([0xff, 0x00, 0xfe]);
  let later: Emulator | undefined;
  afterAll(async () => {
    await later?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("at the next start, events continue, and an event with a request to stop is stopped", async () => {
    const data = join(folder, "data");
    const script = join(ROOT, "dist", "emulator", "index.js");
    const child = spawn(process.execPath, ["-e", STARTING, script, data], { stdio: ["ignore", "pipe", "inherit"] });
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    const client = new Api(JSON.parse(printed.toString()) as Emulator);
    // Waits until the file `gate` exists, then answers its event.
    const code = `const fs = require("node:fs");
      exports.handler = async (event) => {
        while (!fs.existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 10));
        return event.toString("hex");
      };`;
    await client.create("work", { timeout: 60, code: zipInput({ "index.js": code }) });
    await keepTasks(client, "work");
    await send(client, "work", "runs", binary);
    await send(client, "work", "stops");
    const get = async (taskId: string) =>
      (await client.sdk.getAsyncTaskWithOptions("work", taskId, new fc.GetAsyncTaskRequest({}), {}, runtime)).body;
    while ((await get("stops"))?.status !== "Running") await new Promise((resolve) => setTimeout(resolve, 10));
    await client.sdk.stopAsyncTaskWithOptions("work", "stops", new fc.StopAsyncTaskRequest({}), {}, runtime);
    child.kill("SIGKILL");
    await once(child, "close");
    writeFileSync(gate, "");
    later = await startEmulator({ dataDir: data });
    const [runs, stops] = [await until(later, "work", "runs", hasEnded), await until(later, "work", "stops", hasEnded)];
    expect([runs.status, runs.returnPayload, stops.status]).toEqual(["Succeeded", "ff00fe", "Stopped"]);
  });
});

it("saving a task does not read the other tasks, and the oldest tasks are removed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-many-"));
  const at = await startEmulator({ dataDir: folder });
  try {
    const client = new Api(at);
    await client.create("work");
    await keepTasks(client, "work");
    const entry = at.store.functions.get("work");
    if (entry === undefined) throw new Error("the function is missing");
    // The state after 1,500 tasks. Each task counts how often it is serialised.
    await send(client, "work", "pattern");
    const pattern = await until(at, "work", "pattern", hasEnded);
    let reads = 0;
    for (let count = 0; count < 1500; count++) {
      const old = { ...structuredClone(pattern), taskId: `old${count}` };
      Object.defineProperty(old, "taskPayload", { enumerable: true, get: () => ((reads += 1), "payload") });
      entry.asyncTasks.set(old.taskId, old);
    }
    at.store.save(entry);
    const before = reads;
    expect(before).toBeGreaterThanOrEqual(1500);
    for (let count = 0; count < 100; count++) await send(client, "work", `t${count}`);
    for (let count = 0; count < 100; count++) await until(at, "work", `t${count}`, hasEnded);
    // Four changes of each new task were saved, and no old task was read for this.
    expect(reads).toBe(before);
    expect(entry.asyncTasks.size).toBeLessThanOrEqual(1000);
    expect([entry.asyncTasks.has("old0"), entry.asyncTasks.has("t99")]).toEqual([false, true]);
    at.clock.advance(8 * 24 * 3600);
    await send(client, "work", "newest");
    await until(at, "work", "newest", hasEnded);
    expect([...entry.asyncTasks.keys()]).toEqual(["newest"]);
  } finally {
    await at.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
