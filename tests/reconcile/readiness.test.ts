/** How long a function is read until it is usable, and what is shown meanwhile. Time is simulated. */
import type { ObservedFunction } from "../../provider/core/model";
import { waitUntilReady } from "../../provider/reconcile/readiness";
import { answers, simulated } from "./simulated";

const ready = { state: "Active", lastUpdateStatus: "Successful" };
const pending = { state: "Pending", lastUpdateStatus: "InProgress" };
const failed = { state: "Failed", stateReason: "no image", lastUpdateStatus: "Failed" };

async function run(first: ObservedFunction, reads: (object | undefined)[], waitSeconds?: number) {
  const { session, slept } = simulated();
  const read = answers(reads);
  const shown: string[] = [];
  const names: string[] = [];
  const api = {
    getFunction: (name: string) => {
      names.push(name);
      return read.next();
    },
  };
  const report = { ...session.report, progress: (urn: string, message: string) => shown.push(`${urn}: ${message}`) };
  const inputs = {
    functionName: "api",
    resourceUrn: "urn" as never,
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
  const at = { ...session, report, api: api as never };
  const result = await waitUntilReady(at, inputs, first).catch((error: unknown) => (error as Error).message);
  return { result, read: names, shown, waited: slept.reduce((sum, each) => sum + each, 0) };
}

it("a usable function is not read again", async () => {
  expect(await run(ready, [])).toEqual({ result: ready, read: [], shown: [], waited: 0 });
});

it("a function is read until it is usable, also if a read does not find it", async () => {
  const line = (seconds: number) =>
    `urn: waiting for function api (${seconds} s): state Pending, lastUpdateStatus InProgress`;
  const expected = { read: ["api", "api", "api"], shown: [line(0), line(1), line(2)], waited: 3_500 };
  expect(await run(pending, [undefined, pending, ready])).toEqual({ result: ready, ...expected });
});

it("a function that failed is an error", async () => {
  expect(await run(pending, [failed])).toMatchObject({
    result: "function api is not usable: state Failed, no image, lastUpdateStatus Failed",
    read: ["api"],
  });
});

it("a function that does not become usable in time is an error", async () => {
  const late = (seconds: number) =>
    `function api did not become usable within ${seconds} s: state Pending, lastUpdateStatus InProgress; customTimeouts allows more`;
  expect(await run(pending, [pending], 2)).toMatchObject({ result: late(2), waited: 2_000 });
  expect(await run(pending, [pending])).toMatchObject({ result: late(600), waited: 600_000 });
});
