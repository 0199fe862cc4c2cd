import type ignore from "ignore";
import * as fs from "node:fs";
import * as path from "node:path";
import { errorCode, readWhole, unreadable } from "./bytes";

/** Name of the file at a tree's root that lists what is not shipped, in the syntax of .gitignore. */
export const IGNORE_FILE = ".fcignore";

/** Returns whether a path of the package is left out. A folder's path ends with "/". */
export type Ignoring = (path: string) => boolean;

/** Compiles patterns. They are case-sensitive, like the file system on which the code runs. */
export function ignoring(patterns: string): Ignoring {
  // Loaded here because most trees have no ignore file.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const create = require("ignore") as typeof ignore;
  const rules = create({ ignorecase: false }).add(patterns);
  return (at) => rules.ignores(at);
}

/** Reads the tree's ignore file, if it has one. */
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
