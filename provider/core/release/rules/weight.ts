/** Rules I and K: the candidate follows the weight in config, and `hold` stops every rise of its share. Pure. */
import { ALL, type Tenths, formatShare } from "../../weights";
import { heldKey } from "../desired";
import type { Candidate, WeightKey } from "../memory";
import { percent } from "../split";
import { UNPUBLISHED, nameOf, showKey } from "../version";
import { isRejected, loweredTo, retryLine } from "./blocks";
import type { Decision, Rule } from "./decision";
import { setShare } from "./promotion";
import type { Run } from "./run";

/**
 * Rule I: the candidate gets the share that the weight means for this candidate.
 *
 * @param rule the rule by which the version became the candidate
 */
export function followWeight(run: Run, candidate: Candidate, rule: Rule): Decision {
  const { desired, meaningKey, withoutWeight } = run;
  const { meanings, target: before, share: has } = candidate;
  const held = desired.hold ? meanings[heldKey(meaningKey)] : undefined;
  const meaning = held ?? meanings[meaningKey];
  const share = meaning ?? shareInConfig(run, before);
  const raised = candidate.raised && candidate.config === run.configText() && !isRejected(run, run.deployed);
  const target = raised ? before : withoutWeight ? Math.min(share, before) : share;
  // If `hold` only stops a rise, the candidate keeps its target, which applies when `hold` is removed.
  const keepsTarget = held !== undefined && has <= held;
  run.candidate = {
    ...candidate,
    raised,
    config: run.configText(),
    target: keepsTarget ? before : desired.hold ? Math.min(target, before) : target,
    meanings: { ...meanings, ...newMeanings(run, target, held) },
  };
  const allowed = applyHold(run, limitShare(run, target));
  if (allowed === target) noticeWeight(run, meaning);
  return setShare(run, rule, allowed);
}

/** The shares that the config of this run means for the candidate, to be stored as `meanings`. */
function newMeanings(run: Run, target: Tenths, held: Tenths | undefined): Record<WeightKey, Tenths> {
  const { desired, meaningKey, withoutWeight } = run;
  if (!withoutWeight) return {};
  // If a weight is set and removed later, config without a weight means this share again.
  const first = held === undefined && target < desired.first ? { [meaningKey]: target } : {};
  return { ...first, ...meaningOfEarlyWeight(run, target) };
}

/**
 * The meaning of a weight that names the number which the content got in this run. Such a weight is older than the
 * number, so it was not written for this content: it means the share that the content has now.
 */
export function meaningOfEarlyWeight(run: Run, share: Tenths): Record<WeightKey, Tenths> {
  const { desired, withoutWeight, deployed } = run;
  const number = desired.weight?.version;
  const isEarly = withoutWeight && number !== undefined && run.isNamed(number, deployed);
  return isEarly ? { [run.configuredWeight]: share } : {};
}

/**
 * The share that config asks for, if the memory has no meaning of the weight for the candidate: rules I2 to I4.
 *
 * @param most the largest share that the candidate gets without a weight
 */
export function shareInConfig({ desired, withoutWeight }: Run, most: Tenths = ALL): Tenths {
  const { weight, first } = desired;
  return weight === undefined || withoutWeight ? Math.min(first, most) : weight.share;
}

/** The share after rejections and lowerings of the deployed version are applied: rules C1, D and E. */
export function limitShare(run: Run, share: Tenths): Tenths {
  const { deployed } = run;
  if (isRejected(run, deployed)) {
    run.notice(
      "D",
      `${nameOf(deployed)} is rejected and gets no traffic; ${retryLine(run, deployed)} lifts the rejection`,
    );
    return 0;
  }
  const most = loweredTo(run, deployed);
  if (share <= most) return share;
  run.notice(
    "C",
    `${nameOf(deployed)} was lowered to ${percent(most)} by hand and stays there; ${retryLine(run, deployed)} ends this`,
  );
  return most;
}

/** Rule K: limits the share to the current share of the candidate while `hold` is set. */
function applyHold(run: Run, share: Tenths): Tenths {
  const { candidate, desired, meaningKey } = run;
  if (!desired.hold || candidate === undefined || share <= candidate.share) return share;
  const { share: has, meanings } = candidate;
  run.candidate = { ...candidate, meanings: { ...meanings, [heldKey(meaningKey)]: has } };
  run.notice("K", `hold: ${nameOf(candidate.version)} stays at ${percent(has)}`);
  return has;
}

/** Prints a notice about a weight that gives another share than its number. */
function noticeWeight(run: Run, meaning: Tenths | undefined): void {
  const { deployed, withoutWeight } = run;
  const { weight } = run.desired;
  if (weight === undefined) return;
  if (weight.version !== undefined && withoutWeight)
    run.notice(
      "I",
      `weight: ${showKey(weight.version)}=${formatShare(weight.share)} names another version than ${nameOf(deployed)}: it counts as no weight`,
    );
  else if (meaning !== undefined && meaning < weight.share)
    run.notice(
      "I",
      `weight ${percent(weight.share)} means ${percent(meaning)} for ${nameOf(deployed)}, as in earlier runs${raiseAdvice(run, weight.share)}`,
    );
  else if (weight.share === 0 && (run.before?.candidate?.share ?? 0) > 0)
    run.notice(
      "I",
      `weight 0 pauses ${nameOf(deployed)} and does not reject it; to reject it, set reject: ${nameOf(deployed)}`,
    );
}

/**
 * The end of a notice: the line of config that gives the candidate a share. The line has the weight alone, with the
 * number of the version, or with its revision: the first of these forms that is not in config and has no other meaning
 * for the candidate. Empty if there is no such form.
 */
export function raiseAdvice(run: Run, share: Tenths): string {
  const { versionId, revision } = run.deployed;
  const numbers = versionId === UNPUBLISHED ? [] : [versionId];
  const revisions = revision === undefined ? [] : [`r${revision}`];
  const earlier = [
    ...(run.before?.recentWeights ?? []),
    run.configuredWeight,
    ...Object.keys(run.candidate?.meanings ?? {}),
  ];
  const name = ["", ...numbers, ...revisions].find((each) => !earlier.includes(`${each}x${share}`));
  if (name === undefined) return "";
  return `. To give it ${percent(share)}, set weight: ${name === "" ? "" : `${showKey(name)}=`}${formatShare(share)}`;
}
