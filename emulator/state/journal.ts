/**
 * A journal is a file of records. Each record is one line with a checksum, and new records are appended. This module
 * does not interpret the records.
 *
 * The first line holds the format and the number of records with which the file was written at once. Each checksum
 * covers the line before it, so a line that is missing, repeated or moved is noticed. Further records are appended one
 * by one. A process that is killed while it appends leaves an incomplete last line, which is cut when the file is
 * opened; all other damage is refused. When the file has doubled in size, a new file is written beside it and renamed.
 */
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";

/** If the file has grown by fewer bytes than this, it is not rewritten. */
const MIN_GROWTH = 1024 * 1024;

const NEWLINE = 10;

/** Number of hex digits of SHA-256 before each record. The digits detect damage, but no deliberate change. */
const CHECKSUM_DIGITS = 16;

/** Format of the files that are written. */
export const FORMAT = 5;

/** The previous format: each checksum covers only its own record. Files of this format are read, but never written. */
export const FORMAT_BEFORE = 4;

/** The content of a file. */
export interface Content {
  readonly format: number;
  /** Every record, oldest first. */
  readonly records: readonly string[];
  /** Number of bytes of an incomplete line after the last record, which a killed process leaves. */
  readonly incompleteBytes: number;
  /** Position after the last record, without its line break if that is missing. */
  readonly end: number;
  /** Position after the records with which the file was written at once. */
  readonly writtenAsWhole: number;
  /** Whether the line break after the last record is missing. */
  readonly lacksLineBreak: boolean;
  /** The last checksum, or the first line if there is no record. The next checksum covers it. */
  readonly link: string;
}

/** A journal that is open for appending. Every method is synchronous and throws the system's error. */
export class Journal {
  readonly #file: string;
  #handle: number;
  /** Position after the last valid record. The next record is written there. */
  #size: number;
  /**
   * The text that the next checksum covers, besides its own record: the last checksum, or the first line of the file.
   */
  #link: string;
  /** Size at which the file is rewritten. */
  #limit: number;

  private constructor(file: string, size: number, link: string, writtenAsWhole: number) {
    this.#file = file;
    this.#handle = fs.openSync(file, "r+");
    this.#size = size;
    this.#link = link;
    this.#limit = limitOf(writtenAsWhole);
  }

  /** Writes a new file with these records. An existing file is replaced. */
  static create(file: string, records: readonly string[]): Journal {
    const { size, link } = writeWhole(file, records);
    return new Journal(file, size, link, size);
  }

