/** Remembers the secrets that this process has received, and removes them from messages. */
import { nameTexts, redact, secretTexts } from "../core/redact";

const secrets = new Set<string>();
const names = new Set<string>();

/** Remembers the secrets among a resource's inputs or outputs, so that later messages do not contain them. */
export function rememberSecrets(props: Readonly<Record<string, unknown>>): void {
  for (const text of secretTexts(props)) secrets.add(text);
  for (const text of nameTexts(props)) names.add(text);
}

/** Returns the message without secrets. */
export function shown(message: string): string {
  return redact(
    message,
    [...secrets].filter((text) => !names.has(text)),
  );
}

/**
 * Returns the message without the secrets of one resource. Use this function for messages that quote only arguments of
 * this resource: secrets of other resources are not searched in them.
 */
export function redactedFor(props: Readonly<Record<string, unknown>>, message: string): string {
  const own = new Set(nameTexts(props));
  return redact(
    message,
    secretTexts(props).filter((text) => !own.has(text)),
  );
}
