/** InvokeFunction: finds the version, runs it, and makes the answer. */
import { ArchiveRefused } from "../../../archive/unpack";
import { type Action, type ApiRequest, type ApiResponse, type World } from "../api";
import {
  caExited,
  caFileNotFound,
  caFilePermission,
  entityTooLarge,
  functionNotStarted,
  invalidArgument,
  invocationDisabled,
  notImplemented,
  type ServiceError,
} from "../../base/errors";
import { layerArns } from "../fields";
import type { FinishedInvocation } from "../invocations";
import {
  acceptAsync,
  type AsyncInvocation,
  type DestinationEvent,
  eventOf,
  isEnded,
  resumeAsync,
} from "../asyncInvocations";
import { field, isObject, type Json, type JsonObject, textOf } from "../../base/json";
import type { CodePackage, Snapshot, StoredFunction } from "../../state/model";
import { newRequestId } from "../../base/requestId";
import type { Hook, Hooks, HttpRequest, InvocationContext, Job, Outcome, Phase } from "../../runtimes/instance";
import { NotRunnable } from "../../runtimes/language";
import { insteadOf, languageOf } from "../../runtimes/languages";
import type { HandlerProgram, PoolResult, ServerProgram, Workload } from "../../runtimes/pool";
import { NotStarted } from "../../runtimes/serverInstance";
import { drawVersion, sharesOf } from "../weights";
import { findFunction, findQualified, findVersion, LATEST } from "./lookup";

/** Largest event of a synchronous invocation, in bytes. Source: documentation. */
export const MAX_SYNC_BYTES = 32 * 1024 * 1024;

/** Largest event of an asynchronous invocation, in bytes. Source: documentation. */
export const MAX_ASYNC_BYTES = 128 * 1024;

/** Largest size of the log in a Tail answer, in bytes. Source: documentation. */
const LOG_BYTES = 4096;

/** The target of an invocation. */
interface Target {
  readonly entry: StoredFunction;
  readonly snapshot: Snapshot;
  /** The qualifier in the request: LATEST, a version or an alias. */
  readonly qualifier: string;
  /** LATEST or the version that runs. */
  readonly versionId: string;
  /** Share of each version of the alias, 0 to 1. */
  readonly shares?: Readonly<Record<string, number>>;
}

export const invokeFunction: Action = async (world, request) => {
  const entry = findFunction(world, request);
  const isAsync = invocationType(request.headers["x-fc-invocation-type"]) === "async";
  const limit = isAsync ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
  if (request.body.length > limit) throw entityTooLarge(limit);
  const { operation, requestId, body: event } = request;
  const call: Call = { operation, requestId, event, invocationType: isAsync ? "async" : "sync" };
  const target = resolveTarget(world, entry, request.query["qualifier"]);
  const workload = workloadOf(world, operation, target);
  if (!isAsync) return respond(world, request, target, await invoke(world, call, target, workload));
  const taskId = taskIdOf(request.headers["x-fc-async-task-id"]);
  accept(world, call, target, taskId ?? requestId);
  return { status: 202, headers: taskId === undefined ? {} : { "x-fc-async-task-id": taskId } };
};

/** The id that a caller gives to an asynchronous event. Throws for another form than documented. */
export function taskIdOf(given: string | undefined): string | undefined {
  if (given === undefined || /^[A-Za-z_][\w-]{0,127}$/.test(given)) return given;
  throw invalidArgument(
    `x-fc-async-task-id is ${JSON.stringify(given)}; allowed: 1 to 128 letters, digits, - and _, beginning with a letter or _`,
  );
}

function accept(world: World, call: Call, target: Target, taskId: string): void {
  acceptAsync(world, asyncInvocation(world, call, target, taskId), world.store.hold(...packagesOf(target.snapshot)));
}

