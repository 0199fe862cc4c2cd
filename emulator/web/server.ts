/**
 * The HTTP server of the API: limits, Host check, signature, routing, faults, answers. This module does not depend on
 * the operations.
 */
import { createHmac, randomBytes } from "node:crypto";
import type * as http from "node:http";
import * as zlib from "node:zlib";

import type { ApiRequest, ApiResponse, World } from "../service/api";
import {
  entityTooLarge,
  internalError,
  invalidArgument,
  notImplemented,
  pathNotSupported,
  ServiceError,
} from "../base/errors";
import { answer, errorResponse, type Exchange } from "./exchange";
import type { Faults } from "../faults/faults";
import { type LateRequests, meet, type Ready } from "./meet";
import { recordOf, type RequestRecord } from "../service/ledger";
import { closeServer, createServer, isForeignPage, isOwnHost, listen, reachable, readUpTo } from "../base/loopback";
import { logRequestId, matchLogRoute, projectOfHost } from "../logs/dialect";
import { verifyLogSignature } from "../logs/signature";
import type { Operations } from "./operations";
import { newRequestId } from "../base/requestId";
import { type Match, matchRoute, matchTokenService } from "../service/routes";
import { secretsOf } from "../base/credentials";
import { sameText, splitTarget } from "../base/signedRequest";
import { NonceMemory, verifySignature } from "./signature/verify";

/** Largest request body, in bytes. Source: the documented limit of code in a request. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

/** Largest body of a request that is signed by its parameters, in bytes. The body is read before its signature can be checked. */
const MAX_FORM_BYTES = 64 * 1024;

/** Largest total of request headers, in bytes. */
const MAX_HEADER_BYTES = 32 * 1024;

/** How long a download address of code is valid, in ms. */
const CODE_URL_MS = 5 * 60 * 1000;

/** Path for downloads of code. The API has no such path. */
const CODE_PATH = "/fc-emulator/code/";

/** A running HTTP server. */
export interface RunningServer {
  readonly port: number;
  /** Stops listening and closes every connection, also connections with a request in progress. */
  close(): Promise<void>;
}

/** The parts that the server uses. `world` is made with the server's download links. */
export interface ServerParts {
  readonly world: World;
  readonly operations: Operations;
  readonly faults: Faults;
  readonly late: LateRequests;
  readonly requests: RequestRecord;
}

/**
 * Creates and checks the download addresses of GetFunctionCode. The addresses contain a signature, so requests to them
 * need none.
 */
export class CodeLinks {
  readonly #secret = randomBytes(32);
  readonly #now: () => Date;
  /** Set when the server listens. */
  endpoint = "";

  /** `now` = the emulator's clock. */
  constructor(now: () => Date) {
    this.#now = now;
  }

  url(sha256: string): string {
    const expires = this.#now().getTime() + CODE_URL_MS;
    return `${this.endpoint}${CODE_PATH}${sha256}?expires=${expires}&signature=${this.#sign(sha256, expires)}`;
  }

