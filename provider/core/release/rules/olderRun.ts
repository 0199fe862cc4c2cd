/** Rule A: a run of an older commit moves no traffic. Pure. */
import type { Desired } from "../desired";
import { type Memory, knownVersions } from "../memory";
import { sameTraffic } from "../split";
import { type Decision, Refused } from "./decision";
import { type Run, mayBePublished } from "./run";

/** True if a run of a newer commit was recorded. */
export function isOlder(before: Memory, { rev, replacedRev }: Desired): boolean {
  return rev !== undefined && before.rev !== undefined && rev < before.rev && replacedRev !== before.rev;
}

/**
 * Refuses a rename of a release by an older run.
 *
 * @param remembered the memories of the aliases with the former and the new name
 * @throws Refused if one of the memories records a run of a newer commit
 */
export function refuseOlderRename(remembered: readonly (Memory | undefined)[], desired: Desired): void {
  for (const memory of remembered) {
    if (memory !== undefined && isOlder(memory, desired)) throw new Refused(messageOf(memory, desired));
  }
}

/**
 * Leaves the alias unchanged.
 *
 * @param decideAsNewest computes what the run would do if its commit were the newest
 * @throws Refused if the run would move traffic
 */
export function decideOlderRun(before: Memory, run: Run, decideAsNewest: () => Decision): Decision {
  const { observed, desired } = run;
  const message = messageOf(before, desired);
  // If a preview does not know the content, it cannot know whether traffic would move.
  const unknown =
    desired.deployed.versionId === undefined && mayBePublished(knownVersions(before), observed, desired.deployed);
  let newest: Decision;
  try {
    newest = decideAsNewest();
  } catch (error) {
    if (error instanceof Refused) throw new Refused(message);
    throw error;
  }
  if (observed === undefined) throw new Refused(message);
  const moves =
    !sameTraffic(newest.split, observed) ||
    newest.memory.candidate?.version.versionId !== before.candidate?.version.versionId ||
    newest.memory.stable.versionId !== before.stable.versionId;
  if (moves && !unknown) throw new Refused(message);
  return { split: observed, memory: before, rule: "A", notices: [{ rule: "A", message }] };
}

function messageOf(before: Memory, desired: Desired): string {
  return (
    `this run is of an older commit (rev ${desired.rev ?? "?"}) than the newest run (rev ${before.rev ?? "?"}): it moves no ` +
    `traffic and records nothing. LATEST of the function may hold the older code now; no alias uses LATEST. Run the newest ` +
    `commit, which restores it. To roll back, set reject in the newest commit, or set rev to a higher number. If rev ` +
    `${before.rev ?? "?"} was a mistake, such as a commit time in the future, run this commit once with rev: ` +
    `${desired.rev ?? "?"} replaces ${before.rev ?? "?"} (config: auto replaces ${before.rev ?? "?"})`
  );
}
