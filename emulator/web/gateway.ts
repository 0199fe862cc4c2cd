/**
 * Serves HTTP triggers and custom domains, by which functions are called over HTTP. Each trigger has its own port,
 * which is stored, so that its address never changes. All domains share one port; the `Host` header selects the domain.
 * Source of the form of event and answer: "HTTP trigger, request and response" in the documentation of Function Compute
 * 3.0.
 */
import * as http from "node:http";

import { timestamp, type TriggerPorts, type World } from "../service/api";
import {
  acceptQualified,
  type Call,
  invocationType,
  MAX_ASYNC_BYTES,
  MAX_SYNC_BYTES,
  runQualified,
  taskIdOf,
} from "../service/actions/invoke";
import { rewriteTarget, routeFor } from "../service/domainRoutes";
import {
  badResponse,
  domainNotFound,
  domainRouteNotFound,
  FC_COMMON_ERROR,
  functionNotFound,
  invalidArgument,
  methodNotAllowed,
  notImplemented,
  ServiceError,
} from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import type { StoredFunction, StoredTrigger } from "../state/model";
import type { HttpAnswer, HttpRequest } from "../runtimes/instance";
import { closeServer, createServer, isOwnHost, isPageFromElsewhere, listen } from "../base/loopback";
import {
  allowsMethod,
  corsHeaders,
  type CorsRules,
  corsRules,
  EVERY_PAGE,
  isPreflight,
  preflightHeaders,
} from "./cors";
import { isHopHeader } from "../base/httpMessage";
import { hasNoBody } from "./exchange";
import { readBody } from "./server";
import { newRequestId } from "../base/requestId";
import { verifyHttpAcs3 } from "./signature/acs3";
import { secretsOf } from "../base/credentials";
import { splitTarget } from "../base/signedRequest";
import { httpConfig } from "../service/view";

/** Largest total of request headers, in bytes. Source: limits of custom runtimes, documentation. */
const MAX_HEADER_BYTES = 8 * 1024;

/** Longest path with its query, in bytes. Source: limits of custom runtimes, documentation. */
const MAX_TARGET_BYTES = 4 * 1024;

/** Headers that only the service sets; they are removed from requests. Source: documentation. */
const OWN_HEADERS = /^x-fc-/;

/** An answer to the caller of a trigger. */
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** The function that a request calls, and the conditions for the call. */
interface Entrance {
  /** Name of the operation in error messages. */
  readonly operation: string;
  readonly entry: StoredFunction;
  readonly qualifier: string;
  /** Allowed methods; undefined means all. */
  readonly methods: Json | undefined;
  readonly authType: string;
  /** Path and query for the function. */
  readonly target: string;
  /** Cross-origin rules; undefined means that the headers of the function's answer apply. */
  readonly cors: CorsRules | undefined;
}

/** Finds the function that a request calls. Throws a ServiceError if there is none. */
type Finder = (request: http.IncomingMessage) => Entrance;

/** Key of the listener of custom domains. The key of a trigger's listener is the trigger's id. */
const DOMAINS = "domains";

/** The listeners of all HTTP triggers and of custom domains. */
export class Gateway implements TriggerPorts {
  readonly #servers = new Map<string, http.Server>();

