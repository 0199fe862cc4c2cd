/** The plan of a run of a release: its decision, and whether the alias must be written. Pure. */
import { equal } from "../canonical";
import type { AliasBody, ObservedAlias } from "../model";
import { withMark } from "../owner";
import { toFraction } from "../weights";
import type { Desired } from "./desired";
import { type ReleaseInputs, desiredOf, releaseLabel } from "./inputs";
import { type Memory, laterMemory } from "./memory";
import { memoryInDescription, splitOf } from "./observed";
import { writeRecord } from "./record";
import { decide } from "./rules/decide";
import { type Decision, type Proposal, Refused, type VersionExists } from "./rules/decision";
import { refuseOlderRename } from "./rules/olderRun";
import type { Split } from "./split";

/** What a run will do. */
export interface Plan {
  readonly decision: Decision;
  /** The memory after the run. */
  readonly memory: Memory;
  /** True if the run must write the alias. */
  readonly writes: boolean;
}

/**
 * Plans a run for the alias as it was observed.
 *
 * @param stored the memory in state
 * @throws Error that names the release, if the run is refused
 */
export function planRelease(
  inputs: ReleaseInputs,
  stored: Memory | undefined,
  alias: ObservedAlias | undefined,
  exists: VersionExists | undefined,
  proposal?: Proposal,
): Plan {
  const observed = alias === undefined ? undefined : splitOf(alias);
  const before = laterMemory(stored, memoryInDescription(alias));
  const desired = knownDesired(inputs, before);
  return namingRelease(inputs, () => planRun(desired, before, observed, exists, proposal));
}

function knownDesired(inputs: ReleaseInputs, memory?: Memory): Desired {
  const desired = desiredOf(inputs, memory);
  if (desired === undefined) throw new Error(`${releaseLabel(inputs)}: a part of its inputs is not known`);
  return desired;
}

/**
 * Checks a rename of the alias before it is carried out.
 *
 * @param remembered the memories of the aliases with the former and the new name
 * @throws Error that names the release, for a run of an older commit
 */
export function assertMayRename(inputs: ReleaseInputs, ...remembered: readonly (Memory | undefined)[]): void {
  const desired = knownDesired(inputs);
  namingRelease(inputs, () => {
    refuseOlderRename(remembered, desired);
  });
}

/** Adds the name of the release to the message of a refusal. */
export function namingRelease<T>(inputs: ReleaseInputs, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) throw new Error(`${releaseLabel(inputs)}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Plans a run from the memory and the split of the alias. For the parameters see {@link decide}. */
export function planRun(
  desired: Desired,
  before: Memory | undefined,
  observed: Split | undefined,
  exists?: VersionExists,
  proposal?: Proposal,
): Plan {
  const decision = decide(before, observed, desired, exists, proposal);
  const moves = !equal(decision.split, observed);
  const reordered = (decision.memory.rev ?? 0) < (before?.rev ?? 0);
  const remembers = before !== undefined && durablePart(decision.memory) !== durablePart(before);
  const writes = moves || reordered || remembers;
  const { sequence } = decision.memory;
  return { decision, writes, memory: { ...decision.memory, sequence: writes ? sequence + 1 : sequence } };
}

/**
 * The part of a memory that the alias must store, so that it survives a lost state. A change of this part causes a
 * write of the alias.
 */
function durablePart(memory: Memory): string {
  const { candidate } = memory;
  // The target of the candidate is left out: a change of the target alone needs no write of the alias.
  const atTarget = candidate === undefined ? {} : { candidate: { ...candidate, target: candidate.share, config: "" } };
  const inStateOnly = { sequence: 0, weight: "", recentWeights: [], reject: "", retry: "", replacedInARow: 0 };
  return writeRecord({ ...withoutRev(memory), ...atTarget, ...inStateOnly });
}

function withoutRev({ rev: _rev, ...rest }: Memory): Memory {
  return rest;
}

/**
 * Whether a release that gets a new alias name keeps the split of an existing alias with this name that belongs to the
 * release. The existing alias keeps its split if it was created before the old alias and has the later record; this
 * happens after state was lost. Otherwise an earlier or interrupted rename left it, and it is overwritten with a copy of
 * the old alias.
 *
 * @param memory the memory of the release under its old alias name
 */
export function keepsSplit(leftOver: ObservedAlias, old: ObservedAlias, memory: Memory | undefined): boolean {
  const isNewer = (leftOver.createdTime ?? "") > (old.createdTime ?? "");
  return !isNewer && (memoryInDescription(leftOver)?.sequence ?? -1) > (memory?.sequence ?? -1);
}

/** The body of CreateAlias and UpdateAlias. One write sets split, owner and memory. */
export function releaseBody(inputs: ReleaseInputs, { decision, memory }: Plan): AliasBody {
  const { main, additional } = decision.split;
  const weights = Object.entries(additional).map(([id, share]) => [id, toFraction(share)]);
  return {
    versionId: main,
    additionalVersionWeight: Object.fromEntries(weights) as Record<string, number>,
    description: withMark(inputs.description, inputs.owner, writeRecord(memory)),
  };
}
