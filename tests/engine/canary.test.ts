/**
 * The main job of the package, which is a canary release, on the real engine. The provider process and the SDK are real, and the emulator
 * is called over HTTP. `canary.deep.ts` has all steps of the release.
 */
import { changes } from "../support/engine";
import { type CanaryBench, canaryBench } from "./canary";

let bench: CanaryBench;

beforeAll(async () => {
  bench = await canaryBench();
});

afterAll(() => bench.close());

it("creates function, version 1 and an alias that gives it all traffic", async () => {
  expect(await bench.up()).toEqual({
    split: { "1": 100 },
    sent: ["CreateFunction", "PublishFunctionVersion", "CreateAlias"],
  });
});

it("has no secret in state if the program has no secret", async () => {
  const state = JSON.stringify(await bench.stack.exportStack());
  expect(state).toMatch(/"environmentFingerprint":"[0-9a-f]{32}"/);
  expect(state).toMatch(/"content":"c1:[0-9a-f]{32}"/);
  expect(state).not.toContain("ciphertext");
});

it("changes nothing when the program is unchanged; all rows of the preview are 'same'", async () => {
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
});

it("new code gets 10 % and then all traffic, with one request for each step", async () => {
  bench.write("two");
  bench.settings.weight = 10;
  expect(await bench.up()).toEqual({
    split: { "1": 90, "2": 10 },
    sent: ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"],
  });
  bench.settings.weight = 100;
  expect(await bench.up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
});

it("a refresh shows a weight that was changed by hand as one change", async () => {
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias === undefined) throw new Error("the alias is gone");
  Object.assign(alias, { additionalVersionWeight: { "1": 0.3 } });
  await bench.stack.refresh();
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({ update: 1 });
});

it("a destroy deletes everything that the program created", async () => {
  await bench.stack.destroy();
  expect(bench.emulator.store.functions.size).toBe(0);
});
