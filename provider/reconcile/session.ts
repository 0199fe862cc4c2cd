/** The data that all reconcile functions need: the service, a clock, and messages for the user. */
import type { FcApi } from "../client/api";
import type { Clock } from "../client/retry";
import type { LogStore, RowSource } from "../core/analysis";
import type { Proven } from "./proven";

/** The service at one place, a clock, and a function for messages. */
export interface Session {
  readonly api: FcApi;
  readonly clock: Clock;
  readonly report: Report;
  /**
   * What this run has created or read back already, so that it need not be read again. Default: nothing is remembered,
   * so everything is read.
   */
  readonly proven?: Proven;
  /** Reads rows of a logstore. Default: no rows can be read, so nothing is judged. */
  readonly logs?: (store: LogStore) => RowSource;
}

/** Messages on a resource's own line. */
export interface Report {
  /** Shows a message as the status of the resource's line, until the next message. */
  progress(urn: string, message: string): void;
  warning(urn: string, message: string): void;
  /** Shows a message permanently. */
  info(urn: string, message: string): void;
}

/** Milliseconds for which a read may show the state before a write. Assumed: the service documents no limit. */
export const SETTLE_WINDOW = 3_000;

/**
 * Thrown for an object that exists but does not have the desired values. State stores the object with the outputs that
 * are known.
 */
export class Unfinished extends Error {
  override readonly name = "Unfinished";

  constructor(
    message: string,
    readonly outputs: object,
  ) {
    super(message);
  }
}

/** Smallest number of reads, also if a slow answer has used up the time. */
const LEAST_READS = 3;

/**
 * Repeats a read until it has a result or the window (milliseconds) is over; then returns undefined. With a window of 0
 * there is only one read.
 */
export async function poll<T>(
  clock: Clock,
  window: number,
  ask: () => Promise<T | undefined>,
  pause = 100,
): Promise<T | undefined> {
  const end = clock.now() + window;
  const least = window > 0 ? LEAST_READS : 1;
  for (let [asked, wait] = [1, pause]; ; asked++, wait = Math.min(wait * 2, 2_000)) {
    const answer = await ask();
    const left = end - clock.now();
    if (answer !== undefined || (left <= 0 && asked >= least)) return answer;
    await clock.sleep(left > 0 ? Math.min(wait, left) : wait);
  }
}
