/** Faults a test can order: what happens to the n-th request of an operation. */
import { createHash } from "node:crypto";

/** What a fault does. `applyThen…` and `hang` carry the request out and lose the answer. */
export type FaultAction =
  /** Refuses with a service error; nothing is applied. */
  | {
      readonly kind: "reject";
      /** HTTP status of the answer. */
      readonly status: number;
      /** The service's error code. */
      readonly code: string;
      /** The service's error message. */
      readonly message: string;
      /** Headers added to the answer. Default none. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Closes the connection; nothing is applied. */
  | { readonly kind: "resetBefore" }
  /** Applies, then closes the connection. */
  | { readonly kind: "applyThenReset" }
  /** Applies, then answers an HTML page. */
  | { readonly kind: "applyThenHtml"; readonly status: number }
  /** Applies, then sends half of the answer and closes the connection. */
  | { readonly kind: "applyThenTruncate" }
  /** Answers an HTML page; nothing is applied. */
  | { readonly kind: "html"; readonly status: number }
  /** Redirects; nothing is applied. */
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  /** Applies, then never answers. */
  | { readonly kind: "hang" }
  /** Runs a hook first, then carries on as if there were no fault. */
  | { readonly kind: "before"; readonly run: () => void | Promise<void> };

/** A fault and when it strikes. */
export interface Fault {
  /** Name of the operation, for example `PublishFunctionVersion`; `*` = any. */
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

/** What strikes one request: hooks, all of them, and at most one other fault. */
export interface Strike {
  readonly hooks: readonly (() => void | Promise<void>)[];
  readonly action?: Exclude<FaultAction, { kind: "before" }>;
}

interface Ordered {
  readonly fault: Fault;
  seen: number;
  struck: number;
}

/**
 * The faults of one emulator.
 *
 * A fault is due from its n-th request on until it has struck `times` times; of several due faults the one added
 * first strikes, so two orders for one operation strike two requests.
 */
export class Faults {
  #ordered: Ordered[] = [];

  /** Orders a fault. */
  add(fault: Fault): void {
    this.#ordered.push({ fault, seen: 0, struck: 0 });
  }

  /** Forgets every fault that is still to come. */
  clear(): void {
    this.#ordered = [];
  }

  /**
   * Counts a request of the operation and says what strikes it.
   * @internal
   */
  next(operation: string): Strike {
    const hooks: (() => void | Promise<void>)[] = [];
    let action: Strike["action"];
    for (const ordered of this.#ordered) {
      if (ordered.fault.operation !== "*" && ordered.fault.operation !== operation) continue;
      ordered.seen += 1;
      if (!isDue(ordered)) continue;
      const candidate = ordered.fault.action;
      if (candidate.kind === "before") {
        hooks.push(candidate.run);
      } else {
        if (action !== undefined) continue;
        action = candidate;
      }
      ordered.struck += 1;
    }
    return action === undefined ? { hooks } : { hooks, action };
  }
}

function isDue({ fault, seen, struck }: Ordered): boolean {
  if (seen < (fault.nth ?? 1) || struck >= (fault.times ?? 1)) return false;
  return draw(fault.seed ?? 0, seen) < (fault.probability ?? 1);
}

/** A number from 0 inclusive to 1 exclusive that follows from the seed and the count of the request alone. */
function draw(seed: number, count: number): number {
  return createHash("sha256").update(`${seed}/${count}`).digest().readUInt32BE() / 2 ** 32;
}
