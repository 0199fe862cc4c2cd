/** What one run of a release wants, and the one form a weight has in the rules. Pure. */
import type { Tenths } from "../weights";
import type { WeightKey } from "./memory";
import { type Deployed, type VersionKey, showKey } from "./version";

/** A weight of config. */
export interface Weight {
  readonly share: Tenths;
  /** The only version it applies to; absent when it applies to the candidate, whichever that is. */
  readonly version?: VersionKey;
}

/** A retry of config: `v8@2`. */
export interface Retry {
  readonly version: VersionKey;
  /** From 1. */
  readonly count: number;
}

/** What a run wants. */
export interface Desired {
  /** The version that the program deploys. */
  readonly deployed: Deployed;
  readonly weight?: Weight;
  /** The weight is the judge's: `weight: auto` (rule L). There is no `weight` then. */
  readonly auto: boolean;
  /** What new content gets at most when it comes. */
  readonly first: Tenths;
  readonly hold: boolean;
  readonly reject?: VersionKey;
  readonly retry?: Retry;
  /** Order of runs. */
  readonly rev?: number;
  /** A recorded order that was wrong: while it is the recorded one, this run counts as newer. */
  readonly replacedRev?: number;
}

/**
 * The weight in one form: `x250` for 25 %, `8x250` for 25 % of version 8, empty without a weight. Never a bare number: JavaScript sorts
 * such members of an object.
 */
export function weightKey({ weight }: Desired): WeightKey {
  if (weight === undefined) return "";
  return `${weight.version ?? ""}x${weight.share}`;
}

/** The key of the same weight under hold. */
export function heldKey(key: WeightKey): WeightKey {
  return `${key}h`;
}

/** The key without hold. */
export function withoutHold(key: WeightKey): WeightKey {
  return key.replace(/h$/, "");
}

/** The key of no weight: what it means depends on the first step. */
export function firstStepKey(first: Tenths): WeightKey {
  return `f${first}`;
}

/** The key of `auto`. No meaning is remembered for it. */
export const AUTO_KEY: WeightKey = "a";

/** A retry as it is remembered: `8@1`. */
export function retryText(retry: Retry | undefined): string {
  return retry === undefined ? "" : `${retry.version}@${retry.count}`;
}

/** Reads {@link retryText}. */
export function parseRetryText(text: string): Retry | undefined {
  const [version = "", count = ""] = text.split("@");
  return version === "" || count === "" ? undefined : { version, count: Number(count) };
}

/** A retry as people write it: `v8`, and from the second on `v8@2`. */
export function showRetry({ version, count }: Retry): string {
  return count === 1 ? showKey(version) : `${showKey(version)}@${count}`;
}
