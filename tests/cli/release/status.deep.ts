/** `status` on a real stack: what state, alias and config have, and what the next run would do. */
import { type CommandBench, commandBench, runCommand } from "../../support/command";

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  bench = await commandBench();
});

afterAll(() => bench.close());

interface Release {
  readonly [member: string]: unknown;
  readonly next: Record<string, unknown>;
}

async function only(...flags: string[]): Promise<Release> {
  const { releases } = (await bench.run("status", "--json", ...flags)).json() as unknown as { releases: [Release] };
  return releases[0];
}

it("refuses a folder without a program, a stack that does not exist, and a stack without a release", async () => {
  const nowhere = await runCommand(["status", "--cwd", "/"], bench.program.folder, bench.env);
  expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining("no Pulumi.yaml in / or above")]);
  const other = await bench.run("status", "--stack", "other", "--json");
  expect([other.code, other.json()]).toEqual([
    3,
    {
      version: 1,
      command: "status",
      outcome: "refused",
      message: expect.stringContaining("there is no stack other in") as string,
    },
  ]);
  const early = await bench.run("status");
  expect([early.code, early.stderr]).toEqual([3, "stack test has no release yet: run pulumi up\n"]);
});

it("shows a first release", async () => {
  await bench.up();
  expect(await only()).toEqual({
    release: "api",
    functionName: "api",
    aliasName: "prod",
    region: bench.env["ALIBABA_CLOUD_REGION"],
    accountId: bench.env["ALIBABA_CLOUD_ACCOUNT_ID"],
    phase: "stable",
    stable: "1",
    weight: 0,
    steps: [5, 25, 50, 100],
    rejected: [],
    desired: { "1": 100 },
    live: { "1": 100 },
    liveFrom: "service",
    keys: [],
    next: { split: { "1": 100 }, phase: "stable", stable: "1", weight: 0, hold: false, warnings: [] },
  });
});

it("shows a canary, the config key with its line in the file, and the sentence of the next run", async () => {
  bench.write("two");
  await bench.up();
  bench.setConfig(`${bench.config()}config:\n  # by the pipeline\n  canary:weight: v2=25\n`);
  const { code, stdout } = await bench.run("status");
  const line =
    bench
      .config()
      .split("\n")
      .findIndex((text) => text.includes("weight")) + 1;
  expect(stdout).toBe(`api: alias prod of function api (stack test)
  phase      canary, step 1/4 (5, 25, 50, 100)
  stable     v1
  candidate  v2 at 5 %
  desired    v1 95 %, v2 5 %
  live       v1 95 %, v2 5 %
  config     canary:weight v2=25  (Pulumi.test.yaml:${line})
  next run   api: v1 95→75 %, v2 5→25 % (step 2/4)
             (if the program is still the one of the last run)
`);
  expect(code).toBe(0);
  expect((await only())["next"]).toMatchObject({ split: { "1": 75, "2": 25 }, candidate: "2", weight: 25 });
});

it("shows that the next run judges, with analysis as a map and steps with conditions", async () => {
  const numbers = bench.config();
  const auto =
    "canary:weight: auto\n  canary:analysis:\n    errorLimit: 2\n  canary:steps: [{ weight: 5, bake: 1h }, 30]";
  bench.setConfig(numbers.replace("canary:weight: v2=25", auto));
  const { stdout } = await bench.run("status");
  expect(stdout).toContain("next run   api: v2 at 5 %; the update judges it: next 30 %\n");
  expect(stdout).toContain("canary:weight auto  (Pulumi.test.yaml:");
  expect(stdout).toContain('canary:analysis {"errorLimit":2}  (Pulumi.test.yaml:');
  const { next } = await only();
  expect(next).toMatchObject({
    split: { "1": 95, "2": 5 },
    judged: "api: v2 at 5 %; the update judges it: next 30 %",
  });
  expect(next).not.toHaveProperty("sentence");
  bench.setConfig(numbers);
});

it("shows a change by hand that is not in state; with --offline it makes no call", async () => {
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias === undefined) throw new Error("no alias");
  alias.additionalVersionWeight = {};
  const seen = await only();
  expect([seen["live"], seen["desired"]]).toEqual([{ "1": 100 }, { "1": 95, "2": 5 }]);
  expect(seen.next["warnings"]).toEqual([expect.stringContaining("v2 was lowered to 0 % by hand and stays there")]);
  const before = bench.emulator.requests.length;
  const offline = await only("--offline");
  expect([offline["live"], offline["liveFrom"]]).toEqual([{ "1": 95, "2": 5 }, "state"]);
  expect(bench.emulator.requests).toHaveLength(before);
});

it("names a value in config that the next run refuses", async () => {
  bench.setConfig(bench.config().replace("v2=25", "0.25"));
  expect((await only()).next).toEqual({
    refused: expect.stringContaining("a weight between 0 and 1 is ambiguous") as string,
  });
});

it("history shows the wrong keys of a refused update as they were written", async () => {
  const right = bench.config().replace("0.25", "v2=25");
  bench.setConfig(right.replace(/canary:steps: .*\n/, "") + "  canary:steps: 5,25\n");
  await expect(bench.up()).rejects.toThrow("steps");
  bench.setConfig(right);
  const { code, json } = await bench.run("history", "--json", "--last", "1");
  const { updates } = json() as { updates: { keys: Record<string, unknown> }[] };
  expect([code, updates[0]?.keys["canary:steps"]]).toEqual([0, "5,25"]);
});

it("--stack works on another stack and does not change the selected stack", async () => {
  await bench.stack.workspace.createStack("second");
  const { code, stdout } = await bench.run("status", "--stack", "test", "--release", "api");
  expect([code, stdout.split("\n")[0]]).toEqual([0, "api: alias prod of function api (stack test)"]);
  expect((await bench.stack.workspace.stack())?.name).toBe("second");
  const unknown = await bench.run("status", "--stack", "test", "--release", "web");
  expect([unknown.code, unknown.stderr]).toEqual([3, '--release: got "web"; allowed: api\n']);
});
