/**
 * Unpacks code archives, for the emulator and for the command `import`. All entries are checked before the first write,
 * and no file is overwritten.
 */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Readable } from "node:stream";
import * as zlib from "node:zlib";

import * as yauzl from "yauzl";

/** Largest number of entries of an archive. */
export const MAX_ENTRIES = 20_000;

/** Largest unpacked size, in bytes. Source: the documented limit of code packages, 500 MB. */
export const MAX_TOTAL_BYTES = 500 * 1024 * 1024;

/** Largest ratio of unpacked to packed size; checked only for archives with more than `RATIO_FREE_BYTES` unpacked bytes. */
export const MAX_RATIO = 200;

/** Unpacked size, in bytes, up to which the ratio is not checked, because small files of zeros are harmless. */
export const RATIO_FREE_BYTES = 32 * 1024 * 1024;

/**
 * Longest name of a file or folder, and longest path, in bytes. Common file systems accept names and paths of these
 * lengths, and leave room for the path of a parent folder.
 */
const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 2048;

/** Longest target of a symbolic link, in bytes. */
const MAX_LINK_BYTES = 1024;

/** Node.js before 20.15 has no crc32, so with these versions only the size is compared. */
const crc32 = zlib.crc32 as typeof zlib.crc32 | undefined;

/** Size of the header before an entry's name and bytes. Source: the specification of the zip format, 4.3.7. */
const LOCAL_HEADER_BYTES = 30;

const TYPE_MASK = 0o170000;
const TYPE_LINK = 0o120000;
const TYPE_FILE = 0o100000;
const TYPE_DIRECTORY = 0o040000;

/** Thrown for a refused archive. The message contains the entry and the reason. */
export class ArchiveRefused extends Error {
  override readonly name = "ArchiveRefused";
}

/** An entry, with the data of the archive's directory. */
export interface EntryHead {
  /** Path in the archive, with `/` between segments; the path of a directory ends in `/`. */
  readonly name: string;
  readonly kind: "file" | "directory" | "link";
  readonly executable: boolean;
  /** Unpacked size of the entry, as the archive's directory states it. Reading fails if the entry has more bytes. */
  readonly size: number;
  /** Position of the entry's first byte in the archive, and the smallest possible position after its last byte. */
  readonly from: number;
  readonly to: number;
}

/**
 * Unpacks an archive into an existing, empty folder. Throws ArchiveRefused before the first write. After the first
 * write this function throws only if the file system treats two names as the same.
 */
export async function unpack(zip: Buffer, folder: string): Promise<void> {
  const entries = await readEntries(zip);
  checkEntries(
    entries.map(({ head }) => head),
    zip.length,
  );
  const targets = new Map<string, string>();
  for (const entry of entries) {
    if (entry.head.kind === "link") targets.set(entry.head.name, await readLink(entry));
    // The real size of an entry is known only after it is read, so each entry is read once before the first write.
    if (entry.head.kind === "file") await readThrough(entry);
  }
  try {
    await write(entries, targets, folder);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" && code !== "ENOTDIR") throw error;
    // The service treats the two names as different. A file system that ignores letter case or the composition of
    // accents treats them as the same.
    throw new ArchiveRefused(`two of its names are one on this disc: ${(error as Error).message}`);
  }
}

async function write(entries: readonly Entry[], targets: ReadonlyMap<string, string>, folder: string): Promise<void> {
  for (const { head, open } of entries) {
    if (head.kind === "directory") await fs.mkdir(path.join(folder, head.name), { recursive: true });
    if (head.kind === "file") await writeFile(folder, head, await open());
  }
  // Links are written last, so that no file can be written through a link.
  for (const [name, target] of targets) {
    await fs.mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await fs.symlink(target, path.join(folder, name));
  }
}

/** Throws if names, numbers or sizes of entries are not allowed. Pure. */
export function checkEntries(heads: readonly EntryHead[], packedBytes: number): void {
  if (heads.length > MAX_ENTRIES) throw new ArchiveRefused(`more than ${MAX_ENTRIES} entries`);
  const total = heads.reduce((sum, head) => sum + head.size, 0);
  if (total > MAX_TOTAL_BYTES) throw new ArchiveRefused(`unpacks to more than ${MAX_TOTAL_BYTES} bytes`);
  if (total > RATIO_FREE_BYTES && total > packedBytes * MAX_RATIO) {
    throw new ArchiveRefused(`unpacks to more than ${MAX_RATIO} times its size`);
  }
  for (const head of heads) checkName(head.name);
  checkPlaces(heads);
  checkOverlaps(heads);
}

/** Throws for a link that could lead out of the tree. Pure. */
export function checkLink(name: string, target: string): void {
  const problem = new ArchiveRefused(`the link '${name}' leads out of the tree: '${target}'`);
  if (target === "" || target.includes("\0") || target.includes("\\") || target.startsWith("/")) throw problem;
  const segments = target.split("/");
  const firstDown = segments.findIndex((segment) => segment !== "..");
  const ups = firstDown < 0 ? segments.length : firstDown;
  // A `..` after a name could lead out of the target of a link with this name, so only leading ones are allowed.
  if (segments.slice(ups).includes("..")) throw problem;
  if (ups > name.split("/").length - 1) throw problem;
}

interface Entry {
  readonly head: EntryHead;
  /** CRC-32 of the entry's bytes, as the archive's directory states it. */
  readonly checksum: number;
  readonly open: () => Promise<Readable>;
}

