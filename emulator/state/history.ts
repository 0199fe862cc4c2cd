/** What the state was before its newest changes, for reads that lag behind. */
import type { Store } from "./store";

/** Copies of the state before each of the newest changes, newest first; kept only as far back as somebody looks. */
export class History {
  #copies: readonly Store[] = [];

  /** Keeps the state as it was before a change that was made, and as many older ones as `reach` says. */
  keep(before: Store, reach: number): void {
    this.#copies = [before, ...this.#copies].slice(0, reach);
  }

  /** Drops all copies: nobody looks back any more. */
  forget(): void {
    this.#copies = [];
  }

  /** The state so many changes ago, or the oldest there is; undefined when there was no change. */
  ago(changes: number): Store | undefined {
    return this.#copies[Math.min(changes, this.#copies.length) - 1];
  }
}
