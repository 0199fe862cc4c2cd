/** The functions for the command `import`: reading a live function, and writing the import file and the program. */
import type { FcApi } from "../client/api";
import { EMULATOR_VARIABLE, type Environment } from "../client/endpoints";
import { loadApi } from "../client/load";
import { newestFirst } from "../core/version";
import { firstEqual } from "../reconcile/version";
import type { Live, Target } from "./describe";

export { hashCode } from "../code";
export { type Description, type Live, type SecretSetting, type Target, describe, secretValue } from "./describe";

/** The caller of the service, with the source of its credentials. */
export interface Caller {
  /** Profile of the Alibaba Cloud CLI. Default: the credential chain of the SDK. */
  readonly profile?: string | undefined;
  /** Environment variables of the process. */
  readonly env: Environment;
}

/** A live function, and the address of its code. */
export interface LiveFunction extends Pick<Live, "observed" | "version" | "aliases"> {
  /** Address of the code, which is a zip; valid for a limited time. Undefined for a container image. */
  readonly codeUrl: string | undefined;
}

/** The account of the credentials in use. One call to STS. */
export async function callerAccount(region: string, caller: Caller): Promise<string> {
  // The client needs an account id before the account is known. Neither of these two ids belongs to an account, and
  // only the first one counts as an emulator's.
  const accountId = caller.env[EMULATOR_VARIABLE] ? "0000" : "1";
  return await apiOf({ region, accountId }, caller).callerAccount();
}

/** Reads a function, its aliases, and the newest version with the content of LATEST. Throws if there is no such function. */
export async function readFunction(target: Target, caller: Caller): Promise<LiveFunction> {
  const { functionName, region, accountId } = target;
  const api = apiOf(target, caller);
  const observed = await api.getFunction(functionName);
  if (observed === undefined) {
    throw new Error(`function ${functionName} does not exist in region ${region} of account ${accountId}`);
  }
  const { codeChecksum = "" } = observed;
  const codeUrl = codeChecksum === "" ? undefined : await api.getCodeUrl(functionName);
  const versions = newestFirst((await api.listVersions(functionName)) ?? []);
  const version = await firstEqual(api, functionName, observed, versions);
  return { observed, version, aliases: await api.listAliases(functionName), codeUrl };
}

function apiOf({ region, accountId }: Pick<Target, "region" | "accountId">, { profile, env }: Caller): FcApi {
  return loadApi({ region, accountId }, { env, ...(profile === undefined ? {} : { connection: { profile } }) });
}
