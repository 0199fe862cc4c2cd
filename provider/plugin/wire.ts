/** Unwraps secrets and outputs in the engine's requests, and wraps secrets in the answers. Pure. */
import type { Plain } from "../core/canonical";
import { secret } from "../core/outputs";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../core/signatures";
import { UNKNOWN } from "../core/unknown";

/** The mark of an output value. Source: Pulumi `sdk/nodejs/runtime/rpc.ts` (specialOutputValueSig). */
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

type Members = Readonly<Record<string, unknown>>;

/** Removes the wrappers of a value: secrets and outputs are unwrapped at any depth, and assets stay as they are. */
export function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (!isMap(value)) return value;
  if (value[SIGNATURE_KEY] === SECRET_SIGNATURE) return opened(value["value"]);
  if (value[SIGNATURE_KEY] === OUTPUT_SIGNATURE) return "value" in value ? opened(value["value"]) : UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, opened(member)]));
}

/** Applies {@link opened} to each of the members. */
export function openedMembers(members: Members): Record<string, unknown> {
  return opened(members) as Record<string, unknown>;
}

/** Names of the members that are secrets or contain one. */
export function namesOfSecrets(members: Members): string[] {
  return Object.entries(members).flatMap(([name, value]) => (holdsSecret(value) ? [name] : []));
}

/**
 * The answer, with each member wrapped as a secret if the input of the same name was a secret. The engine does the same
 * for providers that do not accept secrets.
 */
export function closedLike(answer: Members, given: Members): Record<string, unknown> {
  return likewise(answer, given) as Record<string, unknown>;
}

/**
 * The wrapped members of a value; all of them are secrets if the whole value is a secret. Empty for a value that is not
 * a map, or unknown.
 */
export function membersAsGiven(value: unknown): Record<string, unknown> {
  if (!isMap(value)) return {};
  if (!(SIGNATURE_KEY in value)) return { ...value };
  const members = membersAsGiven(value["value"]);
  const whole = value[SIGNATURE_KEY] === SECRET_SIGNATURE || value["secret"] === true;
  if (!whole) return members;
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, secret(member as Plain)]));
}

function likewise(answer: unknown, given: unknown): unknown {
  if (isSecret(answer)) return answer;
  if (isSecret(given)) return secret(answer as Plain);
  if (Array.isArray(answer) && Array.isArray(given)) return answer.map((member, i) => likewise(member, given[i]));
  if (!isMap(answer) || !isMap(given)) return answer;
  return Object.fromEntries(Object.entries(answer).map(([key, member]) => [key, likewise(member, given[key])]));
}

function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isMap(value) && Object.values(value).some(holdsSecret);
}

function isSecret(value: unknown): boolean {
  if (!isMap(value)) return false;
  if (value[SIGNATURE_KEY] === OUTPUT_SIGNATURE) return value["secret"] === true || holdsSecret(value["value"]);
  return value[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

function isMap(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
