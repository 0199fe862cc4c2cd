/** Dynamic resources and the plugin return the same answers to the same calls. Each of these two servers is called a door. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { profileOptions } from "../support/profile";
import { hashCode } from "../../provider/code";
import { type Kind, providerText } from "../../provider/resources/tokens";
import { type CallError, type Door, type ProviderProcess, linkedFolder, startProvider, urnAt } from "../support/providerProcess"; // prettier-ignore
import { MARKERS, SECRET, SIGNATURE_KEY, opened } from "../support/wire";
import { TABLES } from "./badInput";

type Props = Record<string, unknown>;

const DOORS: Door[] = ["dynamic", "plugin"];
const HASH = "t1:0123456789abcdef";
const OWN: Record<Kind, Props> = {
  Function: {
    runtime: "nodejs20",
    handler: "index.handler",
    code: { path: "./src", hash: HASH },
    environmentVariables: { TOKEN: "hunter2" },
    secretInputs: ["environmentVariables"],
  },
  Version: { fingerprint: "f1:a", environmentFingerprint: "b", content: "c1:c", triggers: ["x"] },
  Alias: { aliasName: "prod", canary: { versionId: "1", weight: 10 } },
  Release: { aliasName: "live", versionId: "1", fingerprint: "f1:aaaaaaaa", weight: 10 },
  HttpTrigger: { triggerName: "http", qualifier: "prod", methods: ["GET"] },
};

let emulator: Emulator;
let folder: string;
const providers = {} as Record<Door, ProviderProcess>;

beforeAll(async () => {
  emulator = await startEmulator(profileOptions());
  folder = linkedFolder("doors");
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src", "index.js"), "exports.handler = async () => 1;\n");
  for (const door of DOORS) providers[door] = await startProvider(folder, { ...process.env, ...emulator.env }, door);
});

afterAll(async () => {
  for (const door of DOORS) providers[door].close();
  rmSync(folder, { recursive: true });
  await emulator.close();
});

function inputs(door: Door, kind: Kind): Props {
  const { region, accountId } = emulator;
  return { region, accountId, functionName: "api", resourceUrn: urnAt(door, kind), ...OWN[kind] };
}

/** An answer without the member that differs between the servers. */
function doorless(props: Props): Props {
  return { ...props, resourceUrn: undefined };
}

/** The answers of all servers, in the order of DOORS. */
async function both<T>(
  ask: (calls: ReturnType<ProviderProcess["of"]>, door: Door) => Promise<T>,
  kind: Kind,
): Promise<T[]> {
  const answers: T[] = [];
  for (const door of DOORS) answers.push(await ask(providers[door].of(kind), door));
  return answers;
}

const caught = (call: Promise<unknown>): Promise<CallError> =>
  call.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as CallError,
  );

/**
 * Number of refused values and of accepted values for each argument. `badInput.deep.ts` sends all values to each
 * server.
 */
const VALUES = 2;

it.each(TABLES)(
  "%s: plugin and dynamic provider answer the rows of the table of bad inputs in the same way",
  async (kind, table) => {
    const before = emulator.requests.length;
    // The code for nested values is the same in both servers. The plugin receives connection and timeouts in another
    // way, so they are left out.
    const ways = Object.entries(table).filter(([way]) => !/\.|^connection|^waitSeconds|^resourceUrn|^code$/.test(way));
    for (const [way, { refused, accepted }] of ways) {
      for (const value of [...refused.map(([wrong]) => wrong).slice(0, VALUES), ...accepted.slice(0, VALUES)]) {
        const [dynamic, plugin] = await both(async (calls, door) => {
          const { inputs: checked, failures } = await calls.check({}, { ...inputs(door, kind), [way]: value });
          return { failures, checked: failures.length === 0 ? doorless(checked) : {} };
        }, kind);
        expect({ way, value, ...plugin }).toEqual({ way, value, ...dynamic });
      }
    }
    expect(emulator.requests.length).toBe(before);
  },
);

it.each(TABLES)(
  "%s: plugin and dynamic provider answer unknown values in the same way, without a call",
  async (kind) => {
    const before = emulator.requests.length;
    for (const marker of MARKERS) {
      for (const field of Object.keys(inputs("dynamic", kind)).filter((name) => name !== "resourceUrn")) {
        const [dynamic, plugin] = await both(
          async (calls, door) => doorless((await calls.check({}, { ...inputs(door, kind), [field]: marker })).inputs),
          kind,
        );
        expect(plugin).toEqual(dynamic);
      }
    }
    expect(emulator.requests.length).toBe(before);
  },
);

