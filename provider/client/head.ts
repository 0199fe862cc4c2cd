/**
 * Finds status and request id of an answer whose body the SDK cannot read. The SDK drops both of them together with
 * such a body. Node.js publishes an event for every request, in the asynchronous context of the call that sent it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";

/** Status and request id of an answer; empty before there is an answer. */
export interface Head {
  status?: number;
  requestId?: string;
  /** The service's clock in the answer, in milliseconds since 1970. */
  date?: number;
}

const calls = new AsyncLocalStorage<Head>();

subscribe("http.client.request.start", (message) => {
  const head = calls.getStore();
  if (head === undefined) return;
  (message as { request: ClientRequest }).request.once("response", ({ statusCode, headers }) => {
    const requestId = requestIdIn(headers);
    const date = Date.parse(headers.date ?? "");
    Object.assign(head, { status: statusCode }, requestId === undefined ? {} : { requestId });
    if (!Number.isNaN(date)) head.date = date;
  });
});

/** Runs a call, and writes status and request id of its answer into `head`. */
export function withHead<T>(head: Head, call: () => Promise<T>): Promise<T> {
  return calls.run(head, call);
}

/**
 * The service's id of a request. Source: answers of Function Compute contain `x-fc-request-id`, those of the log
 * service `x-log-requestid`, those of other services `x-acs-request-id`.
 */
function requestIdIn(headers: IncomingHttpHeaders): string | undefined {
  const id = headers["x-fc-request-id"] ?? headers["x-log-requestid"] ?? headers["x-acs-request-id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}
