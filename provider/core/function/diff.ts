/** Finds what changed, which changes are refused, and what create and update send. Pure. */
import { equal } from "../canonical";
import { CHANGED, type Diff } from "../common";
import type { ObservedFunction } from "../model";
import { OWNER_TAG } from "../owner";
import { refusedMove } from "../place";
import { isUnknown } from "../unknown";
import { CONTAINER_RUNTIME } from "./check";
import { CONFIG_FIELDS, emptyValue, isBlank, normalise, satisfies } from "./compare";
import { hashOf } from "./fingerprint";
import type { FunctionInputs, FunctionOutputs } from "./inputs";
import type { ConfigName, FunctionBody, SettingName } from "./settings";
import { observedTags, desiredTags } from "./tags";

/** Properties whose change replaces the function. */
const IDENTITY = ["region", "accountId", "functionName"] as const;
const RUNTIME = ["runtime"] as const;
type ReplacingName = (typeof IDENTITY | typeof RUNTIME)[number];

/** Compares the stored outputs with the new inputs. Throws an Error if the change is refused. */
export function diffFunction(olds: FunctionOutputs, news: FunctionInputs): Diff {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`function ${news.functionName}: ${refused}`);
  const identity = IDENTITY.filter((name) => isUnknown(news[name]) || olds[name] !== news[name]);
  const replaces = identity.length === 0 && needsReplacement(olds.runtime, news.runtime) ? RUNTIME : identity;
  const known = replaces.find((name) => !isUnknown(news[name]));
  if (known !== undefined && news.replaceFunction !== true) throw new Error(replacementRefusal(known, olds, news));
  if (replaces === RUNTIME) return { replaces: [...RUNTIME], deleteBeforeReplace: true };
  if (replaces.length > 0) return { replaces: [...replaces] };
  return changedFields(olds, news).length > 0 ? CHANGED : { changes: false };
}

/**
 * True for a change between a built-in runtime, a custom runtime and a container image. The service refuses such an
 * update (source: the tools licell and fc3).
 */
function needsReplacement(from: string, to: string): boolean {
  const kind = (runtime: string) =>
    runtime === CONTAINER_RUNTIME ? "container" : runtime.startsWith("custom") ? "custom" : "builtin";
  return !isUnknown(to) && kind(from) !== kind(to);
}

function replacementRefusal(name: ReplacingName, olds: FunctionOutputs, news: FunctionInputs): string {
  return (
    `function ${olds.functionName}: ${name}: ${olds[name]} cannot become ${news[name]} in place. A new function would be made, ` +
    `and ${olds.functionName} in ${olds.region} deleted, with all its versions, aliases and their traffic. Add another Function ` +
    `beside it, and remove this one once nothing calls it; or set replaceFunction: true to accept the deletion`
  );
}

/** Settings of the program that differ. `code` is compared by its hash, so a moved folder is not a change. */
export function changedFields(olds: Partial<FunctionInputs>, news: FunctionInputs): SettingName[] {
  const changed: SettingName[] = CONFIG_FIELDS.filter(
    (field) => !equal(normalise(field, olds[field]), normalise(field, news[field])),
  );
  if (isUnknown(news.code) || hashOf(olds.code) !== hashOf(news.code)) changed.push("code");
  if (news.resourceGroupId !== undefined && olds.resourceGroupId !== news.resourceGroupId) {
    changed.push("resourceGroupId");
  }
  if (!equal(olds.tags ?? {}, news.tags ?? {})) changed.push("tags");
  return changed;
}

/** The body of CreateFunction without its code. Settings that the program does not set are not sent. */
export function createBody(inputs: FunctionInputs): FunctionBody {
  const set = CONFIG_FIELDS.filter((field) => !equal(inputs[field] ?? null, null));
  const body: FunctionBody = { functionName: inputs.functionName };
  for (const field of set) assign(body, field, inputs[field]);
  if (inputs.resourceGroupId !== undefined) body.resourceGroupId = inputs.resourceGroupId;
  return { ...body, tags: Object.entries(desiredTags(inputs)).map(([key, value]) => ({ key, value })) };
}

/**
 * The fields of UpdateFunction: those that differ from the service's values, and those that the program changed since
 * `olds`. Empty if there is nothing to send.
 */
export function updateBody(
  inputs: FunctionInputs,
  observed: ObservedFunction,
  olds: Partial<FunctionInputs> = {},
): FunctionBody {
  const body: FunctionBody = {};
  for (const field of CONFIG_FIELDS) {
    const desired = desiredValue(field, inputs, olds);
    if (desired === undefined) continue;
    // A comparison with the service's value does not show that the program removed a member, so the whole object is
    // sent.
    const changed = !equal(normalise(field, inputs[field]), normalise(field, olds[field])) && olds[field] !== undefined;
    const same = equal(desired, normalise(field, observed[field]));
    if (!satisfies(field, desired, observed[field]) || (changed && !same)) assign(body, field, desired);
  }
  return body;
}

/** The desired value of a field; undefined if the program does not set it and did not set it before. */
function desiredValue(field: ConfigName, inputs: FunctionInputs, olds: Partial<FunctionInputs>): unknown {
  const value = normalise(field, inputs[field]);
  return value === undefined && olds[field] !== undefined ? emptyValue(field) : value;
}

function assign(body: FunctionBody, field: ConfigName, value: unknown): void {
  (body as Record<string, unknown>)[field] = value;
}

/**
 * Names of settings of a live function that adoption would change because the program does not mention them. The result
 * has names only, because values may be secrets.
 */
export function lostByAdoption(inputs: FunctionInputs, observed: ObservedFunction): string[] {
  const { [OWNER_TAG]: _owner, ...tags } = observedTags(observed);
  const unmentioned = Object.keys(tags).filter((key) => !Object.hasOwn(inputs.tags ?? {}, key));
  return [
    ...CONFIG_FIELDS.flatMap((field) => lostOf(field, inputs, normalise(field, observed[field]))),
    ...unmentioned.map((key) => `tags.${key}`),
  ];
}

function lostOf(field: ConfigName, inputs: FunctionInputs, live: unknown): string[] {
  const desired = desiredValue(field, inputs, {});
  if (desired === undefined || satisfies(field, desired, live)) return [];
  const given: unknown = inputs[field];
  if (given === undefined || inputs.defaulted?.includes(field) === true) return [field];
  // A setting that the program sets to an empty value counts as mentioned.
  if (isBlank(given) || !isMembers(given) || !isMembers(live)) return [];
  const empty = emptyValue(field);
  const unset = (key: string, value: unknown) =>
    isBlank(value) || (isMembers(empty) && Object.hasOwn(empty, key) && equal(value, empty[key]));
  const members = Object.entries(live).filter(([key, value]) => !Object.hasOwn(given, key) && !unset(key, value));
  return members.map(([key]) => `${field}.${key}`);
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
