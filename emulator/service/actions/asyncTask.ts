/** ListAsyncTasks, GetAsyncTask, StopAsyncTask. */
import { type Action, type ApiRequest, noContent, ok } from "../api";
import { asyncTaskNotFound, invalidArgument } from "../../base/errors";
import type { JsonObject } from "../../base/json";
import type { StoredAsyncTask, StoredFunction } from "../../state/model";
import { isEnded } from "../asyncInvocations";
import { listBody, pageOf } from "../paging";
import { findFunction, queryFlag } from "./lookup";

/** States of a task. Source: `ListAsyncTasksRequest` of the SDK. */
const STATES = [
  ...["Enqueued", "Dequeued", "Running", "Succeeded", "Failed"],
  ...["Stopped", "Stopping", "Expired", "Invalid", "Retrying"],
];

export const listAsyncTasks: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { prefix = "", qualifier, status, includePayload, sortOrderByTime } = request.query;
  const order = sortOrderByTime ?? "desc";
  if (order !== "asc" && order !== "desc") throw invalidArgument(`sortOrderByTime must be asc or desc, got '${order}'`);
  if (status !== undefined && status !== "" && !STATES.includes(status)) {
    throw invalidArgument(`status is set to an invalid value: '${status}' (allowed: ${STATES.join(", ")})`);
  }
  const shows = queryFlag("includePayload", includePayload);
  const precedes = (a: string, b: string) => (order === "asc" ? a < b : a > b);
  const [from, to] = ["startedTimeBegin", "startedTimeEnd"].map((name) => timeAt(request, name));
  const found = [...entry.asyncTasks.values()]
    .filter((task) => task.taskId.startsWith(prefix))
    .filter((task) => qualifier === undefined || qualifier === "" || task.qualifier === qualifier)
    .filter((task) => status === undefined || status === "" || task.status === status)
    .filter(({ startedTime }) => startedTime >= (from ?? 0) && startedTime <= (to ?? Infinity));
  const page = pageOf(found, keyOf, request, precedes);
  return ok(listBody("tasks", page, (task) => view(task, shows)));
};

/** A query parameter with ms since 1970; absent or empty means undefined. */
function timeAt({ query }: ApiRequest, name: string): number | undefined {
  const text = query[name] ?? "";
  if (text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidArgument(`${name} must be a number of ms since 1970, got '${text}'`);
}

export const getAsyncTask: Action = (world, request) => {
  return ok(view(findTask(findFunction(world, request), request), true));
};

/**
 * StopAsyncTask. A running task is not aborted: it counts as stopped when it has ended, and is not retried. A waiting
 * task stops at once.
 */
export const stopAsyncTask: Action = (world, request) => {
  const entry = findFunction(world, request);
  const task = findTask(entry, request);
  if (!isEnded(task)) {
    task.stopAsked = true;
    task.status = "Stopping";
    world.store.saveItem(entry, "asyncTasks", task.taskId);
    world.clock.recheck();
  }
  return noContent();
};

/** Key for sorting by time, then by id, so that tasks of the same time have an order. */
function keyOf({ startedTime, taskId }: StoredAsyncTask): string {
  return `${String(startedTime).padStart(16, "0")}:${taskId}`;
}

function findTask(entry: StoredFunction, request: ApiRequest): StoredAsyncTask {
  const taskId = request.params["taskId"] ?? "";
  const task = entry.asyncTasks.get(taskId);
  if (task === undefined) throw asyncTaskNotFound(taskId);
  return task;
}

function view(task: StoredAsyncTask, payloads: boolean): JsonObject {
  const {
    taskPayload,
    returnPayload,
    stopAsked: _asked,
    versionId: _drawn,
    eventBase64: _bytes,
    events,
    ...fields
  } = task;
  const shown = { ...fields, events: events.map((event) => ({ ...event })) };
  return payloads ? { ...shown, taskPayload, returnPayload } : shown;
}
