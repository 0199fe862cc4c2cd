/**
 * Faults during a release: a call fails, its answer is lost, or somebody else changes the object first. See story.ts;
 * `faults.deep.ts` has every fault at every call that changes something.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultAction } from "../../emulator";
import { alicloudApi } from "../../provider/client/alicloud";
import { crc64 } from "../../provider/code";
import { type FunctionInputs, type FunctionOutputs, checkFunction } from "../../provider/core/function";
import { deleteAlias, reconcileAlias } from "../../provider/reconcile/alias";
import { deleteFunction, reconcileFunction } from "../../provider/reconcile/function";
import type { Session } from "../../provider/reconcile/session";
import { reconcileVersion } from "../../provider/reconcile/version";

import { aliasInputs, applied, common, DISTURBED, emulator, EXPECTED, functionInputs, OPERATIONS, pack, session, story, testDisturbed, valid, versionInputs, warnings } from "./story"; // prettier-ignore

it("undisturbed, sends each change once", async () => {
  expect(await story()).toMatchObject(EXPECTED);
  expect(applied()).toEqual(OPERATIONS);
});

/** Each call gets one of the first three faults, which lose the answer to an applied change; each of the faults is used. */
const EVERY = 3;

testDisturbed(DISTURBED.filter((_, i) => i % EVERY === 0));

describe("two pipelines", () => {
  it("two runs with the same content use one version", async () => {
    const fn = await reconcileFunction(session(), pack, functionInputs("one", {}));
    const versions = await Promise.all([1, 2, 3].map(() => reconcileVersion(session(), versionInputs(fn))));
    expect(versions.map(({ versionId }) => versionId)).toEqual(["1", "1", "1"]);
    expect(applied().filter((name) => name === "PublishFunctionVersion")).toHaveLength(1);
  });

  it("two runs with different content: the run whose content was overwritten before the publish fails, and names the change", async () => {
    const fn = await reconcileFunction(session(), pack, functionInputs("one", {}));
    const run = async () => {
      const entry = emulator.store.functions.get("api");
      await reconcileFunction(session(), pack, functionInputs("theirs", {}), { ...fn });
      expect(entry).toBeDefined();
    };
    emulator.faults.add({ operation: "PublishFunctionVersion", action: { kind: "before", run } });
    await expect(reconcileVersion(session(), versionInputs(fn))).rejects.toThrow(
      /version 1 of function api holds other content than this stack's: code changed between .* No alias was moved/,
    );
  });

  it("two runs with different content: the run that finds another LATEST publishes nothing", async () => {
    const fn = await reconcileFunction(session(), pack, functionInputs("one", {}));
    await reconcileFunction(session(), pack, functionInputs("theirs", {}), fn);
    await expect(reconcileVersion(session(), versionInputs(fn))).rejects.toThrow(
      /LATEST is no longer what this stack deployed/,
    );
    expect(applied()).not.toContain("PublishFunctionVersion");
  });
});

it("content that was published before gets its earlier version, without a publish", async () => {
  const at = session();
  const one = await reconcileFunction(at, pack, functionInputs("one", {}));
  const first = await reconcileVersion(at, versionInputs(one));
  const two = await reconcileFunction(at, pack, functionInputs("two", {}), one);
  const second = await reconcileVersion(at, versionInputs(two), first);
  const back = await reconcileFunction(at, pack, functionInputs("one", {}), two);
  const third = await reconcileVersion(at, versionInputs(back), second);
  expect([first, second, third].map(({ versionId }) => versionId)).toEqual(["1", "2", "1"]);
  expect(third.previousVersionId).toBe("2");
});

it("uses a version that was published by hand, if the service refuses the publish because nothing changed", async () => {
  const at = session();
  const fn = await reconcileFunction(at, pack, functionInputs("one", {}));
  await at.api.publishVersion("api", "by hand");
  expect(await reconcileVersion(at, versionInputs(fn))).toMatchObject({ versionId: "1", published: [] });
});

