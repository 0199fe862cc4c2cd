/** What is read and written for a function, in which order, and what is refused. Real SDK over HTTP, simulated time. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultAction } from "../../emulator";
import { crc64 } from "../../provider/code";
import { type FunctionInputs, type FunctionOutputs, checkFunction } from "../../provider/core/function";
import { type PackedCode, deleteFunction, functionClaim, reconcileFunction } from "../../provider/reconcile/function";
import { Proven } from "../../provider/reconcile/proven";
import type { Session } from "../../provider/reconcile/session";
import { Api, zipInput } from "../emulator/support";
import { checked, emulator, failure, requests, session, warnings, useService } from "./service";

useService();

/** A new function for each test. */
let functionName: string;
let count = 0;
/** The code that was packed in a test. */
const packed: object[] = [];
/** Number of requests before a test. */
let first: number;

beforeEach(() => {
  functionName = `f${(count += 1)}`;
  packed.length = 0;
  Object.assign(emulator.options, { pendingReads: 0, deleteFunctionInUse: "cascade" });
  first = emulator.requests.length;
});

/** The folder with the objects of OSS. */
let oss: string;

beforeAll(() => {
  oss = mkdtempSync(join(tmpdir(), "oss-"));
});

afterAll(() => {
  rmSync(oss, { recursive: true });
});

/** Stores objects with the same content in the bucket `bucket`. */
function storeInOss(...names: string[]): void {
  mkdirSync(join(oss, "bucket"), { recursive: true });
  for (const name of names) writeFileSync(join(oss, "bucket", name), "code");
  emulator.options.ossDir = oss;
}

/** Code that is not a zip: the service does not read it at this point, and neither does the emulator. */
function zipOf(name: string) {
  const zip = Buffer.from(`code of ${name}`);
  return { zip, checksum: crc64(zip) };
}

function pack(code: { readonly path: string } | { readonly asset: object }): PackedCode {
  packed.push(code);
  const name = "path" in code ? code.path : "asset";
  return { hash: `t1:${name}`, ...zipOf(name) };
}

const codeOf = (name: string) => ({ code: { path: name, hash: `t1:${name}` } });

const inputs = (own: object = {}): FunctionInputs =>
  checked(checkFunction, { functionName, runtime: "nodejs20", handler: "index.handler", ...codeOf("one"), ...own });

const reconcile = (own: object = {}, olds?: FunctionOutputs, at: Session = session()) =>
  reconcileFunction(at, pack, inputs(own), olds);

/** Creates the function of the test, and forgets the requests and the packed code. */
async function made(own: object = {}): Promise<FunctionOutputs> {
  const outputs = await reconcile(own);
  requests();
  packed.length = 0;
  return outputs;
}

const api = () => new Api(emulator);
const entry = () => emulator.store.functions.get(functionName);
const fault = (operation: string, action: FaultAction, more: object = {}) =>
  emulator.faults.add({ operation, action, ...more });
const before = (operation: string, run: () => unknown, nth = 1) =>
  fault(operation, { kind: "before", run: async () => void (await run()) }, { nth });

/** The bodies of the requests of one operation in this test. */
const bodies = (operation: string): unknown[] =>
  emulator.requests.slice(first).flatMap((request) => (request.operation === operation ? [request.body] : []));