describe.each(DOORS)("%s", (door) => {
  it("creates, diffs without a change, updates, reads and deletes; secret values are marked as secrets", async () => {
    const calls = providers[door].of("Function");
    // A TypeScript class computes the hash of code. Programs in other languages pass only the path.
    const hash = hashCode("./src", folder);
    const given = { ...inputs(door, "Function"), code: door === "plugin" ? "./src" : { path: "./src", hash } };
    const checked = await calls.check({}, given);
    expect(checked.failures).toEqual([]);
    expect(checked.inputs["environmentFingerprint"]).toHaveProperty(SIGNATURE_KEY);
    expect(checked.inputs["code"]).toEqual({ path: "./src", hash });
    const news = opened(checked.inputs);
    const { id, outs } = await calls.create(news);
    expect(id).toBe(`${emulator.region}:${emulator.accountId}:api`);
    expect(outs["content"]).toHaveProperty(SIGNATURE_KEY);
    const stored = opened(outs);
    expect(await calls.diff(id, stored, news)).toEqual({ changes: 1, deleteBeforeReplace: false, replaces: [] });
    const changed = opened((await calls.check(news, { ...given, timeout: 9 })).inputs);
    expect(await calls.update(id, stored, changed)).toMatchObject({ timeout: 9, revision: 2 });
    await calls.read(id, stored);
    await calls.delete(id, stored);
    expect((await calls.read(id, stored)).id).toBe("");
  });

  it("state keeps a function that did not become usable, with all members for the next call, and secrets as secrets", async () => {
    const calls = providers[door].of("Function");
    const code = { path: "./src", hash: hashCode("./src", folder) };
    const given = { ...inputs(door, "Function"), functionName: "slow", code, waitSeconds: 1 };
    const news = opened((await calls.check({}, given)).inputs);
    emulator.options.pendingReads = 1_000;
    const { message, kept } = await caught(calls.create(news));
    emulator.options.pendingReads = 0;
    expect(message).toContain("function slow did not become usable within 1 s: state Pending");
    expect(kept?.properties).toMatchObject({ functionName: "slow", __provider: providerText("Function") });
    for (const entry of emulator.store.functions.values()) Object.assign(entry, { pendingReads: 0 });
    await calls.delete(kept?.id ?? "", opened(kept?.properties ?? {}));
  });

  it("a get of what does not exist fails in one line", async () => {
    const calls = providers[door].of("Alias");
    const news = opened((await calls.check({}, inputs(door, "Alias"))).inputs);
    const { message } = await caught(calls.read("cn-hangzhou:1234567890123456:api/prod", news));
    expect(message).toContain("cn-hangzhou:1234567890123456:api/prod does not exist");
    expect(providers[door].errors()).not.toContain("    at ");
  });
});

it("plugin: a secret of the program is a secret in every answer, and its value is in no message", async () => {
  const calls = providers.plugin.of("Function");
  const given = { ...inputs("plugin", "Function"), description: { ...SECRET, value: "hunter3" }, code: "./src" };
  const { inputs: checked } = await calls.check(
    {},
    { ...given, environmentVariables: { TOKEN: { ...SECRET, value: "x" } } },
  );
  expect(checked["description"]).toEqual({ ...SECRET, value: "hunter3" });
  expect(checked["environmentVariables"]).toEqual({ TOKEN: { ...SECRET, value: "x" } });
  const refused = await calls.check({}, { ...given, description: { ...SECRET, value: 5 } });
  expect(refused.failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^description: got a secret/)]);
  const { id, outs } = await calls.create(checked);
  expect(outs["description"]).toEqual({ ...SECRET, value: "hunter3" });
  await calls.delete(id, outs);
});

it("plugin: hashes of secret values stay secrets when a program passes members of a function or a version on", async () => {
  const hashes = { fingerprint: "f1:a", environmentFingerprint: "e".repeat(32), content: "c1:c" };
  const closed = { ...hashes, environmentFingerprint: { ...SECRET, value: hashes.environmentFingerprint } };
  const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
  const signature = "4dabf18193072939515e22adb298388d";
  const forms: object[] = [
    closed,
    { ...SECRET, value: hashes },
    { [signature]: OUTPUT, value: hashes, secret: true },
    { ...hashes, environmentFingerprint: { [signature]: OUTPUT, value: "e".repeat(32), secret: true } },
  ];
  const { region, accountId } = emulator;
  for (const form of forms) {
    const like = "value" in form ? { ...form, value: { ...(form.value as Props), functionName: "api" } } : { ...form, functionName: "api" }; // prettier-ignore
    const version = await providers.plugin.of("Version").check({}, { region, accountId, function: like });
    expect(version.failures).toEqual([]);
    expect(version.inputs["environmentFingerprint"]).toEqual({ ...SECRET, value: hashes.environmentFingerprint });
    const of = { region, accountId, function: { functionName: "api" }, aliasName: "prod" };
    const given = "value" in form ? { ...form, value: { ...(form.value as Props), versionId: "1" } } : { ...form, versionId: "1" }; // prettier-ignore
    const release = await providers.plugin.of("Release").check({}, { ...of, version: given });
    expect(release.inputs["environmentFingerprint"]).toEqual({ ...SECRET, value: hashes.environmentFingerprint });
  }
  const plain = await providers.plugin.of("Version").check({}, { region, accountId, function: { ...hashes, functionName: "api" } }); // prettier-ignore
  expect(plain.inputs).toMatchObject(hashes);
});

