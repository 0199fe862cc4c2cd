/** Sets the share of the candidate. A candidate with all traffic becomes the stable version. Pure. */
import { ALL, type Tenths } from "../../weights";
import type { Candidate } from "../memory";
import { nameOf } from "../version";
import { forgetBlocks } from "./blocks";
import type { Decision, Rule } from "./decision";
import { finish } from "./result";
import type { Run } from "./run";

/** Sets the share of the candidate and ends the run. A candidate with 100 % is promoted. */
export function setShare(run: Run, rule: Rule, share: Tenths): Decision {
  const { candidate } = run;
  if (candidate === undefined) return finish(run, rule);
  return share === ALL ? promote(run, rule, candidate) : finish(run, rule, share);
}

function promote(run: Run, rule: Rule, { version, meanings }: Candidate): Decision {
  run.formerStable = [run.stable, ...run.formerStable];
  run.stable = version;
  run.candidate = undefined;
  run.replacedInARow = 0;
  run.otherShares = {};
  forgetBlocks(run, version);
  // New content that is promoted at once has no earlier weight that could be restored, unless it waited under `hold`.
  const waited = run.before?.waiting?.version.versionId === version.versionId;
  const before = rule === "H" && !waited ? {} : { before: run.before?.weight ?? "" };
  run.promotion = { ...before, by: run.weightWithHold(), meanings };
  if (rule !== "H") run.replacedCandidate = undefined;
  if (run.desired.weight !== undefined)
    run.notice("I", `${nameOf(version)} is promoted: weight can be removed from config now`);
  return finish(run, rule);
}
