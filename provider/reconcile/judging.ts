/**
 * Judges a candidate under weight `auto`: which stretch, rows, counts, verdict. It writes nothing. What it proposes goes through the
 * rules of the release. Whatever cannot be read is neither a pass nor a fail.
 */
import { isFcError } from "../client/errors";
import {
  type AnalysisRecord,
  type Decision,
  type LogStore,
  type WindowRows,
  decide,
  explain,
  newRecord,
  nextStep,
  readRows,
  refusedLogStore,
  stepAt,
  underPolicy,
  unversioned,
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
  goingOn,
  planRelease,
  policyOfRelease,
  releaseLabel,
  storedMemory,
  stretchOf,
} from "../core/release";
import { formatShare } from "../core/weights";
import type { Session } from "./session";
import { messageOf } from "./write";

/** What was judged, and what the judge proposes because of it. */
export interface Judged {
  readonly judging: ReleaseJudging;
  readonly proposal?: Proposal;
}

/** Judges the candidate as the alias has it now; undefined where there is none to judge, or nothing to judge it by yet. */
export async function judgeCandidate(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs>,
): Promise<Judged | undefined> {
  const alias = await session.api.getAlias(inputs.functionName, olds.aliasName ?? inputs.aliasName);
  const judgeable = alias && judgeableOn(inputs, olds, alias);
  if (alias === undefined || judgeable === undefined) return undefined;
  const { version, share } = judgeable;
  const stays = `v${version.versionId} stays at ${formatShare(share)}${share < 10 ? "" : " %"}`;
  try {
    return await judgeOn(session, inputs, olds.judging, alias, judgeable);
  } catch (error) {
    session.report.warning(
      inputs.resourceUrn,
      `${releaseLabel(inputs)}: the candidate could not be judged, and ${stays}: ${messageOf(error)}`,
    );
    return undefined;
  }
}

/** The candidate of the alias, where this run would leave it as it is. A run that is refused is refused later. */
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

async function judgeOn(
  session: Session,
  inputs: ReleaseInputs,
  known: ReleaseJudging | undefined,
  alias: ObservedAlias,
  judgeable: Judgeable,
): Promise<Judged | undefined> {
  const { version, stable, share } = judgeable;
  const stretch = stretchOf(known, judgeable, alias);
  const now = session.api.serviceTime();
  if (stretch === undefined || now === undefined) {
    throw new Error(
      "GetAlias: the answer lacks lastModifiedTime or the header date, so that it is not known since when it has its split",
    );
  }
  const record = recordOf(inputs, known, judgeable);
  const { policy } = record;
  const window = windowToJudge(stretch.until, now, policy);
  if (window === undefined) {
    const left = formatSeconds(stretch.until + policy.logDelay - now);
    session.report.info(
      inputs.resourceUrn,
      `${inputs.functionName}: nothing to judge v${version.versionId} by yet: its first requests can be counted in ${left || "a moment"} (analysis.logDelay)`,
    );
    return undefined;
  }
  const compared = {
    ...{ functionName: inputs.functionName, aliasName: alias.aliasName ?? inputs.aliasName },
    ...{ stable: stable.versionId, candidate: version.versionId },
  };
  const { rows, from } = await rowsOf(session, inputs, window);
  const unknown = unversioned(rows, compared);
  if (unknown > 0) {
    throw new Error(
      `${unknown} of ${rows.length} rows of requests have no versionId, so that they belong to neither version`,
    );
  }
  if (from > window.from) {
    const judged = formatSeconds(window.to - from);
    session.report.info(
      inputs.resourceUrn,
      `${inputs.functionName}: of ${formatSeconds(window.to - window.from)} the last ${judged} are judged: ${rows.length} requests`,
    );
  }
  const situation = { step: stepAt(policy, share), weight: share, baked: window.to - stretch.since };
  const judged = decide(record, situation, windowOfRows(rows, compared, policy, from, window.to));
  const { decision } = judged;
  announce(session, inputs, policy, decision);
  const { lastModifiedTime: modified = "" } = alias;
  const place = { candidate: version.versionId, stable: stable.versionId, weight: share, modified };
  const judging = { ...judged.record, ...place, since: stretch.since, until: window.to };
  const proposal = proposalOf(judgeable, policy, decision);
  return { judging, ...(proposal === undefined ? {} : { proposal }) };
}