  /** The package of a download address; undefined if the address is wrong or has expired. */
  open(path: string, query: Readonly<Record<string, string>>): string | undefined {
    const sha256 = path.slice(CODE_PATH.length);
    const expires = Number(query["expires"]);
    const valid = sameText(query["signature"] ?? "", this.#sign(sha256, expires));
    return valid && this.#now().getTime() <= expires ? sha256 : undefined;
  }

  #sign(sha256: string, expires: number): string {
    return createHmac("sha256", this.#secret).update(`${sha256}\n${expires}`).digest("hex");
  }
}

/** Starts listening; `port` 0 means any free port. */
export async function startServer(port: number, parts: ServerParts, links: CodeLinks): Promise<RunningServer> {
  const nonces = new NonceMemory();
  const limits = { headerBytes: MAX_HEADER_BYTES, requestSeconds: parts.world.options.requestSeconds };
  const server = createServer(limits, (request, response) => {
    void serve(request, response, parts, links, nonces).catch(() => response.destroy());
  });
  const { listen: address } = parts.world.options;
  const listening = await listen(server, port, address);
  links.endpoint = `http://${reachable(address)}:${listening}`;
  return { port: listening, close: () => closeServer(server) };
}

async function serve(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  parts: ServerParts,
  links: CodeLinks,
  nonces: NonceMemory,
): Promise<void> {
  const [path, rawQuery] = splitTarget(request.url ?? "/");
  const project = projectOfHost(request.headers.host, request.socket.localPort ?? 0);
  const exchange: Exchange = {
    request,
    response,
    requestId: project === undefined ? newRequestId() : logRequestId(),
    path,
    query: Object.fromEntries(new URLSearchParams(rawQuery)),
    project,
    now: parts.world.options.now,
  };
  if (project === undefined && !isOwnHost(request.headers.host, request.socket)) {
    // By DNS rebinding, a web page can reach the loopback address under its own name, so other names are refused.
    answer(
      exchange,
      errorResponse(exchange, notImplemented("Host", "the Host header must be a loopback name of this port")),
    );
    return;
  }
  if (isForeignPage(request)) {
    answer(exchange, errorResponse(exchange, notImplemented("Origin", "requests from other web pages are refused")));
    return;
  }
  if (project === undefined && path.startsWith(CODE_PATH) && request.method === "GET") {
    sendCode(exchange, parts.world, links);
    return;
  }
  await serveOperation(exchange, parts, nonces);
}

async function serveOperation(exchange: Exchange, parts: ServerParts, nonces: NonceMemory): Promise<void> {
  let match: Match | undefined;
  let body: Buffer = Buffer.alloc(0);
  let failure: ServiceError | undefined;
  try {
    match = findMatch(exchange);
    checkSignature(exchange, parts.world, undefined, nonces);
    const sent = await readBody(exchange.request, bodyLimit(exchange.request, match));
    checkSignature(exchange, parts.world, sent, nonces);
    body = unpacked(exchange.request.headers["content-encoding"], sent);
    if (match === undefined) throw pathNotSupported(exchange.request.method ?? "", exchange.path);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    failure = error;
  }
  const { path, query, requestId } = exchange;
  const method = exchange.request.method ?? "";
  const headers = plainHeaders(exchange.request);
  const write = (status: number, fault?: string): void => {
    const record = recordOf({ method, path, query, headers, body, requestId, match }, status);
    parts.requests.add(fault === undefined ? record : { ...record, fault });
  };
  if (failure !== undefined || match === undefined) {
    const refusal = errorResponse(exchange, failure ?? internalError());
    write(refusal.status);
    answer(exchange, refusal);
    return;
  }
  const { params, route } = match;
  const { operation } = route;
  const request: ApiRequest = { operation, params, query, headers, body, requestId };
  const run = (changesBack: number): Promise<ApiResponse> =>
    parts.operations
      .carryOut({ params, route }, request, changesBack)
      .catch((error: ServiceError) => errorResponse(exchange, error));
  const outOfBand: Ready["outOfBand"] = (given) => parts.operations.outOfBand(given);
  await meet({ exchange, write, run, outOfBand }, parts.faults.next({ operation, method }), parts.late);
}

function findMatch(exchange: Exchange): Match | undefined {
  const { request, path, query, project } = exchange;
  if (project === undefined && path === "/") {
    const route = matchTokenService(request.headers["x-acs-action"]?.toString() ?? query["Action"]);
    if (route !== undefined) return { route, params: {} };
  }
  try {
    if (project !== undefined) return matchLogRoute(request.method ?? "", path, project);
    return matchRoute(request.method ?? "", path);
  } catch {
    throw invalidArgument(`the path is not percent-encoded text: ${path}`);
  }
}

/**
 * Largest body of a request, in bytes. The limit is small for a request without an operation, and for one that is
 * signed by its parameters.
 */
function bodyLimit(request: http.IncomingMessage, match: Match | undefined): number {
  const isSignedInBody = request.headers.authorization === undefined;
  return match === undefined || isSignedInBody ? MAX_FORM_BYTES : MAX_BODY_BYTES;
}

/** Checks the signature. If `body` is undefined, the body has not been read, and everything else is checked. */
function checkSignature(exchange: Exchange, world: World, body: Buffer | undefined, nonces: NonceMemory): void {
  const { request } = exchange;
  const { accessKeyId: id, accessKeySecret: secret } = world.identity;
  // The system's clock is used, because a test that changes the emulator's clock must still be able to sign.
  const now = Date.now();
  const signed = { method: request.method ?? "", target: request.url ?? "", headers: request.headersDistinct, body };
  const secretOf = secretsOf({ id, secret }, world.options.now().getTime());
  if (exchange.project !== undefined) verifyLogSignature(signed, secretOf, now);
  else {
    const nonce = verifySignature(signed, secretOf, now);
    if (body !== undefined) nonces.use(nonce, now);
  }
}

/** Reads the body of a request. Throws EntityTooLarge beyond the limit in bytes. */
export async function readBody(request: http.IncomingMessage, limit: number): Promise<Buffer> {
  const body = await readUpTo(request, limit);
  if (body === undefined) throw entityTooLarge(limit);
  return body;
}

/** The decompressed body. Throws InvalidArgument if it cannot be decompressed, and EntityTooLarge if it is too large. */
function unpacked(encoding: string | undefined, sent: Buffer): Buffer {
  if (encoding === undefined || encoding === "identity") return sent;
  const unpack = encoding === "gzip" ? zlib.gunzipSync : encoding === "deflate" ? zlib.inflateSync : undefined;
  if (unpack === undefined) throw invalidArgument(`content-encoding '${encoding}' (allowed: gzip, deflate, identity)`);
  try {
    return unpack(sent, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw entityTooLarge(MAX_BODY_BYTES);
    throw invalidArgument(`the body is not ${encoding}: ${(error as Error).message}`);
  }
}

function sendCode(exchange: Exchange, world: World, links: CodeLinks): void {
  const sha256 = links.open(exchange.path, exchange.query);
  if (sha256 === undefined) {
    answer(exchange, { status: 403 });
    return;
  }
  if (!world.store.hasPackage(sha256)) {
    answer(exchange, { status: 404 });
    return;
  }
  const body = world.store.readPackage({ sha256, checksum: "", size: 0 });
  answer(exchange, { status: 200, headers: { "content-type": "application/zip" }, body });
}

function plainHeaders(request: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(",")]),
  );
}
