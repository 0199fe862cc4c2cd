/** The demo as users run it. Its output goes to a pipe. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The demo runs the engine about twenty times, and invokes the function some thousand times.
jest.setTimeout(600_000);

const root = join(__dirname, "..", "..");
const demo = join(root, "dist", "tools", "demo", "main.js");

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  mkdirSync(join(folder, "tmp"));
  // If only the variable CI is set, the library for colours assumes a terminal.
  env = { ...process.env, CI: "1", TMPDIR: join(folder, "tmp"), INIT_CWD: folder };
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, [demo, ...args], { cwd: root, env, encoding: "utf8" });
}

/** The files that are left in the folder for temporary files. */
function left(): string[] {
  return readdirSync(join(folder, "tmp"));
}

it("the demo runs to its end with the function of the user, in plain lines, and removes its files", () => {
  mkdirSync(join(folder, "mine"));
  writeFileSync(join(folder, "mine", "app.js"), "exports.main = async () => process.env.RELEASE;\n");
  const { stdout, stderr, status } = run("--code", "mine", "--handler", "app.main", "--invocations", "60");
  expect(stderr).toBe("");
  expect(stdout.match(/changed: .*(?= \()/g)).toEqual([
    "changed: CreateFunction, PublishFunctionVersion, CreateAlias",
    "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
    "changed: UpdateAlias",
    "changed: UpdateAlias",
    "changed: nothing",
    "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
    "changed: UpdateAlias",
    "changed: nothing",
    "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
    // The releases with weight auto: first a bad version, then a good one.
    "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
    "changed: UpdateAlias",
    "changed: nothing",
    "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
    "changed: UpdateAlias",
    "changed: UpdateAlias",
    "changed: UpdateAlias",
  ]);
  expect(stdout).toMatch(/It looks well[\s\S]*version 1 +50 % .* of 60 \(expected \d+ to \d+\)/);
  expect(stdout).toMatch(/roll back, in one command[\s\S]*version 2 +100 % .* 60 of 60 \(expected 60\)/);
  // The version is judged by the rows of these requests. All requests to the bad version failed.
  const bad = /typo in the name[\s\S]*version 5 .* (\d+) of (\d+) \(.*\), (\d+) failed\n/.exec(stdout);
  const [, reached = "", total = "", failed = ""] = bad ?? [];
  expect(failed).toBe(reached);
  const counted = `candidate ${failed} of ${reached} failed (100 %)\n  stable 0 of ${Number(total) - Number(reached)} failed`;
  expect(stdout).toContain(`  fail at 5 %\n  in this window: ${counted}`);
  expect(stdout).toMatch(
    /The next run passes[\s\S]*v5 is rejected and gets no traffic; retry: v5 lifts the rejection\n/,
  );
  expect(stdout.match(/(?<=The typo is mended[\s\S]*)(pass at \d+ %|next step: \d+ %|may be promoted)/g)).toEqual([
    ...["pass at 5 %", "next step: 25 %", "pass at 25 %", "next step: 50 %", "pass at 50 %", "may be promoted"],
  ]);
  expect(stdout).toMatch(/Done\. \d+ API calls, \d+ invocations, [\d.]+ s in all\.\n$/);
  expect(stdout).not.toContain("\u001b");
  expect(status).toBe(0);
  expect(left()).toEqual([]);
});

it("the demo removes its files after a signal during an operation of the engine", async () => {
  const child = spawn(process.execPath, [demo], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout) if (String(chunk).includes("$ pulumi up")) break;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  expect(await closed).toEqual([143, null]);
  expect(left()).toEqual([]);
});
