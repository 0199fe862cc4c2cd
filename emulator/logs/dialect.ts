/** How the log service is addressed and how it answers: host, paths, request ids, the shape of errors. */
import { randomBytes } from "node:crypto";

import { getLogs, getLogsV2 } from "./actions";
import type { ServiceError } from "../base/errors";
import type { Json } from "../base/json";
import type { Match, Route } from "../service/routes";

/** Stands between project and address in the `endpoint` a client is given, as its SDK puts the project before both. */
export const LOG_USER = "log";

/** The operations of the log service. */
export const LOG_ROUTES: readonly (Route & { readonly pattern: RegExp })[] = [
  logRoute("GetLogs", "GET", "/logstores/{logstore}", getLogs),
  logRoute("GetLogsV2", "POST", "/logstores/{logstore}/logs", getLogsV2),
];

/**
 * The project a `Host` names, undefined = the request is not for the log service.
 *
 * Two forms: `project.localhost:PORT`, for machines that resolve such names, and `project.log@127.0.0.1:PORT`, with any
 * address that is listened on, which every machine can reach: what stands before the `@` is no part of an address.
 */
export function projectOfHost(host: string | undefined, port: number): string | undefined {
  const match = /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.(localhost|(\w+)@(?:[\d.]+|localhost|\[::1\])):(\d+)$/.exec(
    host ?? "",
  );
  const [, project, , user = LOG_USER, given] = match ?? [];
  return user === LOG_USER && given === String(port) ? project : undefined;
}

/** The operation a method and path mean. */
export function matchLogRoute(method: string, path: string, project: string): Match | undefined {
  for (const { pattern, ...route } of LOG_ROUTES) {
    const found = pattern.exec(path);
    if (route.method !== method || found === null) continue;
    return { route, params: { project, logstore: decodeURIComponent(found[1] ?? "") } };
  }
  return undefined;
}

/** 24 upper-case hex digits, as in documented answers. */
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
