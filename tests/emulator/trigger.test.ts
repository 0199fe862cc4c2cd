import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";
import { RuntimeOptions } from "@darabonba/typescript";

import { type Emulator, startEmulator } from "../../emulator";
import { sha256 } from "../../emulator/base/signedRequest";
import { Api, signHttp, useEmulator, zipInput } from "./support";

const runtime = new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 });
const HTTP = JSON.stringify({ authType: "anonymous", methods: ["GET", "POST"], disableURLInternet: false });
const ECHO = `exports.handler = async (event, context) => {
  const request = JSON.parse(event);
  if (request.rawPath === "/plain") return "plain text";
  if (request.rawPath === "/fail") throw new Error("no");
  if (request.rawPath === "/long") return { statusCode: 200, headers: { "x-long": "x".repeat(8192) } };
  if (request.rawPath === "/raw") return JSON.parse(request.body);
  if (request.rawPath === "/odd") return { statusCode: "many" };
  return {
    statusCode: 201,
    headers: { "X-Version": context.service.versionId, "content-type": "application/json" },
    body: JSON.stringify(request),
  };
};`;

const emulator = useEmulator({ random: () => draw });
let draw = 0;
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("web", { code: zipInput({ "index.js": ECHO }) });
  await api.publish("web");
  await api.createAlias("web", "live", { versionId: "1" });
});

class Triggers {
  constructor(readonly api: Api) {}

  async create(name: string, input: Partial<fc.CreateTriggerInput> = {}): Promise<fc.Trigger> {
    const body = new fc.CreateTriggerInput({
      triggerName: name,
      triggerType: "http",
      triggerConfig: HTTP,
      qualifier: "live",
      ...input,
    });
    const request = new fc.CreateTriggerRequest({ body });
    return (await this.api.sdk.createTriggerWithOptions("web", request, {}, runtime)).body as fc.Trigger;
  }

  async update(name: string, input: Partial<fc.UpdateTriggerInput>): Promise<fc.Trigger> {
    const request = new fc.UpdateTriggerRequest({ body: new fc.UpdateTriggerInput(input) });
    return (await this.api.sdk.updateTriggerWithOptions("web", name, request, {}, runtime)).body as fc.Trigger;
  }

  async get(name: string): Promise<fc.Trigger> {
    return (await this.api.sdk.getTriggerWithOptions("web", name, {}, runtime)).body as fc.Trigger;
  }

  async delete(name: string): Promise<void> {
    await this.api.sdk.deleteTriggerWithOptions("web", name, {}, runtime);
  }

  async names(query: Partial<fc.ListTriggersRequest> = {}): Promise<{ names: unknown[]; nextToken?: string }> {
    const request = new fc.ListTriggersRequest(query);
    const { body } = await this.api.sdk.listTriggersWithOptions("web", request, {}, runtime);
    const names = (body?.triggers ?? []).map(({ triggerName }) => triggerName);
    return body?.nextToken === undefined ? { names } : { names, nextToken: body.nextToken };
  }
}

const triggers = () => new Triggers(api);

