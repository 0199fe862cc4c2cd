/** The sentence that a run or a preview of a release prints, and its warnings. Pure. */
import { type Announcement, listedShares, movedShares } from "../announcement";
import { nextStep } from "../analysis/policy";
import { probesOf } from "../analysis/probes";
import { formatSeconds } from "../duration";
import type { ObservedAlias } from "../model";
import type { Desired } from "./desired";
import { type ReleaseInputs, desiredOf } from "./inputs";
import { type Memory, laterMemory } from "./memory";
import { livePercent, memoryInDescription } from "./observed";
import { stepOf } from "./outputs";
import type { Plan } from "./plan";
import { type ReleaseJudging, isForCandidate, policyOfRelease } from "./judging";
import { type Split, percent, sharesOf } from "./split";
import { UNPUBLISHED, nameOf } from "./version";

/**
 * Describes a first run. The preview of a first run makes no call to the service, so the sentence does not assume that
 * the alias exists or is missing.
 */
export function describeFirst(news: ReleaseInputs): Announcement {
  const desired = desiredOf(news);
  if (desired === undefined) return notKnown(news);
  const sentence = `${news.functionName}: first release, ${nameOf(desired.deployed)} gets all traffic; an alias that exists already ${keeps(desired)}`;
  return { sentence, warnings: [] };
}

/** Describes the run in which a plain alias becomes a release. The result depends on the live alias, which a preview does not read. */
export function describeMovedIn(news: ReleaseInputs): Announcement {
  const desired = desiredOf(news);
  if (desired === undefined) return notKnown(news);
  return {
    sentence: `${news.functionName}: alias ${news.aliasName} becomes a release: it ${keeps(desired)}`,
    warnings: [],
  };
}

function keeps({ hold }: Pick<Desired, "hold">): string {
  return `keeps its stable version, and content it does not have yet ${hold ? "waits" : "starts at the first step or lower"}`;
}

/** Describes a run whose inputs a preview does not know yet. */
export function notKnown({ functionName }: ReleaseInputs): Announcement {
  return { sentence: `${functionName}: the split depends on a value that is not known yet`, warnings: [] };
}

/**
 * Describes a planned run. If no traffic moves, there is no sentence.
 *
 * @param live map from version id to percent, before the run
 */
export function describePlan(live: Readonly<Record<string, number>>, news: ReleaseInputs, plan: Plan): Announcement {
  const { decision, memory } = plan;
  const failure = decision.failure === undefined ? {} : { failure: decision.failure };
  const warnings = decision.notices.map(({ message }) => message);
  const moved = movedShares(live, percentOf(decision.split, news));
  const uncertain = decision.uncertain === undefined ? "" : ` (${decision.uncertain})`;
  if (moved === undefined && uncertain === "") return { warnings, ...failure };
  const step = stepOf(memory, news);
  const steps = step === undefined ? "" : ` (step ${step})`;
  const traffic = moved === undefined ? "no traffic moves" : `${moved}${steps}`;
  return { sentence: `${news.functionName}: ${traffic}${uncertain}`, warnings, ...failure };
}

/**
 * Describes the alias if another run has written it since state was saved. The preview knew state only, so it may have
 * printed a move that this run does not make.
 *
 * @param stored the memory in state
 */
export function describeNewerAlias(
  { functionName, aliasName }: ReleaseInputs,
  stored: Memory | undefined,
  alias: ObservedAlias | undefined,
): string | undefined {
  if (stored === undefined || alias === undefined || laterMemory(stored, memoryInDescription(alias)) === stored)
    return undefined;
  return (
    `${functionName}: state is older than alias ${aliasName}, so the preview may have printed another change; this run found ` +
    listedShares(livePercent(alias))
  );
}

/**
 * Describes which candidate the run will judge, for how long the candidate has had its share, and what follows after a
 * pass. If no candidate is judged, there is no sentence.
 *
 * @param now seconds since 1970
 */
export function judgedSentence(
  known: ReleaseJudging | undefined,
  news: ReleaseInputs,
  { decision: { judgeable } }: Plan,
  now: number,
): { readonly sentence?: string } {
  if (judgeable === undefined) return {};
  const { version, stable, share, held } = judgeable;
  const isKnown = isForCandidate(known, version.versionId, stable.versionId) && known.weight === share;
  const time = isKnown && now > known.since ? ` for ${formatSeconds(now - known.since)}` : "";
  const probes =
    news.analysis?.probes === undefined
      ? ""
      : ` by up to ${probesOf(news.analysis.probes).requests} invocations of each version`;
  const next = held ? "stays there while hold is set" : `next ${percent(nextStep(policyOfRelease(news), share))}`;
  return {
    sentence: `${news.functionName}: ${nameOf(version)} at ${percent(share)}${time}; the update judges it${probes}: ${next}`,
  };
}

/**
 * The split as a map from version id to percent. In a preview, a version that has no id yet has its name as the key.
 */
function percentOf(split: Split, { revision }: ReleaseInputs): Record<string, number> {
  const unpublished = { versionId: undefined, fingerprint: "", ...(revision === undefined ? {} : { revision }) };
  const name = (id: string) => (id === UNPUBLISHED ? nameOf(unpublished) : id);
  return Object.fromEntries(Object.entries(sharesOf(split)).map(([id, share]) => [name(id), share / 10]));
}
