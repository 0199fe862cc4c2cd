/**
 * The calls that a function with a version and an alias needs, each with its reason. If a call is left out, a change by somebody
 * else at this moment is found by the next call. Tested with the provider process.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../emulator";
import { hashCode } from "../../provider/code";
import { type Kind, typeToken } from "../../provider/resources/tokens";
import { type ProviderProcess, startProvider } from "../support/providerProcess";
import { startEmulatedProvider } from "../support/emulatedProvider";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;
interface Stored {
  readonly id: string;
  readonly outs: Props;
}

let emulator: Emulator;
let folder: string;
let close: () => Promise<void>;
let run: ProviderProcess;

beforeAll(async () => {
  ({ emulator, folder, close, provider: run } = await startEmulatedProvider("calls"));
});

/** Each run of the engine has a separate provider process. */
async function newRun(): Promise<void> {
  run.close();
  run = await startProvider(folder, { ...process.env, ...emulator.env });
}

beforeEach(() => {
  emulator.store.functions.clear();
  write("one");
});

afterAll(async () => {
  run.close();
  await close();
});

const write = (answer: string) =>
  writeFileSync(join(folder, "src", "index.js"), `exports.handler = async () => "${answer}";\n`);

async function up(kind: Kind, own: Props, state?: Stored): Promise<Stored> {
  const { region, accountId } = emulator;
  const resourceUrn = `urn:pulumi:dev::shop::${typeToken(kind)}::api`;
  const { inputs, failures } = await run.of(kind).check({}, { region, accountId, resourceUrn, ...own });
  expect(failures).toEqual([]);
  const news = opened(inputs);
  if (state !== undefined) return { id: state.id, outs: opened(await run.of(kind).update(state.id, state.outs, news)) };
  const { id, outs } = await run.of(kind).create(news);
  return { id, outs: opened(outs) };
}

const settings = (): Props => ({
  ...{ functionName: "api", runtime: "nodejs20", handler: "index.handler" },
  code: { path: "src", hash: hashCode("src", folder) },
});
const versionOf = ({ outs: { functionName, fingerprint, environmentFingerprint, content } }: Stored): Props => ({
  ...{ functionName, fingerprint, environmentFingerprint, content },
});
const aliasOf = ({ outs: { functionName, versionId } }: Stored, weight: number): Props => ({
  ...{ functionName, aliasName: "prod", canary: { versionId, weight } },
});

interface Stack {
  readonly fn: Stored;
  readonly version: Stored;
  readonly alias: Stored;
}

async function deploy(weight: number, state?: Stack): Promise<Stack> {
  const fn = await up("Function", settings(), state?.fn);
  const version = await up("Version", versionOf(fn), state?.version);
  return { fn, version, alias: await up("Alias", aliasOf(version, weight), state?.alias) };
}

async function counted(what: () => Promise<unknown>): Promise<string[]> {
  const from = emulator.requests.length;
  await what();
  return emulator.requests.slice(from).map(({ operation }) => operation);
}

it("a create takes 8 calls: before each write the object is read, or the service refuses a duplicate; each write is read back", async () => {
  expect(await counted(() => deploy(0))).toEqual([
    ...["GetFunction", "GetCallerIdentity"], // finds no function, and checks that the keys belong to the recorded account
    ...["CreateFunction", "GetFunction"],
    ...["PublishFunctionVersion", "GetFunction"],
    ...["CreateAlias", "GetAlias"],
  ]);
});

it("a release of a new function takes 2 calls more than its version: the service refuses a duplicate of its alias", async () => {
  const version = await up("Version", versionOf(await up("Function", settings())));
  const { functionName, fingerprint, environmentFingerprint, versionId } = version.outs;
  const release = { functionName, fingerprint, environmentFingerprint, versionId, aliasName: "prod" };
  expect(await counted(() => up("Release", release))).toEqual(["CreateAlias", "GetAlias"]);
});

it("a publish takes 9 calls", async () => {
  const state = await deploy(0);
  write("two");
  await newRun();
  expect(await counted(() => deploy(10, state))).toEqual([
    ...["GetFunction", "UpdateFunction", "GetFunction"], // reads owner and account, then reads the result of the update
    ...["ListFunctionVersions", "PublishFunctionVersion", "GetFunction"], // the versions are read because one may already have the content
    ...["GetAlias", "UpdateAlias", "GetAlias"],
  ]);
});

