/**
 * Runs the repository's commands on a fresh clone: installs dependencies if they are missing or out of date, builds,
 * finds the Pulumi engine, and runs the command. This file uses only Node.js's own modules, because it runs before
 * anything is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "./engine.mjs";
import { installHostTools } from "./host.mjs";
import { removeStale } from "./stale.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const jest = join(root, "node_modules", "jest", "bin", "jest.js");

/**
 * The commands, and what runs after the preparation.
 * @type {Record<string, (args: string[], engine: string) => void>}
 */
const COMMANDS = {
  demo: (args, engine) =>
    run(process.execPath, [join(root, "dist", "tools", "demo", "main.js"), ...args], ownEnvironment(engine)),
  bench: (args, engine) =>
    run(process.execPath, [join(root, "dist", "bench", "main.js"), ...args], ownEnvironment(engine)),
  test: tests("test"),
  "test:deep": tests("deep", "plugin"),
  "test:host": tests("host"),
  soak: tests("soak"),
  pulumi: (args, engine) => run(join(engine, "bin", "pulumi"), args, userEnvironment(engine)),
};

/**
 * Returns a command that runs the tests of these projects of `jest.config.mjs`.
 * @param {string[]} projects
 * @returns {(args: string[], engine: string) => void}
 */
function tests(...projects) {
  return (args, engine) =>
    run(
      process.execPath,
      [jest, ...args, ...projects.map((name) => `--selectProjects=${name}`)],
      ownEnvironment(engine),
    );
}

/**
 * Runs a program. If it fails, this process ends with its exit code.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function run(program, args, env) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit", env: env ?? process.env });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * The engine's own state: a file backend, a passphrase and a home inside a folder of the repository that git ignores.
 * @param {string} engine
 * @returns {NodeJS.ProcessEnv}
 */
function engineState(engine) {
  const cache = join(root, ".cache");
  mkdirSync(join(cache, "state"), { recursive: true });
  return {
    PATH: `${join(engine, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
    PULUMI_ALICLOUD_FC_ENGINE_ROOT: engine,
    PULUMI_HOME: join(cache, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(cache, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "emulator",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  };
}

/**
 * The environment for tests, without the user's stacks, login and credentials.
 * @param {string} engine
 * @returns {NodeJS.ProcessEnv}
 */
function ownEnvironment(engine) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PULUMI|ALICLOUD|ALIBABA_CLOUD)_/.test(name));
  return { ...Object.fromEntries(kept), ...engineState(engine) };
}

/**
 * The environment for `npm run pulumi`: the user's variables, including credentials, take precedence.
 * @param {string} engine
 * @returns {NodeJS.ProcessEnv}
 */
function userEnvironment(engine) {
  const state = engineState(engine);
  return { ...state, ...process.env, PATH: state["PATH"] };
}

/** True if the installed packages are those of the lockfile. */
function installed() {
  const [wanted, present] = ["package-lock.json", "node_modules/.package-lock.json"].map((file) => join(root, file));
  if (wanted === undefined || present === undefined || !existsSync(present)) return false;
  const here = packagesIn(present);
  return Object.entries(packagesIn(wanted)).every(
    ([name, { version, optional }]) => !name.startsWith("node_modules/") || optional || here[name]?.version === version,
  );
}

/**
 * The packages a lockfile lists.
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesIn(file) {
  const lock = /** @type {{ packages: Record<string, { version?: string, optional?: boolean }> }} */ (
    JSON.parse(readFileSync(file, "utf8"))
  );
  return lock.packages;
}

function install() {
  console.log("installing dependencies");
  const npm = process.env["npm_execpath"];
  if (npm) run(process.execPath, [npm, "ci", "--no-progress", "--loglevel=error"]);
  else run("npm", ["ci", "--no-progress", "--loglevel=error"]);
}

// Ctrl-C reaches the whole process group. The running program ends by itself, and this process ends after it.
process.on("SIGINT", () => {});

const [command = "", ...args] = process.argv.slice(2);
const start = COMMANDS[command];
if (start === undefined) {
  console.error(`unknown command ${JSON.stringify(command)}; allowed: ${Object.keys(COMMANDS).join(", ")}`);
  process.exit(2);
}
if (!installed()) install();
removeStale(root);
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b", "tsconfig.build.json"]);
try {
  if (command === "test:host") installHostTools((line) => console.error(line));
  start(args, await findEngine((line) => console.error(line)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
