/** What a run of a release would do, from state alone. Pure. */
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
 * What a run would do, from state alone, with the sentence that announces it.
 *
 * @param now seconds since 1970: for how long a candidate has had its weight
 * @throws Error for what is refused
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
  // A plain alias that becomes a release has no memory yet: only a look at the alias can tell.
  if (desired === undefined || before === undefined || isUnknown(news.aliasName)) return CHANGED;
  const plan = labelled(news, () => planOf(desired, before, recordedSplit(olds)));
  const announcement = { ...judgedSentence(olds.judging, news, plan, now), ...describePlan(olds.live, news, plan) };
  // An older run records nothing, its order included.
  if (plan.decision.rule === "A") return { changes: false, announcement };
  // Without a judgement there is no news of a candidate that was rejected: each run tells of it.
  if (!changes(olds, news, before, plan)) return desired.auto ? { changes: false, announcement } : { changes: false };
  return { ...changed(olds, news), announcement };
}

/** A release of another function begins anew: its memory names versions of the former one. */
function forgotten(olds: Partial<ReleaseOutputs>, news: ReleaseInputs): string[] {
  // State of a release whose creation was not finished has inputs only.
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

/** The engine compares inputs alone; what was done by hand changes none. */
function changed(olds: ReleaseOutputs, news: ReleaseInputs): Diff {
  const members = (props: object) => Object.entries(props).filter(([name]) => RELEASE_MEMBERS.includes(name));
  const same = equal(Object.fromEntries(members(olds)), Object.fromEntries(members(news)));
  return same ? { ...CHANGED, changes: true } : CHANGED;
}

/** What the alias had when it was last seen; undefined where it was gone. */
function recordedSplit({ live, liveMain: main }: ReleaseOutputs): Split | undefined {
  if (main === undefined) return undefined;
  const others = Object.entries(live).filter(([id]) => id !== main);
  return { main, additional: Object.fromEntries(others.map(([id, percent]) => [id, Math.round(percent * 10)])) };
}
