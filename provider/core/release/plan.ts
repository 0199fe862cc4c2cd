/** What a run of a release does: the rules joined with the alias and with state. Pure. */
import { equal } from "../canonical";
import type { AliasBody, ObservedAlias } from "../model";
import { withMark } from "../owner";
import { toFraction } from "../weights";
import type { Desired } from "./desired";
import { type ReleaseInputs, desiredOf, releaseLabel } from "./inputs";
import { type Memory, laterMemory } from "./memory";
import { carriedMemory, splitOf } from "./observed";
import { writeRecord } from "./record";
import { type Decision, type Exists, type Proposal, Refused, type Split, decide } from "./rules";

/** A decision, whether it needs a write, and the memory afterwards. */
export interface Plan {
  readonly decision: Decision;
  readonly memory: Memory;
  readonly writes: boolean;
}

/**
 * Plans a run on an alias as it is.
 *
 * @throws Error that names the release, when nothing can be done
 */
export function planRelease(
  inputs: ReleaseInputs,
  stored: Memory | undefined,
  alias: ObservedAlias | undefined,
  exists: Exists,
  proposal?: Proposal,
): Plan {
  const desired = desiredOf(inputs);
  if (desired === undefined) throw new Error(`${releaseLabel(inputs)}: a part of its inputs is not known`);
  const observed = alias === undefined ? undefined : splitOf(alias);
  return labelled(inputs, () => planOf(desired, laterMemory(stored, carriedMemory(alias)), observed, exists, proposal));
}

/** A refusal names the release it is about. */
export function labelled<T>(inputs: ReleaseInputs, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) throw new Error(`${releaseLabel(inputs)}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Plans a run from what is remembered and what the alias has. */
export function planOf(
  desired: Desired,
  before: Memory | undefined,
  observed: Split | undefined,
  exists?: Exists,
  proposal?: Proposal,
): Plan {
  const decision = decide(before, observed, desired, exists, proposal);
  const moves = observed === undefined || !equal(decision.split, observed);
  const reordered = (decision.memory.rev ?? 0) < (before?.rev ?? 0);
  const writes = moves || reordered || (before !== undefined && lastingPart(decision.memory) !== lastingPart(before));
  const { sequence } = decision.memory;
  return { decision, writes, memory: { ...decision.memory, sequence: writes ? sequence + 1 : sequence } };
}

/**
 * Whether a renamed release continues on an alias of ours that has its new name already. One that an earlier or an interrupted rename left
 * gives way to the copy of the old one. One that is older and was written later is that of a release whose state was lost: it keeps its split.
 */
export function continuesAs(left: ObservedAlias, old: ObservedAlias, memory: Memory | undefined): boolean {
  const isNewer = (left.createdTime ?? "") > (old.createdTime ?? "");
  return !isNewer && (carriedMemory(left)?.sequence ?? -1) > (memory?.sequence ?? -1);
}

/** What a lost state must not lose: it is written even when the split stays as it is. */
function lastingPart(memory: Memory): string {
  const { candidate } = memory;
  // What a candidate without traffic would get is not worth a write of its own.
  const progress = candidate === undefined ? {} : { candidate: { ...candidate, meant: candidate.share, under: "" } };
  const less = { sequence: 0, weight: "", stood: [], reject: "", retry: "", replaced: 0 };
  return writeRecord({ ...withoutRev(memory), ...progress, ...less });
}

function withoutRev({ rev: _rev, ...rest }: Memory): Memory {
  return rest;
}

/** The body of CreateAlias and UpdateAlias: split, owner and memory in one write. */
export function releaseBody(inputs: ReleaseInputs, { decision, memory }: Plan): AliasBody {
  const { main, additional } = decision.split;
  const weights = Object.entries(additional).map(([id, share]) => [id, toFraction(share)]);
  return {
    versionId: main,
    additionalVersionWeight: Object.fromEntries(weights) as Record<string, number>,
    description: withMark(inputs.description, inputs.owner, writeRecord(memory)),
  };
}
