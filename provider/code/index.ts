/**
 * Finds the files of code at a path or in assets, computes the hash of the code, and packs the code as a zip.
 *
 * Importing this module is fast: the libraries for packing and for ignore files are loaded on first use.
 */
import { createHash } from "node:crypto";
import type { Sink } from "./bytes";
import { bundle } from "./bundle";
import { crc64 } from "./crc64";
import { type Found, checkSize, feed, find } from "./find";
import type { CodeSource } from "./source";
import { zipWriter } from "./zip";

export { crc64 } from "./crc64";
export { CodeError } from "./errors";
export { type CodeSource, remote, sourceOfMarker } from "./source";

/** A package that can be sent. */
export interface PackedCode {
  /** The result of {@link hashCode} for the same content. */
  hash: string;
  /** Bytes of the zip, for `code.zipFile`. */
  zip: Uint8Array;
  /** CRC-64/XZ of the zip, unsigned decimal, for `code.checksum`. */
  checksum: string;
  /** Number of files in the zip. */
  files: number;
}

/**
 * Hash of the code at a path: `t1:` and a SHA-256 over the sorted files of a tree (path, execute bit, bytes), or `z1:`
 * and the SHA-256 of a ready-made zip. The location of the tree, times, owners, other mode bits and empty folders do
 * not change the hash. The number in the prefix is the version of the hash scheme.
 *
 * @param codePath a folder, a `.zip`, or a single file
 * @param base the folder at which relative paths start
 * @throws CodeError for all code that {@link packCode} refuses, except a tree whose zip is too large
 */
export function hashCode(codePath: string, base: string): string {
  return hashFound(find(codePath, base));
}

/** The same as {@link hashCode}, for assets. The same files have the same hash as in a folder. */
export async function hashSource(source: CodeSource, base: string): Promise<string> {
  return hashFound(await bundle(source, base));
}

/**
 * Reads, hashes and packs the code in one pass, so that hash and zip come from the same bytes even if files change
 * meanwhile. The same content gives the same zip on every machine.
 */
export function packCode(codePath: string, base: string): PackedCode {
  return packFound(find(codePath, base), codePath);
}

/** The same as {@link packCode}, for assets. */
export async function packSource(source: CodeSource, base: string): Promise<PackedCode> {
  return packFound(await bundle(source, base), "path" in source ? source.path : "archive");
}

function hashFound(found: Found): string {
  if (found.kind === "zip") return zipHash(found.read().bytes);
  const tree = new TreeHash();
  for (const file of found.files) feed(file, (executable) => tree.file(file.name, executable));
  return tree.hash();
}

function packFound(found: Found, shown: string): PackedCode {
  if (found.kind === "zip") {
    const { bytes, files } = found.read();
    return { hash: zipHash(bytes), zip: bytes, checksum: crc64(bytes), files };
  }
  const tree = new TreeHash();
  const writer = zipWriter((size) => checkSize(size, shown, "the zip of this code is larger than"));
  for (const file of found.files)
    feed(file, (executable) => {
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

/** Computes the hash of a tree. Files are added to the hash in sorted order. */
class TreeHash {
  // Names contain no control characters, so the separators cannot be forged.
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
