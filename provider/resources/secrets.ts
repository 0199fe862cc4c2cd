/** Which arguments a program gave as secrets: the provider process gets them in plain, and must not show them. */
import * as pulumi from "@pulumi/pulumi";

/** Made from arguments. No message shows them, even if the program does not mark them as secrets. */
const NEVER_SHOWN: ReadonlySet<string> = new Set(["environmentFingerprint", "content"]);

/** True for an argument that no message shows, whether or not the program gave it as a secret. */
export function isSecretByItself(name: string): boolean {
  return NEVER_SHOWN.has(name);
}

/** Names of the arguments that are secrets or have one inside; undefined without any. */
export function secretInputs(args: object): Promise<string[] | undefined> | undefined {
  const later = Object.entries(args).filter(([name, value]) => !isSecretByItself(name) && holdsOutput(value));
  return later.length === 0 ? undefined : namesOfSecrets(later);
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
