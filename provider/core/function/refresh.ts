/** Computes the outputs of a function, and its inputs after a refresh, from the service's answer. Pure. */
import { equal } from "../canonical";
import type { ObservedFunction } from "../model";
import { OWNER_TAG } from "../owner";
import { contentOf, hasUnseenValues } from "./fingerprint";
import { CONFIG_FIELDS, emptyValue, isBlank, isSettingName, normalise, satisfies, secretsOf } from "./compare";
import type { FunctionInputs, FunctionOutputs } from "./inputs";
import { observedTags } from "./tags";

/**
 * Whether a function can be used: `ready`, `waiting` for the service, or `failed`. `detail` has the states and their
 * reasons. A missing state means ready. Source: the rule by which the tool fc3 waits for a function.
 */
export function readiness(observed: ObservedFunction): { phase: "ready" | "waiting" | "failed"; detail: string } {
  const { state, lastUpdateStatus } = observed;
  const detail = [
    `state ${state ?? "absent"}`,
    observed.stateReasonCode ?? observed.stateReason,
    `lastUpdateStatus ${lastUpdateStatus ?? "absent"}`,
    observed.lastUpdateStatusReasonCode ?? observed.lastUpdateStatusReason,
  ];
  const phase =
    state === "Failed" || lastUpdateStatus === "Failed"
      ? "failed"
      : state === "Pending" || lastUpdateStatus === "InProgress"
        ? "waiting"
        : "ready";
  return { phase, detail: detail.filter((part) => part !== undefined && part !== "").join(", ") };
}

/** The fields that the service has set, under their own names, for a function that is only read. */
export function observedFields(observed: ObservedFunction): Record<string, unknown> {
  const set = CONFIG_FIELDS.map((field): [string, unknown] => [field, normalise(field, observed[field])]);
  const { [OWNER_TAG]: _owner, ...tags } = observedTags(observed);
  return { ...Object.fromEntries(set.filter(([, value]) => !isBlank(value))), tags };
}

function isEmptyValue(name: string, value: unknown): boolean {
  return isSettingName(name) && equal(normalise(name, value), emptyValue(name));
}

/** Fields of the answer that have their own output or may be secrets. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "functionName",
  "functionArn",
  "functionId",
  "code",
  "codeChecksum",
  "codeSize",
  "createdTime",
  "lastModifiedTime",
  "tags",
  "requestId",
  ...CONFIG_FIELDS.filter((field) => secretsOf(field) === "whole"),
]);

/**
 * The fields of the service's answer that have no output of their own, under the service's names: states, restrictions,
 * and values of settings that the program leaves out, unless they are defaults. Environment values and tokens are never
 * included.
 */
function observedRest(inputs: FunctionInputs, observed: ObservedFunction): Record<string, unknown> {
  const image = observed["customContainerConfig"] as { resolvedImageUri?: string } | undefined;
  const rest = Object.entries(observed).filter(
    ([name, value]) =>
      !ELSEWHERE.has(name) &&
      inputs[name as keyof FunctionInputs] === undefined &&
      !isBlank(value) &&
      !isEmptyValue(name, value),
  );
  const resolved = isBlank(image?.resolvedImageUri) ? {} : { resolvedImageUri: image?.resolvedImageUri };
  return { ...Object.fromEntries(rest), ...resolved };
}

/** The outputs of a function, computed from the service's answer. */
export function functionOutputs(inputs: FunctionInputs, observed: ObservedFunction): FunctionOutputs {
  return {
    ...inputs,
    functionId: observed.functionId ?? "",
    codeChecksum: observed.codeChecksum ?? "",
    codeSize: observed.codeSize ?? 0,
    createdTime: observed.createdTime ?? "",
    lastModifiedTime: observed.lastModifiedTime ?? "",
    content: contentOf(observed),
    unseenValues: hasUnseenValues(inputs, observed),
    observed: observedRest(inputs, observed),
  };
}

/**
 * The inputs after a refresh: the settings of the program, with the service's values where these differ. Code that was
 * changed by hand gets a hash that no code on disk can have.
 */
export function refreshedInputs(props: FunctionOutputs, observed: ObservedFunction): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const field of CONFIG_FIELDS) {
    const managed = normalise(field, props[field]) !== undefined;
    if (managed && !satisfies(field, props[field], observed[field])) inputs[field] = normalise(field, observed[field]);
  }
  const { [OWNER_TAG]: _owner, ...tags } = observedTags(observed);
  if (!equal(tags, props.tags ?? {})) inputs["tags"] = tags;
  if (props.resourceGroupId !== undefined && observed.resourceGroupId !== props.resourceGroupId) {
    inputs["resourceGroupId"] = observed.resourceGroupId;
  }
  if (props.code !== undefined && (observed.codeChecksum ?? "") !== props.codeChecksum) {
    inputs["code"] = { ...props.code, hash: `drifted:${observed.codeChecksum ?? "none"}` };
  }
  return inputs;
}
