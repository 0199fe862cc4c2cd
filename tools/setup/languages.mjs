/**
 * Builds the hosts that run programs of the other Pulumi languages, once, beside the engine in the cache: those of
 * YAML, Go and Python, and in the folder `sdks` the hosts that `pulumi package add` needs for Go and Python. `node
 * tools/setup/languages.mjs yaml go` prints their folder.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENGINE_VERSION, cacheFolder, goEnvironment, run } from "./engine.mjs";

const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "engine");
const exe = process.platform === "win32" ? ".exe" : "";

/**
 * Program, module under `tools/engine` that pins it, and its package.
 * @type {Record<string, [program: string, module: string, source: string]>}
 */
const TOOLS = {
  yaml: ["pulumi-language-yaml", "languages", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"],
  go: ["pulumi-language-go", "hosts", "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go"],
  python: ["pulumi-language-python", "hosts", "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"],
};

/** Passes calls to the hosts of these languages, and generates SDKs for them. */
const SDK_HOST = /** @type {[string, string, string]} */ (["sdk-host", "languages", "./host"]);
const WITH_SDKS = ["go", "python"];

/**
 * The program with which a host starts programs: its path in the host's module.
 * @type {Record<string, string | undefined>}
 */
const LAUNCHERS = { "pulumi-language-python": "python/cmd/pulumi-language-python-exec" };

/**
 * The folder with the named tools. Missing ones are built.
 * @param {string[]} names
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function languages(names, say) {
  const folder = join(
    dirname(cacheFolder(process.env, process.platform)),
    "languages",
    `${ENGINE_VERSION}-${process.platform}-${process.arch}`,
  );
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const tool = TOOLS[name];
    if (tool === undefined) throw new Error(`got ${name}; allowed: ${Object.keys(TOOLS).join(", ")}`);
    if (!existsSync(join(folder, `${tool[0]}${exe}`))) await build(folder, tool, say);
    if (WITH_SDKS.includes(name)) await sdkHost(folder, `${tool[0]}${exe}`, say);
  }
  return folder;
}

/**
 * Builds the host that needs the older host of the same name in the folder above.
 * @param {string} folder
 * @param {string} name
 * @param {(line: string) => void} say
 */
async function sdkHost(folder, name, say) {
  const built = join(folder, `${SDK_HOST[0]}${exe}`);
  if (!existsSync(built)) await build(folder, SDK_HOST, say);
  const copy = join(folder, "sdks", name);
  if (existsSync(copy)) return;
  mkdirSync(dirname(copy), { recursive: true });
  const making = join(mkdtempSync(join(folder, "making-")), name);
  copyFileSync(built, making);
  renameSync(making, copy);
  rmSync(dirname(making), { recursive: true });
}

/**
 * Builds in a temporary folder and renames it, so that an incomplete build never has the final name.
 * @param {string} folder
 * @param {[string, string, string]} tool
 * @param {(line: string) => void} say
 */
async function build(folder, [program, module, source], say) {
  say(`building ${program} from Go modules, once`);
  const making = mkdtempSync(join(folder, "making-"));
  try {
    const flags = ["-mod=readonly", "-trimpath", "-ldflags", "-s -w"];
    const out = join(making, `${program}${exe}`);
    await run("go", ["build", ...flags, "-o", out, source], { cwd: join(modules, module), env: goEnvironment(), say });
    const launcher = LAUNCHERS[program];
    if (launcher !== undefined) copyLauncher(launcher, join(modules, module), folder);
    renameSync(out, join(folder, `${program}${exe}`));
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/**
 * @param {string} launcher
 * @param {string} cwd folder of the module that pins the host
 * @param {string} folder
 */
function copyLauncher(launcher, cwd, folder) {
  const list = ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"];
  const { stdout } = spawnSync("go", list, { cwd, env: goEnvironment(), encoding: "utf8" });
  const copy = join(folder, basename(launcher));
  copyFileSync(join(stdout.trim(), launcher), copy);
  chmodSync(copy, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await languages(process.argv.slice(2), (line) => console.error(line)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
