/** Sets or removes one key of a stack's config file; the rest of the file does not change. Pure. */
import { isDeepStrictEqual } from "node:util";
import { Document, type Pair, type Scalar, type YAMLMap, isMap, isScalar, parse, parseDocument } from "yaml";
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
type Entry = Pair<Scalar<string>, unknown>;

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
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Refused(`the config file is not valid YAML: ${problem.message}`);
  const config: unknown = document.get("config", true);
  const entries = isMap(config) ? (config.items as Entry[]) : [];
  const entry = entries.find(({ key: name }) => name.value === key);
  if (entry !== undefined && isMap(entry.value) && entry.value.has("secure"))
    throw new Refused(`${key} is a secret in the config file; set it without --secret first`);
  if (entry === undefined && value === undefined) return editOf(text, text);
  const wanted = expected(text, key, value);
  const short = entry === undefined && entries.length === 0 ? started(document, text, key, value) : spliced(text, entries, entry, key, value); // prettier-ignore
  const edited = [short, rewritten(document, key, value)].find((each) => each !== undefined && isContent(each, wanted));
  if (edited !== undefined) return editOf(text, edited);
  throw new Refused(
    `${key} cannot be ${value === undefined ? "removed" : `set to ${value}`} automatically: because of a YAML anchor, or of the way a number is written, ` +
      `the edit would change another value in the config file. Edit the file by hand`,
  );
}

/** Line of a key under `config`, from 1; undefined if the key is not in the file. */
export function lineOf(text: string, key: string): number | undefined {
  const config: unknown = parseDocument(text).get("config", true);
  const entry = isMap(config) ? (config.items as Entry[]).find(({ key: name }) => name.value === key) : undefined;
  const start = entry?.key.range?.[0];
  return start === undefined ? undefined : text.slice(0, start).split("\n").length;
}

/** The content that the file must have after the change. */
function expected(text: string, key: string, value: string | undefined): unknown {
  const { config, ...content } = contentOf(text);
  const { [key]: _old, ...others } = config;
  return { ...content, config: value === undefined ? others : { ...others, [key]: value } };
}

function isContent(text: string, wanted: unknown): boolean {
  return parseDocument(text).errors.length === 0 && isDeepStrictEqual(contentOf(text), wanted);
}

/** The content with every value in its written form: some readers treat a number in another form as another value. */
function contentOf(text: string): { readonly config: Readonly<Record<string, unknown>> } {
  const { config, ...content } = (parse(text, { schema: "failsafe" }) || {}) as {
    config?: Record<string, unknown> | "";
  };
  return { ...content, config: config || {} };
}

/** The text with one line added, replaced or removed; undefined if the change needs more than one line. */
function spliced(
  text: string,
  entries: readonly Entry[],
  entry: Entry | undefined,
  key: string,
  value: string | undefined,
): string | undefined {
  if (entry === undefined) return value === undefined ? undefined : inserted(text, entries, key, value);
  if (value === undefined) return text.slice(0, lineStart(text, startOf(entry))) + text.slice(endOf(text, entry));
  const old: unknown = entry.value;
  if (!isScalar(old) || !old.range || old.range[0] === old.range[1]) return undefined;
  return text.slice(0, old.range[0]) + written(value) + text.slice(old.range[1]);
}

/** The text with the first key: below an empty `config:`, otherwise below a new `config:` at the end. */
function started({ contents }: Document, text: string, key: string, value = ""): string {
  const head = isMap(contents)
    ? (contents.items as Entry[]).find(({ key: name }) => name.value === "config")
    : undefined;
  const at = head === undefined ? text.length : endOf(text, head);
  const newline = newlineOf(text);
  const before = text.slice(0, at);
  const line = `  ${key}: ${written(value)}${newline}`;
  const start = before === "" || before.endsWith("\n") ? "" : newline;
  return `${before}${start}${head === undefined ? `config:${newline}` : ""}${line}${text.slice(at)}`;
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The text with a new key: after the last key of the same namespace, otherwise after the last key. Undefined if there is no key yet. */
function inserted(text: string, entries: readonly Entry[], key: string, value: string): string | undefined {
  const namespace = `${key.split(":")[0] ?? ""}:`;
  const before = entries.findLast(({ key: name }) => name.value.startsWith(namespace)) ?? entries.at(-1);
  if (before === undefined) return undefined;
  const start = startOf(before);
  const indent = text.slice(lineStart(text, start), start);
  const end = endOf(text, before);
  const newline = newlineOf(text);
  const head = text.slice(0, end);
  return `${head}${head.endsWith("\n") ? "" : newline}${indent}${key}: ${written(value)}${newline}${text.slice(end)}`;
}

function startOf({ key }: Entry): number {
  return key.range?.[0] ?? 0;
}

/** Position just after the line break that ends an entry. */
function endOf(text: string, { key, value }: Entry): number {
  const range = (value as Scalar | YAMLMap | null)?.range ?? key.range;
  const last = range?.[1] ?? 0;
  if (text[last - 1] === "\n") return last;
  const end = text.indexOf("\n", last);
  return end === -1 ? text.length : end + 1;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** A value in YAML: quoted if it would otherwise be read as a number or a word of YAML. */
function written(value: string): string {
  return new Document(value).toString({ lineWidth: 0 }).trimEnd();
}

/** Edits a file whose map is empty, or written in braces. */
function rewritten(document: Document, key: string, value: string | undefined): string {
  if (value === undefined) document.deleteIn(["config", key]);
  else if (isMap(document.get("config", true))) document.setIn(["config", key], value);
  else document.set("config", document.createNode({ [key]: value }));
  return document.toString({ lineWidth: 0 });
}

function editOf(before: string, after: string): Edit {
  if (before === after) return { before, after, removed: [], added: [] };
  const [old, now] = [before.split("\n"), after.split("\n")];
  const most = Math.min(old.length, now.length);
  let first = 0;
  while (first < most && old[first] === now[first]) first++;
  let last = 0;
  while (last < most - first && old.at(-1 - last) === now.at(-1 - last)) last++;
  const between = (lines: string[]) => lines.slice(first, lines.length - last).map((line) => line.replace(/\r$/, ""));
  return { before, after, line: first + 1, removed: between(old), added: between(now) };
}
