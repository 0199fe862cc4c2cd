/** A release on the real engine, with old weights in config and a lost state. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, failure, workbench } from "../support/engine";

let bench: Workbench;
let plain = true;
let called = "api";
let aliasName = "prod";

const settings = (source: string) => ({
  functionName: "api",
  runtime: "nodejs20",
  handler: "index.handler",
  code: source,
});

function program(source: string): Promise<Record<string, unknown>> {
  if (plain) {
    const fn = new fc.Function("fn", settings(source));
    const version = new fc.Version("v", { function: fn });
    const alias = new fc.Alias("prod", {
      function: fn,
      aliasName: "prod",
      canary: { versionId: version.versionId, weight: 25 },
    });
    return Promise.resolve({ split: alias.split });
  }
  const release = new fc.CanaryRelease(
    called,
    {
      function: settings(source),
      aliasName,
      replaces: { function: "fn", version: "v", alias: "prod" },
      ...fc.releaseConfig(),
    },
    { aliases: [{ name: "api" }] },
  );
  const { split, stable, phase } = release;
  return Promise.resolve({ split, stable, phase });
}

beforeAll(async () => {
  bench = await workbench(program);
});

afterAll(() => bench.close());

/** Sets keys of the release in stack config; undefined removes a key. Without a given `rev`, each call increases `rev` by 1. */
let rev = 0;
async function config(keys: Record<string, string | undefined>): Promise<void> {
  rev += 1;
  for (const [key, value] of Object.entries({ rev: String(rev), ...keys })) {
    if (value === undefined) await bench.stack.removeConfig(`canary:${key}`);
    else await bench.stack.setConfig(`canary:${key}`, { value });
  }
}

async function up(): Promise<{ split: unknown; applied: string[]; stdout: string }> {
  const from = bench.emulator.mutations().length;
  const { outputs, stdout } = await bench.stack.up();
  return { split: outputs["split"]?.value, applied: bench.applied(from), stdout };
}

it("a release takes over function, version and alias with the live split, without a write", async () => {
  await bench.stack.up();
  bench.write("two");
  expect((await up()).split).toEqual({ "1": 75, "2": 25 });
  plain = false;
  await config({ weight: "25" });
  const { split, applied } = await up();
  expect([split, applied]).toEqual([{ "1": 75, "2": 25 }, []]);
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
});

it("a weight in config moves traffic, and the preview announces it in one sentence", async () => {
  await config({ weight: "50" });
  const { stdout } = await bench.stack.preview();
  expect(stdout).toContain("api: v1 75→50 %, v2 25→50 % (step 3/4)");
  expect(await up()).toMatchObject({ split: { "1": 50, "2": 50 }, applied: ["UpdateAlias"] });
  await config({ weight: "100" });
  expect(await up()).toMatchObject({ split: { "2": 100 }, applied: ["UpdateAlias"] });
  expect((await up()).applied).toEqual([]);
});

it("new code starts at the first step although config still has weight 100; the stable version keeps 95 %", async () => {
  bench.write("three");
  await config({});
  const { stdout } = await bench.stack.preview();
  expect(stdout).toContain(
    "weight 100 % was in config before the new version (r3) was deployed: the version starts at 5 %. To give it 100 %, set weight: r3=100",
  );
  expect(await up()).toMatchObject({
    split: { "2": 95, "3": 5 },
    applied: ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"],
  });
  await config({ weight: "10" });
  expect((await up()).split).toEqual({ "2": 90, "3": 10 });
});

it("a rejected version gets no traffic, also if the pipeline of its commit runs again", async () => {
  await config({ reject: "3" });
  expect((await up()).split).toEqual({ "2": 100 });
  await config({ reject: undefined, weight: "50" });
  const again = await up();
  expect([again.split, again.applied]).toEqual([{ "2": 100 }, []]);
  expect(again.stdout).toContain("v3 is rejected and gets no traffic; retry: v3 lifts the rejection");
});

it("a share that was lowered by hand stays low, and a run of an older commit is refused", async () => {
  bench.write("four");
  await config({ weight: "r4=30" });
  expect((await up()).split).toEqual({ "2": 70, "4": 30 });
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias !== undefined) alias.additionalVersionWeight = {};
  await bench.stack.refresh();
  const { split, stdout } = await up();
  expect(split).toEqual({ "2": 100 });
  expect(stdout).toContain("v4 was lowered to 0 % by hand and stays there; retry: v4 ends this");
  await config({ retry: "v4" });
  expect((await up()).split).toEqual({ "2": 70, "4": 30 });
  await config({ rev: "1", weight: "80" });
  expect(await failure(bench.stack.up())).toMatch(/this run is of an older commit \(rev 1\)/);
});

it("a release with a new aliasName keeps its split; the new alias is created before the old one is deleted", async () => {
  await config({ weight: "80" });
  expect((await up()).split).toEqual({ "2": 20, "4": 80 });
  aliasName = "live";
  const { split, applied } = await up();
  expect([split, applied]).toEqual([{ "2": 20, "4": 80 }, ["CreateAlias", "DeleteAlias"]]);
  expect(bench.emulator.store.functions.get("api")?.aliases.get("live")?.additionalVersionWeight).toEqual({ "4": 0.8 });
  await config({ weight: "80" });
  expect((await up()).applied).toEqual([]);
});

it("a new resource name of the release moves no traffic", async () => {
  called = "shop";
  const { split, applied } = await up();
  expect([split, applied]).toEqual([{ "2": 20, "4": 80 }, []]);
});

it("a destroy deletes the objects in order, and stops at an alias of another owner, which the message names", async () => {
  await config({});
  const fn = bench.emulator.store.functions.get("api");
  const prod = fn?.aliases.get("live");
  if (fn === undefined || prod === undefined) throw new Error("the alias is gone");
  fn.aliases.set("theirs", {
    ...prod,
    aliasName: "theirs",
    versionId: "2",
    additionalVersionWeight: {},
    description: "",
  });
  const from = bench.emulator.mutations().length;
  const said = await failure(bench.stack.destroy());
  expect(said).toContain("version 2 of function api is not deleted now: alias theirs points to it");
  expect(said).toContain("function api cannot be deleted: alias theirs (without an owner) would be deleted too");
  expect([...(bench.emulator.store.functions.get("api")?.versions.keys() ?? [])]).toEqual(["2"]);
  fn.aliases.delete("theirs");
  await bench.stack.destroy();
  const applied = bench.applied(from);
  expect([applied[0], applied.at(-1)]).toEqual(["DeleteAlias", "DeleteFunction"]);
  expect(applied.slice(1, -1).every((operation) => operation === "DeleteFunctionVersion")).toBe(true);
  expect(bench.emulator.store.functions.size).toBe(0);
});
