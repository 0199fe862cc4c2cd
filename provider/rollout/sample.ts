/** Invokes a release's alias several times and counts which version answered. */
import { fittingCounts } from "../core/analysis/split";
import { systemClock } from "../client/retry";
import { type Invoked, functionFailed, versionNamed } from "../core/invocation";
import { inSeries } from "../reconcile/invocations";
import { type Caller, apiOf } from "./caller";
import type { StoredRelease } from "./state";

/** Answers of one version. */
export interface Answered {
  readonly requests: number;
  /** Number of requests whose function failed. */
  readonly failed: number;
}

/** The answers of a number of invocations through an alias. */
export interface Sample {
  readonly requests: number;
  /** Counts by version id. */
  readonly versions: Readonly<Record<string, Answered>>;
  /** Number of answers that named no version. */
  readonly unnamed: number;
  /** The headers that named the version. */
  readonly headers: readonly string[];
}

/** Number of concurrent invocations. */
const AT_ONCE = 8;

/** Invokes the function through the release's alias. A call is not repeated, and a failed call ends the sample. */
export async function sampleAlias(
  { outputs }: StoredRelease,
  requests: number,
  event: string,
  caller: Caller,
): Promise<Sample> {
  const { functionName, aliasName } = outputs;
  const api = apiOf(outputs, caller);
  const task = () => api.invoke(functionName, aliasName, event);
  return countAnswers(await inSeries(systemClock, { count: requests, atOnce: AT_ONCE }, task));
}

/** Counts answers by their headers. */
export function countAnswers(answers: readonly Pick<Invoked, "headers">[]): Sample {
  const versions: Record<string, Answered> = {};
  const headers = new Set<string>();
  let unnamed = 0;
  for (const answer of answers) {
    const named = versionNamed(answer);
    if (named === undefined) {
      unnamed++;
      continue;
    }
    headers.add(named.header);
    const { requests = 0, failed = 0 } = versions[named.versionId] ?? {};
    versions[named.versionId] = { requests: requests + 1, failed: failed + (functionFailed(answer) ? 1 : 0) };
  }
  return { requests: answers.length, versions, unnamed, headers: [...headers] };
}

/** Probability that a correct split is found outside of its bounds. */
export const LEVEL = 0.01;

/** The number of requests of a version, with the exact binomial bounds for its share. */
export interface Compared {
  readonly versionId: string;
  /** Share of the version on the alias, in percent. */
  readonly share: number;
  readonly requests: number;
  readonly failed: number;
  /** The smallest and the largest number of requests that fit the share. */
  readonly low: number;
  readonly high: number;
  readonly fits: boolean;
}

/** Compares a sample with a split in percent. A version without a share must have no requests. */
export function compareSample(sample: Sample, split: Readonly<Record<string, number>>): Compared[] {
  const ids = [...new Set([...Object.keys(split), ...Object.keys(sample.versions)])];
  const named = sample.requests - sample.unnamed;
  return ids
    .sort((a, b) => Number(a) - Number(b))
    .map((versionId) => {
      const share = split[versionId] ?? 0;
      const { requests = 0, failed = 0 } = sample.versions[versionId] ?? {};
      const { low, high } = boundsOf(named, share / 100);
      return { versionId, share, requests, failed, low, high, fits: requests >= low && requests <= high };
    });
}

function boundsOf(requests: number, share: number): { readonly low: number; readonly high: number } {
  if (share <= 0) return { low: 0, high: 0 };
  return share >= 1 ? { low: requests, high: requests } : fittingCounts(requests, share, LEVEL);
}
