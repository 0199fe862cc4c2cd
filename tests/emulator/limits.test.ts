/** Forbidden requests on every port: raw sockets, foreign host names and pages. The emulator keeps working after each. */
import * as http from "node:http";
import * as net from "node:net";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

import * as fc from "@alicloud/fc20230330";

import { startEmulator } from "../../emulator";
import { Api, useEmulator, zipInput } from "./support";

const REQUEST_SECONDS = 0.4;

const emulator = useEmulator({ admin: 0, page: 0, requestSeconds: REQUEST_SECONDS });
let api: Api;
let trigger: string;

beforeAll(async () => {
  api = new Api(emulator());
  const code = zipInput({ "index.js": "exports.handler = async (event) => ({ statusCode: 200, body: 'called' });" });
  await api.create("f", { code });
  const triggerConfig = JSON.stringify({ authType: "anonymous", methods: ["GET", "POST"] });
  const body = new fc.CreateTriggerInput({ triggerName: "http", triggerType: "http", triggerConfig });
  const answer = await api.sdk.createTriggerWithOptions("f", new fc.CreateTriggerRequest({ body }), {}, api.runtime);
  trigger = String(answer.body?.httpTrigger?.urlInternet);
});

afterEach(async () => {
  expect((await api.list()).functions).toHaveLength(1);
  expect(await (await fetch(trigger)).text()).toBe("called");
});

/** Every port the emulator listens on. */
function ports(): Record<string, number> {
  const { endpoint, domainEndpoint, page = "", admin } = emulator();
  const addresses = { api: endpoint, domains: domainEndpoint, page, admin: admin?.endpoint ?? "", trigger };
  return Object.fromEntries(Object.entries(addresses).map(([name, url]) => [name, Number(new URL(url).port)]));
}

const PORTS = ["api", "domains", "page", "admin", "trigger"];

/** The data that a socket receives until the other side closes it. */
function exchange(port: number, ...parts: string[]): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = net.connect(port, "127.0.0.1", () => {
      for (const part of parts) socket.write(part);
    });
    socket.on("data", (chunk) => (received += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
}

/** Addresses of this machine that other machines can reach. */
function otherAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
}

/** Tries to connect. Returns `connected`, or the error code of the failed connection. */
function connected(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(port, address);
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on("connect", () => {
      socket.destroy();
      resolve("connected");
    });
  });
}

const host = (port: number): string => `Host: 127.0.0.1:${port}\r\n`;

