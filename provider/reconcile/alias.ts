/** An alias: one write for main version and weights, read back until it is what was asked. */
import { Code, hasCode } from "../client/errors";
import type { AliasInputs, AliasOutputs } from "../core/alias";
import {
  aliasBody,
  aliasLabel,
  aliasOutputs,
  alreadySays,
  lostByAliasAdoption,
  refusedPromotion,
  wantedSplit,
} from "../core/alias";
import type { AliasBody, ObservedAlias } from "../core/model";
import { ignoreNotFound } from "./function";
import { type Claim, aliasStanding, assertOurs, mayDelete } from "./ownership";
import { SETTLE_WINDOW, type Session, Unfinished, deleteOnce, onceShown, poll, sendOnce } from "./session";

/** Brings an alias about, new or existing. `olds` is what state remembers; none on create. */
export async function reconcileAlias(
  session: Session,
  inputs: AliasInputs,
  olds?: AliasOutputs,
): Promise<AliasOutputs> {
  const existing = await session.api.getAlias(inputs.functionName, inputs.aliasName);
  if (existing !== undefined) {
    assertOurs(claimOf(inputs, olds), aliasStanding(existing), () => lostByAliasAdoption(inputs, existing));
  }
  const body = wantedBody(inputs, existing, olds);
  if (existing !== undefined && alreadySays(existing, body)) return aliasOutputs(inputs, existing);
  await write(session, inputs, existing, body);
  const written = await poll(session.clock, SETTLE_WINDOW, () => readWritten(session, inputs, body)).catch(
    (error: unknown) => {
      if (existing !== undefined) throw error;
      // It exists, whatever a read says: it belongs into state, or a destroy would leave it behind.
      throw new Unfinished(error instanceof Error ? error.message : String(error), aliasOutputs(inputs, { ...body }));
    },
  );
  if (written !== undefined) return aliasOutputs(inputs, written);
  throw new Error(
    `${aliasLabel(inputs)}: written, but a read does not show it: somebody else changed it at the same moment. ` +
      `Run pulumi up --refresh to see what it says now`,
  );
}

/** Members by which an alias is told, whichever resource owns it. */
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

function wantedBody(
  inputs: AliasInputs,
  existing: ObservedAlias | undefined,
  olds: AliasOutputs | undefined,
): AliasBody {
  // Deleted by hand: made again where it was, not where the newest version is.
  const main = existing?.versionId ?? olds?.mainVersionId;
  const refused = main === undefined ? undefined : refusedPromotion(inputs, main);
  if (refused !== undefined) throw new Error(refused);
  const split = wantedSplit(inputs, main);
  if (split === undefined) throw new Error(`${aliasLabel(inputs)}: which version it should point to is not known`);
  return aliasBody(inputs, split);
}

/** The alias, once a read shows what was written. */
export async function readWritten(
  session: Session,
  inputs: AliasTarget,
  body: AliasBody,
): Promise<ObservedAlias | undefined> {
  const now = await session.api.getAlias(inputs.functionName, inputs.aliasName);
  return now !== undefined && alreadySays(now, body) ? now : undefined;
}

/** Makes or changes an alias, once, whatever gets lost on the way. */
export async function write(
  session: Session,
  inputs: AliasTarget,
  existing: ObservedAlias | undefined,
  body: AliasBody,
): Promise<void> {
  const { functionName, aliasName } = inputs;
  const send = () =>
    existing === undefined
      ? session.api.createAlias(functionName, aliasName, body)
      : session.api.updateAlias(functionName, aliasName, body);
  const applied = () => readWritten(session, inputs, body);
  try {
    await sendOnce(session, () => whenVersionsShow(session, inputs, body, send), applied);
  } catch (error) {
    // Both refusals may answer our own earlier send; the read-back decides.
    const said = hasCode(error, Code.NothingToUpdate) || hasCode(error, Code.AliasAlreadyExists);
    if (!said || (await poll(session.clock, SETTLE_WINDOW, applied)) === undefined) throw error;
  }
}

/** Right after a publish the alias operations may not see the version yet. */
async function whenVersionsShow<T>(
  session: Session,
  inputs: AliasTarget,
  body: AliasBody,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await onceShown(session, [Code.VersionNotFound], send);
  } catch (error) {
    if (!hasCode(error, Code.VersionNotFound)) throw error;
    throw (await missingVersion(session, inputs, body)) ?? error;
  }
}

/** Says which version an alias would point to in vain, and what to do; nothing when all of them are there. */
async function missingVersion(session: Session, inputs: AliasTarget, body: AliasBody): Promise<Error | undefined> {
  const versions = (await session.api.listVersions(inputs.functionName)) ?? [];
  const exists = (id: string) => versions.some(({ versionId }) => versionId === id);
  const canary = Object.keys(body.additionalVersionWeight).find((id) => !exists(id));
  const [id, part, advice] = exists(body.versionId)
    ? [canary, "canary", "Run pulumi up --refresh: a Version that was deleted by hand is then published anew"]
    : [body.versionId, "main version", "Name another one by versionId, or give a canary all traffic by weight 100"];
  if (id === undefined) return undefined;
  return new Error(
    `${aliasLabel(inputs)}: version ${id}, its ${part}, does not exist, so nothing was changed. ${advice}`,
  );
}

/** Deletes an alias that is ours; another's is left as it is, with a warning. */
export async function deleteAlias(
  session: Session,
  props: AliasTarget & { readonly createdTime?: string },
): Promise<void> {
  const { functionName, aliasName } = props;
  const existing = await session.api.getAlias(functionName, aliasName);
  if (existing === undefined || !mayDelete(session, claimOf(props, props), aliasStanding(existing))) return;
  await deleteOnce(
    session,
    () => ignoreNotFound(session.api.deleteAlias(functionName, aliasName)),
    async () => (await session.api.getAlias(functionName, aliasName)) !== undefined,
  );
}
