/** Experiments about deleting objects that other objects name. */
import type { Outcome } from "../../base/profile";
import type { Reading } from "../account";
import { type Laboratory, NotDecided } from "../laboratory";
import { decided, type Found, isAccepted, isRefused, noEffect, shortly, shown, unknown } from "../outcomes";
import type { Experiment } from "./experiment";

/** A timer trigger that is disabled, so it never calls the function. */
const TIMER = {
  triggerName: "timer",
  triggerType: "timer",
  triggerConfig: JSON.stringify({ cronExpression: "@every 24h", enable: false, payload: "" }),
};

/** A deletion, and a read of the object after the deletion was accepted. */
interface Deletion {
  readonly sent: Reading;
  readonly after?: Reading;
}

/** The deletions of versions, and a call through the alias after its version was deleted. */
interface VersionDeletions {
  readonly ofTrigger: Deletion;
  /** The deletion of a version that an alias names. If the service refuses it, the version is deleted after the alias. */
  readonly ofAlias: Deletion;
  readonly call?: Reading;
}

/** Deletes a version that a trigger names, and a version that an alias names. */
export const VERSION_IN_USE: Experiment = {
  settles: ["deleteVersionInUse"],
  finds: ["deletedMainVersion", "versionOfTrigger"],
  run: async (lab) => decideVersions(await deleteVersions(lab)),
};

async function deleteVersions(lab: Laboratory): Promise<VersionDeletions> {
  const { account } = lab;
  const name = await lab.makeFunction();
  const named = await lab.publish(name);
  await lab.accepted(() => account.updateFunction(name, { timeout: 4 }));
  const triggered = await lab.publish(name);
  await lab.accepted(() => account.updateFunction(name, { timeout: 5 }));
  // The experiment is about versions that an alias or a trigger names. A third version is published, so that neither of the two
  // tested versions is the newest one.
  await lab.publish(name);
  await lab.accepted(() => account.createAlias(name, "live", { versionId: named }));
  await lab.accepted(() => account.createTrigger(name, { ...TIMER, qualifier: triggered }));
  const remove = async (version: string): Promise<Deletion> => {
    const sent = await account.deleteVersion(name, version);
    if (!isAccepted(sent)) return { sent };
    return { sent, after: await lab.settled(() => account.getFunction(name, version), isGone) };
  };
  const ofTrigger = await remove(triggered);
  const ofAlias = await remove(named);
  if (isAccepted(ofAlias.sent)) return { ofTrigger, ofAlias, call: await account.invoke(name, "live", "") };
  await lab.accepted(() => account.deleteAlias(name, "live"));
  await lab.accepted(() => account.deleteVersion(name, named));
  return { ofTrigger, ofAlias };
}

/** Derives the outcomes about deleted versions from the answers. */
function decideVersions({ ofTrigger, ofAlias, call }: VersionDeletions): Found {
  return {
    deleteVersionInUse: ofDeletion(ofAlias, "allow", "refuse"),
    versionOfTrigger: ofDeletion(ofTrigger, "deleted", "refused"),
    deletedMainVersion:
      call === undefined
        ? noEffect("the version cannot be deleted", [shown(ofAlias.sent)])
        : decided(shortly(call), [shown(call)]),
  };
}

/**
 * Deletes a function with a version and an alias. If the service refuses this, the version and the alias are deleted first, and
 * then the function.
 */
export const FUNCTION_IN_USE: Experiment = {
  settles: ["deleteFunctionInUse"],
  finds: [],
  async run(lab) {
    const { account } = lab;
    const name = await lab.makeFunction();
    const version = await lab.publish(name);
    await lab.accepted(() => account.createAlias(name, "live", { versionId: version }));
    const sent = await account.deleteFunction(name);
    if (isAccepted(sent)) {
      const after = await lab.settled(() => account.getFunction(name), isGone);
      return { deleteFunctionInUse: ofDeletion({ sent, after }, "cascade", "refuse") };
    }
    await lab.accepted(() => account.deleteAlias(name, "live"));
    await lab.accepted(() => account.deleteVersion(name, version));
    await lab.accepted(() => account.deleteFunction(name));
    return { deleteFunctionInUse: ofDeletion({ sent }, "cascade", "refuse") };
  },
};

function ofDeletion({ sent, after }: Deletion, accepted: string, refused: string): Outcome {
  if (after !== undefined) return decided(accepted, [shown(sent), shown(after)]);
  if (!isRefused(sent)) throw new NotDecided(`${shown(sent)} is not a refusal of the request`);
  return decided(refused, [shown(sent)]);
}

function isGone({ status }: Reading): boolean {
  return status === 404;
}

export const FUNCTION_WITH_TRIGGER: Experiment = {
  settles: ["functionInUseStatus"],
  finds: [],
  async run(lab) {
    const { account } = lab;
    const name = await lab.makeFunction();
    await lab.accepted(() => account.createTrigger(name, TIMER));
    const sent = await account.deleteFunction(name);
    if (!isAccepted(sent)) {
      await lab.accepted(() => account.deleteTrigger(name, TIMER.triggerName));
      await lab.accepted(() => account.deleteFunction(name));
    }
    return decideStatus(sent);
  },
};

/**
 * Evaluates the answers about the status of a refusal to delete a function with a trigger, given that the deletion was accepted
 * without the trigger.
 */
export function decideStatus(sent: Reading): Found {
  const evidence = [shown(sent)];
  if (isAccepted(sent)) return { functionInUseStatus: unknown("a function with a trigger is deleted", evidence) };
  if (sent.code !== "FunctionNotEmpty") {
    if (!isRefused(sent)) throw new NotDecided(`${shown(sent)} is not a refusal of the request`);
    return { functionInUseStatus: unknown("the code is not FunctionNotEmpty", evidence) };
  }
  const status = String(sent.status);
  const isKnown = ["409", "400", "412"].includes(status);
  return { functionInUseStatus: isKnown ? decided(status, evidence) : unknown("it is another status", evidence) };
}
