/** Invocations that are made side by side. */
import type { Clock } from "../client/retry";

/** A series of invocations: their number, and the largest number at the same time. */
export interface Series {
  readonly count: number;
  readonly atOnce: number;
  /** Milliseconds after which no new invocation starts. Default: no limit. */
  readonly limit?: number;
}

/**
 * Makes `count` invocations. After a failure no new invocation starts; when the running ones have ended, the first failure
 * is thrown.
 *
 * @param task makes one invocation
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
