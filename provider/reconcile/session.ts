/** What every flow works with: the service, time, and a way to tell the user. */
import type { FcApi } from "../client/api";
import { hasCode, isFcError } from "../client/errors";
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

/** Milliseconds for which a read may lag behind a write (reliability, settle window). */
export const SETTLE_WINDOW = 3_000;
/** How often a mutation of unknown outcome is sent again after a read-back found nothing. */
export const MAX_SENDS = 3;

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

/** Asks until an answer comes or the time is over; undefined then. At least one question. */
export async function poll<T>(
  clock: Clock,
  window: number,
  ask: () => Promise<T | undefined>,
  pause = 100,
): Promise<T | undefined> {
  const end = clock.now() + window;
  for (let wait = pause; ; wait = Math.min(wait * 2, 2_000)) {
    const answer = await ask();
    const left = end - clock.now();
    if (answer !== undefined || left <= 0) return answer;
    await clock.sleep(Math.min(wait, left));
  }
}

/**
 * Sends a mutation. After an unknown outcome reads back first: `applied` answers the result if the mutation
 * shows, undefined if it does not; only then is it sent again.
 */
export async function sendOnce<T>(
  session: Session,
  send: () => Promise<T>,
  applied: () => Promise<T | undefined>,
  window = SETTLE_WINDOW,
): Promise<T> {
  for (let sends = 1; ; sends++) {
    try {
      return await send();
    } catch (error) {
      if (!isFcError(error) || error.outcome !== "unknown") throw error;
      const result = await poll(session.clock, window, applied);
      if (result !== undefined) return result;
      if (sends >= MAX_SENDS) throw error;
    }
  }
}

/** Sends; while the service does not see yet what the request names, by one of these codes, again for the settle window. */
export async function onceShown<T>(session: Session, codes: readonly string[], send: () => Promise<T>): Promise<T> {
  let refusal: unknown;
  const sent = await poll(session.clock, SETTLE_WINDOW, async () => {
    try {
      return { result: await send() };
    } catch (error) {
      if (!codes.some((code) => hasCode(error, code))) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (sent === undefined) throw refusal;
  return sent.result;
}

/** Deletes; gone already is success, and an unknown outcome is read back. */
export async function deleteOnce(
  session: Session,
  send: () => Promise<void>,
  exists: () => Promise<boolean>,
): Promise<void> {
  await sendOnce<boolean>(
    session,
    () => send().then(() => true),
    async () => ((await exists()) ? undefined : true),
    0,
  );
}
