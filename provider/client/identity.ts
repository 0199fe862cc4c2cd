/** Finds the account of the credentials by STS GetCallerIdentity, which needs no permission. */
import Client, { Config, OpenApiRequest, Params } from "@alicloud/openapi-client";
import { RuntimeOptions } from "@alicloud/tea-util";
import type { StsEndpoint } from "./endpoints";
import type { Keys } from "./credentials";

/** The account id of the credentials in use. Failures are those of the SDK. */
export async function callerIdentity(endpoint: StsEndpoint, keys: Keys, timeout: number): Promise<string> {
  const client = new Client(new Config({ ...keys, endpoint: endpoint.sts, protocol: endpoint.protocol }));
  const params = new Params({
    action: "GetCallerIdentity",
    version: "2015-04-01",
    protocol: endpoint.protocol.toUpperCase(),
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const runtime = new RuntimeOptions({ readTimeout: timeout, connectTimeout: timeout });
  const answer = (await client.callApi(params, new OpenApiRequest({}), runtime)) as {
    body?: { AccountId?: string | number };
  };
  const account = answer.body?.AccountId;
  if (account === undefined || account === "") throw new Error("the answer lacks AccountId");
  return String(account);
}
