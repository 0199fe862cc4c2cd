/**
 * Decides what a run of a release does, by the rules of docs/releases.md in their order. Each rule has a file in this
 * folder. Pure.
 */
import { ALL } from "../../weights";
import type { Desired } from "../desired";
import type { Memory } from "../memory";
import type { Split } from "../split";
import { noticeUnusedRetry, isRejected, loweredTo, recogniseRepublished } from "./blocks";
import { followConfig } from "./candidate";
import type { Decision, Proposal, VersionExists } from "./decision";
import { adoptAlias, releaseFirst } from "./firstRun";
import { rejectFailedCandidate } from "./judge";
import { recreateAlias } from "./lostAlias";
import { applyManualChanges } from "./manualChanges";
import { startNewContent } from "./newContent";
import { decideOlderRun, isOlder } from "./olderRun";
import { applyReject, rollBackRejected } from "./reject";
import { keepStable, resumeReplaced, returnToFormerStable } from "./revert";
import { Run, isSame } from "./run";

/**
 * Decides what a run does.
 *
 * @param before the memory of the release; undefined if the release has none
 * @param observed the split of the alias; undefined if there is no alias
 * @param exists whether a version still exists; undefined in a preview, which makes no call
 * @param proposal the result of judging the candidate; undefined if the candidate was not judged. A run of an older
 * commit ignores this result
 * @throws Refused if the run must not write anything
 */
export function decide(
  before: Memory | undefined,
  observed: Split | undefined,
  desired: Desired,
  exists?: VersionExists,
  proposal?: Proposal,
): Decision {
  if (before !== undefined && isOlder(before, desired)) {
    const run = new Run(before, observed, desired, exists);
    return decideOlderRun(before, run, () => applyRules(run));
  }
  return applyRules(new Run(before, observed, desired, exists, proposal));
}

/** Applies rules B to L of docs/releases.md. */
function applyRules(run: Run): Decision {
  const { before, observed } = run;
  if (before === undefined && observed === undefined) return releaseFirst(run);
  if (before === undefined) adoptAlias(run, observed as Split);
  else applyManualChanges(run, observed);
  recogniseRepublished(run);
  applyReject(run);
  rejectFailedCandidate(run);
  if (observed === undefined) recreateAlias(run);
  noticeUnusedRetry(run);
  rollBackRejected(run);
  return placeDeployed(run);
}

/**
 * Applies rules F to L, which depend on the deployed version: it is the stable version, the candidate, a former version
 * or new content.
 */
function placeDeployed(run: Run): Decision {
  const { deployed, candidate } = run;
  if (deployed.versionId === run.stable.versionId) return keepStable(run);
  // Equal content is enough, also under another number: if the version of the candidate was deleted, its content is
  // published again under another number.
  if (candidate !== undefined && isSame(candidate.version, deployed)) {
    run.waiting = undefined;
    return followConfig(run, { ...candidate, version: deployed });
  }
  const [former] = run.formerStable.filter((version) => !isRejected(run, version));
  const isFormer = former !== undefined && isSame(former, deployed) && loweredTo(run, deployed) === ALL;
  if (isFormer && !isRejected(run, deployed)) return returnToFormerStable(run);
  const { replacedCandidate: replaced } = run;
  const isReplaced =
    replaced !== undefined && isSame(replaced.version, deployed) && replaced.config === run.configText();
  if (isReplaced && !run.desired.hold) return resumeReplaced(run, replaced);
  return startNewContent(run);
}
