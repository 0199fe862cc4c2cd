/** One request over HTTP and the ways to answer it. Knows no operation. */
import type * as http from "node:http";

import type { ApiResponse } from "../service/api";
import type { ServiceError } from "../base/errors";
import type { Json } from "../base/json";
import { logErrorBody } from "../logs/dialect";

const HTML = "<!doctype html><html><head><title>error</title></head><body>temporarily unavailable</body></html>";

/** One request being served. */
export interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly requestId: string;
  readonly path: string;
  readonly query: Record<string, string>;
  /** Set on requests to the log service. */
  readonly project: string | undefined;
  /** The emulator's clock. */
  readonly now: () => Date;
}

/** Sends the whole answer. */
export function answer(exchange: Exchange, response: ApiResponse): void {
  const { headers, body } = encode(exchange, response);
  exchange.response.writeHead(response.status, headers).end(hasNoBody(response.status) ? undefined : body);
}

/** Whether an answer with this status has no body and announces none. Source: RFC 9110. */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

/** Sends half of the answer and closes the connection. */
export function answerHalf(exchange: Exchange, response: ApiResponse): void {
  const { headers, body } = encode(exchange, response);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const socket = exchange.request.socket;
  // The announced length stays the full one, so the client can tell that something is missing.
  exchange.response.writeHead(response.status, { ...headers, "content-length": String(Math.max(body.length, 1)) });
  exchange.response.write(half, () => socket.destroySoon());
}

/** Closes the connection without a word. */
export function drop(exchange: Exchange): void {
  exchange.request.socket.destroy();
}

/** A refusal in the shape of the service the request is for. */
export function errorResponse(exchange: Exchange, error: ServiceError): ApiResponse {
  if (exchange.project !== undefined) return { status: error.status, body: logErrorBody(error) };
  const body: Json = { Code: error.code, Message: error.message, RequestId: exchange.requestId };
  return { status: error.status, body };
}

/** What a gateway before the service says when it fails. */
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
