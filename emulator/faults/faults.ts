/** Faults that a test can add: what happens to the n-th request of an operation. */
import { validateHeaderName, validateHeaderValue } from "node:http";

import { draw } from "../base/draw";
import type { Json } from "../base/json";

/** An error answer of the service. */
export interface Refusal {
  /** HTTP status of the answer, 200 to 599. With 2xx, a client sees a success whose body is the error. */
  readonly status: number;
  /** The service's error code. */
  readonly code: string;
  /** The service's error message. */
  readonly message: string;
  /**
   * Headers added to the answer, for example `x-acs-retry-after` for a throttling error. Default none. The headers
   * `content-length`, `transfer-encoding` and `trailer` are refused, because the emulator sets how the body is sent.
   */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request of another client. */
export interface OutOfBandRequest {
  /** HTTP method. */
  readonly method: string;
  /** Path with its query, below the base path: `/functions/f/aliases/live`. */
  readonly path: string;
  /** JSON body. Default none. */
  readonly body?: Json;
}

/** An answer with only a status. */
export interface StatusOnly {
  /** HTTP status of the answer, 200 to 599. */
  readonly status: number;
}

/** An action without fields. */
export type NoFields = Readonly<Record<never, never>>;

/**
 * Actions of faults that can be written as JSON, by kind. With `applyThen…` and `hang`, the request is carried out and
 * its answer is lost.
 */
export interface PlannedActions {
  /** Refuses with a service error; nothing is applied. */
  readonly reject: Refusal;
  /** Closes the connection; nothing is applied. */
  readonly resetBefore: NoFields;
  /** Applies the request, then closes the connection. */
  readonly applyThenReset: NoFields;
  /** Applies the request, then answers a service error. */
  readonly applyThenReject: Refusal;
  /** Applies the request, then answers an HTML page. */
  readonly applyThenHtml: StatusOnly;
  /** Applies the request, then sends half of the answer and closes the connection. */
  readonly applyThenTruncate: NoFields;
  /** Answers an HTML page; nothing is applied. */
  readonly html: StatusOnly;
  /** Redirects; nothing is applied. */
  readonly redirect: {
    /** HTTP status of the answer: 301, 302, 303, 307 or 308. */
    readonly status: number;
    /** Address to which the client is redirected. */
    readonly location: string;
  };
  /** Applies the request, then never answers. */
  readonly hang: NoFields;
  /** Waits, then carries out the request as usual. */
  readonly delay: {
    /** Time to wait in milliseconds, 0 or more. */
    readonly ms: number;
  };
  /** Closes the connection, and applies the request later: before the answer to the last of the next `afterRequests` requests. */
  readonly applyLate: {
    /** Number of further requests, 1 or more. */
    readonly afterRequests: number;
  };
  /**
   * Answers a GET with the state before the last changes. Other requests are not affected, so the operation of the fault is
   * `*` or one that reads the state.
   */
  readonly stale: {
    /** Number of changes to look back, 1 or more. Changes before the fault was added do not count. */
    readonly changes: number;
  };
  /** First carries out a request of another client. Then the request is carried out as usual. */
  readonly outOfBand: {
    /** The request of the other client. */
    readonly request: OutOfBandRequest;
  };
}

/** An action that can be written as JSON: `kind` and the fields of that kind. */
export type PlannedAction = {
  [Kind in keyof PlannedActions]: {
    /** Kind of the action. */
    readonly kind: Kind;
  } & PlannedActions[Kind];
}[keyof PlannedActions];

/** The action of a fault. */
export type FaultAction =
  | PlannedAction
  /** Runs a hook first, then continues as if there were no fault. */
  | {
      /** Kind of the action. */
      readonly kind: "before";
      /** Function to call before the request. If it throws, the connection is closed. */
      readonly run: () => void | Promise<void>;
    };

/**
 * Operation name for faults of attempts to run asynchronous events, instead of faults of requests. Such a fault must have
 * the action `reject`: the attempt fails with its status and code. With 429 or 5xx, the event is retried after a growing wait, by the emulator's clock.
 */
export const ASYNC_ATTEMPT = "AsyncAttempt";

/** A fault, and the requests that it affects. */
export interface Fault {
  /**
   * Name of the operation, for example `PublishFunctionVersion`; `*` means any request; `AsyncAttempt` means attempts
   * at asynchronous events, for `reject` only.
   */
  readonly operation: string;
  /** Number of the first affected request of the operation, counted from 1 since the fault was added. Default 1. */
  readonly nth?: number;
  /** Number of affected requests, default 1; `Infinity` means all. */
  readonly times?: number;
  /** Probability that the fault affects a due request, above 0 and up to 1, default 1. With the same seed, the same requests are affected. */
  readonly probability?: number;
  /** Seed for the probability, any whole number, default 0. */
  readonly seed?: number;
  /** What the fault does. */
  readonly action: FaultAction;
}

/** A fault that was added, and its counts so far. */
export interface OrderedFault {
  /** The fault as it was added. */
  readonly fault: Fault;
  /** Number of requests of its operation since the fault was added. */
  readonly seen: number;
  /** Number of requests that the fault has affected. */
  readonly struck: number;
}

/** An action before a request. The request is then carried out as usual. */
export type Prelude = Extract<FaultAction, { kind: "before" | "delay" | "outOfBand" }>;

/** The actions for one request: any number of preludes, and at most one other fault. */
export interface Strike {
  readonly preludes: readonly Prelude[];
  readonly action?: Exclude<FaultAction, Prelude>;
}

/** The parts of a request that determine its faults. */
export interface Target {
  readonly operation: string;
  readonly method: string;
}

/** The operations that faults may name. */
export interface Known {
  /** Names of all operations. */
  readonly operations: readonly string[];
  /** Names of the operations that read the state by GET. */
  readonly reads: readonly string[];
  /** Whether the API has an operation for the method and the path of the request. */
  readonly isRequest: (request: OutOfBandRequest) => boolean;
}

type Counted = { -readonly [Name in keyof OrderedFault]: OrderedFault[Name] };

/**
 * The faults of one emulator.
 *
 * A fault is due from its n-th request on until it has affected `times` requests. If several faults are due, only the
 * one that was added first takes effect, so two faults for one operation affect two requests. Faults of kind `before`,
 * `delay` and `outOfBand` take effect in addition to another fault.
 */
export class Faults {
  #ordered: Counted[] = [];
  readonly #known: Known;

