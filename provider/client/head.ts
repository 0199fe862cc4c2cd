/**
 * Finds status and request id of an answer whose body the SDK cannot read, since the SDK drops both. Node.js publishes
 * an event for every request, in the asynchronous context of the call that made it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";

/** Status and request id of an answer; empty while there is no answer. */
export interface Head {
  status?: number;
  requestId?: string;
}

const calls = new AsyncLocalStorage<Head>();

subscribe("http.client.request.start", (message) => {
  const head = calls.getStore();
  if (head === undefined) return;
  (message as { request: ClientRequest }).request.once("response", ({ statusCode, headers }) => {
    const requestId = requestIdIn(headers);
    Object.assign(head, { status: statusCode }, requestId === undefined ? {} : { requestId });
  });
});

/** Runs a call, and writes status and request id of its answer into `head`. */
export function withHead<T>(head: Head, call: () => Promise<T>): Promise<T> {
  return calls.run(head, call);
}

/**
 * The service's id of a request. Source: the header `x-fc-request-id` of Function Compute, `x-acs-request-id` of other
 * services.
 */
function requestIdIn(headers: IncomingHttpHeaders): string | undefined {
  const id = headers["x-fc-request-id"] ?? headers["x-acs-request-id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}
