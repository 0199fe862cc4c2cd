/**
 * The subcommands that change a release, on a real stack: each changes one key, runs one resource, and writes file and
 * traffic in the safe order.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { type CommandBench, canaryBench } from "../../support/command";

const EDITED = `
if (process.env.EDIT_CONFIG && !require("@pulumi/pulumi").runtime.isDryRun()) require("node:fs").appendFileSync("Pulumi.test.yaml", "# another editor\\n");
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
  bench = await canaryBench(PROGRAM);
  bench.setConfig(`# the shop\n${bench.config()}config:\n  shop:name: a # kept\n`);
  git("init", "--quiet");
  git("config", "user.name", "on call");
  git("config", "user.email", "on-call@example.com");
  bench.program.file(".gitignore", ".engine\nnode_modules\n");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  // This code is not deployed yet. No subcommand may publish it.
  bench.write("three");
});

afterAll(() => bench.close());

const git = (...args: string[]) => execFileSync("git", args, { cwd: bench.program.folder, encoding: "utf8" });

it("changes nothing without a terminal, with another position than --expect, and with --dry-run", async () => {
  const before = [bench.config(), bench.emulator.mutations().length];
  const silent = await bench.run("set", "25");
  expect([silent.code, silent.stderr]).toEqual([
    3,
    "there is no terminal to ask for confirmation: give --yes, or --no-apply to write the config file only\n",
  ]);
  const moved = await bench.run("set", "25", "--yes", "--expect", "v2@10", "--json");
  expect([moved.code, moved.json()]).toEqual([
    3,
    {
      version: 1,
      command: "set",
      outcome: "refused",
      message: '--expect: got "v2@10", but the release is at v2@5; run status again',
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

it("set changes one key, sends one request, and does not deploy changed code", async () => {
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

it("next, hold and resume: the candidate gets the next step, stays there, and continues", async () => {
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

it.each([["set", "75"], ["rollback"]])("refuses a namespace that the program does not read: %s", async (...words) => {
  const before = bench.config();
  const { code, stderr } = await bench.run(...words, "--yes", "--namespace", "web");
  expect([code, stderr]).toEqual([
    3,
    '--namespace: got "web"; allowed: canary, from which the program reads release api\n',
  ]);
  expect([bench.split(), bench.config()]).toEqual([{ "1": 50, "2": 50 }, before]);
});

it("rollback runs before it writes the file, and names the next step if the file changed meanwhile", async () => {
  const before = bench.config();
  const env = { EDIT_CONFIG: "yes" };
  const { code, stderr } = await bench.runWith(env, "rollback", "--yes");
  expect([code, bench.split()]).toEqual([1, { "1": 100 }]);
  expect(stderr).toContain(
    "the run is done (v2 rejected), but Pulumi.test.yaml could not be changed: Pulumi.test.yaml was changed meanwhile. Set canary:reject: v2 there",
  );
  expect(bench.config()).toBe(`${before}# another editor\n`);
  bench.setConfig(before);
});

it("the same rollback with --commit commits only this file, with trailers about the change", async () => {
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

it("refuses a commit that would include other changes of the file", async () => {
  bench.setConfig(`${bench.config()}# not committed\n`);
  const { code, stderr } = await bench.run("hold", "--yes", "--commit");
  expect([code, stderr]).toEqual([
    3,
    "--commit: Pulumi.test.yaml has changes that are not committed; commit or undo them first\n",
  ]);
});

it("--no-apply writes the file without a run; rollback with a name rejects the stable version", async () => {
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
    "release api has no candidate: v3 is stable; to return to v1, run rollback v3\n",
  ]);
  expect((await bench.run("rollback", "v3", "--yes")).code).toBe(0);
  expect(bench.split()).toEqual({ "1": 100 });
});

it("refuses a read-only config file and a detached HEAD, and prints no secret", async () => {
  const file = join(bench.program.folder, "Pulumi.test.yaml");
  const text = bench.config();
  chmodSync(file, 0o444);
  const locked = await bench.run("hold", "--yes");
  expect([locked.code, locked.stderr]).toEqual([
    3,
    "Pulumi.test.yaml is read-only. Nothing was changed; make it writable first\n",
  ]);
  chmodSync(file, 0o644);
  git("add", "-A");
  git("commit", "--quiet", "--allow-empty", "-m", "as it stands");
  git("checkout", "--quiet", "--detach");
  const detached = await bench.run("hold", "--no-apply", "--commit");
  expect([detached.code, detached.stderr]).toEqual([
    3,
    "--commit: HEAD is detached, so the commit would be on no branch; check out a branch first\n",
  ]);
  git("checkout", "--quiet", "-");
  await bench.stack.setConfig("canary:weight", { value: "v1=3", secret: true });
  const shown = await bench.run("status");
  bench.setConfig(text);
  expect(shown.stdout).toMatch(/canary:weight \[secret\] /);
});

it("in a checkout of an older commit, status does not print what the config of that commit would do", async () => {
  const commit = (seconds: number) =>
    execFileSync("git", ["commit", "--quiet", "--amend", "--no-edit"], {
      cwd: bench.program.folder,
      env: { ...process.env, GIT_COMMITTER_DATE: `${seconds} +0000` },
    });
  const next = async () => {
    const { releases } = (await bench.run("status", "--json")).json() as unknown as { releases: [{ next: object }] };
    return releases[0].next;
  };
  interface Stored {
    readonly type: string;
    readonly outputs?: { readonly memory?: { readonly rev?: number } };
  }
  const { resources } = (await bench.stack.exportStack()).deployment as { resources: Stored[] };
  const rev = resources.find(({ type }) => type.endsWith(":Release"))?.outputs?.memory?.rev ?? 0;
  commit(rev);
  expect(await next()).toHaveProperty("split");
  commit(rev - 60);
  expect(await next()).toEqual({ unknown: expect.stringContaining(`(rev ${rev - 60}) than the newest run`) as string });
  commit(rev);
});

it("commits the target of a symbolic link, and prints what was changed if git fails", async () => {
  const at = (name: string) => join(bench.program.folder, name);
  mkdirSync(at("stacks"));
  renameSync(at("Pulumi.test.yaml"), at("stacks/test.yaml"));
  symlinkSync("stacks/test.yaml", at("Pulumi.test.yaml"));
  git("add", "-A");
  git("commit", "--quiet", "-m", "linked");
  const held = await bench.run("hold", "--no-apply", "--commit", "--json");
  expect([held.code, held.json()["commit"]]).toEqual([0, git("rev-parse", "HEAD").trim()]);
  expect(git("show", "--format=", "--name-only", "HEAD").trim()).toBe("stacks/test.yaml");
  bench.program.file(".git/hooks/pre-commit", "#!/bin/sh\necho not today >&2\nexit 1\n");
  chmodSync(at(".git/hooks/pre-commit"), 0o755);
  const refused = await bench.run("resume", "--no-apply", "--commit");
  expect([refused.code, refused.stderr]).toEqual([
    1,
    "Pulumi.test.yaml was changed (canary:hold removed) but not committed: git: not today. Commit it; the program was not run\n",
  ]);
  expect(bench.config()).not.toContain("canary:hold");
});

it("edits the config file with the same ending (yaml or yml) as the project file", async () => {
  const at = (name: string) => join(bench.program.folder, name);
  renameSync(at("Pulumi.yaml"), at("Pulumi.yml"));
  renameSync(at("stacks/test.yaml"), at("Pulumi.test.yml"));
  unlinkSync(at("Pulumi.test.yaml"));
  const { code, stdout, stderr } = await bench.run("hold", "--no-apply", "--stack", "test");
  expect([code, stderr, stdout.split(":")[0]]).toEqual([0, "", "Pulumi.test.yml"]);
  expect(readFileSync(at("Pulumi.test.yml"), "utf8")).toContain('canary:hold: "true"');
  expect(existsSync(at("Pulumi.test.yaml"))).toBe(false);
});
