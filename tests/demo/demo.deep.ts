/** The demo as a reader runs it, in a pipe. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const demo = join(root, "dist", "tools", "demo", "main.js");

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  mkdirSync(join(folder, "tmp"));
  // CI alone makes the library for colours believe in a terminal.
  env = { ...process.env, CI: "1", TMPDIR: join(folder, "tmp"), INIT_CWD: folder };
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, [demo, ...args], { cwd: root, env, encoding: "utf8" });
}

/** What is left in the folder for temporary files. */
function left(): string[] {
  return readdirSync(join(folder, "tmp"));
}

it("tells the story to its end on the reader's own function, in plain lines, and leaves nothing behind", () => {
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
  ]);
  expect(stdout).toMatch(/It looks well[\s\S]*version 1 +50 % .* of 60 \(expected \d+ to \d+\)/);
  expect(stdout).toMatch(/roll back, in one command[\s\S]*version 2 +100 % .* 60 of 60 \(expected 60\)/);
  expect(stdout).toMatch(/Done\. \d+ API calls, 480 invocations, [\d.]+ s in all\.\n$/);
  expect(stdout).not.toContain("\u001b");
  expect(status).toBe(0);
  expect(left()).toEqual([]);
});

it("stopped by a signal while the engine works, leaves nothing behind", async () => {
  const child = spawn(process.execPath, [demo], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout) if (String(chunk).includes("$ pulumi up")) break;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  expect(await closed).toEqual([143, null]);
  expect(left()).toEqual([]);
});
