/**
 * Judges a candidate under `weight: auto`: finds the window of time, reads its log rows or probes both versions,
 * and decides. This module writes nothing: the rules of the release use its proposal. If something cannot be read, the
 * result is neither a pass nor a fail.
 */
import { isFcError } from "../client/errors";
import {
  type AnalysisRecord,
  type Compared,
  type Decision,
  type LogStore,
  type Policy,
  type ProbeSettings,
  type Row,
  type Window,
  type WindowRows,
  byWeight,
  decide,
  explain,
  newRecord,
  nextStep,
  probesOf,
  readRows,
  refusedLogStore,
  stepAt,
  underPolicy,
  unversioned,
  unversionedDecide,
  windowOfRows,
  windowToJudge,
} from "../core/analysis";
import { formatSeconds } from "../core/duration";
import type { ObservedAlias } from "../core/model";
import {
  type Judgeable,
  type Proposal,
  type ReleaseInputs,
  type ReleaseJudging,
  type ReleaseOutputs,
  planRelease,
  policyOfRelease,
  recordToContinue,
  releaseLabel,
  storedMemory,
  windowOf,
} from "../core/release";
import { formatShare } from "../core/weights";
import { PROBING_LIMIT, probe } from "./probing";
import type { Session } from "./session";
import { messageOf } from "./write";

/** The judgement of a candidate, and the proposal that follows from the judgement. */
export interface Judged {
  readonly judging: ReleaseJudging;
  readonly proposal?: Proposal;
}

/** A candidate that can be judged, and the alias on which it was found. */
export interface LiveCandidate extends Judgeable {
  readonly alias: ObservedAlias;
}

/** The result of examining a candidate: a decision, or the number of seconds until there are requests to judge. */
export type Look = { readonly early: number } | LookedAt;

/** A decision, with the data from which it was made. */
export interface LookedAt extends Judged {
  readonly policy: Policy;
  readonly decision: Decision;
  /** Rows of the window, and the versions that are compared. */
  readonly rows: readonly Row[];
  readonly compared: Compared;
  /** Seconds at the start of the window that were left out, because there were too many rows. */
  readonly leftOut: number;
  /** True if earlier evidence about the candidate no longer counts, because `analysis` was changed. */
  readonly startsAgain: boolean;
}

/** Judges the candidate on the live alias; undefined if there is no candidate to judge, or no requests to judge it by yet. */
export async function judgeCandidate(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs>,
): Promise<Judged | undefined> {
  const candidate = await candidateNow(session, inputs, olds);
  if (candidate === undefined) return undefined;
  try {
    const look = await lookAt(session, inputs, olds.judging, candidate);
    announce(session, inputs, candidate, look);
    return "early" in look ? undefined : look;
  } catch (error) {
    const { version, share } = candidate;
    const stays = `v${version.versionId} stays at ${formatShare(share)}${share < 10 ? "" : " %"}`;
    session.report.warning(
      inputs.resourceUrn,
      `${releaseLabel(inputs)}: the candidate could not be judged, and ${stays}: ${messageOf(error)}`,
    );
    return undefined;
  }
}

/** The candidate on the live alias, if this run would not change its share. Makes one call. */
export async function candidateNow(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs>,
): Promise<LiveCandidate | undefined> {
  const alias = await session.api.getAlias(inputs.functionName, olds.aliasName ?? inputs.aliasName);
  const judgeable = alias && judgeableOn(inputs, olds, alias);
  return judgeable && { ...judgeable, alias };
}

/**
 * The candidate to judge. Undefined if the run must be refused: the refusal is thrown later, when the run is planned.
 */
function judgeableOn(
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs>,
  alias: ObservedAlias,
): Judgeable | undefined {
  try {
    return planRelease(inputs, storedMemory(olds), alias, () => true).decision.judgeable;
  } catch {
    return undefined;
  }
}

/**
 * Counts the requests since the last decision, or makes probes, and decides. Writes and prints nothing.
 *
 * @param known the record in state
 * @param read reads the rows of a window
 * @throws Error if something cannot be read
 */
