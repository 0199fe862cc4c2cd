/** When to try again and how long to wait: a policy, and the loop of a read that follows it with a clock passed in. */
import { type FcError, isFcError, isPermanent, isRetryable } from "./errors";

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

/** How often a read is tried that gets a success without its content: a page of a proxy, which rarely goes away. */
const UNREADABLE_ATTEMPTS = 3;

/** How long one object's mutation may be tried again for, counted in attempts and milliseconds. */
export interface Tries {
  /** When the first attempt began. */
  readonly start: number;
  /** Attempts so far. */
  readonly attempts: number;
}

/** Waits before another attempt after a failure; throws the failure, with how often it was tried, when the window closes. */
export async function waitToTryAgain(clock: Clock, error: FcError, { start, attempts }: Tries): Promise<void> {
  const delay = delayBefore(attempts, clock.random(), error.retryAfter);
  if (attempts >= MAX_ATTEMPTS || clock.now() + delay - start > RETRY_WINDOW) throw givenUp(error, attempts);
  await clock.sleep(delay);
}

/** Runs a read until it succeeds, fails for good, or the window closes; then throws the last failure. */
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
