/** Decisions as they stand in state. Apart from what decides, which loads the special functions. Pure. */
import { type Evidence, NO_EVIDENCE, type Pair } from "./evidence";
import type { Finding, Situation } from "./judge";
import type { Policy } from "./policy";

/** Most decisions that are kept. */
export const MAX_DECISIONS = 20;

/** One decision: what was counted, where the release was, what was found. */
export interface Decision extends Situation, Finding {
  /** Number of the rules that decided: `RULES` of decision.ts. */
  readonly rules: number;
  /** The window, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly counts: Pair;
  /** Hash over this decision and the digest of the one before: 16 hex digits. */
  readonly digest: string;
}

/** What a release keeps about its candidate's judging. Counts only: no request, no body, no secret. */
export interface AnalysisRecord {
  readonly policy: Policy;
  /** The evidence before the first decision that is kept. */
  readonly before: Evidence;
  /** The digest before the first decision that is kept; empty at the candidate's first one. */
  readonly digest: string;
  /** Oldest first, at most {@link MAX_DECISIONS}. */
  readonly decisions: readonly Decision[];
  /** The evidence after the last decision. */
  readonly evidence: Evidence;
}

/** The record of a candidate that was never judged. */
export function newRecord(policy: Policy): AnalysisRecord {
  return { policy, before: NO_EVIDENCE, digest: "", decisions: [], evidence: NO_EVIDENCE };
}
