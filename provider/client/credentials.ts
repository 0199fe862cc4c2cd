/** The keys that requests are signed with. */
import Credential, { CLIProfileCredentialsProvider } from "@alicloud/credentials";
import { noCredentials } from "./noCredentials";
import { EMULATOR_VARIABLE, type Environment } from "./endpoints";
import { Code, notSent } from "./errors";

/** Prefix of all keys of an emulator. No other key is sent to an emulator. */
const EMULATOR_KEY_PREFIX = "fcemu-";

/** A key pair; temporary keys have a token as well. */
export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/**
 * Finds the keys that sign requests. Keys for the service come from the credential chain of `@alicloud/credentials`:
 * variables, OIDC, profiles, role of the machine, URI. Keys for an emulator come from the variables only, and an
 * emulator must have issued them.
 */
export async function findKeys(emulator: boolean, profile: string | undefined, env: Environment): Promise<Keys> {
  if (emulator) return emulatorKeys(env);
  const keys = await chainKeys(profile, env);
  if (keys.accessKeyId.startsWith(EMULATOR_KEY_PREFIX)) {
    throw notSent("the access key belongs to an emulator, but the program calls the real service", Code.NoCredentials);
  }
  return keys;
}

function emulatorKeys(env: Environment): Keys {
  const accessKeyId = env["ALIBABA_CLOUD_ACCESS_KEY_ID"] ?? "";
  const accessKeySecret = env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] ?? "";
  if (!accessKeyId.startsWith(EMULATOR_KEY_PREFIX) || accessKeySecret === "") {
    throw notSent(
      `${EMULATOR_VARIABLE} is set, but ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not the keys that ` +
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
  try {
    const credential = chains.get(profile) ?? newChain(profile);
    const found = await credential.getCredential();
    // A credential chain that found keys is kept, so that sessions are reused. A failed chain is dropped, because it
    // would try only its last provider.
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

/** The parts of the keys that are removed from messages. */
export function secretsOf({ accessKeySecret, securityToken }: Keys): string[] {
  return [accessKeySecret, ...(securityToken === undefined ? [] : [securityToken])];
}
