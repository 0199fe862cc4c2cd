/**
 * Asynchronous invocations: they are accepted at once, run with retries, reported to destinations, and kept as tasks if
 * the function is configured so.
 *
 * Source: "Asynchronous invocation" and "Asynchronous tasks" of the documentation. After a failure of the function, the
 * next attempt follows at once; the service would wait first. After a failure of the service, the event waits by the
 * emulator's clock.
 */
import type { World } from "./api";
import { asyncTaskExists, internalError, NOT_IMPLEMENTED, ServiceError } from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import type { StoredAsyncTask, StoredFunction } from "../state/model";
import type { Outcome } from "../runtimes/instance";
import { functionArn } from "./view";

/** Default number of retries. */
const MAX_RETRIES = 3;

/** Default of the longest age of an event, in seconds. */
const MAX_AGE_SECONDS = 86_400;

/** Wait before an event is retried after a failure of the service, in ms; doubled each time. Source: 2.0 documentation. */
const FIRST_BACKOFF_MS = 500;

/** How long an event is retried after failures of the service, in ms since it was accepted. Source: 2.0 documentation. */
const BACKOFF_FOR_MS = 5 * 60 * 60 * 1000;

/** Number of ended tasks that a function keeps, the newest. This limit is the emulator's. */
const KEPT_TASKS = 1000;

/** How long an ended task is kept, in ms by the emulator's clock. Assumed. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Final states of a task. */
const ENDED = ["Succeeded", "Failed", "Stopped", "Expired"];

/** One accepted event. */
export interface AsyncInvocation {
  readonly entry: StoredFunction;
  readonly qualifier: string;
  /** The version that was chosen when the event was accepted. */
  readonly versionId: string;
  readonly requestId: string;
  /** Task id in the request, else the request id. */
  readonly taskId: string;
  readonly event: Buffer;
  /** Runs the event once. Throws a ServiceError if it cannot be run. */
  run(): Promise<{ readonly outcome: Outcome; readonly instanceId: string }>;
  /** Accepts an event for a destination. */
  send(to: DestinationEvent): void;
}

/** The event for a destination. */
export interface DestinationEvent {
  readonly functionName: string;
  readonly qualifier: string;
  readonly event: Buffer;
}

/** Whether a task has ended. */
export function isEnded({ status }: StoredAsyncTask): boolean {
  return ENDED.includes(status);
}

/**
 * Accepts an event. The result of the event is stored in the task, if tasks are kept, and sent to the destinations.
 * `release` is called once, when the event has ended or is refused.
 */
export function acceptAsync(world: World, invocation: AsyncInvocation, release: () => void): void {
  const settings = settingsOf(invocation);
  const task = newTask(world, invocation);
  try {
    if (settings["asyncTask"] === true) keepTask(world, invocation.entry, task);
  } catch (error) {
    release();
    throw error;
  }
  start(world, invocation, task, settings, release);
}

function keepTask(world: World, entry: StoredFunction, task: StoredAsyncTask): void {
  const { taskId } = task;
  if (entry.asyncTasks.has(taskId)) throw asyncTaskExists(taskId);
  dropOldTasks(world, entry);
  entry.asyncTasks.set(taskId, task);
  world.store.saveItem(entry, "asyncTasks", taskId);
}

/** Resumes a task that had not ended when the emulator ended: runs it again, or stops it after StopAsyncTask. */
export function resumeAsync(
  world: World,
  invocation: AsyncInvocation,
  task: StoredAsyncTask,
  release: () => void,
): void {
  start(world, invocation, task, settingsOf(invocation), release);
}

function start(
  world: World,
  invocation: AsyncInvocation,
  task: StoredAsyncTask,
  settings: JsonObject,
  release: () => void,
): void {
  const failed = (error: unknown): void => {
    task.taskErrorMessage = serviceFailure(error instanceof ServiceError ? error : internalError());
    end(world, invocation, task, "Failed");
  };
  void work(world, invocation, task, settings).catch(failed).finally(release);
}

