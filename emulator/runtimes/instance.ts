/** One instance: a process that runs one request at a time and is kept warm between them. */
import { randomBytes } from "node:crypto";

import type { Launcher, StartCommand } from "./launcher";
import { LogTail } from "./logTail";

/** How long the log may lag behind the answer before it is taken as it is, ms. */
const LOG_WAIT_MS = 500;

/** What a handler is called with. */
export interface Job {
  readonly event: Buffer;
  /** Runtime-neutral context; each runtime's script gives it the shape of its language. */
  readonly context: object;
  readonly runtime: string;
  readonly initializer: string | undefined;
}

/** How a request ended. */
export type Outcome = (
  | { readonly kind: "result"; readonly body: Buffer; readonly memoryMb: number }
  | {
      readonly kind: "error";
      readonly body: object;
      readonly handled: boolean;
      readonly phase: string;
      readonly memoryMb: number;
    }
  | { readonly kind: "timeout" }
  | { readonly kind: "ended"; readonly reason: string }
) & { readonly log: LogTail };

interface Reply {
  readonly token: string;
  readonly result?: string;
  readonly error?: object;
  readonly handled?: boolean;
  readonly phase?: string;
  readonly memory: number;
}

interface Running {
  readonly token: string;
  readonly log: LogTail;
  readonly finish: (outcome: Outcome) => void;
  reply?: Reply;
}

/** A process of the user's code. */
export class Instance {
  /** Name in answers and in `FC_INSTANCE_ID`. */
  readonly id: string;
  readonly #launcher: Launcher;
  #running: Running | undefined;
  #ended: string | undefined;
  #stopped: Promise<void> | undefined;
  #hasRun = false;

  constructor(id: string, launcher: Launcher, command: StartCommand) {
    this.id = id;
    this.#launcher = launcher;
    launcher.start(id, command, {
      line: (text) => this.#take(text),
      output: (stream, data) => this.#output(stream, data),
      ended: (reason) => this.#end(reason),
    });
  }

  /** Whether it can take another request. */
  get isUsable(): boolean {
    return this.#ended === undefined && this.#stopped === undefined;
  }

  /** Whether it has not been given a request yet. */
  get isNew(): boolean {
    return !this.#hasRun;
  }

  /** Runs one request; after `timeoutMs` the instance is stopped. Never rejects. */
  async run(job: Job, timeoutMs: number): Promise<Outcome> {
    this.#hasRun = true;
    const token = randomBytes(16).toString("hex");
    const log = new LogTail(token);
    if (this.#ended !== undefined) return { kind: "ended", reason: this.#ended, log };
    let timer: NodeJS.Timeout | undefined;
    const outcome = await new Promise<Outcome>((finish) => {
      this.#running = { token, log, finish };
      timer = setTimeout(() => finish({ kind: "timeout", log }), timeoutMs);
      const { event, ...rest } = job;
      this.#launcher.send(this.id, JSON.stringify({ token, event: event.toString("base64"), ...rest }));
    });
    clearTimeout(timer);
    this.#running = undefined;
    if (outcome.kind === "timeout" || outcome.kind === "ended") await this.stop();
    return outcome;
  }

  /** Ends the process and everything it left behind. */
  stop(): Promise<void> {
    this.#stopped ??= this.#launcher.stop(this.id);
    const running = this.#running;
    running?.finish({ kind: "ended", reason: "the instance was stopped", log: running.log });
    return this.#stopped;
  }

  #take(text: string): void {
    const running = this.#running;
    const reply = parseReply(text);
    // User code can write to the channel too; only an answer to this request counts.
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
    const { log } = running;
    if (reply.result !== undefined) {
      running.finish({ kind: "result", body: Buffer.from(reply.result, "base64"), memoryMb: reply.memory, log });
      return;
    }
    const { error = {}, handled = false, phase = "handle", memory } = reply;
    running.finish({ kind: "error", body: error, handled, phase, memoryMb: memory, log });
  }

  #end(reason: string): void {
    this.#ended = reason;
    const running = this.#running;
    if (running === undefined) {
      void this.stop();
      return;
    }
    // An answer may have come just before the end; it is the outcome then.
    if (running.reply !== undefined) this.#finish(running, running.reply);
    else running.finish({ kind: "ended", reason, log: running.log });
  }
}

function parseReply(text: string): Reply | undefined {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return undefined;
  }
}
