import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { transformSync } from "@swc/core";
import * as yauzl from "yauzl";

export const REPOSITORY = path.resolve(__dirname, "../..");
const run = promisify(execFile);

/** An entry of a file tree: text or bytes, `{ exec }` for an executable, `{ link }` for a symbolic link, null for an empty folder. */
export type Content = string | Uint8Array | { exec: string } | { link: string } | null;

const made: string[] = [];

/** Creates a folder in the system's temporary folder. {@link removeMade} removes it. */
export function freshFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "code-")));
  made.push(folder);
  return folder;
}

export function removeMade(): void {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

/** Writes a tree; the order of the keys is the order of writing. */
export function write(folder: string, tree: Record<string, Content>): string {
  for (const [name, content] of Object.entries(tree)) {
    const at = path.join(folder, name);
    fs.mkdirSync(content === null ? at : path.dirname(at), { recursive: true });
    if (content === null) continue;
    if (typeof content === "string" || content instanceof Uint8Array) fs.writeFileSync(at, content);
    else if ("link" in content) fs.symlinkSync(content.link, at);
    else {
      fs.writeFileSync(at, content.exec);
      fs.chmodSync(at, 0o755);
    }
  }
  return folder;
}

/** A tree in a fresh folder. */
export function tree(content: Record<string, Content>): string {
  return write(freshFolder(), content);
}

export interface Unzipped {
  readonly name: string;
  readonly mode: number;
  readonly bytes: Buffer;
}

/** Reads a zip with another library than the code under test. This library also refuses unsafe names and wrong sizes. */
export async function unzip(zip: Uint8Array): Promise<Unzipped[]> {
  const file = await yauzl.fromBufferPromise(Buffer.from(zip), { strictFileNames: true, validateEntrySizes: true });
  const entries: Unzipped[] = [];
  for await (const entry of file.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await file.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    entries.push({ name: entry.fileName, mode: entry.externalFileAttributes >>> 16, bytes: Buffer.concat(chunks) });
  }
  return entries;
}

/** Names in a zip. */
export async function names(zip: Uint8Array): Promise<string[]> {
  return (await unzip(zip)).map((entry) => entry.name);
}

/** Unpacks into a fresh folder. */
export async function unpack(zip: Uint8Array): Promise<string> {
  const folder = freshFolder();
  for (const entry of await unzip(zip)) {
    const at = path.join(folder, entry.name);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.writeFileSync(at, entry.bytes, { flag: "wx", mode: entry.mode & 0o777 });
  }
  return folder;
}

/** Runs a script in a separate process and returns its output. The process gets only the given environment variables. */
export async function node(script: string, env: Record<string, string> = {}, args: string[] = []): Promise<string> {
  const { stdout } = await run(process.execPath, [script, ...args], { cwd: path.dirname(script), env });
  return stdout;
}

/** Compiles the module under test to JavaScript in a separate folder, for child processes. */
export function compiled(): { readonly module: string; readonly env: Record<string, string> } {
  const folder = freshFolder();
  const code = fs.readdirSync(path.join(REPOSITORY, "provider/code")).map((file) => `code/${file}`);
  for (const file of [...code, "core/signatures.ts"]) {
    const text = fs.readFileSync(path.join(REPOSITORY, "provider", file), "utf8");
    const { code: compiledText } = transformSync(text, {
      ...{ swcrc: false, module: { type: "commonjs" } },
      jsc: { target: "es2022", parser: { syntax: "typescript" } },
    });
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file.replace(/\.ts$/, ".js")), compiledText);
  }
  return { module: path.join(folder, "code", "index.js"), env: { NODE_PATH: path.join(REPOSITORY, "node_modules") } };
}

/** A package that is installed in this repository, with its dependencies. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly real: string;
  readonly needs: ReadonlyMap<string, Installed>;
}

/** The package that `require` finds from this repository, with all its dependencies. */
export function installed(name: string): Installed {
  const known = new Map<string, Installed>();
  const open = (real: string): Installed => {
    const before = known.get(real);
    if (before !== undefined) return before;
    const manifest = JSON.parse(fs.readFileSync(path.join(real, "package.json"), "utf8")) as {
      name: string;
      version: string;
      dependencies?: Record<string, string>;
      peerDependencies?: Record<string, string>;
    };
    const needs = new Map<string, Installed>();
    const result = { name: manifest.name, version: manifest.version, real, needs };
    known.set(real, result);
    for (const needed of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      const found = lookUp(real, needed);
      if (found !== undefined) needs.set(needed, open(found));
    }
    return result;
  };
  return open(lookUp(REPOSITORY, name)!);
}

function lookUp(from: string, name: string): string | undefined {
  for (let at = from; at.startsWith(REPOSITORY); at = path.dirname(at)) {
    const candidate = path.join(at, "node_modules", name);
    if (fs.existsSync(path.join(candidate, "package.json"))) return candidate;
  }
  return undefined;
}

/** A package and all packages that are reachable from it, each once. */
export function closure(top: Installed): Installed[] {
  const all = new Set([top]);
  for (const at of all) for (const needed of at.needs.values()) all.add(needed);
  return [...all];
}

/** Copies a package without the packages nested in it. */
export function copyPackage(from: Installed, to: string): void {
  const nested = path.join(from.real, "node_modules");
  fs.cpSync(from.real, to, { recursive: true, filter: (file) => file !== nested && !file.endsWith(".map") });
}
