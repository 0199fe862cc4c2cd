/**
 * The journal of a run: the names of its functions. Each name is on disk before the function is created, so that all
 * functions can be found after a kill.
 */
import * as fs from "node:fs";

import { field, isObject, type Json } from "../base/json";

/** First line of a journal. */
export interface JournalHead {
  readonly format: "fc-learn 1";
  /** Account of the run. In another account nothing is deleted. */
  readonly accountId: string;
  readonly region: string;
  /** Prefix of every name. */
  readonly prefix: string;
  /** Value of an environment variable of every function of the run. Only functions with this value are deleted. */
  readonly mark: string;
}

const TEXTS = ["format", "accountId", "region", "prefix", "mark"] as const;

/** A journal open for writing. */
export class Journal {
  readonly #file: string;
  readonly names: string[] = [];

  /** Creates a journal. Throws if the file exists, because its run has not cleaned up. */
  constructor(
    file: string,
    readonly head: JournalHead,
  ) {
    this.#file = file;
    write(file, `${JSON.stringify(head)}\n`, CREATE);
  }

  /** Adds a name. The name is on disk when this function returns. */
  add(name: string): void {
    write(this.#file, `${JSON.stringify(name)}\n`, APPEND);
    this.names.push(name);
  }
}

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = fs.constants;

const CREATE = O_WRONLY | O_CREAT | O_EXCL;

/** Opened without O_CREAT, so that a journal that was removed meanwhile is not created again. */
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

/**
 * Head and names of a journal; undefined if the run ended before it created anything. Throws for a file that is not a
 * journal.
 */
export function readJournal(
  file: string,
): { readonly head: JournalHead; readonly names: readonly string[] } | undefined {
  const lines = fs.readFileSync(file, "utf8").split("\n");
  // The run ended while it wrote an incomplete last line, so this function was not created.
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