/** Requests over a raw socket, and the status of each answer. */
const HOSTILE: [string, (port: number) => string, RegExp][] = [
  ["what is no HTTP", () => "hello\r\n\r\n", /^HTTP\/1.1 400 /],
  ["a version of HTTP there is not", (port) => `GET / HTTP/9.9\r\n${host(port)}\r\n`, /^HTTP\/1.1 400 /],
  ["no Host", () => "GET / HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400 /],
  ["a broken chunk", (port) => `POST / HTTP/1.1\r\n${host(port)}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /^HTTP\/1.1 4\d\d |^$/],
  ["a chunk without end", (port) => `POST / HTTP/1.1\r\n${host(port)}Transfer-Encoding: chunked\r\n\r\n${"f".repeat(40)}\r\n`, /^HTTP\/1.1 4\d\d |^$/],
  ["two lengths", (port) => `POST / HTTP/1.1\r\n${host(port)}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, /^HTTP\/1.1 400 /],
  ["a length and chunks", (port) => `POST / HTTP/1.1\r\n${host(port)}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /^HTTP\/1.1 400 /],
  ["a length that is none", (port) => `POST / HTTP/1.1\r\n${host(port)}Content-Length: 1x\r\n\r\na`, /^HTTP\/1.1 400 /],
  ["a length below 0", (port) => `POST / HTTP/1.1\r\n${host(port)}Content-Length: -1\r\n\r\n`, /^HTTP\/1.1 400 /],
  ["a space before a colon", (port) => `GET / HTTP/1.1\r\n${host(port)}A : b\r\n\r\n`, /^HTTP\/1.1 400 /],
  ["a line feed in a header", (port) => `GET / HTTP/1.1\r\n${host(port)}A: b\nc\r\n\r\n`, /^HTTP\/1.1 400 /],
  ["201 headers", (port) => `GET / HTTP/1.1\r\n${host(port)}${"x: y\r\n".repeat(200)}\r\n`, /^HTTP\/1.1 431 /],
  ["10,000 headers", (port) => `GET / HTTP/1.1\r\n${host(port)}${"x: y\r\n".repeat(10_000)}\r\n`, /^HTTP\/1.1 431 /],
  ["a header of 64 KB", (port) => `GET / HTTP/1.1\r\n${host(port)}A: ${"b".repeat(65_536)}\r\n\r\n`, /^HTTP\/1.1 431 /],
  ["a path of 64 KB", (port) => `GET /${"a".repeat(65_536)} HTTP/1.1\r\n${host(port)}\r\n`, /^HTTP\/1.1 431 /],
]; // prettier-ignore

describe.each(PORTS)("the port of %s", (name) => {
  it.each(HOSTILE)("refuses %s", async (_what, bytes, expected) => {
    const port = ports()[name] ?? 0;
    expect(await exchange(port, bytes(port))).toMatch(expected);
  });

  it("closes a connection whose headers do not end", async () => {
    const port = ports()[name] ?? 0;
    const started = performance.now();
    expect(await exchange(port, `GET / HTTP/1.1\r\n${host(port)}A: `)).toMatch(/^HTTP\/1.1 408 /);
    expect(performance.now() - started).toBeGreaterThan(REQUEST_SECONDS * 900);
  });

  it("closes a connection whose body does not arrive", async () => {
    const port = ports()[name] ?? 0;
    expect(await exchange(port, `POST / HTTP/1.1\r\n${host(port)}Content-Length: 10\r\n\r\n1`)).toMatch(/^HTTP\/1.1 4\d\d |^$/); // prettier-ignore
  });

  it("listens on the loopback address only", async () => {
    for (const address of otherAddresses()) {
      expect(await connected(ports()[name] ?? 0, address)).toBe("ECONNREFUSED");
    }
  });
});

/** The status of a request with headers that `fetch` would not send. */
function status(url: string, headers: Record<string, string>, method = "GET"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .request(url, { headers, method }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
      .on("error", reject)
      .end();
  });
}

describe("a request with a foreign host name, as in DNS rebinding", () => {
  it.each([
    ["the API", () => `${emulator().endpoint}/2023-03-30/functions`, 501],
    ["the page", () => String(emulator().page), 421],
    ["the test API", () => `${emulator().admin?.endpoint}/requests`, 421],
    ["a trigger", () => trigger, 501],
    ["custom domains", () => emulator().domainEndpoint, 404],
  ])("is refused by %s", async (_what, url, expected) => {
    expect(await status(url(), { host: "evil.example" })).toBe(expected);
  });

  it("cannot download code", async () => {
    const { url = "" } = await api.code("f");
    expect(await status(url, {})).toBe(200);
    expect(await status(url, { host: "evil.example" })).toBe(501);
  });
});

describe("a page of another address", () => {
  const foreign = { origin: "http://evil.example" };

  it("is refused by the API, without CORS headers", async () => {
    const url = `${emulator().endpoint}/2023-03-30/functions`;
    const answer = await fetch(url, { method: "OPTIONS", headers: foreign });
    expect(answer.status).toBe(501);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(await status(url, { "sec-fetch-site": "cross-site" })).toBe(501);
  });

  it("gets no answer from the page and the test API", async () => {
    const token = { "x-fc-emulator-token": String(emulator().admin?.token) };
    expect(await status(String(emulator().page), foreign)).toBe(403);
    expect(await status(`${emulator().admin?.endpoint}/requests`, { ...foreign, ...token })).toBe(403);
    expect(await status(`${emulator().admin?.endpoint}/requests`, token)).toBe(200);
  });

  it("cannot download code", async () => {
    const { url = "" } = await api.code("f");
    expect(await status(url, foreign)).toBe(501);
  });

  it("cannot call an HTTP trigger unless callingPages allows it", async () => {
    expect(await status(trigger, foreign)).toBe(501);
    expect(await status(trigger, { origin: "http://localhost:3000" })).toBe(200);
  });
});

describe("an address that other machines may reach", () => {
  it.each(["0.0.0.0", "192.0.2.1", "127.0.0.1.example", "::1", "localhost", ""])(
    "listen: %j without unsafeListen is refused",
    async (listen) => {
      await expect(startEmulator({ listen })).rejects.toThrow(
        isIPv4(listen) ? /set unsafeListen: true \(--unsafe-listen\)/ : /allowed: an IPv4 address/,
      );
    },
  );

  it("with unsafeListen, API, triggers and domains listen on the address; page and test API do not", async () => {
    const open = await startEmulator({ listen: "0.0.0.0", unsafeListen: true, admin: 0, page: 0 });
    try {
      expect(new URL(open.endpoint).hostname).toBe("127.0.0.1");
      expect((await new Api(open).list()).functions).toEqual([]);
      const [other] = otherAddresses();
      if (other === undefined) return;
      const { port } = new URL(open.endpoint);
      expect((await new Api({ ...open, endpoint: `http://${other}:${port}` }).list()).functions).toEqual([]);
      expect(await status(`http://${other}:${port}/2023-03-30/functions`, { host: `evil.example:${port}` })).toBe(501);
      for (const address of [open.page, open.admin?.endpoint]) {
        expect(await connected(Number(new URL(String(address)).port), other)).toBe("ECONNREFUSED");
      }
    } finally {
      await open.close();
    }
  });
});