function asyncInvocation(world: World, call: Call, target: Target, taskId: string): AsyncInvocation {
  const { requestId, event } = call;
  const { entry, qualifier, versionId } = target;
  const run = () => runAsync(world, call, target);
  return { entry, qualifier, versionId, requestId, event, taskId, run, send: (to) => sendAsync(world, to) };
}

/** Resumes the tasks that had not ended when the emulator was closed or killed. An event may then run twice. */
export function resumeTasks(world: World): void {
  for (const entry of world.store.functions.values()) {
    for (const task of [...entry.asyncTasks.values()].filter((each) => !isEnded(each))) {
      const { requestId, qualifier, versionId, taskId } = task;
      const call: Call = { operation: "InvokeFunction", requestId, event: eventOf(task), invocationType: "async" };
      const target: Target = {
        entry,
        qualifier,
        versionId,
        // Throws for a deleted version only if the version is to run.
        get snapshot() {
          return versionId === LATEST ? entry : findVersion(entry, versionId);
        },
      };
      const used = versionId === LATEST ? entry : entry.versions.get(versionId);
      const release = world.store.hold(...(used === undefined ? [] : packagesOf(used)));
      resumeAsync(world, asyncInvocation(world, call, target, taskId), task, release);
    }
  }
}

/**
 * Runs one attempt. A switch decides whether it runs the version that was chosen when the event was accepted, or
 * chooses again.
 */
async function runAsync(world: World, call: Call, target: Target): Promise<PoolResult> {
  const { asyncDraw } = world.options;
  const again = asyncDraw === "accepted" ? target : resolveTarget(world, target.entry, target.qualifier);
  return await invoke(world, call, again, workloadOf(world, call.operation, again));
}

/** Accepts an event for a destination. The function of the destination may have been deleted meanwhile. */
function sendAsync(world: World, { functionName, qualifier, event }: DestinationEvent): void {
  const entry = world.store.functions.get(functionName);
  if (entry === undefined) return;
  const requestId = newRequestId();
  const call: Call = { operation: "InvokeFunction", requestId, event, invocationType: "async" };
  accept(world, call, resolveTarget(world, entry, qualifier), requestId);
}

/** One invocation, by InvokeFunction, an HTTP trigger, a domain or a destination. */
export interface Call extends Pick<FinishedInvocation, "requestId" | "invocationType" | "http"> {
  /** Name of the operation in error messages. */
  readonly operation: string;
  readonly event: Buffer;
  /** The HTTP request, which a custom runtime receives instead of the event. */
  readonly request?: HttpRequest;
}

/** Runs the target of a qualifier. A failure of the function is an outcome and not an error. */
export async function runQualified(
  world: World,
  entry: StoredFunction,
  qualifier: string,
  call: Call,
): Promise<{ readonly outcome: Outcome; readonly versionId: string; readonly instanceId: string }> {
  const target = resolveTarget(world, entry, qualifier);
  const { outcome, instanceId } = await invoke(world, call, target, workloadOf(world, call.operation, target));
  return { outcome, instanceId, versionId: target.versionId };
}

/** Accepts an asynchronous event for the target of a qualifier. */
export function acceptQualified(
  world: World,
  entry: StoredFunction,
  qualifier: string,
  call: Call,
  taskId: string,
): void {
  const target = resolveTarget(world, entry, qualifier);
  // Throws at once for a target that cannot run.
  workloadOf(world, call.operation, target);
  accept(world, call, target, taskId);
}

function resolveTarget(world: World, entry: StoredFunction, qualifier: string | undefined): Target {
  if (entry.invocationRestriction !== undefined) throw invocationDisabled(entry.functionName);
  const found = findQualified(world, entry, qualifier);
  if (found.kind === "latest") return { entry, snapshot: entry, qualifier: LATEST, versionId: LATEST };
  if (found.kind === "version") {
    const { versionId } = found.version;
    return { entry, snapshot: found.version, qualifier: versionId, versionId };
  }
  const versionId = drawVersion(found.alias, world.options.random);
  const snapshot = versionId === LATEST ? entry : findVersion(entry, versionId);
  return { entry, snapshot, qualifier: found.alias.aliasName, versionId, shares: sharesOf(found.alias) };
}

