/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import { alreadySays, lostText } from "../core/alias";
import type { ObservedAlias } from "../core/model";
import { splitMark } from "../core/owner";
import { whose } from "../core/ownership";
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
import { deleteVersion } from "./function";
import { aliasStanding, assertOurs, isOfStack, versionStanding } from "./ownership";
import { type Session, Unfinished } from "./session";
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
      if (existing !== undefined) {
        const claim = claimOf(inputs, isRenamed(inputs, olds) ? undefined : olds);
        assertOurs(claim, aliasStanding(existing), () => lostText(inputs.description, existing.description));
      }
      // What was written before somebody else changed it was decided: a share below it was lowered.
      if (overtaken?.applied === true) stored = overtaken.plan.decided.memory;
      const decided = await planned(session, inputs, existing, stored);
      const plan = await aliasPlan(session, inputs, existing, releaseBody(inputs, decided), overtaken);
      announce(session, inputs, existing, decided);
      const writes = decided.writes || existing === undefined || !keepsDescription(inputs, existing);
      return { ...plan, writes: writes && plan.writes, decided };
    },
    outputs: ({ decided, body }) => ({
      ...releaseOutputs(inputs, decided, { ...body }, olds ?? {}),
      ...formerPart(inputs, olds),
    }),
  });
  const { decided } = plan;
  const outputs = releaseOutputs(inputs, decided, seen, olds ?? {});
  const { failure } = decided.decision;
  if (failure !== undefined) {
    throw new Unfinished(`${releaseLabel(inputs)}: ${failure}`, { ...outputs, ...formerPart(inputs, olds) });
  }
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
): Promise<Pick<ReleaseOutputs, "keptVersions" | "formerAliases">> {
  const { resourceUrn: urn } = inputs;
  let former = formerAliases(inputs, olds);
  await cleanUp(session, urn, "deleting the alias of a former name", async () => {
    former = await leaveFormer(session, inputs, former);
  });
  const before = olds?.memory?.stable.versionId;
  let kept = olds?.keptVersions;
  if (before !== undefined && before !== plan.memory.stable.versionId) {
    await cleanUp(session, urn, "deleting old versions", async () => {
      kept = await prune(session, inputs, plan);
    });
  }
  return {
    ...(kept === undefined ? {} : { keptVersions: kept }),
    ...partOf(former),
  };
}

/** Deletes the alias of a release, and those it had before that are still there. */
export async function deleteRelease(session: Session, props: ReleaseOutputs): Promise<void> {
  for (const [aliasName, createdTime] of Object.entries(props.formerAliases ?? {})) {
    await deleteAlias(session, { ...props, aliasName, createdTime });
  }
  await deleteAlias(session, props);
}

/** Aliases of former names, each with the time it was made. */
function formerAliases(inputs: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined): Record<string, string> {
  const renamed = isRenamed(inputs, olds) ? { [olds?.aliasName ?? ""]: olds?.createdTime ?? "" } : {};
  const { [inputs.aliasName]: _current, ...former } = { ...olds?.formerAliases, ...renamed };
  return former;
}

/** Of a run that does not come to the cleaning up: the next one has to know what there is to delete. */
function formerPart(inputs: ReleaseInputs, olds: Partial<ReleaseOutputs> | undefined) {
  return partOf(formerAliases(inputs, olds));
}

function partOf(former: Record<string, string>): Pick<ReleaseOutputs, "formerAliases"> {
  return Object.keys(former).length === 0 ? {} : { formerAliases: former };
}

/**
 * Deletes aliases of former names, and answers what has to stay for now: a trigger of the program follows the new name only
 * after this, and while it names the old one that has to serve.
 */
async function leaveFormer(
  session: Session,
  inputs: ReleaseInputs,
  former: Record<string, string>,
): Promise<Record<string, string>> {
  if (Object.keys(former).length === 0) return former;
  const triggers = await session.api.listTriggers(inputs.functionName);
  const kept: Record<string, string> = {};
  for (const [aliasName, createdTime] of Object.entries(former)) {
    const by = triggers.filter(({ qualifier }) => qualifier === aliasName).map(({ triggerName = "?" }) => triggerName);
    if (by.length === 0) {
      await deleteAlias(session, { ...inputs, aliasName, createdTime });
      continue;
    }
    kept[aliasName] = createdTime;
    session.report.warning(
      inputs.resourceUrn,
      `${releaseLabel(inputs)}: alias ${aliasName}, its former name, stays while trigger ${by.join(", ")} calls it; the next run ` +
        `after that deletes it`,
    );
  }
  return kept;
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
  const known = { identity: olds?.createdTime };
  if (whose({ owner: inputs.owner, known }, aliasStanding(old)).kind !== "ours") return;
  const { versionId, additionalVersionWeight = {}, description = "" } = old;
  const body = { versionId, additionalVersionWeight, description };
  await bringAbout<ObservedAlias, AliasPlan>(session, {
    ...aliasWriting(session, inputs),
    plan(existing) {
      if (existing !== undefined)
        assertOurs(claimOf(inputs, undefined), aliasStanding(existing), () =>
          lostText(inputs.description, existing.description),
        );
      return Promise.resolve({ body, writes: existing === undefined || !alreadySays(existing, body) });
    },
    outputs: () => ({ ...olds, ...inputs, ...formerPart(inputs, olds) }),
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

/** Text and owner: an alias that is taken over as it is gets its mark. */
function keepsDescription(inputs: ReleaseInputs, alias: ObservedAlias): boolean {
  const carries = whose({ owner: inputs.owner }, aliasStanding(alias)).kind === "ours";
  return carries && splitMark(alias.description).text === (inputs.description ?? "");
}

/**
 * Deletes versions this stack published beyond the newest `keep`. What any alias or trigger names, and what the memory
 * of any release of the function needs, stays: the answer.
 */
async function prune(session: Session, inputs: ReleaseInputs, { memory }: Plan): Promise<string[]> {
  const { functionName, keep } = inputs;
  const aliases = await session.api.listAliases(functionName);
  const records = aliases.flatMap((alias) => carriedMemory(alias) ?? []);
  const needed = new Set([
    ...namedVersions(aliases, await session.api.listTriggers(functionName)).keys(),
    ...[memory, ...records].flatMap(protectedVersions),
  ]);
  const ours = newestFirst((await session.api.listVersions(functionName)) ?? []).filter((version) =>
    isOfStack(inputs, versionStanding(version)),
  );
  const idle = ours.filter(({ versionId }) => !needed.has(versionId));
  for (const { versionId } of idle.slice(keep)) await deleteVersion(session, functionName, versionId);
  return ours.map(({ versionId }) => versionId).filter((versionId) => needed.has(versionId));
}
