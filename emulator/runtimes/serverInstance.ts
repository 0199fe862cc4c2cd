/** An instance of a custom runtime: the user's own HTTP server, which may serve several requests at once. */
import { randomBytes } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";

import type { Hooks, HttpAnswer, HttpRequest, Instance, InvocationContext, Job, Outcome, Phase } from "./instance";
import { MAX_RESPONSE_BYTES } from "./language";
import type { Launcher, StartCommand } from "./launcher";
import { LogTail } from "./logTail";

/** Pause between two looks whether the server listens, ms. */
const LOOK_MS = 20;

/** How long the end of a process may lag behind the end of its connections, ms. */
const END_WAIT_MS = 500;

/** Headers of a connection, not of a message. */
const HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding", "content-length", "upgrade"];

/** Why a server did not come up. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
  /** `exit code: n`, a signal or a system error code; undefined = it runs and does not listen. */
  readonly reason: string | undefined;
  /** What it wrote. */
  readonly log: string;

  constructor(reason: string | undefined, log: string) {
    super(reason ?? "the server does not listen");
    this.reason = reason;
    this.log = log;
  }
}

/** Why there is no answer. */
interface Failure {
  readonly failure: string;
}

/**
 * How long a connection without a request is kept for the next one, ms: less than servers keep theirs, so that none is closed under
 * a request.
 */
const REUSE_MS = 1000;

/** One request on its way. */
interface Running {
  readonly log: LogTail;
  readonly abort: (reason: string) => void;
}

