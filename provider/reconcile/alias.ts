/**
 * Creates, updates, reads and deletes an alias. Main version and weights are planned from the observed alias, written
 * in one request, and read back until they match.
 */
import { Code, hasCode } from "../client/errors";
import type { AliasInputs, AliasOutputs } from "../core/alias";
import {
  aliasBody,
  aliasLabel,
  aliasOutputs,
  aliasMatches,
  lostByAliasAdoption,
  versionsOf,
  raisedAgain,
  refusedAnew,
  refusedMissing,
  refusedPromotion,
  desiredSplit,
} from "../core/alias";
import type { AliasBody, ObservedAlias, ObservedTrigger, ObservedVersion } from "../core/model";
import { withOwner } from "../core/ownership";
import { routedQualifiers } from "../core/version";
import { deleteOnce } from "./delete";
import { type Claim, aliasIdentity, assertOurs, isOfStack, mayDelete, triggerIdentity } from "./ownership";
import type { Session } from "./session";
import { sharedVersions } from "./version";
import { type ConcurrentChange, type Planned, type Convergence, converge } from "./write";

/** Creates or updates an alias. `olds` contains the outputs in state; undefined for a create. */
export async function reconcileAlias(
  session: Session,
  inputs: AliasInputs,
  olds?: AliasOutputs,
): Promise<AliasOutputs> {
  const { observed } = await converge<ObservedAlias, AliasPlan>(session, {
    ...aliasConvergence(session, inputs, olds !== undefined),
    async plan(existing, concurrent) {
      if (existing === undefined) await assertMayBegin(session, inputs, olds);
      else assertOurs(claimOf(inputs, olds), aliasIdentity(existing), () => lostByAliasAdoption(inputs, existing));
      const body = desiredBody(inputs, existing, olds);
      const plan = aliasPlan(inputs, existing, body, concurrent);
      // The versions of an alias that does not change are not checked, unless a refresh found that one of them is
      // missing.
      if (plan.writes || olds?.missingVersions !== undefined)
        await assertVersionsExist(session, inputs, existing, body);
      return plan;
    },
    outputs: ({ body }) => aliasOutputs(inputs, { ...body }),
  });
  return aliasOutputs(inputs, observed);
}

/** Refuses a new alias that has a canary and no main version. */
async function assertMayBegin(session: Session, inputs: AliasInputs, olds: AliasOutputs | undefined): Promise<void> {
  // If the alias is in state but was deleted, it is created again with its former split.
  if (olds !== undefined || refusedAnew(inputs, ["any"]) === undefined) return;
  const versions = (await session.api.listVersions(inputs.functionName)) ?? [];
  const refused = refusedAnew(
    inputs,
    versions.map(({ versionId }) => versionId),
  );
  if (refused !== undefined) throw new Error(refused);
}

/** Members that name an alias and its owner. An `Alias` and a `Release` both have them. */
export type AliasTarget = Pick<AliasInputs, "functionName" | "aliasName" | "resourceUrn" | "owner" | "adopt">;

/**
 * The claim of a resource on its alias, by which the checks in ownership.ts decide. `olds` contains the outputs in
 * state; undefined if the alias is not in state.
 */
export function claimOf(target: AliasTarget, olds: { readonly createdTime?: string } | undefined): Claim {
  const { resourceUrn, owner, adopt } = target;
  return {
    ...{ resourceUrn, owner, label: aliasLabel(target), kind: "an alias", named: "aliasName" },
    release: "clear its description (this also removes the rejections that a release remembers)",
    ...(adopt === undefined ? {} : { adopt }),
    ...(olds === undefined ? {} : { known: { identity: olds.createdTime } }),
  };
}

function desiredBody(
  inputs: AliasInputs,
  existing: ObservedAlias | undefined,
  olds: AliasOutputs | undefined,
): AliasBody {
  // An alias that was deleted by hand is created again with its former main version, not with the newest version.
  const main = existing?.versionId ?? olds?.mainVersionId;
  const refused = main === undefined ? undefined : refusedPromotion(inputs, main);
  if (refused !== undefined) throw new Error(refused);
  const split = desiredSplit(inputs, main);
  if (split === undefined) throw new Error(`${aliasLabel(inputs)}: the version that it should point to is not known`);
  return aliasBody(inputs, split);
}

