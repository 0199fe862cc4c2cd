/** The provider process over gRPC without an engine. The tests send the requests of an engine and check the answers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { profileOptions } from "../support/profile";
import { hashCode } from "../../provider/code";
import { type Kind, providerText, typeToken } from "../../provider/resources/tokens";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type CallError, DOOR, type ProviderProcess, startProvider, tokenAt } from "../support/providerProcess";
import { MARKERS, SIGNATURE_KEY, opened } from "../support/wire";

type Props = Record<string, unknown>;

const itAtTheDynamicDoor = DOOR === "dynamic" ? it : () => undefined;

const KINDS: Kind[] = ["Function", "Version", "Alias", "Release", "HttpTrigger"];

let emulator: Emulator;
let provider: ProviderProcess;
let folder: string;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, folder, close } = await startEmulatedProvider("grpc"));
});

afterAll(() => close());

function inputs(kind: Kind): Props {
  const { region, accountId } = emulator;
  const common = {
    region,
    accountId,
    functionName: "api",
    resourceUrn: `urn:pulumi:dev::shop::${tokenAt(kind)}::api`,
  };
  const own: Record<Kind, Props> = {
    Release: { aliasName: "live", versionId: "1", fingerprint: "f1:aaaaaaaa", weight: 10, description: "text" },
    HttpTrigger: { triggerName: "http", qualifier: "prod", methods: ["GET"], description: "text" },
    Function: {
      runtime: "nodejs20",
      handler: "index.handler",
      code: { path: "./src", hash: hashCode("./src", folder) },
      environmentVariables: { TOKEN: "hunter2" },
      tags: { team: "shop" },
      logConfig: { project: "p", logstore: "l" },
      layers: [],
    },
    Version: {
      fingerprint: "f1:a",
      environmentFingerprint: "b",
      content: "c1:c",
      triggers: ["x"],
      description: "text",
    },
    Alias: { aliasName: "prod", canary: { versionId: "1", weight: 10 }, description: "text" },
  };
  return { ...common, ...own[kind] };
}

const caught = (call: Promise<unknown>): Promise<CallError> =>
  call.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as CallError,
  );

it("the provider text and the type tokens are frozen", () => {
  expect(KINDS.map(typeToken)).toEqual([
    "pulumi-nodejs:dynamic/alicloud-fc:Function",
    "pulumi-nodejs:dynamic/alicloud-fc:Version",
    "pulumi-nodejs:dynamic/alicloud-fc:Alias",
    "pulumi-nodejs:dynamic/alicloud-fc:Release",
    "pulumi-nodejs:dynamic/alicloud-fc:HttpTrigger",
  ]);
  expect(providerText("Alias")).toBe(
    "exports.handler=()=>{try{return require('pulumi-alicloud-fc/v1').Alias}catch(e){" +
      "e.stack='';e.message=/.*/.exec(e.message)+': add it to package.json';throw e}}",
  );
  expect(providerText("Function").replace("Function", "Alias")).toBe(providerText("Alias"));
});

it.each<[Kind, number]>([
  ["Function", 161],
  ["Version", 160],
  ["Alias", 158],
  ["Release", 160],
  ["HttpTrigger", 164],
])("the provider text of a %s is one line of %i bytes in every state file", (kind, bytes) => {
  expect(Buffer.byteLength(providerText(kind))).toBe(bytes);
  expect(providerText(kind)).not.toContain("\n");
});

describe.each(KINDS)("%s", (kind) => {
  it("check and diff accept an unknown value in every field, at every depth, without a call", async () => {
    const before = emulator.requests.length;
    const calls = provider.of(kind);
    const known = opened((await calls.check({}, inputs(kind))).inputs);
    const stored = { ...known, mainVersionId: "1", split: { "1": 90, "2": 10 }, versionId: "1", published: ["1"] };
    for (const marker of MARKERS) {
      for (const [field, value] of Object.entries(inputs(kind))) {
        const nested =
          typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.keys(value).map((key) => ({ [field]: { ...value, [key]: marker } }))
            : [];
        for (const news of [{ [field]: marker }, ...nested]) {
          const { failures, inputs: checked } = await calls.check(known, { ...inputs(kind), ...news });
          expect(failures).toEqual([]);
          await calls.diff("id", stored, opened(checked));
        }
      }
    }
    expect(emulator.requests.length).toBe(before);
  });
});

it("creates, reads, updates and deletes; outputs that contain hashes of environment values are secrets", async () => {
  const calls = provider.of("Function");
  const given = { ...inputs("Function"), secretInputs: ["environmentVariables"] };
  const checked = await calls.check({}, given);
  expect(checked.inputs["environmentFingerprint"]).toHaveProperty(SIGNATURE_KEY);
  const news = opened(checked.inputs);
  const { id, outs } = await calls.create(news);
  expect(id).toBe(`${emulator.region}:${emulator.accountId}:api`);
  expect(outs["content"]).toHaveProperty(SIGNATURE_KEY);
  const stored = opened(outs);
  const read = await calls.read(id, stored);
  expect(read.id).toBe(id);
  expect(opened(read.props)).toEqual(stored);
  expect(opened(read.inputs)).toEqual(news);
  expect(await calls.diff(id, stored, news)).toMatchObject({ changes: 1, replaces: [] });
  const changed = opened((await calls.check(news, { ...given, timeout: 9 })).inputs);
  expect(await calls.update(id, stored, changed)).toMatchObject({ timeout: 9, revision: 2 });
  await calls.read(id, stored);
  await calls.delete(id, stored);
  expect((await calls.read(id, stored)).id).toBe("");
});

