/** The keys that requests are signed with. */
import Credential, { CLIProfileCredentialsProvider } from "@alicloud/credentials";
import { noCredentials } from "./credentials";
import { EMULATOR_VARIABLE, type Environment } from "./endpoints";
import { Code, notSent } from "./errors";

/** All keys an emulator hands out begin with this; no other key is ever sent to one. */
const EMULATOR_KEY_PREFIX = "fcemu-";

/** A key pair, or a session's triple. */
export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/**
 * The keys to sign with, from the environment chain of `@alicloud/credentials` (variables, OIDC, profiles, role of
 * the machine, URI). For an emulator from the variables alone, and only keys that an emulator handed out.
 */
export async function findKeys(emulator: boolean, profile: string | undefined, env: Environment): Promise<Keys> {
  if (emulator) return emulatorKeys(env);
  const keys = await chainKeys(profile, env);
  if (keys.accessKeyId.startsWith(EMULATOR_KEY_PREFIX)) {
    throw notSent("the access key is an emulator's, but the program runs against the real service", Code.NoCredentials);
  }
  return keys;
}

function emulatorKeys(env: Environment): Keys {
  const accessKeyId = env["ALIBABA_CLOUD_ACCESS_KEY_ID"] ?? "";
  const accessKeySecret = env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] ?? "";
  if (!accessKeyId.startsWith(EMULATOR_KEY_PREFIX) || accessKeySecret === "") {
    throw notSent(
      `${EMULATOR_VARIABLE} is set, but ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not the ones ` +
        `fc-emulator prints; other keys are never sent to an emulator`,
      Code.NoCredentials,
    );
  }
  return { accessKeyId, accessKeySecret };
}

const chains = new Map<string | undefined, Credential>();

function newChain(profile: string | undefined): Credential {
  if (profile === undefined) return new Credential();
  return new Credential(null, CLIProfileCredentialsProvider.builder().withProfileName(profile).build());
}

async function chainKeys(profile: string | undefined, env: Environment): Promise<Keys> {
  const credential = chains.get(profile) ?? newChain(profile);
  try {
    const found = await credential.getCredential();
    // Kept while it works, so that sessions are reused. After a total failure a chain tries only its last provider.
    chains.set(profile, credential);
    const { accessKeyId, accessKeySecret, securityToken } = found;
    if (!accessKeyId || !accessKeySecret) throw new Error("no key was found");
    return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
  } catch (error) {
    chains.delete(profile);
    const detail = error instanceof Error ? error.message : String(error);
    throw notSent(noCredentials(profile, env, detail), Code.NoCredentials);
  }
}

/** What of the keys no message shows. */
export function secretsOf({ accessKeySecret, securityToken }: Keys): string[] {
  return [accessKeySecret, ...(securityToken === undefined ? [] : [securityToken])];
}
