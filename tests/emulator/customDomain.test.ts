import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";

import { type Emulator, startEmulator } from "../../emulator";
import { rewriteTarget, routeFor } from "../../emulator/service/domainRoutes";
import { Api, refusal, signHttp, useEmulator, zipInput } from "./support";

const ECHO = `exports.handler = async (event, context) => {
  const { rawPath, queryParameters, requestContext } = JSON.parse(event);
  const { name } = context.function;
  const { versionId } = context.service;
  const { domainName } = requestContext;
  return { statusCode: 200, body: JSON.stringify({ name, versionId, rawPath, queryParameters, domainName }) };
};`;

const CUSTOM = `require("http").createServer((request, response) => {
  response.end(JSON.stringify({ rawPath: request.url, host: request.headers.host }));
}).listen(process.env.FC_CUSTOM_LISTEN_PORT ?? 9000, "127.0.0.1");`;

let draw = 0;
const emulator = useEmulator({ random: () => draw });
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  for (const name of ["shop", "login"]) await api.create(name, { code: zipInput({ "index.js": ECHO }) });
  await api.publish("shop");
  await api.update("shop", { environmentVariables: { TWO: "2" } });
  await api.publish("shop");
  await api.createAlias("shop", "live", { versionId: "1", additionalVersionWeight: { "2": 0.3 } });
});

