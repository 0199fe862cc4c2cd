/** Rule C5: the alias was deleted and is created again. Pure. */
import { nameOf } from "../version";
import { isRejected, lower, retryLine, rollbackTarget } from "./blocks";
import { Refused } from "./decision";
import type { Run } from "./run";

/** Stores that the candidate, or a version that waits under `hold`, has no traffic, because the alias was deleted. */
export function acceptLostAlias(run: Run): void {
  for (const each of [run.candidate, run.waiting]) if (each !== undefined) lower(run, each.version, 0);
  if (run.candidate !== undefined) run.candidate = { ...run.candidate, share: 0 };
}

/**
 * Chooses the version that gets all traffic of the new alias: the stable version; if it was deleted, the newest former
 * stable version; if there is none, the deployed version.
 *
 * @throws Refused if none of these versions exists
 */
export function recreateAlias(run: Run): void {
  const lost = run.stable;
  if (run.exists(lost.versionId)) {
    run.notice("C", `the alias was deleted: it is created again with all traffic on ${nameOf(lost)}`);
    run.assumeExists(lost);
    return;
  }
  const former = rollbackTarget(run);
  const stable = former ?? (isRejected(run, run.deployed) ? undefined : run.deployed);
  if (stable === undefined)
    throw new Refused(
      `the alias and its stable version ${lost.versionId} were deleted, and ${nameOf(run.deployed)} is rejected: deploy other ` +
        `code, or lift the rejection with ${retryLine(run, run.deployed)}`,
    );
  // If the deployed version is stable only because no other version exists, the deleted version counts as the newest
  // former stable version. A revert to its content then takes effect at once (rule G).
  const newest = former === undefined && lost.versionId !== stable.versionId ? [lost] : [];
  run.formerStable = [...newest, ...run.formerStable.filter(({ versionId }) => versionId !== stable.versionId)];
  run.stable = stable;
  run.promotion = undefined;
  if (run.candidate?.version.versionId === stable.versionId) run.candidate = undefined;
  run.notice(
    "C",
    `the alias and its stable version ${lost.versionId} were deleted: the alias is created again with all traffic on ${nameOf(stable)}`,
  );
}
