/**
 * A file of records, to which records are appended: one line each, with a checksum. This module does not interpret the
 * records.
 *
 * The first line holds the format and the number of records with which the file was written at once; those must be
 * valid. Further records are appended one by one. A process that is killed while it appends leaves an incomplete line,
 * which is dropped when the file is opened. When the file has doubled in size, a new file is written beside it and
 * renamed.
 */
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";

/** Growth in bytes below which the file is not rewritten. */
const MIN_GROWTH = 1024 * 1024;

const NEWLINE = 10;

/** Number of hex digits of SHA-256 before each record. They detect damage, but no deliberate change. */
const CHECKSUM_DIGITS = 16;

/** A journal, and the records it had when it was opened. */
export interface Opened {
  readonly journal: Journal;
  /** Every record, oldest first. */
  readonly records: readonly string[];
}

/** A journal open for appending. Every method is synchronous and throws the system's error. */
export class Journal {
  readonly #file: string;
  readonly #format: number;
  #handle: number;
  /** Position after the last valid record. The next record is written there, over the rest of a failed write. */
  #size: number;
  /** Size at which the file is rewritten. */
  #limit: number;

  private constructor(file: string, format: number, size: number, writtenAsWhole: number) {
    this.#file = file;
    this.#format = format;
    this.#handle = fs.openSync(file, "r+");
    this.#size = size;
    this.#limit = limitOf(writtenAsWhole);
  }

  /** Writes a new file with these records. An existing file is replaced. */
  static create(file: string, format: number, records: readonly string[]): Journal {
    const size = writeWhole(file, format, records);
    return new Journal(file, format, size, size);
  }

  /** Opens a file of this format. Throws an Error with instructions when a part other than its end is damaged. */
  static open(file: string, format: number): Opened {
    const bytes = fs.readFileSync(file);
    const headEnd = bytes.indexOf(NEWLINE) + 1;
    const { records: count } = JSON.parse(bytes.toString("utf8", 0, headEnd)) as { records: number };
    const { records, ends } = soundRecords(bytes, headEnd);
    const size = ends.at(-1) ?? headEnd;
    if (records.length < count) throw new Error(`${file} is damaged at byte ${size}; use another folder`);
    if (holdsRecord(bytes, size)) {
      throw new Error(
        `${file} is damaged at byte ${size}, and changes follow that do not fit without what was there; ` +
          `use another folder, or cut the file there to go back to the change before: truncate -s ${size} '${file}'`,
      );
    }
    const writtenAsWhole = count === 0 ? headEnd : (ends[count - 1] ?? headEnd);
    const journal = new Journal(file, format, size, writtenAsWhole);
    fs.ftruncateSync(journal.#handle, size);
    return { journal, records };
  }

  /** Appends a record, which is text without line breaks. When it throws, the file has the same records as before. */
  append(record: string): void {
    const line = Buffer.from(lineOf(record));
    for (let done = 0; done < line.length;) {
      done += fs.writeSync(this.#handle, line, done, line.length - done, this.#size + done);
    }
    this.#size += line.length;
  }

  /** Whether the file has grown so much that it should be rewritten. */
  get isLong(): boolean {
    return this.#size > this.#limit;
  }

  /**
   * Rewrites the file with these records. When it throws, the old file stays in use, and `isLong` is false until it has
   * doubled.
   */
  rewrite(records: readonly string[]): void {
    this.#limit = limitOf(this.#size);
    const size = writeWhole(this.#file, this.#format, records);
    fs.closeSync(this.#handle);
    this.#handle = fs.openSync(this.#file, "r+");
    this.#size = size;
    this.#limit = limitOf(size);
  }

  /** Flushes the file to disk and closes it. */
  close(): void {
    fs.fsyncSync(this.#handle);
    fs.closeSync(this.#handle);
  }
}

/**
 * Writes a file beside the target and renames it. Only its owner may read it. Nothing is left behind when it throws.
 */
export function writeAtomically(file: string, data: string | Buffer): void {
  const temporary = `${file}.${randomBytes(4).toString("hex")}${TEMPORARY}`;
  try {
    const handle = fs.openSync(temporary, "wx", 0o600);
    try {
      fs.writeFileSync(handle, data);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** End of the name of a file that is being written. */
export const TEMPORARY = ".tmp";

function limitOf(size: number): number {
  return size + Math.max(size, MIN_GROWTH);
}

function writeWhole(file: string, format: number, records: readonly string[]): number {
  const head = `${JSON.stringify({ format, records: records.length })}\n`;
  const bytes = Buffer.from(head + records.map(lineOf).join(""));
  writeAtomically(file, bytes);
  return bytes.length;
}

function lineOf(record: string): string {
  return `${checksumOf(record)} ${record}\n`;
}

function checksumOf(record: string | Buffer): string {
  return createHash("sha256").update(record).digest("hex").slice(0, CHECKSUM_DIGITS);
}

/** The records from a position on up to the first invalid one, and the position at which each ends. */
function soundRecords(bytes: Buffer, from: number): { records: string[]; ends: number[] } {
  const records: string[] = [];
  const ends: number[] = [];
  for (let start = from, end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
    const record = recordIn(bytes.subarray(start, end));
    if (record === undefined) break;
    records.push(record);
    ends.push(end + 1);
  }
  return { records, ends };
}

/** Whether there is a valid record after a position: then the damage is not an incomplete last line. */
function holdsRecord(bytes: Buffer, from: number): boolean {
  for (let start = from, end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
    if (recordIn(bytes.subarray(start, end)) !== undefined) return true;
  }
  return false;
}

function recordIn(line: Buffer): string | undefined {
  const record = line.subarray(CHECKSUM_DIGITS + 1);
  return line.toString("latin1", 0, CHECKSUM_DIGITS) === checksumOf(record) ? record.toString("utf8") : undefined;
}
