/** Asynchronous events: retries, destinations, tasks, and settings that are refused. */
import { Readable } from "node:stream";

import * as fc from "@alicloud/fc20230330";
import { RuntimeOptions } from "@darabonba/typescript";

import type { StoredAsyncTask } from "../../emulator";
import { Api, useEmulator, zipInput } from "./support";

const runtime = new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 });
/** A handler that fails as often as the number in its event, and then answers its version. */
const FLAKY = `let calls = 0;
exports.handler = async (event, context) => {
  calls += 1;
  if (calls <= Number(event)) throw new Error("version " + context.service.versionId);
  return context.service.versionId;
};`;

let now = Date.parse("2026-01-01T00:00:00Z");
const emulator = useEmulator({ now: () => new Date(now) });
let api: Api;
beforeEach(async () => {
  api = new Api(emulator());
  await api.create("work", { code: zipInput({ "index.js": FLAKY }) });
});
afterEach(async () => {
  for (const name of [...emulator().store.functions.keys()]) await api.delete(name);
});

async function configure(
  config: Partial<fc.PutAsyncInvokeConfigInput>,
  qualifier = "LATEST",
  name = "work",
): Promise<fc.AsyncConfig> {
  const body = new fc.PutAsyncInvokeConfigInput({ asyncTask: true, ...config });
  const request = new fc.PutAsyncInvokeConfigRequest({ qualifier, body });
  return (await api.sdk.putAsyncInvokeConfigWithOptions(name, request, {}, runtime)).body as fc.AsyncConfig;
}

async function send(event: string, taskId: string, qualifier = "LATEST"): Promise<number | undefined> {
  const request = new fc.InvokeFunctionRequest({ qualifier, body: Readable.from([Buffer.from(event)]) });
  const headers = new fc.InvokeFunctionHeaders({ xFcInvocationType: "Async", xFcAsyncTaskId: taskId });
  return (await api.sdk.invokeFunctionWithOptions("work", request, headers, runtime)).statusCode;
}

