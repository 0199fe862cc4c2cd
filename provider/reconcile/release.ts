/**
 * Creates, updates and deletes a release: observe the alias, decide, write split and memory in one call, read back,
 * delete old versions.
 */
import { lostText } from "../core/alias";
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
  describeNewerAlias,
  describePlan,
  judgingAfter,
  planRelease,
  releaseBody,
  releaseLabel,
  releaseOutputs,
  storedMemory,
} from "../core/release";
import { livePercent } from "../core/release/observed";
import { type AliasPlan, aliasConvergence, aliasPlan, assertVersionsExist, claimOf, deleteAlias } from "./alias";
import type { Judged } from "./judging";
import { aliasIdentity, assertOurs } from "./ownership";
import {
  copyToNewName,
  deleteFormerAliases,
  formerAliases,
  formerAliasesOutput,
  isRenamed,
  renamedOutputs,
} from "./renamedRelease";
import { type Session, Unfinished } from "./session";
import { pruneVersions } from "./unusedVersions";
import { cleanUp, converge, keepInState } from "./write";

/** The body that is written to the alias, the decision that led to it, and the alias as it was observed before. */
interface ReleasePlan extends AliasPlan {
  readonly decided: Plan;
  readonly observed: ObservedAlias | undefined;
}

/**
 * Creates or updates a release.
 *
 * @param olds the outputs in state of a release, or of the plain alias that becomes a release; undefined without state
 */
export async function reconcileRelease(
  session: Session,
  inputs: ReleaseInputs,
  olds?: Partial<ReleaseOutputs>,
): Promise<ReleaseOutputs> {
  const run = () => moveTraffic(session, inputs, olds);
  if (!(await copyToNewName(session, inputs, olds))) return await run();
  return await keepInState(() => renamedOutputs(inputs, olds), run);
}

/** Judges the candidate, plans the split of the release, and writes it. */
async function moveTraffic(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<ReleaseOutputs> {
  let stored = storedMemory(olds);
  const judged = inputs.weight === "auto" && olds !== undefined ? await judge(session, inputs, olds) : undefined;
  const former = formerAliasesOutput(formerAliases(inputs, olds));
  const { observed, plan } = await converge<ObservedAlias, ReleasePlan>(session, {
    ...aliasConvergence(session, inputs, olds !== undefined),
    label: releaseLabel(inputs),
    async plan(existing, concurrent) {
      if (existing !== undefined) {
        const claim = claimOf(inputs, isRenamed(inputs, olds) ? undefined : olds);
        assertOurs(claim, aliasIdentity(existing), () => lostText(inputs.description, existing.description));
      }
      // This run has written already, and somebody else has changed the alias since. A share that is lower than the
      // share that this run wrote was lowered by hand.
      if (concurrent?.applied === true) stored = concurrent.plan.decided.memory;
      const decided = await planOn(session, inputs, existing, stored, judged?.proposal);
      const body = releaseBody(inputs, decided);
      const plan = aliasPlan(inputs, existing, body, concurrent);
      await assertVersionsExist(session, inputs, existing, body);
      announce(session, inputs, existing, decided, stored);
      const writes = decided.writes || existing === undefined || !hasOurDescription(inputs, existing);
      return { ...plan, writes: writes && plan.writes, decided, observed: existing };
    },
    // A judgement is stored only together with its result, so an unfinished run keeps the earlier record.
    outputs: ({ decided, body }) => ({
      ...releaseOutputs(inputs, decided, { ...body }, olds ?? {}),
      ...judgingOutput(olds?.judging),
      ...former,
    }),
  });
  const { decided, observed: before } = plan;
  const known = judged?.judging ?? olds?.judging;
  const outputs = {
    ...releaseOutputs(inputs, decided, observed, olds ?? {}),
    ...judgingOutput(judgingAfter(inputs, known, decided.memory, before, observed)),
  };
  const { failure } = decided.decision;
  if (failure !== undefined) throw new Unfinished(`${releaseLabel(inputs)}: ${failure}`, { ...outputs, ...former });
  return { ...outputs, ...(await deleteUnneeded(session, inputs, decided, olds)) };
}

/** Judges the candidate. The module is loaded late, so that a run without `weight: auto` does not load it. */
async function judge(
  session: Session,
  inputs: ReleaseInputs,
  olds: Partial<ReleaseOutputs>,
): Promise<Judged | undefined> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
  const { judgeCandidate } = require("./judging") as typeof import("./judging");
  return await judgeCandidate(session, inputs, olds);
}