  /** @internal */
  constructor(known: Known) {
    this.#known = known;
  }

  /** Adds all of the faults, or none. Throws a RangeError for a fault that can never take effect as it describes. */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) check(fault, this.#known);
    for (const fault of faults) this.#ordered.push({ fault, seen: 0, struck: 0 });
  }

  /** Removes all faults. */
  clear(): void {
    this.#ordered = [];
  }

  /** All faults that were added since the last `clear`, in that order. */
  list(): readonly OrderedFault[] {
    return this.#ordered.map((ordered) => ({ ...ordered }));
  }

  /** The largest `changes` of all `stale` faults, so how many older states must be kept. @internal */
  get reach(): number {
    const changes = this.#ordered.map(({ fault, struck }) =>
      fault.action.kind === "stale" && struck < (fault.times ?? 1) ? fault.action.changes : 0,
    );
    return Math.max(0, ...changes);
  }

  /** Counts a request, and returns the faults that affect it. @internal */
  next(target: Target): Strike {
    const preludes: Prelude[] = [];
    let action: Strike["action"];
    for (const ordered of this.#ordered) {
      if (!concerns(ordered.fault, target)) continue;
      ordered.seen += 1;
      if (!isDue(ordered)) continue;
      const candidate = ordered.fault.action;
      if (candidate.kind === "before" || candidate.kind === "delay" || candidate.kind === "outOfBand") {
        preludes.push(candidate);
      } else {
        if (action !== undefined) continue;
        action = candidate;
      }
      ordered.struck += 1;
    }
    return action === undefined ? { preludes } : { preludes, action };
  }
}

function concerns({ operation, action }: Fault, target: Target): boolean {
  if (operation === "*" ? target.operation === ASYNC_ATTEMPT : operation !== target.operation) return false;
  return action.kind !== "stale" || target.method === "GET";
}

function isDue({ fault, seen, struck }: OrderedFault): boolean {
  if (seen < (fault.nth ?? 1) || struck >= (fault.times ?? 1)) return false;
  return draw(fault.seed ?? 0, seen) < (fault.probability ?? 1);
}

function check({ operation, nth = 1, times = 1, probability = 1, seed = 0, action }: Fault, known: Known): void {
  const refuse = (name: string, value: unknown, allowed: string): never => {
    throw new RangeError(`${name} of a fault is ${String(value)}; allowed: ${allowed}`);
  };
  if (operation !== "*" && !known.operations.includes(operation)) {
    refuse("operation", operation, `*, ${[...known.operations].sort().join(", ")}`);
  }
  if (operation === ASYNC_ATTEMPT && action.kind !== "reject") refuse("kind", action.kind, "reject, for AsyncAttempt");
  if (!(Number.isInteger(nth) && nth >= 1)) refuse("nth", nth, "a whole number from 1 on");
  if (!(times === Infinity || (Number.isInteger(times) && times >= 1))) {
    refuse("times", times, "a whole number from 1 on, or Infinity");
  }
  if (!(probability > 0 && probability <= 1)) refuse("probability", probability, "above 0, up to 1");
  if (!Number.isInteger(seed)) refuse("seed", seed, "a whole number");
  if (action.kind === "stale" && operation !== "*" && !known.reads.includes(operation)) {
    refuse("operation", operation, `for stale, which affects reads only: *, ${[...known.reads].sort().join(", ")}`);
  }
  if (action.kind === "redirect" && !REDIRECTS.includes(action.status)) {
    refuse("status", action.status, `${REDIRECTS.join(", ")}, for redirect`);
  }
  if ("status" in action && !(Number.isInteger(action.status) && action.status >= 200 && action.status <= 599)) {
    refuse("status", action.status, "a whole number from 200 to 599");
  }
  for (const [name, value] of headersOf(action)) {
    if (FRAMING.includes(name.toLowerCase())) refuse("headers", name, `other headers than ${FRAMING.join(", ")}`);
    if (!isHeader(name, value)) refuse(name, JSON.stringify(value), "what a header of HTTP can carry");
  }
  if (action.kind === "outOfBand" && !known.isRequest(action.request)) {
    refuse("request", `${action.request.method} ${action.request.path}`, "method and path of an operation");
  }
}

/** Statuses with which a client follows the header `location`. */
const REDIRECTS = [301, 302, 303, 307, 308];

/** Headers that describe how a body is sent. The emulator sets them; another value would make the answer invalid HTTP. */
const FRAMING = ["content-length", "transfer-encoding", "trailer"];

function headersOf(action: FaultAction): [string, string][] {
  if (action.kind === "redirect") return [["location", action.location]];
  return "headers" in action ? Object.entries(action.headers ?? {}) : [];
}

/** Whether an answer can carry a header. With one that it cannot carry, the connection would be closed instead. */
function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
