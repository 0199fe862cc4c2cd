/** The operations of layers: versions, access, lists, and the functions that use them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";

import { startEmulator } from "../../emulator";
import { crc64 } from "../../emulator/base/crc64";
import { Api, layer, refusal, useEmulator, zip, zipInput } from "./support";

const ossDir = mkdtempSync(join(tmpdir(), "layers-oss-"));
const emulator = useEmulator({ ossDir });
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});
afterAll(() => rmSync(ossDir, { recursive: true }));

const FILES = { "nodejs/node_modules/left/index.js": "module.exports = 'left';" };

async function create(name: string, input: Partial<fc.CreateLayerVersionInput> = {}, by = api): Promise<fc.Layer> {
  const body = new fc.CreateLayerVersionInput({ code: zipInput(FILES), compatibleRuntime: ["nodejs20"], ...input });
  const answer = await by.sdk.createLayerVersion(name, new fc.CreateLayerVersionRequest({ body }));
  return answer.body ?? fail(name);
}

async function list(query: Partial<fc.ListLayersRequest> = {}): Promise<fc.ListLayersOutput> {
  return (await api.sdk.listLayers(new fc.ListLayersRequest(query))).body ?? fail("ListLayers");
}

async function versions(name: string, query: Partial<fc.ListLayerVersionsRequest> = {}) {
  return (await api.sdk.listLayerVersions(name, new fc.ListLayerVersionsRequest(query))).body ?? fail(name);
}

function fail(what: string): never {
  throw new Error(`${what} has no body`);
}

describe("a version of a layer", () => {
  it("the version of a layer has the sent values, a number, an ARN, a checksum and a URL for download", async () => {
    const made = await create("one", { description: "first", license: "MIT" });
    const code = zip(FILES);
    expect(made).toMatchObject({
      layerName: "one",
      version: 1,
      layerVersionArn: `acs:fc:cn-hangzhou:${emulator().accountId}:layers/one/versions/1`,
      acl: "0",
      description: "first",
      license: "MIT",
      compatibleRuntime: ["nodejs20"],
      codeChecksum: crc64(code),
      codeSize: code.length,
    });
    expect(made.createTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const read = (await api.sdk.getLayerVersion("one", "1")).body ?? fail("one");
    expect({ ...read, code: undefined }).toEqual({ ...made, code: undefined });
    const byArn = (await api.sdk.getLayerVersionByArn(made.layerVersionArn ?? "")).body ?? fail("one");
    expect({ ...byArn, code: undefined }).toEqual({ ...made, code: undefined });
    const loaded = await fetch(read.code?.location ?? "");
    expect(Buffer.from(await loaded.arrayBuffer())).toEqual(code);
  });

  it("the code of a layer may be an object in OSS, and a missing object is refused", async () => {
    mkdirSync(join(ossDir, "bucket"));
    writeFileSync(join(ossDir, "bucket", "layer.zip"), zip(FILES));
    const at = (ossObjectName: string) =>
      create("from-oss", { code: new fc.InputCodeLocation({ ossBucketName: "bucket", ossObjectName }) });
    expect(await at("layer.zip")).toMatchObject({ version: 1, codeChecksum: crc64(zip(FILES)) });
    expect(await refusal(at("gone.zip"))).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
  });

  it("the number of a layer version is never used again, not even after all versions are deleted", async () => {
    await create("numbers");
    await create("numbers");
    await api.sdk.deleteLayerVersion("numbers", "2");
    expect(await refusal(api.sdk.getLayerVersion("numbers", "2"))).toMatchObject({ code: "LayerVersionNotFound" });
    expect(await create("numbers")).toMatchObject({ version: 3 });
    for (const version of ["1", "3"]) await api.sdk.deleteLayerVersion("numbers", version);
    expect(await refusal(versions("numbers"))).toMatchObject({ statusCode: 404, code: "LayerNotFound" });
    expect(await create("numbers")).toMatchObject({ version: 4 });
  });

  it.each([
    ["an invalid name", "1st", {}],
    ["no code", "refused", { code: new fc.InputCodeLocation({}) }],
    ["another checksum", "refused", { code: new fc.InputCodeLocation({ ...zipInput(FILES), checksum: "1" }) }],
    ["an unknown runtime", "refused", { compatibleRuntime: ["cobol"] }],
  ])("is refused with %s", async (_what, name, input) => {
    expect(await refusal(create(name, input))).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
  });
});

it("ListLayers has the newest version of each layer, by prefix and access; ListLayerVersions has versions from a number on", async () => {
  for (const name of ["list-b", "list-a", "list-a"]) await create(name);
  const names = ({ layers }: fc.ListLayersOutput) => layers?.map((layer) => `${layer.layerName}:${layer.version}`);
  expect(names(await list({ prefix: "list-" }))).toEqual(["list-a:2", "list-b:1"]);
  const first = await list({ prefix: "list-", limit: 1 });
  expect(names(first)).toEqual(["list-a:2"]);
  const second = await list({ prefix: "list-", limit: 1, nextToken: first.nextToken ?? "" });
  expect(names(second)).toEqual(["list-b:1"]);
  expect(second.nextToken).toBeUndefined();
  expect(names(await list({ prefix: "list-", public: "true" }))).toEqual([]);
  const page = await versions("list-a", { limit: 1 });
  expect([names(page), page.nextVersion]).toEqual([["list-a:1"], 2]);
  const rest = await versions("list-a", { startVersion: "2" });
  expect([names(rest), rest.nextVersion]).toEqual([["list-a:2"], undefined]);
});

it("access belongs to the layer, not to a version", async () => {
  await create("shared");
  const put = (request: Partial<fc.PutLayerACLRequest>) =>
    api.sdk.putLayerACL("shared", new fc.PutLayerACLRequest(request));
  await put({ acl: "1" });
  expect(await create("shared")).toMatchObject({ version: 2, acl: "1" });
  expect((await list({ prefix: "shared", public: "true" })).layers).toHaveLength(1);
  await put({ public: "false" });
  expect((await api.sdk.getLayerVersion("shared", "1")).body).toMatchObject({ acl: "0" });
  expect(await refusal(put({ acl: "2" }))).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
  expect(await refusal(api.sdk.putLayerACL("none", new fc.PutLayerACLRequest({ acl: "1" })))).toMatchObject({
    code: "LayerNotFound",
  });
});

describe("a function with layers", () => {
  let arn = "";
  beforeAll(async () => {
    arn = (await create("used")).layerVersionArn ?? "";
  });

  it("GetFunction has the layers with their sizes, also layers that were deleted", async () => {
    const own = (await create("short-lived")).layerVersionArn ?? "";
    const size = zip(FILES).length;
    const made = await api.create("names-layers", { layers: [own, arn] });
    expect(made.layers).toEqual([expect.objectContaining({ arn: own, size }), expect.objectContaining({ arn, size })]);
    await api.publish("names-layers");
    await api.sdk.deleteLayerVersion("short-lived", "1");
    expect((await api.update("names-layers", { timeout: 9 })).layers).toHaveLength(2);
    expect((await api.get("names-layers", "1")).layers).toHaveLength(2);
    expect(await refusal(api.update("names-layers", { layers: [own] }))).toMatchObject({
      statusCode: 404,
      code: "LayerVersionNotFound",
    });
    expect((await api.update("names-layers", { layers: [] })).layers).toEqual([]);
  });

  it.each([
    ["a layer that does not exist", () => arn.replace("used", "gone"), 404, "LayerVersionNotFound"],
    ["text that is not an ARN", () => "used:1", 400, "InvalidArgument"],
    ["a layer of another region", () => arn.replace("cn-hangzhou", "cn-beijing"), 400, "InvalidArgument"],
    ["a layer of another account", () => arn.replace(/:\d{16}:/, ":1234567890123456:"), 501, "EmulatorNotImplemented"],
  ])("is refused with %s", async (_what, named, statusCode, code) => {
    expect(await refusal(api.create("refused", { layers: [named()] }))).toMatchObject({ statusCode, code });
  });

  it("a function is refused if a layer does not support its runtime", async () => {
    const error = await refusal(api.create("refused", { runtime: "python3.10", layers: [arn] }));
    expect(error).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
    expect(error.message).toContain(`runtime: python3.10 is not supported by layer:${arn}`);
  });

  it("a function may have an official layer, which is stored by name and cannot run in the emulator", async () => {
    const official = "acs:fc:cn-hangzhou:official:layers/Nodejs-Puppeteer/versions/1";
    const made = await api.create("official", { layers: [official] });
    expect(made.layers).toEqual([expect.objectContaining({ arn: official, size: 0 })]);
    expect(await refusal(api.invoke("official"))).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
  });
});

it("layers, their numbers and their packages stay after a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "layers-data-"));
  const first = await startEmulator({ dataDir });
  const arn = (await create("kept", {}, new Api(first))).layerVersionArn ?? "";
  const gone = await layer(new Api(first), "gone", { "nodejs/node_modules/gone/index.js": "module.exports = 'gone';" });
  const code = zipInput({ "index.js": "exports.handler = async () => require('left') + require('gone');" });
  await new Api(first).create("user", { layers: [arn, gone], code });
  await new Api(first).sdk.deleteLayerVersion("gone", "1");
  await create("kept", {}, new Api(first));
  await new Api(first).sdk.deleteLayerVersion("kept", "2");
  await first.close();
  const second = await startEmulator({ dataDir });
  const again = new Api(second);
  const read = (await again.sdk.getLayerVersionByArn(arn)).body ?? fail("kept");
  expect((await fetch(read.code?.location ?? "")).status).toBe(200);
  expect((await again.get("user")).layers?.[0]).toMatchObject({ arn, size: zip(FILES).length });
  expect((await again.invoke("user")).body).toBe("leftgone");
  expect(await create("kept", {}, again)).toMatchObject({ version: 3 });
  await second.close();
  rmSync(dataDir, { recursive: true });
});
