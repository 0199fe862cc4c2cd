/**
 * Reads rows of the log service with its official SDK. Importing this module loads the SDK, so only code that judges a
 * candidate imports this module. The module changes nothing in the service.
 */
import SlsClient, { GetLogsV2Headers, GetLogsV2Request } from "@alicloud/sls20201230";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import type { LogStore, Page, Row, RowQuery, RowSource } from "../core/analysis";
import type { Place } from "../core/place";
import { type AlicloudOptions, READ_TIMEOUT } from "./options";
import { endpointsFor } from "./endpoints";
import { FcError, fromSdkFailure } from "./errors";
import { type Head, withHead } from "./head";
import { findKeys, secretsOf } from "./credentials";
import { retryRead, systemClock } from "./retry";

const OPERATION = "GetLogsV2";
/** Value by which the service reports that it has searched all rows. */
const COMPLETE = "Complete";

/**
 * Reads rows of a logstore at a place. Temporary failures, including throttling, are retried; a permanent failure is
 * thrown as an {@link FcError} with the service's code and request id.
 */
export function alicloudLogs(place: Place, options: AlicloudOptions, logs: LogStore): RowSource {
  const clock = options.clock ?? systemClock;
  return (query) => retryRead(clock, () => send(place, options, logs, query));
}

async function send(
  place: Place,
  { connection, env = process.env, timeout = READ_TIMEOUT }: AlicloudOptions,
  { project, logstore }: LogStore,
  query: RowQuery,
): Promise<Page> {
  const { protocol, logs: endpoint, emulator } = endpointsFor(place, connection, env);
  const keys = await findKeys(emulator, connection?.profile, env);
  const head: Head = {};
  try {
    const client = new SlsClient(new $OpenApiUtil.Config({ ...keys, endpoint, protocol, regionId: place.region }));
    const limit = Math.min(timeout, READ_TIMEOUT);
    const runtime = new RuntimeOptions({ readTimeout: limit, connectTimeout: limit });
    const request = new GetLogsV2Request({ ...query, query: "", reverse: true });
    const headers = new GetLogsV2Headers({ acceptEncoding: "gzip" });
    return pageOf(
      await withHead(head, () => client.getLogsV2WithOptions(project, logstore, request, headers, runtime)),
      head,
    );
  } catch (error) {
    throw fromSdkFailure(OPERATION, `${project}.${endpoint}`, error, { head, secrets: secretsOf(keys) });
  }
}

/** Converts an answer to a page of rows. Throws for an answer without a list of rows or without `progress`. */
function pageOf({ statusCode = 0, body }: { statusCode?: number; body?: unknown }, { requestId }: Head): Page {
  const { data, meta } = (body ?? {}) as { data?: unknown; meta?: { progress?: unknown } };
  const progress = meta?.progress;
  const lacks = statusCode !== 200 ? "status 200" : !Array.isArray(data) ? "data" : typeof progress !== "string" ? "meta.progress" : undefined; // prettier-ignore
  if (lacks === undefined) return { rows: data as Row[], complete: progress === COMPLETE };
  throw new FcError(
    `${OPERATION}: the answer lacks ${lacks} (HTTP ${statusCode}, request id ${requestId ?? "none"})`,
    "unknown",
    "Transport",
    statusCode,
    requestId,
  );
}
