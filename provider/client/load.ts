/**
 * Loads the clients of the service as late as possible, because some commands never call the service. The first call of
 * a function in this file loads the SDK that the function needs.
 */
import type { LogStore, RowSource } from "../core/analysis";
import type { Place } from "../core/place";
import type { FcApi } from "./api";
import type { AlicloudOptions } from "./options";

/** Creates a client of Function Compute for one place. Loading its SDK takes most of the start time of a command. */
export function loadApi(place: Place, options: AlicloudOptions): FcApi {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
  const { alicloudApi } = require("./alicloud") as typeof import("./alicloud");
  return alicloudApi(place, options);
}

/** Creates a reader of the rows of a logstore. */
export function loadLogs(place: Place, options: AlicloudOptions, store: LogStore): RowSource {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
  const { alicloudLogs } = require("./logs") as typeof import("./logs");
  return alicloudLogs(place, options, store);
}
