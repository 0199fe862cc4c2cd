/** GetLogs and GetLogsV2 of the log service: rows of a time range, found by topic and search statement. */
import type { Action, ApiRequest, ApiResponse, World } from "../service/api";
import { notImplemented } from "../base/errors";
import { field, type Json, type JsonObject, textOf } from "../base/json";
import { invalidTimeRange, logstoreNotExist, parameterInvalid, projectNotExist } from "./errors";
import type { LogRow } from "../service/logstores";
import { parseQuery } from "./query";
import { logTarget } from "./rows";
import { jsonBody } from "../service/actions/lookup";

/** Largest number of rows of one answer, and the default of `line`. Source: documentation. */
const MAX_LINES = 100;

export const getLogs: Action = (world, request) => {
  if (request.query["type"] !== "log") {
    throw notImplemented("GetLogs", `type '${request.query["type"] ?? ""}' is not emulated; send type=log`);
  }
  const page = findRows(world, request, (name) => request.query[name]);
  return answer(page, page);
};

export const getLogsV2: Action = (world, request) => {
  const body = jsonBody(request);
  if (request.headers["x-log-compresstype"] !== undefined) {
    throw notImplemented("GetLogsV2", "compressed requests are not emulated");
  }
  for (const name of ["highlight", "forward"]) {
    if (field(body, name) === true) throw notImplemented("GetLogsV2", `'${name}' is not emulated`);
  }
  const page = findRows(world, request, (name) => parameterOf(body, name));
  const meta: JsonObject = {
    progress: "Complete",
    count: page.length,
    processedRows: page.length,
    hasSQL: false,
    isAccurate: true,
    whereQuery: parameterOf(body, "query") ?? "",
  };
  return answer(page, { meta, data: page });
};

function parameterOf(body: JsonObject, name: string): string | undefined {
  const value = field(body, name);
  return value === undefined || value === null ? undefined : textOf(value);
}

function findRows(world: World, request: ApiRequest, parameter: (name: string) => string | undefined): LogRow[] {
  const { project = "", logstore = "" } = request.params;
  checkPlace(world, project, logstore);
  const [from, to] = timeRange(parameter("from"), parameter("to"));
  const line = wholeNumber("line", parameter("line") ?? String(MAX_LINES), MAX_LINES);
  const offset = wholeNumber("offset", parameter("offset") ?? "0", Number.MAX_SAFE_INTEGER);
  const isFound = parseQuery(parameter("query") ?? "");
  const topic = parameter("topic") ?? "";
  const found = world.logs.read(project, logstore).filter((row) => {
    const time = Number(row["__time__"]);
    return time >= from && time < to && (topic === "" || row["__topic__"] === topic) && isFound(row);
  });
  if (isTrue("reverse", parameter("reverse"))) found.reverse();
  return found.slice(offset, offset + line);
}

/** Throws unless the logstore exists. A logstore exists if a function logs to it, or did so before. */
function checkPlace(world: World, project: string, logstore: string): void {
  const known = world.logs.names();
  for (const entry of world.store.functions.values()) {
    for (const { config } of [entry, ...entry.versions.values()]) {
      const target = logTarget(config);
      if (target !== undefined) known.push([target.project, target.logstore]);
    }
  }
  const inProject = known.filter(([name]) => name === project);
  if (inProject.length === 0) throw projectNotExist(project);
  if (!inProject.some(([, name]) => name === logstore)) throw logstoreNotExist(logstore);
}

function timeRange(from = "", to = ""): [number, number] {
  const isValid = /^\d+$/.test(from) && /^\d+$/.test(to) && Number(from) < Number(to);
  if (!isValid) throw invalidTimeRange(from, to);
  return [Number(from), Number(to)];
}

function wholeNumber(name: string, text: string, largest: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= largest) return value;
  throw parameterInvalid(`${name} must be a whole number from 0 to ${largest}, got '${text}'`);
}

function isTrue(name: string, text = "false"): boolean {
  if (text !== "true" && text !== "false") throw parameterInvalid(`${name} must be true or false, got '${text}'`);
  return text === "true";
}

function answer(page: readonly LogRow[], body: Json): ApiResponse {
  const headers = { "x-log-count": String(page.length), "x-log-progress": "Complete" };
  return { status: 200, headers, body };
}
