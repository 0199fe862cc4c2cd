/** Rule C: the alias was changed by hand. Pure. */
import { ALL, type Tenths } from "../../weights";
import { withoutHold } from "../desired";
import type { Candidate, Memory, Waiting, WeightKey } from "../memory";
import { type Split, percent, shareOf, sharesOf } from "../split";
import { nameOf } from "../version";
import { forgetBlocks, forgetLowering, isRejected, lower, retryLine } from "./blocks";
import { acceptLostAlias } from "./lostAlias";
import { finish } from "./result";
import { Run } from "./run";

/**
 * The memory of a release after rule C was applied and before any other rule is applied.
 *
 * @param observed the split of the alias; undefined when there is no alias
 */
export function memoryAfterHand(before: Memory, observed: Split | undefined): Memory {
  const [deployed = before.stable] = before.deployed.slice(-1);
  const run = new Run(before, observed, { deployed, first: ALL, auto: false, hold: false }, undefined);
  applyManualChanges(run, observed);
  return finish(run, "C").memory;
}

/** Stores the changes that were made by hand since the last run in the draft of the result. */
export function applyManualChanges(run: Run, observed: Split | undefined): void {
  if (observed === undefined) {
    acceptLostAlias(run);
    return;
  }
  const { candidate } = run;
  const isStableReplaced = shareOf(observed, run.stable.versionId) === 0 && observed.main !== run.stable.versionId;
  const isPromoted = isStableReplaced && candidate?.version.versionId === observed.main;
  if (candidate !== undefined && !isPromoted)
    run.candidate = acceptShare(run, candidate, shareOf(observed, candidate.version.versionId));
  if (isStableReplaced) acceptMainVersion(run, observed.main);
  acceptShareOfWaiting(run, observed);
  keepOtherShares(run, observed);
}

/** Rule C4 for the version that waits under `hold`: it becomes the candidate if it has a share. */
function acceptShareOfWaiting(run: Run, observed: Split): void {
  const { waiting } = run;
  if (waiting === undefined) return;
  const live = shareOf(observed, waiting.version.versionId);
  if (live === 0) return;
  run.candidate = acceptShare(run, startWaiting(run, waiting, withoutHold(run.before?.weight ?? "")), live);
}

/** Rule C3: the main version of the alias becomes the stable version. */
function acceptMainVersion(run: Run, main: string): void {
  const former = run.stable;
  const promoted = [run.candidate?.version, run.waiting?.version].find((version) => version?.versionId === main);
  run.stable = promoted ??
    [run.deployed, ...run.known].find(({ versionId }) => versionId === main) ?? { versionId: main, fingerprint: "" };
  const isRollback = promoted === undefined && run.formerStable.some(({ versionId }) => versionId === main);
  run.formerStable = [
    ...(isRollback ? [] : [former]),
    ...run.formerStable.filter(({ versionId }) => versionId !== main),
  ];
  run.promotion = undefined;
  forgetBlocks(run, run.stable);
  if (promoted !== undefined) {
    run.candidate = undefined;
    run.waiting = undefined;
    run.notice("C", `${nameOf(promoted)} was made the main version by hand: it is now the stable version`);
    return;
  }
  lower(run, former, 0);
  run.notice(
    "C",
    `version ${main} was made the main version by hand: it is now the stable version. ${nameOf(former)} gets no traffic; ` +
      `${retryLine(run, former)} ends this`,
  );
}

/**
 * Makes a version that waits under `hold` the candidate, because somebody gave it a share by hand.
 *
 * @param weight the weight in config when the version got this share
 */
export function startWaiting(run: Run, waiting: Waiting, weight: WeightKey): Candidate {
  run.replacedCandidate = run.candidate;
  run.waiting = undefined;
  return {
    ...{ version: waiting.version, share: 0, target: 0, raised: false },
    config: weight === run.configuredWeight ? run.configText() : "",
    meanings: { ...earlierMeanings(run, waiting), ...run.meaningOf(waiting.key, 0) },
  };
}

/**
 * The meanings of the weights that were in config when a version began to wait under `hold`. Each of these weights
 * gives at most the first share of the version (rule H).
 */
function earlierMeanings(run: Run, { weight }: Waiting): Record<WeightKey, Tenths> {
  const earlier = [weight, ...(run.before?.recentWeights ?? [])].filter((each) => each.startsWith("x"));
  const most = Math.min(run.desired.first, weight.startsWith("x") ? Number(weight.slice(1)) : ALL);
  const meanings = earlier.map((each): [WeightKey, Tenths] => [each, Math.min(most, Number(each.slice(1)))]);
  return Object.fromEntries(meanings);
}

/** Rules C1 and C2: the candidate keeps the share that was set by hand. */
export function acceptShare(run: Run, candidate: Candidate, live: Tenths): Candidate {
  const { version, share } = candidate;
  if (live === share) return candidate;
  if (live < share) {
    lower(run, version, live);
    return { ...candidate, share: live };
  }
  // If the version was lowered by hand before, the raise ends the lowering.
  forgetLowering(run, version);
  if (!isRejected(run, version))
    run.notice(
      "C",
      `${nameOf(version)} was raised to ${percent(live)} by hand: ${run.desired.auto ? "judging continues from this share" : "it keeps this share until the weight changes"}`,
    );
  return { ...candidate, share: live, target: live, raised: true };
}

/** Rule C4: versions that are neither stable nor candidate keep their shares. */
export function keepOtherShares(run: Run, observed: Split): void {
  const own = [run.stable.versionId, run.candidate?.version.versionId, run.before?.stable.versionId];
  const others = Object.entries(sharesOf(observed)).filter(([id]) => !own.includes(id));
  run.otherShares = Object.fromEntries(others);
  // A version that was raised by hand no longer counts as lowered by hand.
  run.lowerings = run.lowerings.filter(({ version, share }) => (run.otherShares[version.versionId] ?? 0) <= share);
}
