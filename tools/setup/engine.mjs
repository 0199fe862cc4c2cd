/**
 * Finds the Pulumi engine: on PATH, in the cache of this repository, from Pulumi's installer, or by a build from Go
 * modules.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "..", "..");

/** The version that is downloaded or built if no engine is found. */
export const ENGINE_VERSION = "3.259.0";
/** The oldest usable version on PATH: the first whose Node.js host finds built-in modules behind `__importStar`. */
export const OLDEST_VERSION = "3.229.0";
/** Seconds without output after which the installer is ended. */
const SILENCE = 20;

const exe = process.platform === "win32" ? ".exe" : "";
const SHIM = process.platform === "win32" ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
const PARTS = [`pulumi${exe}`, `pulumi-language-nodejs${exe}`, SHIM];

/**
 * The cache folder for this user, by the platform's rules.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
export function cacheFolder(env, platform) {
  const home = env["HOME"] ?? homedir();
  const base =
    env["XDG_CACHE_HOME"] ||
    (platform === "darwin"
      ? join(home, "Library", "Caches")
      : platform === "win32"
        ? (env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"))
        : join(home, ".cache"));
  return join(base, "pulumi-alicloud-fc", "engine");
}

/**
 * True when version `a` is `b` or newer; both like `v3.259.0-alpha`.
 * @param {string} a
 * @param {string} b
 */
