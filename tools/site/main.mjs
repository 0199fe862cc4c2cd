/**
 * `npm run site`: builds the site into `.cache/site`; `npm run site -- dev` serves it while pages are edited, `npm run
 * site -- preview` serves the built site. VitePress has its own lockfile in this folder, so that it is installed only
 * for building the site. This file uses only Node.js's own modules, because it runs before VitePress is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, "..", "..");
const ACTIONS = ["build", "dev", "preview"];

/**
 * Version of VitePress in a lockfile or in its copy inside node_modules; undefined if there is none.
 * @param {string} lockfile relative to this folder
 * @returns {string | undefined}
 */
function versionIn(lockfile) {
  const file = join(folder, lockfile);
  if (!existsSync(file)) return undefined;
  const { packages } = /** @type {{ packages: Record<string, { version?: string }> }} */ (
    JSON.parse(readFileSync(file, "utf8"))
  );
  return packages["node_modules/vitepress"]?.version;
}

/**
 * Runs a program. If it fails, this process ends with its exit code.
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const [action = "build", ...args] = process.argv.slice(2);
if (!ACTIONS.includes(action)) {
  console.error(`unknown action ${JSON.stringify(action)}; allowed: ${ACTIONS.join(", ")}`);
  process.exit(2);
}
if (versionIn("node_modules/.package-lock.json") !== versionIn("package-lock.json")) {
  console.log("installing VitePress into tools/site/node_modules");
  run("npm", ["ci", "--no-progress", "--loglevel=error"], folder);
}
const vitepress = join(folder, "node_modules", "vitepress", "bin", "vitepress.js");
run(process.execPath, [vitepress, action, folder, ...args], root);
if (action === "build") console.log("The site is in .cache/site; npm run site -- preview serves it.");
