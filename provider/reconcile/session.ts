/** What every flow works with: the service, time, and a way to tell the user. */
import type { FcApi } from "../client/api";
import type { Clock } from "../client/retry";

/** The service at one place, a clock, and the user's screen. */
export interface Session {
  readonly api: FcApi;
  readonly clock: Clock;
  readonly report: Report;
}

/** Messages on a resource's own line. */
export interface Report {
  /** Replaces the line's status while something lasts; not kept. */
  progress(urn: string, message: string): void;
  warning(urn: string, message: string): void;
  /** Stays on the line. */
  info(urn: string, message: string): void;
}

/** Milliseconds for which a read may lag behind a write. Assumed: the service documents no limit. */
export const SETTLE_WINDOW = 3_000;

/** An object that exists but did not become what was asked: kept in state with what is known of it. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";

  constructor(
    message: string,
    readonly outputs: object,
  ) {
    super(message);
  }
}

/** Questions asked at least where there is a window: one answer that takes long must not use it up alone. */
const LEAST_QUESTIONS = 3;

/** Asks until an answer comes or the window, in milliseconds, is over; undefined then. Without a window one question. */
export async function poll<T>(
  clock: Clock,
  window: number,
  ask: () => Promise<T | undefined>,
  pause = 100,
): Promise<T | undefined> {
  const end = clock.now() + window;
  const least = window > 0 ? LEAST_QUESTIONS : 1;
  for (let [asked, wait] = [1, pause]; ; asked++, wait = Math.min(wait * 2, 2_000)) {
    const answer = await ask();
    const left = end - clock.now();
    if (answer !== undefined || (left <= 0 && asked >= least)) return answer;
    await clock.sleep(left > 0 ? Math.min(wait, left) : wait);
  }
}
