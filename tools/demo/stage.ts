/** Where the demo plays: an emulator, a stack of its own on the real engine, and a caller. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import FcClient, { InvokeFunctionHeaders, InvokeFunctionRequest } from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";

/** What one `pulumi up` did. */
export interface Deployed {
  /** Operations that reached the service, in order. */
  readonly calls: readonly string[];
  /** Those of them that changed something. */
  readonly changes: readonly string[];
  readonly split: Readonly<Record<string, number>>;
}

/** The stage; close it whatever happens. */
export interface Stage {
  readonly folder: string;
  up(): Promise<Deployed>;
  /** Invokes the alias and counts by the version that answered. */
  invoke(times: number): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Function and alias of the demo. */
export const NAMES = { functionName: "demo", aliasName: "prod" };

const PARALLEL = 8;

/** Sets a stage for a program. */
export async function setStage(engine: string, program: automation.PulumiFn): Promise<Stage> {
  const emulator = await startEmulator({});
  const folder = mkdtempSync(join(tmpdir(), "fc-demo-"));
  mkdirSync(join(folder, "state"));
  Object.assign(process.env, emulator.env);
  const stack = await automation.LocalWorkspace.createOrSelectStack(
    { stackName: "demo", projectName: "demo", program },
    {
      pulumiCommand: await automation.PulumiCommand.get({ root: engine }),
      pulumiHome: join(folder, "home"),
      envVars: {
        ...emulator.env,
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "demo",
      },
    },
  );
  return {
    folder,
    up: () => up(emulator, stack),
    invoke: (times) => invokeAll(emulator, times),
    close: async () => {
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function up(emulator: Emulator, stack: automation.Stack): Promise<Deployed> {
  const before = emulator.requests.length;
  const { outputs } = await stack.up();
  const requests = emulator.requests.slice(before);
  return {
    calls: requests.map(({ operation }) => operation),
    changes: requests.filter(({ mutating }) => mutating).map(({ operation }) => operation),
    split: outputs["split"]?.value as Record<string, number>,
  };
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
  if (headers?.["x-fc-error-type"]) throw new Error(`the function failed: ${Buffer.concat(chunks).toString()}`);
  return headers?.["x-fc-invocation-function-version"] ?? "?";
}