const busy = { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" } as const;
const denied = { kind: "reject", status: 403, code: "AccessDenied", message: "not yours" } as const;
const lost = { kind: "applyThenReset" } as const;
const existing = { status: 409, code: "FunctionAlreadyExists", message: "it exists" };

const OWNER_TAG = "pulumi-alicloud-fc-owner";
const THEIRS = "0123456789ab:shop/prod/api";
const setOwner = (owner: string | undefined) => {
  const tags = owner === undefined ? [] : [{ key: OWNER_TAG, value: owner }];
  Object.assign(entry() ?? {}, { tags });
};
const label = () => `function ${functionName} in ${emulator.region} (api)`;

describe("a new function", () => {
  it("is read, created and read back", async () => {
    const { owner, functionId, codeChecksum } = await reconcile({ tags: { team: "shop" } });
    expect(requests()).toEqual(["GetFunction", "CreateFunction", "GetFunction"]);
    expect(packed).toEqual([codeOf("one").code]);
    const { zip, checksum } = zipOf("one");
    const tags = [
      { Key: "team", Value: "shop" },
      { Key: OWNER_TAG, Value: owner },
    ];
    expect(bodies("CreateFunction")).toMatchObject([
      { functionName, timeout: 3, code: { zipFile: zip.length, checksum }, tags },
    ]);
    expect([functionId, codeChecksum]).toEqual([entry()?.functionId, checksum]);
  });

  it("is remembered as made by this run, with what was read back", async () => {
    const proven = new Proven(session().clock);
    await reconcile({}, undefined, { ...session(), proven });
    expect(proven.lacksVersions(functionName)).toBe(true);
    expect(proven.latest(functionName)).toMatchObject({ functionId: entry()?.functionId });
  });

  it("is sent with code in OSS without its hash, and without code for an image", async () => {
    storeInOss("api.zip");
    const code = { ossBucketName: "bucket", ossObjectName: "api.zip", checksum: crc64(Buffer.from("code")) };
    const outputs = await reconcile({ code });
    expect(outputs.codeChecksum).toBe(code.checksum);
    functionName = `${functionName}-image`;
    const image = { code: undefined, runtime: "custom-container", customContainerConfig: { image: "r/x:1" } };
    expect(await reconcile(image)).toMatchObject({ functionName, codeChecksum: "" });
    const [first, second] = bodies("CreateFunction");
    expect(first).toMatchObject({ code });
    expect(first).not.toMatchObject({ code: { hash: expect.anything() as unknown } });
    expect(second).not.toHaveProperty("code");
    expect(packed).toEqual([]);
  });

  it("is not sent if the code changed after it was checked", async () => {
    const changed = (what: string, now: string) =>
      `code: ${what} changed after it was checked (t1:old, now ${now}): files changed while pulumi ran, or the current folder ` +
      "is another one. Nothing was sent; run pulumi up again";
    expect(await failure(reconcile({ code: { path: "one", hash: "t1:old" } }))).toBe(changed('"one"', "t1:one"));
    expect(await failure(reconcile({ code: { asset: {}, hash: "t1:old" } }))).toBe(changed("the archive", "t1:asset"));
    expect(requests()).toEqual(["GetFunction", "GetFunction"]);
  });
});

describe("a create that fails", () => {
  it("because an earlier request made the function uses this function", async () => {
    fault("CreateFunction", { kind: "applyThenReject", ...existing });
    const proven = new Proven(session().clock);
    const { functionId } = await reconcile({}, undefined, { ...session(), proven });
    expect(functionId).toBe(entry()?.functionId);
    const looked = ["ListTriggers", "ListAliases", "ListFunctionVersions"];
    expect(requests()).toEqual(["GetFunction", "CreateFunction", "GetFunction", ...looked, "GetFunction"]);
    expect(proven.lacksVersions(functionName)).toBe(false);
  });

  it("because the function exists waits until a read shows it", async () => {
    fault("CreateFunction", { kind: "applyThenReject", ...existing });
    fault("GetFunction", { kind: "stale", changes: 1 }, { nth: 2, times: 3 });
    const at = session();
    await reconcile({}, undefined, at);
    expect(at.clock.now()).toBe(700);
    expect(requests()).toHaveLength(10);
  });

  it("because the function exists is an error if no read shows it", async () => {
    fault("CreateFunction", { kind: "reject", ...existing });
    expect(await failure(reconcile())).toContain("CreateFunction: it exists");
    expect(requests()).toHaveLength(8);
  });

  it.each([
    [
      true,
      THEIRS,
      "it belongs to shop/prod/api",
      `take the tag ${OWNER_TAG} off it and set adopt: true to take it over`,
    ],
    [false, undefined, "it has no owner", "set adopt: true to take it over"],
  ])(
    "with adopt %s, because a function of owner %s exists meanwhile, is refused",
    async (adopt, owner, words, take) => {
      before("CreateFunction", async () => {
        await api().create(functionName);
        setOwner(owner);
      });
      expect(await failure(reconcile({ adopt }))).toBe(
        `${label()}: a function of this name exists already, and ${words}. Nothing was changed. Choose another functionName, or ${take}`,
      );
      expect(requests().filter((operation) => operation === "UpdateFunction")).toEqual([]);
    },
  );

  describe("because a run that was killed made the function, and a read did not show it yet", () => {
    const hidden = async (own: object) => {
      await reconcile(own);
      fault("GetFunction", { kind: "reject", status: 404, code: "FunctionNotFound", message: "not yet" });
      requests();
    };
    const refusal = "a function of this name exists already, with another value of code. Its owner is this resource";

    it("is refused if the function has other code: it would count as the code of the program", async () => {
      await hidden(codeOf("two"));
      expect(await failure(reconcile())).toContain(refusal);
      expect(entry()?.code?.checksum).toBe(zipOf("two").checksum);
    });

    it("is refused if the function has other code and the answer was lost", async () => {
      await hidden(codeOf("two"));
      fault("CreateFunction", { kind: "resetBefore" });
      expect(await failure(reconcile())).toContain(refusal);
      expect(requests().slice(0, 4)).toEqual(["GetFunction", "CreateFunction", "GetFunction", "ListTriggers"]);
      expect(entry()?.code?.checksum).toBe(zipOf("two").checksum);
    });

    it("sends the code of the program with adopt", async () => {
      await hidden(codeOf("two"));
      const { codeChecksum } = await reconcile({ adopt: true });
      expect([codeChecksum, entry()?.code?.checksum]).toEqual([zipOf("one").checksum, zipOf("one").checksum]);
    });

    it("takes the function over if it has the values of the program", async () => {
      await hidden({});
      const { functionId } = await reconcile();
      expect(functionId).toBe(entry()?.functionId);
    });
  });

  it("for another reason is an error", async () => {
    fault("CreateFunction", denied);
    expect(await failure(reconcile())).toContain("CreateFunction: not yours");
    expect(requests()).toEqual(["GetFunction", "CreateFunction"]);
  });

  it("without an answer is not sent again if it was applied", async () => {
    fault("CreateFunction", lost);
    await reconcile();
    expect(requests()).toEqual(["GetFunction", "CreateFunction", "GetFunction", "GetFunction"]);
  });

  it("without an answer is not sent again for code without a checksum, which cannot be compared", async () => {
    storeInOss("api.zip");
    fault("CreateFunction", lost);
    const code = { ossBucketName: "bucket", ossObjectName: "api.zip" };
    const { functionId } = await reconcile({ code });
    expect(functionId).toBe(entry()?.functionId);
    expect(requests()).toEqual(["GetFunction", "CreateFunction", "GetFunction", "GetFunction"]);
    functionName = `${functionName}-image`;
    fault("CreateFunction", lost);
    const image = { code: undefined, runtime: "custom-container", customContainerConfig: { image: "r/x:1" } };
    expect(await reconcile(image)).toMatchObject({ functionName });
  });

  it("without an answer is refused if a function of another owner has the same values", async () => {
    await reconcile();
    setOwner(THEIRS);
    fault("GetFunction", { kind: "reject", status: 404, code: "FunctionNotFound", message: "not yet" });
    fault("CreateFunction", { kind: "resetBefore" });
    expect(await failure(reconcile())).toContain("it belongs to shop/prod/api");
  });

  it("without an answer is sent again if no function of this owner appears", async () => {
    fault("CreateFunction", { kind: "resetBefore" });
    await reconcile();
    expect(bodies("CreateFunction")).toHaveLength(2);
    functionName = `${functionName}-theirs`;
    fault("CreateFunction", { kind: "resetBefore" });
    before("CreateFunction", () => api().create(functionName));
    expect(await failure(reconcile())).toContain("a function of this name exists already, and it has no owner");
  });
});

describe("a function that cannot be read back", () => {
  it("is in state after its creation", async () => {
    fault("GetFunction", denied, { nth: 2 });
    await expect(reconcile()).rejects.toMatchObject({
      name: "Unfinished",
      message: expect.stringContaining("GetFunction: not yours") as string,
      outputs: { functionName, codeChecksum: zipOf("one").checksum },
    });
  });

  it("is in state after it was taken over, with the answer to the update", async () => {
    await api().create(functionName, { cpu: 0.35 });
    fault("GetFunction", denied, { nth: 2 });
    const id = entry()?.functionId;
    await expect(reconcile({ adopt: true, timeout: 8 })).rejects.toMatchObject({
      name: "Unfinished",
      outputs: { functionId: id, timeout: 8, codeChecksum: zipOf("one").checksum },
    });
    fault("GetFunction", denied, { nth: 2 });
    await expect(reconcile({ adopt: true, timeout: 8 })).rejects.toMatchObject({
      name: "Unfinished",
      outputs: { functionId: id },
    });
  });

  it("is not changed in state by an update that fails", async () => {
    const olds = await made();
    fault("GetFunction", denied, { nth: 2 });
    await expect(reconcile({ timeout: 8 }, olds)).rejects.toMatchObject({ name: "FcError" });
  });

  it("because it is gone is an error that says what was done before", async () => {
    const olds = await made();
    const deleted = () => void emulator.store.functions.delete(functionName);
    before("GetFunction", deleted, 2);
    expect(await failure(reconcile({}, olds))).toBe(
      `function ${functionName}: it was there when this run began, but reads do not find it; run pulumi up --refresh`,
    );
    before("GetFunction", deleted, 2);
    expect(await failure(reconcile())).toBe(
      `function ${functionName}: the service accepted what was sent, but reads do not find it; run pulumi up --refresh`,
    );
  });

  it("because reads show the former values is read for 3 s", async () => {
    const olds = await made();
    const at = session();
    fault("GetFunction", { kind: "stale", changes: 1 }, { nth: 2, times: 2 });
    expect(await reconcile({ timeout: 8 }, olds, at)).toMatchObject({ timeout: 8 });
    expect([requests().length, at.clock.now()]).toEqual([5, 300]);
    fault("GetFunction", { kind: "stale", changes: 1 }, { nth: 2, times: Infinity });
    expect(await failure(reconcile({ timeout: 9 }, olds, at))).toBe(changedMeanwhile("timeout"));
    expect([requests().length, at.clock.now()]).toEqual([8, 3_300]);
  });

  it("is in state while it cannot be used", async () => {
    const olds = await made();
    emulator.options.pendingReads = 3;
    await reconcile({ timeout: 8 }, olds);
    expect(requests()).toEqual(["GetFunction", "UpdateFunction", ...Array<string>(4).fill("GetFunction")]);
    await expect(reconcileFunction(session(), pack, { ...inputs(), waitSeconds: 1 }, olds)).rejects.toMatchObject({
      name: "Unfinished",
      message: expect.stringContaining(`function ${functionName} did not become usable within 1 s`) as string,
      outputs: { timeout: 3, functionId: olds.functionId },
    });
  });
});

/** Makes a trigger, an alias and two versions of the function, with these owners. */
async function addChildren(trigger: string, alias: string, version: string): Promise<void> {
  const { api } = session();
  const config = { triggerConfig: '{"authType":"function","methods":["GET"],"disableURLInternet":false}' };
  await api.publishVersion(functionName, version);
  await api.createAlias(functionName, "prod", { versionId: "1", additionalVersionWeight: {}, description: alias });
  await api.createHttpTrigger(functionName, "http", { qualifier: "prod", description: trigger, ...config });
  requests();
}

describe("a function with this owner that is not in state", () => {
  const LISTS = ["ListTriggers", "ListAliases", "ListFunctionVersions"];
  const refusal = (what: string) =>
    `${label()}: a function of this name exists already, with ${what}. Its owner is this resource (shop/dev/api), but it is ` +
    "not in state. Possible reasons: state was lost; pulumi state move moved it to another stack; --replace was used; a stack " +
    "of the same name in another backend created it. Nothing was changed. If it belongs to this stack, set adopt: true; if not, " +
    "choose another functionName or another name of the stack";

  it("is taken over if it has the settings of the program and no objects", async () => {
    const { functionId } = await made();
    expect(await reconcile()).toMatchObject({ functionId });
    expect(requests()).toEqual(["GetFunction", ...LISTS, "GetFunction"]);
    // The code is packed once, to be compared and to be sent.
    expect(packed).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it("is refused with other settings or code, and taken over with adopt", async () => {
    await made();
    expect(await failure(reconcile({ timeout: 8, ...codeOf("two") }))).toBe(refusal("another value of timeout, code"));
    expect(requests()).toEqual(["GetFunction", ...LISTS]);
    packed.length = 0;
    await reconcile({ timeout: 8, ...codeOf("two"), adopt: true });
    expect(requests()).toEqual(["GetFunction", "UpdateFunction", "GetFunction"]);
    expect(packed).toHaveLength(1);
  });

  it("is refused with versions, aliases or triggers, and the code is not packed", async () => {
    await made();
    await addChildren("", "[fcp:0123456789ab]", "[fcp:0123456789ab:shop/prod/api]");
    packed.length = 0;
    expect(await failure(reconcile({ timeout: 8 }))).toBe(
      refusal(
        "trigger http (without an owner), alias prod (of another resource, whose owner id is 0123456789ab), " +
          "version 1 (of shop/prod/api) on it",
      ),
    );
    expect(packed).toEqual([]);
  });
});

const changedMeanwhile = (names: string) =>
  `function ${functionName}: after this run, reads show other values of ${names} than those of the program: another pipeline or a person changed ` +
  "the function meanwhile, or the service needs more than 3 s. No version was published. Let the other change finish, then run pulumi up again";

describe("a function that somebody else changes during the run", () => {
  const theirs = { code: zipInput({ "index.js": "exports.handler = async () => 'theirs'" }), timeout: 77 };
  const changed = () => api().update(functionName, theirs);

  it.each<[string, object, boolean, string, object]>([
    ["after it was created", {}, false, "code, timeout", { timeout: 3 }],
    ["after its code was sent", codeOf("two"), true, "code, timeout", { timeout: 3 }],
    ["after a setting was sent", { timeout: 8 }, true, "code, timeout", { timeout: 8 }],
    ["after nothing was sent", {}, true, "code, timeout", { timeout: 3 }],
  ])("%s is an error, and state has what the run sent", async (_what, own, exists, names, sent) => {
    const olds = exists ? await made() : undefined;
    before("GetFunction", changed, 2);
    const { checksum } = zipOf("code" in own ? "two" : "one");
    await expect(reconcile(own, olds)).rejects.toMatchObject({
      ...{ name: "Unfinished", message: changedMeanwhile(names) },
      outputs: { ...sent, codeChecksum: checksum },
    });
  });

  it("is set back by the next run", async () => {
    const olds = await made();
    before("GetFunction", changed, 2);
    const unfinished = await reconcile({ timeout: 8 }, olds).catch((error: unknown) => error);
    const { outputs } = unfinished as { outputs: FunctionOutputs };
    expect(await reconcile({ timeout: 8 }, outputs)).toMatchObject({ timeout: 8, codeChecksum: zipOf("one").checksum });
    expect(entry()).toMatchObject({ config: { timeout: 8 }, code: { checksum: zipOf("one").checksum } });
  });

  it("is not an error if only its tags change, because no version has them", async () => {
    const olds = await made();
    before("GetFunction", () => entry()?.tags.push({ key: "team", value: "shop" }), 2);
    expect(await reconcile({ timeout: 8 }, olds)).toMatchObject({ timeout: 8 });
  });
});

describe("a function that exists", () => {
  it("of another owner is refused, also if it is in state", async () => {
    const olds = await made();
    setOwner(THEIRS);
    const take = `Nothing was changed. Choose another functionName, or take the tag ${OWNER_TAG} off it and set adopt: true`;
    expect(await failure(reconcile())).toContain(
      `${label()}: a function of this name exists already, and it belongs to shop/prod/api. ${take}`,
    );
    expect(await failure(reconcile({}, olds))).toContain(
      `${label()}: the object of this stack was deleted or taken over by somebody else (it belongs to shop/prod/api). ${take}`,
    );
  });

  it("without an owner is in state by its id, and else adopted if no setting is lost", async () => {
    const olds = await made();
    setOwner(undefined);
    await reconcile({}, olds);
    expect(entry()?.tags).toEqual([{ key: OWNER_TAG, value: olds.owner }]);
    setOwner(undefined);
    Object.assign(entry()?.config ?? {}, { description: "by hand" });
    expect(await failure(reconcile())).toContain("it has no owner. Nothing was changed. Choose another functionName");
    expect(await failure(reconcile({ adopt: true }))).toContain(
      "adopt would change settings that the program does not mention: description.",
    );
    await reconcile({ adopt: true, description: "mine" });
    expect(warnings).toEqual([]);
  });

  it("that does not differ is only read, and its code is not packed", async () => {
    const olds = await made();
    const proven = new Proven(session().clock);
    await reconcile({}, olds, { ...session(), proven });
    expect(requests()).toEqual(["GetFunction", "GetFunction"]);
    expect([packed, warnings]).toEqual([[], []]);
    expect([proven.lacksVersions(functionName), proven.latest(functionName)]).toEqual([false, expect.objectContaining({ functionName })]); // prettier-ignore
  });

  it("gets only the settings that differ", async () => {
    const olds = await made();
    expect(await reconcile({ timeout: 8 }, olds)).toMatchObject({ timeout: 8 });
    await reconcile({ ...codeOf("two") }, olds);
    const { zip, checksum } = zipOf("two");
    expect(bodies("UpdateFunction")).toEqual([{ timeout: 8 }, { timeout: 3, code: { zipFile: zip.length, checksum } }]);
    expect([packed, warnings.length]).toEqual([[codeOf("two").code], 1]);
  });

  it("gets the code of the program again if it was changed by hand, with a warning", async () => {
    const olds = await made();
    const { zip, checksum } = zipOf("theirs");
    await session().api.updateFunction(functionName, {
      code: { zipFile: zip.toString("base64"), checksum },
      timeout: 9,
    });
    await reconcile({ memorySize: 1024 }, olds);
    expect(bodies("UpdateFunction").at(-1)).toMatchObject({ timeout: 3, memorySize: 1024, code: { checksum: zipOf("one").checksum } }); // prettier-ignore
    expect(warnings).toEqual([
      `function ${functionName}: timeout, code differ from state: changed by hand, by another program, or by a run that did not ` +
        "end. This run sets them back. A preview with --refresh shows such changes first",
    ]);
  });

  it("that has the changed code already is not sent it", async () => {
    const olds = await made();
    await reconcile(codeOf("two"), olds);
    requests();
    await reconcile(codeOf("two"), olds);
    expect(requests()).toEqual(["GetFunction", "GetFunction"]);
  });

  it("is sent changed code in OSS that has no checksum", async () => {
    storeInOss("one", "two");
    const code = (ossObjectName: string) => ({ code: { ossBucketName: "bucket", ossObjectName } });
    const olds = await made(code("one"));
    await reconcile(code("one"), olds);
    await reconcile(code("two"), olds);
    expect(bodies("UpdateFunction")).toEqual([code("two")]);
  });

  it("with an image has no code to send", async () => {
    const image = (name: string) => ({ code: undefined, runtime: "custom-container", customContainerConfig: { image: name } }); // prettier-ignore
    const olds = await made(image("r/x:1"));
    await reconcile(image("r/x:1"));
    await reconcile(image("r/x:2"), olds);
    expect(bodies("UpdateFunction")).toEqual([{ customContainerConfig: { image: "r/x:2" } }]);
  });

  it("loses a setting that the program removed", async () => {
    const olds = await made({ description: "mine" });
    await reconcile({}, olds);
    expect(bodies("UpdateFunction")).toEqual([{ description: "" }]);
  });

  it("that the service is changing is updated when it is ready", async () => {
    const olds = await made();
    Object.assign(entry() ?? {}, { unsettledReads: 3, settling: "update" });
    await reconcile({ timeout: 8 }, olds);
    expect(requests()).toEqual(["GetFunction", "GetFunction", "GetFunction", "GetFunction", "UpdateFunction", "GetFunction"]); // prettier-ignore
  });
});

describe("an update that fails", () => {
  let olds: FunctionOutputs;
  const update = () => reconcile({ timeout: 8, description: "mine" }, olds);

  beforeEach(async () => {
    olds = await made();
  });

  it("as concurrent is sent again with the settings that differ then", async () => {
    fault("UpdateFunction", busy);
    before("GetFunction", () => Object.assign(entry()?.config ?? {}, { timeout: 8 }), 2);
    await update();
    expect(requests()).toEqual(["GetFunction", "UpdateFunction", "GetFunction", "UpdateFunction", "GetFunction"]);
    expect(bodies("UpdateFunction")).toEqual([{ timeout: 8, description: "mine" }, { description: "mine" }]);
  });

  it("without an answer is not sent again if it was applied", async () => {
    fault("UpdateFunction", lost);
    await update();
    expect(requests()).toEqual(["GetFunction", "UpdateFunction", "GetFunction", "GetFunction"]);
  });

  it("without an answer is sent again if it was not applied", async () => {
    fault("UpdateFunction", { kind: "resetBefore" });
    await update();
    expect(bodies("UpdateFunction")).toHaveLength(2);
  });

  it("is not sent again to a function of another owner", async () => {
    fault("UpdateFunction", busy);
    before("GetFunction", () => setOwner(THEIRS), 2);
    expect(await failure(update())).toContain(
      "the object of this stack was deleted or taken over by somebody else (it belongs to shop/prod/api)",
    );
    expect(bodies("UpdateFunction")).toHaveLength(1);
    setOwner(undefined);
    emulator.faults.clear();
    fault("UpdateFunction", busy);
    before("GetFunction", () => Object.assign(entry()?.config ?? {}, { role: "acs:ram::1:role/r" }), 2);
    const adopting = reconcile({ timeout: 9, description: "mine", adopt: true });
    expect(await failure(adopting)).toContain("adopt would change settings that the program does not mention: role.");
  });

  it("is an error if the function was deleted meanwhile", async () => {
    fault("UpdateFunction", busy);
    before("GetFunction", () => emulator.store.functions.delete(functionName), 2);
    expect(await failure(update())).toContain("UpdateFunction: ");
    expect(bodies("UpdateFunction")).toHaveLength(2);
  });
});

describe("tags and resource group", () => {
  it("are sent only if they differ", async () => {
    const olds = await made({ tags: { team: "shop", old: "1" }, resourceGroupId: "rg-1" });
    await reconcile({ tags: { team: "shop", fresh: "2" }, resourceGroupId: "rg-2" }, olds);
    expect(requests()).toEqual(["GetFunction", "UntagResources", "TagResources", "ChangeResourceGroup", "GetFunction"]);
    expect(entry()?.resourceGroupId).toBe("rg-2");
    const tags = (entry()?.tags ?? []).map(({ key, value }) => `${key}=${value}`);
    expect(tags.sort()).toEqual(["fresh=2", `${OWNER_TAG}=${olds.owner}`, "team=shop"]);
    await reconcile({ tags: { team: "shop", fresh: "2" } }, olds);
    expect(requests()).toEqual(["GetFunction", "GetFunction"]);
    await reconcile({ tags: { team: "shop" }, resourceGroupId: "rg-2" }, olds);
    expect(requests()).toEqual(["GetFunction", "UntagResources", "GetFunction"]);
    expect(entry()?.resourceGroupId).toBe("rg-2");
    expect(warnings).toEqual([]);
  });

  it.each<[string, object]>([
    ["UntagResources", {}],
    ["TagResources", { tags: { old: "2" } }],
    ["ChangeResourceGroup", { tags: { old: "1" }, resourceGroupId: "rg-2" }],
  ])("%s is not sent again after a lost answer if it was applied", async (operation, own) => {
    const olds = await made({ tags: { old: "1" }, resourceGroupId: "rg-1" });
    fault(operation, lost);
    await reconcile(own, olds);
    expect(requests()).toEqual(["GetFunction", operation, "GetFunction", "GetFunction"]);
    await made({ functionName: (functionName = `${functionName}-2`), tags: { old: "1" }, resourceGroupId: "rg-1" });
    fault(operation, { kind: "resetBefore" });
    await reconcile({ functionName, ...own }, olds);
    const since = requests();
    expect([since.slice(0, 3), since.slice(-2)]).toEqual([
      ["GetFunction", operation, "GetFunction"],
      [operation, "GetFunction"],
    ]);
  });

  it("of a function that is deleted meanwhile are an error", async () => {
    const olds = await made({ tags: { old: "1" } });
    fault("UntagResources", busy);
    before("GetFunction", () => emulator.store.functions.delete(functionName), 2);
    expect(await failure(reconcile({}, olds))).toContain("UntagResources: ");
  });
});

describe("a deletion", () => {
  const domain = () => {
    const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-01T00:00:00Z" };
    const config = { protocol: "HTTP", routeConfig: { routes: [{ path: "/*", functionName }] } };
    emulator.store.customDomains.set("www.example.com", { domainName: "www.example.com", config, ...times });
  };
  const READS = ["GetFunction", "ListTriggers", "ListAliases", "ListFunctionVersions", "ListCustomDomains"];
  const inUse = (status: number) => ({ kind: "reject", status, code: "FunctionNotEmpty", message: "in use" }) as const;
  let props: FunctionOutputs;
  let own: string;

  beforeEach(async () => {
    emulator.store.customDomains.clear();
    props = await made();
    own = `[fcp:${props.owner.slice(0, 6)}aaaaaa]`;
  });

  it("of a function that is gone sends nothing", async () => {
    await deleteFunction(session(), { ...props, functionName: "none" });
    expect(requests()).toEqual(["GetFunction"]);
  });

  it("is read until the function is gone", async () => {
    const proven = new Proven(session().clock);
    proven.functionMade(functionName);
    await deleteFunction({ ...session(), proven }, props);
    expect(requests()).toEqual([...READS, "DeleteFunction", "GetFunction"]);
    expect([entry(), warnings, proven.lacksVersions(functionName)]).toEqual([undefined, [], false]);
  });

  it("leaves a function of another owner, and one that was created again, with a warning", async () => {
    setOwner(THEIRS);
    await deleteFunction(session(), props);
    setOwner(undefined);
    await deleteFunction(session(), { ...props, functionId: "id-0" });
    expect(requests()).toEqual(["GetFunction", "GetFunction"]);
    expect(warnings).toEqual([
      `${label()}: a function of this name belongs to shop/prod/api. It was not changed`,
      `${label()}: a function of this name was created again and has no owner. It was not changed`,
    ]);
    await deleteFunction(session(), props);
    expect(entry()).toBeUndefined();
  });

  it("is sent again after a lost answer only if the function still exists", async () => {
    fault("DeleteFunction", { kind: "resetBefore" });
    await deleteFunction(session(), props);
    expect(requests()).toEqual([...READS, "DeleteFunction", "GetFunction", "DeleteFunction", "GetFunction"]);
    await made();
    fault("DeleteFunction", lost);
    await deleteFunction(session(), props);
    expect(requests().filter((operation) => operation === "DeleteFunction")).toHaveLength(1);
  });

  it("is refused while somebody else uses the function", async () => {
    await addChildren("", "[fcp:0123456789ab:shop/prod/api]", "[fcp:0123456789ab:shop/prod/api]");
    domain();
    expect(await failure(deleteFunction(session(), props))).toBe(
      `function ${functionName} cannot be deleted: trigger http (without an owner) would be deleted too, alias prod (of ` +
        "shop/prod/api) would be deleted too, version 1 (of shop/prod/api) would be deleted too, custom domain " +
        "www.example.com has a route to it. The function was not deleted. Aliases and versions of the program are deleted " +
        "before their function, so this run may have deleted them. Remove the obstacles first, in the program or tool that " +
        "created them; then run pulumi again",
    );
    expect(requests()).toEqual(READS);
    expect(warnings).toEqual([]);
    for (const alias of entry()?.aliases.values() ?? []) alias.description = "";
    expect(await failure(deleteFunction(session(), props))).toContain("alias prod (without an owner) would be deleted");
  });

  it.each(["cascade", "refuse"] as const)("includes the objects of the stack, if the service %ss", async (how) => {
    emulator.options.deleteFunctionInUse = how;
    await addChildren(own, own, own);
    await api().update(functionName, { timeout: 9 });
    await api().publish(functionName);
    await api().update(functionName, { timeout: 8 });
    await api().publish(functionName);
    requests();
    await deleteFunction(session(), props);
    expect(entry()).toBeUndefined();
    // A function with a trigger is refused in any case.
    expect(requests()).toEqual([
      ...[...READS, "DeleteFunction", "DeleteTrigger", "DeleteAlias"],
      ...["DeleteFunctionVersion", "GetFunction", "DeleteFunctionVersion", "GetFunction"],
      ...["DeleteFunctionVersion", "GetFunction", "DeleteFunction", "GetFunction"],
    ]);
    expect(warnings).toEqual([
      `function ${functionName} is deleted with versions that no stack published: version 3, version 2`,
    ]);
  });

  it("goes on if an object is gone already, and not after another failure", async () => {
    await addChildren(own, own, own);
    for (const operation of ["DeleteTrigger", "DeleteAlias", "DeleteFunctionVersion"]) {
      const code = operation === "DeleteTrigger" ? "TriggerNotFound" : operation === "DeleteAlias" ? "AliasNotFound" : "VersionNotFound"; // prettier-ignore
      fault(operation, { kind: "applyThenReject", status: 404, code, message: "gone" });
    }
    await deleteFunction(session(), props);
    expect(entry()).toBeUndefined();
    props = await made();
    await addChildren(own, own, own);
    fault("DeleteTrigger", denied);
    expect(await failure(deleteFunction(session(), props))).toContain("DeleteTrigger: not yours");
    expect(entry()?.aliases.size).toBe(1);
  });

  it("that the service refuses for another reason deletes no object", async () => {
    fault("DeleteFunction", inUse(409));
    expect(await failure(deleteFunction(session(), props))).toContain("DeleteFunction: in use");
    expect(requests()).toEqual([...READS, "DeleteFunction"]);
    await addChildren(own, own, own);
    fault("DeleteFunction", denied);
    expect(await failure(deleteFunction(session(), props))).toContain("DeleteFunction: not yours");
    expect(requests()).toEqual([...READS, "DeleteFunction"]);
  });

  it("of a function that is deleted while it is examined succeeds", async () => {
    before("ListFunctionVersions", () => emulator.store.functions.delete(functionName));
    await deleteFunction(session(), props);
    expect(requests()).toEqual([...READS, "DeleteFunction", "GetFunction"]);
    expect(warnings).toEqual([]);
  });
});

it("the claim of a function has its id in state, and adopt only if the program sets it", () => {
  const own = inputs();
  expect(functionClaim(own, undefined)).toEqual({
    ...{ resourceUrn: own.resourceUrn, owner: own.owner, kind: "a function", named: "functionName" },
    ...{ label: label(), release: `take the tag ${OWNER_TAG} off it` },
  });
  expect(functionClaim(inputs({ adopt: false }), { functionId: "id-1" })).toMatchObject({
    adopt: false,
    known: { identity: "id-1" },
  });
});
