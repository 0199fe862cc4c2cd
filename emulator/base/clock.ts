/** The emulator's clock: runs with the system's, and can be put forward. */

/** The last time an answer can carry: years have four digits. Ms since 1970. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Longest time between two looks at the clock, ms: a timer cannot be much longer. */
const LONGEST_TIMER_MS = 60 * 60 * 1000;

/** A clock that can be put forward and be waited on. */
export class Clock {
  readonly #base: () => Date;
  readonly #waiting = new Set<() => void>();
  #aheadMs = 0;

  /** `base` = what it runs with. */
  constructor(base: () => Date) {
    this.#base = base;
  }

  /** The time it shows. */
  now(): Date {
    return new Date(this.#base().getTime() + this.#aheadMs);
  }

  /**
   * Puts it forward by so many seconds, 0 or more; whatever waits for a time that is then over goes on. Throws RangeError on
   * anything else and on a time after the year 9999; the clock then stays as it was.
   */
  advance(seconds: number): void {
    if (!(seconds >= 0 && this.now().getTime() + seconds * 1000 <= LAST_MS)) {
      throw new RangeError(
        `the clock is put forward by 0 seconds or more, got ${seconds}; the last year it shows is 9999`,
      );
    }
    this.#aheadMs += seconds * 1000;
    this.recheck();
  }

  /** Lets everybody who waits look again whether the wait is over. */
  recheck(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves when it shows `atMs`, in ms since 1970, or at a look when `isOver` holds. Keeps no process alive. */
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
