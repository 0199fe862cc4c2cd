import { createHash } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";

import OpenApiClient, { Config, OpenApiRequest, Params } from "@alicloud/openapi-client";
import { RuntimeOptions } from "@alicloud/tea-util";

import { invalidAccessKey } from "../../emulator/base/errors";
import { canonicalRequest, sign } from "../../emulator/web/signature/acs3";
import { issueTemporary, secretsOf } from "../../emulator/base/credentials";
import { sha256, type SignedRequest } from "../../emulator/base/signedRequest";
import { signRoaV1, stringToSign } from "../../emulator/web/signature/roaV1";
import { parametersOf, parametersToSign, signRpcV1 } from "../../emulator/web/signature/rpcV1";
import { verifySignature as verify } from "../../emulator/web/signature/verify";
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

/** Verifies a signature with one key, and ignores the token. */
function verifySignature(request: SignedRequest, key: { id: string; secret: string }, nowMs: number): string {
  const secretOf = (id: string): string => {
    if (id !== key.id) throw invalidAccessKey();
    return key.secret;
  };
  return verify(request, secretOf, nowMs);
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
  it("the signature agrees with recorded example A, with a body and a token", () => {
    const canonical = canonicalRequest(vectorA(), A_SIGNED.split(";"), A_HASH);
    expect(sha256(A_BODY)).toBe(A_HASH);
    expect(sha256(canonical)).toBe("9f5c281183f8f27dfc05aaa6578261b2d324f697a025f60b58eec9d983590481");
    expect(verifySignature(vectorA(), A_KEY, AT)).toBe("0123456789abcdef");
  });

  it("the signature agrees with recorded example B, with an encoded query", () => {
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
    ["scheme", vectorA({}, { authorization: "FC id:signature" }), "SignatureNotMatch"],
  ])("refuses a changed %s", (_what, request, code) => {
    expect(() => verifySignature(request, A_KEY, AT)).toThrow(matching({ code }));
  });

  it("refuses a signed payload hash that is not the hash of the body", () => {
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

const C_HEADERS = {
  host: "127.0.0.1:8080",
  accept: "application/json",
  "content-type": "application/json; charset=utf-8",
  date: "Mon, 23 Nov 2026 06:23:57 GMT",
  "x-acs-signature-method": "HMAC-SHA1",
  "x-acs-signature-nonce": "b9fd1cfd325228e19230939413e7d1ec",
  "x-acs-signature-version": "1.0",
  "x-acs-version": "2023-03-30",
};
const C_AT = Date.parse(C_HEADERS.date);
const C_KEY = { id: "ak", secret: "sk" };

function vectorC(change: Partial<SignedRequest> = {}, headers: Record<string, string> = {}): SignedRequest {
  const authorization = "acs ak:YXSz/nYT/w4sIUG1bW8Cj9C3G0k=";
  return {
    method: "POST",
    target: "/2023-03-30/functions",
    headers: distinct({ ...C_HEADERS, authorization, ...headers }),
    body: Buffer.from('{"functionName":"f"}'),
    ...change,
  };
}

/** The recorded request C with more headers or another path, and with a new signature. */
function signedC(change: Partial<SignedRequest>, headers: Record<string, string> = {}): SignedRequest {
  const unsigned = vectorC(change, headers);
  return vectorC(change, { ...headers, authorization: `acs ak:${signRoaV1(stringToSign(unsigned), "sk")}` });
}

describe("HMAC-SHA1 in headers, the older scheme", () => {
  it("the signature agrees with recorded example C, and does not cover the body", () => {
    expect(verifySignature(vectorC(), C_KEY, C_AT)).toBe(C_HEADERS["x-acs-signature-nonce"]);
    expect(verifySignature(vectorC({ body: Buffer.alloc(0) }), C_KEY, C_AT)).toBeDefined();
  });

  it.each(["accept", "content-type", "x-acs-signature-nonce", "x-acs-version", "x-acs-extra"])(
    "refuses a changed %s",
    (name) => {
      expect(() => verifySignature(vectorC({}, { [name]: "changed" }), C_KEY, C_AT)).toThrow(/signature differs/);
    },
  );

  it.each([
    ["method", vectorC({ method: "PUT" }), "SignatureNotMatch"],
    ["path", vectorC({ target: "/2023-03-30/functions/x" }), "SignatureNotMatch"],
    ["query", vectorC({ target: "/2023-03-30/functions?x=1" }), "SignatureNotMatch"],
    ["signature method", vectorC({}, { "x-acs-signature-method": "HMAC-SHA256" }), "SignatureNotMatch"],
    ["signature version", vectorC({}, { "x-acs-signature-version": "2.0" }), "SignatureNotMatch"],
    ["date", vectorC({}, { date: "Mon, 23 Nov 2026 06:23:58 GMT" }), "SignatureNotMatch"],
    ["date format", vectorC({}, { date: "2026-11-23T06:23:57Z" }), "RequestTimeTooSkewed"],
    ["authorization", vectorC({}, { authorization: "acs" }), "InvalidAccessKeyID"],
  ])("refuses a changed %s", (_what, request, code) => {
    expect(() => verifySignature(request, C_KEY, C_AT)).toThrow(matching({ code }));
  });

  it.each(["host", "date", "x-acs-signature-nonce", "x-acs-signature-method", "x-acs-version"])(
    "refuses a missing %s",
    (name) => {
      const request = vectorC({ headers: { ...vectorC().headers, [name]: undefined } });
      expect(() => verifySignature(request, C_KEY, C_AT)).toThrow(matching({ code: "MissingRequiredHeader" }));
    },
  );

  it("refuses another key, another secret, and a clock more than 15 minutes off", () => {
    const check = (key: typeof C_KEY, at: number) => () => verifySignature(vectorC(), key, at);
    expect(check({ ...C_KEY, id: "x" }, C_AT)).toThrow(matching({ code: "InvalidAccessKeyID" }));
    expect(check({ ...C_KEY, secret: "x" }, C_AT)).toThrow(matching({ code: "SignatureNotMatch" }));
    expect(check(C_KEY, C_AT + 900_000)).not.toThrow();
    expect(check(C_KEY, C_AT + 901_000)).toThrow(matching({ code: "RequestTimeTooSkewed" }));
    expect(check(C_KEY, C_AT - 901_000)).toThrow(matching({ code: "RequestTimeTooSkewed" }));
  });

  it("checks content-md5 if it is sent", () => {
    const md5 = createHash("md5")
      .update(vectorC().body ?? "")
      .digest("base64");
    expect(() => verifySignature(signedC({}, { "content-md5": md5 }), C_KEY, C_AT)).not.toThrow();
    const other = signedC({ body: Buffer.from("{}") }, { "content-md5": md5 });
    expect(() => verifySignature(other, C_KEY, C_AT)).toThrow(/content-md5/);
  });

  it("accepts a decoded and sorted query, and both ways of writing an empty value", () => {
    const target = "/2023-03-30/functions?prefix=a%2Fb+c&limit=10&nextToken=";
    expect(stringToSign(vectorC({ target }))).toMatch(/\n\/2023-03-30\/functions\?limit=10&nextToken=&prefix=a\/b c$/);
    expect(() => verifySignature(signedC({ target }), C_KEY, C_AT)).not.toThrow();
    const signature = signRoaV1(stringToSign(vectorC({ target }), "key"), "sk");
    expect(() =>
      verifySignature(vectorC({ target }, { authorization: `acs ak:${signature}` }), C_KEY, C_AT),
    ).not.toThrow();
  });
});

const R_QUERY: Record<string, string> = {
  AccessKeyId: "ak",
  Action: "AssumeRole",
  Format: "JSON",
  RegionId: "cn-hangzhou",
  RoleArn: "acs:ram::1:role/a b",
  SecurityToken: "to/ken+ ~*",
  Signature: "5omVlVt+tXTpf7BQVdQCXMGwpLU=",
  SignatureMethod: "HMAC-SHA1",
  SignatureNonce: "7e3c87863e2c60ddeaf88fcecd35fd39",
  SignatureType: "",
  SignatureVersion: "1.0",
  Timestamp: "2026-11-24T00:15:33Z",
  Version: "2015-04-01",
};
const R_AT = Date.parse("2026-11-24T00:15:33Z");
const R_KEY = { id: "ak", secret: "sk" };

/** What Alibaba Cloud's SDK for Go sent, with query parameters of a caller's choice. */
function vectorR(query: Record<string, string> = {}, change: Partial<SignedRequest> = {}): SignedRequest {
  return {
    method: "POST",
    target: `/?${new URLSearchParams({ ...R_QUERY, ...query }).toString()}`,
    headers: distinct({ "content-type": "application/x-www-form-urlencoded" }),
    body: Buffer.from("RoleSessionName=x~%2A%2B%C3%A9"),
    ...change,
  };
}

/** The recorded request R with other parameters and a new signature. */
function signedR(query: Record<string, string>): SignedRequest {
  const text = parametersToSign("POST", parametersOf(vectorR(query)));
  return vectorR({ ...query, Signature: signRpcV1(text, R_KEY.secret) });
}

describe("HMAC-SHA1 in parameters", () => {
  it("the signature agrees with recorded example R, with a form, a token, and characters that encoders treat differently", () => {
    expect(verifySignature(vectorR(), R_KEY, R_AT)).toBe(R_QUERY["SignatureNonce"]);
  });

  it.each(["Action", "SecurityToken", "SignatureNonce", "SignatureType", "Signature", "Extra"])(
    "refuses a changed %s",
    (name) => {
      expect(() => verifySignature(vectorR({ [name]: "changed" }), R_KEY, R_AT)).toThrow(/signature differs/);
    },
  );

  it.each([
    ["method", vectorR({}, { method: "GET" }), "SignatureNotMatch"],
    ["form", vectorR({}, { body: Buffer.from("RoleSessionName=y") }), "SignatureNotMatch"],
    ["path", vectorR({}, { target: vectorR().target.replace("/", "/2023-03-30/functions") }), "MissingRequiredHeader"],
    ["signature method", signedR({ SignatureMethod: "HMAC-SHA256" }), "SignatureNotMatch"],
    ["signature version", signedR({ SignatureVersion: "2.0" }), "SignatureNotMatch"],
    ["form of its time", signedR({ Timestamp: "Tue, 24 Nov 2026 00:15:33 GMT" }), "RequestTimeTooSkewed"],
  ])("refuses a changed %s", (_what, request, code) => {
    expect(() => verifySignature(request, R_KEY, R_AT)).toThrow(matching({ code }));
  });

  it("refuses a parameter that is given twice", () => {
    const twice = vectorR({}, { body: Buffer.from("AccessKeyId=ak") });
    expect(() => verifySignature(twice, R_KEY, R_AT)).toThrow(/AccessKeyId is not given once/);
  });

  it("refuses another key, another secret, and a clock more than 15 minutes off", () => {
    const check = (key: typeof R_KEY, at: number) => () => verifySignature(vectorR(), key, at);
    expect(check({ ...R_KEY, id: "x" }, R_AT)).toThrow(matching({ code: "InvalidAccessKeyID" }));
    expect(check({ ...R_KEY, secret: "x" }, R_AT)).toThrow(matching({ code: "SignatureNotMatch" }));
    expect(check(R_KEY, R_AT + 900_000)).not.toThrow();
    expect(check(R_KEY, R_AT + 901_000)).toThrow(matching({ code: "RequestTimeTooSkewed" }));
  });
});

describe("temporary keys", () => {
  const key = { id: "fcemu-a", secret: "fcemu-s" };
  const issued = issueTemporary(key, 1000);
  const secretOf = secretsOf(key, 0);

  it("are accepted only with their own secret and token", () => {
    expect(secretOf(issued.accessKeyId, issued.securityToken)).toBe(issued.accessKeySecret);
    expect(secretOf(key.id, undefined)).toBe(key.secret);
    expect(() => secretOf(issued.accessKeyId, undefined)).toThrow(matching({ code: "MissingSecurityToken" }));
  });

  it("expire at their end time", () => {
    expect(() => secretsOf(key, 999)(issued.accessKeyId, issued.securityToken)).not.toThrow();
    const late = (): unknown => secretsOf(key, 1000)(issued.accessKeyId, issued.securityToken);
    expect(late).toThrow(matching({ code: "InvalidSecurityToken.Expired" }));
  });

  it("are refused with a token of another key or of another emulator, and with text that is not a token", () => {
    const foreign = issueTemporary({ id: "fcemu-a", secret: "fcemu-t" }, 1000);
    const other = issueTemporary(key, 1000);
    const mismatch = matching({ code: "InvalidSecurityToken.MismatchWithAccessKey", status: 403 });
    const malformed = matching({ code: "InvalidSecurityToken.Malformed" });
    expect(() => secretOf(issued.accessKeyId, other.securityToken)).toThrow(mismatch);
    expect(() => secretOf(key.id, issued.securityToken)).toThrow(mismatch);
    expect(() => secretOf(foreign.accessKeyId, foreign.securityToken)).toThrow(malformed);
    for (const token of ["", "x", "fcemu-token-", `${issued.securityToken}0`]) {
      expect(() => secretOf(issued.accessKeyId, token)).toThrow(malformed);
    }
    expect(() => secretOf("LTAI5t", undefined)).toThrow(matching({ code: "InvalidAccessKeyID" }));
  });
});

describe.each(["ACS3-HMAC-SHA256", "v2"])("the official SDK, which signs with %s,", (scheme) => {
  const emulator = useEmulator();

  it("works with the permanent key and with a temporary one", async () => {
    const { accessKeyId: id, accessKeySecret: secret, securityToken: token } = emulator().temporaryCredentials();
    const name = "over-both-keys";
    await new Api(emulator(), { scheme }).create(name, { description: "a + b" });
    const temporary = new Api(emulator(), { scheme, id, secret, token });
    expect(await temporary.list({ prefix: "over", nextToken: "" })).toMatchObject({
      functions: [{ functionName: name }],
    });
    await temporary.publish(name);
    await temporary.deleteVersion(name, "1");
    await temporary.sdk.deleteFunction(name);
    expect((await temporary.list()).functions).toEqual([]);
  });

  it.each([NaN, Infinity, 1e300])("a temporary key is not issued for %s seconds", (seconds) => {
    expect(() => emulator().temporaryCredentials(seconds)).toThrow(`seconds of a temporary key must be a number`);
  });

  it("a temporary key is refused with a wrong secret, without its token, and after its end", async () => {
    const { accessKeyId: id, accessKeySecret: secret, securityToken: token } = emulator().temporaryCredentials(0);
    const refused = (keys: object) => refusal(new Api(emulator(), { scheme, ...keys }).list());
    expect(await refused({ secret: "x" })).toMatchObject({ statusCode: 403, code: "SignatureNotMatch" });
    expect(await refused({ id, secret })).toMatchObject({ statusCode: 400, code: "MissingSecurityToken" });
    expect(await refused({ id, secret, token })).toMatchObject({ code: "InvalidSecurityToken.Expired" });
  });
});

describe("the API server", () => {
  const emulator = useEmulator();

  /** Headers of a correctly signed GET request. */
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

  it("accepts a nonce only once", async () => {
    const headers = signedGet("/2023-03-30/functions", "only-once");
    expect((await send("/2023-03-30/functions", headers)).status).toBe(200);
    expect(await send("/2023-03-30/functions", headers)).toMatchObject({ status: 403 });
  });

  it("an unknown path is answered as unknown only if the request is signed", async () => {
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
    ["bytes that are not HTTP", "hello\r\n\r\n"],
    ["a broken chunk", "POST /2023-03-30/functions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["endless headers", `GET / HTTP/1.1\r\n${"x: y\r\n".repeat(20_000)}\r\n`],
  ])("continues after %s", async (_what, bytes) => {
    const port = Number(new URL(emulator().endpoint).port);
    await new Promise<void>((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => socket.write(bytes));
      socket.on("data", () => undefined);
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
    });
    expect((await new Api(emulator()).list()).functions).toEqual([]);
  });

  /** Calls the token service as the official SDK does. */
  async function callTokenService(
    action: string,
    query: Record<string, string> = {},
  ): Promise<Record<string, unknown>> {
    const { accessKeyId, accessKeySecret, endpoint } = emulator();
    const client = new OpenApiClient(
      new Config({ accessKeyId, accessKeySecret, endpoint: endpoint.replace("http://", ""), protocol: "HTTP" }),
    );
    const params = new Params({
      action,
      version: "2015-04-01",
      protocol: "HTTP",
      pathname: "/",
      method: "POST",
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "json",
    });
    const answer = await client.callApi(params, new OpenApiRequest({ query }), new RuntimeOptions({}));
    return (answer as { body: Record<string, unknown> }).body;
  }

  it("answers GetCallerIdentity of the token service", async () => {
    const { accountId } = emulator();
    const answer = await callTokenService("GetCallerIdentity");
    expect(answer).toMatchObject({ AccountId: accountId, IdentityType: "Account" });
    expect(accountId).toMatch(/^0000\d{12}$/);
  });

  it("AssumeRole gives a temporary key for a role of the emulator's account", async () => {
    const RoleArn = `acs:ram::${emulator().accountId}:role/deployer`;
    const answer = await callTokenService("AssumeRole", { RoleArn, RoleSessionName: "ci", DurationSeconds: "900" });
    const credentials = answer["Credentials"] as Record<string, string>;
    const { AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token } = credentials;
    expect(await new Api(emulator(), { id, secret, token } as object).list()).toBeDefined();
    expect(Date.parse(credentials["Expiration"] ?? "") - Date.now()).toBeGreaterThan(880_000);
  });

  it.each([
    [{}],
    [{ RoleArn: "acs:ram::1:role/r", RoleSessionName: "ci" }],
    [{ RoleSessionName: "x" }],
    [{ RoleSessionName: "ci", DurationSeconds: "899" }],
  ])("AssumeRole refuses %j", async (parameters) => {
    const RoleArn = `acs:ram::${emulator().accountId}:role/deployer`;
    const { code } = await refusal(callTokenService("AssumeRole", { RoleArn, ...parameters }));
    expect(code).toBe("InvalidArgument");
  });
});
