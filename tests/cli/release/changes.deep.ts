/** The verbs that move a release, on a real stack: one key changes, one resource runs, and the order is the safe one. */
import { execFileSync } from "node:child_process";
import { type CommandBench, commandBench } from "../../support/command";

const EDITED = `
if (process.env.EDIT_CONFIG) require("node:fs").appendFileSync("Pulumi.test.yaml", "# another editor\\n");
`;

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  const PROGRAM = `const fc = require("pulumi-alicloud-fc");
new fc.CanaryRelease("api", {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" },
  aliasName: "prod",
  config: true,
});
${EDITED}`;
  bench = await commandBench(PROGRAM);
  await bench.up();
  bench.write("two");
  await bench.up();
  bench.setConfig(`# the shop\n${bench.config()}config:\n  shop:name: a # kept\n`);
  git("init", "--quiet");
  git("config", "user.name", "on call");
  git("config", "user.email", "on-call@example.com");
  bench.program.file(".gitignore", ".engine\nnode_modules\n");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  // Code that is not deployed yet: no verb may publish it.
  bench.write("three");
});

afterAll(() => bench.close());

const git = (...args: string[]) => execFileSync("git", args, { cwd: bench.program.folder, encoding: "utf8" });

it("changes nothing where nobody can be asked, where the release is elsewhere, and in a dry run", async () => {
  const before = [bench.config(), bench.emulator.mutations().length];
  const silent = await bench.run("set", "25");
  expect([silent.code, silent.stderr]).toEqual([
    3,
    "nobody can be asked here: give --yes, or --no-apply to write the config file only\n",
  ]);
  const moved = await bench.run("set", "25", "--yes", "--expect", "v2@10", "--json");
  expect([moved.code, moved.json()]).toEqual([
    3,
    {
      version: 1,
      command: "set",
      outcome: "refused",
      message: '--expect: got "v2@10", but the release is at v2@5; look at status again',
    },
  ]);
  const { code, stdout } = await bench.run("set", "25", "--dry-run");
  const line = bench.config().split("\n").length;
  expect([code, stdout]).toEqual([
    0,
    `Pulumi.test.yaml:${line}\n+   canary:weight: v2=25\napi: v1 95→75 %, v2 5→25 % (step 2/4)\n`,
  ]);
  const free = await bench.run("resume", "--yes");
  expect([free.code, free.stdout]).toEqual([0, "nothing to do: no longer held\n"]);
  expect([bench.config(), bench.emulator.mutations().length]).toEqual(before);
});

it("raises by one key and one call, and leaves code alone that waits in the program", async () => {
  const before = bench.config();
  const from = bench.emulator.mutations().length;
  const { code, json } = await bench.run("set", "25", "--yes", "--expect", "v2@5", "--json");
  expect([code, bench.split(), bench.applied(from)]).toEqual([0, { "1": 75, "2": 25 }, ["UpdateAlias"]]);
  expect(bench.config()).toBe(`${before}  canary:weight: v2=25\n`);
  expect(json()).toMatchObject({
    command: "set",
    outcome: "done",
    stack: "test",
    release: "api",
    before: { stable: "1", candidate: "2", weight: 5 },
    change: { key: "canary:weight", value: "v2=25", added: ["  canary:weight: v2=25"], removed: [] },
    written: true,
    applied: true,
    after: { weight: 25, live: { "1": 75, "2": 25 } },
  });
  expect([...(bench.emulator.store.functions.get("api")?.versions.keys() ?? [])]).toEqual(["1", "2"]);
});