  /** Opens the trigger's port, if possible the former one. Does nothing if the port is open. */
  async open(world: World, entry: StoredFunction, trigger: StoredTrigger): Promise<void> {
    if (trigger.triggerType !== "http" || this.#servers.has(trigger.triggerId)) return;
    const server = this.#add(world, trigger.triggerId, (request) => triggerEntrance(world, entry, trigger, request));
    const { listen: address } = world.options;
    trigger.port = await listen(server, trigger.port, address).catch(() => listen(server, 0, address));
  }

  /** Opens the port of custom domains: the requested port, else if possible the former one. */
  async openDomains(world: World, port: number | undefined): Promise<number> {
    const server = this.#add(world, DOMAINS, (request) => domainEntrance(world, request));
    const { listen: address } = world.options;
    if (port !== undefined) return await listen(server, port, address);
    return await listen(server, world.store.domainPort, address).catch(() => listen(server, 0, address));
  }

  /** Closes the port of a deleted trigger. */
  async close(trigger: StoredTrigger): Promise<void> {
    const server = this.#servers.get(trigger.triggerId);
    this.#servers.delete(trigger.triggerId);
    if (server !== undefined) await closeServer(server);
  }

  /** Closes every port. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(closeServer));
    this.#servers.clear();
  }

  #add(world: World, name: string, find: Finder): http.Server {
    const limits = { headerBytes: 4 * MAX_HEADER_BYTES, requestSeconds: world.options.requestSeconds };
    const server = createServer(limits, (request, response) => {
      void serve(world, find, request, response).catch(() => response.destroy());
    });
    this.#servers.set(name, server);
    return server;
  }
}

function triggerEntrance(
  world: World,
  entry: StoredFunction,
  trigger: StoredTrigger,
  request: http.IncomingMessage,
): Entrance {
  // By DNS rebinding, a web page can reach the loopback address under its own name, so other names are refused.
  if (!isOwnHost(request.headers.host, request.socket)) {
    throw notImplemented("Host", "the Host header must be a loopback name of this port");
  }
  if (world.store.functions.get(entry.functionName) !== entry) throw functionNotFound(entry.functionName);
  const { methods = [], authType = "function", corsConfig } = httpConfig(trigger);
  const { triggerCors } = world.options;
  const target = request.url ?? "/";
  return {
    operation: "HTTP trigger",
    entry,
    qualifier: trigger.qualifier,
    methods,
    authType: textOf(authType),
    target,
    cors: corsRules(corsConfig) ?? (triggerCors === "allowed" ? EVERY_PAGE : undefined),
  };
}

/** The function of a custom domain's route. The domain's `authConfig` applies, not that of a trigger. */
function domainEntrance(world: World, request: http.IncomingMessage): Entrance {
  const operation = "Custom domain";
  const name = hostName(request);
  const domain = world.store.customDomains.get(name);
  if (domain === undefined) throw domainNotFound(name);
  const { protocol, routeConfig, authConfig, corsConfig } = domain.config;
  if (protocol === "HTTPS") throw notImplemented(operation, `'${name}' allows only HTTPS, which is not emulated`);
  const [path] = splitTarget(request.url ?? "/");
  const route = routeFor(routeConfig, path);
  if (route === undefined) throw domainRouteNotFound(name, path);
  const functionName = textOf(field(route, "functionName"));
  const entry = world.store.functions.get(functionName);
  if (entry === undefined) throw functionNotFound(functionName);
  return {
    operation,
    entry,
    qualifier: textOf(field(route, "qualifier") ?? ""),
    methods: methodsOf(route),
    authType: textOf((isObject(authConfig) ? field(authConfig, "authType") : undefined) ?? "anonymous"),
    target: rewriteTarget(field(route, "rewriteConfig"), request.url ?? "/"),
    cors: corsRules(corsConfig),
  };
}

/** The methods of a route; an empty list means all, which is assumed. */
function methodsOf(route: JsonObject): Json | undefined {
  const methods = field(route, "methods");
  return Array.isArray(methods) && methods.length > 0 ? methods : undefined;
}

/** Name in the Host header, in lower case, without port. */
function hostName(request: http.IncomingMessage): string {
  return (request.headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
}

async function serve(
  world: World,
  find: Finder,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const requestId = newRequestId();
  const reply = await answer(world, find, request, requestId).catch((error: unknown): Reply => {
    if (!(error instanceof ServiceError)) throw error;
    const body = { Code: error.code, Message: error.message, RequestId: requestId };
    const headers = { ...JSON_TYPE, "x-fc-error-type": FC_COMMON_ERROR };
    return { status: error.status, headers, body: Buffer.from(JSON.stringify(body)) };
  });
  const isEmpty = hasNoBody(reply.status);
  const length = isEmpty ? {} : { "content-length": String(reply.body.length) };
  const headers = { ...reply.headers, ...length, "x-fc-request-id": requestId };
  response.writeHead(reply.status, headers).end(isEmpty || request.method === "HEAD" ? undefined : reply.body);
}

const JSON_TYPE = { "content-type": "application/json" };

async function answer(world: World, find: Finder, request: http.IncomingMessage, requestId: string): Promise<Reply> {
  if (world.options.callingPages === "local" && isPageFromElsewhere(request)) {
    const what =
      'web pages of other machines cannot call functions; to allow this, set callingPages: "anywhere" (--calling-pages anywhere)';
    throw notImplemented("Origin", what);
  }
  const entrance = find(request);
  const { cors } = entrance;
  const { origin } = request.headers;
  if (origin === undefined || cors === undefined) return await answerOf(world, entrance, request, requestId);
  if (isPreflight(request) && !allowsMethod(entrance.methods, "OPTIONS")) {
    return { status: 204, headers: preflightHeaders(cors, request), body: Buffer.alloc(0) };
  }
  const reply = await answerOf(world, entrance, request, requestId);
  // Headers of the function's answer take precedence.
  return { ...reply, headers: { ...corsHeaders(cors, origin), ...reply.headers } };
}

async function answerOf(
  world: World,
  { operation, entry, qualifier, methods, authType, target }: Entrance,
  request: http.IncomingMessage,
  requestId: string,
): Promise<Reply> {
  const method = request.method ?? "";
  if (!allowsMethod(methods, method)) throw methodNotAllowed(method);
  checkLimits(request);
  authenticate(world, authType, request, undefined);
  const isAsync = invocationType(request.headers["x-fc-invocation-type"]?.toString()) === "async";
  const body = await readBody(request, isAsync ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES);
  authenticate(world, authType, request, body);
  const clientAddress = request.socket.remoteAddress ?? "";
  const call: Call = {
    operation,
    requestId,
    event: Buffer.from(JSON.stringify(eventOf(world, request, target, body, requestId))),
    request: { method, target, headers: passedHeaders(request), body, clientAddress },
    invocationType: isAsync ? "async" : "sync",
    http: { method, uri: target, clientAddress },
  };
  if (isAsync) {
    const taskId = taskIdOf(request.headers["x-fc-async-task-id"]?.toString());
    acceptQualified(world, entry, qualifier, call, taskId ?? requestId);
    return {
      status: 202,
      headers: taskId === undefined ? {} : { "x-fc-async-task-id": taskId },
      body: Buffer.alloc(0),
    };
  }
  const { outcome, versionId, instanceId } = await runQualified(world, entry, qualifier, call);
  const seen = {
    "x-fc-instance-id": instanceId,
    "x-fc-invocation-function-version": versionId,
    "x-fc-invocation-service-version": versionId,
  };
  if (outcome.kind !== "result") {
    const failed = outcome.kind === "error" ? outcome.body : { errorMessage: outcome.kind };
    const bytes = Buffer.isBuffer(failed) ? failed : Buffer.from(JSON.stringify(failed));
    const type = outcome.kind === "error" && outcome.handled ? "HandledInvocationError" : "UnhandledInvocationError";
    const headers = { ...JSON_TYPE, ...seen, "x-fc-error-type": type };
    return { status: 502, headers, body: bytes };
  }
  const reply = outcome.http === undefined ? replyOf(outcome.body) : passedReply(outcome.http);
  checkReplyHeaders(reply);
  return { ...reply, headers: { ...reply.headers, ...seen } };
}

/** Checks the signature. If `body` is undefined, the body has not been read, and everything else is checked. */
function authenticate(world: World, authType: string, request: http.IncomingMessage, body: Buffer | undefined): void {
  if (authType === "anonymous") return;
  if (authType !== "function") throw notImplemented("authType", `'${authType}' is not emulated`);
  const { accessKeyId: id, accessKeySecret: secret } = world.identity;
  const { method = "", url: target = "/", headersDistinct: headers } = request;
  const secrets = secretsOf({ id, secret }, world.options.now().getTime());
  // The system's clock is used, because a test that changes the emulator's clock must still be able to sign.
  verifyHttpAcs3({ method, target, headers, body }, secrets, Date.now());
}

function checkLimits(request: http.IncomingMessage): void {
  const bytes = request.rawHeaders.reduce((total, text) => total + Buffer.byteLength(text), 0);
  if (bytes > MAX_HEADER_BYTES) throw invalidArgument(`request headers exceed ${MAX_HEADER_BYTES} bytes`);
  if (Buffer.byteLength(request.url ?? "") > MAX_TARGET_BYTES) {
    throw invalidArgument(`path and query exceed ${MAX_TARGET_BYTES} bytes`);
  }
}

/** Throws if the response headers are too large. The limit is documented for custom runtimes and assumed for handlers. */
function checkReplyHeaders({ headers }: Reply): void {
  const texts = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((text) => [name, text]));
  const bytes = texts.reduce((total, text) => total + Buffer.byteLength(text), 0);
  if (bytes > MAX_HEADER_BYTES) throw badResponse(`the response headers exceed ${MAX_HEADER_BYTES} bytes`);
}

/**
 * The event of an HTTP request, version v1.
 *
 * `rawPath` is the encoded path, `requestContext.http.path` the decoded one. Source: "Use an HTTP trigger to invoke a
 * function".
 */
function eventOf(
  world: World,
  request: http.IncomingMessage,
  target: string,
  body: Buffer,
  requestId: string,
): JsonObject {
  const [path, query] = splitTarget(target);
  const now = world.options.now();
  const host = hostName(request);
  const text = body.toString("utf8");
  const isText = Buffer.from(text).equals(body);
  return {
    version: "v1",
    rawPath: path,
    body: isText ? text : body.toString("base64"),
    isBase64Encoded: !isText,
    headers: headersOf(request),
    queryParameters: queryParameters(query),
    requestContext: {
      accountId: world.identity.accountId,
      domainName: host,
      domainPrefix: host.split(".")[0] ?? "",
      requestId,
      time: timestamp(world),
      timeEpoch: String(now.getTime()),
      http: {
        method: request.method ?? "",
        path: decodePath(path),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
    },
  };
}

/** The headers for a custom runtime: those of the request, without headers of the connection and of the service. */
function passedHeaders(request: http.IncomingMessage): HttpRequest["headers"] {
  const kept = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.test(name) && !isHopHeader(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The answer of a custom runtime, without headers of the connection and of the service. */
function passedReply({ status, headers, body }: HttpAnswer): Reply {
  if (!isFinalStatus(status)) throw badResponse(`the status is ${status}`);
  const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name) && !isHopHeader(name));
  const passed = kept.map(([name, value]) => [name, typeof value === "string" ? value : [...value]] as const);
  return { status, headers: Object.fromEntries(passed), body };
}

/** Formats header names like `X-Forwarded-For`, as in the documentation's sample. */
function headersOf(request: http.IncomingMessage): JsonObject {
  const kept = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.test(name) && !isHopHeader(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase()),
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
}

/** The query parameters. Values of a repeated name are joined by commas. */
function queryParameters(query: string): JsonObject {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(",")]));
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument(`the path is not percent-encoded text: ${path}`);
  }
}

