/** An instance of a custom runtime: an HTTP server of the user, which may serve several requests at once. */
import { randomBytes } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";

import { isHopHeader } from "../base/httpMessage";
import type { Hooks, HttpAnswer, HttpRequest, Instance, InvocationContext, Job, Outcome, Phase } from "./instance";
import { MAX_RESPONSE_BYTES } from "./language";
import type { Launcher, StartCommand } from "./launcher";
import { LogTail } from "./logTail";

/** Pause between two checks whether the server listens, in ms. */
const LOOK_MS = 20;

/** Longest wait for the report that a process ended, after its connections have ended, in ms. */
const END_WAIT_MS = 500;

/** Thrown if a server did not start. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
  /** The cause: `exit code: n`, a signal, or a system error code; undefined if the server runs but does not listen. */
  readonly reason: string | undefined;
  /** Output of the server. */
  readonly log: string;

  constructor(reason: string | undefined, log: string) {
    super(reason ?? "the server does not listen");
    this.reason = reason;
    this.log = log;
  }
}

/** The reason why the server gave no answer. */
interface Failure {
  readonly failure: string;
}

/**
 * How long an idle connection is kept for the next request, in ms. Servers close an idle connection later than this, so
 * no server closes a connection just when a request is sent.
 */
const REUSE_MS = 1000;

/** One request in progress. */
interface Running {
  readonly log: LogTail;
  readonly abort: (reason: string) => void;
}

/** A process with an HTTP server on its own port. */
export class ServerInstance implements Instance {
  readonly id: string;
  /** Port of the server on the loopback address. */
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

  /** Waits until the server accepts connections. Throws a {@link NotStarted} after `limitMs`, or if the server ends before. */
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

  /** Runs the initializer. Returns its outcome if it failed; the next request then uses another instance. */
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
    const answer = await this.#send(request, own, cancel.signal).catch((error: Error) => ({ failure: error.message }));
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

  /**
   * Sends a request to the user's server. The promise resolves at the latest when the signal aborts, whatever the server does.
   */
  #send(request: HttpRequest, own: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer | Failure> {
    return new Promise((resolve) => {
      const fail = (failure: string) => resolve({ failure });
      signal.addEventListener("abort", () => fail("the call was ended"));
      const given = Object.entries(request.headers).filter(([name]) => !isHopHeader(name));
      const { method, target } = request;
      const hasBody = request.body.length > 0 || ["POST", "PUT", "PATCH"].includes(method);
      const length = hasBody ? { "content-length": String(request.body.length) } : {};
      const headers = { ...Object.fromEntries(given), ...own, ...length };
      const options = { host: "127.0.0.1", port: this.port, agent: this.#agent, method, path: target, headers, signal };
      const sent = http.request(options as http.RequestOptions, (response) => {
        const { statusCode = 0 } = response;
        if (statusCode < 200)
          return fail(`the server answered with status ${statusCode}, after which an answer must follow`);
        readAnswer(response).then(resolve, (error: Error) => fail(error.message));
      });
      sent.on("error", (error) => fail(error.message));
      sent.on("upgrade", (response, socket) => {
        socket.destroy();
        fail(`the server switched protocols (status ${response.statusCode}), which no request allowed`);
      });
      sent.end(request.body);
    });
  }

  /**
   * Waits until the end of the process is reported, for at most {@link END_WAIT_MS}. The connections of a process may break
   * before its end is reported.
   */
  async #endIsTold(): Promise<void> {
    if (this.#ended !== undefined || this.#stopped !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#tellEnd = resolve;
      setTimeout(resolve, END_WAIT_MS).unref();
    });
  }

  #output(stream: "stdout" | "stderr", data: Buffer): void {
    if (this.#lastJob === undefined) this.#startLog.add(stream, data);
    // It is not known which of several requests wrote the output, so each request gets it.
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

/** The outcome without status and headers, for callers that do not use HTTP and receive only the body. */
function withoutHttp(outcome: Outcome): Outcome {
  if (outcome.kind !== "result") return outcome;
  const { body, memoryMb, log } = outcome;
  return { kind: "result", body, memoryMb, log };
}

/** Headers that describe an invocation to the server. Source of the names: documentation, and captures that users published. */
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
    // The header is empty for LATEST, as in a capture of real traffic.
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
  const headers = Object.fromEntries(Object.entries(response.headers).filter(([name]) => !isHopHeader(name))) as Record<
    string,
    string | string[]
  >;
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
