/** HTTP triggers: calls from web pages (CORS), asynchronous calls, and refusals. */
import { createHash } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";

import * as fc from "@alicloud/fc20230330";

import { type CallingPages, type Emulator, startEmulator } from "../../emulator";
import { Api, signHttp, useEmulator, zipInput } from "./support";

const SOURCE = `exports.handler = async (event, context) => {
  const request = JSON.parse(event);
  if (request.rawPath === "/empty") return { statusCode: 204, body: "left out" };
  if (request.rawPath === "/own") return { statusCode: 200, headers: { "Access-Control-Allow-Origin": "https://own.example" }, body: "" };
  if (request.rawPath === "/time") return { statusCode: 200, body: request.requestContext.time };
  return { statusCode: 200, body: request.requestContext.http.method };
};`;

const emulator = useEmulator({ callingPages: "anywhere" });
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

async function trigger(client: Api, name: string, config: object = {}): Promise<string> {
  await client.create(name, { code: zipInput({ "index.js": SOURCE }) });
  const triggerConfig = JSON.stringify({ authType: "anonymous", methods: ["GET", "POST"], ...config });
  const body = new fc.CreateTriggerInput({ triggerName: "http", triggerType: "http", triggerConfig });
  const request = new fc.CreateTriggerRequest({ body });
  const answer = await client.sdk.createTriggerWithOptions(name, request, {}, client.runtime);
  return String(answer.body?.httpTrigger?.urlInternet);
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request with exactly these headers; the client of Node.js that follows the rules of pages would not send some of them. */
function ask(url: string, headers: Record<string, string>, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on("error", reject);
    request.end();
  });
}

const crossOrigin = ({ headers }: Answer): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("access-control")));

describe("which web pages may call a trigger", () => {
  const PAGES: [string, Record<string, string>, CallingPages, number][] = [
    ["no page at all", {}, "local", 200],
    ["a page of this machine", { origin: "http://localhost:3000" }, "local", 200],
    ["a page of this machine by its address", { origin: "https://127.0.0.1" }, "local", 200],
    ["a page of another site", { origin: "https://evil.example" }, "local", 501],
    ["a page of another site", { origin: "https://evil.example" }, "anywhere", 200],
    ["a name that only looks like localhost", { origin: "http://localhost.evil.example" }, "local", 501],
    ["a page without an address", { origin: "null" }, "local", 501],
    ["a picture on a page of another site", { "sec-fetch-site": "cross-site" }, "local", 501],
    ["a person who types the address", { "sec-fetch-site": "none" }, "local", 200],
  ];

  let local: Emulator | undefined;
  let urls: Record<CallingPages, string>;
  beforeAll(async () => {
    local = await startEmulator();
    urls = { local: await trigger(new Api(local), "pages"), anywhere: await trigger(api, "pages") };
  });
  afterAll(() => local?.close());

  it.each(PAGES)("%s with %j, callingPages %s: status %i", async (_what, headers, pages, status) => {
    const answer = await ask(urls[pages], headers, "POST");
    expect(answer.status).toBe(status);
    if (status === 501) expect(JSON.parse(answer.body)).toMatchObject({ Code: "EmulatorNotImplemented" });
  });

  it("another value of callingPages is refused at the start", async () => {
    await expect(startEmulator({ callingPages: "all" as "local" })).rejects.toThrow(/callingPages is 'all'; allowed: local, anywhere/); // prettier-ignore
  });
});

describe("which web pages may read an answer", () => {
  const origin = "https://page.example";
  const preflight = { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-one" };

  it("a trigger lets every page read, and answers a preflight itself", async () => {
    const url = await trigger(api, "cors");
    expect(crossOrigin(await ask(url, { origin }))).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
    });
    const asked = await ask(url, preflight, "OPTIONS");
    expect(asked.status).toBe(204);
    expect(crossOrigin(asked)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "x-one",
    });
    expect(crossOrigin(await ask(url, {}))).toEqual({});
    expect(crossOrigin(await ask(`${url}/own`, { origin }))["access-control-allow-origin"]).toBe("https://own.example");
  });

  it("a trigger with the method OPTIONS passes the preflight to the function", async () => {
    const url = await trigger(api, "options", { methods: ["GET", "OPTIONS"] });
    expect(await ask(url, preflight, "OPTIONS")).toMatchObject({ status: 200, body: "OPTIONS" });
  });

  it("with triggerCors absent, a trigger without corsConfig sends no CORS headers", async () => {
    emulator().options.triggerCors = "absent";
    const url = await trigger(api, "silent");
    expect(crossOrigin(await ask(url, { origin }))).toEqual({});
    expect((await ask(url, preflight, "OPTIONS")).status).toBe(403);
    emulator().options.triggerCors = "allowed";
  });

  it("a corsConfig lets only the pages in it read an answer", async () => {
    const corsConfig = { allowOrigins: [origin], allowMethods: ["GET"], exposeHeaders: ["x-two"], maxAge: 60 };
    const url = await trigger(api, "rules", { corsConfig });
    expect(crossOrigin(await ask(url, { origin }))).toEqual({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "x-two",
    });
    expect(crossOrigin(await ask(url, { origin: "https://other.example" }))).toEqual({});
    expect(crossOrigin(await ask(url, preflight, "OPTIONS"))).toMatchObject({
      "access-control-allow-methods": "GET",
      "access-control-max-age": "60",
    });
    await expect(trigger(api, "wrong", { corsConfig: { maxAge: "x" } })).rejects.toMatchObject({
      code: "InvalidArgument",
    });
  });

  it("a custom domain lets no page read unless it has a corsConfig", async () => {
    await trigger(api, "behind");
    const { domainEndpoint } = emulator();
    const create = async (domainName: string, corsConfig?: fc.CORSConfig) => {
      const routeConfig = new fc.RouteConfig({ routes: [new fc.PathConfig({ path: "/*", functionName: "behind" })] });
      const body = new fc.CreateCustomDomainInput({ domainName, protocol: "HTTP", routeConfig, ...(corsConfig && { corsConfig }) });
      await api.sdk.createCustomDomainWithOptions(new fc.CreateCustomDomainRequest({ body }), {}, api.runtime);
      return await ask(domainEndpoint, { host: `${domainName}:${new URL(domainEndpoint).port}`, origin });
    }; // prettier-ignore
    expect(crossOrigin(await create("plain.example.com"))).toEqual({});
    const rules = new fc.CORSConfig({ allowOrigins: ["*"] });
    expect(crossOrigin(await create("open.example.com", rules))).toEqual({ "access-control-allow-origin": origin });
  });
});

