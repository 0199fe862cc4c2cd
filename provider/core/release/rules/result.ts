/** Computes the result of a run (split and memory) from the draft that the rules have changed. Pure. */
import type { Tenths } from "../../weights";
import { retryText } from "../desired";
import type { Candidate, Memory, WeightKey } from "../memory";
import { shareOf } from "../split";
import type { Version } from "../version";
import { isRejected } from "./blocks";
import type { Decision, Rule } from "./decision";
import { rejectText } from "./reject";
import type { Run } from "./run";

/** Number of former stable versions that are remembered. */
const FORMER = 10;
/** Number of deployed versions whose content is remembered. */
const DEPLOYED = 30;

/**
 * Computes the decision of a run from its draft.
 *
 * @param share the share of the candidate; undefined if it does not change
 */
export function finish(run: Run, rule: Rule, share?: Tenths): Decision {
  const { notices, judgeable, failure, uncertain } = run;
  const candidate = share === undefined || run.candidate === undefined ? run.candidate : { ...run.candidate, share };
  const additional = {
    ...keptShares(run, candidate),
    ...(candidate !== undefined && candidate.share > 0 ? { [candidate.version.versionId]: candidate.share } : {}),
  };
  return {
    split: { main: run.stable.versionId, additional },
    memory: memoryAfter(run, candidate),
    rule,
    notices,
    judgeable,
    failure,
    ...(uncertain.length === 0 ? {} : { uncertain: uncertain.join("; ") }),
  };
}

/**
 * Versions besides the stable one and the candidate that keep their shares (rule C4). The service may allow only one
 * version beside the main version.
 */
export function keptShares(run: Run, candidate: Candidate | undefined): Record<string, Tenths> {
  const live = run.observed === undefined ? 0 : shareOf(run.observed, candidate?.version.versionId ?? "");
  if (candidate !== undefined && candidate.share > 0 && candidate.share !== live) return {};
  const isRejectedId = (id: string): boolean => {
    const known = run.allVersions().find(({ versionId }) => versionId === id);
    return known !== undefined && isRejected(run, known);
  };
  const own = [run.stable.versionId, candidate?.version.versionId];
  const others = Object.entries(run.otherShares).filter(([id]) => !own.includes(id));
  return Object.fromEntries(others.filter(([id]) => !isRejectedId(id)));
}

function memoryAfter(run: Run, candidate: Candidate | undefined): Memory {
  const { before, desired, stable, replacedCandidate, promotion, waiting } = run;
  const rev = newestRev(run);
  return {
    sequence: before?.sequence ?? 0,
    stable,
    formerStable: run.formerStable.filter(({ versionId }) => versionId !== stable.versionId).slice(0, FORMER),
    ...(candidate === undefined ? {} : { candidate }),
    ...(replacedCandidate === undefined ? {} : { replacedCandidate }),
    ...(promotion === undefined ? {} : { promotion }),
    ...(waiting === undefined ? {} : { waiting }),
    rejections: run.rejections,
    lowerings: run.lowerings,
    weight: run.weightWithHold(),
    recentWeights: recentWeights(run),
    reject: rejectText(run),
    retry: retryText(desired.retry),
    deployed: deployedVersions(run),
    ...(rev < 0 ? {} : { rev }),
    replacedInARow: run.replacedInARow,
  };
}

/** The highest `rev` of this run and the earlier runs; -1 if no run had a `rev`. */
function newestRev({ before, desired }: Run): number {
  const newest = desired.replacedRev === before?.rev ? -1 : (before?.rev ?? -1);
  return Math.max(desired.rev ?? -1, newest);
}

/**
 * See {@link Memory.recentWeights}, with the weight of this run. Each is remembered, because a forgotten one would count as written for
 * new content. There are at most 1,001 weights.
 */
function recentWeights({ before, configuredWeight: weight }: Run): WeightKey[] {
  if (weight === "") return [];
  const earlier = (before?.recentWeights ?? []).filter((each) => each !== weight);
  return weight.startsWith("x") ? [...earlier, weight] : earlier;
}

function deployedVersions({ before, deployed }: Run): Version[] {
  const others = (before?.deployed ?? []).filter(({ versionId }) => versionId !== deployed.versionId);
  return [...others, deployed].slice(-DEPLOYED);
}
