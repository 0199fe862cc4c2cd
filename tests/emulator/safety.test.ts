/**
 * Safety of the emulator: it contacts no host, accepts only its own keys, prints no secrets, and shares nothing with
 * another emulator.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as http from "node:http";
import * as net from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { startEmulator, type StartOptions } from "../../emulator";
import { closeServer, createServer, listen, MAX_CONNECTIONS } from "../../emulator/base/loopback";
import { Api, type Place, refusal, useEmulator, zipInput } from "./support";

const ROOT = join(__dirname, "..", "..");
const COMMAND = join(ROOT, "bin", "fc-emulator.cjs");
const CANARY = "canary-4be1";

/** Credentials for the real service, as in the shell of a developer. */
const REAL = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI5tTestTestTestTest00",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: `secret-${CANARY}`,
  ALIBABA_CLOUD_SECURITY_TOKEN: `token-${CANARY}`,
};

const emulator = useEmulator({ admin: 0, page: 0 });

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** The first line a process prints. */
async function firstLine(stdout: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stdout.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes("\n")) break;
  }
  return text.slice(0, text.indexOf("\n"));
}

/**
 * An emulator in a process that counts its connections to other hosts, name look-ups and datagrams. On request the process makes
 * one connection itself, which shows that the count works.
 */
const COUNTED = `
  const OUTWARD = new Set(["TCPCONNECTWRAP", "PIPECONNECTWRAP", "GETADDRINFOREQWRAP", "GETNAMEINFOREQWRAP", "QUERYWRAP", "UDPSENDWRAP"]);
  const seen = [];
  require("node:async_hooks").createHook({ init: (_id, type) => { if (OUTWARD.has(type)) seen.push(type); } }).enable();
  const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
  require(process.argv[1]).startEmulator({ page: 0, admin: 0 }).then((emulator) => {
    const { endpoint, region, accessKeyId, accessKeySecret, page } = emulator;
    say({ endpoint, region, accessKeyId, accessKeySecret, page });
    process.stdin.once("data", () => {
      const before = [...seen];
      require("node:net").connect(new URL(endpoint).port, "127.0.0.1", () => { say({ before, after: seen }); process.exit(); });
    });
  });`;

