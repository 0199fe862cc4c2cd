/** Experiments about the versions and weights of an alias. */
import type * as fc from "@alicloud/fc20230330";

import { canonical, field, isObject, type Json, type JsonObject } from "../../base/json";
import type { Outcome } from "../../base/profile";
import type { Reading } from "../account";
import { type Laboratory, NotDecided } from "../laboratory";
import { decided, type Found, isAccepted, isRefused, noEffect, shortly, shown, unknown } from "../outcomes";
import type { Experiment } from "./experiment";

/** A change of an alias, and the alias after the change. */
export interface Change {
  readonly sent: Reading;
  /** The alias; absent if the change was refused. */
  readonly after?: Reading;
}

export const TO_LATEST: Experiment = {
  settles: ["aliasToLatest"],
  finds: [],
  async run(lab) {
    const { account } = lab;
    const { name, versions } = await lab.base();
    const alias = lab.nextAlias();
    const sent = await account.createAlias(name, alias, { versionId: "LATEST" });
    if (isAccepted(sent)) {
      return decideLatest({ sent, after: await lab.settled(() => account.getAlias(name, alias), isAccepted) });
    }
    await lab.accepted(() => account.createAlias(name, alias, { versionId: versions[0] }));
    return decideLatest({ sent });
  },
};

/**
 * Decides whether an alias may point to LATEST. If the service refused such an alias, it accepted the same alias with a
 * version.
 */
export function decideLatest({ sent, after }: Change): Found {
  if (after === undefined) return { aliasToLatest: refusedAs("refuse", sent) };
  const evidence = [shown(sent), shown(after, { versionId: field(after.body, "versionId") })];
  if (field(after.body, "versionId") === "LATEST") return { aliasToLatest: decided("allow", evidence) };
  return { aliasToLatest: unknown("it is accepted, and the alias names something else", evidence) };
}

/** The answers to several changes of the weights of one alias. */
export interface Weights {
  readonly versions: readonly [string, string, string];
  /** An update of only the description. */
  readonly omitted: Reading;
  readonly precise: Change;
  readonly main: Change;
  readonly several: Change;
  readonly nought: Change;
  readonly one: Change;
  /** An update that sets the current values. */
  readonly unchanged: Reading;
}

const PRECISE = 0.12345;

export const WEIGHTS: Experiment = {
  settles: ["omittedWeights", "weightPrecision", "mainVersionWeight", "additionalVersions", "aliasNoChange"],
  finds: ["weightBounds", "unchangedAliasCode"],
  run: async (lab) => decideWeights(await read(lab)),
};

async function read(lab: Laboratory): Promise<Weights> {
  const { account } = lab;
  const { name, versions } = await lab.base();
  const [first, second, third] = versions;
  const alias = lab.nextAlias();
  const update = (input: Partial<fc.UpdateAliasInput>) => account.updateAlias(name, alias, input);
  // Each change has its own description, which shows whether a read is from after the change.
  const shows = (description: string) =>
    lab.settled(
      () => account.getAlias(name, alias),
      ({ body }) => field(body, "description") === description,
    );
  const change = async (description: string, additionalVersionWeight: Record<string, number>): Promise<Change> => {
    const sent = await update({ description, additionalVersionWeight });
    return isAccepted(sent) ? { sent, after: await shows(description) } : { sent };
  };
  const begin = { versionId: first, description: "begin", additionalVersionWeight: { [second]: 0.25 } };
  await lab.accepted(() => account.createAlias(name, alias, begin));
  await lab.accepted(() => update({ description: "omitted" }));
  const omitted = await shows("omitted");
  const precise = await change("precise", { [second]: PRECISE });
  const main = await change("main", { [first]: 0.25 });
  const several = await change("several", { [second]: 0.25, [third]: 0.25 });
  const nought = await change("nought", { [second]: 0 });
  const one = await change("one", { [second]: 1 });
  // An update that was accepted. This update shows that earlier updates were refused because of their weights.
  const end = { versionId: first, description: "end", additionalVersionWeight: { [second]: 0.5 } };
  await lab.accepted(() => update(end));
  return { versions, omitted, precise, main, several, nought, one, unchanged: await update(end) };
}

/** The outcomes for weights, given that an ordinary change of weights was accepted afterwards. */
export function decideWeights(read: Weights): Found {
  const [first, second, third] = read.versions;
  const code = isAccepted(read.unchanged)
    ? noEffect("it is accepted", [shown(read.unchanged)])
    : decided(shortly(read.unchanged), [shown(read.unchanged)]);
  return {
    omittedWeights: byWeights(read.omitted, [
      ["keep", { [second]: 0.25 }],
      ["clear", {}],
    ]),
    weightPrecision: ofChange("refused", read.precise, [
      ["kept", { [second]: PRECISE }],
      ["thousandths", { [second]: 0.123 }],
    ]),
    mainVersionWeight: mainOutcome(read.main, first),
    additionalVersions: ofChange("one", read.several, [["several", { [second]: 0.25, [third]: 0.25 }]]),
    weightBounds: boundsOf(read, second),
    aliasNoChange: noChange(read.unchanged),
    unchangedAliasCode: code,
  };
}

function mainOutcome(change: Change, first: string): Outcome {
  const { sent } = change;
  if (sent.code !== undefined && shortly(sent) !== "400 AdditionalVersionContainsMajorVersion") {
    if (!isRefused(sent)) throw new NotDecided(`${shown(sent)} is not a refusal of the weight`);
    return unknown("it is refused in another way", [shown(sent)]);
  }
  return ofChange("refuse", change, [["allow", { [first]: 0.25 }]]);
}

function boundsOf({ nought, one }: Weights, second: string): Outcome {
  if (nought.after === undefined || one.after === undefined) {
    return unknown(
      "a weight of 0 or 1 is refused",
      [nought.sent, one.sent].map((each) => shown(each)),
    );
  }
  const evidence = [nought.after, one.after].map((each) => shown(each, { weights: weightsOf(each) }));
  const isKept = isSame(weightsOf(nought.after), { [second]: 0 }) && isSame(weightsOf(one.after), { [second]: 1 });
  return isKept ? decided("kept", evidence) : decided("another map", evidence);
}

const NO_CHANGE: Readonly<Record<number, string>> = { 400: "refuse400", 409: "refuse409" };

function noChange(unchanged: Reading): Outcome {
  const evidence = [shown(unchanged)];
  if (isAccepted(unchanged)) return decided("accept", evidence);
  const value = NO_CHANGE[unchanged.status];
  return value === undefined ? unknown("it is refused with another status", evidence) : decided(value, evidence);
}

function ofChange(refusedValue: string, { sent, after }: Change, values: [string, JsonObject][]): Outcome {
  return after === undefined ? refusedAs(refusedValue, sent) : byWeights(after, values);
}

/** The outcome, by the weights that the alias has after the change. */
function byWeights(after: Reading, values: [string, JsonObject][]): Outcome {
  const weights = weightsOf(after);
  const evidence = [shown(after, { weights })];
  const found = values.find(([, expected]) => isSame(weights, expected));
  return found === undefined ? unknown("it has other weights", evidence) : decided(found[0], evidence);
}

function refusedAs(value: string, sent: Reading): Outcome {
  if (!isRefused(sent)) throw new NotDecided(`${shown(sent)} is not a refusal of the request`);
  return decided(value, [shown(sent), "the same without it: accepted"]);
}

function weightsOf({ body }: Reading): JsonObject {
  const weights = field(body, "additionalVersionWeight");
  return isObject(weights) ? weights : {};
}

function isSame(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b);
}
