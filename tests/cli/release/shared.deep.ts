/**
 * Subcommands on two releases that read the same config namespace. Versions are counted per function, so `v2` in config
 * names a version of each.
 */
import { type CommandBench, canaryBench } from "../../support/command";

jest.setTimeout(600_000);

const PROGRAM = `const fc = require("pulumi-alicloud-fc");
for (const name of ["orders", "users"])
  new fc.CanaryRelease(name, {
    function: { functionName: name, runtime: "nodejs20", handler: "index.handler", code: "./src" },
    aliasName: "prod",
    ...fc.releaseConfig(),
  });
`;

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench(PROGRAM);
});

afterAll(() => bench.close());

const weights = (functionName: string) =>
  bench.emulator.store.functions.get(functionName)?.aliases.get("prod")?.additionalVersionWeight;

const ONE = ["--release", "orders", "--yes"];

it("a raise is refused, and changes nothing", async () => {
  const before = [bench.config(), bench.emulator.mutations().length];
  const { code, stderr } = await bench.run("set", "50", ...ONE);
  expect([code, stderr]).toEqual([
    3,
    "users reads canary:weight as well, so the next pulumi up would change it too. Nothing was changed. Give each release its own " +
      "namespace of keys in the program, run pulumi up, then run this command again\n",
  ]);
  expect([bench.config(), bench.emulator.mutations().length]).toEqual(before);
});

it("a rollback is carried out for its release, with a warning", async () => {
  const { code, stderr } = await bench.run("rollback", ...ONE);
  expect([code, stderr]).toEqual([0, expect.stringContaining("warning: users reads canary:reject as well")]);
  expect([weights("orders"), weights("users")]).toEqual([{}, { "2": 0.05 }]);
});
