/**
 * `npm test` and `npm run test:host` from nothing: installs dependencies when they are missing or out of date, builds,
 * and runs the tests. Uses only Node.js's own modules, since it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @type {Record<string, string>} */
const PROJECTS = { test: "test", "test:host": "host" };

/**
 * Runs a program and ends this one with its exit code when it fails.
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** True when what is installed is what the lockfile says. */
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

const [command = "", ...args] = process.argv.slice(2);
const project = PROJECTS[command];
if (project === undefined) {
  console.error(`unknown command ${JSON.stringify(command)}; allowed: ${Object.keys(PROJECTS).join(", ")}`);
  process.exit(2);
}
if (!installed()) install();
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b", "tsconfig.build.json"]);
run(process.execPath, [join(root, "node_modules", "jest", "bin", "jest.js"), "--selectProjects", project, ...args]);
