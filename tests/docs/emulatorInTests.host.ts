/**
 * Runs the examples of docs/emulator-in-tests.md that need other test runners: Vitest, pytest, and the steps of the
 * workflow for GitHub Actions. The steps run in a separate repository, in which the packed package is installed. The
 * actions that the workflow uses are not tested.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { cleanEnvironment, freshFolder, install, removeMade, versionOf, write } from "../install/support";
import { root } from "../support/root";

// Without a cache, npm and pip download both runners first.
jest.setTimeout(600_000);

const page = readFileSync(join(root, "docs", "emulator-in-tests.md"), "utf8");
const blocks = [...page.matchAll(/^`([\w./]+)`\n\n```(?:js|python|yaml)\n([^]*?)^```$/gm)];
const blockOf = (file: string): string => blocks.find(([, name]) => name === file)?.[2] ?? "";

let folder: string;
beforeAll(() => {
  // The folder is inside this repository, so that the names of the package and of its command lead to the built files.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "runners-"));
  for (const [, name = "", text = ""] of blocks) if (!name.includes("/")) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  removeMade();
});

/** Runs a program in the folder and returns its output. Throws if the program fails. */
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
  expect(processesIn(folder)).toEqual([]);
});

/** The command lines of all processes whose working folder is `place`. */
function processesIn(place: string): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => workingFolder(id) === place).map((id) => readFileSync(`/proc/${id}/cmdline`, "utf8"));
}

function workingFolder(id: string): string | undefined {
  try {
    return readlinkSync(`/proc/${id}/cwd`);
  } catch {
    return undefined;
  }
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>
  >;
}

it("GitHub Actions", async () => {
  const workflow = parse(blockOf(".github/workflows/test.yml")) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  expect(steps.flatMap(({ uses }) => uses ?? [])).toEqual(["actions/checkout@v4", "actions/setup-node@v4"]);
  // The content of a checkout: the tests, package.json and the lockfile. No packages are installed.
  const checkout = freshFolder();
  write(checkout, Object.fromEntries(["client.cjs", "node.test.cjs"].map((name) => [name, blockOf(name)])));
  const names = ["@alicloud/fc20230330", "@alicloud/openapi-core", "fflate"];
  const versions = Object.fromEntries(names.map((name) => [name, versionOf(join(root, "node_modules", name))]));
  await install("npm", checkout, versions, { scripts: { test: "node --test" } });
  rmSync(join(checkout, "node_modules"), { recursive: true });
  const printed = steps
    .flatMap(({ run: command }) => command ?? [])
    .map((command) => execFileSync("bash", ["-e", "-c", command], { cwd: checkout, env: { ...cleanEnvironment(), CI: "true", npm_config_prefer_offline: "true" }, encoding: "utf8", stdio: "pipe", timeout: 300_000 })); // prettier-ignore
  expect(printed.at(-1)).toMatch(/^# pass 1$/m);
  expect(printed.at(-1)).toMatch(/^# fail 0$/m);
});
