/** As whom the service is called. */
import type { Environment } from "../client/endpoints";
import type { Connection } from "../core/common";

/** Credentials of a verb. */
export interface Caller {
  /** Profile of the Alibaba Cloud CLI. Default: the one in state, else the chain of the SDK. */
  readonly profile?: string | undefined;
  /** Environment variables of the process. */
  readonly env: Environment;
}

/** How the service is reached: as the last run did, with another profile where one is given. */
export function connectionOf({ connection }: { readonly connection?: Connection }, { profile }: Caller): Connection {
  return { ...connection, ...(profile === undefined ? {} : { profile }) };
}