function judgingOutput(judging: ReleaseJudging | undefined): Pick<ReleaseOutputs, "judging"> {
  return judging === undefined ? {} : { judging };
}

/** Plans the run. The list of versions is read only if the decision depends on which versions exist. */
async function planOn(
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

/** Prints what the run does, because the preview may have been made for another state of the alias. */
function announce(
  session: Session,
  inputs: ReleaseInputs,
  existing: ObservedAlias | undefined,
  plan: Plan,
  stored: Memory | undefined,
): void {
  const newer = describeNewerAlias(inputs, stored, existing);
  if (newer !== undefined) session.report.info(inputs.resourceUrn, newer);
  const live = existing === undefined ? {} : livePercent(existing);
  const { sentence, warnings } = describePlan(live, inputs, plan);
  if (sentence !== undefined) session.report.info(inputs.resourceUrn, sentence);
  for (const warning of warnings) session.report.warning(inputs.resourceUrn, warning);
}

/**
 * Whether an alias has the owner and the description of the program. An alias that was adopted with its split may not
 * have them yet.
 */
function hasOurDescription(inputs: ReleaseInputs, alias: ObservedAlias): boolean {
  const isOurs = ownershipOf({ owner: inputs.owner }, aliasIdentity(alias)).kind === "ours";
  return isOurs && splitMark(alias.description).text === (inputs.description ?? "");
}

/** Deletes the alias with the former name, and old versions after a change of the stable version. */
async function deleteUnneeded(
  session: Session,
  inputs: ReleaseInputs,
  plan: Plan,
  olds: Partial<ReleaseOutputs> | undefined,
): Promise<Pick<ReleaseOutputs, "keptVersions" | "formerAliases">> {
  const { resourceUrn: urn } = inputs;
  let former = formerAliases(inputs, olds);
  await cleanUp(session, urn, "deleting the alias of a former name", async () => {
    former = await deleteFormerAliases(session, inputs, releaseBody(inputs, plan), former);
  });
  const before = olds?.memory?.stable.versionId;
  let kept = olds?.keptVersions;
  if (before !== undefined && before !== plan.memory.stable.versionId) {
    await cleanUp(session, urn, "deleting old versions", async () => {
      kept = await pruneVersions(session, inputs, plan.memory);
    });
  }
  return { ...(kept === undefined ? {} : { keptVersions: kept }), ...formerAliasesOutput(former) };
}

/**
 * Deletes the alias of a release, and its aliases with former names. The memory of the release is lost with the alias, so
 * a warning names the versions that were rejected or lowered by hand.
 */
export async function deleteRelease(session: Session, props: ReleaseOutputs): Promise<void> {
  for (const [aliasName, createdTime] of Object.entries(props.formerAliases ?? {})) {
    await deleteAlias(session, { ...props, aliasName, createdTime });
  }
  await deleteAlias(session, props);
  const { rejections = [], lowerings = [] } = props.memory ?? {};
  const blocked = new Set([...rejections, ...lowerings].map(({ version }) => `v${version.versionId}`));
  if (blocked.size > 0)
    session.report.warning(
      props.resourceUrn,
      `${releaseLabel(props)} is deleted, and with it what it remembers: ${[...blocked].join(", ")} was rejected or lowered by hand. Unless ` +
        `this run creates it again, a new release of this function gives all traffic to the version that the program deploys`,
    );
}