describe("the hash of a secret value is a secret", () => {
  const SIGNATURE = "4dabf18193072939515e22adb298388d";
  const container = (password: string): Props => ({
    ...{ runtime: "custom-container", code: null, environmentVariables: null },
    customContainerConfig: { image: "r/x:1", registryConfig: { authConfig: { userName: "u", password } } },
  });
  const isSecret = (value: unknown) => typeof value === "object" && value !== null && SIGNATURE in value;
  const TABLE: [string, Props, boolean, boolean][] = [
    ["an environment value in plain", {}, false, false],
    ["a secret environment value", { secretInputs: ["environmentVariables"] }, true, true],
    ["a registry's password in plain", container("hunter2"), false, false],
    ["a secret inside a registry", { ...container("hunter2"), secretInputs: ["customContainerConfig"] }, true, true],
    ["no value at all", { environmentVariables: null }, false, false],
    ["another argument that is a secret", { secretInputs: ["description"], description: "d" }, false, false],
  ];

  it.each(TABLE)("%s", async (_what, more, fingerprint, content) => {
    const calls = provider.of("Function");
    const { inputs: news, failures } = await calls.check(
      {},
      { ...inputs("Function"), functionName: "hashed", ...more },
    );
    expect(failures).toEqual([]);
    const { id, outs } = await calls.create(opened(news));
    const read = await calls.read(id, opened(outs));
    await calls.delete(id, opened(outs));
    for (const members of [outs, read.props]) expect(isSecret(members["content"])).toBe(content);
    for (const members of [news, outs, read.props, read.inputs]) {
      expect(isSecret(members["environmentFingerprint"])).toBe(fingerprint);
      expect(members).not.toHaveProperty("unseenValues");
    }
  });

  it("the hash of environment values that were changed by hand is a secret, in a refresh and in a get", async () => {
    const calls = provider.of("Function");
    const given = { ...inputs("Function"), functionName: "hashed", environmentVariables: null };
    const { id, outs } = await calls.create(opened((await calls.check({}, given)).inputs));
    expect(isSecret(outs["content"])).toBe(false);
    const live = emulator.store.functions.get("hashed")?.config ?? {};
    Object.assign(live, { environmentVariables: { TOKEN: "by-hand" } });
    const { region, accountId, resourceUrn } = given as Props;
    const seen = await calls.read(id, { region, accountId, resourceUrn, functionName: "hashed" });
    const read = await calls.read(id, opened(outs));
    expect([isSecret(read.props["content"]), isSecret(seen.props["content"])]).toEqual([true, true]);
    Object.assign(live, { environmentVariables: {} });
    await calls.read(id, opened(outs));
    await calls.delete(id, opened(outs));
  });
});

// The plugin takes the URN from the call and not from the inputs, so this test is for dynamic resources only.
itAtTheDynamicDoor("state does not store values that can be computed: the owner, and the type in the URN", async () => {
  const calls = provider.of("Alias");
  const urn = `urn:pulumi:dev::shop::my:component$${typeToken("Alias")}::api`;
  const given = { ...inputs("Alias"), resourceUrn: urn };
  const { inputs: news } = await calls.check({}, given);
  expect(news).toMatchObject({ resourceUrn: "dev::shop::my:component$~Alias::api" });
  expect(news).not.toHaveProperty("owner");
  // If the resource is renamed with an alias of the engine, its owner stays the same.
  const renamed = await calls.check(opened(news), { ...given, resourceUrn: urn.replace(/api$/, "web") });
  expect(renamed.inputs["owner"]).toMatch(/^[0-9a-f]{12}:shop\/dev\/api$/);
  const back = await calls.check(opened(renamed.inputs), given);
  expect(back.inputs).toEqual(news);
});