it("releases a container image and sets the resource group, also if answers are lost", async () => {
  const inputs = (image: string, resourceGroupId?: string): FunctionInputs =>
    valid(
      checkFunction(
        {},
        {
          ...common("Function"),
          functionName: "api",
          runtime: "custom-container",
          handler: "index.handler",
          customContainerConfig: { image, registryConfig: { authConfig: { userName: "u", password: "hunter2" } } },
          ...(resourceGroupId === undefined ? {} : { resourceGroupId }),
        },
      ),
    );
  const at = session();
  const one = await reconcileFunction(at, pack, inputs("r/x:1"));
  expect(one).toMatchObject({ codeChecksum: "", codeSize: 0, observed: { resourceGroupId: "rg-emulator" } });
  const first = await reconcileVersion(at, versionInputs(one));
  emulator.faults.add({ operation: "ChangeResourceGroup", action: { kind: "applyThenReset" } });
  const two = await reconcileFunction(at, pack, inputs("r/x:2", "rg-shop"), one);
  const second = await reconcileVersion(at, versionInputs(two), first);
  expect([first.versionId, second.versionId]).toEqual(["1", "2"]);
  expect((await at.api.getFunction("api", "1"))?.["customContainerConfig"]).toMatchObject({ image: "r/x:1" });
  expect((await at.api.getFunction("api"))?.resourceGroupId).toBe("rg-shop");
  const before = applied().length;
  await reconcileFunction(at, pack, inputs("r/x:2", "rg-shop"), two);
  expect(applied().slice(before)).toEqual([]);
});

it("code in OSS is deployed once, and again after a change of its checksum", async () => {
  const oss = mkdtempSync(join(tmpdir(), "oss-"));
  mkdirSync(join(oss, "bucket"));
  const put = (text: string) => {
    writeFileSync(join(oss, "bucket", "api.zip"), text);
    return { ossBucketName: "bucket", ossObjectName: "api.zip", checksum: crc64(Buffer.from(text)) };
  };
  emulator.options.ossDir = oss;
  const at = session();
  const inputs = (code: object): FunctionInputs =>
    valid(checkFunction({}, { ...functionInputs("one", {}), code } as never));
  const first = await reconcileFunction(at, pack, inputs(put("one")));
  expect(first.codeChecksum).toBe(crc64(Buffer.from("one")));
  await reconcileFunction(at, pack, inputs(put("one")), first);
  const second = await reconcileFunction(at, pack, inputs(put("two")), first);
  expect(second.codeChecksum).toBe(crc64(Buffer.from("two")));
  expect(applied()).toEqual(["CreateFunction", "UpdateFunction"]);
  const wrong = { ...put("three"), checksum: "1" };
  await expect(reconcileFunction(at, pack, inputs(wrong), second)).rejects.toThrow(/code checksum mismatch/);
  const gone = { ...put("three"), ossObjectName: "other.zip" };
  await expect(reconcileFunction(at, pack, inputs(gone), second)).rejects.toThrow(
    /'other.zip' does not exist in 'bucket'/,
  );
  rmSync(oss, { recursive: true });
});

it("state has the written values, not the older values of a read that lags behind", async () => {
  const at = session();
  const fn = await reconcileFunction(at, pack, functionInputs("one", {}));
  const old = await at.api.getFunction("api");
  let stale = 3;
  const getFunction: Session["api"]["getFunction"] = async (name, qualifier) => {
    const updated = applied().includes("UpdateFunction");
    return updated && qualifier === undefined && stale-- > 0 ? old : await at.api.getFunction(name, qualifier);
  };
  const lagging: Session = {
    ...at,
    api: new Proxy(at.api, { get: (api, key) => (key === "getFunction" ? getFunction : bound(api, key)) }),
  };
  const second = await reconcileFunction(lagging, pack, functionInputs("two", {}), fn);
  expect(second.codeChecksum).toBe(crc64(Buffer.from("code of two")));
  expect(stale).toBeLessThan(1);
  expect(await reconcileVersion(at, versionInputs(second))).toMatchObject({ versionId: "1" });
});

function bound(api: object, key: string | symbol): unknown {
  const member: unknown = Reflect.get(api, key);
  return typeof member === "function" ? (member.bind(api) as unknown) : member;
}

