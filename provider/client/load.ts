/** The client for commands, of which some never call the service. */
import type { Place } from "../core/place";
import type { FcApi } from "./api";
import type { AlicloudOptions } from "./options";

/** A client of a place. The first call of this function loads the SDK, which takes most of the start of a command. */
export async function loadApi(place: Place, options: AlicloudOptions): Promise<FcApi> {
  const { alicloudApi } = await import("./alicloud.js");
  return alicloudApi(place, options);
}