/** A process that listens on a port of its own. */
export class ServerInstance implements Instance {
  readonly id: string;
  /** Where it listens on the loopback address. */
  readonly port: number;
  readonly #launcher: Launcher;
  readonly #hooks: Hooks;
  readonly #running = new Set<Running>();
  readonly #agent = new http.Agent({ keepAlive: true, timeout: REUSE_MS });
  readonly #startLog = new LogTail(randomBytes(16).toString("hex"));
  #initialized: Promise<Outcome | undefined> | undefined;
  #lastJob: Job | undefined;
  #ended: string | undefined;
  #tellEnd: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(id: string, launcher: Launcher, command: StartCommand, port: number, hooks: Hooks) {
    this.id = id;
    this.port = port;
    this.#launcher = launcher;
    this.#hooks = hooks;
    launcher.start(id, command, {
      line: () => undefined,
      output: (stream, data) => this.#output(stream, data),
      ended: (reason) => this.#end(reason),
    });
  }

  get isUsable(): boolean {
    return this.#ended === undefined && this.#stopped === undefined;
  }

  get isNew(): boolean {
    return this.#lastJob === undefined;
  }

  /** Waits until the server takes connections. Throws a {@link NotStarted} after `limitMs` or when it ends before. */
  async started(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!(await takesConnections(this.port))) {
      if (this.#ended === undefined && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        continue;
      }
      const reason = this.#ended;
      await this.#launcher.sync(this.id);
      await this.stop();
      throw new NotStarted(reason, this.#startLog.end(1024).toString());
    }
  }

  async run(job: Job, timeoutMs: number): Promise<Outcome> {
    this.#lastJob = job;
    this.#initialized ??= this.#initialize(job);
    const failure = await this.#initialized;
    if (failure !== undefined) return failure;
    const request = job.http ?? { method: "POST", target: "/invoke", headers: EVENT_HEADERS, body: job.event };
    const outcome = await this.#call(request, "handle", job, job.http ? "/http-invoke" : "/invoke", timeoutMs);
    return job.http === undefined ? withoutHttp(outcome) : outcome;
  }

  async retire(): Promise<void> {
    const { preStop } = this.#hooks;
    if (preStop !== undefined && this.#lastJob !== undefined && this.isUsable) {
      const request = { method: "GET", target: "/pre-stop", headers: {}, body: Buffer.alloc(0) };
      await this.#call(request, "preStop", this.#lastJob, "/pre-stop", preStop.timeoutMs);
    }
    await this.stop();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#launcher.stop(this.id);
    for (const { abort } of this.#running) abort("the instance was stopped");
    this.#agent.destroy();
    return this.#stopped;
  }

  /** The outcome of an initializer that failed; the next request then tries another instance. */
  async #initialize(job: Job): Promise<Outcome | undefined> {
    const { initializer } = this.#hooks;
    if (initializer === undefined) return undefined;
    const request = { method: "POST", target: "/initialize", headers: {}, body: Buffer.alloc(0) };
    const outcome = await this.#call(request, "initialize", job, "/initialize", initializer.timeoutMs);
    const isFine = outcome.kind === "result" && (outcome.http?.status ?? 0) >= 200 && (outcome.http?.status ?? 0) < 300;
    if (isFine) return undefined;
    await this.stop();
    if (outcome.kind !== "result") return outcome;
    const { body, memoryMb, log } = outcome;
    return { kind: "error", body, handled: false, phase: "initialize", memoryMb, log };
  }

  async #call(request: HttpRequest, phase: Phase, job: Job, controlPath: string, timeoutMs: number): Promise<Outcome> {
    const log = new LogTail(randomBytes(16).toString("hex"));
    if (this.#ended !== undefined) return { kind: "ended", phase, reason: this.#ended, log };
    const cancel = new AbortController();
    let stopped: string | undefined;
    const running: Running = {
      log,
      abort: (reason) => {
        stopped ??= reason;
        cancel.abort();
      },
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      cancel.abort();
    }, timeoutMs);
    this.#running.add(running);
    const caller = request.clientAddress === undefined ? {} : { "x-fc-client-ip": request.clientAddress };
    const own = { ...contextHeaders(job.context, controlPath), ...caller };
    const answer = await this.#send(request, own, cancel.signal);
    const memoryMb = await this.#launcher.sync(this.id);
    clearTimeout(timer);
    this.#running.delete(running);
    if (isLate || "failure" in answer) {
      if (!isLate) await this.#endIsTold();
      const reason = stopped ?? this.#ended ?? ("failure" in answer ? answer.failure : "");
      await this.stop();
      return isLate ? { kind: "timeout", phase, afterMs: timeoutMs, log } : { kind: "ended", phase, reason, log };
    }
    const isFailure = answer.headers["x-fc-status"] === "404";
    if (isFailure) return { kind: "error", body: answer.body, handled: false, phase, memoryMb, log };
    return { kind: "result", body: answer.body, memoryMb, http: answer, log };
  }

  #send(request: HttpRequest, own: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer | Failure> {
    return new Promise((resolve) => {
      const given = Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.includes(name));
      const { method, target } = request;
      const hasBody = request.body.length > 0 || ["POST", "PUT", "PATCH"].includes(method);
      const length = hasBody ? { "content-length": String(request.body.length) } : {};
      const headers = { ...Object.fromEntries(given), ...own, ...length };
      const options = { host: "127.0.0.1", port: this.port, agent: this.#agent, method, path: target, headers, signal };
      const sent = http.request(options as http.RequestOptions, (response) => {
        readAnswer(response).then(resolve, (error: Error) => resolve({ failure: error.message }));
      });
      sent.on("error", (error) => resolve({ failure: error.message }));
      sent.end(request.body);
    });
  }

  /** The end of a process may be told after its connections broke; one that goes on living is not waited for. */
  async #endIsTold(): Promise<void> {
    if (this.#ended !== undefined || this.#stopped !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#tellEnd = resolve;
      setTimeout(resolve, END_WAIT_MS).unref();
    });
  }

  #output(stream: "stdout" | "stderr", data: Buffer): void {
    if (this.#lastJob === undefined) this.#startLog.add(stream, data);
    // Nothing tells which of several requests wrote it, so each gets it.
    for (const { log } of this.#running) log.add(stream, data);
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#tellEnd?.();
    for (const { abort } of this.#running) abort(reason);
    if (this.#lastJob !== undefined) void this.stop();
  }
}

const EVENT_HEADERS = { "content-type": "application/octet-stream" };

/** Only a caller over HTTP sees status and headers; to others the body is the result. */
function withoutHttp(outcome: Outcome): Outcome {
  if (outcome.kind !== "result") return outcome;
  const { body, memoryMb, log } = outcome;
  return { kind: "result", body, memoryMb, log };
}

/** What the server is told about an invocation. Source of the names: documentation and captures of public users. */
export function contextHeaders(context: InvocationContext, controlPath: string): Record<string, string> {
  const { versionId } = context.service;
  return {
    "x-fc-request-id": context.requestId,
    "x-fc-function-name": context.function.name,
    "x-fc-function-handler": context.function.handler,
    "x-fc-function-memory": String(context.function.memory),
    "x-fc-function-timeout": String(context.function.timeout),
    "x-fc-region": context.region,
    "x-fc-account-id": context.accountId,
    "x-fc-qualifier": context.service.qualifier,
    // Empty on LATEST: seen in a capture.
    "x-fc-version-id": versionId === "LATEST" ? "" : versionId,
    "x-fc-access-key-id": context.credentials.accessKeyId,
    "x-fc-access-key-secret": context.credentials.accessKeySecret,
    "x-fc-security-token": context.credentials.securityToken,
    "x-fc-service-logproject": context.service.logProject,
    "x-fc-service-logstore": context.service.logStore,
    "x-fc-control-path": controlPath,
    "x-fc-retry-count": "0",
  };
}

async function readAnswer(response: http.IncomingMessage): Promise<HttpAnswer | Failure> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) {
      response.destroy();
      return { failure: `the response is larger than ${MAX_RESPONSE_BYTES} bytes` };
    }
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => !HOP_HEADERS.includes(name)),
  ) as Record<string, string | string[]>;
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.on("connect", () => done(true));
    socket.on("error", () => done(false));
  });
}