/** The record that goes on, under the policy of now, or a new one. */
function recordOf(
  inputs: ReleaseInputs,
  known: ReleaseJudging | undefined,
  { version, stable }: Judgeable,
): AnalysisRecord {
  const policy = policyOfRelease(inputs);
  const again = goingOn(known, version.versionId, stable.versionId);
  if (again === undefined) return newRecord(policy);
  const { policy: old, before, digest, decisions, evidence } = again;
  return underPolicy({ policy: old, before, digest, decisions, evidence }, policy);
}

/** The logstore that the program names, or the one that the function logs to. */
async function logStoreOf(session: Session, inputs: ReleaseInputs): Promise<LogStore> {
  const { functionName, analysis } = inputs;
  if (analysis?.logs !== undefined) return analysis.logs;
  const live = await session.api.getFunction(functionName);
  const { project, logstore, enableRequestMetrics } = (live?.["logConfig"] ?? {}) as Partial<LogStore> & {
    enableRequestMetrics?: boolean;
  };
  const refused = refusedLogStore({ project, logstore });
  if (refused !== undefined) {
    throw new Error(
      `function ${functionName} has no logConfig with project and logstore, so that no requests are recorded: set function.logConfig, or name ` +
        `the logstore in analysis.logs`,
    );
  }
  if (enableRequestMetrics !== true) {
    throw new Error(
      `function ${functionName} records no requests in project ${project ?? ""}, logstore ${logstore ?? ""}: set ` +
        `function.logConfig.enableRequestMetrics to true`,
    );
  }
  return { project: project ?? "", logstore: logstore ?? "" };
}

function noLogs(): never {
  throw new Error("no log service can be read here");
}

/** The rows of a window. A failure names where they were to come from, and after a refusal the permission that it takes. */
async function rowsOf(
  session: Session,
  inputs: ReleaseInputs,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<WindowRows> {
  const store = await logStoreOf(session, inputs);
  const { project, logstore } = store;
  try {
    return await readRows((session.logs ?? noLogs)(store), inputs.functionName, from, to);
  } catch (error) {
    const refused = isFcError(error) && [401, 403].includes(error.status ?? 0);
    const resource = `acs:log:${inputs.region}:${inputs.accountId}:project/${project}/logstore/${logstore}`;
    const permission = refused ? `; the permission it needs: log:GetLogStoreLogs on ${resource}` : "";
    throw new Error(`rows of project ${project}, logstore ${logstore}: ${messageOf(error)}${permission}`, {
      cause: error,
    });
  }
}

/** The verdict with its reasons. A pass and what is missing are news; what somebody has to look at is a warning. */
function announce(
  { report }: Session,
  inputs: ReleaseInputs,
  policy: AnalysisRecord["policy"],
  decision: Decision,
): void {
  const text = `${inputs.functionName}: ${explain(policy, decision).join("; ")}`;
  if (decision.verdict === "hold") report.warning(inputs.resourceUrn, text);
  else report.info(inputs.resourceUrn, text);
}

function proposalOf(
  { version, share }: Judgeable,
  policy: AnalysisRecord["policy"],
  decision: Decision,
): Proposal | undefined {
  const about = { versionId: version.versionId, share, reason: explain(policy, decision).slice(1).join("; ") };
  if (decision.verdict === "pass") return { ...about, verdict: nextStep(policy, share) };
  return decision.verdict === "fail" ? { ...about, verdict: "reject" } : undefined;
}
