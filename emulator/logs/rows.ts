/** The rows of an invocation in the log service. Pure. */
import type { FinishedInvocation } from "../service/invocations";
import { field, isObject, type JsonObject, textOf } from "../base/json";
import type { Outcome } from "../runtimes/instance";
import type { LogRow } from "../service/logstores";

/** The logstore of a function, and what is logged to it. */
export interface LogTarget {
  readonly project: string;
  readonly logstore: string;
  /** Whether each invocation gets a row of metrics. */
  readonly requestMetrics: boolean;
}

/** The logstore in a configuration; undefined without one. A configuration needs both project and logstore. */
export function logTarget(config: JsonObject): LogTarget | undefined {
  const log = field(config, "logConfig");
  if (!isObject(log)) return undefined;
  const project = textOf(field(log, "project") ?? "");
  const logstore = textOf(field(log, "logstore") ?? "");
  if (project === "" || logstore === "") return undefined;
  return { project, logstore, requestMetrics: field(log, "enableRequestMetrics") === true };
}

/** The row of request metrics. Names of the fields: documentation and rows of public clients. */
export function requestRow(done: FinishedInvocation): LogRow {
  const memory = "memoryMb" in done.outcome ? done.outcome.memoryMb : 0;
  const error = errorType(done.outcome);
  return {
    __topic__: `FCRequestMetrics:/${done.functionName}`,
    __source__: "",
    __time__: seconds(done.startedAt),
    functionName: done.functionName,
    qualifier: done.qualifier,
    versionId: done.versionId,
    requestId: done.requestId,
    operation: "InvokeFunction",
    triggerType: done.http === undefined ? "" : "http",
    invocationType: done.invocationType === "async" ? "Async" : "Sync",
    statusCode: String(done.statusCode),
    hasFunctionError: String(error !== undefined),
    ...(error === undefined ? {} : { errorType: error }),
    method: done.http?.method ?? "",
    requestURI: done.http?.uri ?? "",
    clientIP: done.http?.clientAddress ?? "",
    instanceID: done.instanceId,
    hostname: done.instanceId,
    resourceMode: "OnDemand",
    isColdStart: String(done.isColdStart),
    ...coldStart(done),
    invokeFunctionStartTimestamp: String(Math.trunc(done.startedAt)),
    invocationStartTimestamp: String(Math.trunc(done.startedAt + done.waitMs)),
    invokeFunctionLatencyMs: done.totalMs.toFixed(2),
    scheduleLatencyMs: done.waitMs.toFixed(2),
    durationMs: (done.totalMs - done.waitMs).toFixed(2),
    memoryMB: String(Number(done.config["memorySize"])),
    memoryUsageMB: memory.toFixed(2),
  };
}

/**
 * One row for each line of the function's output. The initializer's lines come first, then a start line, the function's
 * lines, and an end line.
 */
export function outputRows(done: FinishedInvocation, before: Buffer, output: Buffer): LogRow[] {
  const { requestId } = done;
  const messages = [
    ...linesOf(before),
    `FC Invoke Start RequestId: ${requestId}`,
    ...linesOf(output),
    `FC Invoke End RequestId: ${requestId}`,
  ];
  return messages.map((message) => ({
    __topic__: `FCLogs:${done.functionName}`,
    __source__: "",
    __time__: seconds(done.startedAt),
    functionName: done.functionName,
    qualifier: done.qualifier,
    versionId: done.versionId,
    instanceID: done.instanceId,
    message,
  }));
}

function linesOf(output: Buffer): string[] {
  const lines = output.toString("utf8").split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function coldStart(done: FinishedInvocation): LogRow {
  if (!done.isColdStart) return {};
  return {
    coldStartStartTimestamp: String(Math.trunc(done.startedAt)),
    coldStartLatencyMs: done.waitMs.toFixed(2),
  };
}

/** Kind of a function error, as in the documentation of the fields; undefined if there was no error. */
function errorType(outcome: Outcome): string | undefined {
  if (outcome.kind === "result") return undefined;
  return outcome.kind === "timeout" ? "FunctionTimeoutError" : "FunctionUnhandledError";
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