/** Reads the header `x-fc-invocation-type`. Throws InvalidArgument for another value. */
export function invocationType(header: string | undefined): "sync" | "async" {
  const type = (header ?? "Sync").toLowerCase();
  if (type === "sync" || type === "async") return type;
  throw invalidArgument(`x-fc-invocation-type must be Sync or Async, got '${type}'`);
}

async function invoke(world: World, call: Call, target: Target, workload: Workload): Promise<Measured> {
  const { config } = target.snapshot;
  const job: Job = {
    event: call.event,
    ...(call.request === undefined ? {} : { http: call.request }),
    context: contextOf(world, call.requestId, target),
    runtime: textOf(config["runtime"]),
  };
  const startedAt = world.options.now().getTime();
  const started = performance.now();
  const release = world.store.hold(...packagesOf(target.snapshot));
  try {
    const result = await world.pool.run(workload, job, Number(config["timeout"]) * 1000);
    const measured = { ...result, durationMs: performance.now() - started };
    world.invocations.finished({
      functionName: target.entry.functionName,
      qualifier: target.qualifier,
      versionId: target.versionId,
      ...(target.shares === undefined ? {} : { shares: target.shares }),
      requestId: call.requestId,
      config,
      invocationType: call.invocationType,
      ...(call.http === undefined ? {} : { http: call.http }),
      statusCode: (result.outcome.kind === "result" ? result.outcome.http?.status : undefined) ?? 200,
      startedAt,
      ...result,
      totalMs: measured.durationMs,
    });
    return measured;
  } catch (error) {
    if (error instanceof NotRunnable) {
      throw notImplemented(call.operation, `'${target.entry.functionName}' cannot run here: ${error.message}`);
    }
    if (error instanceof NotStarted) throw startRefusal(world, workload, error);
    if (!(error instanceof ArchiveRefused)) throw error;
    throw notImplemented(call.operation, `a package of '${target.entry.functionName}' ${error.message}`);
  } finally {
    release();
  }
}

function packagesOf({ code, layerPackages = {} }: Snapshot): CodePackage[] {
  return [...(code === undefined ? [] : [code]), ...Object.values(layerPackages)];
}

type Measured = PoolResult & { readonly durationMs: number };

function workloadOf(world: World, operation: string, target: Target): Workload {
  const { entry, snapshot, versionId } = target;
  const { config } = snapshot;
  const runtime = textOf(config["runtime"]);
  const program = programOf(runtime, config);
  const { code } = snapshot;
  if (program === undefined || code === undefined) {
    throw notImplemented(operation, `runtime ${runtime} cannot run here; ${insteadOf(runtime)}`);
  }
  const layers = layersOf(operation, snapshot);
  // Only LATEST has a revision, because a version never changes.
  const revision = versionId === LATEST ? `@${entry.revision}` : "";
  return {
    key: `${entry.functionId}:${versionId}${revision}`,
    functionId: entry.functionId,
    functionName: entry.functionName,
    versionId,
    runtime,
    program,
    handler: textOf(config["handler"]),
    hooks: hooksOf(operation, config),
    memoryMb: Number(config["memorySize"]),
    // A handler of a built-in runtime always runs alone in its process.
    concurrency: program.kind === "server" ? Number(config["instanceConcurrency"]) : 1,
    zip: () => world.store.readPackage(code),
    layers: () => layers.map((layer) => world.store.readPackage(layer)),
    environment: (instanceId) => environmentOf(world, target, instanceId),
  };
}

/** Default port of a custom runtime. Source: documentation. */
const DEFAULT_PORT = 9000;

/** Default start command of a custom runtime. Source: documentation. */
const DEFAULT_COMMAND = "/code/bootstrap";