/** Creates a custom domain with the name of the test. */
async function register(
  domainName: string,
  routes: Partial<fc.PathConfig>[],
  input: Partial<fc.CreateCustomDomainInput> = {},
): Promise<void> {
  const routeConfig = new fc.RouteConfig({ routes: routes.map((route) => new fc.PathConfig(route)) });
  const body = new fc.CreateCustomDomainInput({ domainName, protocol: "HTTP", routeConfig, ...input });
  await api.sdk.createCustomDomain(new fc.CreateCustomDomainRequest({ body }));
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** Sends one request with the given Host header, which `fetch` does not allow. */
function call(
  host: string,
  path: string,
  { method = "GET", headers = {}, body = "", to = emulator() }: Partial<Sent> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to.domainEndpoint);
    const request = http.request({ hostname, port, path, method, headers: { ...headers, host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly to: Emulator;
}

it.each(["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders"] as const)(
  "a domain is refused if %s has a value that a header cannot have, also in an update",
  async (member) => {
    const name = `${member.toLowerCase()}.cors.example.com`;
    const cors = (text: string) => ({ corsConfig: new fc.CORSConfig({ [member]: [text] }) });
    for (const text of ["a\nb", "\u0000", "é\n", "😀", "x".repeat(20_000)]) {
      expect(await refusal(register(name, [], cors(text)))).toMatchObject({ code: "InvalidArgument", statusCode: 400 });
    }
    await register(name, [], cors("X-Own"));
    const body = new fc.UpdateCustomDomainInput(cors("a\nb"));
    const update = api.sdk.updateCustomDomain(name, new fc.UpdateCustomDomainRequest({ body }));
    expect(await refusal(update)).toMatchObject({ code: "InvalidArgument", statusCode: 400 });
  },
);

describe("a custom domain", () => {
  it("routes requests to functions by path; upper case and port of the Host header do not matter", async () => {
    await register("shop.example.com", [
      { path: "/*", functionName: "shop" },
      { path: "/login/*", functionName: "login" },
    ]);
    const shop = await call("shop.example.com", "/cart?x=1");
    expect(shop).toMatchObject({ status: 200, body: { name: "shop", versionId: "LATEST", rawPath: "/cart" } });
    expect(shop.body).toMatchObject({ queryParameters: { x: "1" }, domainName: "shop.example.com" });
    expect(shop.headers["x-fc-request-id"]).toMatch(/^1-[0-9a-f]{8}-/);
    const login = await call("SHOP.example.com:8080", "/login/a");
    expect(login.body).toMatchObject({ name: "login", rawPath: "/login/a", domainName: "shop.example.com" });
  });

  it("draws the version behind a weighted alias for each request", async () => {
    await register("live.example.com", [{ path: "/*", functionName: "shop", qualifier: "live" }]);
    const served = async (at: number) => {
      draw = at;
      return (await call("live.example.com", "/")).body["versionId"];
    };
    expect([await served(0.29), await served(0.31)]).toEqual(["2", "1"]);
  });

  it("changes the path that the function gets, by the rewrite rules", async () => {
    const rewriteConfig = new fc.RewriteConfig({
      wildcardRules: [new fc.WildcardRule({ match: "/api/*", replacement: "/v2/$1" })],
    });
    await register("rewritten.example.com", [{ path: "/api/*", functionName: "shop", rewriteConfig }]);
    const { body } = await call("rewritten.example.com", "/api/items?x=1");
    expect(body).toMatchObject({ rawPath: "/v2/items", queryParameters: { x: "1" } });
  });

  it("passes the request to a custom runtime unchanged except for the rewritten path", async () => {
    await api.create("server", {
      runtime: "custom.debian10",
      handler: "index.js",
      code: zipInput({ "index.js": CUSTOM }),
      customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["node", "index.js"], port: 9472 }),
    });
    const rewriteConfig = new fc.RewriteConfig({ equalRules: [new fc.EqualRule({ match: "/a", replacement: "/b" })] });
    await register("server.example.com", [{ path: "/*", functionName: "server", rewriteConfig }]);
    const { body } = await call("server.example.com", "/a?x=1");
    expect(body).toEqual({ rawPath: "/b?x=1", host: "server.example.com" });
  });

  it("accepts only the methods of its route; a route without methods accepts all", async () => {
    await register("methods.example.com", [
      { path: "/read", functionName: "shop", methods: ["GET"] },
      { path: "/any", functionName: "shop", methods: [] },
    ]);
    expect((await call("methods.example.com", "/read")).status).toBe(200);
    expect((await call("methods.example.com", "/read", { method: "POST" })).status).toBe(403);
    expect((await call("methods.example.com", "/any", { method: "PATCH" })).status).toBe(200);
  });

  it.each([
    ["an unknown domain", "nobody.example.com", "/", 404, "DomainNameNotFound"],
    ["a loopback name", "127.0.0.1", "/", 404, "DomainNameNotFound"],
    ["a path without a route", "refusing.example.com", "/b", 404, "DomainRouteNotFound"],
    ["a function that was deleted", "refusing.example.com", "/gone", 404, "FunctionNotFound"],
    ["an alias that was deleted", "refusing.example.com", "/alias", 404, "AliasNotFound"],
    ["a domain for HTTPS only", "secure.example.com", "/", 501, "EmulatorNotImplemented"],
    ["a domain that requires JWT", "token.example.com", "/", 501, "EmulatorNotImplemented"],
  ])("refuses a request for %s", async (_what, host, path, status, code) => {
    expect(await call(host, path)).toMatchObject({ status, body: { Code: code } });
  });
  beforeAll(async () => {
    const everything = [{ path: "/*", functionName: "shop" }];
    await register("refusing.example.com", [
      { path: "/a", functionName: "shop" },
      { path: "/gone", functionName: "gone" },
      { path: "/alias", functionName: "shop", qualifier: "gone" },
    ]);
    await register("secure.example.com", everything, { protocol: "HTTPS" });
    await register("token.example.com", everything, { authConfig: new fc.AuthConfig({ authType: "jwt" }) });
  });

  it("requires a signature if authType is function, and does not exist after it is deleted", async () => {
    const authConfig = new fc.AuthConfig({ authType: "function" });
    await register("signed.example.com", [{ path: "/*", functionName: "shop" }], { authConfig });
    const bare = await call("signed.example.com", "/a?x=1");
    expect(bare).toMatchObject({ status: 400, body: { Code: "MissingRequiredHeader" } });
    const headers = signHttp(emulator(), "GET", "http://signed.example.com/a?x=1");
    expect((await call("signed.example.com", "/a?x=1", { headers })).status).toBe(200);
    await api.sdk.deleteCustomDomain("signed.example.com");
    const gone = await call("signed.example.com", "/a?x=1", { headers });
    expect(gone).toMatchObject({ status: 404, body: { Code: "DomainNameNotFound" } });
  });

  it.each<[string, fc.RewriteConfig]>([
    ["not an expression", new fc.RewriteConfig({ regexRules: [new fc.RegexRule({ match: "(", replacement: "/" })] })],
    ["not text", new fc.RewriteConfig({ equalRules: [new fc.EqualRule({ match: "/a" })] })],
  ])("is refused if a rewrite rule is %s", async (_what, rewriteConfig) => {
    const made = register("never.example.com", [{ path: "/*", functionName: "shop", rewriteConfig }]);
    expect(await refusal(made)).toMatchObject({ code: "InvalidArgument", statusCode: 400 });
  });
});

describe("the port of custom domains", () => {
  it("stays the same after a restart with a data folder, as do the domains", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "emulator-domains-"));
    const first = await startEmulator({ dataDir });
    const its = new Api(first);
    await its.create("shop", { code: zipInput({ "index.js": ECHO }) });
    const routes = [new fc.PathConfig({ path: "/*", functionName: "shop" })];
    const routeConfig = new fc.RouteConfig({ routes });
    const body = new fc.CreateCustomDomainInput({ domainName: "kept.example.com", protocol: "HTTP", routeConfig });
    await its.sdk.createCustomDomain(new fc.CreateCustomDomainRequest({ body }));
    await first.close();
    const again = await startEmulator({ dataDir });
    expect(again.domainEndpoint).toBe(first.domainEndpoint);
    expect((await call("kept.example.com", "/", { to: again })).status).toBe(200);
    await again.close();
    rmSync(dataDir, { recursive: true });
  });

  it("is the value of domainPort, and a start whose port is in use leaves nothing open", async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const domainPort = (taken.address() as net.AddressInfo).port;
    const dataDir = mkdtempSync(join(tmpdir(), "emulator-domains-"));
    await expect(startEmulator({ domainPort, dataDir })).rejects.toThrow("EADDRINUSE");
    await new Promise((resolve) => taken.close(resolve));
    const started = await startEmulator({ domainPort, dataDir });
    expect(started.domainEndpoint).toBe(`http://127.0.0.1:${domainPort}`);
    await started.close();
    rmSync(dataDir, { recursive: true });
  });
});

