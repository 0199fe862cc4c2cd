/** An instance of a built-in runtime: a process that runs one call at a time, and stays alive between calls. */
import { randomBytes } from "node:crypto";

import type { Hooks, Instance, Job, Outcome, Phase } from "./instance";
import type { Launcher, StartCommand } from "./launcher";
import { LogTail } from "./logTail";

/** Longest wait for the end of the log after the answer, in ms. */
const LOG_WAIT_MS = 500;

interface Reply {
  readonly token: string;
  readonly result?: string;
  readonly error?: object;
  readonly handled?: boolean;
  readonly memory: number;
}

interface Running {
  readonly token: string;
  readonly phase: Phase;
  readonly log: LogTail;
  readonly finish: (outcome: Outcome) => void;
  reply?: Reply;
}

/** A process with a script of the emulator, which calls the user's handlers. */
export class HandlerInstance implements Instance {
  readonly id: string;
  readonly #launcher: Launcher;
  #running: Running | undefined;
  #ended: string | undefined;
  #stopped: Promise<void> | undefined;
  #lastJob: Job | undefined;
  #isInitialized = false;
  readonly #hooks: Hooks;

  constructor(id: string, launcher: Launcher, command: StartCommand, hooks: Hooks) {
    this.id = id;
    this.#launcher = launcher;
    this.#hooks = hooks;
    launcher.start(id, command, {
      line: (text) => this.#take(text),
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

  async run(job: Job, timeoutMs: number): Promise<Outcome> {
    this.#lastJob = job;
    const { initializer } = this.#hooks;
    if (initializer === undefined || this.#isInitialized) {
      return this.#call("handle", job.context.function.handler, job, timeoutMs);
    }
    const initialized = await this.#call("initialize", initializer.handler, job, initializer.timeoutMs);
    if (initialized.kind !== "result") {
      // The initializer failed. The next request runs the initializer again, in another instance.
      await this.stop();
      return initialized;
    }
    this.#isInitialized = true;
    const outcome = await this.#call("handle", job.context.function.handler, job, timeoutMs);
    outcome.log.putBefore(initialized.log, job.context.requestId);
    return outcome;
  }

  async retire(): Promise<void> {
    const { preStop } = this.#hooks;
    if (preStop !== undefined && this.#lastJob !== undefined && this.isUsable) {
      await this.#call("preStop", preStop.handler, this.#lastJob, preStop.timeoutMs);
    }
    await this.stop();
  }

  async #call(phase: Phase, handler: string, job: Job, timeoutMs: number): Promise<Outcome> {
    const token = randomBytes(16).toString("hex");
    const log = new LogTail(token);
    if (this.#ended !== undefined) return { kind: "ended", phase, reason: this.#ended, log };
    let timer: NodeJS.Timeout | undefined;
    const outcome = await new Promise<Outcome>((finish) => {
      this.#running = { token, phase, log, finish };
      timer = setTimeout(() => finish({ kind: "timeout", phase, afterMs: timeoutMs, log }), timeoutMs);
      const { context, runtime } = job;
      const event = phase === "handle" ? job.event.toString("base64") : "";
      this.#launcher.send(this.id, JSON.stringify({ token, call: phase, handler, event, context, runtime }));
    });
    clearTimeout(timer);
    this.#running = undefined;
    if (outcome.kind === "timeout" || outcome.kind === "ended") await this.stop();
    return outcome;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#launcher.stop(this.id);
    const running = this.#running;
    running?.finish({ kind: "ended", phase: running.phase, reason: "the instance was stopped", log: running.log });
    return this.#stopped;
  }

  #take(text: string): void {
    const running = this.#running;
    const reply = parseReply(text);
    // The user's code can write to the channel as well, so only an answer with this request's token counts.
    if (running === undefined || reply?.token !== running.token) return;
    running.reply = reply;
    if (running.log.isComplete) this.#finish(running, reply);
    else setTimeout(() => this.#finish(running, reply), LOG_WAIT_MS).unref();
  }

  #output(stream: "stdout" | "stderr", data: Buffer): void {
    const running = this.#running;
    if (running === undefined) return;
    running.log.add(stream, data);
    if (running.log.isComplete && running.reply !== undefined) this.#finish(running, running.reply);
  }

  #finish(running: Running, reply: Reply): void {
    const { log, phase } = running;
    if (reply.result !== undefined) {
      running.finish({ kind: "result", body: Buffer.from(reply.result, "base64"), memoryMb: reply.memory, log });
      return;
    }
    const { error = {}, handled = false, memory } = reply;
    running.finish({ kind: "error", body: error, handled, phase, memoryMb: memory, log });
  }

  #end(reason: string): void {
    this.#ended = reason;
    const running = this.#running;
    if (running === undefined) {
      void this.stop();
      return;
    }
    // If an answer arrived just before the process ended, this answer is the outcome of the request.
    if (running.reply !== undefined) this.#finish(running, running.reply);
    else running.finish({ kind: "ended", phase: running.phase, reason, log: running.log });
  }
}

function parseReply(text: string): Reply | undefined {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return undefined;
  }
}