function programOf(runtime: string, config: JsonObject): HandlerProgram | ServerProgram | undefined {
  if (!/^custom(\.|$)/.test(runtime)) {
    const language = languageOf(runtime);
    return language && { kind: "handlers", language };
  }
  const given = field(config, "customRuntimeConfig");
  const custom = isObject(given) ? given : {};
  const words = (name: string): string[] => {
    const value = field(custom, name);
    return Array.isArray(value) ? value.map(textOf) : [];
  };
  const command = words("command");
  const port = Number(field(custom, "port") ?? 0);
  return {
    kind: "server",
    command: [...(command.length > 0 ? command : [DEFAULT_COMMAND]), ...words("args")],
    port: port > 0 ? port : DEFAULT_PORT,
  };
}

/** The error for a custom runtime that did not start, with the texts of the documentation's page on errors. */
function startRefusal(world: World, { program }: Workload, { reason, log }: NotStarted): ServiceError {
  const { command, port } = program as ServerProgram;
  const startCommand = `with start command '${command.join(" ")} '.\nLogs:${log}`;
  switch (reason) {
    case undefined: {
      const { startSeconds } = world.options;
      const failed = `Function instance health check failed on port ${port} in ${startSeconds} seconds.`;
      return functionNotStarted(`${failed}\nLogs:${log}`);
    }
    case "ENOENT":
      return caFileNotFound(`Failed to start function instance. Error: the file ${command[0]} is not exist`);
    case "EACCES":
      return caFilePermission(
        `Function instance exited unexpectedly(code 13, message:permission denied) ${startCommand}`,
      );
    default:
      return caExited(`Function instance exited unexpectedly(${reason}) ${startCommand}`);
  }
}

/** The packages of the layers in the function's order. */
function layersOf(operation: string, snapshot: Snapshot): CodePackage[] {
  return layerArns(snapshot.config).map((arn) => {
    const code = snapshot.layerPackages?.[arn];
    if (code === undefined) throw notImplemented(operation, `this emulator does not have the layer ${arn}`);
    return code;
  });
}

function environmentOf(world: World, target: Target, instanceId: string): Record<string, string> {
  const { config } = target.snapshot;
  const variables = field(config, "environmentVariables");
  const own = isObject(variables) ? Object.entries(variables).map(([name, value]) => [name, textOf(value)]) : [];
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    FC_FUNC_CODE_PATH: "/code",
    FC_ACCOUNT_ID: world.identity.accountId,
    FC_REGION: world.identity.region,
    FC_FUNCTION_NAME: target.entry.functionName,
    FC_FUNCTION_HANDLER: textOf(config["handler"]),
    FC_FUNCTION_MEMORY_SIZE: String(Number(config["memorySize"])),
    FC_INSTANCE_ID: instanceId,
    FC_VER_ID: seenVersionId(world, target),
    FC_FUNCTION_VERSION: seenVersionId(world, target),
  };
}

function contextOf(world: World, requestId: string, target: Target): InvocationContext {
  const { config } = target.snapshot;
  const log = field(config, "logConfig");
  return {
    requestId,
    // The emulator has no credentials for the role of a function.
    credentials: { accessKeyId: "", accessKeySecret: "", securityToken: "" },
    function: {
      name: target.entry.functionName,
      handler: textOf(config["handler"]),
      memory: Number(config["memorySize"]),
      timeout: Number(config["timeout"]),
    },
    service: {
      name: "",
      logProject: isObject(log) ? textOf(field(log, "project") ?? "") : "",
      logStore: isObject(log) ? textOf(field(log, "logstore") ?? "") : "",
      qualifier: target.qualifier,
      versionId: seenVersionId(world, target),
    },
    region: world.identity.region,
    accountId: world.identity.accountId,
    tracing: { openTracingSpanContext: "", openTracingSpanBaggages: {}, jaegerEndpoint: "" },
  };
}

/**
 * The version id in the context of the function's code. The id is text also for LATEST, because handlers in the
 * documentation append it to other text.
 */
