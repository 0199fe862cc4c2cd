/**
 * State taken to pieces, so that a change costs what it changes: every item of a Map is a part of its own, at any depth of Maps in
 * items of Maps. Pure but for what they are given to fill.
 */
import { parseState, stateText } from "../base/json";

/** Tables of the state: Maps of things by name. */
export type Tables = Readonly<Record<string, Map<string, unknown>>>;

/** Where a part is: table and name of a thing, then field and key for each Map below. */
export type Path = readonly (string | number)[];

/** One item, without what is in its Maps. */
export interface Part {
  readonly text: string;
  /** The item itself, which others may hold. */
  readonly item: unknown;
}

/** The parts of one thing by their path, as text; the thing itself is the first. */
export type Parts = ReadonlyMap<string, Part>;

/** The parts of a thing; none of one that is not there. */
export function partsOf(table: string, name: string, thing: unknown): Map<string, Part> {
  const parts = new Map<string, Part>();
  if (thing !== undefined) addParts(parts, [table, name], thing);
  return parts;
}

/** The part of one item under a thing; none of one that is not there. The item has no Maps of its own. */
export function itemParts(tables: Tables, path: Path): Parts {
  const item = mapAt(tables, path).get(path.at(-1));
  return item === undefined ? new Map() : new Map([[JSON.stringify(path), { text: stateText(item), item }]]);
}

/** The parts a path had among those of its thing. */
export function partsAt(path: Path, parts: Parts): Parts {
  const place = JSON.stringify(path);
  const part = parts.get(place);
  return part === undefined ? new Map() : new Map([[place, part]]);
}

/** What turns the parts of a thing into others, each change as text; a part that is gone is named alone. */
export function changesBetween(before: Parts, after: Parts): string[] {
  // A thing that is gone takes its parts along.
  if (after.size === 0) return [...before.keys()].slice(0, 1).map((path) => `[${path}]`);
  const gone = [...before.keys()].filter((path) => !after.has(path)).map((path) => `[${path}]`);
  const set = [...after]
    .filter(([path, { text }]) => before.get(path)?.text !== text)
    .map(([path, { text }]) => `[${path},${text}]`);
  return [...gone, ...set];
}

/** One record: several changes that are made together or not at all. */
export function recordOf(changes: readonly string[]): string {
  return `[${changes.join(",")}]`;
}

/** Makes the changes of a record. Throws when it does not fit what is there. */
export function applyRecord(tables: Tables, record: string): void {
  for (const [path, ...value] of parseState(record) as [Path, unknown?][]) {
    const map = mapAt(tables, path);
    const key = path.at(-1);
    if (value.length === 0) map.delete(key);
    else map.set(key, withMapsOf(value[0], map.get(key)));
  }
}

/** Puts a thing back as its parts have it, with the same objects in the same Maps: others hold them. */
export function restore(tables: Tables, parts: Parts): void {
  for (const [place, { text, item }] of parts) {
    const path = JSON.parse(place) as Path;
    mapAt(tables, path).set(path.at(-1), becoming(item, parseState(text)));
  }
}

/** Puts one item back as it was; one that was not there goes. */
export function restoreItem(tables: Tables, path: Path, before: Parts): void {
  if (before.size === 0) mapAt(tables, path).delete(path.at(-1));
  else restore(tables, before);
}

type Fields = Record<string, unknown>;

/** The item with the value's fields; its Maps are the ones it had, as empty as the value's. */
function becoming(item: unknown, value: unknown): unknown {
  if (!isFields(item) || !isFields(value)) return value;
  const maps = mapsIn(item).filter(([name]) => value[name] instanceof Map);
  for (const [, map] of maps) map.clear();
  for (const name of Object.keys(item)) if (!Object.hasOwn(value, name)) Reflect.deleteProperty(item, name);
  return Object.assign(item, value, Object.fromEntries(maps));
}

function addParts(parts: Map<string, Part>, path: Path, value: unknown): void {
  const maps = mapsIn(value);
  const own = maps.length === 0 ? value : { ...(value as Fields), ...emptied(maps) };
  parts.set(JSON.stringify(path), { text: stateText(own), item: value });
  for (const [name, map] of maps) for (const [key, item] of map) addParts(parts, [...path, name, key], item);
}

/** Fields of a value that are Maps with keys a path can hold. */
function mapsIn(value: unknown): [string, Map<string | number, unknown>][] {
  return isFields(value)
    ? Object.entries(value).filter((field): field is [string, Map<string | number, unknown>] => field[1] instanceof Map)
    : [];
}

function emptied(maps: readonly (readonly [string, unknown])[]): Fields {
  return Object.fromEntries(maps.map(([name]) => [name, new Map()]));
}

function mapAt(tables: Tables, path: Path): Map<unknown, unknown> {
  let fields: unknown = tables;
  for (let depth = 0; ; depth += 2) {
    const map = isFields(fields) ? fields[String(path[depth])] : undefined;
    if (!(map instanceof Map)) throw new Error(`no place for ${JSON.stringify(path)}`);
    if (depth + 2 >= path.length) return map;
    fields = map.get(path[depth + 1]);
  }
}

/** A thing's own fields came anew; what is in its Maps stays. */
function withMapsOf(value: unknown, before: unknown): unknown {
  const kept = mapsIn(before).filter(([name]) => isFields(value) && value[name] instanceof Map);
  return kept.length === 0 ? value : { ...(value as Fields), ...Object.fromEntries(kept) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
