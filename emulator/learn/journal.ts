/** What a run makes, on disc before it is made: whoever goes on after a kill finds every name here. */
import * as fs from "node:fs";

import { field, isObject, type Json } from "../base/json";

/** First line of a journal. */
export interface JournalHead {
  readonly format: "fc-learn 1";
  /** The account everything is made in; nothing is deleted in another one. */
  readonly accountId: string;
  readonly region: string;
  /** Begins every name that is made. */
  readonly prefix: string;
  /** Value of the variable every function of the run carries: only what has it is deleted. */
  readonly mark: string;
}

const TEXTS = ["format", "accountId", "region", "prefix", "mark"] as const;

/** A journal that is written. */
export class Journal {
  readonly #file: string;
  readonly names: string[] = [];

  /** Begins one. Throws when the file exists: it is that of a run that has not cleaned up. */
  constructor(
    file: string,
    readonly head: JournalHead,
  ) {
    this.#file = file;
    write(file, `${JSON.stringify(head)}\n`, CREATE);
  }

  /** Adds a name; it is on the disc when this returns. */
  add(name: string): void {
    write(this.#file, `${JSON.stringify(name)}\n`, APPEND);
    this.names.push(name);
  }
}

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = fs.constants;

const CREATE = O_WRONLY | O_CREAT | O_EXCL;

/** A journal somebody removed is not begun anew in the middle. */
const APPEND = O_WRONLY | O_APPEND;

function write(file: string, text: string, flags: number): void {
  const handle = fs.openSync(file, flags, 0o600);
  try {
    fs.writeSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Head and names of a journal; undefined = the run ended before it made anything. Throws on a file that is none. */
export function readJournal(
  file: string,
): { readonly head: JournalHead; readonly names: readonly string[] } | undefined {
  const lines = fs.readFileSync(file, "utf8").split("\n");
  // A line without an end was being written when the run ended: what it names was not made yet.
  lines.pop();
  const [first, ...rest] = lines;
  if (first === undefined) return undefined;
  const head = parse(file, first);
  if (
    !isObject(head) ||
    !TEXTS.every((name) => typeof field(head, name) === "string") ||
    head["format"] !== "fc-learn 1"
  ) {
    throw new Error(`${file} is no journal of fc-emulator learn`);
  }
  const names = rest.map((line) => parse(file, line)).map(String);
  const { prefix } = head as unknown as JournalHead;
  const other = names.find((name) => prefix === "" || !name.startsWith(prefix));
  if (other !== undefined) throw new Error(`${file} names ${other}, which does not begin with ${prefix}`);
  return { head: head as unknown as JournalHead, names };
}

function parse(file: string, line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch (error) {
    throw new Error(`${file} is no journal of fc-emulator learn`, { cause: error });
  }
}
