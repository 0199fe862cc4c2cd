/**
 * Finds the arguments that a program passed as secrets. The provider process receives secrets as plain text, and must
 * not print them.
 */
import * as pulumi from "@pulumi/pulumi";

/** Inputs that are computed from arguments. Messages never show them, even if the program does not mark them as secrets. */
const NEVER_SHOWN: ReadonlySet<string> = new Set(["environmentFingerprint", "content"]);

/** True for an argument that is never shown, even if the program does not mark it as a secret. */
export function isSecretByItself(name: string): boolean {
  return NEVER_SHOWN.has(name);
}

/** The member with the names of the arguments that are secrets or contain a secret; no member if there cannot be any. */
export function secretInputs(args: object): { secretInputs?: Promise<string[] | undefined> } {
  const later = Object.entries(args).filter(([name, value]) => !isSecretByItself(name) && holdsOutput(value));
  return later.length === 0 ? {} : { secretInputs: namesOfSecrets(later) };
}

function holdsOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsOutput);
}

async function namesOfSecrets(args: [string, unknown][]): Promise<string[] | undefined> {
  const names = args.map(async ([name, value]) => ((await pulumi.isSecret(pulumi.output(value))) ? name : ""));
  const secrets = (await Promise.all(names)).filter((name) => name !== "");
  return secrets.length === 0 ? undefined : secrets;
}
