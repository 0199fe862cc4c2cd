/** The data of a report, computed from a release in state. Pure. */
import {
  ALL,
  type AnalysisRecord,
  type Counts,
  type Decision,
  type Difference,
  type Pair,
  type Policy,
  type Proportion,
  type Quantile,
  CONFIDENCE,
  byWeight,
  explain,
  proportionOf,
  total,
} from "../../provider/analysis";
import { type Phase, RELEASE_KEYS, type StoredRelease, stepsOf } from "../../provider/rollout";
import type { Update } from "../release/history";
import { differencesOf } from "../replay";

/** Counts of the requests of one version. */
export interface Side {
  readonly requests: number;
  /** Number of requests that failed. */
  readonly failed: Proportion;
  /** Number of slow requests among the warm ones, for each quantile of the policy. */
  readonly slow: readonly (Proportion & { readonly quantile: Quantile })[];
}

/** Counts of both versions over the same time. */
export interface Sides {
  readonly stable: Side;
  readonly candidate: Side;
  /** Observed share of the candidate. */
  readonly share: Proportion;
}

/** A decision with the counts that led to it. Times are in UTC, weights in percent. */
export interface JudgedWindow extends Omit<Decision, "from" | "to" | "weight" | "counts">, Sides {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
  /** The verdict and its reasons in words. */
  readonly reasons: readonly string[];
}

/** The judging of one candidate. */
export interface Judged {
  readonly candidate: string;
  readonly stable: string;
  readonly policy: Policy;
  /** Probability with which an interval contains the true rate. */
  readonly confidence: number;
  /** Decisions, oldest first. */
  readonly windows: readonly JudgedWindow[];
  /** Sums over all windows of the evidence, by weight in percent. The sums include windows whose decision is no longer stored. */
  readonly byWeight: readonly (Sides & { readonly weight: number })[];
  readonly all: Sides;
  /** Differences between the stored decisions and a recomputation from their counts; empty if there are none. */
  readonly differences: readonly Difference[];
}

/** The data of a report, and the members of its JSON. */
export interface ReportData {
  /** Time when the report was made, in UTC. */
  readonly made: string;
  readonly stack: string;
  readonly release: string;
  readonly functionName: string;
  readonly aliasName: string;
  readonly region: string;
  readonly accountId: string;
  readonly phase: Phase;
  readonly stable: string;
  readonly candidate?: string;
  readonly previousStable?: string;
  /** Share of the candidate in percent. */
  readonly weight: number;
  readonly step?: string;
  /** Steps in percent, ascending, with 100 as the last. */
  readonly steps: readonly number[];
  readonly rejected: readonly string[];
  /** The split that the last run decided, in percent. */
  readonly desired: Readonly<Record<string, number>>;
  /** The split of the alias when it was last read, in percent. */
  readonly live: Readonly<Record<string, number>>;
  /** Time when the alias was last written, in UTC; absent if it is not known. */
  readonly written?: string;
  /** The judging of the candidate; absent if no decision is stored. */
  readonly judged?: Judged;
  /** Updates of the stack, newest first. */
  readonly updates: readonly Update[];
  /** Splits of the release, oldest first. */
  readonly splits: readonly string[];
}

/** The data of a release's report. */
export function reportData(
  { name, outputs }: StoredRelease,
  stack: string,
  updates: readonly Update[],
  now: Date,
): ReportData {
  const { functionName, aliasName, region, accountId, phase, stable, candidate, previousStable, step } = outputs;
  const { judging } = outputs;
  const written = Date.parse(outputs.lastModifiedTime ?? "");
  return {
    made: timeText(now.getTime() / 1000),
    stack,
    release: name,
    ...{ functionName, aliasName, region, accountId, phase, stable },
    ...(candidate === undefined ? {} : { candidate }),
    ...(previousStable === undefined ? {} : { previousStable }),
    weight: outputs.effectiveWeight,
    ...(step === undefined ? {} : { step }),
    steps: stepsOf(outputs),
    rejected: outputs.rejected,
    desired: outputs.split,
    live: outputs.live,
    ...(Number.isNaN(written) ? {} : { written: timeText(written / 1000) }),
    ...(judging === undefined || judging.decisions.length === 0
      ? {}
      : { judged: { candidate: judging.candidate, stable: judging.stable, ...judgedOf(judging) } }),
    updates: updates.map((update) => ({ ...update, keys: ownKeys(update.keys) })),
    splits: outputs.history,
  };
}

/** The keys of the release among the keys of an update. A program may have other keys in the same namespace. */
function ownKeys(keys: Update["keys"]): Update["keys"] {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => RELEASE_KEYS.includes(key.split(":").at(-1) ?? "")));
}

function judgedOf(record: AnalysisRecord): Omit<Judged, "candidate" | "stable"> {
  const { policy, evidence, decisions } = record;
  const strata = byWeight(evidence);
  return {
    policy,
    confidence: CONFIDENCE,
    windows: decisions.map((decision) => windowOf(decision, policy)),
    byWeight: strata.map((each) => ({ weight: percentOf(each.weight), ...sidesOf(each, policy) })),
    all: sidesOf(total(strata), policy),
    differences: differencesOf(record),
  };
}

function windowOf(decision: Decision, policy: Policy): JudgedWindow {
  const { counts, from, to, weight, ...rest } = decision;
  return {
    ...{ from: timeText(from), to: timeText(to), weight: percentOf(weight) },
    ...rest,
    ...sidesOf(counts, policy),
    reasons: explain(policy, decision),
  };
}

function sidesOf({ stable, candidate }: Pair, policy: Policy): Sides {
  return {
    stable: sideOf(stable, policy),
    candidate: sideOf(candidate, policy),
    share: proportionOf(candidate.requests, stable.requests + candidate.requests),
  };
}

function sideOf({ requests, errors, warm, slow }: Counts, { latency }: Policy): Side {
  return {
    requests,
    failed: proportionOf(errors, requests),
    slow: latency.map(({ quantile }, i) => ({ quantile, ...proportionOf(slow[i] ?? 0, warm) })),
  };
}

/** Converts tenths of a percent to percent. */
function percentOf(tenths: number): number {
  return (100 * tenths) / ALL;
}

/** Converts seconds since 1970 to a time in UTC, to the second. */
function timeText(seconds: number): string {
  return new Date(1000 * Math.round(seconds)).toISOString().replace(".000Z", "Z");
}