itAtTheDynamicDoor(
  "outputs of versions, aliases and triggers have no region and account, because the id contains them",
  async () => {
    const [functions, versions] = [provider.of("Function"), provider.of("Version")];
    const made = await functions.create(opened((await functions.check({}, inputs("Function"))).inputs));
    expect(made.outs).toMatchObject({ region: emulator.region, accountId: emulator.accountId });
    const { content: _any, ...given } = inputs("Version");
    const news = opened((await versions.check({}, given)).inputs);
    const { id, outs } = await versions.create(news);
    for (const name of ["owner", "region", "accountId"]) expect(outs).not.toHaveProperty(name);
    expect(await versions.diff(id, opened(outs), news)).toMatchObject({ changes: 1, replaces: [] });
    const moved = { ...news, region: "cn-shanghai" };
    expect(await versions.diff(id, opened(outs), moved)).toMatchObject({ replaces: ["region"] });
    const read = await versions.read(id, opened(outs));
    expect([opened(read.props), opened(read.inputs)]).toEqual([opened(outs), news]);
    const from = emulator.mutations().length;
    await versions.delete(id, opened(outs));
    await functions.read(made.id, opened(made.outs));
    await functions.delete(made.id, opened(made.outs));
    expect(emulator.mutations().slice(from).map(({ operation }) => operation)).toEqual(["DeleteFunctionVersion", "DeleteFunction"]); // prettier-ignore
  },
);

it.each<["create" | "diff" | "update"]>([["create"], ["diff"], ["update"]])(
  "the old half of a replacement under the same name is not deleted after a %s",
  async (call) => {
    const calls = provider.of("Function");
    const news = opened((await calls.check({}, inputs("Function"))).inputs);
    const { id, outs } = await calls.create(news);
    const stored = opened(outs);
    await calls.read(id, stored);
    const again = {
      create: () => calls.create(news),
      // The engine checks the inputs of a planned change first. A diff without a check belongs to a refresh.
      diff: async () => {
        await calls.check(stored, news);
        return await calls.diff(id, stored, news);
      },
      update: () => calls.update(id, stored, news),
    };
    await again[call]();
    const before = emulator.requests.length;
    await calls.delete(id, stored);
    expect(emulator.requests.length).toBe(before);
    expect(emulator.store.functions.has("api")).toBe(true);
    await calls.read(id, stored);
    await calls.delete(id, stored);
    expect(emulator.store.functions.has("api")).toBe(false);
  },
);

it("a function that the diff of a refresh found unchanged is deleted by the same operation", async () => {
  const calls = provider.of("Function");
  const news = opened((await calls.check({}, inputs("Function"))).inputs);
  const { id, outs } = await calls.create(news);
  await calls.read(id, opened(outs));
  expect(await calls.diff(id, opened(outs), news)).toMatchObject({ changes: 1 });
  await calls.delete(id, opened(outs));
  expect(emulator.store.functions.has("api")).toBe(false);
});

it("state keeps a function that did not become usable, with all members for the next call", async () => {
  emulator.options.pendingReads = 1_000;
  const calls = provider.of("Function");
  const news = opened((await calls.check({}, { ...inputs("Function"), waitSeconds: 1 })).inputs);
  const { message, kept } = await caught(calls.create(news));
  emulator.options.pendingReads = 0;
  expect(message).toContain("function api did not become usable within 1 s: state Pending");
  expect(kept?.id).toBe(`${emulator.region}:${emulator.accountId}:api`);
  expect(kept?.properties).toMatchObject({ functionName: "api", __provider: providerText("Function") });
  const stored = opened(kept?.properties ?? {});
  for (const entry of emulator.store.functions.values()) Object.assign(entry, { pendingReads: 0 });
  await calls.delete(kept?.id ?? "", stored);
});

it("get of an object that does not exist fails, and a refresh removes it from state", async () => {
  const calls = provider.of("Alias");
  const news = opened((await calls.check({}, inputs("Alias"))).inputs);
  expect((await caught(calls.read("id", news))).message).toContain("id does not exist");
  expect((await calls.read("id", { ...news, split: { "1": 100 }, mainVersionId: "1" })).id).toBe("");
});

it("with the keys of another account, an object is neither removed from state nor deleted", async () => {
  const other = await startEmulator(profileOptions());
  const foreign = await startProvider(folder, { ...process.env, ...other.env });
  try {
    const stored = { ...inputs("Function"), functionId: "1", codeChecksum: "1", owner: "0123456789ab:x" };
    const message = `the credentials in use belong to account ${other.accountId}, but this resource lives in account ${emulator.accountId}`;
    const calls = foreign.of("Function");
    expect((await caught(calls.read("id", stored))).message).toContain(message);
    expect((await caught(calls.delete("id", stored))).message).toContain(message);
    expect(other.mutations()).toEqual([]);
  } finally {
    foreign.close();
    await other.close();
  }
});

// The plugin contains the package, so this error is possible with dynamic resources only.
itAtTheDynamicDoor("names the package.json that needs the package, in one line", async () => {
  const bare = mkdtempSync(join(tmpdir(), "bare-"));
  const lost = await startProvider(bare, { ...process.env, ...emulator.env });
  try {
    const { message } = await caught(lost.of("Alias").check({}, inputs("Alias")));
    expect(message).toMatch(/Cannot find module 'pulumi-alicloud-fc\/v1': add it to package\.json$/);
    expect(lost.errors()).not.toContain("    at ");
  } finally {
    lost.close();
    rmSync(bare, { recursive: true });
  }
});

it("no secret value is in any message or on the error output", () => {
  expect(provider.errors()).not.toContain("hunter2");
});
