/**
 * The program deploys content that the release had before: the stable version again (rules F and J), the former stable
 * version (rule G), or the candidate that the current candidate replaced (rule H). Pure.
 */
import { ALL } from "../../weights";
import type { Candidate, Promotion } from "../memory";
import { shareOf } from "../split";
import { type Version, nameOf } from "../version";
import { forgetBlocks, isRejected, lower } from "./blocks";
import { followConfig } from "./candidate";
import type { Decision } from "./decision";
import { setShare } from "./promotion";
import { finish } from "./result";
import { type Run, isSame } from "./run";
import { limitShare, meaningOfEarlyWeight } from "./weight";

/**
 * Rule F: the release drops the candidate. Rule J: if config has the weight from before the promotion, the promotion is
 * undone.
 */
export function keepStable(run: Run): Decision {
  const { promotion, deployed } = run;
  const [former] = run.formerStable;
  run.stable = deployed;
  run.replacedCandidate = run.candidate ?? run.replacedCandidate;
  run.candidate = undefined;
  run.waiting = undefined;
  const weight = run.weightWithHold();
  if (promotion === undefined || weight === promotion.by) return finish(run, "F");
  run.promotion = undefined;
  run.replacedCandidate = undefined;
  const isReverted = weight === promotion.before && weight !== "" && former !== undefined;
  if (isReverted && !isRejected(run, former) && run.exists(former.versionId))
    return takeBackPromotion(run, promotion, former);
  if (run.configuredWeight === "" && !run.desired.auto)
    run.notice(
      "J",
      `weight is removed: ${nameOf(deployed)} stays stable. To roll back, set reject: ${nameOf(deployed)}`,
    );
  return finish(run, "F");
}

/** Rule J: undoes a promotion. The promoted version becomes the candidate again. */
function takeBackPromotion(run: Run, { meanings }: Promotion, former: Version): Decision {
  const version = run.deployed;
  const candidate: Candidate = {
    version,
    share: ALL,
    target: ALL,
    raised: false,
    config: run.configText(),
    meanings,
  };
  // If somebody lowered the promoted version by hand, it stays lowered.
  const live = run.observed === undefined ? ALL : shareOf(run.observed, version.versionId);
  if (live < ALL) lower(run, version, live);
  run.formerStable = run.formerStable.slice(1);
  run.stable = former;
  run.candidate = candidate;
  // The stable version gets all traffic that the candidate does not get, because the service may allow only one version
  // beside the main version.
  run.otherShares = {};
  run.notice("J", `the weight is the one from before the promotion of ${nameOf(version)}: the promotion is taken back`);
  run.assumeExists(former);
  return followConfig(run, candidate, "J");
}

/** Rule G: all traffic goes back to the former stable version. */
export function returnToFormerStable(run: Run): Decision {
  const { stable, deployed } = run;
  run.formerStable = run.formerStable.filter((version) => !isSame(version, deployed));
  run.stable = deployed;
  run.candidate = undefined;
  run.replacedCandidate = undefined;
  run.promotion = undefined;
  run.waiting = undefined;
  run.otherShares = {};
  forgetBlocks(run, deployed);
  run.notice(
    "G",
    `${nameOf(deployed)} was the stable version before: all traffic goes back to it at once. ${nameOf(stable)} gets no traffic`,
  );
  return finish(run, "G");
}

/**
 * Rule H: the program deploys the replaced candidate again. If config is the same as at that time, the candidate gets
 * the share that it had.
 */
export function resumeReplaced(run: Run, replaced: Candidate): Decision {
  const { deployed, meaningKey } = run;
  takeBackDirectPromotion(run);
  const { target, raised } = replaced;
  // A share that was raised by hand is not the share that the weight means (rule C2).
  const meaning = raised ? {} : run.meaningOf(meaningKey, target);
  const meanings = {
    ...replaced.meanings,
    ...run.meaningOfWaiting(),
    ...meaning,
    ...meaningOfEarlyWeight(run, target),
  };
  run.promotion = undefined;
  run.replacedCandidate = run.candidate;
  run.waiting = undefined;
  run.candidate = {
    version: deployed,
    share: 0,
    target,
    raised: raised && !isRejected(run, deployed),
    config: run.configText(),
    meanings,
  };
  return setShare(run, "H", limitShare(run, target));
}

/**
 * Makes the former stable version stable again, if the current one was promoted in the run in which its content was new
 * (rule H).
 */
function takeBackDirectPromotion(run: Run): void {
  const [former] = run.formerStable;
  if (run.candidate !== undefined || run.promotion === undefined || former === undefined) return;
  if (isRejected(run, former) || !run.exists(former.versionId)) return;
  run.formerStable = run.formerStable.slice(1);
  run.stable = former;
  run.assumeExists(former);
}
