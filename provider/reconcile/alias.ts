/**
 * An alias: main version and weights are written in one request, planned on the observed alias, and read back until they
 * match.
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
import { ownerWords } from "../core/owner";
import { deleteOnce } from "./delete";
import { type Claim, aliasIdentity, assertOurs, isOfStack, mayDelete, triggerIdentity } from "./ownership";
import type { Session } from "./session";
import { sharedVersions } from "./version";
import { type ConcurrentChange, type Planned, type Convergence, converge } from "./write";

/** Creates or updates an alias. `olds` is what state remembers; undefined on create. */
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
      // An alias that stays as it is needs no proof of its versions, unless a refresh found that one is missing.
      if (plan.writes || olds?.missingVersions !== undefined)
        await assertVersionsExist(session, inputs, existing, body);
      return plan;
    },
    outputs: ({ body }) => aliasOutputs(inputs, { ...body }),
  });
  return aliasOutputs(inputs, observed);
}

/** A new alias in the middle of a canary needs a main version to share with. */
async function assertMayBegin(session: Session, inputs: AliasInputs, olds: AliasOutputs | undefined): Promise<void> {
  // An alias that state remembers is made again with the split it had.
  if (olds !== undefined || refusedAnew(inputs, ["any"]) === undefined) return;
  const versions = (await session.api.listVersions(inputs.functionName)) ?? [];
  const refused = refusedAnew(
    inputs,
    versions.map(({ versionId }) => versionId),
  );
  if (refused !== undefined) throw new Error(refused);
}

/** Members that name an alias and its owner; an `Alias` and a `Release` both have them. */
export type AliasTarget = Pick<AliasInputs, "functionName" | "aliasName" | "resourceUrn" | "owner" | "adopt">;

/** The claim of a resource on its alias; `olds` is what state remembers of that alias, none where it is not in state. */
export function claimOf(target: AliasTarget, olds: { readonly createdTime?: string } | undefined): Claim {
  const { resourceUrn, owner, adopt } = target;
  return {
    ...{ resourceUrn, owner, label: aliasLabel(target), kind: "an alias", named: "aliasName" },
    release: "clear its description",
    ...(adopt === undefined ? {} : { adopt }),
    ...(olds === undefined ? {} : { known: { identity: olds.createdTime } }),
  };
}

function desiredBody(
  inputs: AliasInputs,
  existing: ObservedAlias | undefined,
  olds: AliasOutputs | undefined,
): AliasBody {
  // An alias that was deleted by hand is made again on the version it had, not on the newest one.
  const main = existing?.versionId ?? olds?.mainVersionId;
  const refused = main === undefined ? undefined : refusedPromotion(inputs, main);
  if (refused !== undefined) throw new Error(refused);
  const split = desiredSplit(inputs, main);
  if (split === undefined) throw new Error(`${aliasLabel(inputs)}: which version it should point to is not known`);
  return aliasBody(inputs, split);
}

/** What is to be written, on an alias as it was observed. */
export interface AliasPlan extends Planned {
  readonly body: AliasBody;
}

/**
 * How any alias is written, whichever resource owns it; what it should be is the resource's own matter. `known`: it is in
 * state, so that there may be one.
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
    // A function made by this run had no alias. One that somebody made since is refused by the service, and then looked at.
    isNew: !known && session.proven?.lacksAlias(functionName, aliasName) === true,
    async send({ body }, existing) {
      try {
        if (existing !== undefined) return await session.api.updateAlias(functionName, aliasName, body);
        const created = await session.api.createAlias(functionName, aliasName, body);
        session.proven?.aliasMade(functionName, aliasName);
        return created;
      } catch (error) {
        // Deleted since it was looked at, or not shown yet to the operations of aliases.
        if (hasCode(error, Code.VersionNotFound))
          await assertVersionsExist(session, inputs, existing, body, () => false);
        throw error;
      }
    },
    matches: ({ body }, alias) => aliasMatches(alias, body),
    same: aliasMatches,
    // Right after a publish the alias operations may not see the version yet.
    laggingCodes: [Code.VersionNotFound],
    duplicateCodes: [Code.NothingToUpdate, Code.AliasAlreadyExists],
  };
}

/** The plan to write a body, refused where it raises what was lowered in this very run. */
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
    `${aliasLabel(inputs)}: while this run was writing, somebody else took version ${versionId} from ${from} to ${to} %. ` +
      `${now === undefined ? "The alias is gone" : "That is left as it is"}. Run pulumi up --refresh to see it; to raise version ` +
      `${versionId} again, run pulumi up again`,
  );
}

/**
 * Refuses a body that names a version there is not: those first that the alias does not name already. A version this run
 * published or listed is not read again.
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

/** Which of some versions of a function do not exist, by one call. */
async function missingOf({ api }: Session, functionName: string, ids: readonly string[]): Promise<string[]> {
  const [first, ...others] = ids;
  if (first === undefined) return [];
  if (others.length === 0) return (await api.getFunction(functionName, first)) === undefined ? [first] : [];
  return notAmong(await api.listVersions(functionName), ids);
}

function notAmong(versions: readonly ObservedVersion[] = [], ids: readonly string[]): string[] {
  return ids.filter((id) => !versions.some(({ versionId }) => versionId === id));
}

/** An alias, and which of the versions it names do not exist; these are reported. */
export async function observeAlias(session: Session, inputs: AliasTarget): Promise<ObservedAlias | undefined> {
  const { functionName, aliasName } = inputs;
  // Both at once: the list is then one with that of the function's Version, which is read at the same time.
  const [alias, versions] = await Promise.all([
    session.api.getAlias(functionName, aliasName),
    sharedVersions(session.api, functionName),
  ]);
  if (alias === undefined) return undefined;
  const missingVersions = notAmong(versions, versionsOf(alias));
  for (const id of missingVersions) {
    session.report.warning(
      inputs.resourceUrn,
      `${aliasLabel(inputs)} names version ${id}, which does not exist: requests drawn for it fail`,
    );
  }
  return { ...alias, missingVersions };
}

/**
 * Deletes the resource's alias. An alias of another owner is left as it is, with a warning. One that a trigger of anybody else calls
 * is not deleted: the trigger's callers would get errors.
 */
export async function deleteAlias(
  session: Session,
  props: AliasTarget & { readonly createdTime?: string },
): Promise<void> {
  const { functionName, aliasName } = props;
  const existing = await session.api.getAlias(functionName, aliasName);
  if (existing === undefined || !mayDelete(session, claimOf(props, props), aliasIdentity(existing))) return;
  const callers = (await session.api.listTriggers(functionName)).filter(({ qualifier }) => qualifier === aliasName);
  const others = callers.filter((trigger) => !isOfStack(props, triggerIdentity(trigger)));
  if (others.length > 0) throw new Error(refusedDeletion(props, others));
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

function refusedDeletion(props: AliasTarget, callers: readonly ObservedTrigger[]): string {
  const named = callers.map((trigger) => {
    const { owner } = triggerIdentity(trigger);
    return `trigger ${trigger.triggerName ?? "?"} (${owner === undefined ? "without an owner" : `of ${ownerWords(owner)}`})`;
  });
  return (
    `${aliasLabel(props)} cannot be deleted: ${named.join(", ")} calls it. The alias was not deleted. Remove what calls it where ` +
    `it was made, then run pulumi again`
  );
}
