/** The types of instances, of the requests that the pool gives to them, and of the outcomes that they return. */
import type { LogTail } from "./logTail";

/** An HTTP request, in the form in which the caller sent it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly target: string;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  /** Address of the caller. */
  readonly clientAddress?: string;
}

/** HTTP answer of the user's code. */
export interface HttpAnswer {
  readonly status: number;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** The context of an invocation, in the form for Node.js handlers. */
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
  /** The HTTP request of the invocation. Only custom runtimes receive it unchanged. */
  readonly http?: HttpRequest;
  /** The context of the invocation. Each runtime converts it to the form of its language. */
  readonly context: InvocationContext;
  readonly runtime: string;
}

/** A hook of an instance. */
export interface Hook {
  readonly handler: string;
  /** Longest time, in ms. */
  readonly timeoutMs: number;
}

/** The hooks of a function. */
export interface Hooks {
  /** Runs once, before the first request of the instance. */
  readonly initializer?: Hook;
  /** Runs once before the instance is ended, if the instance got a request and still works. */
  readonly preStop?: Hook;
}

/** The part of an instance's life in which an error happened. */
export type Phase = "initialize" | "handle" | "preStop";

/** How a request ended. */
export type Outcome = (
  | { readonly kind: "result"; readonly body: Buffer; readonly memoryMb: number; readonly http?: HttpAnswer }
  | {
      readonly kind: "error";
      /** The body: bytes from the user's server, or an error object in the form of the language. */
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
  /** Id of the instance, in answers and in `FC_INSTANCE_ID`. */
  readonly id: string;
  /** Whether the instance can take another request. */
  readonly isUsable: boolean;
  /** Whether the instance has had no request yet. */
  readonly isNew: boolean;
  /** Runs one request; after `timeoutMs` the instance is stopped. Never rejects. */
  run(job: Job, timeoutMs: number): Promise<Outcome>;
  /** Runs the preStop hook, if there is one and the instance served a request, and then stops the instance. */
  retire(): Promise<void>;
  /** Ends the process and all processes that it started. */
  stop(): Promise<void>;
}
