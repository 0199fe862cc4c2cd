import * as fs from "node:fs";
import { CodeError } from "./errors";
import { FILE_BYTES_LIMIT } from "./limits";

/** Bytes in memory that is not shared between threads. */
export type Chunk = Uint8Array<ArrayBuffer>;

/** A function that receives the bytes of a file in order. The memory of the chunk is reused after the call. */
export type Sink = (chunk: Chunk, last: boolean) => void;

const buffer = Buffer.allocUnsafeSlow(1 << 18);

// NOFOLLOW: a file that was replaced by a link after it was listed must not lead out of the tree. NONBLOCK: opening a
// pipe must not block. On Windows neither flag exists; the constants are then undefined and count as 0.
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** The system's error code of a failed file operation, such as ENOENT. */
export function errorCode(error: unknown): string {
  // The error is recognised by its members and not by its class, because an error of another realm, such as a test
  // runner's sandbox, is not an instance of this realm's Error.
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : String(error);
}

/**
 * Reads a file once, in chunks. `begin` is called with whether the file has an execute bit, and returns the function
 * that receives the chunks.
 * @param shown the path to name in errors
 */
export function readFile(real: string, shown: string, begin: (executable: boolean) => Sink): void {
  let fd: number;
  try {
    fd = fs.openSync(real, FLAGS);
  } catch (error) {
    throw unreadable(shown, error);
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) throw new CodeError(shown, "changed into something that is not a file while it was read.");
    const sink = begin((stat.mode & 0o111) !== 0);
    const expected = stat.size;
    for (let size = 0; ;) {
      // The size at opening is used: bytes that are appended later are left out.
      const want = expected === 0 ? buffer.length : Math.min(buffer.length, expected - size);
      const filled = fill(fd, want, shown);
      size += filled;
      if (size > FILE_BYTES_LIMIT)
        throw new CodeError(shown, "is larger than 4 GiB, which a zip cannot hold. Keep it in OSS or NAS instead.");
      const last = filled < want || size === expected;
      sink(buffer.subarray(0, filled), last);
      if (last) return;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Reads a whole file into separate memory. */
export function readWhole(real: string, shown: string): Buffer {
  const chunks: Uint8Array[] = [];
  readFile(real, shown, () => (chunk) => chunks.push(Uint8Array.from(chunk)));
  return Buffer.concat(chunks);
}

/** Reads `want` bytes, or up to the end of the file, so that chunks are the same on every file system. */
function fill(fd: number, want: number, shown: string): number {
  let filled = 0;
  try {
    while (filled < want) {
      const read = fs.readSync(fd, buffer, filled, want - filled, null);
      if (read === 0) break;
      filled += read;
    }
  } catch (error) {
    throw unreadable(shown, error);
  }
  return filled;
}

/** The error for a file or folder that cannot be opened or read. */
export function unreadable(shown: string, error: unknown): CodeError {
  return new CodeError(
    shown,
    `cannot be read (${errorCode(error)}). Give it read permission, or list it in .fcignore if it is not part of the code.`,
    { cause: error },
  );
}
