/** Makes and stores the decisions about a candidate, and recomputes stored decisions. Pure. */
import { canonical, digest } from "../canonical";
import { NO_EVIDENCE, type Counts, type Evidence } from "./evidence";
import { type Situation, type Window, judge } from "./judge";
import type { Policy } from "./policy";
import { type AnalysisRecord, type Decision, MAX_DECISIONS } from "./record";

/** Version number of the rules of judging. A decision that was made by other rules is not replayed. */
export const RULES = 1;

/**
 * The record, adapted to a policy that may have changed. A policy with other steps keeps the evidence. A policy with
 * other metrics starts without evidence, because the old counts do not fit. Decisions by an old policy are dropped.
 */
export function underPolicy(record: AnalysisRecord, policy: Policy): AnalysisRecord {
  if (canonical(record.policy) === canonical(policy)) return record;
  const before = canonical(metricsOf(record.policy)) === canonical(metricsOf(policy)) ? record.evidence : NO_EVIDENCE;
  return { policy, before, digest: lastDigest(record), decisions: [], evidence: before };
}

/** The members of a policy that determine what is counted and what it is compared with. */
function metricsOf({ errorRatio, errorLimit, latency, falsePasses, invocations, errorStatus, probe }: Policy) {
  return { errorRatio, errorLimit, latency, falsePasses, invocations, errorStatus, probe };
}

/** Judges the candidate with the counts of one more window of time, and adds the decision to the record. */
export function decide(
  record: AnalysisRecord,
  situation: Situation,
  window: Window,
): { record: AnalysisRecord; decision: Decision } {
  const { policy } = record;
  const { evidence, decision } = step(policy, record.evidence, lastDigest(record), situation, window);
  const kept = forget({ ...record, evidence, decisions: [...record.decisions, decision] });
  return { record: kept, decision };
}

function lastDigest({ digest, decisions }: AnalysisRecord): string {
  return decisions.at(-1)?.digest ?? digest;
}

function step(policy: Policy, before: Evidence, previous: string, situation: Situation, window: Window) {
  const { evidence, finding } = judge(policy, before, situation, window);
  const { from, to } = window;
  const counts = { stable: countsOf(window.stable), candidate: countsOf(window.candidate) };
  const place = { step: situation.step, weight: situation.weight, baked: situation.baked };
  const content = { rules: RULES, from, to, ...place, counts, ...finding };
  return { evidence, decision: { ...content, digest: digest([previous, policy, content]).slice(0, 16) } };
}

function countsOf({ requests, errors, warm, slow }: Counts): Counts {
  return { requests, errors, warm, slow };
}

/** Drops the oldest decisions. `before` and `digest` then describe the state before the oldest stored decision. */
function forget(record: AnalysisRecord): AnalysisRecord {
  const [oldest, ...rest] = record.decisions;
  if (oldest === undefined || record.decisions.length <= MAX_DECISIONS) return record;
  const { evidence } = judge(record.policy, record.before, oldest, windowOf(oldest));
  return forget({ ...record, before: evidence, digest: oldest.digest, decisions: rest });
}

function windowOf({ from, to, counts }: Decision): Window {
  return { from, to, ...counts };
}

/** A decision whose replay differs from what is stored. */
export interface Difference {
  /** Index in the record's decisions; absent if the evidence after the last decision differs. */
  readonly decision?: number;
  /** Name of the member that differs, such as `counts` or `verdict`. */
  readonly member: string;
  readonly stored: unknown;
  readonly replayed: unknown;
}

/**
 * Recomputes the decisions of a record from its counts and lists each member that is not equal bit for bit; the list is
 * empty if no stored decision was altered. Altered counts lead to another finding and another digest.
 */
export function replay(record: AnalysisRecord): Difference[] {
  const differences: Difference[] = [];
  let evidence = record.before;
  let previous = record.digest;
  for (const [i, stored] of record.decisions.entries()) {
    if (stored.rules !== RULES) {
      differences.push({ decision: i, member: "rules", stored: stored.rules, replayed: RULES });
    }
    const again = step(record.policy, evidence, previous, stored, windowOf(stored));
    differences.push(...differing(stored, again.decision).map((each) => ({ decision: i, ...each })));
    evidence = again.evidence;
    previous = stored.digest;
  }
  if (text(evidence) !== text(record.evidence)) {
    differences.push({ member: "evidence", stored: record.evidence, replayed: evidence });
  }
  return differences;
}

/** Members of a stored decision that differ from the replayed one, including members that a decision does not have. */
function differing(stored: Decision, replayed: Decision): Difference[] {
  const [a, b] = [stored, replayed].map((each) => each as unknown as { readonly [member: string]: unknown });
  const members = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])];
  return members
    .filter((member) => member !== "rules" && text(a?.[member]) !== text(b?.[member]))
    .map((member) => ({ member, stored: a?.[member], replayed: b?.[member] }));
}

/** JSON with sorted members. Two values have the same text only if they are the same, bit for bit; null and absent differ. */
function text(value: unknown): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
