/**
 * The blocks of a version (rejections by rule D and lowerings by hand by rule C1), and how `retry` lifts them (rule E).
 * Pure.
 */
import { ALL, type Tenths } from "../../weights";
import { parseRetryText, showRetry } from "../desired";
import type { Lowering, Rejection } from "../memory";
import { type Version, traceOf } from "../version";
import { type Run, isSame } from "./run";

/** Number of rejections that are remembered. */
const REJECTIONS = 50;

/** What limits the traffic of a version until a retry: a rejection, or a lowering by hand. */
type Block = Rejection | Lowering;

/** True if the version is rejected, and the `retry` in config does not lift the rejection. */
export function isRejected(run: Run, version: Version): boolean {
  return rejectionsOf(run, version).some(
    (rejection) => !isLifted(run, version, rejection.retry) && !isLifted(run, rejection.version, rejection.retry),
  );
}

/** The largest share that the version may have after a lowering by hand; 100 % if nobody lowered the version. */
export function loweredTo(run: Run, version: Version): Tenths {
  const lowering = run.lowerings.find((each) => isSame(each.version, version));
  return lowering === undefined || isLifted(run, version, lowering.retry) ? ALL : lowering.share;
}

/** The rejections of a version, including those of another version with the same content. */
export function rejectionsOf(run: Run, version: Version): Rejection[] {
  return run.rejections.filter((rejection) => isSame(rejection.version, version));
}

/** All rejections and lowerings by hand of a version, including those that the `retry` in config lifts. */
function blocksOf(run: Run, version: Version): Block[] {
  const lowerings = run.lowerings.filter((lowering) => isSame(lowering.version, version));
  return [...rejectionsOf(run, version), ...lowerings];
}

/**
 * True if the `retry` in config lifts a rejection or a lowering by hand: the number after `@` must be higher than
 * `retry`.
 *
 * @param retry the highest number after `@` that does not lift the rejection or lowering
 */
function isLifted(run: Run, version: Version, retry: number): boolean {
  const now = run.desired.retry;
  return now !== undefined && now.count > retry && run.isNamed(now.version, version);
}

/** The version to which a rollback goes: the newest former stable version that exists and is not rejected. */
export function rollbackTarget(run: Run): Version | undefined {
  return run.formerStable.find((version) => !isRejected(run, version) && run.exists(version.versionId));
}

/** Stores a rejection. Each version has at most one rejection, and only the newest 50 rejections are kept. */
export function addRejection(run: Run, rejection: Rejection): void {
  const { versionId } = rejection.version;
  const others = run.rejections.filter(({ version }) => version.versionId !== versionId);
  run.rejections = [...others, rejection].slice(-REJECTIONS);
}

/** Stores that a version was lowered by hand, with its content if this is known. */
export function lower(run: Run, lowered: Version, share: Tenths): void {
  const isDeployed = lowered.versionId === run.deployed.versionId;
  const version = lowered.fingerprint === "" && isDeployed ? run.deployed : lowered;
  const old = run.lowerings.find((lowering) => lowering.version.versionId === version.versionId);
  const retry = Math.max(old?.retry ?? 0, retryCountBefore(run, version.versionId));
  run.lowerings = run.lowerings.filter((lowering) => lowering !== old);
  run.lowerings.push({ version, share, retry });
}

/** Removes the lowerings by hand of a version, also under an earlier number of the same content. */
export function forgetLowering(run: Run, version: Version): void {
  run.lowerings = run.lowerings.filter((lowering) => !isSame(lowering.version, version));
}

/** Removes the rejections and the lowerings by hand of a version that became the stable version. */
export function forgetBlocks(run: Run, version: Version): void {
  run.rejections = run.rejections.filter((rejection) => !isSame(rejection.version, version));
  forgetLowering(run, version);
}

/**
 * The number after `@` of the `retry` that config had for this version in the last run; 0 if there was none. A `retry`
 * for the number that the same content has now counts as well. A new rejection or lowering is lifted only by a higher
 * number.
 */
export function retryCountBefore(run: Run, versionId: string): number {
  const retry = parseRetryText(run.before?.retry ?? "");
  if (retry === undefined) return 0;
  const version = run.known.find((each) => each.versionId === versionId) ?? { versionId, fingerprint: "" };
  const now = [run.deployed, run.stable].filter((each) => isSame(each, version));
  return [version, ...now].some((each) => run.isNamed(retry.version, each)) ? retry.count : 0;
}

/**
 * Applies the rejection or lowering by hand of a deleted version to the same content under its new number. After state
 * was lost, only the short hash of the content is known.
 */
export function recogniseRepublished(run: Run): void {
  const { deployed } = run;
  // A version that is stable has this content under the number that it always had.
  if (deployed.versionId === run.before?.stable.versionId) return;
  const trace = traceOf(deployed);
  const isGone = (version: Version): boolean => {
    if (version.trace !== trace) return false;
    run.assumeExists(version);
    return !run.exists(version.versionId);
  };
  const forDeployed = <T extends Block>(blocks: readonly T[]): T[] => {
    if (blocks.some(({ version }) => isSame(version, deployed))) return [];
    return blocks.filter(({ version }) => isGone(version)).map((block) => ({ ...block, version: deployed }));
  };
  run.rejections.push(...forDeployed(run.rejections));
  run.lowerings.push(...forDeployed(run.lowerings));
}

/** The line of config that lifts the rejection or lowering by hand of a version, such as `retry: v8@2`. */
export function retryLine(run: Run, version: Version): string {
  const count = Math.max(0, ...blocksOf(run, version).map(({ retry }) => retry)) + 1;
  return `retry: ${showRetry({ version: version.versionId, count })}`;
}

/** Warns about a `retry` in config that has no effect. */
export function noticeUnusedRetry(run: Run): void {
  const { retry } = run.desired;
  if (retry === undefined) return;
  const found = run.findVersion(retry.version);
  if (found === undefined || blocksOf(run, found).length === 0)
    run.notice("E", `retry: ${showRetry(retry)} has no effect, because no rejection or lowering applies: remove it`);
  else if (blocksOf(run, found).some((block) => retry.count <= block.retry))
    run.notice(
      "E",
      `retry: ${showRetry(retry)} was used already; ${retryLine(run, found)} lifts the new rejection or lowering`,
    );
}