describe("objects of other owners", () => {
  it("a function of the same name is refused and not changed", async () => {
    const at = session();
    await at.api.createFunction({ functionName: "api", runtime: "python3.10", handler: "x.y", code: codeOf("theirs") });
    const before = JSON.stringify(emulator.store.functions.get("api"));
    await expect(reconcileFunction(at, pack, functionInputs("one", {}))).rejects.toThrow(
      /a function of this name exists already, and it has no owner\. Nothing was changed\. .* set adopt: true/,
    );
    expect(JSON.stringify(emulator.store.functions.get("api"))).toBe(before);
  });

  it("a function without an owner is taken over with adopt: true, and gets the resource as owner", async () => {
    const at = session();
    await at.api.createFunction({ functionName: "api", runtime: "python3.10", handler: "x.y", code: codeOf("theirs") });
    const fn = await reconcileFunction(at, pack, { ...functionInputs("one", {}), adopt: true });
    expect(fn).toMatchObject({ runtime: "nodejs20", codeChecksum: crc64(Buffer.from("code of one")) });
    expect(applied()).toEqual(["CreateFunction", "UpdateFunction", "TagResources"]);
    const urn = "urn:pulumi:other::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::api";
    const other: FunctionInputs = valid(
      checkFunction({}, { ...functionInputs("one", {}), owner: undefined, resourceUrn: urn, adopt: true } as never),
    );
    await expect(reconcileFunction(at, pack, other)).rejects.toThrow(/it belongs to shop\/dev\/api.*take the tag/);
  });

  it("a function that somebody else deleted and created again is neither changed nor deleted", async () => {
    const at = session();
    const fn = await reconcileFunction(at, pack, functionInputs("one", {}));
    await at.api.deleteFunction("api");
    await at.api.createFunction({ functionName: "api", runtime: "nodejs20", handler: "x.y", code: codeOf("theirs") });
    await expect(reconcileFunction(at, pack, functionInputs("two", {}), fn)).rejects.toThrow(
      /the object of this stack was deleted or taken over by somebody else \(it has no owner\)/,
    );
    await deleteFunction(at, fn);
    expect(emulator.store.functions.has("api")).toBe(true);
    expect(warnings.at(-1)).toContain("was not changed");
  });

  it("an alias taken over by another resource is not deleted", async () => {
    const at = session();
    const fn = await reconcileFunction(at, pack, functionInputs("one", {}));
    const version = await reconcileVersion(at, versionInputs(fn));
    const alias = await reconcileAlias(at, aliasInputs(version.versionId, 0));
    const theirs = { versionId: "1", additionalVersionWeight: {}, description: "[fcp:0123456789ab]" };
    await at.api.updateAlias("api", "prod", theirs);
    await deleteAlias(at, alias);
    expect(emulator.store.functions.get("api")?.aliases.has("prod")).toBe(true);
    expect(warnings.at(-1)).toContain(
      "belongs to another resource, whose owner id is 0123456789ab. It was not changed",
    );
  });
});

describe("an object that was created but cannot be read is in state, so that a destroy deletes it", () => {
  const refusal: FaultAction = { kind: "reject", status: 403, code: "AccessDenied", message: "not now" };

  it("a function", async () => {
    emulator.faults.add({ operation: "GetFunction", nth: 2, action: refusal });
    const failure: unknown = await reconcileFunction(session(), pack, functionInputs("one", {})).catch(
      (e: unknown) => e,
    );
    expect(failure).toMatchObject({
      name: "Unfinished",
      message: expect.stringContaining("GetFunction: not now") as string,
      outputs: { functionName: "api", codeChecksum: crc64(Buffer.from("code of one")), revision: 1 },
    });
    const { outputs } = failure as { outputs: FunctionOutputs };
    expect(outputs.functionId).toBe(emulator.store.functions.get("api")?.functionId);
    await deleteFunction(session(), outputs);
    expect(emulator.store.functions.size).toBe(0);
  });

  it("an alias", async () => {
    const fn = await reconcileFunction(session(), pack, functionInputs("one", {}));
    const { versionId } = await reconcileVersion(session(), versionInputs(fn));
    emulator.faults.add({ operation: "GetAlias", nth: 2, action: refusal });
    await expect(reconcileAlias(session(), aliasInputs(versionId, 0))).rejects.toMatchObject({
      name: "Unfinished",
      outputs: { mainVersionId: "1", split: { "1": 100 } },
    });
    expect(await reconcileAlias(session(), aliasInputs(versionId, 0))).toMatchObject({ mainVersionId: "1" });
    expect(applied()).toEqual(["CreateFunction", "PublishFunctionVersion", "CreateAlias"]);
  });
});

it("with the keys of another account, in which no object exists, nothing is created", async () => {
  const theirs = { region: emulator.region, accountId: "0000000000000001" };
  const foreign = { ...session(), api: alicloudApi(theirs, { env: emulator.env }) };
  const refused =
    /the credentials in use belong to account \d{16}, but this resource lives in account 0000000000000001/;
  await expect(reconcileFunction(foreign, pack, { ...functionInputs("one", {}), ...theirs })).rejects.toThrow(refused);
  await expect(reconcileAlias(foreign, { ...aliasInputs("1", 0), ...theirs })).rejects.toThrow(refused);
  expect(applied()).toEqual([]);
});

function codeOf(path: string) {
  const { zip, checksum } = pack({ path });
  return { zipFile: Buffer.from(zip).toString("base64"), checksum };
}
