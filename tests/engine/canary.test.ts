/** The main job on the real engine: the real provider process, the real SDK, the emulator over HTTP. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, workbench } from "../support/engine";

let bench: Workbench;
const settings: { weight: number; tags?: Record<string, string>; timeout?: number } = { weight: 0 };

beforeAll(async () => {
  bench = await workbench((source) => {
    const { weight, ...more } = settings;
    const fn = new fc.Function("api", {
      functionName: "api",
      runtime: "nodejs20",
      handler: "index.handler",
      code: source,
      environmentVariables: { TOKEN: "canary-secret-value" },
      ...more,
    });
    const version = new fc.Version("api", { function: fn });
    const alias = new fc.Alias("api", {
      function: fn,
      aliasName: "prod",
      canary: { versionId: version.versionId, weight },
    });
    return Promise.resolve({ versionId: version.versionId, split: alias.split });
  });
});

afterAll(() => bench.close());

async function up(): Promise<{ split: Record<string, number>; sent: string[] }> {
  const before = bench.emulator.mutations().length;
  const { outputs } = await bench.stack.up();
  return { split: outputs["split"]?.value as Record<string, number>, sent: bench.applied(before) };
}

it("creates function, version 1 and an alias that gives it all traffic", async () => {
  bench.write("one");
  expect(await up()).toEqual({
    split: { "1": 100 },
    sent: ["CreateFunction", "PublishFunctionVersion", "CreateAlias"],
  });
});

it("encrypts nothing where the program has no secret; tests/engine/secrets has one", async () => {
  const state = JSON.stringify(await bench.stack.exportStack());
  expect(state).toMatch(/"environmentFingerprint":"[0-9a-f]{32}"/);
  expect(state).toMatch(/"content":"c1:[0-9a-f]{32}"/);
  expect(state).not.toContain("ciphertext");
});

it("does nothing when nothing changed, and its preview is all the same", async () => {
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
  expect((await up()).sent).toEqual([]);
});

it("gives new code 10 %, then 50 %, then all, one call for each step", async () => {
  bench.write("two");
  settings.weight = 10;
  expect(await up()).toEqual({
    split: { "1": 90, "2": 10 },
    sent: ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"],
  });
  settings.weight = 50;
  expect(await up()).toEqual({ split: { "1": 50, "2": 50 }, sent: ["UpdateAlias"] });
  settings.weight = 100;
  expect(await up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
});

it("keeps main on the promoted version through weight 0 and new code at 10", async () => {
  settings.weight = 0;
  expect((await up()).split).toEqual({ "2": 100 });
  bench.write("three");
  settings.weight = 10;
  expect((await up()).split).toEqual({ "2": 90, "3": 10 });
});

it("shows one changed resource for a tag, and publishes nothing", async () => {
  settings.tags = { team: "shop" };
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({ update: 1 });
  expect((await up()).sent).toEqual(["TagResources"]);
});

it("publishes once for a change of configuration alone", async () => {
  settings.timeout = 30;
  expect((await up()).sent).toEqual(["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"]);
});

it("finds nothing changed on refresh, and shows a weight changed by hand", async () => {
  expect(changes((await bench.stack.refresh()).summary.resourceChanges)).toEqual({});
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias === undefined) throw new Error("the alias is gone");
  Object.assign(alias, { additionalVersionWeight: { "4": 0.3 } });
  await bench.stack.refresh();
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({ update: 1 });
  expect((await up()).split).toEqual({ "2": 90, "4": 10 });
});

it("leaves nothing behind on destroy", async () => {
  await bench.stack.destroy();
  expect(bench.emulator.store.functions.size).toBe(0);
});
