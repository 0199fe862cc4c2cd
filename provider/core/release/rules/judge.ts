/** Rule L: `weight: auto`. Pure. */
import { type Tenths, formatShare } from "../../weights";
import type { Candidate } from "../memory";
import { percent, shareOf } from "../split";
import { nameOf } from "../version";
import { addRejection, rejectionsOf, retryCountBefore, retryLine } from "./blocks";
import type { Decision, Proposal } from "./decision";
import { setShare } from "./promotion";
import { keptShares } from "./result";
import type { Run } from "./run";
import { limitShare } from "./weight";

/** Rejects a candidate that failed. A `retry` that is in config already does not lift this rejection. */
export function rejectFailedCandidate(run: Run): void {
  const { proposal, candidate, desired } = run;
  if (proposal?.verdict !== "reject" || candidate === undefined) return;
  const { version } = candidate;
  if (!isProposedFor(run, proposal, candidate)) return;
  const inConfig = desired.retry !== undefined && run.isNamed(desired.retry.version, version) ? desired.retry.count : 0;
  const retry = Math.max(retryCountBefore(run, version.versionId), inConfig);
  addRejection(run, { version, retry });
  // If a later retry gives the version traffic again, the version starts like new content.
  run.candidate = { ...candidate, target: Math.min(candidate.target, desired.first) };
  run.failure =
    `${nameOf(version)} was judged at ${percent(proposal.share)} and failed: ${proposal.reason}. It is rejected and gets no ` +
    `traffic. Deploy other code, or lift the rejection with ${retryLine(run, version)}`;
}

/**
 * True if the proposal applies to the candidate. A rejection applies at any share of the candidate, a raise only at the
 * judged share.
 */
function isProposedFor({ desired, deployed }: Run, proposal: Proposal, { version, share }: Candidate): boolean {
  if (!desired.auto || version.versionId !== deployed.versionId) return false;
  return proposal.versionId === version.versionId && (proposal.verdict === "reject" || proposal.share === share);
}

/** Keeps the share of the candidate, or raises it to the proposed share. */
export function followJudge(run: Run, candidate: Candidate): Decision {
  const { desired } = run;
  const { share: has, version } = candidate;
  const target = targetOf(run, candidate);
  run.candidate = { ...candidate, raised: false, config: run.configText(), target };
  const allowed = limitShare(run, target);
  const share = desired.hold ? Math.min(allowed, has) : allowed;
  if (share < allowed) run.notice("K", `hold: ${nameOf(version)} stays at ${percent(has)}`);
  if (target === 0)
    run.notice(
      "L",
      `weight auto leaves ${nameOf(version)} without traffic, so it cannot be judged. To start it, set weight: ` +
        `${formatShare(desired.first)}, then auto again`,
    );
  if (share > 0 && share === target) findJudgeable(run, { ...run.candidate, share });
  return setShare(run, "L", share);
}

function targetOf(run: Run, candidate: Candidate): Tenths {
  const { proposal, desired } = run;
  const { version, share, target: before } = candidate;
  // A version that gets traffic again by a retry starts like new content, whatever weight was in config while it was
  // rejected.
  const retried = share === 0 && rejectionsOf(run, version).length > 0;
  const target = retried ? Math.min(before, desired.first) : before;
  if (proposal === undefined || proposal.verdict === "reject" || desired.hold) return target;
  return isProposedFor(run, proposal, candidate) ? Math.max(proposal.verdict, target) : target;
}

/** Marks the candidate as one to judge, if this run does not change its share and only the stable version also has traffic. */
function findJudgeable(run: Run, candidate: Candidate): void {
  const { observed, stable, desired } = run;
  const { version, share } = candidate;
  if (observed === undefined) return;
  const others = Object.keys(keptShares(run, candidate));
  if (others.length > 0)
    run.notice(
      "L",
      `${nameOf(version)} is not judged while ${others.map((id) => `v${id}`).join(", ")} has traffic beside it and the stable version`,
    );
  else if (share === shareOf(observed, version.versionId))
    run.judgeable = { version, stable, share, held: desired.hold };
}
