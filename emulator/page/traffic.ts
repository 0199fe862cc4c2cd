/** Counts the last requests of each alias while its split stays the same. */
import type { FinishedInvocation } from "../service/invocations";
import type { StoredAlias } from "../state/model";
import { sharesOf } from "../service/weights";

/** Number of requests that are counted: enough to distinguish 5 % from 10 %, and few enough to show a change soon. */
export const WINDOW = 500;

/** Result of one request. */
interface Answered {
  readonly versionId: string;
  readonly isError: boolean;
}

/** Counts by version. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

interface Window {
  /** The split by which the versions of the requests were chosen. */
  split: string;
  readonly answered: Answered[];
}

/** Counts invocations under the current split of each alias. */
export class Traffic {
  readonly #windows = new Map<string, Window>();

  /** Counts a request, unless its version was chosen under an earlier split of the alias. */
  take(finished: FinishedInvocation, functionId: string, alias: StoredAlias): void {
    const window = this.#window(functionId, alias);
    if (finished.shares === undefined || splitKey(finished.shares) !== window.split) return;
    window.answered.push({ versionId: finished.versionId, isError: finished.outcome.kind !== "result" });
    if (window.answered.length > WINDOW) window.answered.shift();
  }

  /** Counts by version, of the last requests under the alias's current split. */
  counts(functionId: string, alias: StoredAlias): Map<string, Counts> {
    const counts = new Map<string, Counts>();
    for (const { versionId, isError } of this.#window(functionId, alias).answered) {
      const { requests, errors } = counts.get(versionId) ?? { requests: 0, errors: 0 };
      counts.set(versionId, { requests: requests + 1, errors: errors + (isError ? 1 : 0) });
    }
    return counts;
  }

  #window(functionId: string, alias: StoredAlias): Window {
    const key = `${functionId}/${alias.aliasName}`;
    const split = splitKey(sharesOf(alias));
    const known = this.#windows.get(key);
    if (known?.split === split) return known;
    const fresh: Window = { split, answered: [] };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

function splitKey(shares: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.entries(shares).sort(([a], [b]) => Number(a) - Number(b)));
}