/** Status and code of a refused call. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => "accepted",
    (error: unknown) => {
      const { code, statusCode } = error as { code: unknown; statusCode: unknown };
      return `${String(statusCode)} ${String(code)}`;
    },
  );
}

describe("the API of triggers", () => {
  afterEach(async () => {
    for (const name of (await triggers().names({ limit: 100 })).names) await triggers().delete(String(name));
  });

  it("triggers can be created, read, updated, listed and deleted", async () => {
    const made = await triggers().create("http", { description: "first" });
    expect(made).toMatchObject({ triggerName: "http", triggerType: "http", qualifier: "live", description: "first" });
    expect(made.targetArn).toBe(`acs:fc:cn-hangzhou:${emulator().accountId}:functions/web/live`);
    expect(await triggers().get("http")).toEqual(made);
    const changed = await triggers().update("http", { qualifier: "1" });
    expect(changed).toMatchObject({ qualifier: "1", triggerConfig: HTTP, description: "first" });
    expect(changed.httpTrigger).toEqual(made.httpTrigger);
    await triggers().delete("http");
    expect(await refusal(triggers().get("http"))).toBe("404 TriggerNotFound");
  });

  it("triggers are listed by name in pages, from the start for an empty token, and by prefix", async () => {
    for (const triggerType of ["timer", "oss", "log"]) {
      await triggers().create(`t-${triggerType}`, { triggerType, triggerConfig: "{}" });
    }
    const first = await triggers().names({ limit: 2, nextToken: "" });
    expect(first.names).toEqual(["t-log", "t-oss"]);
    const { nextToken } = first;
    if (nextToken === undefined) throw new Error("the list ends too early");
    expect(await triggers().names({ limit: 2, nextToken })).toEqual({ names: ["t-timer"] });
    expect(await triggers().names({ prefix: "t-o" })).toEqual({ names: ["t-oss"] });
  });

  it.each<[string, Partial<fc.CreateTriggerInput>, string]>([
    ["a name that begins with a digit", { triggerName: "1" }, "400 InvalidArgument"],
    ["a type there is not", { triggerType: "mail" }, "400 InvalidArgument"],
    ["a configuration that is not JSON", { triggerConfig: "no" }, "400 InvalidArgument"],
    ["an HTTP trigger without methods", { triggerConfig: "{}" }, "400 InvalidArgument"],
    ["an unknown method", { triggerConfig: '{"methods":["TRACE"]}' }, "400 InvalidArgument"],
    ["an alias that does not exist", { qualifier: "nobody" }, "404 AliasNotFound"],
    ["a version that does not exist", { qualifier: "9" }, "404 VersionNotFound"],
  ])("%s is refused", async (_what, input, refused) => {
    expect(await refusal(triggers().create("http", input))).toBe(refused);
    expect((await triggers().names()).names).toEqual([]);
  });

  it.each(["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders"])(
    "a corsConfig is refused if %s has a value that a header cannot have",
    async (member) => {
      for (const text of ["a\nb", "\u0000", "é\n", "😀", "x".repeat(20_000)]) {
        const triggerConfig = JSON.stringify({ methods: ["GET"], corsConfig: { [member]: ["*", text] } });
        expect(await refusal(triggers().create("http", { triggerConfig }))).toBe("400 InvalidArgument");
      }
      await triggers().create("http");
      const triggerConfig = JSON.stringify({ methods: ["GET"], corsConfig: { [member]: ["a\nb"] } });
      expect(await refusal(triggers().update("http", { triggerConfig }))).toBe("400 InvalidArgument");
      const fitting = JSON.stringify({ methods: ["GET"], corsConfig: { [member]: ["*", "X-Own"] } });
      expect((await triggers().update("http", { triggerConfig: fitting })).triggerConfig).toBe(fitting);
    },
  );

  it("an existing name, a second HTTP trigger of a qualifier, and an update of a type that cannot be updated are refused", async () => {
    await triggers().create("http");
    expect(await refusal(triggers().create("http", { qualifier: "1" }))).toBe("409 TriggerAlreadyExists");
    expect(await refusal(triggers().create("second"))).toBe("400 InvalidArgument");
    await triggers().create("topic", { triggerType: "mns_topic", triggerConfig: "{}" });
    expect(await refusal(triggers().update("topic", { description: "new" }))).toBe("400 InvalidArgument");
  });

  it.each(["409", "400", "412"] as const)("a function that has triggers is not deleted (status %s)", async (status) => {
    emulator().options.functionInUseStatus = status;
    await triggers().create("http");
    expect(await refusal(api.delete("web"))).toBe(`${status} FunctionNotEmpty`);
    emulator().options.functionInUseStatus = "409";
  });
});

describe("an HTTP trigger", () => {
  let url: string;
  beforeAll(async () => {
    const { httpTrigger } = await triggers().create("http");
    url = httpTrigger?.urlInternet ?? "";
  });
  afterAll(() => triggers().delete("http"));

  it("passes the request to the handler, and the answer to the caller", async () => {
    const answer = await fetch(`${url}/a%20b?x=1&x=2&y=`, {
      method: "POST",
      body: "text",
      headers: { "X-Custom": "c", "x-fc-qualifier": "LATEST" },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-version")).toBe("1");
    expect(answer.headers.get("x-fc-request-id")).toMatch(/^1-[0-9a-f]{8}-/);
    const event = (await answer.json()) as Record<string, unknown>;
    expect(event).toMatchObject({
      version: "v1",
      rawPath: "/a%20b",
      body: "text",
      isBase64Encoded: false,
      queryParameters: { x: "1,2", y: "" },
      requestContext: { accountId: emulator().accountId, http: { method: "POST", path: "/a b", protocol: "HTTP/1.1" } },
    });
    expect(event["headers"]).toMatchObject({ "X-Custom": "c" });
    expect(Object.keys(event["headers"] as object)).not.toContain("X-Fc-Qualifier");
  });

  it("passes bytes that are not text as base64", async () => {
    const answer = await fetch(url, { method: "POST", body: Buffer.from([0xff, 0x00]) });
    expect(await answer.json()).toMatchObject({ body: "/wA=", isBase64Encoded: true });
  });

  it("answers 200 if the handler returns something else than an HTTP answer, and 502 after a failure", async () => {
    const plain = await fetch(`${url}/plain`);
    expect([plain.status, await plain.text()]).toEqual([200, "plain text"]);
    const failed = await fetch(`${url}/fail`);
    expect([failed.status, failed.headers.get("x-fc-error-type")]).toEqual([502, "UnhandledInvocationError"]);
    const long = await fetch(`${url}/long`);
    expect([long.status, await long.json()]).toMatchObject([502, { Code: "BadResponse" }]);
    const odd = await fetch(`${url}/odd`);
    expect([odd.status, await odd.json()]).toMatchObject([502, { Code: "BadResponse" }]);
  });

  it.each([
    "trailer",
    "Trailer",
    "te",
    "upgrade",
    "connection",
    "keep-alive",
    "proxy-connection",
    "expect",
    "transfer-encoding",
    "content-length",
  ])(
    // prettier-ignore
    "leaves out a header of the connection that a handler answers: %s",
    async (name) => {
      const body = JSON.stringify({ statusCode: 200, headers: { [name]: "999", "x-own": "1" }, body: "ok" });
      const answer = await fetch(`${url}/raw`, { method: "POST", body });
      expect([answer.status, answer.headers.get("x-own"), await answer.text()]).toEqual([200, "1", "ok"]);
      expect(answer.headers.get("content-length")).toBe("2");
    },
  );

  it.each([204, 304])("answers %i without the body from the handler", async (statusCode) => {
    const answer = await fetch(`${url}/raw`, { method: "POST", body: JSON.stringify({ statusCode, body: "more" }) });
    expect([answer.status, await answer.text()]).toEqual([statusCode, ""]);
  });

  it.each([99, 100, 101, 103, 199, 600, 1000])("refuses the status %i from a handler", async (statusCode) => {
    const answer = await fetch(`${url}/raw`, { method: "POST", body: JSON.stringify({ statusCode }) });
    expect([answer.status, await answer.json()]).toMatchObject([502, { Code: "BadResponse" }]);
  });

  it.each([
    ["http://evil.example/x?y=1", "/x", { y: "1" }],
    ["http://evil.example?y=1", "/", { y: "1" }],
    ["HTTP://evil.example", "/", {}],
    ["//evil.example/x", "//evil.example/x", {}],
  ])("for a request to %s the handler gets the path %s", async (target, rawPath, queryParameters) => {
    const { port } = new URL(url);
    const text = await new Promise<string>((resolve, reject) => {
      const options = { host: "127.0.0.1", port, path: target, headers: { host: `127.0.0.1:${port}` } };
      const sent = http.get(options, (response) => {
        response
          .setEncoding("utf8")
          .toArray()
          .then((parts) => resolve(parts.join("")), reject);
      });
      sent.on("error", reject);
    });
    expect(JSON.parse(text)).toMatchObject({ rawPath, queryParameters, requestContext: { http: { path: rawPath } } });
  });

  it("accepts only its methods, and refuses requests that are too long", async () => {
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    const long = await fetch(`${url}/${"x".repeat(4096)}`);
    expect([long.status, await long.json()]).toMatchObject([400, { Code: "InvalidArgument" }]);
    const headers = await fetch(url, { headers: { "x-long": "x".repeat(8192) } });
    expect(headers.status).toBe(400);
  });

  it("chooses a version for each request, and keeps its address when its qualifier changes", async () => {
    await api.update("web", { environmentVariables: { TWO: "2" } });
    await api.publish("web");
    await api.updateAlias("web", "live", { additionalVersionWeight: { "2": 0.3 } });
    const served = async (at: number) => {
      draw = at;
      return (await fetch(url)).headers.get("x-version");
    };
    expect([await served(0.29), await served(0.31)]).toEqual(["2", "1"]);
    await triggers().update("http", { qualifier: "LATEST" });
    expect(await served(0)).toBe("LATEST");
    await triggers().update("http", { qualifier: "live" });
  });

  it("has no public address if disableURLInternet is set, and none after it is deleted", async () => {
    const closed = JSON.stringify({ ...(JSON.parse(HTTP) as object), disableURLInternet: true });
    const { httpTrigger } = await triggers().create("inside", { qualifier: "1", triggerConfig: closed });
    expect(httpTrigger?.urlInternet).toBeUndefined();
    const address = httpTrigger?.urlIntranet ?? "";
    expect((await fetch(address)).status).toBe(201);
    await triggers().delete("inside");
    await expect(fetch(address)).rejects.toThrow("fetch failed");
  });
});

describe("an HTTP trigger that requires signatures", () => {
  let url: string;
  beforeAll(async () => {
    // Without an authType, `function` applies.
    const { httpTrigger } = await triggers().create("signed", { triggerConfig: '{"methods":["GET","POST"]}' });
    url = `${httpTrigger?.urlInternet ?? ""}/a%20b?x=a%3Db%2Fc+d&y=`;
  });
  afterAll(() => triggers().delete("signed"));

  /** Status and code of an answer. */
  async function answered(headers: Record<string, string>, init: RequestInit = {}): Promise<string> {
    const answer = await fetch(url, { ...init, headers });
    const { Code = "" } = (await answer.json()) as { Code?: string };
    return `${answer.status} ${Code}`;
  }

  it("accepts a signature made as in the documentation's samples, which covers the date and not the body", async () => {
    expect(await answered(signHttp(emulator(), "GET", url))).toBe("201 ");
    const headers = { ...signHttp(emulator(), "POST", url), "content-type": "text/plain" };
    expect(await answered(headers, { method: "POST", body: "any" })).toBe("201 ");
  });

  it("accepts an empty security token, and checks the hash of the body if it is sent", async () => {
    expect(await answered(signHttp(emulator(), "GET", url, { headers: { "x-acs-security-token": "" } }))).toBe("201 ");
    const payload = sha256("body");
    const headers = signHttp(emulator(), "POST", url, { payload, headers: { "x-acs-content-sha256": payload } });
    expect(await answered(headers, { method: "POST", body: "body" })).toBe("201 ");
    expect(await answered(headers, { method: "POST", body: "other" })).toBe("403 SignatureNotMatch");
  });

  it("accepts a temporary key only with its token", async () => {
    const { securityToken, ...keys } = emulator().temporaryCredentials();
    const headers = { "x-acs-security-token": securityToken };
    expect(await answered(signHttp(keys, "GET", url, { headers }))).toBe("201 ");
    expect(await answered(signHttp(keys, "GET", url))).toBe("400 MissingSecurityToken");
  });

  it("refuses another signature scheme", async () => {
    expect(await answered({ authorization: "acs key:signature" })).toBe("403 SignatureNotMatch");
  });

  it("refuses a request that is not signed, and one without a date", async () => {
    expect(await answered({})).toBe("400 MissingRequiredHeader");
    const { "x-acs-date": _date, ...rest } = signHttp(emulator(), "GET", url);
    expect(await answered(rest)).toBe("400 MissingRequiredHeader");
  });

  it.each([
    ["another key", { accessKeyId: "fcemu-other" }, "403 InvalidAccessKeyID"],
    ["another secret", { accessKeySecret: "fcemu-other" }, "403 SignatureNotMatch"],
  ])("refuses %s", async (_what, change, refused) => {
    const { accessKeyId, accessKeySecret } = emulator();
    const headers = signHttp({ accessKeyId, accessKeySecret, ...change }, "GET", url);
    expect(await answered(headers)).toBe(refused);
  });

  it("refuses a signature of another method or path, and a required header that is not signed", async () => {
    expect(await answered(signHttp(emulator(), "POST", url))).toBe("403 SignatureNotMatch");
    expect(await answered(signHttp(emulator(), "GET", `${url}z`))).toBe("403 SignatureNotMatch");
    const more = { ...signHttp(emulator(), "GET", url), "x-acs-more": "unsigned" };
    expect(await answered(more)).toBe("403 SignatureNotMatch");
  });

  it.each([
    [-16, "403 RequestTimeTooSkewed"],
    [-14, "201 "],
    [14, "201 "],
    [16, "403 RequestTimeTooSkewed"],
  ])("answers a request dated %d minutes from now with %s", async (minutes, expected) => {
    const at = new Date(Date.now() + minutes * 60_000);
    expect(await answered(signHttp(emulator(), "GET", url, { at }))).toBe(expected);
  });
});

it("address, configuration and description of a trigger stay after a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "emulator-triggers-"));
  const run = async <T>(work: (running: Emulator, its: Triggers) => Promise<T>): Promise<T> => {
    const running = await startEmulator({ dataDir });
    try {
      return await work(running, new Triggers(new Api(running)));
    } finally {
      await running.close();
    }
  };
  const made = await run(async (_running, its) => {
    await its.api.create("web", { code: zipInput({ "index.js": ECHO }) });
    return await its.create("http", { qualifier: "LATEST", description: "kept" });
  });
  await run(async (_running, its) => {
    expect(await its.get("http")).toEqual(made);
    expect((await fetch(made.httpTrigger?.urlInternet ?? "")).status).toBe(201);
  });
  rmSync(dataDir, { recursive: true });
});
