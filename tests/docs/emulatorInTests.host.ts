/** The examples of docs/emulator-in-tests.md whose runners come from elsewhere run as they stand there: Vitest and pytest. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/program";

// With an empty cache both runners are fetched first.
jest.setTimeout(600_000);

const page = readFileSync(join(root, "docs", "emulator-in-tests.md"), "utf8");
const blocks = [...page.matchAll(/^`([\w.]+)`\n\n```(?:js|python)\n([^]*?)^```$/gm)];

let folder: string;
beforeAll(() => {
  // Inside the package, so that its own name and command mean this build.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "runners-"));
  for (const [, name = "", text = ""] of blocks) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in the folder and answers what it prints; throws when it fails. */
function run(program: string, ...args: string[]): string {
  const { VITEST: _vitest, FORCE_COLOR: _color, ...env } = process.env;
  const plain = { ...env, NO_COLOR: "1" };
  return execFileSync(program, args, { cwd: folder, env: plain, encoding: "utf8", stdio: "pipe", timeout: 300_000 });
}

it("Vitest", () => {
  run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "vitest@4");
  const out = run("npx", "vitest", "run", "--root", ".", "vitest.test.mjs");
  expect(out).toMatch(/Tests\s+1 passed/);
});

it("pytest", () => {
  run("python3", "-m", "venv", "python");
  run(join("python", "bin", "pip"), "install", "--quiet", "pytest");
  expect(run(join("python", "bin", "pytest"), "-q", "test_emulator.py")).toContain("1 passed");
});
