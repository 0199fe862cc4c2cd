/** The environment of the demo: an emulator, a stack on the real engine, and a client that calls the function. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import FcClient, { InvokeFunctionHeaders, InvokeFunctionRequest } from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";

/** Result of one `pulumi up`. */
export interface Deployed {
  /** Operations that the service received, in order. */
  readonly calls: readonly string[];
  /** Those that changed something. */
  readonly changes: readonly string[];
  readonly split: Readonly<Record<string, number>>;
}

/** The environment. It has to be closed in any case. */
export interface Stage {
  readonly folder: string;
  /** Address of the emulator. */
  readonly endpoint: string;
  up(): Promise<Deployed>;
  /** Invokes the alias, and counts the answers by version. */
  invoke(times: number): Promise<Record<string, number>>;
  /**
   * Waits for a running `up`, since a killed engine leaves processes behind, and ends everything. May be called twice.
   */
  close(): Promise<void>;
}

/** Function and alias of the demo. */
export const NAMES = { functionName: "demo", aliasName: "prod" };

const PARALLEL = 8;

/** Makes the environment for a program. */
export async function setStage(engine: string, program: automation.PulumiFn): Promise<Stage> {
  const emulator = await startEmulator({});
  const folder = mkdtempSync(join(tmpdir(), "fc-demo-"));
  let running: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const clear = async () => {
    await running.catch(() => undefined);
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const close = () => (closing ??= clear());
  /** Makes `close` wait for a running operation of the engine. */
  const held = <T>(operation: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(new Error("the demo was stopped"));
    const started = operation();
    running = started;
    return started;
  };
  Object.assign(process.env, emulator.env);
  try {
    const stack = await held(() => newStack(engine, folder, emulator, program));
    return {
      folder,
      endpoint: emulator.endpoint,
      up: () => held(() => up(emulator, stack)),
      invoke: (times) => invokeAll(emulator, times),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function newStack(
  engine: string,
  folder: string,
  emulator: Emulator,
  program: automation.PulumiFn,
): Promise<automation.Stack> {
  for (const name of ["state", "work"]) mkdirSync(join(folder, name));
  return await automation.LocalWorkspace.createOrSelectStack(
    { stackName: "demo", projectName: "demo", program },
    {
      pulumiCommand: await automation.PulumiCommand.get({ root: engine }),
      // The default would be a temporary folder that is not removed.
      workDir: join(folder, "work"),
      pulumiHome: join(folder, "home"),
      envVars: {
        ...emulator.env,
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "demo",
      },
    },
  );
}

async function up(emulator: Emulator, stack: automation.Stack): Promise<Deployed> {
  const before = { all: emulator.requests.length, applied: emulator.mutations().length };
  const { outputs } = await stack.up().catch((error: unknown) => Promise.reject(diagnosed(error)));
  return {
    calls: emulator.requests.slice(before.all).map(({ operation }) => operation),
    changes: emulator
      .mutations()
      .slice(before.applied)
      .map(({ operation }) => operation),
    split: outputs["split"]?.value as Record<string, number>,
  };
}

/** The error with the engine's diagnostics only; the original error has the whole output twice. */
function diagnosed(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const found = /^Diagnostics:\n([\s\S]*?)^\S/m.exec(text)?.[1];
  return new Error(`pulumi up failed:\n${found?.trimEnd() ?? text}`);
}

async function invokeAll(emulator: Emulator, times: number): Promise<Record<string, number>> {
  const { accessKeyId, accessKeySecret, endpoint } = emulator;
  const client = new FcClient(
    new $OpenApiUtil.Config({
      accessKeyId,
      accessKeySecret,
      protocol: "http",
      endpoint: endpoint.replace("http://", ""),
    }),
  );
  const counts: Record<string, number> = {};
  let left = times;
  const caller = async () => {
    while (left-- > 0) {
      const version = await invokeOnce(client);
      counts[version] = (counts[version] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, caller));
  return counts;
}

async function invokeOnce(client: FcClient): Promise<string> {
  const request = new InvokeFunctionRequest({ qualifier: NAMES.aliasName });
  const runtime = new RuntimeOptions({ readTimeout: 60_000, connectTimeout: 60_000 });
  const { headers, body } = await client.invokeFunctionWithOptions(
    NAMES.functionName,
    request,
    new InvokeFunctionHeaders({}),
    runtime,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  const errorType = headers?.["x-fc-error-type"];
  if (errorType) throw new Error(`the function failed with ${errorType}: ${failure(Buffer.concat(chunks).toString())}`);
  return headers?.["x-fc-invocation-function-version"] ?? "?";
}

function failure(body: string): string {
  try {
    const { errorMessage } = JSON.parse(body) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : body;
  } catch {
    return body;
  }
}
