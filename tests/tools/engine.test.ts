/** The search for an engine: which engines on PATH are used or refused. An interrupted download or build leaves no incomplete files. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const engineModule = pathToFileURL(join(__dirname, "..", "..", "tools", "setup", "engine.mjs")).href;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-test-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes an engine that can only print its version. */
function engine(
  version: string,
  parts = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
): string {
  const bin = join(mkdtempSync(join(folder, "e-")), "bin");
  mkdirSync(bin);
  for (const part of parts) program(join(bin, part), `echo v${version}`);
  return bin;
}

function program(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const node = dirname(process.execPath);
const cached = () => join(folder, "cache", "pulumi-alicloud-fc", "engine");

/** Runs an expression that uses the exports of the module, and returns the output. */
function run(expression: string, path: string[]): Promise<string> {
  const script = `import * as engine from ${JSON.stringify(engineModule)}; console.log(await (async () => ${expression})())`;
  const env = {
    HOME: folder,
    XDG_CACHE_HOME: join(folder, "cache"),
    PATH: [...path, node, "/usr/bin", "/bin"].join(delimiter),
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { env });
    let text = "";
    child.stdout.on("data", (part: Buffer) => (text += part.toString()));
    child.stderr.on("data", (part: Buffer) => (text += part.toString()));
    child.on("close", () => resolve(text.trim()));
  });
}

const find = (path: string[]) => run(`engine.findEngine(() => {}).catch((error) => error.message)`, [...path, tools()]);

/** Replacements of Go and of npm's installer that always fail. */
function tools(): string {
  const bin = mkdtempSync(join(folder, "t-"));
  program(join(bin, "go"), "echo 'module proxy unreachable' >&2; exit 1");
  return bin;
}

it("uses an engine on PATH that is new enough and complete", async () => {
  const bin = engine("3.300.1");
  expect(await find([bin])).toBe(dirname(bin));
});

it("prefers the cached engine to an old or incomplete engine on PATH", async () => {
  const good = engine("3.259.0");
  const at = join(cached(), `3.259.0-${process.platform}-${process.arch}`);
  mkdirSync(cached(), { recursive: true });
  renameSync(dirname(good), at);
  expect(await find([engine("3.100.0")])).toBe(at);
});

it("the error has every attempt with its reason, and what to install", async () => {
  const message = await find([engine("3.100.0")]);
  expect(message).toMatch(/^no Pulumi engine\. Tried:/);
  expect(message).toMatch(/pulumi on PATH: .*it is v3\.100\.0, older than 3\.229\.0/);
  expect(message).toContain("our cache: empty");
  expect(message).toContain("Pulumi's installer: ");
  expect(message).toContain("a build from Go modules: module proxy unreachable");
  expect(message).toContain("Install Pulumi 3.229.0 or newer");
  expect(readdirSync(cached())).toEqual([]);
  expect(existsSync(join(folder, ".pulumi"))).toBe(false);
}, 60_000);

it("names the files that are missing beside an engine on PATH", async () => {
  const bin = engine("3.300.0", ["pulumi", "pulumi-language-nodejs"]);
  expect(await run(`engine.problemWith(${JSON.stringify(bin)})`, [])).toBe(
    "pulumi-resource-pulumi-nodejs is missing beside it",
  );
});

it("two processes fill the cache once, and an interrupted one leaves nothing", async () => {
  const bin = engine("3.259.0");
  const target = JSON.stringify(join(cached(), "x"));
  const copy = `(folder) => import("node:fs").then((fs) => fs.cpSync(${JSON.stringify(bin)}, folder + "/bin", { recursive: true }))`;
  const both = await Promise.all([1, 2].map(() => run(`engine.filled(${target}, ${copy})`, [])));
  expect(both).toEqual([join(cached(), "x"), join(cached(), "x")]);
  expect(readdirSync(cached())).toEqual(["x"]);
  const failed = await run(
    `engine.filled(${JSON.stringify(join(cached(), "y"))}, async () => { throw new Error("cut off"); }).catch((e) => e.message)`,
    [],
  );
  expect(failed).toBe("cut off");
  expect(readdirSync(cached())).toEqual(["x"]);
});

it("the cache is in the cache folder of the platform", async () => {
  const at = (platform: string, env: object) =>
    run(`engine.cacheFolder(${JSON.stringify({ HOME: "/h", ...env })}, ${JSON.stringify(platform)})`, []);
  expect(await at("linux", {})).toBe("/h/.cache/pulumi-alicloud-fc/engine");
  expect(await at("linux", { XDG_CACHE_HOME: "/x" })).toBe("/x/pulumi-alicloud-fc/engine");
  expect(await at("darwin", {})).toBe("/h/Library/Caches/pulumi-alicloud-fc/engine");
  expect(await at("win32", { LOCALAPPDATA: "/l" })).toBe("/l/pulumi-alicloud-fc/engine");
});

it.each([
  ["3.259.0", "3.229.0", true],
  ["v3.229.0", "3.229.0", true],
  ["3.228.9", "3.229.0", false],
  ["v3.300.0-alpha.1", "3.229.0", true],
  ["4.0.0", "3.229.0", true],
  ["", "3.229.0", false],
])("%s is at least %s: %s", async (version, least, expected) => {
  expect(await run(`engine.atLeast(${JSON.stringify(version)}, ${JSON.stringify(least)})`, [])).toBe(String(expected));
});