describe("the choice of a route", () => {
  const routes = ["/login/*", "/*", "/login/a/*", "/login/a", "/exact"].map((path) => ({ path }));
  it.each([
    ["/exact", "/exact"],
    ["/exact/", "/*"],
    ["/login/a", "/login/a"],
    ["/login/a/b", "/login/a/*"],
    ["/login/b/c/d", "/login/*"],
    ["/login", "/*"],
  ])("the path %s is sent to the route %s", (path, expected) => {
    expect(routeFor({ routes }, path)).toEqual({ path: expected });
  });

  it("a path that fits no route gets none", () => {
    expect(routeFor({ routes: [{ path: "/a" }, { path: "/a/*" }] }, "/b")).toBeUndefined();
    expect(routeFor(undefined, "/b")).toBeUndefined();
  });
});

// The examples in the tables of the documentation, and our own examples about the query and the order.
describe("rewrite rules", () => {
  it.each([
    ["equalRules", "/old", "/new", "/old", "/new"],
    ["equalRules", "/old", "/new", "/test/old", "/test/old"],
    ["equalRules", "/service.Qualifier", "/serviceA", "/service.Qualifier", "/serviceA"],
    ["equalRules", "/service.Qualifier", "/serviceA", "/service_Qualifier", "/service_Qualifier"],
    ["wildcardRules", "/old", "/new", "/old", "/new"],
    ["wildcardRules", "/old", "/new", "/test/old", "/new"],
    ["wildcardRules", "^/old", "/new", "/old", "/new"],
    ["wildcardRules", "^/old", "/new", "/test/old", "/test/old"],
    ["wildcardRules", "/api/*", "/$1", "/api/getFunctionName", "/getFunctionName"],
    ["wildcardRules", "/api/*", "/$1", "/api/getFunctionName&Version=1", "/getFunctionName&Version=1"],
    ["wildcardRules", "/s/*/f/*/q/*", "/$1.$3/$2", "/s/svc-a/f/func-a/q/1", "/svc-a.1/func-a"],
    ["wildcardRules", "/f..c", "/helloworld", "/func", "/func"],
    ["regexRules", "^/old/[a-z]+/", "/new", "/old/ab/", "/new"],
    ["regexRules", "^/old/[a-z]+/", "/new", "/test/a-b/", "/test/a-b/"],
    ["regexRules", "^/api/.+?/(.*)", "/api/v2/$1", "/api/v1/test", "/api/v2/test"],
    ["equalRules", "/old", "/new", "/old?x=1", "/new?x=1"],
    ["equalRules", "/old", "/new?y=2", "/old?x=1", "/new?y=2&x=1"],
  ])("%s from %s to %s: %s becomes %s", (kind, match, replacement, target, expected) => {
    expect(rewriteTarget({ [kind]: [{ match, replacement }] }, target)).toBe(expected);
  });

  it("only the first matching rule applies, and equalRules come first", () => {
    const rule = (match: string, replacement: string) => ({ match, replacement });
    const config = {
      regexRules: [rule(".", "/regex")],
      wildcardRules: [rule("/a*", "/first"), rule("/ab*", "/second")],
      equalRules: [rule("/abc", "/exact")],
    };
    const after = ["/abc", "/abd", "/x"].map((path) => rewriteTarget(config, path));
    expect(after).toEqual(["/exact", "/first", "/regex"]);
    expect(rewriteTarget(undefined, "/x?y=1")).toBe("/x?y=1");
  });
});

it.each<[string, fc.RewriteConfig, string]>([
  ["an expression", { regexRules: [{ match: "^/(a+)+$", replacement: "/" }] } as fc.RewriteConfig, `/${"a".repeat(60)}!`],
  ["a wildcard", { wildcardRules: [{ match: `^/${"a*".repeat(20)}b`, replacement: "/" }] } as fc.RewriteConfig, `/${"a".repeat(2000)}`],
])("%s in a rewrite rule that would take too long is stopped, with an error of the emulator", (_what, rewriteConfig, path) => {
  const plain = JSON.parse(JSON.stringify(rewriteConfig)) as Parameters<typeof rewriteTarget>[0];
  const started = performance.now();
  expect(() => rewriteTarget(plain, path)).toThrow(/takes more than 100 ms \(fc-emulator\)/);
  expect(performance.now() - started).toBeLessThan(5000);
}); // prettier-ignore
