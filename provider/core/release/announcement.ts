/** The notice about what a run of a release does, and its warnings. Pure. */
import { type Announcement, movedShares } from "../announcement";
import { nextStep } from "../analysis/policy";
import { formatSeconds } from "../duration";
import { type ReleaseInputs, desiredOf } from "./inputs";
import { stepOf } from "./outputs";
import type { Plan } from "./plan";
import { type ReleaseJudging, isOf, policyOfRelease } from "./judging";
import { type Split, percent, sharesOf } from "./rules";
import { UNPUBLISHED, nameOf } from "./version";

/**
 * The notice of a first run. A preview of it makes no call to the service, so the sentence leaves open whether the
 * alias exists.
 */
export function describeFirst(news: ReleaseInputs): Announcement {
  const desired = desiredOf(news);
  if (desired === undefined) return { warnings: [] };
  return {
    sentence:
      `${news.functionName}: first release, ${nameOf(desired.deployed)} gets all traffic; an alias that exists already keeps its ` +
      `stable version, and content it does not have yet ${desired.hold ? "waits" : "starts at the first step or lower"}`,
    warnings: [],
  };
}

/**
 * The notice of a planned run.
 *
 * @param live version id to percent, before the run
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
  const traffic = moved === undefined ? "traffic stays as it is" : `${moved}${steps}`;
  return { sentence: `${news.functionName}: ${traffic}${uncertain}`, warnings, ...failure };
}

/** What is judged when the run comes to it: for a run that moves nothing as far as a preview can know. */
export function judgedSentence(
  known: ReleaseJudging | undefined,
  news: ReleaseInputs,
  { decision: { judgeable } }: Plan,
  now: number,
): { readonly sentence?: string } {
  if (judgeable === undefined) return {};
  const { version, stable, share, held } = judgeable;
  const isKnown = isOf(known, version.versionId, stable.versionId) && known.weight === share;
  const time = isKnown && now > known.since ? ` for ${formatSeconds(now - known.since)}` : "";
  const next = held ? "stays there while hold is set" : `next ${percent(nextStep(policyOfRelease(news), share))}`;
  return {
    sentence: `${news.functionName}: ${nameOf(version)} at ${percent(share)}${time}, judged when this runs: ${next}`,
  };
}

/** Version id, or in a preview the name of a version that has none, to percent. */
function percentOf(split: Split, { revision }: ReleaseInputs): Record<string, number> {
  const unpublished = { versionId: undefined, fingerprint: "", ...(revision === undefined ? {} : { revision }) };
  const name = (id: string) => (id === UNPUBLISHED ? nameOf(unpublished) : id);
  return Object.fromEntries(Object.entries(sharesOf(split)).map(([id, share]) => [name(id), share / 10]));
}
