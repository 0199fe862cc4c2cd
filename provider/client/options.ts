/** Options of a client of Function Compute or of the log service. */
import type { Connection } from "../core/common";
import type { Environment } from "./endpoints";
import type { Clock } from "./retry";

/** Environment variables; default: those of the process. */
export interface AlicloudOptions {
  readonly connection?: Connection;
  readonly env?: Environment;
  readonly clock?: Clock;
  /**
   * Milliseconds without an answer after which a call fails. Uploads may take longer; reads get at most 10 000. Default
   * 60 000.
   */
  readonly timeout?: number;
}

/** Milliseconds without an answer after which a read is retried. Several attempts fit into the time limit of one call. */
export const READ_TIMEOUT = 10_000;