/** Removes tasks that ended long ago, and the oldest beyond {@link KEPT_TASKS}. */
function dropOldTasks(world: World, entry: StoredFunction): void {
  const now = world.options.now().getTime();
  let over = entry.asyncTasks.size - KEPT_TASKS + 1;
  for (const task of entry.asyncTasks.values()) {
    if (over <= 0 && now - task.startedTime <= KEPT_MS) break;
    if (!isEnded(task)) continue;
    over -= 1;
    entry.asyncTasks.delete(task.taskId);
    world.store.saveItem(entry, "asyncTasks", task.taskId);
  }
}

function newTask(
  world: World,
  { entry, qualifier, versionId, requestId, taskId, event }: AsyncInvocation,
): StoredAsyncTask {
  const arn = functionArn(world.identity, entry.functionName);
  const now = world.options.now().getTime();
  const text = event.toString("utf8");
  return {
    taskId,
    requestId,
    functionArn: `${arn}/${qualifier}`,
    qualifier,
    status: "Enqueued",
    startedTime: now,
    endTime: 0,
    durationMs: 0,
    alreadyRetriedTimes: 0,
    instanceId: "",
    taskErrorMessage: "",
    destinationStatus: "",
    taskPayload: text,
    returnPayload: "",
    versionId,
    ...(Buffer.from(text).equals(event) ? {} : { eventBase64: event.toString("base64") }),
    stopAsked: false,
    events: [{ eventId: 1, status: "Enqueued", timestamp: now, eventDetail: "" }],
  };
}

/** The event of a task as it was sent. */
export function eventOf({ taskPayload, eventBase64 }: StoredAsyncTask): Buffer {
  return eventBase64 === undefined ? Buffer.from(taskPayload) : Buffer.from(eventBase64, "base64");
}

/** The settings of the called qualifier; empty if there are none. */
function settingsOf({ entry, qualifier }: AsyncInvocation): JsonObject {
  return entry.asyncInvokeConfigs.get(qualifier)?.fields ?? {};
}

async function work(
  world: World,
  invocation: AsyncInvocation,
  task: StoredAsyncTask,
  settings: JsonObject,
): Promise<void> {
  const retries = Number(settings["maxAsyncRetryAttempts"] ?? MAX_RETRIES);
  const maxAgeMs = Number(settings["maxAsyncEventAgeInSeconds"] ?? MAX_AGE_SECONDS) * 1000;
  const ageMs = () => world.options.now().getTime() - task.startedTime;
  let failures = 0;
  let backoffMs = FIRST_BACKOFF_MS;
  for (let attempts = task.alreadyRetriedTimes; ; attempts++) {
    if (task.stopAsked) return end(world, invocation, task, "Stopped");
    if (ageMs() > maxAgeMs) return end(world, invocation, task, "Expired");
    task.alreadyRetriedTimes = attempts;
    step(world, invocation, task, "Running");
    const attempt = await attemptOnce(world, invocation);
    // The emulator is closing. The task stays as it is stored, and the next start of the emulator resumes it.
    if (world.pool.isClosed) return;
    task.instanceId = attempt.instanceId;
    task.taskErrorMessage = attempt.failure ?? task.taskErrorMessage;
    task.returnPayload = attempt.returned;
    if (task.stopAsked) return end(world, invocation, task, "Stopped");
    if (attempt.cause === "service" && ageMs() < BACKOFF_FOR_MS) {
      step(world, invocation, task, "Retrying");
      await world.clock.until(world.options.now().getTime() + backoffMs, () => task.stopAsked || world.pool.isClosed);
      if (world.pool.isClosed) return;
      backoffMs *= 2;
      continue;
    }
    if (attempt.cause === "function" && failures < retries) {
      failures += 1;
      step(world, invocation, task, "Retrying");
      continue;
    }
    const condition = attempt.failure === undefined ? "Success" : "RetriesExhausted";
    task.destinationStatus = tellDestination(world, invocation, task, settings, condition);
    return end(world, invocation, task, attempt.failure === undefined ? "Succeeded" : "Failed");
  }
}

/** Result of one attempt. */
interface Attempt {
  readonly instanceId: string;
  /** The function's result, as text. */
  readonly returned: string;
  readonly failure?: string;
  /**
   * Cause of a failure. `function`, including its start: retried as often as configured. `service`: retried with a
   * growing wait. `emulator`: not retried.
   */
  readonly cause?: "function" | "service" | "emulator";
}

