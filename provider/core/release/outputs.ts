/** The outputs of a release after a run and after a refresh. Pure. */
import type { ObservedAlias } from "../model";
import { ALL, type Tenths } from "../weights";
import { weightOf } from "../analysis/policy";
import type { ReleaseInputs } from "./inputs";
import { type Memory, laterMemory, newMemory } from "./memory";
import { livePercent, memoryInDescription, splitOf } from "./observed";
import type { Plan } from "./plan";
import type { VersionExists } from "./rules/decision";
import { memoryAfterHand } from "./rules/manualChanges";
import { type Split, sharesOf } from "./split";
import { type Phase, type ReleaseOutputs, storedMemory, withoutEnvironments } from "./state";

/** Number of splits in the output `history`. */
const HISTORY = 20;

/** The outputs after a run. */
export function releaseOutputs(
  inputs: ReleaseInputs,
  { decision, memory, writes }: Plan,
  alias: ObservedAlias,
  olds: Partial<ReleaseOutputs>,
): ReleaseOutputs {
  const split = percentOf(sharesOf(decision.split));
  const entry = `${Object.entries(split)
    .map(([id, value]) => `v${id} ${value} %`)
    .join(", ")} (rule ${decision.rule})`;
  const history = [...(olds.history ?? []), ...(writes ? [entry] : [])].slice(-HISTORY);
  return { ...inputs, ...withoutEnvironments(memory), split, ...liveOf(alias), ...positionOf(memory, inputs), history };
}

/** Outputs that are computed from the memory. */
type ReleasePosition = Pick<
  ReleaseOutputs,
  "stable" | "previousStable" | "candidate" | "step" | "effectiveWeight" | "phase" | "rejected"
>;

/**
 * The outputs that are computed from the memory: stable version, candidate, phase and so on.
 *
 * @param exists whether a former version still exists. If the versions were not read, every version counts as existing
 */
function positionOf(
  memory: Memory,
  inputs: Pick<ReleaseInputs, "steps">,
  exists: VersionExists = () => true,
): ReleasePosition {
  const { stable, candidate, waiting, rejections } = memory;
  const isRejected = (id: string) => rejections.some(({ version }) => version.versionId === id);
  const previous = memory.formerStable.find(({ versionId }) => !isRejected(versionId) && exists(versionId));
  const step = stepOf(memory, inputs);
  const shown = candidate?.version ?? waiting?.version;
  return {
    stable: stable.versionId,
    ...(previous === undefined ? {} : { previousStable: previous.versionId }),
    ...(shown === undefined ? {} : { candidate: shown.versionId }),
    ...(step === undefined ? {} : { step }),
    effectiveWeight: (candidate?.share ?? 0) / 10,
    phase: phaseOf(memory),
    rejected: rejections.map(({ version }) => version.versionId),
  };
}

/** The outputs that describe the live alias. */
function liveOf(alias: ObservedAlias): Pick<ReleaseOutputs, "live" | "liveMain" | "createdTime" | "lastModifiedTime"> {
  const { versionId, createdTime, lastModifiedTime } = alias;
  return {
    live: livePercent(alias),
    ...(versionId === undefined ? {} : { liveMain: versionId }),
    ...(createdTime === undefined ? {} : { createdTime }),
    ...(lastModifiedTime === undefined ? {} : { lastModifiedTime }),
  };
}

/** Shares in the form of outputs, in percent. */
export function percentOf(shares: Record<string, Tenths>): Record<string, number> {
  return Object.fromEntries(Object.entries(shares).map(([id, share]) => [id, share / 10]));
}

function phaseOf({ candidate, waiting, rejections, lowerings }: Memory): Phase {
  if (candidate === undefined) return waiting === undefined ? "stable" : "waiting";
  if (candidate.share > 0) return "canary";
  const { versionId } = candidate.version;
  if (rejections.some(({ version }) => version.versionId === versionId)) return "rejected";
  return lowerings.some((lowering) => lowering.version.versionId === versionId) ? "lowered" : "paused";
}

/** The shares of the steps, with 100 % as the last step. */
export function stepShares({ steps }: Pick<ReleaseInputs, "steps">): Tenths[] {
  return [...steps.map((step) => weightOf(step) ?? ALL), ALL];
}

/** The number of reached steps, such as `2/4`: 2 of 4 steps. 100 % is the last step. */
export function stepOf({ candidate }: Memory, inputs: Pick<ReleaseInputs, "steps">): string | undefined {
  if (candidate === undefined) return undefined;
  const all = stepShares(inputs);
  return `${all.filter((step) => step <= candidate.share).length}/${all.length}`;
}

/** The outputs of a release that is imported or read by id: the live split, and the memory in the alias's description. */
export function observedRelease(inputs: ReleaseInputs, alias: ObservedAlias): ReleaseOutputs {
  const memory = memoryInDescription(alias) ?? newMemory({ versionId: alias.versionId ?? "", fingerprint: "" });
  const plan: Plan = { decision: { split: splitOf(alias), memory, rule: "B", notices: [] }, memory, writes: false };
  return releaseOutputs({ ...inputs, steps: inputs.steps ?? [] }, plan, alias, {});
}

/**
 * The outputs after a refresh, which show the changes that were made by hand. The memory in state does not contain
 * those changes: the next run finds them when it compares the memory with the alias, and then applies the rules. The
 * memory is also kept if the alias was deleted, because without a memory the next run would be a first release.
 *
 * @param exists whether a version still exists
 */
export function refreshedRelease(
  props: ReleaseOutputs,
  alias: ObservedAlias | undefined,
  exists: VersionExists,
): ReleaseOutputs {
  const memory = laterMemory(storedMemory(props), memoryInDescription(alias)) ?? props.memory;
  const isLater = memory.sequence > props.memory.sequence;
  const now = memoryAfterHand(memory, alias === undefined ? undefined : splitOf(alias));
  const { environments: _e, liveMain: _m, previousStable: _p, candidate: _c, step: _s, ...rest } = props;
  return {
    ...rest,
    ...withoutEnvironments(memory),
    ...(isLater ? { split: percentOf(sharesOf(decidedSplit(memory))) } : {}),
    ...(alias === undefined ? { live: {} } : liveOf(alias)),
    ...positionOf(now, props, exists),
  };
}

/** The split of the last run, computed from the memory of that run. A third version is not in the memory. */
function decidedSplit({ stable, candidate }: Memory): Split {
  const additional = candidate === undefined ? {} : { [candidate.version.versionId]: candidate.share };
  return { main: stable.versionId, additional };
}
