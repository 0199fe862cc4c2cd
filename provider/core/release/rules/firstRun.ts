/** Rule B: the first run of a release. Pure. */
import { ALL } from "../../weights";
import { type Split, shareOf } from "../split";
import { showKey } from "../version";
import type { Decision } from "./decision";
import { keepOtherShares } from "./manualChanges";
import { finish } from "./result";
import type { Run } from "./run";

/** Starts a release without an alias: the deployed version gets all traffic. */
export function releaseFirst(run: Run): Decision {
  run.stable = run.deployed;
  const { weight, hold, reject } = run.desired;
  if (hold || (weight !== undefined && weight.share !== ALL))
    run.notice("B", "the first version of a release gets all traffic: weight and hold have no effect on it");
  if (reject !== undefined)
    run.notice("D", `reject: ${showKey(reject)} has no effect on the first version of a release: remove it`);
  return finish(run, "B");
}

/** Starts a release whose alias exists but stores no memory: the alias keeps its split. */
export function adoptAlias(run: Run, observed: Split): void {
  const { deployed, meaningKey } = run;
  const isMain = observed.main === deployed.versionId;
  const share = isMain ? 0 : shareOf(observed, deployed.versionId);
  run.stable = isMain ? deployed : { versionId: observed.main, fingerprint: "" };
  if (share > 0)
    run.candidate = {
      version: deployed,
      share,
      target: share,
      raised: false,
      config: run.configText(),
      meanings: run.meaningOf(meaningKey, share),
    };
  keepOtherShares(run, observed);
  run.notice("B", `the alias keeps its split: version ${observed.main} is the stable version`);
}
