/** Rule D: `reject` in config. Pure. */
import { retryText } from "../desired";
import { UNPUBLISHED, type Version, type VersionKey, nameOf, showKey } from "../version";
import { addRejection, forgetBlocks, isRejected, retryCountBefore, retryLine, rollbackTarget } from "./blocks";
import { Refused } from "./decision";
import { type Run, isSame } from "./run";

/**
 * Stores a rejection of the version that `reject` in config names.
 *
 * @throws Refused if no version ever had this number or revision
 */
export function applyReject(run: Run): void {
  const { reject, retry } = run.desired;
  if (reject === undefined || isRejectIgnored(run, reject)) return;
  const isEarlier = reject.startsWith("r") && reject === run.before?.reject;
  if (isEarlier && run.isRevisionReused()) {
    restoreRejection(run, reject);
    return;
  }
  if (!isEarlier) refuseUnknownVersion(run, reject);
  const version = run.findVersion(reject);
  if (version === undefined) {
    if (!isEarlier) noticeUnknownRevision(run, reject);
    return;
  }
  const both = retry !== undefined && run.isNamed(retry.version, version);
  if (both) run.notice("E", `reject and retry both name ${nameOf(version)}: the later one counts. Remove the other`);
  if (isRejected(run, version)) return;
  if (both && reject === run.before?.reject) {
    keepRejection(run, version);
    return;
  }
  const sameRetry = retryText(retry) === run.before?.retry;
  addRejection(run, { version, retry: sameRetry ? retryCountBefore(run, version.versionId) : 0 });
}

/**
 * Stores the rejection of the last run again if this run has removed it, because the version was made the main version by
 * hand. A `reject` in config takes precedence over a change by hand, also if config has an earlier `retry`.
 */
function keepRejection(run: Run, { versionId }: Version): void {
  const { rejections = [] } = run.before ?? {};
  const rejection = rejections.find(({ version }) => version.versionId === versionId);
  if (rejection !== undefined && (run.desired.retry?.count ?? 0) <= rejection.retry) addRejection(run, rejection);
}

/**
 * Stores the rejection of the last run again if this run has removed it, because the version was made the main version by
 * hand. The revision in config names the version of that rejection, and no newer content.
 */
function restoreRejection(run: Run, reject: VersionKey): void {
  const rejection = run.before?.rejections.find(({ version }) => run.isNamed(reject, version));
  if (rejection !== undefined) addRejection(run, rejection);
}

function noticeUnknownRevision(run: Run, key: VersionKey): void {
  run.notice(
    "D",
    `reject: ${showKey(key)} names no version that is known here: remove it, or reject a version by its number`,
  );
}

/**
 * True if `reject` was in config at the first release, when no version could be rejected. The key stays ignored in
 * later runs.
 */
function isRejectIgnored({ before, observed }: Run, reject: VersionKey): boolean {
  const isFirst = before === undefined && observed === undefined;
  return isFirst || before?.reject === ignored(reject);
}

/** The text in which the memory stores an ignored `reject`. */
function ignored(reject: VersionKey): string {
  return `i${reject}`;
}

/** The text in which the memory stores the `reject` of this run. */
export function rejectText(run: Run): string {
  const { reject } = run.desired;
  if (reject === undefined) return "";
  return isRejectIgnored(run, reject) ? ignored(reject) : reject;
}

/**
 * Refuses a version number or revision that is higher than every known one. A lower number may be that of a deleted
 * version.
 */
function refuseUnknownVersion(run: Run, key: VersionKey): void {
  const revision = key.startsWith("r");
  const newest = newestKnown(run, revision);
  if (newest === undefined || Number(key.replace("r", "")) <= newest) return;
  const known = `the newest known is ${revision ? "r" : "v"}${newest}`;
  if (!revision && run.exists(key)) {
    if (run.isPreview) run.notice("D", `reject: ${showKey(key)}: ${known}. The run fails unless that version exists`);
    return;
  }
  throw new Refused(`reject: ${showKey(key)} names no version of this function: ${known}`);
}

/** The highest known number or revision; undefined in a preview that cannot know it. */
function newestKnown(run: Run, revisions: boolean): number | undefined {
  const known = [run.deployed, ...run.allVersions()];
  const { revision: current } = run.desired.deployed;
  if (revisions) return current && Math.max(current, ...known.flatMap(({ revision }) => revision ?? []));
  if (run.deployed.versionId === UNPUBLISHED) {
    run.uncertain.push("the number of the new version is known only after the publish");
    return undefined;
  }
  const ids = [...known.map(({ versionId }) => versionId), ...Object.keys(run.otherShares)];
  return Math.max(...ids.map(Number).filter((id) => !Number.isNaN(id)));
}

/** Replaces a rejected stable version by the newest former one that exists and is not rejected. */
export function rollBackRejected(run: Run): void {
  const { stable, deployed } = run;
  if (!isRejected(run, stable)) return;
  const next = rollbackTarget(run);
  if (next !== undefined) {
    if (isSame(stable, deployed)) run.meaningsOfRejected = run.promotion?.meanings ?? {};
    run.promotion = undefined;
    run.formerStable = run.formerStable.slice(run.formerStable.indexOf(next) + 1);
    run.stable = next;
    if (run.candidate?.version.versionId === next.versionId) run.candidate = undefined;
    run.otherShares = {};
    forgetBlocks(run, next);
    run.notice("D", `${nameOf(stable)} is rejected: back to ${nameOf(next)}`);
    run.assumeExists(next);
    return;
  }
  const advice = `deploy other code, or lift the rejection with ${retryLine(run, stable)}`;
  if (deployed.versionId === stable.versionId || isRejected(run, deployed))
    run.failure =
      `${nameOf(stable)} is rejected, and there is no earlier stable version to go back to: it keeps its traffic. The ` +
      `rejection is recorded. ${advice}`;
  else
    run.notice(
      "D",
      `${nameOf(stable)} is rejected, but there is no earlier stable version: it keeps its traffic until ${nameOf(deployed)} ` +
        `replaces it`,
    );
}
