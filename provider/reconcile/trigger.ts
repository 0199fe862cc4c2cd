/** An HTTP trigger: made or changed once, read back until it is what was asked. */
import { Code, hasCode } from "../client/errors";
import type { ObservedTrigger } from "../core/model";
import type { HttpTriggerInputs, HttpTriggerOutputs } from "../core/trigger";
import { lostByTriggerAdoption, triggerBody, triggerLabel, triggerOutputs, triggerSays } from "../core/trigger";
import { ignoreNotFound } from "./function";
import { type Claim, assertOurs, mayDelete, triggerStanding } from "./ownership";
import { SETTLE_WINDOW, type Session, Unfinished, deleteOnce, onceShown, poll, sendOnce } from "./session";

/** Brings a trigger about, new or existing. `olds` is what state remembers; none on create. */
export async function reconcileTrigger(
  session: Session,
  inputs: HttpTriggerInputs,
  olds?: HttpTriggerOutputs,
): Promise<HttpTriggerOutputs> {
  const { functionName, triggerName } = inputs;
  const existing = await session.api.getTrigger(functionName, triggerName);
  if (existing !== undefined) {
    assertHttp(inputs, existing);
    assertOurs(triggerClaim(inputs, olds), triggerStanding(existing), () => lostByTriggerAdoption(inputs, existing));
    if (triggerSays(existing, triggerBody(inputs))) return triggerOutputs(inputs, existing);
  }
  await write(session, inputs, existing);
  const written = await poll(session.clock, SETTLE_WINDOW, () => readWritten(session, inputs)).catch(
    (error: unknown) => {
      if (existing !== undefined) throw error;
      // It exists, whatever a read says: it belongs into state, or a destroy would leave it behind.
      throw new Unfinished(error instanceof Error ? error.message : String(error), triggerOutputs(inputs, {}));
    },
  );
  if (written !== undefined) return triggerOutputs(inputs, written);
  throw new Error(
    `${triggerLabel(inputs)}: written, but a read does not show it: somebody else changed it at the same moment. ` +
      `Run pulumi up --refresh to see what it says now`,
  );
}

/** A trigger of another type under the name is none that could become an HTTP trigger. */
function assertHttp(inputs: HttpTriggerInputs, { triggerType }: ObservedTrigger): void {
  if (triggerType === undefined || triggerType === "http") return;
  throw new Error(
    `${triggerLabel(inputs)}: a trigger of type ${triggerType} has this name already. Nothing was changed. ` +
      `Choose another triggerName`,
  );
}

async function write(
  session: Session,
  inputs: HttpTriggerInputs,
  existing: ObservedTrigger | undefined,
): Promise<void> {
  const { functionName, triggerName } = inputs;
  const body = triggerBody(inputs);
  const applied = () => readWritten(session, inputs);
  const send = () =>
    existing === undefined
      ? session.api.createHttpTrigger(functionName, triggerName, body)
      : session.api.updateTrigger(functionName, triggerName, body);
  try {
    // Right after its alias was made the trigger operations may not see it yet.
    await sendOnce(session, () => onceShown(session, [Code.AliasNotFound, Code.VersionNotFound], send), applied);
  } catch (error) {
    // The refusal may answer our own earlier send; the read-back decides.
    if (!hasCode(error, Code.TriggerAlreadyExists)) throw error;
    if ((await poll(session.clock, SETTLE_WINDOW, applied)) === undefined) throw error;
  }
}

/** The trigger, once a read shows what was written. */
async function readWritten(session: Session, inputs: HttpTriggerInputs): Promise<ObservedTrigger | undefined> {
  const now = await session.api.getTrigger(inputs.functionName, inputs.triggerName);
  return now !== undefined && triggerSays(now, triggerBody(inputs)) ? now : undefined;
}

/** Deletes a trigger that is ours; another's is left as it is, with a warning. */
export async function deleteTrigger(session: Session, props: HttpTriggerOutputs): Promise<void> {
  const { functionName, triggerName } = props;
  const existing = await session.api.getTrigger(functionName, triggerName);
  if (existing === undefined || !mayDelete(session, triggerClaim(props, props), triggerStanding(existing))) return;
  await deleteOnce(
    session,
    () => ignoreNotFound(session.api.deleteTrigger(functionName, triggerName)),
    async () => (await session.api.getTrigger(functionName, triggerName)) !== undefined,
  );
}

/** The claim of a resource on its trigger; `olds` is what state remembers of it, none where it is not in state. */
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
