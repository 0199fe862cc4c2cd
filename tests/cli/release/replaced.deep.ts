/** A release that the engine deletes and creates in one run (`deleteBeforeReplace`) keeps what it remembers. */
import { type CommandBench, canaryBench } from "../../support/command";

jest.setTimeout(600_000);

const PROGRAM = `const pulumi = require("@pulumi/pulumi");
const fc = require("pulumi-alicloud-fc");
const transforms = [({ type, props, opts }) =>
  type.endsWith(":Release") ? { props, opts: { ...opts, deleteBeforeReplace: true, replaceOnChanges: ["weight"] } } : undefined];
new fc.CanaryRelease("api", {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" },
  aliasName: "prod",
  config: true,
}, { transforms });
`;

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench(PROGRAM);
});

afterAll(() => bench.close());

it("a rejected version gets no traffic", async () => {
  expect((await bench.run("rollback", "--yes")).code).toBe(0);
  expect(bench.split()).toEqual({ "1": 100 });
  const from = bench.emulator.mutations().length;
  await bench.stack.setConfig("canary:weight", { value: "20" });
  await bench.up();
  expect(bench.applied(from)).toEqual(["DeleteAlias", "CreateAlias"]);
  expect(bench.split()).toEqual({ "1": 100 });
});
