/** One HTTP request, and functions that answer it. This module does not depend on the operations. */
import type * as http from "node:http";

import type { ApiResponse } from "../service/api";
import type { ServiceError } from "../base/errors";
import type { Json } from "../base/json";
import { logErrorBody } from "../logs/dialect";

const HTML = "<!doctype html><html><head><title>error</title></head><body>temporarily unavailable</body></html>";

/** A request that is being served. */
export interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly requestId: string;
  readonly path: string;
  readonly query: Record<string, string>;
  /** The project of a request to the log service; undefined for any other request. */
  readonly project: string | undefined;
  /** The emulator's clock. */
  readonly now: () => Date;
}

/** Sends the whole answer. */
export function answer(exchange: Exchange, response: ApiResponse): void {
  const { headers, body } = encode(exchange, response);
  exchange.response.writeHead(response.status, headers).end(hasNoBody(response.status) ? undefined : body);
}

/** Whether an answer with this status has neither body nor content-length. Source: RFC 9110. */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

/** Sends half of the answer and closes the connection. */
export function answerHalf(exchange: Exchange, response: ApiResponse): void {
  const { headers, body } = encode(exchange, response);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const socket = exchange.request.socket;
  // The content-length is that of the full body, so that the client notices the missing part.
  exchange.response.writeHead(response.status, { ...headers, "content-length": String(Math.max(body.length, 1)) });
  exchange.response.write(half, () => socket.destroySoon());
}

/** Closes the connection without an answer. */
export function drop(exchange: Exchange): void {
  exchange.request.socket.destroy();
}

/** Sends an error answer in the form of the service that was called. */
export function errorResponse(exchange: Exchange, error: ServiceError): ApiResponse {
  if (exchange.project !== undefined) return { status: error.status, body: logErrorBody(error) };
  const body: Json = { Code: error.code, Message: error.message, RequestId: exchange.requestId };
  return { status: error.status, body };
}

/** An HTML page like that of a failing gateway in front of the service. */
export function htmlResponse(status: number): ApiResponse {
  return { status, headers: { "content-type": "text/html" }, body: Buffer.from(HTML) };
}

function encode(exchange: Exchange, response: ApiResponse): { headers: http.OutgoingHttpHeaders; body: Buffer } {
  const idHeader = exchange.project === undefined ? "x-fc-request-id" : "x-log-requestid";
  const date = exchange.now().toUTCString();
  const headers: http.OutgoingHttpHeaders = { date, [idHeader]: exchange.requestId, ...response.headers };
  const { body } = response;
  if (body === undefined) return { headers, body: Buffer.alloc(0) };
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? "application/octet-stream" : "application/json; charset=utf-8";
  return { headers: { "content-type": type, "content-length": String(bytes.length), ...headers }, body: bytes };
}
