/** The outputs of a release after a run and after a refresh. Pure. */
import type { ObservedAlias } from "../model";
import { ALL, type Tenths } from "../weights";
import { weightOf } from "../analysis/policy";
import type { ReleaseInputs } from "./inputs";
import { type Memory, laterMemory, newMemory } from "./memory";
import { carriedMemory, livePercent, splitOf } from "./observed";
import type { Plan } from "./plan";
import { sharesOf } from "./rules";
import { type Phase, type ReleaseOutputs, storedMemory, withoutEnvironments } from "./state";

/** Number of splits in `history`. */
const HISTORY = 20;

/** The outputs after a run. */
export function releaseOutputs(
  inputs: ReleaseInputs,
  { decision, memory, writes }: Plan,
  alias: ObservedAlias,
  olds: Partial<ReleaseOutputs>,
): ReleaseOutputs {
  const { stable, candidate, waiting, rejections } = memory;
  const previous = memory.older.find(
    ({ versionId }) => !rejections.some(({ version }) => version.versionId === versionId),
  );
  const split = percentOf(sharesOf(decision.split));
  const entry = `${Object.entries(split)
    .map(([id, value]) => `v${id} ${value} %`)
    .join(", ")} (rule ${decision.rule})`;
  const history = [...(olds.history ?? []), ...(writes ? [entry] : [])].slice(-HISTORY);
  const step = stepOf(memory, inputs);
  const progress = candidate?.version ?? waiting?.version;
  return {
    ...inputs,
    ...withoutEnvironments(memory),
    split,
    ...liveOf(alias),
    stable: stable.versionId,
    ...(previous === undefined ? {} : { previousStable: previous.versionId }),
    ...(progress === undefined ? {} : { candidate: progress.versionId }),
    ...(step === undefined ? {} : { step }),
    effectiveWeight: (candidate?.share ?? 0) / 10,
    phase: phaseOf(memory),
    rejected: rejections.map(({ version }) => version.versionId),
    history,
    ...(alias.createdTime === undefined ? {} : { createdTime: alias.createdTime }),
    ...(alias.lastModifiedTime === undefined ? {} : { lastModifiedTime: alias.lastModifiedTime }),
  };
}

/** The outputs that describe the live alias. */
function liveOf(alias: ObservedAlias): Pick<ReleaseOutputs, "live" | "liveMain"> {
  return { live: livePercent(alias), ...(alias.versionId === undefined ? {} : { liveMain: alias.versionId }) };
}

/** Shares as outputs have them, in percent. */
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

/** The shares of the steps, with all traffic as the last. */
export function stepShares({ steps }: Pick<ReleaseInputs, "steps">): Tenths[] {
  return [...steps.map((step) => weightOf(step) ?? ALL), ALL];
}

/** The reached steps, such as `2/4`: 2 of 4 steps, of which 100 % is the last. */
export function stepOf({ candidate }: Memory, inputs: ReleaseInputs): string | undefined {
  if (candidate === undefined) return undefined;
  const all = stepShares(inputs);
  return `${all.filter((step) => step <= candidate.share).length}/${all.length}`;
}

/**
 * The outputs of a release that is imported or read by id: the live split, and the memory in the alias's description.
 */
export function observedRelease(inputs: ReleaseInputs, alias: ObservedAlias): ReleaseOutputs {
  const memory = carriedMemory(alias) ?? newMemory({ versionId: alias.versionId ?? "", fingerprint: "" });
  const plan: Plan = { decision: { split: splitOf(alias), memory, rule: "B", notices: [] }, memory, writes: false };
  return releaseOutputs({ ...inputs, steps: inputs.steps ?? [] }, plan, alias, {});
}

/**
 * The outputs after a refresh. The memory stays even when the alias was deleted: without it the next run would count as
 * a first release.
 */
export function refreshedRelease(props: ReleaseOutputs, alias: ObservedAlias | undefined): ReleaseOutputs {
  const { liveMain: _main, ...gone } = props;
  if (alias === undefined) return { ...gone, live: {} };
  const memory = laterMemory(storedMemory(props), carriedMemory(alias)) ?? props.memory;
  const { environments: _old, ...rest } = props;
  return { ...rest, ...withoutEnvironments(memory), ...liveOf(alias) };
}
