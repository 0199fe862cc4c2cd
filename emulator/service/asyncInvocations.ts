/**
 * Asynchronous invocations: accepted at once, run with retries, told to destinations, and kept as tasks where that is asked for.
 *
 * Source: "Asynchronous invocation" and "Asynchronous tasks" of the documentation. After a failure of the function the next attempt
 * follows at once: the pause of the service is not played. After a failure of the service it waits, by the emulator's clock.
 */
import type { World } from "./api";
import { asyncTaskExists, internalError, NOT_IMPLEMENTED, ServiceError } from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import type { StoredAsyncTask, StoredFunction } from "../state/model";
import type { Outcome } from "../runtimes/instance";
import { functionArn } from "./view";

/** Retries when nothing is set. */
const MAX_RETRIES = 3;

/** Longest event age when nothing is set, seconds. */
const MAX_AGE_SECONDS = 86_400;

/** Wait before an event is tried again that the service did not get to run, ms; doubled each time. Source: 2.0 documentation. */
const FIRST_BACKOFF_MS = 500;

/** How long such an event is tried again, ms since it was accepted. Source: 2.0 documentation. */
const BACKOFF_FOR_MS = 5 * 60 * 60 * 1000;

/** Ended tasks a function keeps, the newest. A limit of the emulator's own. */
const KEPT_TASKS = 1000;

/** How long an ended task is kept, ms by the emulator's clock. Assumed. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** States a task ends in. */
const ENDED = ["Succeeded", "Failed", "Stopped", "Expired"];

/** One accepted event. */
export interface AsyncInvocation {
  readonly entry: StoredFunction;
  readonly qualifier: string;
  /** The version drawn when it was accepted. */
  readonly versionId: string;
  readonly requestId: string;
  /** As the caller named it; the request id where it did not. */
  readonly taskId: string;
  readonly event: Buffer;
  /** Runs the event once. Throws a ServiceError where it cannot be run. */
  run(): Promise<{ readonly outcome: Outcome; readonly instanceId: string }>;
  /** Accepts an event for a destination. */
  send(to: DestinationEvent): void;
}

/** What a destination is told. */
export interface DestinationEvent {
  readonly functionName: string;
  readonly qualifier: string;
  readonly event: Buffer;
}

/** Whether nothing more happens to a task. */
export function isEnded({ status }: StoredAsyncTask): boolean {
  return ENDED.includes(status);
}

/**
 * Accepts an event; what becomes of it shows in the task, if tasks are kept, and at the destinations. `release` is called once, when
 * the event has ended or is refused.
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

/** Goes on with a task that had not ended when the emulator did: it runs again, or is stopped where that was asked for. */
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

/** Frees the room of tasks that ended long ago, and of the oldest beyond what is kept. */
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

/** The settings of what was called, else those of LATEST's defaults. */
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
    // Kept as it is: the next start goes on with it.
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

/** How one attempt ended. */
interface Attempt {
  readonly instanceId: string;
  /** What the function returned, as text. */
  readonly returned: string;
  readonly failure?: string;
  /**
   * Why it failed: the function, its start included, which is tried again as often as is set; the service, which is tried again
   * with a growing wait; or the emulator, which will not do better the next time.
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
  // An error that is none of the service's is a mistake of the emulator, or it is being closed.
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
    // The folder cannot be written just now. The event goes on in memory, and the next change writes all of it.
    Object.assign(task, now);
  }
}

/** Changes of status a task keeps: the first and the newest others. */
const MAX_EVENTS = 100;

function end(world: World, invocation: AsyncInvocation, task: StoredAsyncTask, status: string): void {
  task.endTime = world.options.now().getTime();
  task.durationMs = task.endTime - task.startedTime;
  step(world, invocation, task, status);
}

/** A destination that is a function here gets the event; any other is kept and not told. Answers what became of it. */
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
