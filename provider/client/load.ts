/** The clients for commands, of which some never call the service. The first call of a function here loads its SDK. */
import type { LogStore, RowSource } from "../core/analysis";
import type { Place } from "../core/place";
import type { FcApi } from "./api";
import type { AlicloudOptions } from "./options";

/** A client of Function Compute at one place. Its SDK takes most of the start of a command. */
export function loadApi(place: Place, options: AlicloudOptions): FcApi {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
  const { alicloudApi } = require("./alicloud") as typeof import("./alicloud");
  return alicloudApi(place, options);
}

/** A reader of a logstore. */
export function loadLogs(place: Place, options: AlicloudOptions, store: LogStore): RowSource {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
  const { alicloudLogs } = require("./logs") as typeof import("./logs");
  return alicloudLogs(place, options, store);
}
