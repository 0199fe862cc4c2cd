/** The environment of the demo: an emulator, a stack on the real engine, and a client that calls the function. */
import FcClient, { InvokeFunctionHeaders, InvokeFunctionRequest } from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import * as automation from "@pulumi/pulumi/automation";
import type { Emulator } from "pulumi-alicloud-fc/emulator";
import { setStage as setEngineStage } from "../../cli/simulation/stage";

/** Result of one `pulumi up`. */
export interface Deployed {
  /** Operations that the service received, in order. */
  readonly calls: readonly string[];
  /** Requests that changed something. */
  readonly changes: readonly string[];
  /** Map from version id to percent, as the service has it. */
  readonly split: Readonly<Record<string, number>>;
  /** The messages of the resources, one line each. */
  readonly reported: readonly string[];
  /** Error message of the run; undefined if it succeeded. */
  readonly failure?: string;
}

/** Answers of the alias, counted by version. */
export interface Answers {
  readonly counts: Readonly<Record<string, number>>;
  /** Number of answers that are failures of the function. */
  readonly failed: Readonly<Record<string, number>>;
  /** Text of one of the failures. */
  readonly failure?: string;
}

/** The environment of the demo. The environment must be closed in any case. */
export interface Stage {
  readonly folder: string;
  /** Address of the emulator. */
  readonly endpoint: string;
  up(): Promise<Deployed>;
  invoke(times: number): Promise<Answers>;
  /** Moves the emulator's clock forward. */
  pass(minutes: number): void;
  /** Waits for a running `up`, because a killed engine leaves processes behind, and ends everything. May be called twice. */
  close(): Promise<void>;
}

/** Function and alias of the demo. */
export const NAMES = { functionName: "demo", aliasName: "prod" };

const PARALLEL = 8;

/** Creates the environment for a program. */
export async function setStage(engine: string, program: automation.PulumiFn): Promise<Stage> {
  const pulumi = await automation.PulumiCommand.get({ root: engine });
  const { folder, emulator, run, close } = await setEngineStage({ name: "demo", pulumi, program });
  return {
    folder,
    endpoint: emulator.endpoint,
    up: () => run((stack) => up(emulator, stack)),
    invoke: (times) => invokeAll(emulator, times),
    pass: (minutes) => emulator.clock.advance(60 * minutes),
    close,
  };
}

async function up(emulator: Emulator, stack: automation.Stack): Promise<Deployed> {
  const before = { all: emulator.requests.length, applied: emulator.mutations().length };
  const ended = await stack.up().then(
    ({ stdout }) => ({ printed: stdout }),
    (error: unknown) => ({ printed: error instanceof Error ? error.message : String(error), failed: true }),
  );
  const diagnostics = /^Diagnostics:\n([\s\S]*?)^\S/m.exec(ended.printed)?.[1];
  const reported = (diagnostics ?? "").split("\n").flatMap((line) => /^ {4}(\S.*)/.exec(line)?.[1]?.trim() ?? []);
  return {
    calls: emulator.requests.slice(before.all).map(({ operation }) => operation),
    changes: emulator
      .mutations()
      .slice(before.applied)
      .map(({ operation }) => operation),
    split: splitOf(emulator),
    reported,
    ...("failed" in ended ? { failure: diagnostics?.trimEnd() ?? ended.printed } : {}),
  };
}

function splitOf(emulator: Emulator): Record<string, number> {
  const alias = emulator.store.functions.get(NAMES.functionName)?.aliases.get(NAMES.aliasName);
  if (alias === undefined) return {};
  const { versionId, additionalVersionWeight } = alias;
  const others = Object.entries(additionalVersionWeight).map(([id, weight]) => [id, Math.round(weight * 1000) / 10]);
  const rest = others.reduce((left, [, percent]) => left - Number(percent), 100);
  return { [versionId]: rest, ...(Object.fromEntries(others) as Record<string, number>) };
}

async function invokeAll(emulator: Emulator, times: number): Promise<Answers> {
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
  const failed: Record<string, number> = {};
  let failure: string | undefined;
  let left = times;
  const caller = async () => {
    while (left-- > 0) {
      const answer = await invokeOnce(client);
      counts[answer.version] = (counts[answer.version] ?? 0) + 1;
      if (answer.failure === undefined) continue;
      failed[answer.version] = (failed[answer.version] ?? 0) + 1;
      failure = answer.failure;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, caller));
  return { counts, failed, ...(failure === undefined ? {} : { failure }) };
}

async function invokeOnce(client: FcClient): Promise<{ version: string; failure?: string }> {
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
  const version = headers?.["x-fc-invocation-function-version"] ?? "?";
  if (!errorType) return { version };
  return { version, failure: `the function failed with ${errorType}: ${messageOf(Buffer.concat(chunks).toString())}` };
}

function messageOf(body: string): string {
  try {
    const { errorMessage } = JSON.parse(body) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : body;
  } catch {
    return body;
  }
}
