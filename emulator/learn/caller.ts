/** Finds the account to which the keys belong. */
import OpenApi, { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";

import { type Pace, SENDINGS } from "./account";
import { clientConfig, type Place } from "./place";

/** Time after which an answer counts as lost, in ms. */
const TIMEOUT_MS = 30_000;

/** The caller's account id, by GetCallerIdentity, which needs no permission. Rejects with the token service's error. */
export async function callerId(place: Place, pace: Pace): Promise<string> {
  const params = new $OpenApiUtil.Params({
    action: "GetCallerIdentity",
    version: "2015-04-01",
    protocol: new URL(place.tokenEndpoint).protocol.replace(":", "").toUpperCase(),
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const client = new OpenApi(clientConfig(place, place.tokenEndpoint));
  const runtime = new RuntimeOptions({ readTimeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS });
  for (let sending = 1; ; sending++) {
    try {
      const answer = (await client.callApi(params, new $OpenApiUtil.OpenApiRequest({}), runtime)) as {
        body?: { AccountId?: string | number };
      };
      const id = String(answer.body?.AccountId ?? "");
      if (/^\d+$/.test(id)) return id;
      throw new Error("the answer of GetCallerIdentity names no account");
    } catch (error) {
      if (sending >= SENDINGS || isRefusal(error)) throw error;
      await pace.wait(pace.pauseMs * sending);
    }
  }
}

function isRefusal(error: unknown): boolean {
  const status = Number((error as { statusCode?: unknown }).statusCode);
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
