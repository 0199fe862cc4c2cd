/**
 * `npm run prove:setup`: makes a clone with an empty home, empty caches and no engine. The script runs both commands of
 * the README, then both again without a network. The script takes as long as downloading an engine, and is not part of
 * `npm test`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * The output of a command. Throws if the program does not exist.
 * @param {string} program
 * @param {string[]} args
 */
function output(program, args) {
  return spawnSync(program, args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
}

/**
 * The environment of a new machine: home and caches are empty, no engine is on PATH. The machine's settings of package
 * registries are kept.
 * @param {string} home
 * @returns {NodeJS.ProcessEnv}
 */
function newMachine(home) {
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !existsSync(join(folder, "pulumi")) && !folder.includes("node_modules"));
  /** @type {NodeJS.ProcessEnv} */
  const env = { HOME: home, PATH: path.join(delimiter), LANG: "C.UTF-8" };
  const registry = output("npm", ["config", "get", "registry"]);
  if (registry !== "") env["npm_config_registry"] = registry;
  for (const name of ["GOPROXY", "GOSUMDB", "GONOSUMDB", "GOFLAGS"]) {
    const value = output("go", ["env", name]);
    if (value !== "") env[name] = value;
  }
  for (const name of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/**
 * A command that runs another one without a network, except loopback.
 * @returns {string[]}
 */
function offline() {
  const up = 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"';
  for (const flags of [["-n"], ["-rn"]]) {
    const probe = ["unshare", ...flags, "sh", "-c", up, "sh"];
    const { status } = spawnSync(probe[0] ?? "", [...probe.slice(1), "node", "-e", LISTEN], { stdio: "ignore" });
    if (status === 0) return probe;
  }
  throw new Error("the network cannot be taken away here: unshare (Linux) and ip or ifconfig are needed");
}

/** Fails unless loopback works and no other network does. */
const LISTEN =
  `require("http").createServer().listen(0,"127.0.0.1",()=>process.exit(` +
  `Object.values(require("os").networkInterfaces()).flat().some((i)=>!i.internal)?1:0)).on("error",()=>process.exit(1))`;

const folder = mkdtempSync(join(tmpdir(), "prove-setup-"));
const clone = join(folder, "clone");
const home = join(folder, "home");
mkdirSync(home);
/** @type {string[]} */
const times = [];
try {
  const env = newMachine(home);
  const without = offline();
  spawnSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
  for (const [title, prefix] of /** @type {[string, string[]][]} */ ([
    ["from nothing", []],
    ["again, network off", without],
  ])) {
    for (const script of ["demo", "test"]) {
      const command = [...prefix, "npm", "run", script];
      console.log(`\n=== npm run ${script}, ${title}`);
      const start = Date.now();
      const { status } = spawnSync(command[0] ?? "", command.slice(1), { cwd: clone, env, stdio: "inherit" });
      if (status !== 0) throw new Error(`npm run ${script}, ${title}: exit code ${status}`);
      times.push(`npm run ${script.padEnd(5)} ${title.padEnd(20)} ${Math.round((Date.now() - start) / 1000)} s`);
    }
  }
  if (existsSync(join(home, ".pulumi"))) throw new Error("something was written into ~/.pulumi");
  console.log(`\n${times.join("\n")}\nproven`);
} catch (error) {
  console.error(`\n${times.join("\n")}\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  // Go's module cache is read-only by design.
  spawnSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true, force: true });
}