async function attemptOnce(world: World, invocation: AsyncInvocation): Promise<Attempt> {
  try {
    const refusal = world.attemptRefusal();
    if (refusal !== undefined) throw refusal;
    const { outcome, instanceId } = await invocation.run();
    if (outcome.kind === "result") return { instanceId, returned: outcome.body.toString("utf8") };
    return { instanceId, returned: "", failure: functionFailure(outcome), cause: "function" };
  } catch (error) {
    const refusal = error instanceof ServiceError ? error : internalError();
    return { instanceId: "", returned: "", failure: serviceFailure(refusal), cause: causeOf(error) };
  }
}

function causeOf(error: unknown): NonNullable<Attempt["cause"]> {
  // An error that is no answer of the service is a mistake of the emulator, or is caused by closing the emulator.
  if (!(error instanceof ServiceError) || error.code === NOT_IMPLEMENTED) return "emulator";
  return error.status === 429 || error.status >= 500 ? "service" : "function";
}

function functionFailure(outcome: Exclude<Outcome, { kind: "result" }>): string {
  if (outcome.kind !== "error") return outcome.kind;
  return Buffer.isBuffer(outcome.body) ? outcome.body.toString("utf8") : JSON.stringify(outcome.body);
}

function serviceFailure({ code, message }: ServiceError): string {
  return JSON.stringify({ errorMessage: message, errorType: code });
}

function step(world: World, { entry }: AsyncInvocation, task: StoredAsyncTask, status: string): void {
  task.status = status;
  const timestamp = world.options.now().getTime();
  if (task.events.length >= MAX_EVENTS) task.events.splice(1, 1);
  const eventId = (task.events.at(-1)?.eventId ?? 0) + 1;
  task.events.push({ eventId, status, timestamp, eventDetail: task.taskErrorMessage });
  if (entry.asyncTasks.get(task.taskId) !== task) return;
  const now = { ...task };
  try {
    world.store.saveItem(entry, "asyncTasks", task.taskId);
  } catch {
    // The data folder cannot be written now. The event continues in memory, and the next change saves it.
    Object.assign(task, now);
  }
}

/** Number of status changes that a task keeps: the first one, and the newest others. */
const MAX_EVENTS = 100;

function end(world: World, invocation: AsyncInvocation, task: StoredAsyncTask, status: string): void {
  task.endTime = world.options.now().getTime();
  task.durationMs = task.endTime - task.startedTime;
  step(world, invocation, task, status);
}

/**
 * Sends the event to a destination that is a function of this emulator. Other destinations are not called. Returns the
 * result.
 */
function tellDestination(
  world: World,
  invocation: AsyncInvocation,
  task: StoredAsyncTask,
  settings: JsonObject,
  condition: string,
): string {
  const config = settings["destinationConfig"];
  const destination = isObject(config) ? field(config, condition === "Success" ? "onSuccess" : "onFailure") : undefined;
  const arn = isObject(destination) ? textOf(field(destination, "destination") ?? "") : "";
  if (arn === "") return "";
  const [functionName = "", qualifier = "LATEST"] = ownFunction(world, arn);
  if (functionName === "") return "EmulatorNotTold";
  const event: Json = {
    timestamp: task.startedTime,
    requestContext: {
      requestId: task.requestId,
      functionArn: task.functionArn,
      condition,
      approximateInvokeCount: task.alreadyRetriedTimes + 1,
    },
    requestPayload: invocation.event.toString("utf8"),
    responseContext: { statusCode: 200, functionError: task.taskErrorMessage },
    responsePayload: task.returnPayload,
  };
  invocation.send({ functionName, qualifier, event: Buffer.from(JSON.stringify(event)) });
  return "Succeeded";
}

function ownFunction(world: World, arn: string): string[] {
  const prefix = functionArn(world.identity, "");
  const parts = arn.startsWith(prefix) ? arn.slice(prefix.length).split("/") : [];
  return world.store.functions.has(parts[0] ?? "") ? parts : [];
}
