/**
 * `npm run bench:emulator` compares the emulator with a bare Node.js server: calls per second, time of a start, and
 * memory. It also measures invocations, large events, the memory of a thousand functions, and the cost of a data
 * folder. Each server runs in a separate process. One client, the official SDK, calls the servers in turn.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import FcClient, * as fc from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { zipSync } from "fflate";

import { type Calls, type Kept, emulatorText } from "./emulatorReport";
import { largeEvents } from "./largeEvents";
import type { Address, Kind } from "./servers";
import { type Comparison, compare, summary } from "./statistics";

const ROUNDS = 7;
const CONTROL_CALLS = 600;
const INVOCATIONS = 300;
/** Number of concurrent calls. */
const PARALLEL = 8;
const FUNCTIONS = 1000;
/** Number of functions while the cost of a data folder is measured. */
const KEPT = [10, 1000];

const runtime = new RuntimeOptions({ readTimeout: 60_000, connectTimeout: 60_000 });

/** A server in a separate process. */
class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly client: FcClient,
    /** Time from fork to listening, in ms. */
    readonly startMs: number,
  ) {}

  static async start(kind: Kind, dataDir?: string): Promise<Server> {
    const started = performance.now();
    const child = fork(join(__dirname, "servers.js"), dataDir === undefined ? [kind] : [kind, dataDir]);
    const { endpoint, accessKeyId, accessKeySecret } = await heard<Address>(child);
    const startMs = performance.now() - started;
    const config = { accessKeyId, accessKeySecret, endpoint: new URL(endpoint).host, protocol: "http" };
    const client = new FcClient(new $OpenApiUtil.Config({ ...config, regionId: "cn-hangzhou" }));
    return new Server(child, client, startMs);
  }

  /** Memory of the process, in MB. */
  async memory(): Promise<number> {
    this.child.send("memory");
    return (await heard<number>(this.child)) / 2 ** 20;
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await once(this.child, "exit");
  }
}

function heard<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once("message", (message) => resolve(message as T)));
}

/** Calls per second with this number of concurrent calls. */
async function rate(count: number, call: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return count / ((performance.now() - started) / 1000);
}

async function create(client: FcClient, functionName: string): Promise<void> {
  const source = Buffer.from("exports.handler = async () => 'ok';");
  const zipFile = Buffer.from(zipSync({ "index.js": source })).toString("base64");
  const input = {
    functionName,
    runtime: "nodejs20",
    handler: "index.handler",
    code: new fc.InputCodeLocation({ zipFile }),
  };
  const request = new fc.CreateFunctionRequest({ body: new fc.CreateFunctionInput(input) });
  await client.createFunctionWithOptions(request, {}, runtime);
}

const read = (client: FcClient) => client.getFunctionWithOptions("f", new fc.GetFunctionRequest({}), {}, runtime);

const update = (client: FcClient, index: number) => {
  const body = new fc.UpdateFunctionInput({ description: String(index) });
  return client.updateFunctionWithOptions("f", new fc.UpdateFunctionRequest({ body }), {}, runtime);
};

async function invoke(client: FcClient): Promise<void> {
  const request = new fc.InvokeFunctionRequest({ body: Readable.from([Buffer.from("{}")]) });
  const headers = new fc.InvokeFunctionHeaders({});
  const { body } = await client.invokeFunctionWithOptions("f", request, headers, runtime);
  for await (const _chunk of body ?? []) void _chunk;
}

/**
 * Measures one kind of call on both servers in turn. In the result, `ours` is the emulator. Results are calls per
 * second.
 */
async function compared(
  servers: Record<Kind, Server>,
  count: number,
  call: (client: FcClient, index: number) => Promise<unknown>,
): Promise<Comparison> {
  const pairs: { ours: number; floor: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = () => rate(count, (index) => call(servers.emulator.client, round * count + index));
    const floor = () => rate(count, (index) => call(servers.bare.client, index));
    if (round % 2 === 0) pairs.push({ ours: await ours(), floor: await floor() });
    else {
      const second = await floor();
      pairs.push({ ours: await ours(), floor: second });
    }
  }
  return compare(pairs);
}

async function kept(functions: number): Promise<Kept> {
  const folder = mkdtempSync(join(tmpdir(), "bench-emulator-"));
  const without = await Server.start("emulator");
  let server = await Server.start("emulator", folder);
  try {
    for (const { client } of [server, without]) {
      await create(client, "f");
      for (let i = 1; i < functions; i++) await create(client, `n${i}`);
    }
    const changes = await compared({ emulator: server, bare: without }, CONTROL_CALLS, update);
    const memory = await server.memory();
    const starts: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await server.stop();
      server = await Server.start("emulator", folder);
      starts.push(server.startMs);
    }
    return { functions, changes, memory, startMs: summary(starts).median };
  } finally {
    await Promise.all([server.stop(), without.stop()]);
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const servers = { emulator: await Server.start("emulator"), bare: await Server.start("bare") };
  const { client } = servers.emulator;
  await create(client, "f");
  await invoke(client);
  const calls: Calls[] = [
    { what: "GetFunction", kind: "control", rates: await compared(servers, CONTROL_CALLS, read) },
    { what: "UpdateFunction", kind: "control", rates: await compared(servers, CONTROL_CALLS, update) },
    { what: "InvokeFunction, warm", kind: "warm", rates: await compared(servers, INVOCATIONS, invoke) },
  ];
  const before = await servers.emulator.memory();
  for (let i = 0; i < FUNCTIONS; i++) await create(client, `n${i}`);
  const memory = { before, functions: FUNCTIONS, after: await servers.emulator.memory() };
  const events = await largeEvents(client);
  for (const server of Object.values(servers)) await server.stop();
  const start = { emulator: await startMs("emulator"), bare: await startMs("bare") };
  const folders: Kept[] = [];
  for (const functions of KEPT) folders.push(await kept(functions));
  const machine = `${cpus().length} cores with a load of ${loadavg()[0]?.toFixed(0)} at the end, Node.js ${process.versions.node}, ${ROUNDS} rounds, ${PARALLEL} calls at once`; // prettier-ignore
  console.log(emulatorText({ machine, calls, events, memory, start, folders }));
}

/** Start to listening, ms: the median of the rounds. */
async function startMs(kind: Kind): Promise<number> {
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const server = await Server.start(kind);
    starts.push(server.startMs);
    await server.stop();
  }
  return summary(starts).median;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  // The servers end with this process.
  process.exit(1);
});
