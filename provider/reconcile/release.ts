/** A release: look, decide, write split and memory in one call, read back, prune what nothing needs. */
import { aliasMatches, lostText } from "../core/alias";
import type { AliasBody, ObservedAlias } from "../core/model";
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
import { namedVersions, newestFirst, routedQualifiers } from "../core/version";
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
    former = await leaveFormer(session, inputs, plan, former);
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
 * after this, and while it, or a custom domain, names the old one that has to serve, with the split of the release.
 */
async function leaveFormer(
  session: Session,
  inputs: ReleaseInputs,
  plan: Plan,
  former: Record<string, string>,
): Promise<Record<string, string>> {
  if (Object.keys(former).length === 0) return former;
  const { functionName } = inputs;
  const triggers = await session.api.listTriggers(functionName);
  const routed = routedQualifiers(await session.api.listCustomDomains(), functionName);
  const kept: Record<string, string> = {};
  for (const [aliasName, createdTime] of Object.entries(former)) {
    const by = [
      ...triggers
        .filter(({ qualifier }) => qualifier === aliasName)
        .map(({ triggerName = "?" }) => `trigger ${triggerName}`),
      ...(routed.get(aliasName) ?? []).map((domain) => `custom domain ${domain}`),
    ];
    if (by.length === 0) {
      await deleteAlias(session, { ...inputs, aliasName, createdTime }, triggers);
      continue;
    }
    kept[aliasName] = createdTime;
    await followRelease(session, { ...inputs, aliasName }, createdTime, releaseBody(inputs, plan));
    session.report.warning(
      inputs.resourceUrn,
      `${releaseLabel(inputs)}: alias ${aliasName}, its former name, stays while ${by.join(" and ")} calls it; the next run after ` +
        `that deletes it`,
    );
  }
  return kept;
}

/** An alias of a former name gets the main version of the release, and gives no other version more than the release does. */
async function followRelease(
  session: Session,
  inputs: ReleaseInputs,
  createdTime: string,
  { versionId, additionalVersionWeight: shares }: AliasBody,
): Promise<void> {
  await converge<ObservedAlias, AliasPlan>(session, {
    ...aliasConvergence(session, inputs, true),
    plan(existing) {
      if (existing === undefined) throw new Error(`alias ${inputs.aliasName} is gone`);
      assertOurs(claimOf(inputs, { createdTime }), aliasIdentity(existing), () => []);
      const { additionalVersionWeight: had = {}, description = "" } = existing;
      const kept = Object.entries(had).flatMap(([id, share]) => {
        const least = Math.min(share, shares[id] ?? 0);
        return least > 0 ? [[id, least] as const] : [];
      });
      const body = { versionId, additionalVersionWeight: Object.fromEntries(kept), description };
      return Promise.resolve({ body, writes: !aliasMatches(existing, body) });
    },
    outputs: () => ({}),
  });
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

/** Deletes versions that nothing needs beyond the newest `keep`. Returns those of the stack that something needs, newest first. */
async function prune(session: Session, inputs: ReleaseInputs, { memory }: Plan): Promise<string[]> {
  const { idle, needed } = await unneededVersions(session, inputs, [memory], inputs.keep);
  for (const versionId of idle.slice(inputs.keep)) await deleteVersion(session, inputs.functionName, versionId);
  return needed.map(({ versionId }) => versionId);
}

/** The versions of a function that a stack published. */
export interface StackVersions {
  /** Those that nothing needs, newest first. */
  readonly idle: readonly string[];
  /** Those that have to stay, newest first, each with what needs it. */
  readonly needed: readonly { readonly versionId: string; readonly by: readonly string[] }[];
}

/**
 * Which versions of a stack nothing needs. What any alias, trigger or custom domain names, and what the memory of any release of the
 * function needs, stays, and so does the version published last.
 *
 * @param memories of releases of the function, besides those that its aliases carry
 * @param keep how many idle versions are kept in any case: custom domains are read only where there are more
 */
export async function unneededVersions(
  { api }: Pick<Session, "api">,
  inputs: Pick<ReleaseInputs, "functionName" | "owner" | "resourceUrn">,
  memories: readonly Memory[],
  keep: number,
): Promise<StackVersions> {
  const { functionName } = inputs;
  const aliases = await api.listAliases(functionName);
  const records = aliases.flatMap((alias) => carriedMemory(alias) ?? []);
  const by = namedVersions(aliases, await api.listTriggers(functionName));
  const add = (id: string, what: string) => by.set(id, [...new Set([...(by.get(id) ?? []), what])]);
  for (const id of [...memories, ...records].flatMap(protectedVersions)) add(id, "the memory of a release");
  const versions = newestFirst((await api.listVersions(functionName)) ?? []);
  // The service compares a publish with the last one, and refuses the same content: without that version it could not come back.
  if (versions[0] !== undefined) add(versions[0].versionId, "the next publish");
  const ours = versions.filter((version) => isOfStack(inputs, versionIdentity(version)));
  const ids = ours.map(({ versionId }) => versionId);
  const isIdle = (id: string) => !by.has(id);
  if (ids.filter(isIdle).length > keep) {
    const routed = routedQualifiers(await api.listCustomDomains(), functionName);
    for (const [id, domains] of routed) for (const domain of domains) add(id, `custom domain ${domain}`);
  }
  return {
    idle: ids.filter(isIdle),
    needed: ids.filter((id) => by.has(id)).map((versionId) => ({ versionId, by: by.get(versionId) ?? [] })),
  };
}
