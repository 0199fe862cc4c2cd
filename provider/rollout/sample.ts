/** Invocations through a release's alias, and which version answered each. */
import { fittingCounts } from "../core/analysis/split";
import { type Caller, apiOf } from "./caller";
import type { StoredRelease } from "./state";

/**
 * Headers of an answer that name the version that ran, the first one that has a number counts. Source: Alibaba Cloud's guide to canary
 * releases names the first; answers were seen with the second, which may carry the name of the alias in its place.
 */
export const VERSION_HEADERS = ["x-fc-invocation-function-version", "x-fc-invocation-service-version"] as const;

/** The header of an answer whose function failed. Source: the SDK's documentation of InvokeFunction. */
const ERROR_HEADER = "x-fc-error-type";

/** Answers of one version. */
export interface Answered {
  readonly requests: number;
  /** Those whose function failed. */
  readonly failed: number;
}

/** What a number of invocations through an alias showed. */
export interface Sample {
  readonly requests: number;
  /** By version id. */
  readonly versions: Readonly<Record<string, Answered>>;
  /** Answers that named no version. */
  readonly unnamed: number;
  /** The headers that named the version. */
  readonly headers: readonly string[];
}

/** Invocations that are under way at once. */
const AT_ONCE = 8;

/** Invokes the function through the release's alias, each time once. A call that fails ends the sample. */
export async function sampleAlias(
  { outputs }: StoredRelease,
  requests: number,
  event: string,
  caller: Caller,
): Promise<Sample> {
  const { functionName, aliasName } = outputs;
  const api = apiOf(outputs, caller);
  const answers: Readonly<Record<string, string>>[] = [];
  let started = 0;
  const work = async () => {
    while (started++ < requests) answers.push(await api.invoke(functionName, aliasName, event));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests) }, work));
  return countAnswers(answers);
}

/** Counts answers by their headers, whose names are in lower case. */
export function countAnswers(answers: readonly Readonly<Record<string, string>>[]): Sample {
  const versions: Record<string, Answered> = {};
  const headers = new Set<string>();
  let unnamed = 0;
  for (const answer of answers) {
    const header = VERSION_HEADERS.find((name) => /^\d+$/.test(answer[name] ?? ""));
    const id = header === undefined ? undefined : answer[header];
    if (header === undefined || id === undefined) {
      unnamed++;
      continue;
    }
    headers.add(header);
    const { requests = 0, failed = 0 } = versions[id] ?? {};
    versions[id] = { requests: requests + 1, failed: failed + (answer[ERROR_HEADER] === undefined ? 0 : 1) };
  }
  return { requests: answers.length, versions, unnamed, headers: [...headers] };
}

/** Chance to find a split that is right outside of its bounds. */
export const LEVEL = 0.01;

/** A version's requests beside the exact binomial bounds of its share. */
export interface Compared {
  readonly versionId: string;
  /** Percent the alias gives it. */
  readonly share: number;
  readonly requests: number;
  readonly failed: number;
  /** The smallest and the largest number of requests that fit the share. */
  readonly low: number;
  readonly high: number;
  readonly fits: boolean;
}

/** Compares a sample with a split in percent; a version that has no share has to have no request. */
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
