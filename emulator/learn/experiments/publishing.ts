/** Experiments about publishing: what a publish needs, and what a refused publish changes. */
import { NotDecided, type Laboratory, versionOf } from "../laboratory";
import type { Reading } from "../account";
import { decided, type Found, isAccepted, isRefused, noEffect, shown, unknown } from "../outcomes";
import { field } from "../../base/json";
import type { Outcome } from "../../base/profile";
import type { Experiment } from "./experiment";

const IGNORE = { "x-fc-ignore-version-publish-error": "true" };

/** The answers from which the outcomes about publishing are derived. */
export interface Published {
  /** The version that was published first. */
  readonly first: string;
  /** Answers to publishes of an unchanged function, which are repeated until one is refused. */
  readonly again: Reading;
  readonly thrice?: Reading;
  /** A publish with the header `x-fc-ignore-version-publish-error`. */
  readonly ignoring?: Reading;
  /** A publish after an update that sets the same values. */
  readonly afterSame?: Reading;
  /** A publish after an update that sets another value. */
  readonly afterOther?: Reading;
  /** A publish after an update of the description. */
  readonly afterDescription?: Reading;
  /** A publish after an update that sets the same variables in another order. */
  readonly afterOrder?: Reading;
}

export const PUBLISHING: Experiment = {
  settles: ["publishGuard", "publishErrorStatus", "publishErrorHeader", "refusedPublish"],
  finds: ["descriptionIsChange", "orderIsChange"],
  run: async (lab) => decide(await read(lab)),
};

async function read(lab: Laboratory): Promise<Published> {
  const { account } = lab;
  const variables = lab.environment({ A: "1", B: "2" });
  const name = await lab.makeFunction({ description: "one", environmentVariables: variables });
  const first = await lab.publish(name);
  const again = await account.publish(name);
  if (isAccepted(again)) return { first, again, thrice: await account.publish(name) };
  const ignoring = await account.publish(name, undefined, IGNORE);
  await lab.accepted(() => account.updateFunction(name, { timeout: 3 }));
  const afterSame = await account.publish(name);
  await lab.accepted(() => account.updateFunction(name, { timeout: 9 }));
  const afterOther = await account.publish(name);
  const asked = { first, again, ignoring, afterSame, afterOther };
  if (isAccepted(afterSame)) return asked;
  await lab.accepted(() => account.updateFunction(name, { description: "two" }));
  const afterDescription = await account.publish(name);
  const turned = Object.fromEntries(Object.entries(variables).reverse());
  await lab.accepted(() => account.updateFunction(name, { environmentVariables: turned }));
  return { ...asked, afterDescription, afterOrder: await account.publish(name) };
}

/** Derives the outcomes about publishing from the answers. */
export function decide(read: Published): Found {
  const { first, again, thrice, ignoring, afterSame, afterOther } = read;
  if (thrice !== undefined) return withoutGuard(first, again, thrice);
  if (ignoring === undefined || afterSame === undefined || afterOther === undefined)
    throw new NotDecided("nothing was read");
  if (!isRefused(again)) throw new NotDecided(`a publish without a change was answered with ${shown(again)}`);
  if (!isAccepted(afterOther)) throw new NotDecided(`a publish after a change was refused: ${shown(afterOther)}`);
  const refusals = [again, ...(isAccepted(ignoring) ? [] : [ignoring]), ...(isAccepted(afterSame) ? [] : [afterSame])];
  const guard = guardOf(again, afterSame, afterOther);
  const next = isAccepted(afterSame) ? afterSame : afterOther;
  return {
    publishGuard: guard,
    publishErrorStatus: statusOf(again),
    publishErrorHeader: headerOf(first, again, ignoring),
    refusedPublish: numberOf(
      first,
      refusals.reduce((sum, { sendings }) => sum + sendings, 0),
      next,
    ),
    ...changes(read),
  };
}

function withoutGuard(first: string, again: Reading, thrice: Reading): Found {
  const evidence = [shown(again, versionShown(again)), shown(thrice, versionShown(thrice))];
  if (!isAccepted(thrice)) throw new NotDecided("a publish without a change was accepted once and refused once");
  const rises = Number(versionOf(again)) > Number(first) && Number(versionOf(thrice)) > Number(versionOf(again));
  if (!rises) {
    const because = "a publish without a change is accepted and makes no version";
    const open = unknown(because, evidence);
    return { publishGuard: open, publishErrorStatus: open, publishErrorHeader: open, refusedPublish: open };
  }
  const none = noEffect("every publish is accepted", evidence);
  return {
    publishGuard: decided("off", evidence),
    publishErrorStatus: none,
    publishErrorHeader: none,
    refusedPublish: none,
    descriptionIsChange: none,
    orderIsChange: none,
  };
}

function guardOf(again: Reading, afterSame: Reading, afterOther: Reading): Outcome {
  const evidence = [again, afterSame, afterOther].map((each) => shown(each, versionShown(each)));
  if (isAccepted(afterSame)) return decided("revision", evidence);
  if (isSame(afterSame, again)) return decided("content", evidence);
  return unknown("a publish is refused in two ways", evidence);
}

function statusOf(again: Reading): Outcome {
  const evidence = [shown(again)];
  if (again.code !== "VersionPublishError") return unknown("the code is not VersionPublishError", evidence);
  const status = String(again.status);
  return ["400", "409"].includes(status) ? decided(status, evidence) : unknown("it is another status", evidence);
}

function headerOf(first: string, again: Reading, ignoring: Reading): Outcome {
  const evidence = [shown(ignoring, versionShown(ignoring))];
  if (!isAccepted(ignoring)) {
    return isSame(ignoring, again) ? decided("ignored", evidence) : unknown("it is refused in another way", evidence);
  }
  if (field(ignoring.body, "versionId") === first) return decided("obeyed", evidence);
  return unknown("with the header a publish answers another version than the newest", evidence);
}

function numberOf(first: string, refusals: number, next: Reading): Outcome {
  const evidence = [`${refusals} refusals after version ${first}`, shown(next, versionShown(next))];
  const step = Number(versionOf(next)) - Number(first);
  if (step === 1) return decided("keeps", evidence);
  return step === 1 + refusals ? decided("burns", evidence) : unknown("the number rose by something else", evidence);
}

/** The outcomes for what counts as a change, if the service compares the content. */
function changes({ again, afterSame, afterDescription, afterOrder }: Published): Found {
  if (afterSame !== undefined && isAccepted(afterSame)) {
    const none = noEffect("every update lets a publish pass", [shown(afterSame)]);
    return { descriptionIsChange: none, orderIsChange: none };
  }
  const counts = (asked: Reading): Outcome => {
    const evidence = [shown(asked)];
    if (isAccepted(asked)) return decided("yes", evidence);
    return isSame(asked, again) ? decided("no", evidence) : unknown("it is refused in another way", evidence);
  };
  if (afterDescription === undefined || afterOrder === undefined) return {};
  return { descriptionIsChange: counts(afterDescription), orderIsChange: counts(afterOrder) };
}

function isSame(a: Reading, b: Reading): boolean {
  return a.status === b.status && a.code === b.code;
}

function versionShown({ body }: Reading) {
  const versionId = field(body, "versionId");
  return versionId === undefined ? {} : { versionId };
}
