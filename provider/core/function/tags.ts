/** Tags of a function: those of the user, and the tag that names the owner. Pure. */
import type { ObservedFunction } from "../model";
import { OWNER_TAG } from "../owner";
import type { FunctionInputs } from "./inputs";

/** The tags that a function should have: the program's and the owner's. */
export function desiredTags(inputs: FunctionInputs): Record<string, string> {
  return { ...inputs.tags, [OWNER_TAG]: inputs.owner };
}

/** Tags of the service's answer, as a map. */
export function observedTags(observed: ObservedFunction): Record<string, string> {
  const pairs = (observed.tags ?? []).map((tag): [string, string] => [tag.key ?? "", tag.value ?? ""]);
  return Object.fromEntries(pairs.filter(([key]) => key !== ""));
}

/** Tags to set and keys to remove. */
export function planTags(
  inputs: FunctionInputs,
  observed: ObservedFunction,
): { set: Record<string, string>; remove: string[] } {
  const desired = desiredTags(inputs);
  const current = observedTags(observed);
  return {
    set: Object.fromEntries(Object.entries(desired).filter(([key, value]) => current[key] !== value)),
    remove: Object.keys(current).filter((key) => !(key in desired)),
  };
}
