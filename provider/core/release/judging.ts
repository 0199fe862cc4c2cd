/** What a release remembers about the judging of its candidate, and the window of time that can be judged. Pure. */
import { equal } from "../canonical";
import { type AnalysisRecord, newRecord } from "../analysis/record";
import { type Policy, policyOf } from "../analysis/policy";
import type { ObservedAlias } from "../model";
import type { Tenths } from "../weights";
import type { ReleaseInputs } from "./inputs";
import type { Memory } from "./memory";
import { splitOf } from "./observed";
import type { Judgeable } from "./rules/decision";
import { shareOf } from "./split";

/**
 * Seconds after a write during which requests may still be routed by the split before the write. The service documents
 * no limit.
 */
const ROUTING = 3;

/**
 * The record of a candidate, and the window since the last change of the alias. Times are the service's, in seconds
 * since 1970.
 */
export interface ReleaseJudging extends AnalysisRecord {
  readonly candidate: string;
  readonly stable: string;
  /** Weight of the candidate during the window, in tenths of a percent. */
  readonly weight: Tenths;
  /** Start of the window. */
  readonly since: number;
  /** Start of the part of the window that is not judged yet. Requests before this time are not counted by a later run. */
  readonly until: number;
  /**
   * The alias's time of modification during the window. If it differs from the live one, somebody else has written the
   * alias.
   */
  readonly modified: string;
}

/** A window of time during which the split did not change. */
export type JudgingWindow = Pick<ReleaseJudging, "since" | "until">;

/** The policy for judging a release. All members of the inputs must be known. */
export function policyOfRelease({ analysis, steps }: Pick<ReleaseInputs, "analysis" | "steps">): Policy {
  return policyOf(analysis ?? {}, steps);
}

/**
 * The window during which the alias has had its current split. If nobody else wrote the alias, this is the remembered
 * window; otherwise the window begins with the last write. Undefined if the service does not answer the time of that
 * write.
 */
export function windowOf(
  known: ReleaseJudging | undefined,
  candidate: Compared,
  alias: ObservedAlias,
): JudgingWindow | undefined {
  return isUnmoved(known, candidate, alias) ? { since: known.since, until: known.until } : newWindow(alias);
}

/** Candidate, stable version, and share of the candidate. */
type Compared = Pick<Judgeable, "version" | "stable" | "share">;

/** True if the record belongs to this candidate at this share, and nobody has written the alias since the last run. */
export function isUnmoved(
  known: ReleaseJudging | undefined,
  { version, stable, share }: Compared,
  alias: ObservedAlias,
): known is ReleaseJudging {
  return (
    isForCandidate(known, version.versionId, stable.versionId) &&
    known.weight === share &&
    known.modified === alias.lastModifiedTime
  );
}

function newWindow({ lastModifiedTime }: ObservedAlias): JudgingWindow | undefined {
  const written = Date.parse(lastModifiedTime ?? "");
  if (Number.isNaN(written)) return undefined;
  const since = Math.ceil(written / 1000) + ROUTING;
  return { since, until: since };
}

/** True if the record belongs to this pair of candidate and stable version. */
export function isForCandidate(
  known: ReleaseJudging | undefined,
  candidate: string,
  stable: string,
): known is ReleaseJudging {
  return known !== undefined && known.candidate === candidate && known.stable === stable;
}

/**
 * The record that a new judgement of a candidate continues. Undefined if the record has another candidate or stable
 * version, and after the verdict `fail`: a candidate that gets traffic again by a retry starts with an empty record.
 */
export function recordToContinue(
  known: ReleaseJudging | undefined,
  candidate: string,
  stable: string,
): ReleaseJudging | undefined {
  return isForCandidate(known, candidate, stable) && known.decisions.at(-1)?.verdict !== "fail" ? known : undefined;
}

/**
 * The record to store after a run. If the candidate has traffic, the record has the window that the next run judges;
 * without traffic the record does not change. Undefined without `weight: auto`, and if there is no record.
 *
 * @param known the record, with the judgement of this run
 * @param before the alias before the run; undefined if there was none
 */
export function judgingAfter(
  inputs: ReleaseInputs,
  known: ReleaseJudging | undefined,
  { stable, candidate }: Memory,
  before: ObservedAlias | undefined,
  after: ObservedAlias,
): ReleaseJudging | undefined {
  if (inputs.weight !== "auto") return undefined;
  const version = candidate?.version.versionId;
  const weight = version === undefined ? 0 : shareOf(splitOf(after), version);
  if (version === undefined || weight === 0) {
    return [version, stable.versionId].includes(known?.candidate) ? known : undefined;
  }
  const { lastModifiedTime: modified = "" } = after;
  const began = newWindow(after);
  if (began === undefined) return undefined;
  const again = recordToContinue(known, version, stable.versionId);
  const record = again ?? newRecord(policyOfRelease(inputs));
  const unmoved =
    again !== undefined &&
    before !== undefined &&
    again.weight === weight &&
    again.modified === before.lastModifiedTime &&
    equal(splitOf(before), splitOf(after));
  const window = unmoved ? again : began;
  return { ...record, ...window, candidate: version, stable: stable.versionId, weight, modified };
}
