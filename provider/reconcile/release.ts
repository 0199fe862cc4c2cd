/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import type { ObservedAlias } from "../core/model";
import { splitMark } from "../core/owner";
import {
  type Plan,
  type ReleaseInputs,
  type ReleaseOutputs,
  carriedMemory,
  describePlan,
  planRelease,
  protectedVersions,
  releaseBody,
  releaseLabel,
  releaseOutputs,
  storedMemory,
} from "../core/release";
import { livePercent } from "../core/release/observed";
import { namedVersions, newestFirst } from "../core/version";
import { claimOf, deleteAlias, readWritten, write } from "./alias";
import { assertOurs } from "./ownership";
import { deleteVersion } from "./function";
import { SETTLE_WINDOW, type Session, Unfinished, confirmAccount, poll } from "./session";

/** Brings a release about. `olds` is what state remembers: a release's, or those of a plain alias it grew from. */
export async function reconcileRelease(
  session: Session,
  inputs: ReleaseInputs,
  olds?: Partial<ReleaseOutputs>,
): Promise<ReleaseOutputs> {
  const { functionName, aliasName } = inputs;
  await copyRenamed(session, inputs, olds);
  const existing = await session.api.getAlias(functionName, aliasName);
  if (existing !== undefined) assertOurs(claimOf(inputs), existing.description, olds !== undefined);
  const plan = await planned(session, inputs, existing, olds);
  announce(session, inputs, existing, plan);
  const kept = !plan.writes && existing !== undefined && keepsDescription(inputs, existing);
  if (existing === undefined) await confirmAccount(session, inputs);
  const written = kept ? existing : await writePlan(session, inputs, existing, plan, olds);
  if (isRenamed(inputs, olds)) await deleteAlias(session, { ...inputs, aliasName: olds?.aliasName ?? "" });
  const outputs = releaseOutputs(inputs, plan, written, olds ?? {});
  const { failure } = plan.decision;
  if (failure !== undefined) throw new Unfinished(`${releaseLabel(inputs)}: ${failure}`, outputs);
  const stable = olds?.memory?.stable.versionId;
  if (stable !== undefined && stable !== plan.memory.stable.versionId) await prune(session, inputs, plan);
  return outputs;
}

/** No run moves traffic in silence: the preview may have seen another alias. */
function announce(session: Session, inputs: ReleaseInputs, existing: ObservedAlias | undefined, plan: Plan): void {
  const live = existing === undefined ? {} : livePercent(existing);
  const { sentence, warnings } = describePlan(live, inputs, plan);
  if (sentence !== undefined) session.report.info(inputs.resourceUrn, sentence);
  for (const warning of warnings) session.report.warning(inputs.resourceUrn, warning);
}

function isRenamed({ aliasName }: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined): boolean {
  return olds?.aliasName !== undefined && olds.aliasName !== aliasName;
}

/** A renamed alias begins with the split and the record of the old one, which is deleted when all is done. */
async function copyRenamed(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<void> {
  if (!isRenamed(inputs, olds)) return;
  const { functionName, aliasName } = inputs;
  if ((await session.api.getAlias(functionName, aliasName)) !== undefined) return;
  const old = await session.api.getAlias(functionName, olds?.aliasName ?? "");
  if (old?.versionId === undefined) return;
  const { versionId, additionalVersionWeight = {}, description = "" } = old;
  await write(session, inputs, undefined, { versionId, additionalVersionWeight, description });
}

/** Which versions exist is asked only where the decision turns on it. */
async function planned(
  session: Session,
  inputs: ReleaseInputs,
  existing: ObservedAlias | undefined,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<Plan> {
  let asked = false;
  const memory = storedMemory(olds);
  const plan = planRelease(inputs, memory, existing, () => (asked = true));
  if (!asked) return plan;
  const versions = new Set((await session.api.listVersions(inputs.functionName))?.map(({ versionId }) => versionId));
  return planRelease(inputs, memory, existing, (id) => versions.has(id));
}

function keepsDescription(inputs: ReleaseInputs, { description }: ObservedAlias): boolean {
  return splitMark(description).text === (inputs.description ?? "");
}

async function writePlan(
  session: Session,
  inputs: ReleaseInputs,
  existing: ObservedAlias | undefined,
  plan: Plan,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<ObservedAlias> {
  const body = releaseBody(inputs, plan);
  await write(session, inputs, existing, body);
  const written = await poll(session.clock, SETTLE_WINDOW, () => readWritten(session, inputs, body)).catch(
    (error: unknown) => {
      if (existing !== undefined) throw error;
      // It exists, whatever a read says: it belongs into state, or a destroy would leave it behind.
      const message = error instanceof Error ? error.message : String(error);
      throw new Unfinished(message, releaseOutputs(inputs, plan, { ...body }, olds ?? {}));
    },
  );
  if (written !== undefined) return written;
  throw new Error(
    `${releaseLabel(inputs)}: written, but a read does not show it: somebody else changed it at the same moment. ` +
      `Run pulumi up again: it starts from what the alias says now`,
  );
}

/**
 * Deletes versions this package published beyond the newest `keep`. What any alias or trigger names, and what the memory
 * of any release of the function holds, stays.
 */
async function prune(session: Session, { functionName, keep }: ReleaseInputs, { memory }: Plan): Promise<void> {
  const aliases = await session.api.listAliases(functionName);
  const records = aliases.flatMap((alias) => carriedMemory(alias) ?? []);
  const held = new Set([
    ...namedVersions(aliases, await session.api.listTriggers(functionName)).keys(),
    ...[memory, ...records].flatMap(protectedVersions),
  ]);
  const ours = newestFirst((await session.api.listVersions(functionName)) ?? []).filter(
    ({ versionId, description }) => !held.has(versionId) && splitMark(description).mark !== undefined,
  );
  for (const { versionId } of ours.slice(keep)) await deleteVersion(session, functionName, versionId);
}
