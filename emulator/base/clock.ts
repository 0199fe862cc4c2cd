/** The emulator's clock: runs with the system's, and can be put forward. */
export class Clock {
  readonly #base: () => Date;
  #aheadMs = 0;

  /** `base` = what it runs with. */
  constructor(base: () => Date) {
    this.#base = base;
  }

  /** The time it shows. */
  now(): Date {
    return new Date(this.#base().getTime() + this.#aheadMs);
  }

  /** Puts it forward by so many seconds, 0 or more. Throws RangeError on anything else. */
  advance(seconds: number): void {
    if (!(seconds >= 0 && Number.isFinite(seconds))) {
      throw new RangeError(`the clock is put forward by 0 seconds or more, got ${seconds}`);
    }
    this.#aheadMs += seconds * 1000;
  }
}