export async function lookAt(
  session: Session,
  inputs: ReleaseInputs,
  known: ReleaseJudging | undefined,
  candidate: LiveCandidate,
  read: typeof readRows = readRows,
): Promise<Look> {
  const { version, stable, share, alias } = candidate;
  const unchanged = windowOf(known, candidate, alias);
  const now = session.api.serviceTime();
  if (unchanged === undefined || now === undefined) {
    throw new Error(
      "GetAlias: the answer lacks lastModifiedTime or the header date, so the time of the last change of the split is not known",
    );
  }
  const earlier = recordToContinue(known, version.versionId, stable.versionId);
  const record = recordOf(inputs, earlier);
  const { policy } = record;
  const startsAgain = !hasEvidence(record) && hasEvidence(earlier);
  const compared = {
    ...{ functionName: inputs.functionName, aliasName: alias.aliasName ?? inputs.aliasName },
    ...{ stable: stable.versionId, candidate: version.versionId },
  };
  const probes = inputs.analysis?.probes;
  const counted =
    probes === undefined
      ? await countRows(session, inputs, compared, policy, { since: unchanged.until, now }, read)
      : await countProbes(session, inputs, compared, probes, policy, now);
  if ("early" in counted) return counted;
  const { window, rows, leftOut } = counted;
  const situation = { step: stepAt(policy, share), weight: share, baked: Math.max(0, window.to - unchanged.since) };
  const { record: after, decision } = decide(record, situation, window);
  const unknown = unversioned(rows, compared);
  if (unversionedDecide(unknown, decision.verdict, window)) {
    throw new Error(
      `${unknown} of ${rows.length} rows of requests have no versionId or no requestId: all of them may be failures of v${version.versionId}, which has ` +
        `${window.candidate.requests} requests here. It can pass while they are at most 1 % of that`,
    );
  }
  const { lastModifiedTime: modified = "" } = alias;
  const place = { candidate: version.versionId, stable: stable.versionId, weight: share, modified };
  const judging = { ...after, ...place, since: unchanged.since, until: window.to };
  const proposal = proposalOf(candidate, policy, decision);
  return {
    ...{ judging, policy, decision, rows, compared, leftOut, startsAgain },
    ...(proposal === undefined ? {} : { proposal }),
  };
}

function hasEvidence(record: Pick<AnalysisRecord, "evidence"> | undefined): boolean {
  return record !== undefined && byWeight(record.evidence).some(({ candidate }) => candidate.requests > 0);
}

/** The counts of a window, and where they come from. */
type Counted = { readonly window: Window } & Pick<LookedAt, "rows" | "leftOut">;

async function countRows(
  session: Session,
  inputs: ReleaseInputs,
  compared: Compared,
  policy: Policy,
  { since, now }: { readonly since: number; readonly now: number },
  read: typeof readRows,
): Promise<Counted | { readonly early: number }> {
  const window = windowToJudge(since, now, policy);
  if (window === undefined) return { early: since + policy.logDelay - now };
  const { rows, from } = await rowsOf(session, inputs, window, read);
  return { window: windowOfRows(rows, compared, policy, from, window.to), rows, leftOut: from - window.from };
}

/** Makes the probes and counts them. The window is the time in which the probes are made. */
async function countProbes(
  session: Session,
  inputs: ReleaseInputs,
  compared: Compared,
  probes: ProbeSettings,
  policy: Policy,
  now: number,
): Promise<Counted> {
  const counts = await probe(session, inputs, compared, probesOf(probes), policy);
  const to = Math.floor(session.api.serviceTime() ?? now) + 1;
  return { window: { from: Math.floor(now), to, ...counts }, rows: [], leftOut: 0 };
}

/** The record of the candidate, adapted to the current policy; a new record if there is none to continue. */
function recordOf(inputs: ReleaseInputs, earlier: AnalysisRecord | undefined): AnalysisRecord {
  const policy = policyOfRelease(inputs);
  if (earlier === undefined) return newRecord(policy);
  const { policy: old, before, digest, decisions, evidence } = earlier;
  return underPolicy({ policy: old, before, digest, decisions, evidence }, policy);
}

