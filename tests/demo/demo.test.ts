/** The demo refuses bad arguments. `demo.deep.ts` runs it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const demo = join(root, "dist", "tools", "demo", "main.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, [demo, ...args], {
    cwd: root,
    env: { ...process.env, CI: "1", INIT_CWD: folder },
    encoding: "utf8",
  });
}

it("names a wrong argument before anything starts", () => {
  const missing = run("--code", "nowhere");
  expect([missing.status, missing.stdout]).toEqual([1, ""]);
  expect(missing.stderr).toContain(`${join(folder, "nowhere")} does not exist`);
  expect(run("--invocations", "0").stderr).toContain("give a whole number from 1 to 999999");
});
