import * as fc from "@alicloud/fc20230330";
import { crc64 } from "../../emulator";
import { Api, refusal, useEmulator, zip, zipInput } from "./support";

const emulator = useEmulator({ now: () => new Date("2026-01-02T03:04:05.678Z") });
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

const CODE = zip({ "index.js": "exports.handler = async () => 'first';" });

describe("CreateFunction", () => {
  it("the answer of CreateFunction has the defaults of the service and no code", async () => {
    const created = await api.create("defaults", { code: { zipFile: CODE.toString("base64") } as never });
    expect(created).toMatchObject({
      functionName: "defaults",
      runtime: "nodejs20",
      handler: "index.handler",
      cpu: 0.5,
      memorySize: 512,
      diskSize: 512,
      timeout: 3,
      instanceConcurrency: 1,
      internetAccess: true,
      layers: [],
      tags: [],
      codeChecksum: crc64(CODE),
      codeSize: CODE.length,
      functionArn: `acs:fc:cn-hangzhou:${emulator().accountId}:functions/defaults`,
      createdTime: "2026-01-02T03:04:05Z",
      lastModifiedTime: "2026-01-02T03:04:05Z",
    });
    expect(created).not.toHaveProperty("code");
    expect(created.state).toBeUndefined();
    expect(created.functionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("returns layers as objects and tags as Key and Value", async () => {
    const created = await api.create("shapes", {
      layers: ["acs:fc:cn-hangzhou:official:layers/x/versions/1"],
      tags: [{ key: "team", value: "a" }] as never,
    });
    expect(created.layers).toMatchObject([{ arn: "acs:fc:cn-hangzhou:official:layers/x/versions/1", size: 0 }]);
    expect(created.tags).toMatchObject([{ key: "team", value: "a" }]);
  });

  it("a name that exists already is refused with 409", async () => {
    await api.create("taken");
    expect(await refusal(api.create("taken"))).toMatchObject({ statusCode: 409, code: "FunctionAlreadyExists" });
  });

  it("the checksum of the code is checked if it is given", async () => {
    const code = zipInput({ "index.js": "" });
    code.checksum = "1";
    expect(await refusal(api.create("checksum", { code }))).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
  });

  it.each([
    ["functionName", { functionName: "1st" }],
    ["runtime", { runtime: "cobol" }],
    ["handler", { handler: "" }],
    ["memorySize", { memorySize: 100 }],
    ["cpu", { cpu: 4, memorySize: 512 }],
    ["timeout", { timeout: 0 }],
    ["diskSize", { diskSize: 600 }],
    ["environmentVariables", { environmentVariables: { FC_X: "1" } }],
    ["layers", { layers: ["a", "b", "c", "d", "e", "f"] }],
    ["zipFile", { code: { zipFile: "###" } as never }],
  ])("an invalid %s is refused", async (name, input) => {
    const error = await refusal(api.create("bad", input));
    expect(error).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
    expect(error.message).toContain(name);
  });

  it("settings that are not emulated are refused by name", async () => {
    const oss = { ossBucketName: "b", ossObjectName: "o" } as never;
    const error = await refusal(api.create("oss", { code: oss }));
    expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
    expect(error.message).toContain("CreateFunction");
    const image = { customContainerConfig: { image: "x" } as never };
    expect(await refusal(api.create("image", image))).toMatchObject({ statusCode: 400 });
  });

  it("stores and publishes a function with a container image, and refuses only its invocation", async () => {
    const image = (name: string) => new fc.CustomContainerConfig({ image: name, port: 9000 });
    const input = { runtime: "custom-container", code: undefined as never, customContainerConfig: image("r/x:1") };
    const created = await api.create("container", input);
    expect(created.customContainerConfig).toMatchObject({ image: "r/x:1", port: 9000 });
    expect(created).not.toHaveProperty("codeChecksum");
    await api.publish("container");
    await api.update("container", { customContainerConfig: image("r/x:2") });
    expect((await api.get("container", "1")).customContainerConfig).toMatchObject({ image: "r/x:1" });
    expect(await refusal(api.update("container", { code: zipInput({ a: "b" }) }))).toMatchObject({ statusCode: 400 });
    expect(await refusal(api.code("container"))).toMatchObject({ statusCode: 400 });
    expect(await refusal(api.invoke("container"))).toMatchObject({ statusCode: 501 });
  });

  it("a function can be moved to another resource group", async () => {
    await api.create("grouped", { resourceGroupId: "rg-one" });
    const move = (newResourceGroupId: string) => {
      const body = new fc.ChangeResourceGroupInput({
        resourceType: "function",
        resourceId: "grouped",
        newResourceGroupId,
      });
      return api.sdk.changeResourceGroup(new fc.ChangeResourceGroupRequest({ body }));
    };
    expect((await move("rg-two")).body).toMatchObject({ oldResourceGroupId: "rg-one", newResourceGroupId: "rg-two" });
    expect(await api.get("grouped")).toMatchObject({ resourceGroupId: "rg-two" });
    expect(await refusal(move(""))).toMatchObject({ statusCode: 400 });
  });
});

describe("UpdateFunction", () => {
  it("an update changes the sent fields and keeps the others", async () => {
    await api.create("update", { environmentVariables: { A: "1", B: "2" }, description: "old" });
    const updated = await api.update("update", { environmentVariables: { C: "3" } });
    expect(updated).toMatchObject({ environmentVariables: { C: "3" }, description: "old", handler: "index.handler" });
    expect(updated.environmentVariables).not.toHaveProperty("A");
  });

  it("an update replaces code and its checksum", async () => {
    const before = await api.create("recode");
    const after = await api.update("recode", { code: zipInput({ "index.js": "// other" }) });
    expect(after.codeChecksum).not.toBe(before.codeChecksum);
  });

  it("an empty handler and an unknown function are refused", async () => {
    await api.create("nohandler");
    expect(await refusal(api.update("nohandler", { handler: "" }))).toMatchObject({ code: "InvalidArgument" });
    expect(await refusal(api.update("absent", {}))).toMatchObject({ statusCode: 404, code: "FunctionNotFound" });
  });
});

describe("GetFunction", () => {
  it("GetFunction answers LATEST, a version, or the main version of an alias", async () => {
    await api.create("look", { timeout: 1, description: "of the function" });
    await api.publish("look", "of version 1");
    await api.update("look", { timeout: 2 });
    await api.publish("look");
    await api.createAlias("look", "live", { versionId: "1", additionalVersionWeight: { "2": 0.5 } });
    await api.update("look", { timeout: 3 });
    const seen = await Promise.all([undefined, "LATEST", "1", "2", "live"].map((q) => api.get("look", q)));
    expect(seen.map(({ timeout, description }) => [timeout, description])).toEqual([
      [3, "of the function"],
      [3, "of the function"],
      [1, "of version 1"],
      [2, ""],
      [1, "of version 1"],
    ]);
  });

  it("the error code names what does not exist: function, version or alias", async () => {
    await api.create("missing");
    expect(await refusal(api.get("nobody"))).toMatchObject({ statusCode: 404, code: "FunctionNotFound" });
    expect(await refusal(api.get("missing", "9"))).toMatchObject({ statusCode: 404, code: "VersionNotFound" });
    expect(await refusal(api.get("missing", "live"))).toMatchObject({ statusCode: 404, code: "AliasNotFound" });
  });

  it("the code can be downloaded from a temporary URL without a signature", async () => {
    await api.create("download", { code: { zipFile: CODE.toString("base64") } as never });
    const { url, checksum } = await api.code("download");
    expect(checksum).toBe(crc64(CODE));
    const answer = await fetch(String(url));
    expect(Buffer.from(await answer.arrayBuffer()).equals(CODE)).toBe(true);
    expect((await fetch(String(url).replace(/signature=./, "signature=x"))).status).toBe(403);
  });
});

describe("DeleteFunction", () => {
  it("deleting a function deletes its versions and aliases, and a new function of the name starts with version 1", async () => {
    const first = await api.create("gone");
    await api.publish("gone");
    await api.createAlias("gone", "live", { versionId: "1" });
    expect(await api.delete("gone")).toBe(204);
    expect(await refusal(api.get("gone"))).toMatchObject({ statusCode: 404 });
    expect(await refusal(api.delete("gone"))).toMatchObject({ statusCode: 404, code: "FunctionNotFound" });
    const second = await api.create("gone");
    expect(second.functionId).not.toBe(first.functionId);
    expect((await api.versions("gone")).versions).toEqual([]);
    expect((await api.listAliases("gone")).aliases).toEqual([]);
  });
});

describe("ListFunctions", () => {
  it("functions are listed by name in pages; the last page has no token", async () => {
    for (const name of ["page-c", "page-a", "page-b"]) await api.create(name);
    const first = await api.list({ prefix: "page-", limit: 2 });
    expect(first.functions?.map((entry) => entry.functionName)).toEqual(["page-a", "page-b"]);
    await api.delete("page-b");
    const last = await api.list({ prefix: "page-", limit: 2, nextToken: String(first.nextToken) });
    expect(last.functions?.map((entry) => entry.functionName)).toEqual(["page-c"]);
    expect(last.nextToken).toBeUndefined();
    expect((await api.list({ prefix: "page-", nextToken: "" })).functions).toHaveLength(2);
    const token = String(first.nextToken);
    const ofLayers = api.sdk.listLayers(new fc.ListLayersRequest({ nextToken: token }));
    expect(await refusal(ofLayers)).toMatchObject({ code: "InvalidArgument", statusCode: 400 });
    const unlike = [`${token}x`, `${token}A=`, `${token}=`, ` ${token}`, token.slice(0, -1), "x", "null", "W10="];
    for (const nextToken of unlike) {
      expect(await refusal(api.list({ nextToken }))).toMatchObject({ code: "InvalidArgument", statusCode: 400 });
    }
    expect(await refusal(api.list({ limit: 101 }))).toMatchObject({ code: "InvalidArgument" });
  });
});
