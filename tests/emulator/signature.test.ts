import * as http from "node:http";
import * as net from "node:net";

import OpenApiClient, { Config, OpenApiRequest, Params } from "@alicloud/openapi-client";
import { RuntimeOptions } from "@alicloud/tea-util";

import { canonicalRequest, sha256, sign, type SignedRequest, verifySignature } from "../../emulator/signature";
import { Api, refusal, useEmulator } from "./support";

/** Headers of a request by name; each has one value. */
function distinct(headers: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

/** An error with these fields, as `toThrow` takes it. */
function matching(fields: object): Error {
  const matcher: unknown = expect.objectContaining(fields);
  return matcher as Error;
}

const COMMON = {
  host: "fcv3.cn-hangzhou.aliyuncs.com",
  "x-acs-version": "2023-03-30",
  "x-acs-date": "2026-01-02T03:04:05Z",
  "x-acs-signature-nonce": "0123456789abcdef",
};
const AT = Date.parse("2026-01-02T03:04:05Z");

const A_BODY = '{"additionalVersionWeight":{"3":0.1},"versionId":"2"}';
const A_HASH = "57ffee489980fcf4dd1e785f986039ca077dbd00789f486793f773b4d7c9ec9b";
const A_SIGNED =
  "content-type;host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version";
const A_HEADERS = {
  ...COMMON,
  "x-acs-action": "UpdateAlias",
  "x-acs-content-sha256": A_HASH,
  "content-type": "application/json; charset=utf-8",
  "x-acs-security-token": "TOKEN",
  "x-acs-accesskey-id": "STS.testid",
};
const A_SIGNATURE = "9e763567daa0de0b55413e2fdf910b2b69c76f92c2300173a2146b7c03c9110a";
const A_KEY = { id: "STS.testid", secret: "testsecret" };

function vectorA(change: Partial<SignedRequest> = {}, headers: Record<string, string> = {}): SignedRequest {
  const authorization = `ACS3-HMAC-SHA256 Credential=STS.testid,SignedHeaders=${A_SIGNED},Signature=${A_SIGNATURE}`;
  return {
    method: "PUT",
    target: "/2023-03-30/functions/demo/aliases/live",
    headers: distinct({ ...A_HEADERS, authorization, ...headers }),
    body: Buffer.from(A_BODY),
    ...change,
  };
}

describe("ACS3-HMAC-SHA256", () => {
  it("agrees with recorded vector A, with a body and a token", () => {
    const canonical = canonicalRequest(vectorA(), A_SIGNED.split(";"), A_HASH);
    expect(sha256(A_BODY)).toBe(A_HASH);
    expect(sha256(canonical)).toBe("9f5c281183f8f27dfc05aaa6578261b2d324f697a025f60b58eec9d983590481");
    expect(verifySignature(vectorA(), A_KEY, AT)).toBe("0123456789abcdef");
  });

  it("agrees with recorded vector B, with an encoded query", () => {
    const empty = sha256("");
    const headers = { ...COMMON, "x-acs-action": "ListFunctionVersions", "x-acs-content-sha256": empty };
    const request = {
      method: "GET",
      target: "/2023-03-30/functions/demo/versions?direction=BACKWARD&limit=100&nextToken=a%3Db%2Fc%2Bd",
      headers: distinct(headers),
      body: Buffer.alloc(0),
    };
    const canonical = canonicalRequest(request, Object.keys(headers), empty);
    expect(sign(canonical, "testsecret")).toBe("68ab9df4f65555fb1e696f4288b7477058f3d089c4b8e32b3de7c2e1e267569f");
  });

  it.each(A_SIGNED.split(";").filter((name) => name !== "x-acs-date" && name !== "x-acs-content-sha256"))(
    "refuses a changed %s",
    (name) => {
      expect(() => verifySignature(vectorA({}, { [name]: "changed" }), A_KEY, AT)).toThrow(/signature/);
    },
  );

  it.each([
    ["method", vectorA({ method: "POST" }), "SignatureNotMatch"],
    ["path", vectorA({ target: "/2023-03-30/functions/demo/aliases/live2" }), "SignatureNotMatch"],
    ["query", vectorA({ target: "/2023-03-30/functions/demo/aliases/live?x=1" }), "SignatureNotMatch"],
    ["body", vectorA({ body: Buffer.from("{}") }), "SignatureNotMatch"],
    ["unsigned x-acs- header", vectorA({}, { "x-acs-extra": "1" }), "SignatureNotMatch"],
    ["date format", vectorA({}, { "x-acs-date": "yesterday" }), "RequestTimeTooSkewed"],
    ["scheme", vectorA({}, { authorization: "acs id:signature" }), "SignatureNotMatch"],
  ])("refuses a changed %s", (_what, request, code) => {
    expect(() => verifySignature(request, A_KEY, AT)).toThrow(matching({ code }));
  });

  it("refuses an announced payload hash that is not the body's, though it is signed", () => {
    const headers = distinct({ ...A_HEADERS, "x-acs-content-sha256": sha256("other") });
    const names = A_SIGNED.split(";");
    const signature = sign(canonicalRequest(vectorA({ headers }), names, A_HASH), A_KEY.secret);
    const authorization = [`ACS3-HMAC-SHA256 Credential=STS.testid,SignedHeaders=${A_SIGNED},Signature=${signature}`];
    const request = vectorA({ headers: { ...headers, authorization } });
    expect(() => verifySignature(request, A_KEY, AT)).toThrow(/payload hash/);
  });

  it("refuses a missing header, another key, and a clock more than 15 minutes off", () => {
    const headers = { ...vectorA().headers, "x-acs-action": undefined };
    const check =
      (request: SignedRequest, key = A_KEY, at = AT) =>
      () =>
        verifySignature(request, key, at);
    expect(check(vectorA({ headers }))).toThrow(matching({ code: "MissingRequiredHeader", status: 400 }));
    expect(check(vectorA(), { ...A_KEY, id: "x" })).toThrow(matching({ code: "InvalidAccessKeyID" }));
    expect(check(vectorA(), A_KEY, AT + 900_000)).not.toThrow();
    expect(check(vectorA(), A_KEY, AT + 901_000)).toThrow(matching({ code: "RequestTimeTooSkewed" }));
    expect(check(vectorA(), A_KEY, AT - 901_000)).toThrow(matching({ code: "RequestTimeTooSkewed" }));
  });
});

describe("the server", () => {
  const emulator = useEmulator();

  /** Headers of a well-signed GET. */
  function signedGet(target: string, nonce: string): Record<string, string> {
    const { accessKeyId, accessKeySecret, endpoint } = emulator();
    const headers: Record<string, string> = {
      host: endpoint.replace("http://", ""),
      "x-acs-version": "2023-03-30",
      "x-acs-date": `${new Date().toISOString().slice(0, 19)}Z`,
      "x-acs-signature-nonce": nonce,
      "x-acs-content-sha256": sha256(""),
    };
    const names = Object.keys(headers).sort();
    const request = { method: "GET", target, headers: distinct(headers), body: Buffer.alloc(0) };
    const signature = sign(canonicalRequest(request, names, sha256("")), accessKeySecret);
    const parts = `Credential=${accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
    return { ...headers, authorization: `ACS3-HMAC-SHA256 ${parts}` };
  }

  function send(target: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const request = http.request(emulator().endpoint + target, { headers }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.on("error", reject);
      request.end();
    });
  }

  it("refuses a wrong key and a wrong secret of the official SDK", async () => {
    expect(await refusal(new Api(emulator(), { id: "LTAIx" }).list())).toMatchObject({
      statusCode: 403,
      code: "InvalidAccessKeyID",
    });
    expect(await refusal(new Api(emulator(), { secret: "x" }).list())).toMatchObject({
      statusCode: 403,
      code: "SignatureNotMatch",
    });
  });

  it("takes a nonce once", async () => {
    const headers = signedGet("/2023-03-30/functions", "only-once");
    expect((await send("/2023-03-30/functions", headers)).status).toBe(200);
    expect(await send("/2023-03-30/functions", headers)).toMatchObject({ status: 403 });
  });

  it("wants a signature for unknown paths too, then says that there is no such path", async () => {
    expect((await send("/2023-03-30/nothing", {})).body).toContain("MissingRequiredHeader");
    const answer = await send("/2023-03-30/nothing", signedGet("/2023-03-30/nothing", "n1"));
    expect(JSON.parse(answer.body)).toMatchObject({
      Code: "PathNotSupported",
      RequestId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/) as unknown,
    });
  });

  it.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])(
    "refuses the host %s",
    async (host) => {
      expect((await send("/2023-03-30/functions", { host })).status).toBe(501);
    },
  );

  it.each([
    ["no HTTP", "hello\r\n\r\n"],
    ["a broken chunk", "POST /2023-03-30/functions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["endless headers", `GET / HTTP/1.1\r\n${"x: y\r\n".repeat(20_000)}\r\n`],
  ])("survives %s", async (_what, bytes) => {
    const port = Number(new URL(emulator().endpoint).port);
    await new Promise<void>((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => socket.write(bytes));
      socket.on("data", () => undefined);
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
    });
    expect((await new Api(emulator()).list()).functions).toEqual([]);
  });

  it("answers who the caller is at the token service's address", async () => {
    const { accessKeyId, accessKeySecret, endpoint, accountId } = emulator();
    const client = new OpenApiClient(
      new Config({ accessKeyId, accessKeySecret, endpoint: endpoint.replace("http://", ""), protocol: "HTTP" }),
    );
    const params = new Params({
      action: "GetCallerIdentity",
      version: "2015-04-01",
      protocol: "HTTP",
      pathname: "/",
      method: "POST",
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "json",
    });
    const answer = (await client.callApi(params, new OpenApiRequest({}), new RuntimeOptions({}))) as { body: object };
    expect(answer.body).toMatchObject({ AccountId: accountId, IdentityType: "Account" });
    expect(accountId).toMatch(/^0000\d{12}$/);
  });
});
