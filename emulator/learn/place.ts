/** Endpoints and keys of an account. Pure. */
import { $OpenApiUtil } from "@alicloud/openapi-core";

/** Endpoints and keys of an account. */
export interface Place {
  readonly region: string;
  /** Base address of Function Compute for an account. */
  readonly endpoint: (accountId: string) => string;
  /** Base address of the token service. */
  readonly tokenEndpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Token of temporary keys. */
  readonly securityToken?: string;
}

/** Prefix of every key of an emulator. */
const EMULATOR_KEY = "fcemu-";

/**
 * The place in the environment: an emulator if `ALICLOUD_FC_EMULATOR` is set, else the service. Throws if a variable is
 * missing, and if an emulator's key would be sent to the service or another key to an emulator.
 */
export function placeFrom(
  env: Readonly<Record<string, string | undefined>>,
  region = env["ALIBABA_CLOUD_REGION"],
): Place {
  if (region === undefined || region === "")
    throw new Error("no region is given; use --region or set ALIBABA_CLOUD_REGION");
  if (!/^[a-z]{2}-[a-z0-9-]{2,30}$/.test(region)) {
    throw new Error(`the region is '${region}'; allowed: the id of one, for example cn-hangzhou`);
  }
  const read = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === "") throw new Error(`${name} is not set`);
    return value;
  };
  const token = env["ALIBABA_CLOUD_SECURITY_TOKEN"];
  const keys = {
    accessKeyId: read("ALIBABA_CLOUD_ACCESS_KEY_ID"),
    accessKeySecret: read("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    ...(token === undefined || token === "" ? {} : { securityToken: token }),
  };
  const emulator = env["ALICLOUD_FC_EMULATOR"];
  const isOfEmulator = keys.accessKeyId.startsWith(EMULATOR_KEY);
  if (emulator !== undefined && emulator !== "") {
    if (!isOfEmulator)
      throw new Error("ALICLOUD_FC_EMULATOR is set, and the key is not one of an emulator; unset it or use its key");
    return { region, ...keys, endpoint: () => emulator, tokenEndpoint: emulator };
  }
  if (isOfEmulator) throw new Error("the key is one of an emulator, and ALICLOUD_FC_EMULATOR is not set");
  return {
    region,
    ...keys,
    endpoint: (accountId) => `https://${accountId}.${region}.fc.aliyuncs.com`,
    tokenEndpoint: `https://sts.${region}.aliyuncs.com`,
  };
}

/** The settings of an SDK client for an address. */
export function clientConfig(place: Place, address: string): $OpenApiUtil.Config {
  const { region, accessKeyId, accessKeySecret, securityToken } = place;
  const { host, protocol } = new URL(address);
  return new $OpenApiUtil.Config({
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
    endpoint: host,
    protocol: protocol.replace(":", ""),
    regionId: region,
  });
}