describe("with a canary", () => {
  let state: Stack;

  beforeEach(async () => {
    const one = await deploy(0);
    write("two");
    state = await deploy(10, one);
    await newRun();
  });

  it("a weight step takes 5 calls", async () => {
    expect(await counted(() => up("Alias", aliasOf(state.version, 50), state.alias))).toEqual([
      ...["GetCallerIdentity", "GetAlias", "ListFunctionVersions", "UpdateAlias", "GetAlias"],
    ]);
  });

  it("a weight step that the alias has already takes 2 calls", async () => {
    Object.assign(emulator.store.functions.get("api")?.aliases.get("prod") ?? {}, {
      additionalVersionWeight: { "2": 0.5 },
    });
    expect(await counted(() => up("Alias", aliasOf(state.version, 50), state.alias))).toEqual([
      "GetCallerIdentity",
      "GetAlias",
    ]);
  });

  it("a refresh takes 3 calls: resources that are read at the same time share one list of versions", async () => {
    const kinds: [Kind, Stored][] = [["Function", state.fn], ["Version", state.version], ["Alias", state.alias]]; // prettier-ignore
    const calls = await counted(() => Promise.all(kinds.map(([kind, { id, outs }]) => run.of(kind).read(id, outs))));
    expect(calls.sort()).toEqual(["GetAlias", "GetCallerIdentity", "GetFunction", "ListFunctionVersions"]);
  });

  it("if somebody deletes a version that this run published, the error names it and the alias does not change", async () => {
    write("three");
    const fn = await up("Function", settings(), state.fn);
    const version = await up("Version", versionOf(fn), state.version);
    emulator.store.functions.get("api")?.versions.delete("3");
    await expect(up("Alias", aliasOf(version, 50), state.alias)).rejects.toThrow(
      "version 3, its canary, does not exist",
    );
    expect(emulator.store.functions.get("api")?.aliases.get("prod")?.additionalVersionWeight).toEqual({ "2": 0.1 });
  });
});

it("if somebody changes LATEST after the deployment, the published version differs when it is read back, and no alias changes", async () => {
  const fn = await up("Function", settings());
  Object.assign(emulator.store.functions.get("api")?.config ?? {}, { timeout: 99 });
  await expect(up("Version", versionOf(fn))).rejects.toThrow(
    /version 1 of function api holds other content than this stack's: timeout changed between .* No alias was moved/,
  );
});

it("an alias that somebody else creates on a function of this run is refused with its name, and does not change", async () => {
  const fn = await up("Function", settings());
  const version = await up("Version", versionOf(fn));
  const theirs = {
    aliasName: "prod",
    versionId: "1",
    description: "theirs",
    additionalVersionWeight: {},
    createdTime: "2026-01-01T00:00:00Z",
    lastModifiedTime: "2026-01-01T00:00:00Z",
  };
  emulator.store.functions.get("api")?.aliases.set("prod", theirs);
  await expect(up("Alias", aliasOf(version, 0))).rejects.toThrow(
    /an alias of this name exists already, and it has no owner. Nothing was changed/,
  );
  expect(emulator.store.functions.get("api")?.aliases.get("prod")).toEqual(theirs);
});

describe("a function that this run deletes and creates again", () => {
  afterEach(() => {
    emulator.options.readAfterWrite = "current";
  });

  it.each(["current", "late"] as const)("is not mistaken for the deleted function, if reads are %s", async (reads) => {
    emulator.options.readAfterWrite = reads;
    const first = await deploy(0);
    await run.of("Alias").read(first.alias.id, first.alias.outs);
    await run.of("Version").read(first.version.id, first.version.outs);
    await run.of("Function").read(first.fn.id, first.fn.outs);
    await run.of("Function").delete(first.fn.id, first.fn.outs);
    const second = await deploy(0);
    expect(second.fn.outs["functionId"]).not.toBe(first.fn.outs["functionId"]);
    expect(second.alias.outs).toMatchObject({ split: { "1": 100 } });
  });

  it.each<[Kind, (state: Stack) => Stored]>([
    ["Alias", ({ alias }) => alias],
    ["Version", ({ version }) => version],
    ["Function", ({ fn }) => fn],
  ])("a deleted %s is not in the next read, also if reads lag behind", async (kind, of) => {
    emulator.options.readAfterWrite = "late";
    const state = await deploy(0);
    const { id, outs } = of(state);
    await run.of(kind).read(id, outs);
    if (kind === "Version") emulator.store.functions.get("api")?.aliases.clear();
    await run.of(kind).delete(id, outs);
    expect((await run.of(kind).read(id, outs)).id).toBe("");
  });

  it("an accepted deletion counts as done, whatever the next read answers", async () => {
    const { alias } = await deploy(0);
    await run.of("Alias").read(alias.id, alias.outs);
    const action = { kind: "reject", status: 403, code: "AccessDenied", message: "not yours" } as const;
    emulator.faults.add({ operation: "GetAlias", nth: 2, action });
    await run.of("Alias").delete(alias.id, alias.outs);
    expect(emulator.store.functions.get("api")?.aliases.size).toBe(0);
    expect(emulator.requests.at(-1)).toMatchObject({ operation: "GetAlias", status: 403 });
  });
});
