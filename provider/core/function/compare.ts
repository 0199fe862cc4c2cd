/** Compares the desired settings of a function with those of the service, one by one. Pure. */
import { equal } from "../canonical";
import { type ConfigName, FUNCTION_SETTINGS, SETTING_NAMES, type Setting, type SettingName } from "./settings";

const SETTINGS: Readonly<Record<SettingName, Setting<unknown>>> = FUNCTION_SETTINGS;

/** Settings that create and update requests contain unchanged, in the order of the table of settings. */
export const CONFIG_FIELDS = SETTING_NAMES.filter((name) => SETTINGS[name].flow === "config") as ConfigName[];

/** Settings that a version freezes, without the code. */
export const FROZEN_FIELDS = SETTING_NAMES.filter((name) => SETTINGS[name].frozen && name !== "code");

/** True for the name of a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** True if a version freezes the field. */
export function isFrozen(field: SettingName): boolean {
  return SETTINGS[field].frozen;
}

/** Which part of the field's value may be a secret: the whole value, a member of it, or (undefined) none. */
export function secretsOf(field: SettingName): "whole" | "part" | undefined {
  return SETTINGS[field].secrets;
}

/** Settings whose values, or a part of them, may be secrets. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(
  SETTING_NAMES.filter((name) => secretsOf(name) !== undefined),
);

/** The value that removes a setting; undefined for settings that always have a value. */
export function emptyValue(field: SettingName): unknown {
  return SETTINGS[field].empty;
}

/**
 * The form in which a value of the program and a value of the service are compared. Names of layers become ARNs. A
 * missing value becomes the empty value if the setting defines one. Missing members of a log configuration become their
 * documented defaults.
 */
export function normalise(field: SettingName, value: unknown): unknown {
  const { empty, absent } = SETTINGS[field];
  if (value === null || value === undefined) return absent === "empty" ? empty : undefined;
  if (field === "layers" && Array.isArray(value)) {
    return value.map((layer: unknown) =>
      typeof layer === "object" && layer !== null && "arn" in layer ? layer.arn : layer,
    );
  }
  if (field === "logConfig" && typeof value === "object") {
    const set = Object.entries(value).filter(([key, v]) => v !== null && v !== undefined && key in (empty as object));
    return { ...(empty as object), ...Object.fromEntries(set) };
  }
  if (field === "customContainerConfig" && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).filter(([key]) => !ANSWERED.has(key)));
  }
  return value;
}

/** Members of `customContainerConfig` that only the service's answers have. The service changes them by itself. */
const ANSWERED: ReadonlySet<string> = new Set(["accelerationInfo", "resolvedImageUri"]);

/** Maps whose keys all belong to the program: a key that only the service has is a difference. */
const EXACT: ReadonlySet<SettingName> = new Set(["environmentVariables"]);

/**
 * True if the service has the desired value. Members of an object that the program leaves out are ignored, because the
 * service fills them in.
 */
export function satisfies(field: SettingName, desired: unknown, observed: unknown): boolean {
  const [left, right] = [normalise(field, desired), normalise(field, observed)];
  return EXACT.has(field) ? equal(left, right) : covers(left, right) || (isBlank(left) && isBlank(right));
}

function covers(desired: unknown, observed: unknown): boolean {
  if (Array.isArray(desired)) {
    if (!Array.isArray(observed) || observed.length !== desired.length) return false;
    return desired.every((item, i) => covers(item, observed[i]));
  }
  if (typeof desired === "object" && desired !== null) {
    const has = (observed ?? {}) as Record<string, unknown>;
    return Object.entries(desired).every(
      ([key, value]) => covers(value, has[key]) || (isBlank(value) && isBlank(has[key])),
    );
  }
  return equal(desired, observed);
}

/** True for an answer of the service that means "not set": no value, or an object of empty values. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.values(value).every((member) => member === 0 || isBlank(member));
}
