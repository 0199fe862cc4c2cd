/** What this process has seen that may be secret, and messages without it. */
import { nameTexts, redact, secretTexts } from "../core/redact";

const secrets = new Set<string>();
const names = new Set<string>();

/** Notes the secrets among a resource's inputs or outputs; from then on no message shows them. */
export function rememberSecrets(props: Readonly<Record<string, unknown>>): void {
  for (const text of secretTexts(props)) secrets.add(text);
  for (const text of nameTexts(props)) names.add(text);
}

/** A message as it may leave the process. */
export function shown(message: string): string {
  return redact(
    message,
    [...secrets].filter((text) => !names.has(text)),
  );
}

/** A message about one resource's arguments, which quotes no other's: values that are secrets elsewhere stay readable in it. */
export function redactedFor(props: Readonly<Record<string, unknown>>, message: string): string {
  const own = new Set(nameTexts(props));
  return redact(
    message,
    secretTexts(props).filter((text) => !own.has(text)),
  );
}
