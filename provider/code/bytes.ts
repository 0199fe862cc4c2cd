import * as fs from "node:fs";
import { CodeError } from "./errors";
import { FILE_BYTES_LIMIT } from "./limits";

/** Bytes in memory that is not shared between threads. */
export type Chunk = Uint8Array<ArrayBuffer>;

/** Takes a file's bytes in order. The chunk's memory is used again after the call. */
export type Sink = (chunk: Chunk, last: boolean) => void;

const buffer = Buffer.allocUnsafeSlow(1 << 18);

// NOFOLLOW: a file exchanged for a link after it was listed must not lead outside the tree. NONBLOCK: a pipe must not
// hang the program. Neither exists on Windows, where the constants are undefined and count as 0.
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** The system's short code of a failed file operation, such as ENOENT. */
export function errorCode(error: unknown): string {
  // By shape: an error made in another realm (a test runner's sandbox, say) is no instance of this one's Error.
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : String(error);
}

/**
 * Reads a file once, in chunks. `begin` is given the class of its mode (any execute bit) and answers with the sink.
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
      // Bytes appended after the file was opened are left out: the size is the one of the moment it was opened.
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

/** Reads a whole file into memory of its own. */
export function readWhole(real: string, shown: string): Buffer {
  const chunks: Uint8Array[] = [];
  readFile(real, shown, () => (chunk) => chunks.push(Uint8Array.from(chunk)));
  return Buffer.concat(chunks);
}

/** Reads `want` bytes, or up to the end of the file: chunks then have the same borders on every file system. */
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

/** A file or folder the system would not open or read. */
export function unreadable(shown: string, error: unknown): CodeError {
  return new CodeError(
    shown,
    `cannot be read (${errorCode(error)}). Give it read permission, or list it in .fcignore if it is not part of the code.`,
    { cause: error },
  );
}
