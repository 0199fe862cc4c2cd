/**
 * Finds or installs the tools that host tests need besides Node.js. This file uses only Node.js's own modules, because
 * it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * A tool. One of `commands` on the PATH is enough; `debian` and `brew` are the packages that contain it.
 * @typedef {{ tool: string, commands: string[], debian: string, brew: string }} Tool
 */

/** @type {Tool[]} */
export const TOOLS = [
  { tool: "Python 3", commands: ["python3"], debian: "python3", brew: "python" },
  { tool: "PHP", commands: ["php"], debian: "php-cli", brew: "php" },
  { tool: "C# compiler", commands: ["mcs"], debian: "mono-mcs", brew: "mono" },
  { tool: "C# runtime", commands: ["mono"], debian: "mono-runtime", brew: "mono" },
  { tool: "Go", commands: ["go"], debian: "golang-go", brew: "go" },
  {
    tool: "Chromium",
    commands: ["chromium", "chromium-browser", "google-chrome"],
    debian: "chromium",
    brew: "chromium",
  },
];

/**
 * The tools that have no command in a folder of `path`.
 * @param {Tool[]} tools
 * @param {string} path folders joined as in the variable PATH
 * @returns {Tool[]}
 */
export function missingTools(tools, path) {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return tools.filter(({ commands }) => !commands.some((name) => folders.some((at) => isProgram(join(at, name)))));
}

/**
 * Instructions for installing missing tools by hand.
 * @param {Tool[]} missing
 * @returns {string}
 */
export function adviceFor(missing) {
  const lines = missing.map(({ tool, commands }) => `  ${tool}: none of ${commands.join(", ")} is on the PATH`);
  const packages = (/** @type {"debian" | "brew"} */ of) => [...new Set(missing.map((each) => each[of]))].join(" ");
  return [
    "host tests need tools this machine lacks:",
    ...lines,
    "install them and run the command again:",
    `  Debian, Ubuntu: sudo apt-get install --no-install-recommends ${packages("debian")}`,
    `  macOS: brew install ${packages("brew")}`,
  ].join("\n");
}

/**
 * Installs missing tools without asking: on Debian or Ubuntu, as root or with sudo without a password. Throws with
 * instructions if this is not possible, and if a tool is still missing afterwards.
 * @param {(line: string) => void} say
 */
export function installHostTools(say) {
  const missing = missingTools(TOOLS, process.env["PATH"] ?? "");
  if (missing.length === 0) return;
  const rights = installerRights();
  if (rights === undefined) throw new Error(adviceFor(missing));
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  say(`installing ${packages.join(", ")}`);
  aptGet(rights, ["update", "-q"]);
  aptGet(rights, ["install", "-y", "-q", "--no-install-recommends", ...packages]);
  const still = missingTools(TOOLS, process.env["PATH"] ?? "");
  if (still.length > 0) throw new Error(adviceFor(still));
}

/**
 * Returns the words to write before `apt-get`, such as `sudo -n`. Undefined if apt-get does not exist, or if sudo needs
 * a password.
 * @returns {string[] | undefined}
 */
function installerRights() {
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n"] : undefined;
}

/**
 * @param {string[]} rights
 * @param {string[]} args
 */
function aptGet(rights, args) {
  const [command = "", ...rest] = [...rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
  const { status, error } = spawnSync(command, rest, { stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw error;
  if (status !== 0) throw new Error(`apt-get ${args.join(" ")} ended with status ${status}; see its output above`);
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
