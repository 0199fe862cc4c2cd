/**
 * The type of a language, which tells the pool how to run handlers. Each language is one file that exports a {@link
 * Language}.
 */
import { accessSync, constants } from "node:fs";
import * as path from "node:path";

import type { Folders } from "./folders";

/** Largest response of a handler, in bytes. Assumed. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** Folders and scripts of an instance that is about to start. */
export interface Places extends Folders {
  /** Folder of the scripts of all languages. Instances share its files. */
  readonly scripts: string;
  /** Memory of the function, MB. */
  readonly memoryMb: number;
  /** Name of the handler. */
  readonly handler: string;
}

/** A language, and how the emulator runs handlers in it. */
export interface Language {
  /** Ids of the runtimes of the language. */
  readonly runtimes: RegExp;
  /** Names of programs that must be on the PATH. */
  readonly needs: readonly string[];
  /** How to install these programs, for each system. */
  readonly install: string;
  /** Scripts of the language by file name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Map from the variable of a search path to the folder of a layer that is added to it. */
  readonly layerPaths: Readonly<Record<string, string>>;
  /** Called before a start, for example to compile. Throws {@link NotRunnable} for code that cannot run. */
  readonly prepare?: (places: Places) => Promise<void>;
  /** The program to start and its arguments. */
  readonly start: (places: Places) => { readonly command: string; readonly args: readonly string[] };
}

/** Thrown if the code cannot run on this machine; the message contains the reason and what to do. */
export class NotRunnable extends Error {
  override readonly name = "NotRunnable";
}

/** Throws a NotRunnable if a program is missing that the language needs. */
export function checkTools(language: Language, runtime: string): void {
  const missing = language.needs.filter((name) => !isOnPath(name));
  if (missing.length === 0) return;
  throw new NotRunnable(`runtime ${runtime} needs ${missing.join(" and ")} on the PATH; ${language.install}`);
}

function isOnPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => {
    if (folder === "") return false;
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
