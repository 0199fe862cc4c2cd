/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import { parseRecord } from "../core/record";
import type { Memory } from "../core/decision";
import type { ObservedAlias } from "../core/model";
import { splitMark } from "../core/owner";
import type { ReleaseInputs, ReleaseOutputs } from "../core/release";
import { type Plan, planRelease, protectedBy, releaseBody, releaseLabel, releaseOutputs } from "../core/release";
import { namedVersions, newestFirst } from "../core/version";
import { type AliasPlan, aliasPlan, aliasWriting, claimOf, deleteAlias } from "./alias";
import { assertOurs } from "./ownership";
import { deleteVersion } from "./function";
import { type Session, confirmAccount } from "./session";
import { bringAbout, cleanUp } from "./write";

/** A decision, and what is written of it. */
interface ReleasePlan extends AliasPlan {
  readonly decided: Plan;
}

/** Brings a release about. `olds` is what state remembers: a release's, or those of a plain alias it grew from. */
export async function reconcileRelease(
  session: Session,
  inputs: ReleaseInputs,
  olds?: Partial<ReleaseOutputs>,
): Promise<ReleaseOutputs> {
  const { resourceUrn: urn } = inputs;
  await copyRenamed(session, inputs, olds);
  let stored = olds?.memory;
  const { seen, plan } = await bringAbout<ObservedAlias, ReleasePlan>(session, {
    ...aliasWriting(session, inputs),
    label: releaseLabel(inputs),
    async plan(existing, overtaken) {
      if (existing !== undefined) assertOurs(claimOf(inputs), existing.description, olds !== undefined);
      else await confirmAccount(session, inputs);
      // What was written before somebody else changed it was decided: a share below it was lowered.
      if (overtaken?.applied === true) stored = overtaken.plan.decided.memory;
      const decided = await planned(session, inputs, existing, stored);
      const plan = await aliasPlan(session, inputs, existing, releaseBody(inputs, decided), overtaken);
      for (const { message } of decided.decision.notices) session.report.warning(urn, message);
      const writes = decided.writes || existing === undefined || !keepsDescription(inputs, existing);
      return { ...plan, writes: writes && plan.writes, decided };
    },
    outputs: ({ decided, body }) => releaseOutputs(inputs, decided, { ...body }, olds ?? {}),
  });
  const { decided } = plan;
  if (isRenamed(inputs, olds)) {
    const old = { ...inputs, aliasName: olds?.aliasName ?? "" };
    await cleanUp(session, urn, `deleting the former alias ${old.aliasName}`, () => deleteAlias(session, old));
  }
  const before = olds?.memory?.stable.versionId;
  if (before !== undefined && before !== decided.memory.stable.versionId) {
    await cleanUp(session, urn, "deleting old versions", () => prune(session, inputs, decided));
  }
  return releaseOutputs(inputs, decided, seen, olds ?? {});
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
  const body = { versionId, additionalVersionWeight, description };
  await bringAbout<ObservedAlias, AliasPlan>(session, {
    ...aliasWriting(session, inputs),
    async plan(existing) {
      if (existing === undefined) await confirmAccount(session, inputs);
      // Somebody else was faster: the release is planned on what they made.
      return { body, writes: existing === undefined };
    },
    outputs: () => ({ ...olds, ...inputs }),
  });
}

/** Which versions exist is asked only where the decision turns on it. */
async function planned(
  session: Session,
  inputs: ReleaseInputs,
  existing: ObservedAlias | undefined,
  stored: Memory | undefined,
): Promise<Plan> {
  let asked = false;
  const plan = planRelease(inputs, stored, existing, () => (asked = true));
  if (!asked) return plan;
  const versions = new Set((await session.api.listVersions(inputs.functionName))?.map(({ versionId }) => versionId));
  return planRelease(inputs, stored, existing, (id) => versions.has(id));
}

function keepsDescription(inputs: ReleaseInputs, { description }: ObservedAlias): boolean {
  return splitMark(description).text === (inputs.description ?? "");
}

/**
 * Deletes versions this package published beyond the newest `keep`. What any alias or trigger names, and what the memory
 * of any release of the function holds, stays.
 */
async function prune(session: Session, { functionName, keep }: ReleaseInputs, { memory }: Plan): Promise<void> {
  const aliases = await session.api.listAliases(functionName);
  const records = aliases.flatMap(({ description }) => parseRecord(splitMark(description).record) ?? []);
  const held = new Set([
    ...namedVersions(aliases, await session.api.listTriggers(functionName)).keys(),
    ...[memory, ...records].flatMap(protectedBy),
  ]);
  const ours = newestFirst((await session.api.listVersions(functionName)) ?? []).filter(
    ({ versionId, description }) => !held.has(versionId) && splitMark(description).mark !== undefined,
  );
  for (const { versionId } of ours.slice(keep)) await deleteVersion(session, functionName, versionId);
}
