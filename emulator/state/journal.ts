/**
 * A file of records that only grows: one line each, with a checksum. Knows nothing of what they say.
 *
 * The first line names the format and how many records the file was written with as a whole; those must be sound. After them
 * records are added one by one, and a process killed while it adds one leaves the beginning of a line, which is dropped when the
 * file is opened. When the file has grown to twice what it was written with, it is written anew beside itself and renamed.
 */
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";

/** Bytes a file may grow by before it is worth writing anew. */
const MIN_GROWTH = 1024 * 1024;

const NEWLINE = 10;

/** Hex digits of SHA-256 before each record: enough to find damage, not to stop somebody who means it. */
const CHECKSUM_DIGITS = 16;

/** What a file said when it was opened. */
export interface Opened {
  readonly journal: Journal;
  /** Every record, oldest first. */
  readonly records: readonly string[];
}

/** A journal open for adding. Every method is synchronous and throws the system's error. */
export class Journal {
  readonly #file: string;
  readonly #format: number;
  #handle: number;
  /** Bytes up to the end of the last sound record: where the next one goes, over whatever a failed write left. */
  #size: number;
  /** Size at which the file is written anew. */
  #limit: number;

  private constructor(file: string, format: number, size: number, writtenAsWhole: number) {
    this.#file = file;
    this.#format = format;
    this.#handle = fs.openSync(file, "r+");
    this.#size = size;
    this.#limit = limitOf(writtenAsWhole);
  }

  /** Writes a new file with these records, in place of what is there. */
  static create(file: string, format: number, records: readonly string[]): Journal {
    const size = writeWhole(file, format, records);
    return new Journal(file, format, size, size);
  }

  /** Opens a file of this format. Throws, saying what to do, when something other than its end is damaged. */
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

  /** Adds a record, text without line breaks. When it throws, the file holds what it held before. */
  append(record: string): void {
    const line = Buffer.from(lineOf(record));
    for (let done = 0; done < line.length;) {
      done += fs.writeSync(this.#handle, line, done, line.length - done, this.#size + done);
    }
    this.#size += line.length;
  }

  /** Whether the file has grown so long that writing it anew is cheaper than what was added since. */
  get isLong(): boolean {
    return this.#size > this.#limit;
  }

  /** Writes the file anew with these records. When it throws, the old file goes on, and is not long before it has doubled. */
  rewrite(records: readonly string[]): void {
    this.#limit = limitOf(this.#size);
    const size = writeWhole(this.#file, this.#format, records);
    fs.closeSync(this.#handle);
    this.#handle = fs.openSync(this.#file, "r+");
    this.#size = size;
    this.#limit = limitOf(size);
  }

  /** Hands what was added to the disc and closes the file. */
  close(): void {
    fs.fsyncSync(this.#handle);
    fs.closeSync(this.#handle);
  }
}

/** Writes beside the target and renames; the file is for its owner only. Nothing is left behind when it throws. */
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

/** How the name of a file ends that is being written. */
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

/** The records from a byte on up to the first that is not sound, and the byte each ends at. */
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

/** Whether a sound record stands anywhere after a byte: then that byte is no torn end. */
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
