/** Invocations that are made side by side. */
import type { Clock } from "../client/retry";

/** How many tasks run, how many of them at a time, and until when further ones start. */
export interface Series {
  readonly count: number;
  readonly atOnce: number;
  /** Milliseconds after which no further task starts. Default: no limit. */
  readonly limit?: number;
}

/**
 * Runs a task a number of times. After a failure no further task starts; the running ones are waited for, and then the first
 * failure is thrown.
 *
 * @returns the results; fewer than `count` only if the time limit was reached
 */
export async function inSeries<T>(
  clock: Clock,
  { count, atOnce, limit }: Series,
  task: () => Promise<T>,
): Promise<T[]> {
  const end = clock.now() + (limit ?? Infinity);
  const results: T[] = [];
  const failures: unknown[] = [];
  let started = 0;
  const work = async () => {
    while (started < count && failures.length === 0 && clock.now() < end) {
      started += 1;
      try {
        results.push(await task());
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