/** The logstore in `analysis.logs`, else the logstore of the function's `logConfig`. */
async function logStoreOf(session: Session, inputs: ReleaseInputs): Promise<LogStore> {
  const { functionName, analysis } = inputs;
  if (analysis?.logs !== undefined) return analysis.logs;
  const live = await session.api.getFunction(functionName);
  const { project, logstore, enableRequestMetrics } = (live?.["logConfig"] ?? {}) as Partial<LogStore> & {
    enableRequestMetrics?: boolean;
  };
  const advice = "set function.logConfig, or name the logstore in analysis.logs";
  if (!project || !logstore) {
    throw new Error(
      `function ${functionName} has no logConfig with project and logstore, so its requests are not recorded: ${advice}`,
    );
  }
  const refused = refusedLogStore({ project, logstore });
  if (refused !== undefined) {
    throw new Error(`function ${functionName}: logConfig${refused}. No requests can be read there: ${advice}`);
  }
  if (enableRequestMetrics !== true) {
    throw new Error(
      `function ${functionName} records no requests in project ${project}, logstore ${logstore}: set ` +
        `function.logConfig.enableRequestMetrics to true`,
    );
  }
  return { project, logstore };
}

function noLogs(): never {
  throw new Error("this run has no access to a log service");
}

/** The rows of a window. An error names the logstore, and after a refusal the missing permission. */
async function rowsOf(
  session: Session,
  inputs: ReleaseInputs,
  { from, to }: { readonly from: number; readonly to: number },
  read: typeof readRows,
): Promise<WindowRows> {
  const store = await logStoreOf(session, inputs);
  const { project, logstore } = store;
  try {
    return await read((session.logs ?? noLogs)(store), inputs.functionName, from, to);
  } catch (error) {
    const refused = isFcError(error) && [401, 403].includes(error.status ?? 0);
    const resource = `acs:log:${inputs.region}:${inputs.accountId}:project/${project}/logstore/${logstore}`;
    const permission = refused ? `; the permission it needs: log:GetLogStoreLogs on ${resource}` : "";
    throw new Error(`rows of project ${project}, logstore ${logstore}: ${messageOf(error)}${permission}`, {
      cause: error,
    });
  }
}

/**
 * Prints the result with its reasons. A pass, and conditions that are missing, are printed as information; a result
 * that needs attention is printed as a warning.
 */
function announce({ report }: Session, inputs: ReleaseInputs, candidate: LiveCandidate, look: Look): void {
  const { functionName, resourceUrn } = inputs;
  const text = (line: string) => `${functionName}: ${line}`;
  if ("early" in look) return report.info(resourceUrn, text(earlyWords(candidate, look.early)));
  const { policy, decision } = look;
  if (look.startsAgain) report.warning(resourceUrn, text(STARTS_AGAIN));
  if (look.leftOut > 0) report.info(resourceUrn, text(leftOutWords(look)));
  const unsent = unsentWords(inputs, decision);
  if (unsent !== undefined) report.info(resourceUrn, text(unsent));
  const found = text(explain(policy, decision).join("; "));
  if (decision.verdict === "hold") report.warning(resourceUrn, found);
  else report.info(resourceUrn, found);
}

/** The message if `analysis` was changed while the candidate was judged. */
export const STARTS_AGAIN =
  "analysis was changed: earlier requests to the candidate no longer count, and the evidence starts again";

/** The message about a candidate without requests to judge. */
export function earlyWords({ version }: LiveCandidate, seconds: number): string {
  const left = seconds > 0 ? formatSeconds(seconds) : "a moment";
  return `v${version.versionId} cannot be judged yet: its first requests can be counted in ${left} (analysis.logDelay)`;
}

/** The message about probes for which there was no time. */
function unsentWords({ analysis }: ReleaseInputs, { counts }: Decision): string | undefined {
  if (analysis?.probes === undefined) return undefined;
  const { requests } = probesOf(analysis.probes);
  const made = counts.candidate.requests;
  if (made >= requests) return undefined;
  return `${made} of ${requests} probes of each version were made: after ${formatSeconds(PROBING_LIMIT / 1000)} no further probe begins`;
}

/** The message about a window with too many rows: it says which part of the window was judged. */
export function leftOutWords({ decision: { from, to }, rows, leftOut }: LookedAt): string {
  return `only the last ${formatSeconds(to - from)} of ${formatSeconds(to - from + leftOut)} are judged: ${rows.length} requests`;
}

function proposalOf({ version, share }: Judgeable, policy: Policy, decision: Decision): Proposal | undefined {
  const about = { versionId: version.versionId, share, reason: explain(policy, decision).slice(1).join("; ") };
  if (decision.verdict === "pass") return { ...about, verdict: nextStep(policy, share) };
  return decision.verdict === "fail" ? { ...about, verdict: "reject" } : undefined;
}
