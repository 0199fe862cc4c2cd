/** What an instance is to the pool, and what goes in and comes out. */
import type { LogTail } from "./logTail";

/** A request over HTTP, as the caller sent it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  /** Address the caller has for the service. */
  readonly clientAddress?: string;
}

/** The user's own answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** What an invocation knows about itself, in the shape Node.js handlers get. */
export interface InvocationContext {
  readonly requestId: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken: string;
  };
  readonly function: {
    readonly name: string;
    readonly handler: string;
    readonly memory: number;
    readonly timeout: number;
  };
  readonly service: {
    readonly name: string;
    readonly logProject: string;
    readonly logStore: string;
    readonly qualifier: string;
    readonly versionId: string;
  };
  readonly region: string;
  readonly accountId: string;
  readonly tracing: object;
}

/** One invocation. */
export interface Job {
  readonly event: Buffer;
  /** The request behind the invocation, which only custom runtimes see as it is. */
  readonly http?: HttpRequest;
  /** Each runtime gives it the shape of its language. */
  readonly context: InvocationContext;
  readonly runtime: string;
}

/** Code around the requests of an instance. */
export interface Hook {
  readonly handler: string;
  /** How long it may take, ms. */
  readonly timeoutMs: number;
}

/** The hooks of a function. */
export interface Hooks {
  /** Runs once, before the first request. */
  readonly initializer?: Hook;
  /** Runs once, before an instance that still works is ended. */
  readonly preStop?: Hook;
}

/** What was running when something happened. */
export type Phase = "initialize" | "handle" | "preStop";

/** How a request ended. */
export type Outcome = (
  | { readonly kind: "result"; readonly body: Buffer; readonly memoryMb: number; readonly http?: HttpAnswer }
  | {
      readonly kind: "error";
      /** Bytes are what the user's server answered; an object is the description of a language. */
      readonly body: object | Buffer;
      readonly handled: boolean;
      readonly phase: Phase;
      readonly memoryMb: number;
    }
  | { readonly kind: "timeout"; readonly phase: Phase; readonly afterMs: number }
  | { readonly kind: "ended"; readonly phase: Phase; readonly reason: string }
) & { readonly log: LogTail };

/** A process of the user's code. */
export interface Instance {
  /** Name in answers and in `FC_INSTANCE_ID`. */
  readonly id: string;
  /** Whether it can take another request. */
  readonly isUsable: boolean;
  /** Whether it has not been given a request yet. */
  readonly isNew: boolean;
  /** Runs one request; after `timeoutMs` the instance is stopped. Never rejects. */
  run(job: Job, timeoutMs: number): Promise<Outcome>;
  /** Runs the preStop hook, if there is one and a request was served, and then stops. */
  retire(): Promise<void>;
  /** Ends the process and everything it left behind. */
  stop(): Promise<void>;
}
