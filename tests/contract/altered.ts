/** Compiles the emulator with one change in its source: a mistake, as if one behaviour of the service had been misunderstood. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { transformSync } from "@swc/core";
import type * as emulator from "../../emulator";

const FOLDER = join(__dirname, "../../emulator");

/** One change in the source of the emulator. */
export interface Change {
  /** Path in the emulator's folder. */
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly code: string;
  readonly instead: string;
}

/** A module as CommonJS runs it. */
type Body = (require: (name: string) => unknown, exports: object, __dirname: string) => void;

/** Compiles the emulator from its source with one change. The compiled emulator uses the installed libraries. */
export function altered(change: Change): typeof emulator {
  return alteredModules(change)("index.ts") as typeof emulator;
}

/** The compiled modules of an emulator with one change, by their path in the folder `emulator`. */
export function alteredModules({ file, code, instead }: Change): (file: string) => object {
  const changed = join(FOLDER, file);
  const parts = readFileSync(changed, "utf8").split(code);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that read: ${code}`);
  const body = compile(parts.join(instead));
  const loaded = new Map<string, object>();
  const load = (path: string): object => {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const exported = {};
    loaded.set(path, exported);
    const library = createRequire(path);
    const find = (name: string): unknown => (name.startsWith(".") ? load(sourceOf(path, name)) : library(name));
    (path === changed ? body : unchanged(path))(find, exported, dirname(path));
    return exported;
  };
  return (name) => load(join(FOLDER, name));
}

function sourceOf(from: string, name: string): string {
  const path = join(dirname(from), name);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts");
}

/** Modules without a change. They are compiled once, and loaded again for each emulator. */
const COMPILED = new Map<string, Body>();

function unchanged(path: string): Body {
  const body = COMPILED.get(path) ?? compile(readFileSync(path, "utf8"));
  COMPILED.set(path, body);
  return body;
}

function compile(source: string): Body {
  const { code } = transformSync(source, {
    ...{ swcrc: false, module: { type: "commonjs" } },
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code under test, compiled from our own source
  return new Function("require", "exports", "__dirname", code) as Body;
}
