/**
 * `npm run bench:emulator`: what the emulator's checks and its state cost beside a bare Node.js server, how fast functions are
 * called, what a thousand of them weigh, how long a start takes, and what a data folder adds. Servers are processes of their own; one client, the official
 * SDK, calls them by turns.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import FcClient, * as fc from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { zipSync } from "fflate";

import type { Address, Kind } from "./servers";
import { type Comparison, compare, summary } from "./statistics";

const ROUNDS = 7;
const CONTROL_CALLS = 600;
const INVOCATIONS = 300;
/** Calls under way at once. */
const PARALLEL = 8;
const FUNCTIONS = 1000;
/** How many functions there are while changes are kept in a data folder. */
const KEPT = [10, 1000];

/** Sizes of large events, MB; their times rise with the size if each byte is read once. */
const EVENT_MB = [8, 16, 32];

/** Runtimes that are called with large events. */
const EVENT_RUNTIMES = ["nodejs20", "python3.12"];

const runtime = new RuntimeOptions({ readTimeout: 60_000, connectTimeout: 60_000 });

/** A server in a process of its own. */
class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly client: FcClient,
    /** From fork to listening, ms. */
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

  /** Memory of the process, MB. */
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

/** Calls per second, so many at once. */
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

/** One kind of call on both servers, by turns; `ours` is the emulator. Calls per second. */
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

/** What a data folder adds with so many functions. */
interface Kept {
  readonly functions: number;
  /** Changes per second with the folder, and without. */
  readonly changes: Comparison;
  /** MB. */
  readonly memory: number;
  /** Start to listening on the folder, ms. */
  readonly startMs: number;
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
  const rows: [string, Comparison][] = [
    ["GetFunction", await compared(servers, CONTROL_CALLS, read)],
    ["UpdateFunction", await compared(servers, CONTROL_CALLS, update)],
    ["InvokeFunction, warm", await compared(servers, INVOCATIONS, invoke)],
  ];
  const events: [string, number[]][] = [];
  for (const name of EVENT_RUNTIMES) events.push([name, await eventSeconds(client, name)]);
  const before = await servers.emulator.memory();
  for (let i = 0; i < FUNCTIONS; i++) await create(client, `n${i}`);
  const after = await servers.emulator.memory();
  for (const server of Object.values(servers)) await server.stop();
  const starts: Record<Kind, number[]> = { emulator: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ["emulator", "bare"] as const) {
      const server = await Server.start(kind);
      starts[kind].push(server.startMs);
      await server.stop();
    }
  }
  const folders: Kept[] = [];
  for (const functions of KEPT) folders.push(await kept(functions));
  console.log(
    `${cpus().length} cores, Node.js ${process.versions.node}, ${ROUNDS} rounds, ${PARALLEL} calls at once\n`,
  );
  for (const [what, { ours, floor, ratio }] of rows) {
    console.log(
      `${what}: ${ours.median.toFixed(0)}/s, bare server ${floor.median.toFixed(0)}/s, ratio ${shareOf(ratio)}`,
    );
  }
  for (const [name, seconds] of events) {
    const each = EVENT_MB.map((size, at) => `${size} MB ${seconds[at]?.toFixed(2)} s`);
    console.log(`large events, ${name}: ${each.join(", ")}`);
  }
  console.log(`memory: ${before.toFixed(0)} MB, with ${FUNCTIONS} functions more ${after.toFixed(0)} MB`);
  const [ours, floor] = [summary(starts.emulator), summary(starts.bare)];
  console.log(`start: ${ours.median.toFixed(0)} ms, bare server ${floor.median.toFixed(0)} ms`);
  for (const { functions, changes, memory, startMs } of folders) {
    console.log(
      `--data, ${functions} functions: UpdateFunction ${changes.ours.median.toFixed(0)}/s, without ` +
        `${changes.floor.median.toFixed(0)}/s, ratio ${shareOf(changes.ratio)}; memory ${memory.toFixed(0)} MB, ` +
        `start ${startMs.toFixed(0)} ms`,
    );
  }
}

/** Seconds a warm function takes to be called with an event of each size, the fastest of three. */
async function eventSeconds(client: FcClient, runtimeName: string): Promise<number[]> {
  const functionName = `large-${runtimeName.replace(".", "-")}`;
  const files = {
    "index.js": Buffer.from("exports.handler = async (event) => String(event.length);"),
    "index.py": Buffer.from("def handler(event, context):\n    return str(len(event))\n"),
  };
  const code = new fc.InputCodeLocation({ zipFile: Buffer.from(zipSync(files)).toString("base64") });
  const handler = "index.handler";
  const body = new fc.CreateFunctionInput({ functionName, runtime: runtimeName, handler, code, memorySize: 1024, timeout: 120 }); // prettier-ignore
  await client.createFunctionWithOptions(new fc.CreateFunctionRequest({ body }), {}, runtime);
  const seconds: number[] = [];
  for (const size of EVENT_MB) {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const request = new fc.InvokeFunctionRequest({ body: Readable.from([Buffer.alloc(size * 2 ** 20, 120)]) });
      const started = performance.now();
      await client.invokeFunctionWithOptions(functionName, request, new fc.InvokeFunctionHeaders({}), runtime);
      times.push((performance.now() - started) / 1000);
    }
    seconds.push(Math.min(...times));
  }
  return seconds;
}

function shareOf({ median, low, high }: Comparison["ratio"]): string {
  return `${median.toFixed(2)} [${low.toFixed(2)} … ${high.toFixed(2)}]`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
