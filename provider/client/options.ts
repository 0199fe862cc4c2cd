/** What a client may be given, of Function Compute or of the log service. */
import type { Connection } from "../core/common";
import type { Environment } from "./endpoints";
import type { Clock } from "./retry";

/** Defaults are the process's own. */
export interface AlicloudOptions {
  readonly connection?: Connection;
  readonly env?: Environment;
  readonly clock?: Clock;
  /** Milliseconds without an answer before a call counts as lost; uploads get more, reads at most 10 000. Default 60 000. */
  readonly timeout?: number;
}

/** Milliseconds without an answer before a read is tried again: several tries fit into the window of one call. */
export const READ_TIMEOUT = 10_000;