it("goes to the next step, is held, and goes on when the hold ends", async () => {
  const next = await bench.run("next", "--yes");
  expect([next.code, bench.split()]).toEqual([0, { "1": 50, "2": 50 }]);
  expect(next.stdout).toMatch(/^api: v2 to 50 %; live v1 50 %, v2 50 %; Pulumi.test.yaml:\d+\n$/);
  expect((await bench.run("hold", "--yes")).code).toBe(0);
  expect(bench.config()).toContain('  canary:hold: "true"\n');
  const held = await bench.run("promote", "--yes");
  expect([held.code, held.stderr]).toEqual([
    3,
    expect.stringMatching(/^v2 to all traffic: the run would lead to v1 50 %, v2 50 %: .*hold/) as string,
  ]);
  expect((await bench.run("resume", "--yes")).code).toBe(0);
  expect(bench.config()).not.toContain("hold");
});

it("says so when the program reads other keys than those that were written", async () => {
  const before = bench.config();
  const { code, stderr } = await bench.run("set", "75", "--yes", "--namespace", "web");
  expect([code, stderr]).toEqual([1, expect.stringContaining("does the program read web:weight?") as string]);
  expect(bench.split()).toEqual({ "1": 50, "2": 50 });
  bench.setConfig(before);
});

it("rolls back first and writes then, and names what to do when the file changed in between", async () => {
  const before = bench.config();
  const env = { EDIT_CONFIG: "yes" };
  const { code, stderr } = await bench.runWith(env, "rollback", "--yes");
  expect([code, bench.split()]).toEqual([1, { "1": 100 }]);
  expect(stderr).toContain(
    "the run is done (v2 rejected), and Pulumi.test.yaml is not: Pulumi.test.yaml was changed meanwhile. Set canary:reject: v2 there",
  );
  expect(bench.config()).toBe(`${before}# another editor\n`);
  bench.setConfig(before);
});

it("finishes that rollback with a commit of the one file, whose trailers say what was done", async () => {
  git("commit", "--quiet", "-am", "raised");
  bench.program.file("src/other.js", "// staged by somebody");
  git("add", "src/other.js");
  const { code, json } = await bench.run("rollback", "v2", "--yes", "--commit", "--json");
  expect(code).toBe(0);
  expect(git("rev-parse", "HEAD").trim()).toBe(json()["commit"]);
  expect(git("show", "--format=%B", "--name-only", "HEAD").trim().split("\n")).toEqual([
    "Release api: v2 rejected",
    "",
    "Rollout-Release: api",
    "Rollout-From: v2@0",
    "Rollout-Reject: v2",
    "",
    "",
    "Pulumi.test.yaml",
  ]);
  expect(git("log", "-1", "--format=%(trailers:key=Rollout-Reject,valueonly)").trim()).toBe("v2");
  const raised = await bench.run("next", "--yes");
  expect([raised.code, raised.stderr]).toEqual([
    3,
    expect.stringContaining("v2 is rejected and gets no traffic") as string,
  ]);
});

it("refuses a commit that would take other changes of the file along", async () => {
  bench.setConfig(`${bench.config()}# not committed\n`);
  const { code, stderr } = await bench.run("hold", "--yes", "--commit");
  expect([code, stderr]).toEqual([
    3,
    "--commit: Pulumi.test.yaml has changes that are not committed; commit or undo them first\n",
  ]);
});

it("writes without a run, for a pipeline that does it, and rolls a stable version back by its name", async () => {
  await bench.up();
  const from = bench.emulator.mutations().length;
  const { code, stdout } = await bench.run("promote", "--no-apply");
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^Pulumi.test.yaml:\d+\n- .*v2=50.*\n\+ {3}canary:weight: v3=100\n/) as string,
  ]);
  expect(bench.applied(from)).toEqual([]);
  await bench.up();
  expect(bench.split()).toEqual({ "3": 100 });
  const unclear = await bench.run("rollback", "--yes");
  expect([unclear.code, unclear.stderr]).toEqual([
    3,
    "release api has no candidate: v3 is stable; to go back to v1: rollback v3\n",
  ]);
  expect((await bench.run("rollback", "v3", "--yes")).code).toBe(0);
  expect(bench.split()).toEqual({ "1": 100 });
});
