/**
 * The form of decisions in state. The code that makes decisions is in another file, because it loads the special
 * functions. Pure.
 */
import { type Evidence, NO_EVIDENCE, type Pair } from "./evidence";
import type { Finding, Situation } from "./judge";
import type { Policy } from "./policy";

/** Largest number of decisions that are stored. */
export const MAX_DECISIONS = 20;

/** One decision: the counts, the position of the release, and the finding. */
export interface Decision extends Situation, Finding {
  /** Version number of the rules that decided: `RULES` of decision.ts. */
  readonly rules: number;
  /** The window, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly counts: Pair;
  /** Hash over this decision and the digest of the decision before: 16 hex digits. */
  readonly digest: string;
}

/** What a release stores about the judging of its candidate. The record contains counts only: no request, no body, no secret. */
export interface AnalysisRecord {
  readonly policy: Policy;
  /** The evidence before the first decision that is stored. */
  readonly before: Evidence;
  /** The digest before the first decision that is stored; empty if this is the candidate's first decision. */
  readonly digest: string;
  /** Decisions, oldest first, at most {@link MAX_DECISIONS}. */
  readonly decisions: readonly Decision[];
  /** The evidence after the last decision. */
  readonly evidence: Evidence;
}

/** The record of a candidate that was never judged. */
export function newRecord(policy: Policy): AnalysisRecord {
  return { policy, before: NO_EVIDENCE, digest: "", decisions: [], evidence: NO_EVIDENCE };
}
