/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import { parseRecord } from "../core/record";
import type { ObservedAlias } from "../core/model";
import { lostText } from "../core/alias";
import { splitMark } from "../core/owner";
import { whose } from "../core/ownership";
import type { ReleaseInputs, ReleaseOutputs } from "../core/release";
import { type Plan, planRelease, protectedBy, releaseBody, releaseLabel, releaseOutputs } from "../core/release";
import { namedVersions, newestFirst } from "../core/version";
import { claimOf, deleteAlias, readWritten, write } from "./alias";
import { aliasStanding, assertOurs, isOfStack, versionStanding } from "./ownership";
import { deleteVersion } from "./function";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";

/** Brings a release about. `olds` is what state remembers: a release's, or those of a plain alias it grew from. */
export async function reconcileRelease(
  session: Session,
  inputs: ReleaseInputs,
  olds?: Partial<ReleaseOutputs>,
): Promise<ReleaseOutputs> {
  const { functionName, aliasName, resourceUrn: urn } = inputs;
  await copyRenamed(session, inputs, olds);
  const existing = await session.api.getAlias(functionName, aliasName);
  if (existing !== undefined) {
    const claim = claimOf(inputs, isRenamed(inputs, olds) ? undefined : olds);
    assertOurs(claim, aliasStanding(existing), () => lostText(inputs.description, existing.description));
  }
  const plan = await planned(session, inputs, existing, olds);
  for (const { message } of plan.decision.notices) session.report.warning(urn, message);
  const kept = !plan.writes && existing !== undefined && keepsDescription(inputs, existing);
  const written = kept ? existing : await writePlan(session, inputs, existing, plan, olds);
  const formerAliases = await leaveFormer(session, inputs, olds);
  const stable = olds?.memory?.stable.versionId;
  if (stable !== undefined && stable !== plan.memory.stable.versionId) await prune(session, inputs, plan);
  return { ...releaseOutputs(inputs, plan, written, olds ?? {}), ...(formerAliases && { formerAliases }) };
}

/** Deletes the alias of a release, and those it had before that are still there. */
export async function deleteRelease(session: Session, props: ReleaseOutputs): Promise<void> {
  for (const [aliasName, createdTime] of Object.entries(props.formerAliases ?? {})) {
    await deleteAlias(session, { ...props, aliasName, createdTime });
  }
  await deleteAlias(session, props);
}

/**
 * Deletes what a renamed release leaves behind, and answers what has to stay for now: a trigger of the program follows the
 * new name only after this, and while it names the old one that has to serve.
 */
async function leaveFormer(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<ReleaseOutputs["formerAliases"]> {
  const renamed = isRenamed(inputs, olds) ? { [olds?.aliasName ?? ""]: olds?.createdTime ?? "" } : {};
  const { [inputs.aliasName]: _current, ...former } = { ...olds?.formerAliases, ...renamed };
  const names = Object.entries(former);
  if (names.length === 0) return undefined;
  const triggers = await session.api.listTriggers(inputs.functionName);
  const kept: Record<string, string> = {};
  for (const [aliasName, createdTime] of names) {
    const by = triggers.filter(({ qualifier }) => qualifier === aliasName).map(({ triggerName = "?" }) => triggerName);
    if (by.length === 0) {
      await deleteAlias(session, { ...inputs, aliasName, createdTime });
      continue;
    }
    kept[aliasName] = createdTime;
    const message = `alias ${aliasName}, its former name, stays while trigger ${by.join(", ")} calls it; the next run after that deletes it`;
    session.report.warning(inputs.resourceUrn, `${releaseLabel(inputs)}: ${message}`);
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
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
  const known = { identity: olds?.createdTime };
  if (whose({ owner: inputs.owner, known }, aliasStanding(old)).kind !== "ours") return;
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
  const plan = planRelease(inputs, olds?.memory, existing, () => (asked = true));
  if (!asked) return plan;
  const versions = new Set((await session.api.listVersions(inputs.functionName))?.map(({ versionId }) => versionId));
  return planRelease(inputs, olds?.memory, existing, (id) => versions.has(id));
}

/** Text and owner: an alias that is taken over as it is gets its mark. */
function keepsDescription(inputs: ReleaseInputs, alias: ObservedAlias): boolean {
  const carries = whose({ owner: inputs.owner }, aliasStanding(alias)).kind === "ours";
  return carries && splitMark(alias.description).text === (inputs.description ?? "");
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
 * Deletes versions this stack published beyond the newest `keep`. What any alias or trigger names, and what the memory
 * of any release of the function holds, stays.
 */
async function prune(session: Session, inputs: ReleaseInputs, { memory }: Plan): Promise<void> {
  const { functionName, keep } = inputs;
  const aliases = await session.api.listAliases(functionName);
  const records = aliases.flatMap(({ description }) => parseRecord(splitMark(description).record) ?? []);
  const held = new Set([
    ...namedVersions(aliases, await session.api.listTriggers(functionName)).keys(),
    ...[memory, ...records].flatMap(protectedBy),
  ]);
  const ours = newestFirst((await session.api.listVersions(functionName)) ?? []).filter(
    (version) => !held.has(version.versionId) && isOfStack(inputs, versionStanding(version)),
  );
  for (const { versionId } of ours.slice(keep)) await deleteVersion(session, functionName, versionId);
}
