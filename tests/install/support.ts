/** Packs this package with npm, and installs it in programs in other folders with several package managers. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "../support/root";

const run = promisify(execFile);

// Without a cache, all packages and two versions of Node.js are downloaded first.
jest.setTimeout(600_000);

/** Install scripts are switched off, because no dependency needs one. */
const FLAGS = ["--prefer-offline", "--ignore-scripts"];

/** The version of Pulumi's SDK this repository is developed with. */
export const PULUMI = versionOf(join(root, "node_modules", "@pulumi", "pulumi"));

/** Map from package name to the version in package.json. */
export type Packages = Readonly<Record<string, string>>;

/** The package managers. */
export type Manager = "npm" | "pnpm" | "yarn";

const made: string[] = [];

/** A fresh folder outside the repository, removed by {@link removeMade}. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "install-"));
  made.push(folder);
  return folder;
}

/** Removes what {@link freshFolder} made. */
export function removeMade(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes files, by name below a folder. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Version of an installed package. */
export function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

/** A tarball as `npm pack` reports it. */
export interface Packed {
  /** Path of the tarball. */
  readonly tarball: string;
  /** Size of the tarball, bytes. */
  readonly size: number;
  /** The paths of its files, sorted. */
  readonly files: readonly string[];
}

let packing: Promise<Packed> | undefined;

/** Packs the repository, once for a test file. */
export function packed(): Promise<Packed> {
  return (packing ??= pack());
}

async function pack(): Promise<Packed> {
  const folder = freshFolder();
  // The command that runs these tests has built the package, and the output of a build would be part of the JSON.
  const args = ["pack", root, "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
  const [info] = JSON.parse(await npm(args, folder)) as { filename: string; size: number; files: { path: string }[] }[];
  if (info === undefined) throw new Error("npm pack says nothing");
  return {
    tarball: join(folder, info.filename),
    size: info.size,
    files: info.files.map(({ path }) => path).sort(),
  };
}

/** The environment of this process without the variables of npm and jest, and without the repository's commands on PATH. */
export function cleanEnvironment(): Record<string, string> {
  const ours = /^(npm_(package|lifecycle|command|config_local_prefix)|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|JEST_)/;
  const env = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...Object.fromEntries(env.filter(([name]) => !ours.test(name))), PATH: path.join(delimiter) };
}

/** Runs a Node.js script and returns its output. If it fails, the error contains the output. */
export async function runNode(args: readonly string[], cwd: string, node = process.execPath): Promise<string> {
  return await runProgram(node, args, cwd);
}

async function runProgram(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run(program, args, { cwd, env: cleanEnvironment(), maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const { message, stdout } = error as { message: string; stdout?: string };
    throw new Error(`${message}\n${stdout ?? ""}`, { cause: error });
  }
}

/** Runs the npm that started these tests, or otherwise the npm on PATH. */
async function npm(args: readonly string[], cwd: string, node?: string): Promise<string> {
  const cli = process.env["npm_execpath"] ?? "";
  if (basename(cli) === "npm-cli.js") return await runNode([cli, ...args], cwd, node);
  return await runProgram("npm", args, cwd);
}

const INSTALL: Readonly<Record<Manager, (folder: string, node?: string) => Promise<string>>> = {
  npm: (folder, node) => npm(["install", ...FLAGS, "--no-audit", "--no-fund", "--loglevel=error"], folder, node),
  pnpm: (folder, node) => runNode([join(root, "node_modules/pnpm/bin/pnpm.cjs"), "install", ...FLAGS], folder, node),
  yarn: (folder, node) =>
    runNode([join(root, "node_modules/yarn/bin/yarn.js"), "install", ...FLAGS, "--non-interactive"], folder, node),
};

/** The dependencies of every program: Pulumi's SDK and the packed tarball. */
export async function ours(): Promise<Packages> {
  return { "@pulumi/pulumi": PULUMI, "pulumi-alicloud-fc": `file:${(await packed()).tarball}` };
}

/** Installs packages and the tarball in a folder. `more` has further members of its package.json. */
export async function install(
  manager: Manager,
  folder: string,
  dependencies: Packages,
  more: Readonly<Record<string, unknown>> = {},
  node?: string,
): Promise<void> {
  const all = { ...(await ours()), ...dependencies };
  write(folder, { "package.json": JSON.stringify({ name: "program", private: true, ...more, dependencies: all }) });
  await INSTALL[manager](folder, node);
}

/** The cache folder for other versions of Node.js. It is beside the cached engine. */
async function nodeCache(): Promise<string> {
  const setup = pathToFileURL(join(root, "tools", "setup", "engine.mjs")).href;
  const script = `import(${JSON.stringify(setup)}).then((m) => process.stdout.write(m.cacheFolder(process.env, process.platform)))`;
  return join(dirname(await runNode(["-e", script], root)), "node");
}

/** A Node.js of another version than the one that runs the tests. */
export interface OtherNode {
  readonly executable: string;
  /** Such as `v22.1.0`. */
  readonly version: string;
}

/**
 * A Node.js of a major version, from the npm package for this platform. The newest minor version of that package is
 * downloaded, unless one is in the cache.
 */
export async function otherNode(major: number): Promise<OtherNode> {
  const bin = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const name = `${bin}-${process.platform}-${process.arch}`;
  const kept = join(await nodeCache(), `${major}-${process.platform}-${process.arch}`);
  const executable = join(kept, "node_modules", name, "bin", "node");
  if (!existsSync(executable)) await fetchNode(`${name}@${major}`, kept);
  const version = (await runNode(["--version"], tmpdir(), executable)).trim();
  if (!version.startsWith(`v${major}.`)) throw new Error(`${executable} is ${version}, not Node.js ${major}`);
  return { executable, version };
}

/** Installs into a temporary folder and renames it, so that an incomplete folder never has the final name. */
async function fetchNode(name: string, kept: string): Promise<void> {
  mkdirSync(dirname(kept), { recursive: true });
  const folder = mkdtempSync(`${kept}.making-`);
  try {
    write(folder, { "package.json": JSON.stringify({ private: true }) });
    await npm(["install", name, ...FLAGS, "--no-audit", "--no-fund", "--loglevel=error"], folder);
    rmSync(kept, { recursive: true, force: true });
    renameSync(folder, kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
