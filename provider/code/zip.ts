import type * as Fflate from "fflate";
import type { Chunk, Sink } from "./bytes";

/**
 * Date of every file in the zip. A zip contains local time without a time zone, so a date from local parts is the same
 * on every machine.
 */
const DATE = (): Date => new Date(1980, 0, 1);

/** The number of the zip format for Unix. With this number, programs read the file mode from the attributes. */
const UNIX = 3;
const REGULAR_FILE = 0o100000;
const DEFLATE = 8;
const LEVEL = 6;

/** Writes one zip, file after file. Only the compressed bytes stay in memory. */
export interface ZipWriter {
  add(name: string, executable: boolean): Sink;
  finish(): Uint8Array;
}

/**
 * Creates a writer whose output depends only on names, execute bits and bytes.
 *
 * @param grown called with the size so far after each piece; throws if the size is too large
 */
export function zipWriter(grown: (bytes: number) => void): ZipWriter {
  // Loaded late, because a program only hashes code and does not need this module.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Deflate, deflateSync, Zip, ZipPassThrough } = require("fflate") as typeof Fflate;

  /**
   * A compressed file. A file of one chunk is compressed in one call, because the tables of a stream cost more time
   * than the compression of a small file. Nearly all files have one chunk.
   */
  class Entry extends ZipPassThrough {
    override compression = DEFLATE;
    private stream: Fflate.Deflate | undefined;

    protected override process(chunk: Chunk, last: boolean): void {
      if (this.stream === undefined && last) {
        this.ondata(null, deflateSync(chunk, { level: LEVEL }), true);
        return;
      }
      this.stream ??= new Deflate({ level: LEVEL }, (piece, final) => this.ondata(null, piece, final));
      this.stream.push(chunk, last);
    }
  }

  const pieces: Uint8Array[] = [];
  let size = 0;
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    pieces.push(piece);
    size += piece.length;
    grown(size);
  });
  return {
    add(name, executable) {
      const file = new Entry(name);
      file.mtime = DATE();
      file.os = UNIX;
      file.attrs = ((REGULAR_FILE | (executable ? 0o755 : 0o644)) << 16) >>> 0;
      zip.add(file);
      return (chunk, last) => file.push(chunk, last);
    },
    finish() {
      zip.end();
      const whole = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    },
  };
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;

/** The number of files in a ready-made zip, or why the bytes cannot be used as a zip. */
export type ZipCheck = { readonly files: number } | { readonly problem: string };

/** Checks the directory of a zip. The contents are not checked: the service unpacks the zip, and refuses a damaged one. */
export function checkZip(bytes: Uint8Array): ZipCheck {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return { problem: "it has no end-of-directory record (cut short, or another format?)" };
  const entries = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (entries === 0xffff || start === 0xffff_ffff) return { problem: "it uses the 64-bit extension (zip64)" };
  if (entries === 0) return { problem: "it is empty" };
  if (start + size > end) return { problem: "its directory lies outside the file" };
  let files = 0;
  let at = start;
  for (let entry = 0; entry < entries; entry++) {
    if (at + CENTRAL_SIZE > end || view.getUint32(at, true) !== CENTRAL)
      return { problem: `entry ${entry + 1} of its directory is damaged` };
    const nameSize = view.getUint16(at + 28, true);
    const next = at + CENTRAL_SIZE + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const local = view.getUint32(at + 42, true);
    if (next > end || nameSize === 0 || local + 4 > start || view.getUint32(local, true) !== LOCAL)
      return { problem: `entry ${entry + 1} of its directory is damaged` };
    const isFolder = bytes[at + CENTRAL_SIZE + nameSize - 1] === 0x2f;
    if (!isFolder) files++;
    at = next;
  }
  if (files === 0) return { problem: "it holds folders only" };
  return { files };
}

/** The end record is the last part of a zip. Only a comment follows it, and the record contains the length of the comment. */
function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= lowest; at--) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return undefined;
}
