/** Host names, paths, request ids and errors of the log service. */
import { randomBytes } from "node:crypto";

import { getLogs, getLogsV2 } from "./actions";
import type { ServiceError } from "../base/errors";
import type { Json } from "../base/json";
import type { Match, Route } from "../service/routes";

/** Text before the `@` in the `endpoint` of a client. The SDK's client puts the project and a dot in front of it. */
export const LOG_USER = "log";

/** The operations of the log service. */
export const LOG_ROUTES: readonly (Route & { readonly pattern: RegExp })[] = [
  logRoute("GetLogs", "GET", "/logstores/{logstore}", getLogs),
  logRoute("GetLogsV2", "POST", "/logstores/{logstore}/logs", getLogsV2),
];

/**
 * The project in a `Host` header; undefined if the request is not for the log service. Two forms are accepted.
 * `project.localhost:PORT` needs a machine that resolves such names. `project.log@127.0.0.1:PORT`, also with another
 * address of the emulator, works on every machine, because the part before the `@` does not belong to the address.
 */
export function projectOfHost(host: string | undefined, port: number): string | undefined {
  const match = /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.(localhost|(\w+)@(?:[\d.]+|localhost|\[::1\])):(\d+)$/.exec(
    host ?? "",
  );
  const [, project, , user = LOG_USER, given] = match ?? [];
  return user === LOG_USER && given === String(port) ? project : undefined;
}

/** The operation for a method and a path. */
export function matchLogRoute(method: string, path: string, project: string): Match | undefined {
  for (const { pattern, ...route } of LOG_ROUTES) {
    const found = pattern.exec(path);
    if (route.method !== method || found === null) continue;
    return { route, params: { project, logstore: decodeURIComponent(found[1] ?? "") } };
  }
  return undefined;
}

/** A request id: 24 upper-case hex digits, as in documented answers. */
export function logRequestId(): string {
  return randomBytes(12).toString("hex").toUpperCase();
}

export function logErrorBody(error: ServiceError): Json {
  return { errorCode: error.code, errorMessage: error.message };
}

function logRoute(operation: string, method: string, path: string, action: Route["action"] & object) {
  const pattern = new RegExp(`^${path.replace("{logstore}", "([^/]+)")}$`);
  return { operation, method, path, action, mutating: false, pattern };
}