/** The plan for an observed alias. */
export interface AliasPlan extends Planned {
  readonly body: AliasBody;
}

/**
 * How an alias of an `Alias` or a `Release` is written; the caller makes the plan. `known`: the alias is in state, so
 * the alias may exist.
 */
export function aliasConvergence<Plan extends AliasPlan>(
  session: Session,
  inputs: AliasTarget,
  known: boolean,
): Omit<Convergence<ObservedAlias, Plan>, "plan" | "outputs"> {
  const { functionName, aliasName } = inputs;
  return {
    label: aliasLabel(inputs),
    observe: () => session.api.getAlias(functionName, aliasName),
    // A function that this run created had no alias. If somebody has created one since, the service refuses the
    // request, and the alias is then read.
    isNew: !known && session.proven?.lacksAlias(functionName, aliasName) === true,
    async send({ body }, existing) {
      try {
        if (existing !== undefined) return await session.api.updateAlias(functionName, aliasName, body);
        const created = await session.api.createAlias(functionName, aliasName, body);
        session.proven?.aliasMade(functionName, aliasName);
        return created;
      } catch (error) {
        // The version was deleted after it was read, or the alias operations do not find it yet.
        if (hasCode(error, Code.VersionNotFound))
          await assertVersionsExist(session, inputs, existing, body, () => false);
        throw error;
      }
    },
    matches: ({ body }, alias) => aliasMatches(alias, body),
    same: aliasMatches,
    // Right after a publish the alias operations may not find the version yet.
    laggingCodes: [Code.VersionNotFound],
    duplicateCodes: [Code.NothingToUpdate, Code.AliasAlreadyExists],
  };
}

/** The plan to write a body. Throws if the plan would raise a share that somebody lowered during this run. */
export function aliasPlan(
  inputs: AliasTarget,
  existing: ObservedAlias | undefined,
  body: AliasBody,
  concurrent: ConcurrentChange<ObservedAlias, AliasPlan> | undefined,
): AliasPlan {
  if (concurrent !== undefined) assertNotRaised(inputs, existing, body, concurrent);
  return { body, writes: existing === undefined || !aliasMatches(existing, body) };
}

function assertNotRaised(
  inputs: AliasTarget,
  now: ObservedAlias | undefined,
  body: AliasBody,
  { base, plan, applied }: ConcurrentChange<ObservedAlias, AliasPlan>,
): void {
  const raised = raisedAgain([base ?? {}, ...(applied ? [plan.body] : [])], now, body);
  if (raised === undefined) return;
  const { versionId, from, to } = raised;
  throw new Error(
    `${aliasLabel(inputs)}: while this run was writing, somebody else changed the share of version ${versionId} from ${from} to ${to} %. ` +
      `${now === undefined ? "The alias was deleted" : "This run did not change it back"}. Run pulumi up --refresh to see it; to raise version ` +
      `${versionId} again, run pulumi up again`,
  );
}

/**
 * Throws if the body names a version that does not exist. Versions that the alias does not name yet are checked first.
 * A version that this run published or listed is not read again.
 */
export async function assertVersionsExist(
  session: Session,
  inputs: AliasTarget,
  existing: ObservedAlias | undefined,
  body: AliasBody,
  isProven = (id: string) => session.proven?.hasVersion(inputs.functionName, id) === true,
): Promise<void> {
  const named = existing === undefined ? [] : versionsOf(existing);
  const open = versionsOf(body).filter((id) => !isProven(id));
  const [added, kept] = [open.filter((id) => !named.includes(id)), open.filter((id) => named.includes(id))];
  for (const ids of [added, kept]) {
    const missing = await missingOf(session, inputs.functionName, ids);
    if (missing.length === 0) continue;
    const [canary] = Object.keys(body.additionalVersionWeight);
    const split = {
      main: body.versionId,
      ...(canary === undefined ? {} : { canary: { versionId: canary, share: 0 } }),
    };
    throw new Error(refusedMissing(inputs, split, missing));
  }
}

