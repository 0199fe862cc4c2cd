/** Hashes of everything that a version freezes, from a function's inputs and from the service's answer. Pure. */
import { canonical, digest, equal } from "../canonical";
import type { ObservedFunction } from "../model";
import { UNKNOWN, containsUnknown, isUnknown } from "../unknown";
import { CONFIG_FIELDS, FROZEN_FIELDS, emptyValue, isBlank, isFrozen, normalise, secretsOf } from "./compare";
import type { CodeInput, FunctionInputs } from "./inputs";
import type { ConfigName } from "./settings";
import type { CustomContainerConfig } from "./shapes";

/**
 * The public fingerprint: `f1:` and 32 hex digits over code, configuration and names of environment variables. Settings
 * with their empty value are left out. A setting that a later release of this package adds therefore does not change
 * existing fingerprints.
 */
export function fingerprintOf(inputs: FunctionInputs): string {
  const { environmentVariables, ...rest } = inputs;
  const parts: Record<string, unknown> = isBlank(inputs.code) ? {} : { code: hashOf(inputs.code) };
  for (const field of CONFIG_FIELDS) {
    if (!isFrozen(field) || secretsOf(field) === "whole") continue;
    const value = publicPart(field, normalise(field, rest[field as keyof typeof rest]));
    if (!isBlank(value) && !equal(value, emptyValue(field))) parts[field] = value;
  }
  if (isUnknown(environmentVariables)) return UNKNOWN;
  const keys = Object.keys(environmentVariables ?? {}).sort();
  if (keys.length > 0) parts["environment"] = keys;
  return containsUnknown(parts) ? UNKNOWN : `f1:${digest(parts).slice(0, 32)}`;
}

/**
 * The part of a value that goes into the public fingerprint. The password of a registry goes only into the secret
 * fingerprint.
 */
function publicPart(field: ConfigName, value: unknown): unknown {
  if (field !== "customContainerConfig" || typeof value !== "object" || value === null) return value;
  const { registryConfig: _secret, ...rest } = value as CustomContainerConfig;
  return rest;
}

/** The hash of the code, or the marker for unknown values while the code is not known. */
export function hashOf(code: CodeInput | undefined): string | undefined {
  return code === undefined || isUnknown(code) ? (code as string | undefined) : code.hash;
}

/**
 * Hash of the values that may be secrets: environment variables, JuiceFS and registry settings; `none` if there are
 * none. The hash must stay secret, because guesses of a value can be tested against it.
 */
export function secretFingerprintOf(inputs: FunctionInputs): string {
  const values = valuesThatMayBeSecret(inputs);
  if (containsUnknown(values)) return UNKNOWN;
  return Object.keys(values).length === 0 ? "none" : digest(values).slice(0, 32);
}

/** The values that are set and may be secrets: settings that are secret as a whole, and the registry settings. */
function valuesThatMayBeSecret(of: Readonly<Partial<Record<ConfigName, unknown>>>): Record<string, unknown> {
  const { customContainerConfig } = of;
  const container = isUnknown(customContainerConfig)
    ? undefined
    : (customContainerConfig as CustomContainerConfig | undefined);
  const whole = CONFIG_FIELDS.filter((field) => secretsOf(field) === "whole");
  const values = [
    ...whole.map((field) => [field, of[field]] as const),
    ["registryConfig", container?.registryConfig] as const,
  ];
  return Object.fromEntries(values.filter(([, value]) => !isBlank(value)));
}

/**
 * Hash of everything a version would freeze, from the service's answer. The hash is equal for LATEST and for a version
 * that was published from it.
 */
export function contentOf(observed: ObservedFunction): string {
  const parts: Record<string, unknown> = { codeChecksum: observed.codeChecksum };
  for (const field of FROZEN_FIELDS) {
    const value = normalise(field, observed[field]);
    if (!isBlank(value) && !equal(value, emptyValue(field))) parts[field] = value;
  }
  return `c1:${digest(parts).slice(0, 32)}`;
}

/**
 * True if the service has values that may be secrets and differ from those of the program. Such values were written by
 * hand or by another tool, so it is not known whether they are secrets.
 */
export function hasUnseenValues(inputs: Partial<FunctionInputs>, observed: ObservedFunction): boolean {
  return !equal(valuesThatMayBeSecret(inputs), valuesThatMayBeSecret(observed));
}

/** Names of the fields in which two answers of the service differ, for an error message without values. */
export function differingFields(a: ObservedFunction, b: ObservedFunction): string[] {
  const fields = FROZEN_FIELDS.filter((field) => {
    const [left, right] = [normalise(field, a[field]), normalise(field, b[field])];
    return !(isBlank(left) && isBlank(right)) && canonical(left) !== canonical(right);
  });
  return a.codeChecksum === b.codeChecksum ? fields : ["code", ...fields];
}
