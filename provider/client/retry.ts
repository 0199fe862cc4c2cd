/** When to try again and how long to wait: a policy, and the loop that follows it with a clock passed in. */
import { type FcError, isFcError, isRetryable } from "./errors";

/** Time and chance, passed in so that tests are exact. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

/** The process's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

const FIRST_DELAY = 200;
const LONGEST_DELAY = 10_000;
/** How long one call is tried for, in milliseconds. */
export const RETRY_WINDOW = 60_000;
/** How often one call is tried at most. */
export const MAX_ATTEMPTS = 10;

/** Milliseconds before attempt `attempt + 1` (attempts count from 1): the service's hint, or exponential with full jitter. */
export function delayBefore(attempt: number, random: number, hint?: number): number {
  if (hint !== undefined) return Math.min(Math.max(hint, 0), RETRY_WINDOW);
  return Math.round(Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)) * (0.5 + random / 2));
}

/**
 * Runs a call until it succeeds, fails for good, or the window closes; then throws the last failure.
 * `idempotent` calls (reads) are tried again after an unknown outcome too.
 */
export async function withRetry<T>(clock: Clock, idempotent: boolean, call: () => Promise<T>): Promise<T> {
  const start = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const again = isRetryable(error) || (idempotent && isFcError(error) && error.outcome === "unknown");
      if (!again) throw error;
      const delay = delayBefore(attempt, clock.random(), error.retryAfter);
      if (attempt >= MAX_ATTEMPTS || clock.now() + delay - start > RETRY_WINDOW) throw givenUp(error, attempt);
      await clock.sleep(delay);
    }
  }
}

function givenUp(error: FcError, attempts: number): FcError {
  error.message += `; given up after ${attempts} attempts`;
  return error;
}
