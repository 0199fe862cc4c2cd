import type * as Fflate from "fflate";
import type { Chunk, Sink } from "./bytes";

/** The same on every machine: a zip holds local time without a zone, so the date is made from local parts. */
const DATE = (): Date => new Date(1980, 0, 1);

/** Zip's number for Unix, which makes readers take the mode from the attributes. */
const UNIX = 3;
const REGULAR_FILE = 0o100000;
const DEFLATE = 8;
const LEVEL = 6;

/** Writes one zip. Files come one after another; nothing of a file is kept but its compressed bytes. */
export interface ZipWriter {
  add(name: string, executable: boolean): Sink;
  finish(): Uint8Array;
}

/**
 * A writer whose output depends on names, execute bits and bytes alone.
 * @param grown called with the size so far after each piece; throws when it is too much
 */
export function zipWriter(grown: (bytes: number) => void): ZipWriter {
  // Loaded here because hashing, which happens in the user's program, has no use for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Deflate, deflateSync, Zip, ZipPassThrough } = require("fflate") as typeof Fflate;

  /** A compressed file. One that comes as a single chunk, as nearly all do, is compressed at once: the tables of the
   * stream are made for large files and cost more than compressing a small one. */
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

/** Either the number of files in a ready-made zip, or why the bytes are not a zip to ship. */
export type ZipCheck = { readonly files: number } | { readonly problem: string };

/** Reads the directory of a zip. Only the outline is checked: the service unpacks the zip, and refuses it when it cannot. */
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

/** The end record is last, followed only by a comment whose length it states. */
function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= lowest; at--) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return undefined;
}
