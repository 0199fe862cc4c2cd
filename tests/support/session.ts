/** A session for the functions of provider/reconcile, with an emulator and simulated time: waits take no time. */
import type { Emulator } from "../../emulator";
import { alicloudApi } from "../../provider/client/alicloud";
import type { Session } from "../../provider/reconcile/session";

/**
 * A session whose clock starts at 0 and moves only by its own sleeps. The client is the real one, over HTTP.
 * @param timeout milliseconds without an answer before a call counts as lost
 * @param warnings receives the warnings
 */
export function virtualSession(emulator: Emulator, timeout: number, warnings: string[] = []): Session {
  let now = 0;
  const sleep = (milliseconds: number) => {
    now += milliseconds;
    return Promise.resolve();
  };
  const clock = { now: () => now, sleep, random: () => 0.5 };
  const place = { region: emulator.region, accountId: emulator.accountId };
  const report = {
    progress: () => undefined,
    info: () => undefined,
    warning: (_urn: string, message: string) => warnings.push(message),
  };
  return { api: alicloudApi(place, { env: emulator.env, clock, timeout }), clock, report };
}
