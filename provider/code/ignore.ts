import type ignore from "ignore";
import * as fs from "node:fs";
import * as path from "node:path";
import { errorCode, readWhole, unreadable } from "./bytes";

/** Name of the file at the root of a tree that lists files to leave out, in the syntax of .gitignore. */
export const IGNORE_FILE = ".fcignore";

/** Returns whether a path of the package is left out. The path of a folder ends with "/". */
export type Ignoring = (path: string) => boolean;

/** Compiles patterns. Patterns are case-sensitive, like the file system of the service. */
export function ignoring(patterns: string): Ignoring {
  // Loaded late, because most trees have no ignore file.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const create = require("ignore") as typeof ignore;
  const rules = create({ ignorecase: false }).add(patterns);
  return (at) => rules.ignores(at);
}

/** Reads the ignore file of the tree, if there is one. */
export function readIgnoring(root: string, shown: string): Ignoring {
  const file = path.join(root, IGNORE_FILE);
  let real: string;
  try {
    real = fs.realpathSync.native(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return () => false;
    throw unreadable(`${shown}/${IGNORE_FILE}`, error);
  }
  return ignoring(readWhole(real, `${shown}/${IGNORE_FILE}`).toString("utf8"));
}
