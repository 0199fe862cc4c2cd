/**
 * What config and program ask for in one run. Weights and retries also have a text form, in which they are stored in
 * state. Pure.
 */
import type { Tenths } from "../weights";
import type { WeightKey } from "./memory";
import { type Deployed, type VersionKey, showKey } from "./version";

/** A weight in config. */
export interface Weight {
  readonly share: Tenths;
  /** The version in a weight such as `v8=25`. Without a version, the weight applies to the current candidate. */
  readonly version?: VersionKey;
}

/** A retry in config, such as `v8@2`. */
export interface Retry {
  readonly version: VersionKey;
  /** The number after `@`, from 1: `v8@2` asks for the second retry of version 8. `v8` is the same as `v8@1`. */
  readonly count: number;
}

/** What config and program ask for in one run. */
export interface Desired {
  /** The version that the program deploys. */
  readonly deployed: Deployed;
  readonly weight?: Weight;
  /** True for `weight: auto` (rule L). `weight` is absent in this case. */
  readonly auto: boolean;
  /** The first entry of `steps`. A new candidate starts at this share or at a lower weight. */
  readonly first: Tenths;
  readonly hold: boolean;
  readonly reject?: VersionKey;
  readonly retry?: Retry;
  /** The config key `rev`: of two runs, the one with the lower number is of the older commit. Absent without `rev`. */
  readonly rev?: number;
  /** The second number of `rev: 5 replaces 9`. While 9 is the recorded number, this run counts as newer. */
  readonly replacedRev?: number;
}

/**
 * A weight as text in one form: `x250` for 25 %, `8x250` for 25 % of version 8, empty without a weight. The text never
 * looks like an integer, because JavaScript sorts members with integer names by number.
 */
export function weightKey({ weight }: Desired): WeightKey {
  if (weight === undefined) return "";
  return `${weight.version ?? ""}x${weight.share}`;
}

/** The key of `meanings` for a weight that is in config together with `hold`. */
export function heldKey(key: WeightKey): WeightKey {
  return `${key}h`;
}

/** The key of the same weight without hold. */
export function withoutHold(key: WeightKey): WeightKey {
  return key.replace(/h$/, "");
}

/**
 * The key of `meanings` for config without a weight. Without a weight the candidate gets the first step, so the key
 * contains the first step.
 */
export function firstStepKey(first: Tenths): WeightKey {
  return `f${first}`;
}

/** The key of the weight `auto`. A release never stores a meaning for this key. */
export const AUTO_KEY: WeightKey = "a";

/** The text in which state stores a retry, such as `8@1`. */
export function retryText(retry: Retry | undefined): string {
  return retry === undefined ? "" : `${retry.version}@${retry.count}`;
}

/** Parses the result of {@link retryText}. */
export function parseRetryText(text: string): Retry | undefined {
  const [version = "", count = ""] = text.split("@");
  return version === "" || count === "" ? undefined : { version, count: Number(count) };
}

/** The text of a retry in config: `v8` for the first retry of version 8, `v8@2` for the second. */
export function showRetry({ version, count }: Retry): string {
  return count === 1 ? showKey(version) : `${showKey(version)}@${count}`;
}
