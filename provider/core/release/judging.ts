/** What a release keeps about the judging of its candidate, and which stretch of time can be judged. Pure. */
import { equal } from "../canonical";
import { type AnalysisRecord, newRecord } from "../analysis/record";
import { type Policy, policyOf } from "../analysis/policy";
import type { ObservedAlias } from "../model";
import type { Tenths } from "../weights";
import type { ReleaseInputs } from "./inputs";
import type { Memory } from "./memory";
import { splitOf } from "./observed";
import { type Judgeable, shareOf } from "./rules";

/** Seconds after a write in which a request may still be routed by the split before it. The service documents no limit. */
const ROUTING = 3;

/** The record of a candidate, and the stretch of time in which the alias has not changed. Times are the service's, in seconds since 1970. */
export interface ReleaseJudging extends AnalysisRecord {
  readonly candidate: string;
  readonly stable: string;
  /** Weight of the candidate during the stretch, in tenths of a percent. */
  readonly weight: Tenths;
  /** Begin of the stretch. */
  readonly since: number;
  /** Requests before this are counted, or were left out for good. */
  readonly until: number;
  /** The alias's time of modification during the stretch: with another one it was written by somebody else. */
  readonly modified: string;
}

/** A stretch of time with one split. */
export type Stretch = Pick<ReleaseJudging, "since" | "until">;

/** The policy of a release's inputs, all known. */
export function policyOfRelease({ analysis, steps }: Pick<ReleaseInputs, "analysis" | "steps">): Policy {
  return policyOf(analysis ?? {}, steps);
}

/**
 * The stretch in which an alias has had the split of a candidate: the remembered one while nobody wrote the alias since, otherwise one that
 * begins with the last write. Undefined where the alias does not tell when that was.
 */
export function stretchOf(
  known: ReleaseJudging | undefined,
  { version, stable, share }: Pick<Judgeable, "version" | "stable" | "share">,
  alias: ObservedAlias,
): Stretch | undefined {
  const same =
    isOf(known, version.versionId, stable.versionId) &&
    known.weight === share &&
    known.modified === alias.lastModifiedTime;
  return same ? { since: known.since, until: known.until } : beginning(alias);
}

function beginning({ lastModifiedTime }: ObservedAlias): Stretch | undefined {
  const written = Date.parse(lastModifiedTime ?? "");
  if (Number.isNaN(written)) return undefined;
  const since = Math.ceil(written / 1000) + ROUTING;
  return { since, until: since };
}

/** Whether a record is of a candidate beside a stable version. */
export function isOf(known: ReleaseJudging | undefined, candidate: string, stable: string): known is ReleaseJudging {
  return known !== undefined && known.candidate === candidate && known.stable === stable;
}

/**
 * The record that goes on for a candidate: that of the same candidate beside the same stable version. After a fail there is none: who has
 * traffic again was let in by a retry, and begins anew.
 */
export function goingOn(
  known: ReleaseJudging | undefined,
  candidate: string,
  stable: string,
): ReleaseJudging | undefined {
  return isOf(known, candidate, stable) && known.decisions.at(-1)?.verdict !== "fail" ? known : undefined;
}

/**
 * What is kept after a run: with a candidate that has traffic the record and the stretch that is to be judged next, otherwise the record
 * as it was last. Undefined where there is nothing to keep.
 *
 * @param known the record, with what this run judged
 * @param before the alias before the run; undefined where there was none
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
  const began = beginning(after);
  if (began === undefined) return undefined;
  const again = goingOn(known, version, stable.versionId);
  const record = again ?? newRecord(policyOfRelease(inputs));
  const unmoved =
    again !== undefined &&
    before !== undefined &&
    again.weight === weight &&
    again.modified === before.lastModifiedTime &&
    equal(splitOf(before), splitOf(after));
  const stretch = unmoved ? { since: again.since, until: again.until } : began;
  return { ...record, candidate: version, stable: stable.versionId, weight, ...stretch, modified };
}
