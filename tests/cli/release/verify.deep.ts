/** `verify` on a real stack: real invocations through the alias, and the verdict on them. */
import { type CommandBench, commandBench } from "../../support/command";

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  bench = await commandBench();
  await bench.up();
});

afterAll(() => bench.close());

it("verify makes the given number of invocations, names the header, and counts all answers for the stable version", async () => {
  const { code, stdout } = await bench.run("verify", "--requests", "20");
  expect([code, stdout]).toEqual([
    0,
    `20 invocations of function api through alias prod
  v1  100 %: 20 answers, expected 20 to 20 ✓
  version named by the header x-fc-invocation-function-version
pass: the answers fit the split
`,
  ]);
  expect(bench.emulator.requests.filter(({ operation }) => operation === "InvokeFunction")).toHaveLength(20);
});

it("counts the answers of both versions, and those that failed", async () => {
  bench.program.file("src/index.js", "exports.handler = async () => { throw new Error('broken'); };\n");
  bench.setConfig(`${bench.config()}config:\n  canary:steps:\n    - 40\n`);
  await bench.up();
  const { json } = await bench.run("verify", "--requests", "100", "--event", '{"probe":true}', "--json");
  const { versions, unnamed } = json() as { versions: Record<string, unknown>[]; unnamed: number };
  const [stable, candidate] = versions;
  expect([stable?.["versionId"], stable?.["share"], stable?.["failed"]]).toEqual(["1", 60, 0]);
  expect([candidate?.["share"], candidate?.["low"], candidate?.["high"]]).toEqual([40, 28, 53]);
  expect(candidate?.["failed"]).toBe(candidate?.["requests"]);
  expect([Number(stable?.["requests"]) + Number(candidate?.["requests"]), unnamed]).toEqual([100, 0]);
});

it("refuses text that is not a number", async () => {
  const { code, stderr } = await bench.run("verify", "--requests", "0");
  expect([code, stderr]).toEqual([3, '--requests: got "0"; allowed: 1 to 10000\n']);
});

it("gives no verdict if the split was changed and changed back meanwhile", async () => {
  const path = "/functions/api/aliases/prod";
  for (const [nth, additionalVersionWeight] of [
    [1, {}],
    [60, { "2": 0.4 }],
  ] as const) {
    const request = { method: "PUT", path, body: { versionId: "1", additionalVersionWeight } };
    bench.emulator.faults.add({ operation: "InvokeFunction", nth, action: { kind: "outOfBand", request } });
  }
  const { code, stdout } = await bench.run("verify", "--requests", "60");
  expect([code, stdout.split("\n").at(-2)]).toEqual([
    2,
    "inconclusive: the alias was written meanwhile, so its split may have been another",
  ]);
});
