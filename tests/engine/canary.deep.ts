/**
 * The main job of the package, which is a canary release, on the real engine with the checks of
 * `tests/provider/canary.test.ts`. `canary.test.ts` has fewer steps.
 */
import { changes } from "../support/engine";
import { type CanaryBench, canaryBench } from "./canary";

let bench: CanaryBench;

beforeAll(async () => {
  bench = await canaryBench();
});

afterAll(() => bench.close());

it("creates function, version 1 and an alias that gives it all traffic", async () => {
  bench.write("one");
  expect(await bench.up()).toEqual({
    split: { "1": 100 },
    sent: ["CreateFunction", "PublishFunctionVersion", "CreateAlias"],
  });
});

it("changes nothing when the program is unchanged; all rows of the preview are 'same'", async () => {
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
  expect((await bench.up()).sent).toEqual([]);
});

it("new code gets 10 %, 50 % and 100 % of the traffic, with one request for each step; a preview shows a promotion and a rollback", async () => {
  bench.write("two");
  bench.settings.weight = 10;
  expect(await bench.up()).toEqual({
    split: { "1": 90, "2": 10 },
    sent: ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"],
  });
  bench.settings.weight = 50;
  expect(await bench.up()).toEqual({ split: { "1": 50, "2": 50 }, sent: ["UpdateAlias"] });
  expect((await bench.stack.preview()).stdout).not.toMatch(/→/);
  bench.settings.weight = 0;
  expect((await bench.stack.preview()).stdout).toContain("api: v1 50→100 %, v2 50→0 %");
  bench.settings.weight = 100;
  expect((await bench.stack.preview()).stdout).toContain("api: v1 50→0 %, v2 50→100 %");
  expect(await bench.up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
});

it("the main version stays the promoted one with weight 0, and with new code at 10 %", async () => {
  bench.settings.weight = 0;
  expect((await bench.up()).split).toEqual({ "2": 100 });
  bench.write("three");
  bench.settings.weight = 10;
  expect((await bench.up()).split).toEqual({ "2": 90, "3": 10 });
});

it("a change of a tag changes one resource and publishes no version", async () => {
  bench.settings.tags = { team: "shop" };
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({ update: 1 });
  expect((await bench.up()).sent).toEqual(["TagResources"]);
});

it("a change of configuration without new code publishes one version", async () => {
  bench.settings.timeout = 30;
  expect((await bench.up()).sent).toEqual(["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"]);
});

it("a refresh finds no change after a run, and shows a weight that was changed by hand", async () => {
  expect(changes((await bench.stack.refresh()).summary.resourceChanges)).toEqual({});
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias === undefined) throw new Error("the alias is gone");
  Object.assign(alias, { additionalVersionWeight: { "4": 0.3 } });
  await bench.stack.refresh();
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({ update: 1 });
  expect((await bench.up()).split).toEqual({ "2": 90, "4": 10 });
});

it("leaves nothing behind on destroy", async () => {
  await bench.stack.destroy();
  expect(bench.emulator.store.functions.size).toBe(0);
});