function readEntries(zip: Buffer): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => reject(asRefusal(error));
    yauzl.fromBuffer(zip, { lazyEntries: true, strictFileNames: true }, (error, file) => {
      if (error !== null) {
        refuse(error);
        return;
      }
      const entries: Entry[] = [];
      file.on("error", refuse);
      file.on("end", () => resolve(entries));
      file.on("entry", (entry: yauzl.Entry) => {
        try {
          entries.push({ head: headOf(entry), checksum: entry.crc32, open: () => openEntry(file, entry) });
        } catch (problem) {
          refuse(problem);
          return;
        }
        if (entries.length > MAX_ENTRIES) refuse(new ArchiveRefused(`more than ${MAX_ENTRIES} entries`));
        else file.readEntry();
      });
      file.readEntry();
    });
  });
}

function headOf(entry: yauzl.Entry): EntryHead {
  const name = entry.fileName;
  if (entry.isEncrypted()) throw new ArchiveRefused(`'${name}' is encrypted`);
  const mode = entry.externalFileAttributes >>> 16;
  const isDirectory = name.endsWith("/");
  return {
    name,
    kind: isDirectory ? "directory" : kindOf(name, mode & TYPE_MASK),
    executable: (mode & 0o111) !== 0,
    size: entry.uncompressedSize,
    from: entry.relativeOffsetOfLocalHeader,
    to: entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + entry.compressedSize,
  };
}

function kindOf(name: string, type: number): "file" | "link" {
  // An archive without Unix modes has no types of entries: its entries count as plain files.
  if (type === TYPE_FILE || type === 0) return "file";
  if (type === TYPE_LINK) return "link";
  const what = type === TYPE_DIRECTORY ? "a directory without a trailing slash" : "neither a file, folder nor link";
  throw new ArchiveRefused(`'${name}' is ${what}`);
}

function checkName(name: string): void {
  const problem = new ArchiveRefused(`the name ${JSON.stringify(name)} is not a plain relative path`);
  if (/^[a-zA-Z]:/.test(name) || /[\0\\]/.test(name)) throw problem;
  const segments = name.replace(/\/$/, "").split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) throw problem;
  const longest = Math.max(...segments.map((segment) => Buffer.byteLength(segment)));
  if (longest > MAX_SEGMENT_BYTES || Buffer.byteLength(name) > MAX_PATH_BYTES) {
    throw new ArchiveRefused(`the name '${name.slice(0, 40)}…' is too long`);
  }
}

/** Throws for two entries with the same path, and for an entry below a file or a link. */
function checkPlaces(heads: readonly EntryHead[]): void {
  const kinds = new Map<string, EntryHead["kind"]>();
  for (const head of heads) {
    const place = head.name.replace(/\/$/, "");
    if (kinds.has(place)) throw new ArchiveRefused(`'${place}' occurs twice`);
    kinds.set(place, head.kind);
  }
  for (const place of kinds.keys()) {
    for (let end = place.lastIndexOf("/"); end > 0; end = place.lastIndexOf("/", end - 1)) {
      const above = kinds.get(place.slice(0, end));
      if (above === "file" || above === "link") throw new ArchiveRefused(`'${place}' lies below a ${above}`);
    }
  }
}

/** Throws if two entries share bytes. With shared bytes a small archive could unpack to a large tree. */
function checkOverlaps(heads: readonly EntryHead[]): void {
  const inOrder = heads.toSorted((a, b) => a.from - b.from);
  for (const [at, head] of inOrder.entries()) {
    const before = inOrder[at - 1];
    if (before !== undefined && head.from < before.to) {
      throw new ArchiveRefused(`'${before.name}' and '${head.name}' share bytes`);
    }
  }
}

async function readLink(entry: Entry): Promise<string> {
  const { name, size } = entry.head;
  if (size > MAX_LINK_BYTES) throw new ArchiveRefused(`the link '${name}' is too long`);
  const chunks: Buffer[] = [];
  await readThrough(entry, (chunk) => chunks.push(chunk));
  const target = Buffer.concat(chunks).toString("utf8");
  checkLink(name, target);
  return target;
}

/** Reads an entry to its end, and throws if size or checksum differ from the directory. */
async function readThrough({ head, checksum, open }: Entry, take?: (chunk: Buffer) => void): Promise<void> {
  let sum: number | undefined = 0;
  try {
    for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
      sum = crc32?.(chunk, sum);
      take?.(chunk);
    }
  } catch (error) {
    throw asRefusal(error);
  }
  if (crc32 !== undefined && sum !== checksum)
    throw new ArchiveRefused(`'${head.name}' is damaged: its checksum is another one`);
}

async function writeFile(folder: string, head: EntryHead, content: Readable): Promise<void> {
  const file = path.join(folder, head.name);
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, content, { flag: "wx", mode: head.executable ? 0o755 : 0o644 });
}

function openEntry(file: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => {
      if (error !== null) {
        reject(asRefusal(error));
        return;
      }
      // The reader emits an error for damage and does not end the stream. Without this handler, the loop would wait for
      // ever, or the error would end the process.
      stream.on("error", (damage: Error) => stream.destroy(damage));
      resolve(stream);
    });
  });
}

function asRefusal(error: unknown): ArchiveRefused {
  if (error instanceof ArchiveRefused) return error;
  return new ArchiveRefused(error instanceof Error ? error.message : String(error));
}
