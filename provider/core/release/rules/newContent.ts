/** Rule H: new content becomes the candidate; under `hold` the content waits (rule K). Pure. */
import { ALL, type Tenths } from "../../weights";
import { heldKey } from "../desired";
import type { Candidate, Waiting, WeightKey } from "../memory";
import { type Split, percent } from "../split";
import { UNPUBLISHED, nameOf } from "../version";
import { isRejected, loweredTo, rollbackTarget } from "./blocks";
import { followConfig } from "./candidate";
import type { Decision } from "./decision";
import { acceptShare, keepOtherShares, startWaiting } from "./manualChanges";
import { setShare } from "./promotion";
import { finish } from "./result";
import type { Run } from "./run";
import { limitShare, meaningOfEarlyWeight, raiseAdvice, shareInConfig } from "./weight";

/** Makes the deployed version the candidate; with `hold`, the version waits without traffic. */
export function startNewContent(run: Run): Decision {
  return run.desired.hold ? wait(run) : start(run);
}

/** Rule K: the deployed version waits. If somebody gave it a share by hand, it becomes the candidate instead. */
function wait(run: Run): Decision {
  const { deployed, observed } = run;
  // After state was lost, the memory may have only the number of the version that waits.
  const waiting: Waiting = {
    key: heldKey(run.meaningKey),
    weight: run.configuredWeight,
    ...run.waitingDeployed,
    version: deployed,
  };
  const live = run.otherShares[deployed.versionId] ?? 0;
  if (live > 0 && observed !== undefined) return startByHand(run, waiting, observed, live);
  run.waiting = waiting;
  run.candidate = withoutNewWeight(run);
  run.notice("K", `hold: ${nameOf(deployed)} waits`);
  return finish(run, "K", heldShare(run));
}

/**
 * Makes new content the candidate although `hold` is set, because somebody gave the content a share by hand before this
 * run.
 */
function startByHand(run: Run, waiting: Waiting, observed: Split, live: Tenths): Decision {
  const candidate = acceptShare(run, startWaiting(run, waiting, run.configuredWeight), live);
  run.candidate = candidate;
  keepOtherShares(run, observed);
  return followConfig(run, { ...candidate, version: run.deployed });
}

/**
 * The candidate while newer content waits under `hold`. A weight that is set during this time was not written for the
 * candidate, so the weight does not raise the candidate later.
 */
function withoutNewWeight({ candidate, configuredWeight: weight, before }: Run): Candidate | undefined {
  if (candidate === undefined || !weight.startsWith("x") || before?.recentWeights.includes(weight)) return candidate;
  if (Number(weight.slice(1)) <= candidate.target) return candidate;
  return { ...candidate, meanings: { [weight]: candidate.target, ...candidate.meanings } };
}

/** The share of the candidate while new content waits under `hold`. */
function heldShare(run: Run): Tenths | undefined {
  const { candidate } = run;
  if (candidate === undefined) return undefined;
  if (isRejected(run, candidate.version)) return 0;
  return Math.min(candidate.share, loweredTo(run, candidate.version));
}

/** Rule H: the new content gets its first share, and the former candidate loses its traffic. */
function start(run: Run): Decision {
  const { deployed, candidate } = run;
  const waited = run.waitingDeployed;
  const share = firstShare(run, waited);
  const meanings = {
    ...run.meaningsOfRejected,
    ...run.meaningOfWaiting(),
    ...meaningsAtStart(run, share, waited === undefined ? [] : [waited.weight]),
  };
  run.replacedInARow = candidate === undefined ? 0 : run.replacedInARow + 1;
  noticeReplacements(run);
  noticeOlderVersion(run);
  // Rejected content gets no traffic. When it is deployed, the candidate that was replaced before stays remembered, so
  // that a revert can restore this candidate.
  run.replacedCandidate = candidate ?? (isRejected(run, deployed) ? run.replacedCandidate : undefined);
  run.promotion = undefined;
  run.waiting = undefined;
  run.candidate = { version: deployed, share: 0, target: share, raised: false, config: run.configText(), meanings };
  const allowed = limitShare(run, share);
  if (allowed === share) noticeFirstShare(run, share, waited !== undefined);
  return setShare(run, "H", allowed);
}

/**
 * The first share of new content: the first step, or the weight if it is lower.
 *
 * @param waited present if the content waited under `hold`. A weight that was in config at that time keeps its meaning
 */
function firstShare({ desired, withoutWeight, configuredWeight, before }: Run, waited: Waiting | undefined): Tenths {
  const { first, weight } = desired;
  if (weight === undefined || withoutWeight) return first;
  const isEarlier =
    waited !== undefined && [waited.weight, ...(before?.recentWeights ?? [])].includes(configuredWeight);
  if (weight.version !== undefined) return isEarlier && !weight.version.startsWith("r") ? first : weight.share;
  const then = isEarlier && waited.weight.startsWith("x") ? Number(waited.weight.slice(1)) : ALL;
  return Math.min(weight.share, first, then);
}

/**
 * The shares that earlier weights in config mean for new content: at most its first share.
 *
 * @param waiting weights that were in config when the content began to wait under `hold`
 */
function meaningsAtStart(run: Run, share: Tenths, waiting: readonly WeightKey[]): Record<WeightKey, Tenths> {
  const recent = run.configuredWeight === "" ? [] : (run.before?.recentWeights ?? []);
  const earlier = [...waiting, ...recent].filter((each) => each.startsWith("x"));
  const meanings = earlier
    .map((each): [WeightKey, Tenths] => [each, Math.min(share, Number(each.slice(1)))])
    .filter(([each, meaning]) => meaning < Number(each.slice(1)));
  return { ...meaningOfWeight(run, share), ...Object.fromEntries(meanings) };
}

/** The share that the current weight means for new content, if it differs from the number of the weight. */
function meaningOfWeight(run: Run, share: Tenths): Record<WeightKey, Tenths> {
  if (run.withoutWeight) return meaningOfEarlyWeight(run, share);
  return share === shareInConfig(run) ? {} : { [run.meaningKey]: share };
}

function noticeFirstShare(run: Run, share: Tenths, waited: boolean): void {
  const { weight } = run.desired;
  if (weight === undefined || weight.share <= share) return;
  const name = nameOf(run.deployed);
  const text = waited
    ? `${name} waited under hold, and weight ${percent(weight.share)} does not apply to its start: the version starts at ${percent(share)}`
    : `weight ${percent(weight.share)} was in config before ${name} was deployed: the version starts at ${percent(share)}`;
  run.notice("H", `${text}${raiseAdvice(run, weight.share)}`);
}

function noticeReplacements(run: Run): void {
  if (run.replacedInARow < 2) return;
  run.notice(
    "H",
    "each new version replaces the candidate before it, so none is promoted. Deploy less often, or promote a candidate with weight: 100",
  );
}

/**
 * Warns that the deployed version is older than the stable version and starts like new content. The deployment may be meant
 * as a rollback.
 */
function noticeOlderVersion(run: Run): void {
  const { stable, deployed } = run;
  if (deployed.versionId === UNPUBLISHED || Number(deployed.versionId) >= Number(stable.versionId)) return;
  const back = rollbackTarget(run);
  if (back === undefined || back.versionId === deployed.versionId || isRejected(run, deployed)) return;
  run.notice(
    "H",
    `${nameOf(deployed)} was not the stable version before ${nameOf(stable)}: it starts like new content. To roll back to ` +
      `${nameOf(back)}, set reject: ${nameOf(stable)}`,
  );
}
