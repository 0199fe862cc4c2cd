/** Computes the diff of a release from state alone, without a call to the service. Pure. */
import { equal } from "../canonical";
import { CHANGED, type Diff, identityChanges } from "../common";
import { refusedMove } from "../place";
import { isUnknown } from "../unknown";
import { type ReleaseInputs, RELEASE_MEMBERS, desiredOf, releaseLabel, withGivenEnvironment } from "./inputs";
import type { Memory } from "./memory";
import { type Plan, namingRelease, planRun } from "./plan";
import { percentOf } from "./outputs";
import { type Split, sharesOf } from "./split";
import { type Announcement, forgottenWords } from "../announcement";
import { describeMovedIn, describePlan, judgedSentence, notKnown } from "./announcement";
import { type ReleaseOutputs, storedMemory } from "./state";

const IDENTITY = ["region", "accountId", "functionName"];

/**
 * Computes what a run would do with the alias in state, and what the preview prints about it.
 *
 * @param now seconds since 1970: the preview prints for how long the candidate has had its weight
 * @throws Error if the change is refused
 */
export function diffRelease(
  olds: ReleaseOutputs,
  news: ReleaseInputs,
  now: number,
): Diff & { readonly announcement?: Announcement } {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`release ${news.aliasName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  if (replaces.length > 0) return { replaces, announcement: { warnings: forgottenMemory(olds, news) } };
  const stored = storedMemory(olds);
  const before = stored && withGivenEnvironment(stored, news);
  const desired = desiredOf(news, before);
  // State of a plain alias has no memory of a release, so the result depends on the live alias, which a diff does not read.
  if (before === undefined) return { ...CHANGED, announcement: describeMovedIn(news) };
  if (desired === undefined || isUnknown(news.aliasName)) return { ...CHANGED, announcement: notKnown(news) };
  const plan = namingRelease(news, () => planRun(desired, before, recordedSplit(olds)));
  const described = describePlan(
    olds.live,
    news,
    olds.aliasName === news.aliasName ? plan : withUnknownAlias(news, plan),
  );
  const announcement = { ...judgedSentence(olds.judging, news, plan, now), ...described };
  // A run of an older commit records nothing, not even its `rev`.
  if (plan.decision.rule === "A") return { changes: false, announcement };
  // Under `auto` each preview prints the share of the candidate, also if the candidate is rejected and not judged.
  if (!needsUpdate(olds, news, before, plan))
    return desired.auto ? { changes: false, announcement } : { changes: false };
  return { ...updateDiff(olds, news), announcement };
}

/** Marks a plan as uncertain, because a preview does not read an alias of the new name. */
function withUnknownAlias({ aliasName }: ReleaseInputs, plan: Plan): Plan {
  const unless = `unless an alias ${aliasName} of this release exists already`;
  const uncertain = [plan.decision.uncertain, unless].filter((part) => part !== undefined).join("; ");
  return { ...plan, decision: { ...plan.decision, uncertain } };
}

/**
 * The warning about a release that is replaced because its function changes. The memory is about versions of the former
 * function, so the new release starts without a memory.
 */
function forgottenMemory(olds: Partial<ReleaseOutputs>, news: ReleaseInputs): string[] {
  // If the creation of the release did not finish, state has only the inputs.
  const { region = "", accountId = "", functionName = "", rejected = [] } = olds;
  const named = isUnknown(news.functionName) ? { ...news, functionName } : news;
  const words = forgottenWords(rejected);
  const lost = words === undefined ? "" : `, and ${words}`;
  return [
    `${releaseLabel(named)}: the function is now another one than ${functionName} of account ${accountId} in ${region}, so the release starts again: the first version gets all traffic, ` +
      `revisions count from 1${lost}`,
  ];
}

function needsUpdate(
  olds: ReleaseOutputs,
  news: ReleaseInputs,
  before: Memory,
  { writes, memory, decision }: Plan,
): boolean {
  if (decision.failure !== undefined || decision.judgeable !== undefined || olds.aliasName !== news.aliasName)
    return true;
  if (olds.formerAliases !== undefined) return true;
  // If a run was killed after its write, a refresh takes the split from the record in the description of the alias.
  // This record has no third version.
  if (!equal(olds.split, percentOf(sharesOf(decision.split)))) return true;
  if (olds.configNamespace !== news.configNamespace) return true;
  return writes || (olds.description ?? "") !== (news.description ?? "") || !equal(before, memory);
}

/** Sets `changes` to true if no input differs, because the engine compares inputs only and a change by hand is in no input. */
function updateDiff(olds: ReleaseOutputs, news: ReleaseInputs): Diff {
  const members = (props: object) => Object.entries(props).filter(([name]) => RELEASE_MEMBERS.includes(name));
  const same = equal(Object.fromEntries(members(olds)), Object.fromEntries(members(news)));
  return same ? { ...CHANGED, changes: true } : CHANGED;
}

/** The split of the alias when it was last read; undefined if the alias did not exist. */
export function recordedSplit({ live, liveMain: main }: Pick<ReleaseOutputs, "live" | "liveMain">): Split | undefined {
  if (main === undefined) return undefined;
  const others = Object.entries(live).filter(([id]) => id !== main);
  return { main, additional: Object.fromEntries(others.map(([id, percent]) => [id, Math.round(percent * 10)])) };
}
