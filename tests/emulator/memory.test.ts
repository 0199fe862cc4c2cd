/** Tests that memory and disc use of the emulator are limited, and that requests without a key are not stored. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";
import { zipSync } from "fflate";

import { startEmulator } from "../../emulator";
import { Api, signHttp, useEmulator, zipInput } from "./support";

const folder = mkdtempSync(join(tmpdir(), "emulator-memory-"));

const emulator = useEmulator({ admin: 0, recordCharacters: 100_000 });
// The folder is removed after the emulator has closed, because the hook of an instance reads a file in it.
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

const MB = 1024 * 1024;

/**
 * The status of an answer to a request whose announced body of 100 MB is not sent. Without an answer the test reaches
 * its time limit.
 */
function statusBeforeBody(url: string, headers: Record<string, string>, method = "POST"): Promise<number> {
  const { hostname, port, host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => {
      const lines = Object.entries({ host, "content-length": String(100 * MB), ...headers });
      const head = [`${method} ${pathname}${search} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
    });
    socket.once("data", (chunk) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString())?.[1]));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

const DATE = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

/** Requests that are not signed with a key of the emulator, by scheme; the body would be hashed after it was read. */
const UNSIGNED: [string, string, () => Record<string, string>, number][] = [
  ["no authorization", "/2023-03-30/functions", () => ({}), 400],
  ["ACS3 with an unknown key", "/2023-03-30/functions", () => acs3("LTAI1"), 403],
  ["ACS3 with a wrong signature", "/2023-03-30/functions", () => acs3(emulator().accessKeyId), 403],
  ["HMAC-SHA1 with an unknown key", "/2023-03-30/functions", () => roaV1("LTAI1"), 403],
  ["HMAC-SHA1 with a wrong signature", "/2023-03-30/functions", () => roaV1(emulator().accessKeyId), 403],
  ["an operation there is not", "/2023-03-30/nothing", () => acs3("LTAI1"), 403],
  ["an unknown scheme", "/2023-03-30/functions", () => ({ authorization: "Basic eDp5" }), 403],
];

function acs3(keyId: string): Record<string, string> {
  const signed = ["host", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
  return {
    "x-acs-date": DATE(),
    "x-acs-version": "2023-03-30",
    "x-acs-signature-nonce": "n",
    "x-acs-content-sha256": createHash("sha256").digest("hex"),
    authorization: `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${signed.join(";")},Signature=00`,
  };
}

function roaV1(keyId: string): Record<string, string> {
  return {
    date: new Date().toUTCString(),
    "x-acs-version": "2023-03-30",
    "x-acs-signature-nonce": "n",
    "x-acs-signature-method": "HMAC-SHA1",
    "x-acs-signature-version": "1.0",
    authorization: `acs ${keyId}:00`,
  };
}

it.each(UNSIGNED)("a request with %s is refused before its body is read", async (_what, path, headers, status) => {
  expect(await statusBeforeBody(`${emulator().endpoint}${path}`, headers())).toBe(status);
});

it("a request to the log service that is not signed is refused before its body is read", async () => {
  const { port } = new URL(emulator().endpoint);
  const headers = { host: `project.log@127.0.0.1:${port}`, date: new Date().toUTCString(), authorization: "LOG LTAI1:00" };
  expect(await statusBeforeBody(`${emulator().endpoint}/logstores/l/logs`, headers)).toBe(401);
}); // prettier-ignore

it("a request to a trigger that needs a signature is refused before its body is read", async () => {
  const url = await triggerOf("signed", "function");
  expect(await statusBeforeBody(url, {})).toBe(400);
  const { accessKeyId } = emulator();
  const wrong = signHttp({ accessKeyId, accessKeySecret: "wrong" }, "POST", `${url}/`);
  expect(await statusBeforeBody(`${url}/`, wrong)).toBe(403);
});

it("a request that is signed in its parameters may have a body of at most 64 KB", async () => {
  const url = `${emulator().endpoint}/?Action=GetCallerIdentity&Signature=x`;
  const answer = await fetch(url, { method: "POST", body: "x".repeat(65_537) });
  expect([answer.status, ((await answer.json()) as { Code: string }).Code]).toEqual([400, "EntityTooLarge"]);
});

it.each([
  [32 * MB, 200],
  [32 * MB + 1, 400],
])("an HTTP trigger answers a body of %i bytes with %i", async (size, status) => {
  const url = await triggerOf(`size${status}`, "anonymous");
  const answer = await fetch(url, { method: "POST", body: Buffer.alloc(size, 120) });
  expect(answer.status).toBe(status);
  if (status === 400) expect(await answer.json()).toMatchObject({ Code: "EntityTooLarge" });
  else expect(await answer.text()).toBe(String(size));
});

async function triggerOf(name: string, authType: string): Promise<string> {
  const source = "exports.handler = async (event) => String(JSON.parse(event).body.length);";
  await api.create(name, { code: zipInput({ "index.js": source }), timeout: 60, memorySize: 1024 });
  const triggerConfig = JSON.stringify({ authType, methods: ["POST"] });
  const body = new fc.CreateTriggerInput({ triggerName: "http", triggerType: "http", triggerConfig });
  const answer = await api.sdk.createTriggerWithOptions(name, new fc.CreateTriggerRequest({ body }), {}, api.runtime);
  return String(answer.body?.httpTrigger?.urlInternet);
}

describe("the record of requests", () => {
  const recorded = () => JSON.stringify(emulator().requests).length;

  it("the record keeps the newest requests, also refused ones with long paths, and can be emptied", async () => {
    const { requests } = emulator();
    for (let count = 0; count < 60; count++) {
      await fetch(`${emulator().endpoint}/${"p".repeat(8000)}/${count}`);
    }
    expect(recorded()).toBeLessThanOrEqual(101_000);
    expect(requests.at(-1)?.path).toMatch(/\/59$/);
    emulator().forgetRequests();
    expect([requests.length, emulator().requests]).toEqual([0, requests]);
    await api.create("recorded");
    expect(emulator().mutations()).toHaveLength(1);
  });

  it("DELETE /requests of the test API empties the record", async () => {
    await api.list();
    const { endpoint, token } = emulator().admin ?? { endpoint: "", token: "" };
    const headers = { "x-fc-emulator-token": token };
    const answer = await fetch(`${endpoint}/requests`, { method: "DELETE", headers });
    expect(await answer.json()).toEqual({ requests: [] });
    expect(emulator().requests).toEqual([]);
  });

  it("the record does not keep large bodies", async () => {
    const description = "d".repeat(70_000);
    await expect(api.create("large", { description })).rejects.toMatchObject({ code: "InvalidArgument" });
    const body = JSON.stringify(emulator().requests.at(-1)?.body);
    expect(body).toMatch(/^\{"EmulatorLeftOut":"70\d\d\d characters of JSON"\}$/);
  });
});

/** A zip with a handler and a megabyte that cannot be compressed. */
function megabyte(): { zip: Buffer; sha256: string } {
  const files = { "index.js": Buffer.from("exports.handler = async () => 'ok';"), "data.bin": randomBytes(MB) };
  const zip = Buffer.from(zipSync(files, { level: 0 }));
  return { zip, sha256: createHash("sha256").update(zip).digest("hex") };
}

describe.each([
  ["in memory", undefined],
  ["with a data folder", join(folder, "packages")],
])("code packages %s", (_where, dataDir) => {
  it("packages that are no longer used are deleted; packages of versions, layers and running calls stay", async () => {
    const at = await startEmulator(dataDir === undefined ? {} : { dataDir });
    try {
      const client = new Api(at);
      const put = async (name: string, made = megabyte()) => {
        await client.update(name, { code: new fc.InputCodeLocation({ zipFile: made.zip.toString("base64") }) });
        return made.sha256;
      };
      await client.create("f");
      const versioned = await put("f");
      await client.publish("f");
      const layer = megabyte();
      const code = new fc.InputCodeLocation({ zipFile: layer.zip.toString("base64") });
      const body = new fc.CreateLayerVersionInput({ code });
      await client.sdk.createLayerVersion("l", new fc.CreateLayerVersionRequest({ body }));
      const all: string[] = [];
      for (let count = 0; count < 25; count++) all.push(await put("f"));
      const kept = all.filter((sha256) => at.store.hasPackage(sha256));
      expect(kept).toContain(all.at(-1));
      expect(kept.length).toBeLessThanOrEqual(18);
      if (dataDir !== undefined) expect(readdirSync(join(dataDir, "code")).length).toBeLessThanOrEqual(20);
      expect([versioned, layer.sha256].map((sha256) => at.store.hasPackage(sha256))).toEqual([true, true]);
      await client.deleteVersion("f", "1");
      await client.sdk.deleteLayerVersionWithOptions("l", "1", {}, client.runtime);
      await client.delete("f");
      const left = [versioned, layer.sha256, ...all].filter((sha256) => at.store.hasPackage(sha256));
      expect(left).toEqual([]);
    } finally {
      await at.close();
    }
  });
});

it("a package stays while an event that uses it is waiting", async () => {
  const gate = join(folder, "gate");
  const at = await startEmulator({ invoke: { maxInstances: 1 } });
  try {
    const client = new Api(at);
    const source = `exports.handler = async (event) => {
      while (String(event) === "wait" && !require("node:fs").existsSync(${JSON.stringify(gate)}))
        await new Promise((resolve) => setTimeout(resolve, 10));
      return "from the version";
    };`;
    await client.create("f", { timeout: 60, code: zipInput({ "index.js": source }) });
    await client.publish("f");
    const waiting = client.invoke("f", { qualifier: "1", event: "wait" });
    while (at.store.functions.get("f") === undefined || (await instances(client)) === 0);
    const queued = client.invoke("f", { qualifier: "1" });
    await client.update("f", { code: zipInput({ "index.js": "exports.handler = async () => 'new';" }) });
    await client.deleteVersion("f", "1");
    writeFileSync(gate, "");
    expect((await waiting).body).toBe("from the version");
    expect((await queued.catch((error: { code: string }) => ({ body: error.code }))).body).toMatch(/from the version|VersionNotFound/); // prettier-ignore
  } finally {
    await at.close();
  }
});

async function instances(client: Api): Promise<number> {
  const request = new fc.ListInstancesRequest({});
  const { body } = await client.sdk.listInstancesWithOptions("f", request, {}, client.runtime);
  return body?.instances?.length ?? 0;
}

it("after an update, the answer of a running call does not wait for the preStop hook", async () => {
  const [started, stopped, go] = ["started", "stopped", "go"].map((name) => join(folder, name));
  const source = `const fs = require("node:fs");
    exports.handler = async () => {
      fs.writeFileSync(${JSON.stringify(started)}, "");
      while (!fs.existsSync(${JSON.stringify(go)})) await new Promise((resolve) => setTimeout(resolve, 10));
      return "answered";
    };
    exports.stop = async () => {
      // Until the answer was seen: without an end, were the answer to wait for it.
      while (!fs.existsSync(${JSON.stringify(stopped)})) await new Promise((resolve) => setTimeout(resolve, 10));
    };`;
  await api.create("hooked", {
    timeout: 60,
    code: zipInput({ "index.js": source }),
    instanceLifecycleConfig: new fc.InstanceLifecycleConfig({
      preStop: new fc.LifecycleHook({ handler: "index.stop", timeout: 60 }),
    }),
  });
  const call = api.invoke("hooked");
  while (!existsSync(String(started))) await new Promise((resolve) => setTimeout(resolve, 5));
  await api.update("hooked", { environmentVariables: { NEW: "1" } });
  writeFileSync(String(go), "");
  expect((await call).body).toBe("answered");
  writeFileSync(String(stopped), "");
});