/** Waits until a task has ended, and returns the task. */
async function ended(taskId: string, name = "work"): Promise<StoredAsyncTask> {
  for (;;) {
    const task = emulator().store.functions.get(name)?.asyncTasks.get(taskId);
    if (task !== undefined && task.endTime > 0) return task;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it.each<[string, number, Partial<fc.PutAsyncInvokeConfigInput>, string, number]>([
  ["succeeds at once", 0, {}, "Succeeded", 0],
  ["succeeds at the last retry", 2, { maxAsyncRetryAttempts: 2 }, "Succeeded", 2],
  ["fails when retries are used up", 9, { maxAsyncRetryAttempts: 2 }, "Failed", 2],
  ["is tried four times by default", 9, {}, "Failed", 3],
  ["is tried once when no retry is allowed", 9, { maxAsyncRetryAttempts: 0 }, "Failed", 0],
])("an event %s", async (_what, failures, config, status, retried) => {
  await configure(config);
  expect(await send(String(failures), "t")).toBe(202);
  const task = await ended("t");
  expect([task.status, task.alreadyRetriedTimes]).toEqual([status, retried]);
  expect(task.events[0]).toMatchObject({ eventId: 1, status: "Enqueued" });
  expect(task.events.at(-1)).toMatchObject({ status });
  expect(task.returnPayload).toBe(status === "Succeeded" ? "LATEST" : "");
});

it("an event that is too old is not retried", async () => {
  await configure({ maxAsyncEventAgeInSeconds: 60 });
  const listening = emulator().store.functions.get("work");
  await send("9", "old");
  now += 61_000;
  expect((await ended("old")).status).toBe("Expired");
  expect(listening?.asyncTasks.get("old")?.alreadyRetriedTimes).toBeLessThan(3);
});

it("an event that is stopped while it runs counts as stopped, and is not tried again", async () => {
  await api.update("work", { code: zipInput({ "index.js": "exports.handler = () => new Promise((resolve, reject) => setTimeout(reject, 500, Error('late')));" }) }); // prettier-ignore
  await configure({});
  await send("0", "stopped");
  await api.sdk.stopAsyncTaskWithOptions("work", "stopped", new fc.StopAsyncTaskRequest({}), {}, runtime);
  const task = await ended("stopped");
  expect([task.status, task.alreadyRetriedTimes]).toEqual(["Stopped", 0]);
});

it.each(["a/b", "..", "1a", "-a", "a b", "a".repeat(129)])("the task id '%s' is refused", async (taskId) => {
  await expect(send("0", taskId)).rejects.toMatchObject({ code: "InvalidArgument", statusCode: 400 });
  expect(emulator().store.functions.get("work")?.asyncTasks.has(taskId)).toBe(false);
});

it("a task id can be used once", async () => {
  await configure({});
  await send("0", "twice");
  await ended("twice");
  await expect(send("0", "twice")).rejects.toMatchObject({ code: "EmulatorAsyncTaskExists", statusCode: 409 });
});

it.each([
  ["accepted", ["1", "1"]],
  ["attempt", ["1", "2"]],
] as const)("asyncDraw %s decides which version the attempts run", async (asyncDraw, versions) => {
  emulator().options.asyncDraw = asyncDraw;
  await api.publish("work");
  await api.update("work", { environmentVariables: { TWO: "2" } });
  await api.publish("work");
  await api.createAlias("work", "live", { versionId: "1", additionalVersionWeight: { "2": 0.5 } });
  await configure({ maxAsyncRetryAttempts: 1 }, "live");
  const draws = [0.9, 0.9, 0.1];
  emulator().options.random = () => draws.shift() ?? 0.1;
  await send("9", "drawn", "live");
  const { events } = await ended("drawn");
  emulator().options.asyncDraw = "accepted";
  const failed = events.filter(({ status }) => status === "Retrying" || status === "Failed");
  expect(failed.map(({ eventDetail }) => /version (\d)/.exec(eventDetail)?.[1])).toEqual(versions);
});

it.each([
  ["onSuccess", "0", "Success"],
  ["onFailure", "9", "RetriesExhausted"],
])(
  "the result is sent to the destination %s, if this is a function of the emulator",
  async (when, event, condition) => {
    await api.create("told", { code: zipInput({ "index.js": "exports.handler = async (event) => event;" }) });
    const { accountId, region } = emulator();
    const destination = { destination: `acs:fc:${region}:${accountId}:functions/told` };
    await configure({ maxAsyncRetryAttempts: 0, destinationConfig: new fc.DestinationConfig({ [when]: destination }) });
    await configure({}, "LATEST", "told");
    await send(event, "destined");
    expect((await ended("destined")).destinationStatus).toBe("Succeeded");
    const [taskId = ""] = emulator().store.functions.get("told")?.asyncTasks.keys() ?? [];
    const { returnPayload } = await ended(taskId, "told");
    expect(JSON.parse(returnPayload)).toMatchObject({ requestContext: { condition }, requestPayload: event });
  },
);

it.each<[string, Partial<fc.PutAsyncInvokeConfigInput>]>([
  ["maxAsyncRetryAttempts", { maxAsyncRetryAttempts: 9 }],
  ["maxAsyncEventAgeInSeconds", { maxAsyncEventAgeInSeconds: 0 }],
])("a %s that is out of range is refused", async (name, config) => {
  await expect(configure(config)).rejects.toMatchObject({ code: "InvalidArgument", message: expect.stringContaining(name) as string }); // prettier-ignore
});

it("provisioned instances start after provisionSeconds, for LATEST and aliases only", async () => {
  emulator().options.provisionSeconds = 30;
  await api.publish("work");
  const put = async (qualifier: string, defaultTarget: number) => {
    const body = new fc.PutProvisionConfigInput({ defaultTarget });
    const request = new fc.PutProvisionConfigRequest({ qualifier, body });
    return (await api.sdk.putProvisionConfigWithOptions("work", request, {}, runtime)).body;
  };
  await expect(put("1", 2)).rejects.toMatchObject({ code: "InvalidArgument" });
  expect(await put("LATEST", 2)).toMatchObject({ target: 2, current: 0 });
  now += 30_000;
  expect(await put("LATEST", 5)).toMatchObject({ target: 5, current: 2 });
  now += 30_000;
  const request = new fc.GetProvisionConfigRequest({ qualifier: "LATEST" });
  expect((await api.sdk.getProvisionConfigWithOptions("work", request, {}, runtime)).body).toMatchObject({
    current: 5,
  });
  emulator().options.provisionSeconds = 0;
  const gone = new fc.DeleteProvisionConfigRequest({ qualifier: "LATEST" });
  await api.sdk.deleteProvisionConfigWithOptions("work", gone, {}, runtime);
});
