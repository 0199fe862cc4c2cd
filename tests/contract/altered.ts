/** The emulator with a mistake planted in its source: what a reading of the service that is wrong in one place would be. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import type * as emulator from "../../emulator";

const FOLDER = join(__dirname, "../../emulator");

/** One place of the emulator's source, and what stands there instead. */
export interface Change {
  /** Path in the emulator's folder. */
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly code: string;
  readonly instead: string;
}

/** A module as CommonJS runs it. */
type Body = (require: (name: string) => unknown, exports: object, __dirname: string) => void;

/** The emulator compiled from its source with one place of it changed; libraries are the ones in use. */
export function altered(change: Change): typeof emulator {
  return alteredModules(change)("index.ts") as typeof emulator;
}

/** The modules of an emulator with one place changed, by their path in its folder; all of them know each other. */
export function alteredModules({ file, code, instead }: Change): (file: string) => object {
  const changed = join(FOLDER, file);
  const parts = readFileSync(changed, "utf8").split(code);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that read: ${code}`);
  const script = compile(parts.join(instead));
  const loaded = new Map<string, object>();
  const load = (path: string): object => {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const exported = {};
    loaded.set(path, exported);
    const library = createRequire(path);
    const find = (name: string): unknown => (name.startsWith(".") ? load(sourceOf(path, name)) : library(name));
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code under test, compiled from our own source
    const body = new Function("require", "exports", "__dirname", path === changed ? script : unchanged(path)) as Body;
    body(find, exported, dirname(path));
    return exported;
  };
  return (name) => load(join(FOLDER, name));
}

function sourceOf(from: string, name: string): string {
  const path = join(dirname(from), name);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts");
}

const COMPILED = new Map<string, string>();

function unchanged(path: string): string {
  const script = COMPILED.get(path) ?? compile(readFileSync(path, "utf8"));
  COMPILED.set(path, script);
  return script;
}

function compile(source: string): string {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}
