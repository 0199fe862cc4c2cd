/** Passes finished invocations to listeners, which keep rows or counts. */
import type { JsonObject } from "../base/json";
import type { Outcome } from "../runtimes/instance";

/** One finished invocation, also if its instance ended during it. */
export interface FinishedInvocation {
  readonly functionName: string;
  /** The qualifier in the request: LATEST, a version or an alias. */
  readonly qualifier: string;
  /** LATEST or the version that ran. */
  readonly versionId: string;
  /** Share of each version when the version was chosen, 0 to 1. Absent unless an alias was called. */
  readonly shares?: Readonly<Record<string, number>>;
  readonly requestId: string;
  /** The configuration with which the function ran. */
  readonly config: JsonObject;
  readonly invocationType: "sync" | "async";
  /** The HTTP request that called the function; absent for the operation InvokeFunction. */
  readonly http?: { readonly method: string; readonly uri: string; readonly clientAddress: string };
  /** HTTP status of the answer. */
  readonly statusCode: number;
  readonly instanceId: string;
  /** Whether the instance was started for this invocation. */
  readonly isColdStart: boolean;
  /** Time until an instance was ready, including its start, in ms. */
  readonly waitMs: number;
  /** Duration including the waiting time, in ms. */
  readonly totalMs: number;
  /** Start time by the emulator's clock, in ms since 1970. */
  readonly startedAt: number;
  readonly outcome: Outcome;
}

/** A listener, which receives every finished invocation. A listener must not throw. */
export type InvocationListener = (finished: FinishedInvocation) => void;

/** Passes each finished invocation to all listeners, in the order in which they were added. */
export class Invocations {
  readonly #listeners = new Set<InvocationListener>();

  /** Adds a listener. The returned function removes the listener. */
  on(listener: InvocationListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  finished(invocation: FinishedInvocation): void {
    for (const listener of this.#listeners) listener(invocation);
  }
}
