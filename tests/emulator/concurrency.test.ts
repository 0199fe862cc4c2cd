/** Many requests at the same time, and many on one connection. */
import * as http from "node:http";

import * as fc from "@alicloud/fc20230330";

import { Api, useEmulator, zipInput } from "./support";

const REQUESTS = 200;

const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator(), {}, 60_000);
});

/** Data about the instance, in each answer of the function. */
interface Answer {
  readonly instance: string;
  /** Number of this request on its instance, from 1. */
  readonly served: number;
  /** Largest number of requests that the instance had at the same time. */
  readonly most: number;
}

/** Calls a function this number of times at the same time. */
async function burst(name: string): Promise<Answer[]> {
  const answers = await Promise.all(Array.from({ length: REQUESTS }, () => api.invoke(name)));
  expect(answers.filter(({ status, errorType }) => status !== 200 || errorType !== undefined)).toEqual([]);
  return answers.map(({ body }) => JSON.parse(body) as Answer);
}

async function instances(name: string): Promise<number> {
  const { body } = await api.sdk.listInstancesWithOptions(name, new fc.ListInstancesRequest({}), {}, api.runtime);
  return body?.instances?.length ?? -1;
}

const STATE = `
  const instance = process.env.FC_INSTANCE_ID;
  let served = 0, busy = 0, most = 0;
  const work = async () => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 5));
    busy--;
    return JSON.stringify({ instance, served: ++served, most });
  };`;

/** How many requests each instance served. */
function servedBy(answers: readonly Answer[]): Map<string, number> {
  const served = new Map<string, number>();
  for (const each of answers) served.set(each.instance, Math.max(served.get(each.instance) ?? 0, each.served));
  return served;
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);

it("200 invocations at the same time use 8 instances, one request in each at a time, and the next 200 use the same instances", async () => {
  await api.create("handler", { code: zipInput({ "index.js": `${STATE} exports.handler = work;` }) });
  const first = await burst("handler");
  const served = servedBy(first);
  expect(served.size).toBe(8);
  expect(await instances("handler")).toBe(8);
  expect(sum(served.values())).toBe(REQUESTS);
  expect(Math.max(...first.map(({ most }) => most))).toBe(1);
  const again = servedBy([...first, ...(await burst("handler"))]);
  expect([...again.keys()].sort()).toEqual([...served.keys()].sort());
  expect(sum(again.values())).toBe(2 * REQUESTS);
});

it("of 200 requests at the same time to a custom runtime, each instance gets up to its concurrency, and none is lost", async () => {
  const server = `${STATE}
    require("node:http").createServer((request, response) => {
      request.resume().on("end", async () => response.end(await work()));
    }).listen(process.env.FC_CUSTOM_LISTEN_PORT, "127.0.0.1");`;
  await api.create("server", {
    runtime: "custom.debian12",
    handler: "none",
    instanceConcurrency: 40,
    timeout: 60,
    customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["node", "server.js"], port: 9491 }),
    code: zipInput({ "server.js": server }),
  });
  const answers = await burst("server");
  const served = servedBy(answers);
  expect(sum(served.values())).toBe(REQUESTS);
  expect(served.size).toBeLessThanOrEqual(REQUESTS / 40);
  const most = Math.max(...answers.map((answer) => answer.most));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(40);
});

it("200 concurrent changes are all applied", async () => {
  await api.create("changed");
  const before = emulator().store.functions.get("changed")?.revision ?? 0;
  await Promise.all(Array.from({ length: REQUESTS }, (_, i) => api.update("changed", { description: String(i) })));
  expect(emulator().store.functions.get("changed")?.revision).toBe(before + REQUESTS);
});

it("a connection is used for many requests, also after a refusal, and stays open longer than a polling client waits", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  let keepAlive = "";
  try {
    for (const path of ["/2023-03-30/functions", "/no/such/path", "/2023-03-30/functions/%", "/2023-03-30/functions"]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const request = http.request(`${emulator().endpoint}${path}`, { agent, method: "PUT" }, (response) => {
          ports.add(response.socket.localPort);
          keepAlive = String(response.headers["keep-alive"]);
          response.resume().on("end", () => resolve(response.statusCode));
        });
        request.on("error", reject).end('{"functionName": "f"}');
      });
      expect(status).toBeGreaterThanOrEqual(400);
    }
  } finally {
    agent.destroy();
  }
  expect(ports.size).toBe(1);
  expect(Number(/timeout=(\d+)/.exec(keepAlive)?.[1])).toBeGreaterThanOrEqual(60);
});
