/** Keeps copies of earlier states, because some faults and switches make a read return an older state. */
import type { Store } from "./store";

/** Copies of the state before each of the newest changes, newest first. Copies that no fault or switch can return are dropped. */
export class History {
  #copies: readonly Store[] = [];

  /** Adds the state before a change; at most `reach` states are kept. */
  keep(before: Store, reach: number): void {
    this.#copies = [before, ...this.#copies].slice(0, reach);
  }

  /** Drops all copies. */
  forget(): void {
    this.#copies = [];
  }

  /** The state before the last `changes` changes, or the oldest kept state; undefined if there was no change. */
  ago(changes: number): Store | undefined {
    return this.#copies[Math.min(changes, this.#copies.length) - 1];
  }
}