function seenVersionId(world: World, { versionId }: Target): string {
  return versionId === LATEST && world.options.latestVersionId === "empty" ? "" : versionId;
}

/** Default timeout of a hook, in seconds. Source: documentation. */
const HOOK_SECONDS = 3;

function hooksOf(operation: string, config: JsonObject): Hooks {
  const lifecycle = field(config, "instanceLifecycleConfig");
  if (!isObject(lifecycle)) return {};
  const initializer = hookOf(operation, field(lifecycle, "initializer"));
  const preStop = hookOf(operation, field(lifecycle, "preStop"));
  return { ...(initializer && { initializer }), ...(preStop && { preStop }) };
}

function hookOf(operation: string, hook: Json | undefined): Hook | undefined {
  const handler = isObject(hook) ? field(hook, "handler") : undefined;
  const command = isObject(hook) ? field(hook, "command") : undefined;
  if (Array.isArray(command) && command.length > 0)
    throw notImplemented(operation, "hooks that are commands are not emulated");
  if (!isObject(hook) || typeof handler !== "string" || handler === "") return undefined;
  return { handler, timeoutMs: Number(field(hook, "timeout") ?? HOOK_SECONDS) * 1000 };
}

function respond(world: World, request: ApiRequest, target: Target, measured: Measured): ApiResponse {
  const { outcome, instanceId, durationMs } = measured;
  const { body, errorType } = answerOf(outcome);
  const memory = "memoryMb" in outcome ? outcome.memoryMb : 0;
  const headers: Record<string, string> = {
    "x-fc-instance-id": instanceId,
    "x-fc-code-checksum": target.snapshot.code?.checksum ?? "",
    "x-fc-invocation-duration": String(Math.ceil(durationMs)),
    "x-fc-max-memory-usage": memory.toFixed(2),
    "x-fc-invocation-function-version": target.versionId,
    "x-fc-invocation-service-version": world.options.versionHeader === "version" ? target.versionId : target.qualifier,
  };
  if (errorType !== undefined) headers["x-fc-error-type"] = errorType;
  if ((request.headers["x-fc-log-type"] ?? "").toLowerCase() === "tail") {
    headers["x-fc-log-result"] = framedLog(request.requestId, outcome).toString("base64");
  }
  return { status: 200, headers, body };
}

/** Body and error type of the answer. The texts of the last two cases are assumed. */
function answerOf(outcome: Outcome): { body: Buffer; errorType?: string } {
  switch (outcome.kind) {
    case "result":
      return { body: outcome.body };
    case "error":
      return errorAnswer(outcome.handled ? "HandledInvocationError" : unhandled(outcome.phase), outcome.body);
    case "timeout": {
      const what = outcome.phase === "initialize" ? "Function initialization" : "Function";
      const errorMessage = `${what} timed out after ${outcome.afterMs / 1000} seconds`;
      return errorAnswer(unhandled(outcome.phase), { errorMessage, errorType: "FunctionTimeout", stackTrace: [] });
    }
    case "ended": {
      const errorMessage = `Process exited unexpectedly before completing request (${outcome.reason})`;
      return errorAnswer(unhandled(outcome.phase), { errorMessage, errorType: "ProcessExited", stackTrace: [] });
    }
  }
}

function unhandled(phase: Phase): string {
  return phase === "initialize" ? "FunctionInitializationError" : "UnhandledInvocationError";
}

function errorAnswer(errorType: string, body: object | Buffer): { body: Buffer; errorType: string } {
  return { body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)), errorType };
}

function framedLog(requestId: string, outcome: Outcome): Buffer {
  const start = Buffer.from(`FC Invoke Start RequestId: ${requestId}\n`);
  const end = Buffer.from(`\nFC Invoke End RequestId: ${requestId}`);
  const log = Buffer.concat([outcome.log.before, start, outcome.log.end(LOG_BYTES), end]);
  return log.subarray(Math.max(0, log.length - LOG_BYTES));
}