it("plugin: reads the members of a function and a version in the arguments, and adds the settings of the provider", async () => {
  const settings = { region: "cn-beijing", accountId: "0000111122223333", profile: "prod" };
  const {
    ALIBABA_CLOUD_REGION: _region,
    ALIBABA_CLOUD_ACCOUNT_ID: _account,
    ...env
  } = { ...process.env, ...emulator.env };
  const provider = await startProvider(folder, env, "plugin", settings);
  try {
    const of = { functionName: "api", fingerprint: "f1:a", revision: 2 };
    const version = await provider.of("Version").check({}, { function: of });
    expect(version.failures).toEqual([]);
    const place = { region: "cn-beijing", accountId: "0000111122223333", connection: { profile: "prod" } };
    expect(version.inputs).toMatchObject({ ...place, ...of, resourceUrn: "dev::shop::alicloud-fc:index:Version::api" });
    // The input `function` contains only the name, because the engine makes the other members unknown before a
    // replacement.
    expect(version.inputs["function"]).toEqual({ functionName: "api" });
    const hashes = { fingerprint: "f1:a", environmentFingerprint: "e1", revision: 3 };
    const taken = { function: { ...of, region: "cn-hangzhou" }, version: { versionId: "1", ...hashes } };
    const release = await provider.of("Release").check({}, { ...taken, aliasName: "prod", weight: 5, profile: "dev" });
    expect(release.failures).toEqual([]);
    const own = { region: "cn-hangzhou", connection: { profile: "dev" }, versionId: "1" };
    expect(release.inputs).toMatchObject({ ...own, fingerprint: "f1:a", revision: 3 });
    expect(opened(release.inputs)).toHaveProperty("environmentFingerprint", "e1");
    const misspelt = await provider
      .of("Alias")
      .check({}, { function: of, aliasName: "prod", versionId: "1", wieght: 5 });
    expect(misspelt.failures.map(({ reason }) => reason)).toEqual([
      "wieght: there is no such argument; check its spelling",
    ]);
  } finally {
    provider.close();
  }
});

it("plugin: a function or version without the member about environment values is refused, with its name", async () => {
  const ours = { functionName: "api", fingerprint: "f1:0123456789abcdef" };
  const reasons = async (kind: Kind, given: Props) =>
    (await providers.plugin.of(kind).check({}, given)).failures.map(({ reason }) => reason.replace(/; give.*/s, ""));
  const refused = (property: string) => [`${property}.revision: required beside fingerprint`];
  expect(await reasons("Version", { function: ours })).toEqual(refused("function"));
  for (const more of [{ revision: 1 }, { environmentFingerprint: "b" }, { revision: MARKERS[0] }]) {
    expect(await reasons("Version", { function: { ...ours, ...more } })).toEqual([]);
  }
  // A fingerprint that the program chose itself needs no such member.
  expect(await reasons("Version", { function: { ...ours, fingerprint: "commit-1" } })).toEqual([]);
  const release = { function: { functionName: "api" }, aliasName: "prod" };
  const version = { versionId: "1", fingerprint: ours.fingerprint };
  expect(await reasons("Release", { ...release, version })).toEqual(refused("version"));
  expect(await reasons("Release", { ...release, version: { ...version, revision: 1 } })).toEqual([]);
  expect(await reasons("Alias", { function: ours, aliasName: "prod", versionId: "1" })).toEqual([]);
});

it("plugin: a name, or another resource, in place of a function or version is refused, and the error names the property", async () => {
  const reference = { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "x" };
  const wrong: [unknown, string][] = [
    ...([["api", "a string"], [5, "a number"], [["api"], "a list"], [true, "a boolean"]] as [unknown, string][]),
    ...([[reference, "a resource"], [{ ...SECRET, value: "hunter2" }, "a string"]] as [unknown, string][]),
  ]; // prettier-ignore
  const expected: [Kind, "function" | "version", Props, string][] = [
    ["Version", "function", {}, "{ functionName, fingerprint, environmentFingerprint, revision, content }"],
    ["Alias", "function", { aliasName: "prod" }, "{ functionName }"],
    ["HttpTrigger", "function", { triggerName: "http", qualifier: "prod" }, "{ functionName }"],
    ["Release", "version", { function: { functionName: "api" }, aliasName: "prod" }, "{ versionId, fingerprint, environmentFingerprint, revision }"],
  ]; // prettier-ignore
  for (const [kind, property, more, members] of expected) {
    const reasons = async (value: unknown) =>
      (await providers.plugin.of(kind).check({}, { ...more, [property]: value })).failures.map(({ reason }) => reason);
    for (const [value, got] of wrong) {
      expect(await reasons(value)).toEqual([`${property}: got ${got}; allowed: the members of one, ${members}`]);
    }
    for (const empty of [null, {}]) expect((await reasons(empty)).join()).toMatch(/: required/);
  }
});

it("the folder with PulumiPlugin.yaml answers in the same way as the executable", async () => {
  const provider = await startProvider(folder, { ...process.env, ...emulator.env }, "folder");
  try {
    const given = { ...inputs("plugin", "Function"), code: "./src" };
    const answer = await provider.of("Function").check({}, given);
    expect(answer).toEqual(await providers.plugin.of("Function").check({}, given));
    expect(answer.failures).toEqual([]);
  } finally {
    provider.close();
  }
});
