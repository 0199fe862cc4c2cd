/** What is told about every invocation that has come to its end; whoever keeps rows or counts listens here. */
import type { JsonObject } from "../base/json";
import type { Outcome } from "../runtimes/instance";

/** One invocation that ran, or whose instance ended while it did. */
export interface FinishedInvocation {
  readonly functionName: string;
  /** What the caller named: LATEST, a version or an alias. */
  readonly qualifier: string;
  /** What ran: LATEST or a version. */
  readonly versionId: string;
  /** What each version was to get, 0 to 1, when this one was drawn. Absent unless an alias was called. */
  readonly shares?: Readonly<Record<string, number>>;
  readonly requestId: string;
  /** The configuration it ran under. */
  readonly config: JsonObject;
  readonly invocationType: "sync" | "async";
  /** Absent for the operation InvokeFunction. */
  readonly http?: { readonly method: string; readonly uri: string; readonly clientAddress: string };
  /** HTTP status of the answer. */
  readonly statusCode: number;
  readonly instanceId: string;
  /** Whether the instance was started for it. */
  readonly isColdStart: boolean;
  /** Wait for an instance, its start included, ms. */
  readonly waitMs: number;
  /** From the first byte of work to the last, waiting included, ms. */
  readonly totalMs: number;
  /** By the emulator's clock, when it began; ms since 1970. */
  readonly startedAt: number;
  readonly outcome: Outcome;
}

/** Takes part in every finished invocation; must not throw. */
export type InvocationListener = (finished: FinishedInvocation) => void;

/** Hands each finished invocation to every listener, in the order they came. */
export class Invocations {
  readonly #listeners = new Set<InvocationListener>();

  /** Listens from now on; the answer ends it. */
  on(listener: InvocationListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  finished(invocation: FinishedInvocation): void {
    for (const listener of this.#listeners) listener(invocation);
  }
}
