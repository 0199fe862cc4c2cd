/** Finds the code at a path: a tree of files to pack, or a ready-made zip. */
import * as fs from "node:fs";
import * as path from "node:path";
import { type Chunk, errorCode, readFile, readWhole, type Sink, unreadable } from "./bytes";
import { CodeError } from "./errors";
import { megabytes, REQUEST_LIMIT, ZIP_LIMIT } from "./limits";
import { checkName, planTree, type PlannedFile } from "./tree";
import { checkZip } from "./zip";

/** A file of the package whose bytes are in memory. */
export interface MadeFile {
  readonly name: string;
  readonly bytes: Chunk;
  readonly executable: boolean;
}

/** A file of the package, on disk or in memory. */
export type TreeFile = PlannedFile | MadeFile;

/** The content of a package: files sorted by name, or a ready-made zip, which `read` reads. */
export type Found =
  | {
      readonly kind: "tree";
      readonly files: readonly TreeFile[];
      /** True if the path is that of a single file, and not of a folder. */ readonly single: boolean;
    }
  | { readonly kind: "zip"; readonly read: () => ReadyZip };

/** A ready-made zip that was checked. */
export interface ReadyZip {
  readonly bytes: Uint8Array;
  readonly files: number;
}

/**
 * Finds the code at a path.
 *
 * @param codePath a folder, a `.zip`, or a single file
 * @param base the folder at which relative paths start
 * @throws CodeError for code that cannot be used
 */
export function find(codePath: string, base: string): Found {
  if (typeof codePath !== "string" || codePath === "" || codePath.includes("\0"))
    throw new CodeError(String(codePath), "is not a path. Give a folder, a .zip file or a single file.");
  const absolute = path.resolve(base, codePath);
  let real: string;
  let stat: fs.Stats;
  try {
    real = fs.realpathSync.native(absolute);
    stat = fs.statSync(real);
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable(codePath, error);
    throw new CodeError(
      codePath,
      "does not exist. Give a folder, a .zip file or a single file; a relative path starts at the folder of the program.",
      { cause: error },
    );
  }
  if (stat.isDirectory()) return { kind: "tree", files: planTree(real, codePath), single: false };
  if (!stat.isFile())
    throw new CodeError(codePath, "is neither a folder nor a file. Give a folder, a .zip file or a single file.");
  if (/\.zip$/i.test(absolute)) {
    checkSize(stat.size, codePath, `this zip is ${megabytes(stat.size)}, more than`);
    return { kind: "zip", read: () => readyZip(readWhole(real, codePath), codePath) };
  }
  const name = path.basename(absolute);
  checkName(name, codePath);
  return { kind: "tree", files: [{ name, real, shown: codePath }], single: true };
}

/** Checks bytes that will be uploaded as a zip. */
export function readyZip(bytes: Uint8Array, shown: string): ReadyZip {
  const check = checkZip(bytes);
  if ("problem" in check)
    throw new CodeError(
      shown,
      `is named .zip but cannot be shipped as one: ${check.problem}. Make the zip again, or give the folder instead.`,
    );
  return { bytes, files: check.files };
}

/** Writes the bytes of a file to the function that `begin` returns. */
export function feed(file: TreeFile, begin: (executable: boolean) => Sink): void {
  if ("real" in file) readFile(file.real, file.shown, begin);
  else begin(file.executable)(file.bytes, true);
}

/** Refuses a zip that is too large for a request. */
export function checkSize(size: number, shown: string, what: string): void {
  if (size > ZIP_LIMIT)
    throw new CodeError(
      shown,
      `${what} ${megabytes(ZIP_LIMIT)}, the most that fits as base64 in a request of ${megabytes(REQUEST_LIMIT)}. Ship less (.fcignore, production dependencies only, a layer), or put the zip in OSS and name it by bucket and object.`,
    );
}