describe("asynchronous calls of a trigger", () => {
  it("are accepted with 202 and run", async () => {
    const url = await trigger(api, "later");
    const body = new fc.PutAsyncInvokeConfigInput({ asyncTask: true });
    const request = new fc.PutAsyncInvokeConfigRequest({ body });
    await api.sdk.putAsyncInvokeConfigWithOptions("later", request, {}, api.runtime);
    const headers = { "X-Fc-Invocation-Type": "Async", "x-fc-async-task-id": "from-trigger" };
    const answer = await fetch(url, { method: "POST", headers, body: "x" });
    expect([answer.status, await answer.text(), answer.headers.get("x-fc-async-task-id")]).toEqual([202, "", "from-trigger"]); // prettier-ignore
    const tasks = () => emulator().store.functions.get("later")?.asyncTasks;
    while ((tasks()?.get("from-trigger")?.endTime ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(tasks()?.get("from-trigger")?.returnPayload).toBe(JSON.stringify({ statusCode: 200, body: "POST" }));
    const large = await fetch(url, { method: "POST", headers, body: "x".repeat(128 * 1024 + 1) });
    expect([large.status, ((await large.json()) as { Code: string }).Code]).toEqual([400, "EntityTooLarge"]);
    const wrong = await fetch(url, { method: "POST", headers: { "X-Fc-Invocation-Type": "Later" } });
    expect(wrong.status).toBe(400);
  });
});

describe("refusals of a trigger", () => {
  it("a method that is not allowed gets 403 FCCommonError, in body and header", async () => {
    const url = await trigger(api, "methods");
    const { status, headers, body } = await ask(url, {}, "PUT");
    expect([status, headers["x-fc-error-type"]]).toEqual([403, "FCCommonError"]);
    expect(JSON.parse(body)).toMatchObject({ Code: "FCCommonError" });
  });

  it("the answer to a request without a signature also has the header", async () => {
    const { status, headers } = await ask(await trigger(api, "unsigned", { authType: "function" }), {});
    expect([status, headers["x-fc-error-type"]]).toEqual([400, "FCCommonError"]);
  });

  it("a trigger with authType jwt is stored, and its calls are refused with an error of the emulator", async () => {
    const url = await trigger(api, "jwt", { authType: "jwt", authConfig: "{}" });
    const { status, body } = await ask(url, {});
    expect([status, (JSON.parse(body) as { Code: string }).Code]).toEqual([501, "EmulatorNotImplemented"]);
    await expect(trigger(api, "basic", { authType: "basic" })).rejects.toMatchObject({ code: "InvalidArgument" });
  });
});

it("requestContext.time has whole seconds", async () => {
  const { body } = await ask(`${await trigger(api, "time")}/time`, {});
  expect(body).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

describe("an answer with status 204", () => {
  /** Sends this head over a raw socket, and returns head and body of the answer without decoding. */
  function raw(url: string, head: string): Promise<string> {
    const { port, hostname } = new URL(url);
    return new Promise((resolve) => {
      let received = "";
      const socket = net.connect(Number(port), hostname, () => socket.write(`${head}\r\nconnection: close\r\n\r\n`));
      socket.on("data", (chunk) => (received += chunk.toString()));
      socket.on("close", () => resolve(received.toLowerCase()));
    });
  }

  it("from a function has no length and no body", async () => {
    const url = await trigger(api, "empty");
    const received = await raw(url, `GET /empty HTTP/1.1\r\nhost: ${new URL(url).host}`);
    expect(received).toMatch(/^http\/1\.1 204 /);
    expect(received).not.toMatch(/content-length|left out|transfer-encoding/);
  });

  it("from the API has no length and no body", async () => {
    await api.create("gone");
    const url = `${emulator().endpoint}/2023-03-30/functions/gone`;
    const hash = createHash("sha256").digest("hex");
    const own = { host: new URL(url).host, "x-acs-version": "2023-03-30", "x-acs-signature-nonce": "once" };
    const headers = signHttp(emulator(), "DELETE", url, {
      headers: { ...own, "x-acs-content-sha256": hash },
      payload: hash,
    });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const received = await raw(url, ["DELETE /2023-03-30/functions/gone HTTP/1.1", ...lines].join("\r\n"));
    expect(received).toMatch(/^http\/1\.1 204 /);
    expect(received).not.toMatch(/content-length|transfer-encoding/);
  });
});
