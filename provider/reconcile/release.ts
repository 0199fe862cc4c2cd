/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import { aliasMatches, lostText } from "../core/alias";
import type { ObservedAlias } from "../core/model";
import { splitMark } from "../core/owner";
import { ownershipOf } from "../core/ownership";
import {
  type Memory,
  type Plan,
  type Proposal,
  type ReleaseInputs,
  type ReleaseJudging,
  type ReleaseOutputs,
  carriedMemory,
  continuesAs,
  describePlan,
  judgingAfter,
  laterMemory,
  planRelease,
  protectedVersions,
  releaseBody,
  releaseLabel,
  releaseOutputs,
  storedMemory,
} from "../core/release";
import { livePercent } from "../core/release/observed";
import { namedVersions, newestFirst } from "../core/version";
import { type AliasPlan, aliasPlan, aliasConvergence, assertVersionsExist, claimOf, deleteAlias } from "./alias";
import { deleteVersion } from "./delete";
import type { Judged } from "./judging";
import { aliasIdentity, assertOurs, isOfStack, versionIdentity } from "./ownership";
import { type Session, Unfinished } from "./session";
import { converge, cleanUp } from "./write";

/** A decision, what is written of it, and the alias it was made on. */
interface ReleasePlan extends AliasPlan {
  readonly decided: Plan;
  readonly base: ObservedAlias | undefined;
}

/** Brings a release about. `olds` is what state remembers: a release's, or those of a plain alias it grew from. */
export async function reconcileRelease(
  session: Session,
  inputs: ReleaseInputs,
  olds?: Partial<ReleaseOutputs>,
): Promise<ReleaseOutputs> {
  await copyRenamed(session, inputs, olds);
  let stored = storedMemory(olds);
  const judged = inputs.weight === "auto" && olds !== undefined ? await judge(session, inputs, olds) : undefined;
  const { observed, plan } = await converge<ObservedAlias, ReleasePlan>(session, {
    ...aliasConvergence(session, inputs, olds !== undefined),
    label: releaseLabel(inputs),
    async plan(existing, concurrent) {
      if (existing !== undefined) {
        const claim = claimOf(inputs, isRenamed(inputs, olds) ? undefined : olds);
        assertOurs(claim, aliasIdentity(existing), () => lostText(inputs.description, existing.description));
      }
      // What was written before somebody else changed it was decided: a share below it was lowered.
      if (concurrent?.applied === true) stored = concurrent.plan.decided.memory;
      const decided = await planned(session, inputs, existing, stored, judged?.proposal);
      const body = releaseBody(inputs, decided);
      const plan = aliasPlan(inputs, existing, body, concurrent);
      await assertVersionsExist(session, inputs, existing, body);
      announce(session, inputs, existing, decided);
      const writes = decided.writes || existing === undefined || !keepsDescription(inputs, existing);
      return { ...plan, writes: writes && plan.writes, decided, base: existing };
    },
    // What was judged is kept only with what it led to.
    outputs: ({ decided, body }) => ({
      ...releaseOutputs(inputs, decided, { ...body }, olds ?? {}),
      ...judgingPart(olds?.judging),
      ...formerPart(inputs, olds),
    }),
  });
  const { decided, base } = plan;
  const known = judged?.judging ?? olds?.judging;
  const outputs = {
    ...releaseOutputs(inputs, decided, observed, olds ?? {}),
    ...judgingPart(judgingAfter(inputs, known, decided.memory, base, observed)),
  };
  const { failure } = decided.decision;
  if (failure !== undefined) {
    throw new Unfinished(`${releaseLabel(inputs)}: ${failure}`, { ...outputs, ...formerPart(inputs, olds) });
  }
  return { ...outputs, ...(await tidyUp(session, inputs, decided, olds)) };
}

/** Judges the candidate. What that needs is loaded here: a run without a judge does not pay for it. */
async function judge(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs>,
): Promise<Judged | undefined> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
  const { judgeCandidate } = require("./judging") as typeof import("./judging");
  return await judgeCandidate(session, inputs, olds);
}

function judgingPart(judging: ReleaseJudging | undefined): Pick<ReleaseOutputs, "judging"> {
  return judging === undefined ? {} : { judging };
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
  if (ownershipOf({ owner: inputs.owner, known }, aliasIdentity(old)).kind !== "ours") return;
  const memory = laterMemory(storedMemory(olds), carriedMemory(old));
  const { versionId, additionalVersionWeight = {}, description = "" } = old;
  const body = { versionId, additionalVersionWeight, description };
  await converge<ObservedAlias, AliasPlan>(session, {
    ...aliasConvergence(session, inputs, true),
    plan(existing) {
      if (existing !== undefined)
        assertOurs(claimOf(inputs, undefined), aliasIdentity(existing), () =>
          lostText(inputs.description, existing.description),
        );
      const keeps = existing !== undefined && (continuesAs(existing, old, memory) || aliasMatches(existing, body));
      return Promise.resolve({ body, writes: !keeps });
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
  proposal: Proposal | undefined,
): Promise<Plan> {
  let needed = false;
  const plan = planRelease(inputs, stored, existing, () => (needed = true), proposal);
  if (!needed) return plan;
  const versions = new Set((await session.api.listVersions(inputs.functionName))?.map(({ versionId }) => versionId));
  return planRelease(inputs, stored, existing, (id) => versions.has(id), proposal);
}

/** Text and owner: an alias that is taken over as it is gets its mark. */
function keepsDescription(inputs: ReleaseInputs, alias: ObservedAlias): boolean {
  const carries = ownershipOf({ owner: inputs.owner }, aliasIdentity(alias)).kind === "ours";
  return carries && splitMark(alias.description).text === (inputs.description ?? "");
}

/**
 * Deletes versions this stack published beyond the newest `keep`. What any alias or trigger names, and what the memory
 * of any release of the function needs, stays, and so does the version published last: the answer.
 */
async function prune(session: Session, inputs: ReleaseInputs, { memory }: Plan): Promise<string[]> {
  const { functionName, keep } = inputs;
  const aliases = await session.api.listAliases(functionName);
  const records = aliases.flatMap((alias) => carriedMemory(alias) ?? []);
  const needed = new Set([
    ...namedVersions(aliases, await session.api.listTriggers(functionName)).keys(),
    ...[memory, ...records].flatMap(protectedVersions),
  ]);
  const versions = newestFirst((await session.api.listVersions(functionName)) ?? []);
  // The service compares a publish with the last one, and refuses the same content: without that version it could not come back.
  if (versions[0] !== undefined) needed.add(versions[0].versionId);
  const ours = versions.filter((version) => isOfStack(inputs, versionIdentity(version)));
  const idle = ours.filter(({ versionId }) => !needed.has(versionId));
  for (const { versionId } of idle.slice(keep)) await deleteVersion(session, functionName, versionId);
  return ours.map(({ versionId }) => versionId).filter((versionId) => needed.has(versionId));
}
