/** Decides whether and when a call is retried, and repeats reads. */
import { type FcError, isFcError, isPermanent, isRetryable } from "./errors";

/** Clock and random numbers. Tests use their own. */
export interface Clock {
  /** Current time in milliseconds; never goes back. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** A random number from 0 up to, but not including, 1. */
  random(): number;
}

/** The clock and the random numbers of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

const FIRST_DELAY = 200;
const LONGEST_DELAY = 10_000;
/** Milliseconds after which a call is not retried. */
export const RETRY_WINDOW = 60_000;
/** Largest number of attempts of one call. */
export const MAX_ATTEMPTS = 10;

/**
 * Milliseconds to wait before attempt `attempt + 1` (attempts count from 1): the time that the service asks for, or
 * exponential with full jitter.
 */
export function delayBefore(attempt: number, random: number, hint?: number): number {
  if (hint !== undefined) return Math.min(Math.max(hint, 0), RETRY_WINDOW);
  return Math.round(Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)) * (0.5 + random / 2));
}

/**
 * Largest number of attempts of a read whose answer has status 200 or 201 but not the expected body, such as the page
 * of a proxy. A retry rarely changes such an answer.
 */
const UNREADABLE_ATTEMPTS = 3;

/** Progress of a call with several attempts. */
export interface Tries {
  /** Time of the first attempt, in milliseconds of {@link Clock.now}. */
  readonly start: number;
  /** Number of attempts so far. */
  readonly attempts: number;
}

/** Waits before the next attempt. Throws the failure, with the number of attempts, if time or attempts are used up. */
export async function waitToTryAgain(clock: Clock, error: FcError, { start, attempts }: Tries): Promise<void> {
  const delay = delayBefore(attempts, clock.random(), error.retryAfter);
  if (attempts >= MAX_ATTEMPTS || clock.now() + delay - start > RETRY_WINDOW) throw givenUp(error, attempts);
  await clock.sleep(delay);
}

/** Repeats a read until it succeeds. Throws a permanent failure at once, and the last failure if time or attempts are used up. */
export async function retryRead<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  const start = clock.now();
  for (let attempts = 1; ; attempts++) {
    try {
      return await call();
    } catch (error) {
      if (!isFcError(error) || !mendable(error)) throw error;
      const unreadable = error.outcome === "unknown" && (error.status === 200 || error.status === 201);
      if (unreadable && attempts >= UNREADABLE_ATTEMPTS) throw givenUp(error, attempts);
      await waitToTryAgain(clock, error, { start, attempts });
    }
  }
}

function mendable(error: FcError): boolean {
  if (error.outcome === "unknown") return !isPermanent(error);
  return isRetryable(error);
}

function givenUp(error: FcError, attempts: number): FcError {
  error.message += `; given up after ${attempts} attempts`;
  return error;
}