  /** Opens a file with this content, which must have the current format. An incomplete last line is cut. */
  static open(file: string, { end, link, writtenAsWhole, lacksLineBreak }: Content): Journal {
    const journal = new Journal(file, end, link, writtenAsWhole);
    fs.ftruncateSync(journal.#handle, end);
    if (lacksLineBreak) journal.#write(Buffer.of(NEWLINE));
    return journal;
  }

  /** Appends a record, which is text without line breaks. If it throws, the file has the same records as before. */
  append(record: string): void {
    const { line, link } = lineOf(record, this.#link);
    try {
      this.#write(Buffer.from(line));
    } catch (error) {
      fs.ftruncateSync(this.#handle, this.#size);
      throw error;
    }
    this.#link = link;
  }

  /** Whether the file has grown so much that it should be rewritten. */
  get isLong(): boolean {
    return this.#size > this.#limit;
  }

  /**
   * Rewrites the file with these records. If it throws, the old file stays in use, and `isLong` is false until the file
   * has doubled.
   */
  rewrite(records: readonly string[]): void {
    this.#limit = limitOf(this.#size);
    const { size, link } = writeWhole(this.#file, records);
    fs.closeSync(this.#handle);
    this.#handle = fs.openSync(this.#file, "r+");
    this.#size = size;
    this.#link = link;
    this.#limit = limitOf(size);
  }

  /** Flushes the file to disk and closes it. */
  close(): void {
    fs.fsyncSync(this.#handle);
    fs.closeSync(this.#handle);
  }

  #write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(this.#handle, bytes, done, bytes.length - done, this.#size + done);
    }
    this.#size += bytes.length;
  }
}

/**
 * Reads a file, and changes nothing. Throws an Error with instructions for an unknown format, and for damage that is
 * not an incomplete last line.
 */
export function readJournal(file: string): Content {
  const bytes = fs.readFileSync(file);
  const { format, count, head } = headOf(file, bytes);
  const headEnd = Buffer.byteLength(head) + 1;
  const { records, ends, link } = soundRecords(bytes, headEnd, head, format);
  const end = Math.min(ends.at(-1) ?? headEnd, bytes.length);
  if (records.length < count) throw new Error(`${file} is damaged at byte ${end}; use another folder`);
  const rest = bytes.subarray(end);
  if (!isIncompleteLine(rest)) {
    throw new Error(
      `${file} is damaged at byte ${end}: the ${rest.length} bytes from there are not in a form that an emulator writes. ` +
        "Restore the folder from a copy, or use another folder. To give up every change after that byte, copy the " +
        `folder and run: truncate -s ${end} '${file}'`,
    );
  }
  const writtenAsWhole = count === 0 ? headEnd : (ends[count - 1] ?? headEnd);
  const lacksLineBreak = records.length > 0 && bytes[end - 1] !== NEWLINE;
  return { format, records, incompleteBytes: rest.length, end, writtenAsWhole, lacksLineBreak, link };
}

/**
 * Writes a file beside the target and renames it. Only the owner of the file may read it. If this throws, no file is
 * left behind.
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

/** Ending of the name of a file that is being written. */
const TEMPORARY = ".tmp";

/** Whether a name is that of a file that `writeAtomically` was writing for `file`. */
export function isTemporaryOf(name: string, file: string): boolean {
  return name.startsWith(`${file}.`) && /^[0-9a-f]{8}\.tmp$/.test(name.slice(file.length + 1));
}

function limitOf(size: number): number {
  return size + Math.max(size, MIN_GROWTH);
}

/** The first line of a file, and its content. */
function headOf(file: string, bytes: Buffer): { format: number; count: number; head: string } {
  const end = bytes.indexOf(NEWLINE);
  const head = bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
  const { format, records: count } = headFields(head);
  if (typeof format === "number" && format !== FORMAT && format !== FORMAT_BEFORE) {
    throw new Error(
      `${file} has format ${format}, but this emulator reads formats ${FORMAT_BEFORE} and ${FORMAT}; use another folder`,
    );
  }
  if (
    end < 0 ||
    typeof format !== "number" ||
    !Number.isSafeInteger(count) ||
    head !== firstLine(format, Number(count))
  ) {
    throw new Error(`${file} is damaged at byte 0; restore the folder from a copy, or use another folder`);
  }
  return { format, count: Number(count), head };
}

function headFields(head: string): { readonly format?: unknown; readonly records?: unknown } {
  try {
    return (JSON.parse(head) as { format?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

function firstLine(format: number, count: number): string {
  return JSON.stringify({ format, records: count });
}

function writeWhole(file: string, records: readonly string[]): { size: number; link: string } {
  const head = firstLine(FORMAT, records.length);
  const lines = [`${head}\n`];
  let link = head;
  for (const record of records) {
    const next = lineOf(record, link);
    lines.push(next.line);
    link = next.link;
  }
  const bytes = Buffer.from(lines.join(""));
  writeAtomically(file, bytes);
  return { size: bytes.length, link };
}

/**
 * Returns the line of a record and its checksum, which covers `before` and the record. The checksum of the next line
 * covers this checksum.
 */
function lineOf(record: string, before: string): { line: string; link: string } {
  const link = checksumOf(record, before);
  return { line: `${link} ${record}\n`, link };
}

function checksumOf(record: string | Buffer, before: string): string {
  return createHash("sha256").update(before).update(record).digest("hex").slice(0, CHECKSUM_DIGITS);
}

/** The records from a position up to the first invalid one, the position at which each ends, and the last link. */
function soundRecords(bytes: Buffer, from: number, head: string, format: number) {
  const records: string[] = [];
  const ends: number[] = [];
  let link = head;
  for (let start = from; start < bytes.length;) {
    const lineBreak = bytes.indexOf(NEWLINE, start);
    // The last record may lack its line break. The record is complete if its checksum is right.
    const end = lineBreak < 0 ? bytes.length : lineBreak;
    const record = bytes.subarray(start + CHECKSUM_DIGITS + 1, end);
    const checksum = checksumOf(record, format === FORMAT ? link : "");
    if (bytes.toString("latin1", start, start + CHECKSUM_DIGITS + 1) !== `${checksum} `) break;
    records.push(record.toString("utf8"));
    link = checksum;
    start = end + 1;
    ends.push(Math.min(start, bytes.length));
  }
  return { records, ends, link };
}

/**
 * Whether bytes can be the first part of a line, or nothing. A line has no control characters; zeros, which a file
 * system may leave after a power cut, are therefore damage.
 */
function isIncompleteLine(rest: Buffer): boolean {
  const text = rest.toString("latin1");
  const digits = text.slice(0, CHECKSUM_DIGITS);
  return (
    /^[0-9a-f]*$/.test(digits) &&
    (text.length <= CHECKSUM_DIGITS || text[CHECKSUM_DIGITS] === " ") &&
    !text.split("").some((character) => character < " ")
  );
}
