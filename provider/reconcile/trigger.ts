/**
 * Creates, updates, reads and deletes an HTTP trigger. A change is planned from the observed trigger, written, and read
 * back until it matches.
 */
import { Code } from "../client/errors";
import { VERSION_ID } from "../core/names";
import type { ObservedTrigger, TriggerBody } from "../core/model";
import type { HttpTriggerInputs, HttpTriggerOutputs } from "../core/trigger";
import {
  bodyOf,
  lostByTriggerAdoption,
  sameTrigger,
  triggerBody,
  triggerLabel,
  triggerOutputs,
  triggerMatches,
} from "../core/trigger";
import { deleteOnce } from "./delete";
import { type Claim, assertOurs, mayDelete, triggerIdentity } from "./ownership";
import type { Session } from "./session";
import { type ConcurrentChange, type Planned, converge } from "./write";

/** The plan for an observed trigger. */
interface TriggerPlan extends Planned {
  readonly body: TriggerBody;
}

/** Creates or updates a trigger. `olds` contains the outputs in state; undefined for a create. */
export async function reconcileTrigger(
  session: Session,
  inputs: HttpTriggerInputs,
  olds?: HttpTriggerOutputs,
): Promise<HttpTriggerOutputs> {
  const { functionName, triggerName } = inputs;
  const { observed } = await converge<ObservedTrigger, TriggerPlan>(session, {
    label: triggerLabel(inputs),
    observe: () => session.api.getTrigger(functionName, triggerName),
    async plan(existing, concurrent) {
      if (existing !== undefined) {
        assertHttp(inputs, existing);
        assertOurs(triggerClaim(inputs, olds), triggerIdentity(existing), () =>
          lostByTriggerAdoption(inputs, existing),
        );
      }
      if (concurrent !== undefined) assertUndisturbed(inputs, existing, concurrent);
      const body = triggerBody(inputs, existing);
      const writes = existing === undefined || !triggerMatches(existing, body);
      if (writes) await assertQualifierExists(session, inputs);
      return { body, writes };
    },
    send: ({ body }, existing) =>
      existing === undefined
        ? session.api.createHttpTrigger(functionName, triggerName, body)
        : session.api.updateTrigger(functionName, triggerName, body),
    matches: ({ body }, trigger) => triggerMatches(trigger, body),
    same: sameTrigger,
    outputs: () => triggerOutputs(inputs, { triggerId: olds?.triggerId ?? "" }),
    // The trigger operations may not find an alias right after its creation.
    laggingCodes: [Code.AliasNotFound, Code.VersionNotFound],
    duplicateCodes: [Code.TriggerAlreadyExists],
  });
  return triggerOutputs(inputs, observed);
}

/** Reads the alias or version that the trigger will call before any write, and throws if it does not exist. */
async function assertQualifierExists(session: Session, inputs: HttpTriggerInputs): Promise<void> {
  const { functionName, qualifier } = inputs;
  if (qualifier === "LATEST") return;
  const isVersion = VERSION_ID(qualifier) === undefined;
  const found = isVersion
    ? await session.api.getFunction(functionName, qualifier)
    : await session.api.getAlias(functionName, qualifier);
  if (found !== undefined) return;
  throw new Error(
    `${triggerLabel(inputs)}: ${isVersion ? "version" : "alias"} ${qualifier}, its qualifier, does not exist in function ` +
      `${functionName}, so nothing was changed. Name an alias or a version that exists, or create it in the same program`,
  );
}

/**
 * Throws if somebody else changed a managed setting of the trigger while this run was writing. `base` is the trigger that
 * this run found. A trigger with the settings that this run wrote counts as written, so it is not planned again.
 */
function assertUndisturbed(
  inputs: HttpTriggerInputs,
  now: ObservedTrigger | undefined,
  { base }: ConcurrentChange<ObservedTrigger, TriggerPlan>,
): void {
  if (now !== undefined && base !== undefined && triggerMatches(now, bodyOf(base))) return;
  throw new Error(
    `${triggerLabel(inputs)}: somebody else ${now === undefined ? "deleted" : "changed"} it while this run was writing. ` +
      `This run did not change it back. Run pulumi up --refresh to see the change`,
  );
}

/** Throws for a trigger of another type, because it cannot become an HTTP trigger. */
function assertHttp(inputs: HttpTriggerInputs, { triggerType }: ObservedTrigger): void {
  if (triggerType === undefined || triggerType === "http") return;
  throw new Error(
    `${triggerLabel(inputs)}: a trigger of type ${triggerType} has this name already. Nothing was changed. ` +
      `Choose another triggerName`,
  );
}

/** Deletes the resource's trigger. A trigger of another owner is not deleted, and a warning is printed. */
export async function deleteTrigger(session: Session, props: HttpTriggerOutputs): Promise<void> {
  const { functionName, triggerName } = props;
  const existing = await session.api.getTrigger(functionName, triggerName);
  if (existing === undefined || !mayDelete(session, triggerClaim(props, props), triggerIdentity(existing))) return;
  await deleteOnce(
    session,
    functionName,
    () => session.api.deleteTrigger(functionName, triggerName),
    async () => {
      const now = await session.api.getTrigger(functionName, triggerName);
      return now !== undefined && mayDelete(session, triggerClaim(props, props), triggerIdentity(now));
    },
  );
}

/**
 * The claim of a resource on its trigger, by which the checks in ownership.ts decide. `olds` contains the outputs in
 * state; undefined if the trigger is not in state.
 */
export function triggerClaim(
  inputs: HttpTriggerInputs,
  olds: Pick<HttpTriggerOutputs, "triggerId" | "createdTime"> | undefined,
): Claim {
  const { resourceUrn, owner, adopt } = inputs;
  return {
    ...{ resourceUrn, owner, label: triggerLabel(inputs), kind: "a trigger", named: "triggerName" },
    release: "clear its description",
    ...(adopt === undefined ? {} : { adopt }),
    ...(olds === undefined ? {} : { known: { identity: olds.triggerId ?? olds.createdTime } }),
  };
}
