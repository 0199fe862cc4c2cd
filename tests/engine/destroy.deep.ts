/** A destroy, and a run whose program no longer has the resources, delete the objects, also in one operation with a refresh. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, workbench } from "../support/engine";

let bench: Workbench;
let isEmpty = false;

beforeAll(async () => {
  bench = await workbench((code) => {
    if (isEmpty) return Promise.resolve();
    new fc.CanaryRelease("api", {
      function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code },
      aliasName: "prod",
    });
    const plain = new fc.Function("plain", {
      functionName: "plain",
      runtime: "nodejs20",
      handler: "index.handler",
      code,
    });
    const version = new fc.Version("plain", { function: plain });
    const alias = new fc.Alias("plain", { function: plain, aliasName: "prod", versionId: version.versionId });
    new fc.HttpTrigger("plain", {
      function: plain,
      qualifier: alias.aliasName,
      triggerName: "http",
      authType: "anonymous",
    });
    return Promise.resolve();
  });
});

afterAll(() => bench.close());

beforeEach(async () => {
  isEmpty = false;
  await bench.stack.up();
  expect([...bench.emulator.store.functions.keys()].sort()).toEqual(["api", "plain"]);
});

/** Expects that no function is left in the emulator, and that the output does not say that something is kept. */
function expectNothingLeft(stdout: string): void {
  expect(stdout).not.toContain("is kept");
  expect([...bench.emulator.store.functions.keys()]).toEqual([]);
}

it.each([
  ["destroy", {}],
  ["destroy --refresh", { refresh: true }],
  ["destroy --run-program", { runProgram: true }],
  ["destroy --run-program --refresh", { runProgram: true, refresh: true }],
])("%s deletes functions, versions, aliases and triggers", async (_command, options) => {
  const { stdout } = await bench.stack.destroy(options);
  expectNothingLeft(stdout);
});

it.each([
  ["up", {}],
  ["up --refresh", { refresh: true }],
  ["up --run-program --refresh", { refresh: true, runProgram: true }],
])("%s deletes what the program does not have any more", async (_command, options) => {
  isEmpty = true;
  const { stdout } = await bench.stack.up(options);
  expectNothingLeft(stdout);
});