/** The answer from a handler's result: an object with `statusCode` is the whole answer; any other value is the body of a 200. */
function replyOf(result: Buffer): Reply {
  const said = parsed(result);
  if (!isObject(said) || field(said, "statusCode") === undefined) {
    return { status: 200, headers: JSON_TYPE, body: result };
  }
  const status = Number(field(said, "statusCode"));
  if (!isFinalStatus(status)) throw badResponse(`statusCode is ${textOf(field(said, "statusCode"))}`);
  const body = field(said, "body") ?? "";
  const bytes = Buffer.from(textOf(body), field(said, "isBase64Encoded") === true ? "base64" : "utf8");
  return { status, headers: { ...JSON_TYPE, ...replyHeaders(field(said, "headers")) }, body: bytes };
}

/**
 * Whether a number can be the status of a complete answer. A status of 1xx only announces an answer. Source: RFC 9110, section
 * 15.
 */
function isFinalStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

function replyHeaders(given: Json | undefined): Record<string, string | string[]> {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw badResponse("headers is not an object");
  const headers = Object.entries(given).map(([name, value]): [string, string | string[]] => {
    const texts = Array.isArray(value) ? value.map(textOf) : textOf(value);
    try {
      http.validateHeaderName(name);
      for (const text of [texts].flat()) http.validateHeaderValue(name, text);
    } catch {
      throw badResponse(`header ${JSON.stringify(name)} cannot be sent`);
    }
    return [name.toLowerCase(), texts];
  });
  return Object.fromEntries(headers.filter(([name]) => !isHopHeader(name) && !OWN_HEADERS.test(name)));
}

function parsed(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString("utf8")) as Json;
  } catch {
    return undefined;
  }
}
