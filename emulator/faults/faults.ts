/** Faults a test can order: what happens to the n-th request of an operation. */
import { draw } from "../base/draw";
import type { Json } from "../base/json";

/** A refusal in the service's words. */
export interface Refusal {
  /** HTTP status of the answer, 100 to 599. */
  readonly status: number;
  /** The service's error code. */
  readonly code: string;
  /** The service's error message. */
  readonly message: string;
  /** Headers added to the answer, for example `x-acs-retry-after` beside a throttling. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request somebody else makes. */
export interface OutOfBandRequest {
  /** HTTP method. */
  readonly method: string;
  /** Path with its query, from the base on: `/functions/f/aliases/live`. */
  readonly path: string;
  /** JSON body. Default none. */
  readonly body?: Json;
}

/** An answer that is only a status. */
export interface StatusOnly {
  /** HTTP status of the answer, 100 to 599. */
  readonly status: number;
}

/** An action that says everything by its name. */
export type NoFields = Readonly<Record<never, never>>;

/** What faults do that JSON can say, by kind. What `applyThen…` and `hang` strike is carried out and its answer lost. */
export interface PlannedActions {
  /** Refuses with a service error; nothing is applied. */
  readonly reject: Refusal;
  /** Closes the connection; nothing is applied. */
  readonly resetBefore: NoFields;
  /** Applies, then closes the connection. */
  readonly applyThenReset: NoFields;
  /** Applies, then answers a service error. */
  readonly applyThenReject: Refusal;
  /** Applies, then answers an HTML page. */
  readonly applyThenHtml: StatusOnly;
  /** Applies, then sends half of the answer and closes the connection. */
  readonly applyThenTruncate: NoFields;
  /** Answers an HTML page; nothing is applied. */
  readonly html: StatusOnly;
  /** Redirects; nothing is applied. */
  readonly redirect: StatusOnly & {
    /** Where to. */
    readonly location: string;
  };
  /** Applies, then never answers. */
  readonly hang: NoFields;
  /** Waits, then carries on as if there were no fault. */
  readonly delay: {
    /** Milliseconds, 0 or more. */
    readonly ms: number;
  };
  /** Closes the connection and applies later, before the last of so many further requests is answered. */
  readonly applyLate: {
    /** Further requests that are carried out before it, 1 or more. */
    readonly afterRequests: number;
  };
  /** Answers a read, that is a GET, as it was some changes ago. Strikes no other request. */
  readonly stale: {
    /** How many changes ago, 1 or more; they count from when the fault was added. */
    readonly changes: number;
  };
  /** Carries out a request of somebody else first, then carries on as if there were no fault. */
  readonly outOfBand: {
    /** The request. */
    readonly request: OutOfBandRequest;
  };
}

/** A fault's action that a program can write down as JSON: `kind` and the fields of that kind. */
export type PlannedAction = {
  [Kind in keyof PlannedActions]: {
    /** Which it is. */
    readonly kind: Kind;
  } & PlannedActions[Kind];
}[keyof PlannedActions];

/** What a fault does. */
export type FaultAction =
  | PlannedAction
  /** Runs a hook first, then carries on as if there were no fault. */
  | {
      /** Which it is. */
      readonly kind: "before";
      /** The hook; what it throws closes the connection. */
      readonly run: () => void | Promise<void>;
    };

/**
 * What a fault names to strike attempts at asynchronous events instead of requests: only `reject` does, and the event meets this
 * status and code of the service. With 429 or 5xx it is tried again after a growing wait, by the emulator's clock.
 */
export const ASYNC_ATTEMPT = "AsyncAttempt";

/** A fault and when it strikes. */
export interface Fault {
  /**
   * Name of the operation, for example `PublishFunctionVersion`; `*` = any request; `AsyncAttempt` = attempts at asynchronous
   * events, for `reject` only.
   */
  readonly operation: string;
  /** First request of the operation it strikes, counted from when it was added. 1 or more, default 1. */
  readonly nth?: number;
  /** How many requests it strikes, default 1; `Infinity` = every one. */
  readonly times?: number;
  /** Chance that it strikes a request it is due for, 0 to 1, default 1. The same seed draws the same requests. */
  readonly probability?: number;
  /** Seed of the draws, any whole number, default 0. */
  readonly seed?: number;
  /** What it does. */
  readonly action: FaultAction;
}

/** A fault that was ordered, and what became of it. */
export interface OrderedFault {
  /** What was ordered. */
  readonly fault: Fault;
  /** Requests of its operation since it was added. */
  readonly seen: number;
  /** Requests it has struck. */
  readonly struck: number;
}

/** What comes before a request; the request itself is carried out as if there were no fault. */
export type Prelude = Extract<FaultAction, { kind: "before" | "delay" | "outOfBand" }>;

/** What strikes one request: every prelude, and at most one other fault. */
export interface Strike {
  readonly preludes: readonly Prelude[];
  readonly action?: Exclude<FaultAction, Prelude>;
}

/** What a request is, for finding the faults that strike it. */
export interface Target {
  readonly operation: string;
  readonly method: string;
}

/** What there is to strike. */
export interface Known {
  /** Names of all operations. */
  readonly operations: readonly string[];
  /** Whether method and path mean an operation. */
  readonly isRequest: (request: OutOfBandRequest) => boolean;
}

type Counted = { -readonly [Name in keyof OrderedFault]: OrderedFault[Name] };

/**
 * The faults of one emulator.
 *
 * A fault is due from its n-th request on until it has struck `times` times; of several due faults the one added
 * first strikes, so two orders for one operation strike two requests. `before`, `delay` and `outOfBand` strike beside
 * others.
 */
export class Faults {
  #ordered: Counted[] = [];
  readonly #known: Known;

  /** @internal */
  constructor(known: Known) {
    this.#known = known;
  }

  /** Orders faults, all of them or none. Throws RangeError on an operation there is not or a number out of range. */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) check(fault, this.#known);
    for (const fault of faults) this.#ordered.push({ fault, seen: 0, struck: 0 });
  }

  /** Forgets every fault that is still to come. */
  clear(): void {
    this.#ordered = [];
  }

  /** Every fault that was ordered since the last `clear`, in order. */
  list(): readonly OrderedFault[] {
    return this.#ordered.map((ordered) => ({ ...ordered }));
  }

  /**
   * How many changes back a fault to come may look.
   * @internal
   */
  get reach(): number {
    const changes = this.#ordered.map(({ fault, struck }) =>
      fault.action.kind === "stale" && struck < (fault.times ?? 1) ? fault.action.changes : 0,
    );
    return Math.max(0, ...changes);
  }

  /**
   * Counts a request and says what strikes it.
   * @internal
   */
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
  if (!(probability >= 0 && probability <= 1)) refuse("probability", probability, "0 to 1");
  if (!Number.isInteger(seed)) refuse("seed", seed, "a whole number");
  if (action.kind === "outOfBand" && !known.isRequest(action.request)) {
    refuse("request", `${action.request.method} ${action.request.path}`, "method and path of an operation");
  }
}
