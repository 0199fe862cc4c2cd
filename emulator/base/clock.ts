/** The emulator's clock: it runs like the system's clock, and can be moved forward. */

/** Latest time of the clock, in ms since 1970: years in answers have four digits. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Longest time between two checks whether a wait is over, in ms. A wait may be longer than a timer of Node.js can be.
 */
const LONGEST_TIMER_MS = 60 * 60 * 1000;

/** A clock that can be moved forward, and on which code can wait. */
export class Clock {
  readonly #base: () => Date;
  readonly #waiting = new Set<() => void>();
  #aheadMs = 0;

  /** `base` returns the time of the clock on which this clock is based. */
  constructor(base: () => Date) {
    this.#base = base;
  }

  /** The current time of this clock, in ms since 1970. */
  now(): Date {
    return new Date(this.#base().getTime() + this.#aheadMs);
  }

  /**
   * Moves the clock forward by a number of seconds, 0 or more. Waits whose time is then over end. Throws a RangeError
   * for another number and for a time after the year 9999; the clock is then unchanged.
   */
  advance(seconds: number): void {
    if (!(seconds >= 0 && this.now().getTime() + seconds * 1000 <= LAST_MS)) {
      throw new RangeError(
        `the clock can be moved forward by 0 seconds or more, got ${seconds}; the last possible year is 9999`,
      );
    }
    this.#aheadMs += seconds * 1000;
    this.recheck();
  }

  /** Makes every wait check again whether it is over. */
  recheck(): void {
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Resolves when the clock has reached `atMs`, in ms since 1970, or when `isOver` returns true at a check. Does not
   * keep the process alive.
   */
  until(atMs: number, isOver: () => boolean = () => false): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const look = (): void => {
        clearTimeout(timer);
        const left = atMs - this.now().getTime();
        if (left > 0 && !isOver()) {
          timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MS)).unref();
          return;
        }
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
