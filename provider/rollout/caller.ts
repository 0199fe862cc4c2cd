/** Calls the service for a subcommand of `pulumi-alicloud-fc`. */
import type { FcApi } from "../client/api";
import type { Environment } from "../client/endpoints";
import { loadApi, loadLogs } from "../client/load";
import type { AlicloudOptions } from "../client/options";
import type { LogStore, RowSource } from "../core/analysis";
import type { ReleaseOutputs } from "../core/release";

/** The source of the credentials of a subcommand. */
export interface Caller {
  /** Profile of the Alibaba Cloud CLI. Default: the profile in state, else the credential chain of the SDK. */
  readonly profile?: string | undefined;
  /** Environment variables of the process. */
  readonly env: Environment;
}

/** Place and connection of a release. */
type Reached = Pick<ReleaseOutputs, "region" | "accountId" | "connection">;

/** A client with the endpoint and the profile of the release's last run, or with the profile of the caller. */
export function apiOf(reached: Reached, caller: Caller): FcApi {
  const { region, accountId } = reached;
  return loadApi({ region, accountId }, optionsOf(reached, caller));
}

/**
 * A client of the log service with the endpoint and the profile of the release's last run, or with the profile of the
 * caller. The SDK of the log service is loaded by the first read of rows.
 */
export function logsOf(reached: Reached, caller: Caller): (store: LogStore) => RowSource {
  const { region, accountId } = reached;
  return (store) => (query) => loadLogs({ region, accountId }, optionsOf(reached, caller), store)(query);
}

function optionsOf({ connection }: Reached, { profile, env }: Caller): AlicloudOptions {
  return { env, connection: { ...connection, ...(profile === undefined ? {} : { profile }) } };
}
