/** As whom the service is called. */
import { alicloudApi } from "../client/alicloud";
import type { FcApi } from "../client/api";
import type { Environment } from "../client/endpoints";
import type { ReleaseOutputs } from "../core/release";

/** Credentials of a verb. */
export interface Caller {
  /** Profile of the Alibaba Cloud CLI. Default: the one in state, else the chain of the SDK. */
  readonly profile?: string | undefined;
  /** Environment variables of the process. */
  readonly env: Environment;
}

/** The service as a release's last run reached it, with another profile where the caller names one. */
export function apiOf(
  { region, accountId, connection }: Pick<ReleaseOutputs, "region" | "accountId" | "connection">,
  { profile, env }: Caller,
): FcApi {
  const used = { ...connection, ...(profile === undefined ? {} : { profile }) };
  return alicloudApi({ region, accountId }, { env, connection: used });
}