it("the emulator contacts no other host, and reads no credentials from the environment", async () => {
  const script = join(ROOT, "dist", "emulator", "index.js");
  const child = spawn(process.execPath, ["-e", COUNTED, script], {
    env: { ...process.env, ...REAL },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const place = JSON.parse(await firstLine(child.stdout)) as Place & { page: string };
  expect(place.accessKeyId).toMatch(/^fcemu-/);
  const api = new Api(place);
  await api.create("f", { environmentVariables: { A: "1" } });
  await api.publish("f");
  await api.createAlias("f", "live", { versionId: "1" });
  expect((await api.invoke("f", { qualifier: "live" })).body).toBe("ok");
  const inOss = { ossBucketName: "bucket", ossObjectName: "object" };
  expect(await refusal(api.create("oss", { code: inOss as never }))).toMatchObject({ statusCode: 501 });
  expect((await fetch(place.page)).status).toBe(200);
  child.stdin.write("end\n");
  const { before, after } = JSON.parse(await firstLine(child.stdout)) as Record<"before" | "after", string[]>;
  expect(before).toEqual([]);
  expect(after).toEqual(["TCPCONNECTWRAP"]);
});

it("the emulator prints no request bodies, no variables, and no output or answers of functions", async () => {
  const env = { ...process.env, ...REAL };
  const child = spawn(process.execPath, [COMMAND], { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const line = await firstLine(child.stdout);
  const endpoint = /http:\/\/[\d.]+:\d+/.exec(line)?.[0] ?? "";
  // The keys are printed some lines later. The refusal of a wrong key does not contain the key.
  const wrong = new Api({ endpoint, region: "cn-hangzhou", accessKeyId: "LTAI", accessKeySecret: CANARY });
  expect(await refusal(wrong.list())).toMatchObject({ statusCode: 403 });
  const value = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(printed)?.[1] ?? "";
  const place = {
    endpoint,
    region: "cn-hangzhou",
    accessKeyId: value("ALIBABA_CLOUD_ACCESS_KEY_ID"),
    accessKeySecret: value("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
  };
  const api = new Api(place);
  const source = "exports.handler = async (event) => { console.log(String(event)); console.error(process.env.CANARY); throw new Error(event); };";
  await api.create("f", { environmentVariables: { CANARY }, code: zipInput({ "index.js": source }) });
  expect((await api.invoke("f", { event: CANARY })).body).toContain(CANARY);
  await refusal(api.create("f", { description: CANARY, timeout: -1 }));
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGTERM");
  await ended;
  expect(printed).toContain(place.accessKeyId);
  expect(printed).not.toContain(CANARY);
}); // prettier-ignore

describe("keys of the real service", () => {
  it("keys of the real service are refused, and the answer does not contain them", async () => {
    const real = { id: REAL.ALIBABA_CLOUD_ACCESS_KEY_ID, secret: REAL.ALIBABA_CLOUD_ACCESS_KEY_SECRET };
    for (const token of [{}, { token: REAL.ALIBABA_CLOUD_SECURITY_TOKEN }]) {
      const error = await refusal(new Api(emulator(), { ...real, ...token }).list());
      expect(error).toMatchObject({ statusCode: 403, code: "InvalidAccessKeyID" });
      expect(`${error.message}${JSON.stringify(error)}`).not.toContain(CANARY);
    }
    expect(JSON.stringify(emulator().requests)).not.toContain(CANARY);
  });

  it("keys of the real service are not sent by the command", async () => {
    const env = { PATH: process.env["PATH"], ...REAL, ALICLOUD_FC_EMULATOR: emulator().endpoint };
    const before = emulator().requests.length;
    const child = spawn(process.execPath, [COMMAND, "invoke", "f"], { env, stdio: ["ignore", "ignore", "pipe"] });
    children.push(child);
    let printed = "";
    child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const [status] = (await once(child, "close")) as [number | null];
    expect(status).toBe(1);
    expect(printed).toContain("not a key of the emulator");
    expect(printed).not.toContain(CANARY);
    expect(emulator().requests).toHaveLength(before);
  });
});

/** All port numbers of an emulator. */
function portsOf(of: { endpoint: string; domainEndpoint: string; page?: string; admin?: { endpoint: string } }): number[] {
  const urls = [of.endpoint, of.domainEndpoint, of.page ?? "", of.admin?.endpoint ?? ""];
  return urls.map((url) => Number(new URL(url).port));
} // prettier-ignore

it("two emulators at the same time have different ports and functions, and each refuses the key and token of the other", async () => {
  const other = await startEmulator({ admin: 0, page: 0 });
  try {
    const all = [...portsOf(emulator()), ...portsOf(other)];
    expect(new Set(all).size).toBe(all.length);
    await new Api(other).create("mine");
    expect((await new Api(emulator()).list()).functions).toEqual([]);
    const { accessKeyId: id, accessKeySecret: secret } = emulator();
    expect(await refusal(new Api(other, { id, secret }).list())).toMatchObject({ statusCode: 403 });
    const headers = { "x-fc-emulator-token": String(emulator().admin?.token) };
    expect((await fetch(`${other.admin?.endpoint}/requests`, { headers })).status).toBe(403);
  } finally {
    await other.close();
  }
}); // prettier-ignore

it.each(["port", "domainPort", "page", "admin"] as const)(
  "the error about a port that is in use names the port: %s",
  async (name) => {
    const [port = 0] = portsOf(emulator());
    const options: StartOptions = { page: 0, admin: 0, [name]: port };
    await expect(startEmulator(options)).rejects.toThrow(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
  },
);

it("no port lets pages of other addresses read answers", async () => {
  const { endpoint, domainEndpoint, page, admin } = emulator();
  for (const url of [endpoint, domainEndpoint, String(page), String(admin?.endpoint)]) {
    for (const method of ["GET", "OPTIONS"]) {
      const origin = "http://evil.example";
      const headers = { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
      const names = [...(await fetch(url, { method, headers })).headers.keys()];
      expect(names.filter((each) => each.startsWith("access-control"))).toEqual([]);
    }
  }
}); // prettier-ignore

it("connections above the limit of a port are closed, and the earlier ones continue", async () => {
  const limits = { headerBytes: 8192, requestSeconds: 60 };
  const server = createServer(limits, (_request, response) => response.end("here"));
  const port = await listen(server, 0);
  const sockets: net.Socket[] = [];
  const open = (): Promise<net.Socket> =>
    new Promise((resolve, reject) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(socket)).on("error", reject);
      sockets.push(socket);
    });
  try {
    await Promise.all(Array.from({ length: MAX_CONNECTIONS }, open));
    const beyond = await open();
    const ended = await new Promise((resolve) => beyond.on("close", () => resolve("closed")).on("data", () => resolve("served")).write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    expect(ended).toBe("closed");
    const [first] = sockets;
    const answer = await new Promise<string>((resolve) => {
      first?.on("data", (data: Buffer) => resolve(data.toString()));
      first?.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    });
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  } finally {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  }
}); // prettier-ignore

it("a body beyond the limit is refused as the service does, and the connection can be used again", async () => {
  const { endpoint } = emulator();
  const size = 101 * 1024 * 1024;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { "content-length": String(size) };
    const request = http.request(`${endpoint}/2023-03-30/functions`, { method: "POST", headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on("error", reject).end(Buffer.alloc(size));
  });
  expect(status).toBe(400);
  expect((await new Api(emulator()).list()).functions).toEqual([]);
});
