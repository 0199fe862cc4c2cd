/** Computes from state alone what a run of a release would do. Pure. */
import { equal } from "../canonical";
import { CHANGED, type Diff, identityChanges } from "../common";
import { refusedMove } from "../place";
import { isUnknown } from "../unknown";
import { type ReleaseInputs, RELEASE_MEMBERS, desiredOf, releaseLabel } from "./inputs";
import type { Memory } from "./memory";
import { type Plan, labelled, planOf } from "./plan";
import { percentOf } from "./outputs";
import { type Split, sharesOf } from "./rules";
import type { Announcement } from "../announcement";
import { describePlan, judgedSentence } from "./announcement";
import { type ReleaseOutputs, storedMemory } from "./state";

const IDENTITY = ["region", "accountId", "functionName"];

/**
 * Computes from state alone what a run would do, and its notice.
 *
 * @param now seconds since 1970: for how long a candidate has had its weight
 * @throws Error for a change that is refused
 */
export function diffRelease(
  olds: ReleaseOutputs,
  news: ReleaseInputs,
  now: number,
): Diff & { readonly announcement?: Announcement } {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`release ${news.aliasName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  if (replaces.length > 0) return { replaces, announcement: { warnings: forgotten(olds, news) } };
  const desired = desiredOf(news);
  const before = storedMemory(olds);
  // An alias that becomes a release has no memory in state: the run depends on the live alias.
  if (desired === undefined || before === undefined || isUnknown(news.aliasName)) return CHANGED;
  const plan = labelled(news, () => planOf(desired, before, recordedSplit(olds)));
  const described = describePlan(olds.live, news, olds.aliasName === news.aliasName ? plan : renamed(news, plan));
  const announcement = { ...judgedSentence(olds.judging, news, plan, now), ...described };
  // A run of an older commit records nothing, not even its `rev`.
  if (plan.decision.rule === "A") return { changes: false, announcement };
  // Without a judgement there is no news of a candidate that was rejected: each run tells of it.
  if (!changes(olds, news, before, plan)) return desired.auto ? { changes: false, announcement } : { changes: false };
  return { ...changed(olds, news), announcement };
}

/** The alias of a new name is seen by the run only. */
function renamed({ aliasName }: ReleaseInputs, plan: Plan): Plan {
  const unless = `unless an alias ${aliasName} of this release exists already`;
  const uncertain = [plan.decision.uncertain, unless].filter((part) => part !== undefined).join("; ");
  return { ...plan, decision: { ...plan.decision, uncertain } };
}

/**
 * The warnings of a release whose function changes: it begins anew, since its memory names versions of the former
 * function.
 */
function forgotten(olds: Partial<ReleaseOutputs>, news: ReleaseInputs): string[] {
  // A release whose creation did not finish has only inputs in state.
  const { region = "", accountId = "", functionName = "", rejected = [] } = olds;
  const names = rejected.map((id) => `v${id}`).join(", ");
  const lost =
    names === "" ? "" : `, and that ${names} ${rejected.length === 1 ? "was" : "were"} rejected is not known any more`;
  return [
    `${releaseLabel(news)}: this is another function than ${functionName} of account ${accountId} in ${region}, so its release begins anew: the first version gets all traffic, ` +
      `revisions count from 1${lost}`,
  ];
}

function changes(
  olds: ReleaseOutputs,
  news: ReleaseInputs,
  before: Memory,
  { writes, memory, decision }: Plan,
): boolean {
  if (decision.failure !== undefined || decision.judgeable !== undefined || olds.aliasName !== news.aliasName)
    return true;
  if (olds.formerAliases !== undefined) return true;
  // A run that was killed after its write left outputs that tell of the split before it.
  if (!equal(olds.split, percentOf(sharesOf(decision.split)))) return true;
  return writes || (olds.description ?? "") !== (news.description ?? "") || !equal(before, memory);
}

/** Sets `changes` where no input differs: the engine compares inputs only, and a change by hand is in none of them. */
function changed(olds: ReleaseOutputs, news: ReleaseInputs): Diff {
  const members = (props: object) => Object.entries(props).filter(([name]) => RELEASE_MEMBERS.includes(name));
  const same = equal(Object.fromEntries(members(olds)), Object.fromEntries(members(news)));
  return same ? { ...CHANGED, changes: true } : CHANGED;
}

/** The split of the alias when it was last read; undefined where it did not exist. */
export function recordedSplit({ live, liveMain: main }: Pick<ReleaseOutputs, "live" | "liveMain">): Split | undefined {
  if (main === undefined) return undefined;
  const others = Object.entries(live).filter(([id]) => id !== main);
  return { main, additional: Object.fromEntries(others.map(([id, percent]) => [id, Math.round(percent * 10)])) };
}
