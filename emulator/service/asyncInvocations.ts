/**
 * Asynchronous invocations: accepted at once, run with retries, told to destinations, and kept as tasks where that is asked for.
 *
 * Source: "Asynchronous invocation" and "Asynchronous tasks" of the documentation. Retries follow at once: the pauses of the
 * service are not played.
 */
import type { World } from "./api";
import { asyncTaskExists } from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import type { StoredAsyncTask, StoredFunction } from "../state/model";
import type { Outcome } from "../runtimes/instance";
import { functionArn } from "./view";

/** Retries when nothing is set. */
const MAX_RETRIES = 3;

/** Longest event age when nothing is set, seconds. */
const MAX_AGE_SECONDS = 86_400;

/** One accepted event. */
export interface AsyncInvocation {
  readonly entry: StoredFunction;
  readonly qualifier: string;
  readonly requestId: string;
  /** As the caller named it; the request id where it did not. */
  readonly taskId: string;
  readonly event: Buffer;
  /** Runs the event once. */
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

/** Accepts an event; what becomes of it shows in the task, if tasks are kept, and at the destinations. */
export function acceptAsync(world: World, invocation: AsyncInvocation): void {
  const { entry, taskId } = invocation;
  const settings = settingsOf(invocation);
  if (settings["asyncTask"] === true && entry.asyncTasks.has(taskId)) throw asyncTaskExists(taskId);
  const task = newTask(world, invocation);
  if (settings["asyncTask"] === true) {
    entry.asyncTasks.set(taskId, task);
    world.store.save(entry);
  }
  void work(world, invocation, task, settings).catch(() => undefined);
}

function newTask(world: World, { entry, qualifier, requestId, taskId, event }: AsyncInvocation): StoredAsyncTask {
  const arn = functionArn(world.identity, entry.functionName);
  const now = world.options.now().getTime();
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
    taskPayload: event.toString("utf8"),
    returnPayload: "",
    stopAsked: false,
    events: [{ eventId: 1, status: "Enqueued", timestamp: now, eventDetail: "" }],
  };
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
  const now = () => world.options.now().getTime();
  for (let attempt = 0; ; attempt++) {
    if (task.stopAsked) return end(world, invocation, task, "Stopped");
    if (now() - task.startedTime > maxAgeMs) return end(world, invocation, task, "Expired");
    task.alreadyRetriedTimes = attempt;
    step(world, invocation, task, "Running");
    const { outcome, instanceId } = await invocation.run();
    task.instanceId = instanceId;
    const failure = failureOf(outcome);
    if (failure === undefined) task.returnPayload = outcome.kind === "result" ? outcome.body.toString("utf8") : "";
    else task.taskErrorMessage = failure;
    if (task.stopAsked) return end(world, invocation, task, "Stopped");
    if (failure !== undefined && attempt < retries) {
      step(world, invocation, task, "Retrying");
      continue;
    }
    const condition = failure === undefined ? "Success" : "RetriesExhausted";
    task.destinationStatus = tellDestination(world, invocation, task, settings, condition);
    return end(world, invocation, task, failure === undefined ? "Succeeded" : "Failed");
  }
}

function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === "result") return undefined;
  return outcome.kind === "error" ? JSON.stringify(outcome.body) : outcome.kind;
}

function step(world: World, { entry }: AsyncInvocation, task: StoredAsyncTask, status: string): void {
  task.status = status;
  const timestamp = world.options.now().getTime();
  task.events.push({ eventId: task.events.length + 1, status, timestamp, eventDetail: task.taskErrorMessage });
  if (entry.asyncTasks.get(task.taskId) === task) world.store.save(entry);
}

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