export function atLeast(a, b) {
  const numbers = (/** @type {string} */ text) => (/(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  if (left.length === 0) return false;
  for (const [i, n] of left.entries()) if (n !== right[i]) return n > (right[i] ?? 0);
  return true;
}

/**
 * Returns why the folder contains no usable engine, or undefined if it does.
 * @param {string} bin
 * @returns {string | undefined}
 */
export function problemWith(bin) {
  const missing = PARTS.find((part) => !existsSync(join(bin, part)));
  if (missing !== undefined) return `${missing} is missing beside it`;
  // The call that asks for the version also writes a log into the engine's home.
  const home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
  const { stdout, status } = spawnSync(join(bin, `pulumi${exe}`), ["version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: home },
  });
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) return "pulumi version fails";
  return atLeast(stdout, OLDEST_VERSION) ? undefined : `it is ${stdout.trim()}, older than ${OLDEST_VERSION}`;
}

/**
 * The folder of an engine, which contains `bin/pulumi`. Throws one error with all attempts.
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function findEngine(say) {
  const cached = join(
    cacheFolder(process.env, process.platform),
    `${ENGINE_VERSION}-${process.platform}-${process.arch}`,
  );
  /** @type {[string, () => string | Promise<string>][]} */
  const ways = [
    ["pulumi on PATH", () => fromPath(process.env["PATH"] ?? "")],
    ["our cache", () => fromCache(cached)],
    ["Pulumi's installer", () => filled(cached, (folder) => install(folder, say))],
    ["a build from Go modules", () => filled(cached, (folder) => build(folder, say))],
  ];
  const failures = [];
  for (const [name, way] of ways) {
    try {
      return await way();
    } catch (error) {
      failures.push(`  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `no Pulumi engine. Tried:\n${failures.join("\n")}\n` +
      `Install Pulumi ${OLDEST_VERSION} or newer (https://www.pulumi.com/docs/install/), or Go 1.21 or newer, and run this again.`,
  );
}

/** @param {string} path */
function fromPath(path) {
  const found = path.split(delimiter).find((folder) => folder !== "" && existsSync(join(folder, `pulumi${exe}`)));
  if (found === undefined) throw new Error("none there");
  const bin = dirname(realpathSync(join(found, `pulumi${exe}`)));
  const problem = problemWith(bin);
  if (problem !== undefined) throw new Error(`${join(found, "pulumi")}: ${problem}`);
  if (!bin.endsWith("bin")) throw new Error(`${bin} is not a folder named bin`);
  return dirname(bin);
}

/** @param {string} cached */
function fromCache(cached) {
  if (!existsSync(cached)) throw new Error("empty");
  const problem = problemWith(join(cached, "bin"));
  if (problem !== undefined) throw new Error(problem);
  return cached;
}

/**
 * Fills a temporary folder beside the cached one, checks it, and renames it, so that an incomplete engine never has the
 * final name.
 * @param {string} cached
 * @param {(folder: string) => Promise<void>} fill
 */
export async function filled(cached, fill) {
  mkdirSync(dirname(cached), { recursive: true });
  const folder = mkdtempSync(`${cached}.making-`);
  try {
    await fill(folder);
    const problem = problemWith(join(folder, "bin"));
    if (problem !== undefined) throw new Error(problem);
    moveInto(folder, cached);
    return cached;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} cached
 */
function moveInto(folder, cached) {
  if (existsSync(cached) && problemWith(join(cached, "bin")) !== undefined) {
    rmSync(cached, { recursive: true, force: true });
  }
  try {
    renameSync(folder, cached);
  } catch (error) {
    // Another process has put an engine into the cache meanwhile, so that engine is used.
    if (problemWith(join(cached, "bin")) !== undefined) throw error;
  }
}

/**
 * @param {string} folder
 * @param {(line: string) => void} say
 */
async function install(folder, say) {
  say(`fetching Pulumi ${ENGINE_VERSION} with its own installer`);
  const script =
    `require("@pulumi/pulumi/automation").PulumiCommand` +
    `.install({ root: ${JSON.stringify(folder)}, version: new (require("semver").SemVer)(${JSON.stringify(ENGINE_VERSION)}) })` +
    `.then(() => process.exit(0), (error) => { console.error(String(error.message ?? error)); process.exit(1); })`;
  await run(process.execPath, ["-e", script], { cwd: repository, silence: SILENCE, say });
}

/**
 * @param {string} folder
 * @param {(line: string) => void} say
 */
async function build(folder, say) {
  const env = goEnvironment();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const flags = ["build", "-mod=readonly", "-trimpath"];
  const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${ENGINE_VERSION}`;
  const cli = join(repository, "tools", "engine", "cli");
  const language = join(repository, "tools", "engine", "language");
  say(`building Pulumi ${ENGINE_VERSION} from Go modules: about 3 minutes on two cores, once`);
  const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
  await run("go", [...flags, "-ldflags", "-s -w", "-o", join(bin, PARTS[1] ?? ""), host], { cwd: language, env, say });
  const pulumi = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  const linker = `-s -w ${version}`;
  await run("go", [...flags, "-ldflags", linker, "-o", join(bin, PARTS[0] ?? ""), pulumi], { cwd: cli, env, say });
  const { stdout } = spawnSync("go", ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], {
    cwd: cli,
    env,
    encoding: "utf8",
  });
  copyFileSync(join(stdout.trim(), "nodejs", "dist", SHIM), join(bin, SHIM));
  chmodSync(join(bin, SHIM), 0o755);
}

/** The environment for Go. A newer toolchain is downloaded only if the modules need it. Throws without Go. */
export function goEnvironment() {
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.error) throw new Error("Go is not installed");
  const needed = "1.25.11";
  const text = /go(\d+\.\d+(?:\.\d+)?)/.exec(go.stdout)?.[1] ?? "0";
  const full = text.split(".").length === 2 ? `${text}.0` : text;
  return { ...process.env, GOWORK: "off", ...(atLeast(full, needed) ? {} : { GOTOOLCHAIN: "auto" }) };
}

/**
 * Runs a program, and prints that it is still running. Ends it after `silence` seconds without output.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, silence?: number, say: (line: string) => void }} options
 * @returns {Promise<void>}
 */
export function run(program, args, { cwd, env, silence, say }) {
  return new Promise((resolve, reject) => {
    const start = Date.now();
    const child = spawn(program, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    let tail = "";
    let last = start;
    const heard = (/** @type {Buffer} */ text) => {
      tail = (tail + text.toString()).slice(-2000);
      last = Date.now();
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    const ticker = setInterval(() => {
      if (silence !== undefined && Date.now() - last > silence * 1000) child.kill("SIGKILL");
      else if (silence === undefined) say(`  still building (${Math.round((Date.now() - start) / 1000)} s)`);
    }, 10_000);
    child.on("error", (error) => {
      clearInterval(ticker);
      reject(error);
    });
    child.on("close", (status, signal) => {
      clearInterval(ticker);
      if (status === 0) resolve();
      else if (signal === "SIGKILL") reject(new Error(`no progress for ${silence ?? 0} s`));
      else reject(new Error(tail.trim().split("\n").slice(-3).join(" / ") || `exit code ${status}`));
    });
  });
}
