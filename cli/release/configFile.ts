/** Sets or removes one key of a stack's config file; the rest of the file does not change. Pure. */
import { isDeepStrictEqual } from "node:util";
import {
  Document,
  type Node,
  type Pair,
  Scalar,
  type YAMLMap,
  isCollection,
  isMap,
  isScalar,
  parse,
  parseDocument,
} from "yaml";
import { Refused } from "../refused";

/** The text of a file before and after a change, and the lines that differ. */
export interface Edit {
  readonly before: string;
  readonly after: string;
  /** Line of the first difference, from 1; undefined if nothing differs. */
  readonly line?: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** A pair of the config map whose key is text. */
type Entry = Pair<Scalar<string>, Node | null>;

/** Warnings of the YAML library, such as those about keys that are not text, are not printed. */
const QUIET = { logLevel: "error" } as const;

/**
 * Sets a key under `config`, or removes it if the value is undefined. Comments, order and the form of other values do
 * not change.
 *
 * @param text the file; empty if there is none yet
 * @param key such as `canary:weight`
 * @throws Refused for a file that is not YAML, for a key that contains a secret, and if the file cannot be edited
 * without changing another value
 */
export function withKey(text: string, key: string, value: string | undefined): Edit {
  const document = parseDocument(text, { ...QUIET, keepSourceTokens: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Refused(`the config file is not valid YAML: ${problem.message}`);
  const config: unknown = document.get("config", true);
  const entry = isMap(config) ? entriesOf(config).find(({ key: name }) => name.value === key) : undefined;
  if (entry !== undefined && isMap(entry.value) && entry.value.has("secure"))
    throw new Refused(`${key} is a secret in the config file; set it without --secret first`);
  if (entry === undefined && value === undefined) return editOf(text, text);
  const edited = edit(text, document, key, value);
  if (isContent(edited, expected(text, key, value))) return editOf(text, edited);
  throw new Refused(
    `${key} cannot be ${value === undefined ? "removed" : `set to ${value}`} automatically: because of a YAML anchor, or of the way a number is written, ` +
      `the edit would change another value in the config file. Edit the file by hand`,
  );
}

/** Line of a key under `config`, from 1; undefined if the key is not in the file. */
export function lineOf(text: string, key: string): number | undefined {
  const config: unknown = parseDocument(text, QUIET).get("config", true);
  const entry = isMap(config) ? entriesOf(config).find(({ key: name }) => name.value === key) : undefined;
  return entry === undefined ? undefined : text.slice(0, startOf(entry)).split("\n").length;
}

/** The pairs of a map whose keys are text. */
function entriesOf(map: YAMLMap): Entry[] {
  return map.items.filter(({ key }) => isScalar(key) && typeof key.value === "string") as Entry[];
}

/** The content that the file must have after the change. */
function expected(text: string, key: string, value: string | undefined): unknown {
  const { config, ...content } = contentOf(text);
  const { [key]: _old, ...others } = config;
  return { ...content, config: value === undefined ? others : { ...others, [key]: value } };
}

function isContent(text: string, wanted: unknown): boolean {
  try {
    return parseDocument(text, QUIET).errors.length === 0 && isDeepStrictEqual(contentOf(text), wanted);
  } catch (error) {
    // The YAML library throws a ReferenceError for an alias without its anchor.
    if (error instanceof ReferenceError) return false;
    throw error;
  }
}

/**
 * The content of the file, in which every value is the text that is written in the file. Values are compared as text,
 * because some readers treat a number that is written in another way as another value.
 */
function contentOf(text: string): { readonly config: Readonly<Record<string, unknown>> } {
  const { config, ...content } = (parse(text, { ...QUIET, schema: "failsafe" }) || {}) as {
    config?: Record<string, unknown> | "";
  };
  return { ...content, config: config || {} };
}

/** The text in which the value of a key is inserted, replaced or removed. The rest of the file stays unchanged. */
function edit(text: string, document: Document, key: string, value: string | undefined): string {
  const config: unknown = document.get("config", true);
  if (!isMap(config)) return started(document, text, key, value);
  const entries = entriesOf(config);
  const entry = entries.find(({ key: name }) => name.value === key);
  if (entry !== undefined && value !== undefined) return replaced(text, entry, value);
  if (config.flow === true) return editedInBraces(text, config, entry, `${key}: ${written(value ?? "")}`);
  if (entry !== undefined) return text.slice(0, lineStart(text, startOf(entry))) + text.slice(endOf(text, entry));
  return inserted(text, config, key, value ?? "");
}

/** The text with another value of an entry. */
function replaced(text: string, { key, value: old, srcToken }: Entry, value: string): string {
  const tokens = srcToken?.sep ?? [];
  const colon = tokens.find(({ type }) => type === "map-value-ind")?.offset;
  if (colon === undefined) {
    const indent = indentOf(text, key.range?.[0] ?? 0);
    return splice(text, key.range?.[1] ?? 0, key.range?.[1] ?? 0, `${newlineOf(text)}${indent}: ${written(value)}`);
  }
  const property = tokens.find(({ type }) => type === "anchor" || type === "tag")?.offset;
  const [from, to] = old?.range ?? [colon + 1, colon + 1];
  const start = property ?? from;
  if (from === to && property === undefined) return splice(text, colon + 1, colon + 1, ` ${written(value)}`);
  const end = lineEnd(text, to);
  const line = lineStart(text, start);
  if (isCollection(old) && old.flow !== true && line > colon)
    return text.slice(0, colon + 1) + ` ${written(value)}` + text.slice(colon + 1, line) + text.slice(end);
  if (isScalar(old) && (old.type === Scalar.BLOCK_FOLDED || old.type === Scalar.BLOCK_LITERAL)) {
    const [comment = ""] = /[ \t]+#[^\r\n]*/.exec(text.slice(from, lineEnd(text, from))) ?? [];
    return splice(text, start, end, `${written(value)}${comment}${breakBefore(text, end)}`);
  }
  if (isCollection(old) && old.flow !== true)
    return splice(text, start, end, `${written(value)}${breakBefore(text, end)}`);
  return splice(text, start, to, written(value));
}

/** The text after a change in a map in braces: an entry that exists is removed, otherwise the pair is added. */
function editedInBraces(text: string, { items, range }: YAMLMap, entry: Entry | undefined, pair: string): string {
  const [open = 0, close = 0] = range ?? [];
  const endOfPair = ({ key, value }: Entry) => (value ?? key).range?.[1] ?? 0;
  const all = items as Entry[];
  const last = all.at(-1);
  if (entry === undefined) {
    if (last !== undefined) return splice(text, endOfPair(last), endOfPair(last), `, ${pair}`);
    const isBlank = text.slice(open + 1, close - 1).trim() === "";
    return splice(text, open + 1, isBlank ? close - 1 : open + 1, isBlank ? ` ${pair} ` : ` ${pair}`);
  }
  const at = all.indexOf(entry);
  const [before, after] = [all[at - 1], all[at + 1]];
  if (after !== undefined) return splice(text, startOf(entry), startOf(after), "");
  return splice(text, before === undefined ? startOf(entry) : endOfPair(before), endOfPair(entry), "");
}

/** The text with the first key of the config: below an empty `config:`, otherwise below a new `config:` at the end. */
function started({ contents }: Document, text: string, key: string, value = ""): string {
  const head = isMap(contents) ? entriesOf(contents).find(({ key: name }) => name.value === "config") : undefined;
  const at = head === undefined ? text.length : endOf(text, head);
  const title = head === undefined ? `config:${newlineOf(text)}` : "";
  return withLines(text, at, `${title}  ${key}: ${written(value)}`);
}

/** The text with a new key: after the last key of the same namespace, otherwise after the last key. */
function inserted(text: string, config: YAMLMap, key: string, value: string): string {
  const namespace = `${key.split(":")[0] ?? ""}:`;
  const same = entriesOf(config).findLast(({ key: name }) => name.value.startsWith(namespace));
  const before = same ?? (config.items.at(-1) as Entry | undefined);
  if (before === undefined) return text;
  return withLines(text, endOf(text, before), `${indentOf(text, startOf(before))}${key}: ${written(value)}`);
}

/**
 * The text with whole lines inserted. If the file did not end with a line break, the new text does not end with one
 * either.
 */
function withLines(text: string, at: number, lines: string): string {
  const [head, tail] = [text.slice(0, at), text.slice(at)];
  const newline = newlineOf(text);
  if (head === "" || head.endsWith("\n")) return `${head}${lines}${newline}${tail}`;
  return `${head}${newline}${lines}${tail}`;
}

function splice(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The line break that ends just before a position; empty at the end of a file without one. */
function breakBefore(text: string, at: number): string {
  return text[at - 1] === "\n" ? newlineOf(text) : "";
}

function startOf({ key }: Entry): number {
  return key.range?.[0] ?? 0;
}

/** Position just after the line break that ends an entry. */
function endOf(text: string, { key, value }: Entry): number {
  return lineEnd(text, (value?.range ?? key.range)?.[1] ?? 0);
}

/** Position just after the line break at or after a position. */
function lineEnd(text: string, at: number): number {
  if (text[at - 1] === "\n") return at;
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** The white space at the beginning of the line of a position. */
function indentOf(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? "";
}

/** A value in YAML: quoted if it would otherwise be read as a number or a word of YAML. */
function written(value: string): string {
  return new Document(value).toString({ lineWidth: 0 }).trimEnd();
}

function editOf(before: string, after: string): Edit {
  if (before === after) return { before, after, removed: [], added: [] };
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const most = Math.min(old.length, now.length);
  let first = 0;
  while (first < most && old[first] === now[first]) first++;
  let last = 0;
  while (last < most - first && old.at(-1 - last) === now.at(-1 - last)) last++;
  const between = (lines: string[]) => lines.slice(first, lines.length - last);
  return { before, after, line: first + 1, removed: between(old), added: between(now) };
}
