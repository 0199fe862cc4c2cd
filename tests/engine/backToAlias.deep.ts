/** A release that becomes a plain alias again, with the option `aliases`: the preview is right, and no rejected version gets traffic. */
import { type CommandBench, canaryBench } from "../support/command";

jest.setTimeout(600_000);

const PROGRAM = `const fc = require("pulumi-alicloud-fc");
const { WEIGHT } = process.env;
const fn = new fc.Function("api", { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" });
const version = new fc.Version("api", { function: fn });
const old = "urn:pulumi:test::shop::pulumi-nodejs:dynamic/alicloud-fc:Release::api";
if (WEIGHT === undefined) new fc.Release("api", { function: fn, version, aliasName: "prod", ...fc.releaseConfig() });
else new fc.Alias("api", {
  function: fn,
  aliasName: "prod",
  canary: { versionId: version.versionId, weight: Number(WEIGHT) },
}, { aliases: [old] });
`;

let bench: CommandBench;

beforeEach(async () => {
  bench = await canaryBench(PROGRAM);
});

afterEach(() => bench.close());

const set = (weight: string) => void (bench.stack.workspace.envVars["WEIGHT"] = weight);

it("the preview shows the split before and after, and the run makes it", async () => {
  set("60");
  const { stdout } = await bench.stack.preview();
  expect(stdout).toContain("api: v1 95→40 %, v2 5→60 %");
  await bench.up();
  expect(bench.split()).toEqual({ "1": 40, "2": 60 });
});

it("a rejected version gets no traffic in this run", async () => {
  await bench.stack.setConfig("canary:reject", { value: "v2" });
  await bench.up();
  set("5");
  await expect(bench.up()).rejects.toThrow("version 2 was rejected in the release that this alias replaces");
  expect(bench.split()).toEqual({ "1": 100 });
  set("0");
  expect(await bench.up()).toContain("v2 is no longer remembered as rejected");
  expect(bench.split()).toEqual({ "1": 100 });
});