/** The versions among `ids` that do not exist, found by one call. */
async function missingOf({ api }: Session, functionName: string, ids: readonly string[]): Promise<string[]> {
  const [first, ...others] = ids;
  if (first === undefined) return [];
  if (others.length === 0) return (await api.getFunction(functionName, first)) === undefined ? [first] : [];
  return notAmong(await api.listVersions(functionName), ids);
}

function notAmong(versions: readonly ObservedVersion[] = [], ids: readonly string[]): string[] {
  return ids.filter((id) => !versions.some(({ versionId }) => versionId === id));
}

/** Reads an alias, and warns about versions that it names but that do not exist. */
export async function observeAlias(session: Session, inputs: AliasTarget): Promise<ObservedAlias | undefined> {
  const { functionName, aliasName } = inputs;
  // Both requests are sent at the same time, so that the read of the function's Version uses the same list of versions.
  const [alias, versions] = await Promise.all([
    session.api.getAlias(functionName, aliasName),
    sharedVersions(session.api, functionName),
  ]);
  if (alias === undefined) return undefined;
  const missingVersions = notAmong(versions, versionsOf(alias));
  for (const id of missingVersions) {
    session.report.warning(
      inputs.resourceUrn,
      `${aliasLabel(inputs)} names version ${id}, which does not exist: requests that are routed to it fail`,
    );
  }
  return { ...alias, missingVersions };
}

/** What may call an alias of a function. */
export interface AliasCallers {
  readonly triggers: readonly ObservedTrigger[];
  /** Map from alias or version to the custom domains that have a route to it. */
  readonly domains: ReadonlyMap<string, readonly string[]>;
}

/** Lists the triggers of a function, and the custom domains with a route to one of its aliases or versions. */
export async function aliasCallers({ api }: Session, functionName: string): Promise<AliasCallers> {
  const triggers = await api.listTriggers(functionName);
  return { triggers, domains: routedQualifiers(await api.listCustomDomains(), functionName) };
}

/**
 * Deletes the resource's alias. An alias of another owner is not deleted, and a warning is printed. An alias that a
 * trigger of another owner or a custom domain calls is not deleted, because the callers would get errors.
 *
 * @param listed the triggers and custom domains, if they were listed already
 */
export async function deleteAlias(
  session: Session,
  props: AliasTarget & { readonly createdTime?: string },
  listed?: AliasCallers,
): Promise<void> {
  const { functionName, aliasName } = props;
  const existing = await session.api.getAlias(functionName, aliasName);
  if (existing === undefined || !mayDelete(session, claimOf(props, props), aliasIdentity(existing))) return;
  const { triggers, domains } = listed ?? (await aliasCallers(session, functionName));
  const others = triggers.filter(
    (trigger) => trigger.qualifier === aliasName && !isOfStack(props, triggerIdentity(trigger)),
  );
  const routed = domains.get(aliasName) ?? [];
  const callers = [...others.map(triggerWithOwner), ...routed.map((domain) => `custom domain ${domain}`)];
  if (callers.length > 0) throw new Error(refusedDeletion(props, callers));
  await deleteOnce(
    session,
    functionName,
    () => session.api.deleteAlias(functionName, aliasName),
    async () => {
      const now = await session.api.getAlias(functionName, aliasName);
      return now !== undefined && mayDelete(session, claimOf(props, props), aliasIdentity(now));
    },
  );
}

function triggerWithOwner(trigger: ObservedTrigger): string {
  return withOwner(`trigger ${trigger.triggerName ?? "?"}`, triggerIdentity(trigger).owner);
}

function refusedDeletion(props: AliasTarget, callers: readonly string[]): string {
  return (
    `${aliasLabel(props)} cannot be deleted: ${callers.join(", ")} calls it. The alias was not deleted. Remove that first, ` +
    `in the program or tool that created it; then run pulumi again`
  );
}
