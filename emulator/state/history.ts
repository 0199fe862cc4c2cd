/** Keeps earlier states, for reads that return an older one. */
import type { Store } from "./store";

/** Copies of the state before each of the newest changes, newest first. It keeps only as many as are needed. */
export class History {
  #copies: readonly Store[] = [];

  /** Adds the state before a change, and keeps `reach` states in all. */
  keep(before: Store, reach: number): void {
    this.#copies = [before, ...this.#copies].slice(0, reach);
  }

  /** Drops all copies. */
  forget(): void {
    this.#copies = [];
  }

  /** The state `changes` changes ago, or the oldest kept one; undefined when there was no change. */
  ago(changes: number): Store | undefined {
    return this.#copies[Math.min(changes, this.#copies.length) - 1];
  }
}
