/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import { alreadySays } from "../core/alias";
import type { ObservedAlias } from "../core/model";
import { splitMark } from "../core/owner";
import {
  type Memory,
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
import { type AliasPlan, aliasPlan, aliasWriting, claimOf, deleteAlias } from "./alias";
import { assertOurs } from "./ownership";
import { deleteVersion } from "./function";
import { type Session, Unfinished, confirmAccount } from "./session";
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
  await copyRenamed(session, inputs, olds);
  let stored = storedMemory(olds);
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
      announce(session, inputs, existing, decided);
      const writes = decided.writes || existing === undefined || !keepsDescription(inputs, existing);
      return { ...plan, writes: writes && plan.writes, decided };
    },
    outputs: ({ decided, body }) => releaseOutputs(inputs, decided, { ...body }, olds ?? {}),
  });
  const { decided } = plan;
  const outputs = releaseOutputs(inputs, decided, seen, olds ?? {});
  const { failure } = decided.decision;
  if (failure !== undefined) throw new Unfinished(`${releaseLabel(inputs)}: ${failure}`, outputs);
  return { ...outputs, ...(await tidyUp(session, inputs, decided, olds)) };
}

/** No run moves traffic in silence: the preview may have seen another alias. */
function announce(session: Session, inputs: ReleaseInputs, existing: ObservedAlias | undefined, plan: Plan): void {
  const live = existing === undefined ? {} : livePercent(existing);
  const { sentence, warnings } = describePlan(live, inputs, plan);
  if (sentence !== undefined) session.report.info(inputs.resourceUrn, sentence);
  for (const warning of warnings) session.report.warning(inputs.resourceUrn, warning);
}

/** Removes what the release needs no more: the alias of a former name, and old versions after a change of the stable one. */
async function tidyUp(
  session: Session,
  inputs: ReleaseInputs,
  plan: Plan,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<Pick<ReleaseOutputs, "keptVersions">> {
  const { resourceUrn: urn } = inputs;
  if (isRenamed(inputs, olds)) {
    const old = { ...inputs, aliasName: olds?.aliasName ?? "" };
    await cleanUp(session, urn, `deleting the former alias ${old.aliasName}`, () => deleteAlias(session, old));
  }
  const before = olds?.memory?.stable.versionId;
  let kept = olds?.keptVersions;
  if (before !== undefined && before !== plan.memory.stable.versionId) {
    await cleanUp(session, urn, "deleting old versions", async () => {
      kept = await prune(session, inputs, plan);
    });
  }
  return kept === undefined ? {} : { keptVersions: kept };
}

function isRenamed({ aliasName }: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined): boolean {
  return olds?.aliasName !== undefined && olds.aliasName !== aliasName;
}

/**
 * A renamed alias begins with the split and the record of the old one, which is deleted when all is done. What is left of an
 * earlier name of ours gives way: its split is older.
 */
async function copyRenamed(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<void> {
  if (!isRenamed(inputs, olds)) return;
  const old = await session.api.getAlias(inputs.functionName, olds?.aliasName ?? "");
  if (old?.versionId === undefined) return;
  const { versionId, additionalVersionWeight = {}, description = "" } = old;
  const body = { versionId, additionalVersionWeight, description };
  await bringAbout<ObservedAlias, AliasPlan>(session, {
    ...aliasWriting(session, inputs),
    async plan(existing) {
      if (existing === undefined) await confirmAccount(session, inputs);
      else assertOurs(claimOf(inputs), existing.description, false);
      return { body, writes: existing === undefined || !alreadySays(existing, body) };
    },
    outputs: () => ({ ...olds, ...inputs }),
  });
}

/** Which versions exist is read only where the decision turns on it. */
async function planned(
  session: Session,
  inputs: ReleaseInputs,
  existing: ObservedAlias | undefined,
  stored: Memory | undefined,
): Promise<Plan> {
  let needed = false;
  const plan = planRelease(inputs, stored, existing, () => (needed = true));
  if (!needed) return plan;
  const versions = new Set((await session.api.listVersions(inputs.functionName))?.map(({ versionId }) => versionId));
  return planRelease(inputs, stored, existing, (id) => versions.has(id));
}

function keepsDescription(inputs: ReleaseInputs, { description }: ObservedAlias): boolean {
  return splitMark(description).text === (inputs.description ?? "");
}

/**
 * Deletes versions this package published beyond the newest `keep`. What any alias or trigger names, and what the memory
 * of any release of the function needs, stays: the answer.
 */
async function prune(session: Session, { functionName, keep }: ReleaseInputs, { memory }: Plan): Promise<string[]> {
  const aliases = await session.api.listAliases(functionName);
  const records = aliases.flatMap((alias) => carriedMemory(alias) ?? []);
  const needed = new Set([
    ...namedVersions(aliases, await session.api.listTriggers(functionName)).keys(),
    ...[memory, ...records].flatMap(protectedVersions),
  ]);
  const ours = newestFirst((await session.api.listVersions(functionName)) ?? []).filter(
    ({ description }) => splitMark(description).mark !== undefined,
  );
  const idle = ours.filter(({ versionId }) => !needed.has(versionId));
  for (const { versionId } of idle.slice(keep)) await deleteVersion(session, functionName, versionId);
  return ours.map(({ versionId }) => versionId).filter((versionId) => needed.has(versionId));
}
