/** Adds rows of requests to the log service of the emulator, for functions that are not invoked. */
import type { Emulator, LogRow } from "../../emulator";

/** Requests at one moment through an alias. */
export interface StagedRequests {
  readonly functionName: string;
  readonly aliasName: string;
  readonly project: string;
  readonly logstore: string;
  /** Number of requests by version id. */
  readonly requests: Readonly<Record<string, number>>;
  /** Number of failed requests by version id. Default: none. */
  readonly failed?: Readonly<Record<string, number>>;
  /** Fields with other values than usual; undefined leaves a field out. */
  readonly row?: Readonly<Record<string, string | undefined>>;
}

let made = 0;

/** Writes the rows of requests that were made now by the emulator's clock. */
export function stageRequests(emulator: Emulator, staged: StagedRequests): void {
  const { functionName, aliasName, project, logstore, requests, failed = {}, row = {} } = staged;
  const time = String(Math.floor(emulator.clock.now().getTime() / 1000));
  const rows = Object.entries(requests).flatMap(([versionId, count]) =>
    Array.from({ length: count }, (_, i): LogRow => {
      // The durations are from 5 to 15 ms. They are the same for each version.
      const durationMs = (5 + (i % 101) / 10).toFixed(2);
      const fields: Record<string, string | undefined> = {
        ...{ __topic__: `FCRequestMetrics:/${functionName}`, __time__: time, requestId: `request-${++made}` },
        ...{ qualifier: aliasName, versionId, invocationType: "Sync", statusCode: "200", durationMs },
        ...{ hasFunctionError: String(i < (failed[versionId] ?? 0)), isColdStart: "false" },
        ...row,
      };
      const has = (entry: [string, string | undefined]): entry is [string, string] => entry[1] !== undefined;
      return Object.fromEntries(Object.entries(fields).filter(has));
    }),
  );
  emulator.logs.write(project, logstore, rows);
}
