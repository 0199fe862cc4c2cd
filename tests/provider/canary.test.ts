/**
 * The main job of the package, which is a canary release, with the provider's own methods, the real SDK, and the
 * emulator over HTTP. These tests do not use the engine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { hashCode } from "../../provider/code";
import { Alias, type DynamicProvider, Function, Version } from "../../provider/v1";
import { profileOptions } from "../support/profile";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;

let emulator: Emulator;
let folder: string;
const environment = { ...process.env };

beforeAll(async () => {
  emulator = await startEmulator(profileOptions());
  Object.assign(process.env, emulator.env);
  folder = mkdtempSync(join(tmpdir(), "canary-"));
  mkdirSync(join(folder, "src"));
});

afterAll(async () => {
  process.env = environment;
  rmSync(folder, { recursive: true });
  await emulator.close();
});

/** Calls check, diff, and then create or update, as the engine does for one resource in `pulumi up`. */
async function up(
  provider: DynamicProvider,
  state: Stored | undefined,
  news: Props,
): Promise<Stored & { step: string }> {
  const checked = await provider.check(state?.inputs ?? {}, news);
  expect(checked.failures).toEqual([]);
  const inputs = opened(checked.inputs);
  if (state === undefined) {
    const { id, outs } = await provider.create(inputs);
    return { id, inputs, outs: opened(outs), step: "create" };
  }
  const diff = await provider.diff(state.id, state.outs, inputs);
  if (diff.changes === false) return { ...state, inputs, step: "same" };
  const { outs } = await provider.update(state.id, state.outs, inputs);
  return { ...state, inputs, outs: opened(outs), step: "update" };
}

interface Stored {
  id: string;
  inputs: Props;
  outs: Props;
}

const stack: { fn?: Stored; version?: Stored; alias?: Stored } = {};

async function program(code: string, weight: number, more: Props = {}): Promise<string[]> {
  writeFileSync(join(folder, "src", "index.js"), code);
  const path = join(folder, "src");
  const urn = (type: string) => `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:${type}::api`;
  const common = { region: emulator.region, accountId: emulator.accountId };
  const fn = await up(Function, stack.fn, {
    ...common,
    resourceUrn: urn("Function"),
    functionName: "api",
    runtime: "nodejs20",
    handler: "index.handler",
    code: { path, hash: hashCode(path, "/") },
    ...more,
  });
  stack.fn = fn;
  const { functionName, fingerprint, environmentFingerprint, content } = fn.outs;
  const version = await up(Version, stack.version, {
    ...common,
    resourceUrn: urn("Version"),
    functionName,
    fingerprint,
    environmentFingerprint,
    content,
  });
  stack.version = version;
  const alias = await up(Alias, stack.alias, {
    ...common,
    resourceUrn: urn("Alias"),
    functionName,
    aliasName: "prod",
    canary: { versionId: version.outs["versionId"], weight },
  });
  stack.alias = alias;
  return [fn.step, version.step, alias.step];
}

const calls = (from: number) =>
  emulator
    .mutations()
    .slice(from)
    .map(({ operation }) => operation);

it("deploys, publishes only after a change, moves weights, promotes, and deletes everything", async () => {
  // --- create ---
  expect(await program("exports.handler = async () => 'one'", 0)).toEqual(["create", "create", "create"]);
  expect(stack.alias?.outs).toMatchObject({ mainVersionId: "1", split: { "1": 100 } });
  expect(calls(0)).toEqual(["CreateFunction", "PublishFunctionVersion", "CreateAlias"]);

  // --- no change ---
  let before = emulator.requests.length;
  expect(await program("exports.handler = async () => 'one'", 0)).toEqual(["same", "same", "same"]);
  expect(emulator.requests.length - before).toBe(0);

  // --- new code at 10 % ---
  before = emulator.mutations().length;
  expect(await program("exports.handler = async () => 'two'", 10)).toEqual(["update", "update", "update"]);
  expect(stack.alias?.outs).toMatchObject({ mainVersionId: "1", split: { "1": 90, "2": 10 } });
  expect(calls(before)).toEqual(["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"]);

  // --- 50 %, then 100 %: one call each ---
  before = emulator.mutations().length;
  expect(await program("exports.handler = async () => 'two'", 50)).toEqual(["same", "same", "update"]);
  expect(stack.alias?.outs).toMatchObject({ mainVersionId: "1", split: { "1": 50, "2": 50 } });
  await program("exports.handler = async () => 'two'", 100);
  expect(stack.alias?.outs).toMatchObject({ mainVersionId: "2", split: { "2": 100 } });
  expect(calls(before)).toEqual(["UpdateAlias", "UpdateAlias"]);

  // --- weight 0 after 100, then new code at 10 %: the promoted version stays the main version ---
  await program("exports.handler = async () => 'two'", 0);
  expect(stack.alias?.outs).toMatchObject({ mainVersionId: "2" });
  await program("exports.handler = async () => 'three'", 10);
  expect(stack.alias?.outs).toMatchObject({ mainVersionId: "2", split: { "2": 90, "3": 10 } });

  // --- a changed tag publishes nothing ---
  before = emulator.mutations().length;
  await program("exports.handler = async () => 'three'", 10, { tags: { team: "shop" } });
  expect(calls(before)).toEqual(["TagResources"]);

  // --- configuration alone publishes once ---
  before = emulator.mutations().length;
  await program("exports.handler = async () => 'three'", 10, { tags: { team: "shop" }, timeout: 30 });
  expect(calls(before)).toEqual(["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"]);
});

it("publishes once when the answer to a publish is lost", async () => {
  const before = emulator.mutations().length;
  emulator.faults.add({ operation: "PublishFunctionVersion", action: { kind: "applyThenReset" } });
  await program("exports.handler = async () => 'lost'", 10);
  expect(calls(before).filter((operation) => operation === "PublishFunctionVersion")).toHaveLength(1);
  expect(stack.version?.outs["versionId"]).toBe("5");
});

it("refuses an alias that somebody else made", async () => {
  const checked = await Alias.check(
    {},
    { ...stack.alias?.inputs, owner: undefined, resourceUrn: "urn:pulumi:x::y::z::other" },
  );
  await expect(Alias.create(opened(checked.inputs))).rejects.toThrow(
    /exists already, and it belongs to [\w-]+\/[\w-]+\/[\w-]+\. Nothing was changed/,
  );
});

it("deletes alias, versions and function, and then finds nothing to delete", async () => {
  const { fn, version, alias } = stack;
  for (const [provider, stored] of [
    [Alias, alias],
    [Version, version],
    [Function, fn],
  ] as const) {
    // A destroy is a separate run, and a run begins with a read.
    await provider.read(stored?.id ?? "", stored?.outs ?? {});
    await provider.delete(stored?.id ?? "", stored?.outs ?? {});
    // With late reads, the first read after a change may return the old object.
    if (emulator.options.readAfterWrite === "late") await provider.read(stored?.id ?? "", stored?.outs ?? {});
    expect(await provider.read(stored?.id ?? "", stored?.outs ?? {})).toEqual({ id: "" });
    await provider.delete(stored?.id ?? "", stored?.outs ?? {});
  }
  expect(emulator.store.functions.size).toBe(0);
});
