/**
 * Code on disk: what a path would ship, its fingerprint, its zip.
 *
 * Importing this module is cheap: the libraries that pack and that read ignore files are loaded on first use, so a
 * program that only hashes does not pay for them.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { errorCode, readFile, readWhole, unreadable, type Sink } from "./bytes";
import { crc64 } from "./crc64";
import { CodeError } from "./errors";
import { megabytes, REQUEST_LIMIT, ZIP_LIMIT } from "./limits";
import { checkName, planTree, type PlannedFile } from "./tree";
import { checkZip, zipWriter } from "./zip";

export { crc64 } from "./crc64";
export { CodeError } from "./errors";

/** Code as a program names it. */
export interface CodeOnDisk {
  /** A folder, a ready-made `.zip`, or any other single file. Relative paths start at the program's folder. */
  path: string;
}

/** A package ready to be sent. */
export interface PackedCode {
  /** What {@link hashCode} gives for the same content. */
  hash: string;
  /** The bytes for `code.zipFile`. */
  zip: Uint8Array;
  /** CRC-64/XZ of the zip, unsigned decimal, for `code.checksum`. */
  checksum: string;
  /** How many files the zip holds. */
  files: number;
}

/** What a path turned out to be. */
type Found =
  { readonly kind: "tree"; readonly files: readonly PlannedFile[] } | { readonly kind: "zip"; readonly real: string };

/**
 * Fingerprint of what a path would ship: `t1:` and a SHA-256 over the sorted files of a tree (path, execute bit,
 * bytes), or `z1:` and the SHA-256 of a ready-made zip. Where the tree lies, times, owners, other mode bits and empty
 * folders do not count. The prefix changes with the scheme.
 *
 * @param codePath a folder, a `.zip`, or a single file
 * @param base the folder relative paths start at
 * @throws CodeError for whatever {@link packCode} would refuse, except a tree whose zip turns out too large
 */
export function hashCode(codePath: string, base: string): string {
  const found = find(codePath, base);
  if (found.kind === "zip") return zipHash(readZip(found.real, codePath).bytes);
  const tree = new TreeHash();
  for (const file of found.files) readFile(file.real, file.shown, (executable) => tree.file(file.name, executable));
  return tree.hash();
}

/**
 * Reads, fingerprints and packs in one pass: hash and zip come from the same bytes, even when files change meanwhile.
 * The zip is the same for the same content on every machine.
 */
export function packCode(codePath: string, base: string): PackedCode {
  const found = find(codePath, base);
  if (found.kind === "zip") {
    const { bytes, files } = readZip(found.real, codePath);
    return { hash: zipHash(bytes), zip: bytes, checksum: crc64(bytes), files };
  }
  const tree = new TreeHash();
  const writer = zipWriter((size) => checkSize(size, codePath, "the zip of this code is larger than"));
  for (const file of found.files)
    readFile(file.real, file.shown, (executable) => {
      const hashed = tree.file(file.name, executable);
      const packed = writer.add(file.name, executable);
      return (chunk, last) => {
        hashed(chunk, last);
        packed(chunk, last);
      };
    });
  const zip = writer.finish();
  return { hash: tree.hash(), zip, checksum: crc64(zip), files: found.files.length };
}

/** Hash of a tree, fed with its files in sorted order. */
class TreeHash {
  // Names hold no control characters, so the separators cannot be forged.
  private readonly all = createHash("sha256");

  file(name: string, executable: boolean): Sink {
    const content = createHash("sha256");
    return (chunk, last) => {
      content.update(chunk);
      if (last) this.all.update(`${name}\0${executable ? "755" : "644"}\0${content.digest("hex")}\n`);
    };
  }

  hash(): string {
    return `t1:${this.all.digest("hex")}`;
  }
}

function zipHash(bytes: Uint8Array): string {
  return `z1:${createHash("sha256").update(bytes).digest("hex")}`;
}

function find(codePath: string, base: string): Found {
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
  if (stat.isDirectory()) return { kind: "tree", files: planTree(real, codePath) };
  if (!stat.isFile())
    throw new CodeError(codePath, "is neither a folder nor a file. Give a folder, a .zip file or a single file.");
  if (/\.zip$/i.test(absolute)) {
    checkSize(stat.size, codePath, `this zip is ${megabytes(stat.size)}, more than`);
    return { kind: "zip", real };
  }
  const name = path.basename(absolute);
  checkName(name, codePath);
  return { kind: "tree", files: [{ name, real, shown: codePath }] };
}

function readZip(real: string, shown: string): { readonly bytes: Uint8Array; readonly files: number } {
  const bytes = readWhole(real, shown);
  const check = checkZip(bytes);
  if ("problem" in check)
    throw new CodeError(
      shown,
      `is named .zip but cannot be shipped as one: ${check.problem}. Make the zip again, or give the folder instead.`,
    );
  return { bytes, files: check.files };
}

function checkSize(size: number, shown: string, what: string): void {
  if (size > ZIP_LIMIT)
    throw new CodeError(
      shown,
      `${what} ${megabytes(ZIP_LIMIT)}, the most that fits as base64 in a request of ${megabytes(REQUEST_LIMIT)}. Ship less (.fcignore, production dependencies only, a layer), or put the zip in OSS and name it by bucket and object.`,
    );
}
