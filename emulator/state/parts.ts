/**
 * Splits the emulator's state into parts, so that the time to save a change depends only on the size of the change. Every
 * item of a Map is a separate part, also if the Map is inside another item.
 */
import { parseState, stateText } from "../base/json";

/** Tables of the state: Maps of objects by name. */
export type Tables = Readonly<Record<string, Map<string, unknown>>>;

/** Path of a part: table and name of an object, then field and key for each nested Map. */
export type Path = readonly (string | number)[];

/** One item, without the items of its Maps. */
export interface Part {
  readonly text: string;
  /** The JavaScript object of the item. Other code may have references to this object. */
  readonly item: unknown;
}

/** The parts of one object by path as text. The object itself is the first part. */
export type Parts = ReadonlyMap<string, Part>;

/** The parts of an object; empty if it does not exist. */
export function partsOf(table: string, name: string, thing: unknown): Map<string, Part> {
  const parts = new Map<string, Part>();
  if (thing !== undefined) addParts(parts, [table, name], thing);
  return parts;
}

/** The part of one item of an object; empty if it does not exist. The item must not have Maps. */
export function itemParts(tables: Tables, path: Path): Parts {
  const item = mapAt(tables, path).get(path.at(-1));
  return item === undefined ? new Map() : new Map([[JSON.stringify(path), { text: stateText(item), item }]]);
}

/** The parts at the path or below it. */
export function partsAt(path: Path, parts: Parts): Parts {
  const place = JSON.stringify(path);
  const part = parts.get(place);
  return part === undefined ? new Map() : new Map([[place, part]]);
}

/** The changes from one state of an object to another, each as text. A removed part has only its path. */
export function changesBetween(before: Parts, after: Parts): string[] {
  // The removal of an object includes its parts.
  if (after.size === 0) return [...before.keys()].slice(0, 1).map((path) => `[${path}]`);
  const gone = [...before.keys()].filter((path) => !after.has(path)).map((path) => `[${path}]`);
  const set = [...after]
    .filter(([path, { text }]) => before.get(path)?.text !== text)
    .map(([path, { text }]) => `[${path},${text}]`);
  return [...gone, ...set];
}

/** A record of several changes that are applied together or not at all. */
export function recordOf(changes: readonly string[]): string {
  return `[${changes.join(",")}]`;
}

/** Applies the changes of a record. Throws when the record does not fit the state. */
export function applyRecord(tables: Tables, record: string): void {
  for (const [path, ...value] of parseState(record) as [Path, unknown?][]) {
    const map = mapAt(tables, path);
    const key = path.at(-1);
    if (value.length === 0) map.delete(key);
    else map.set(key, withMapsOf(value[0], map.get(key)));
  }
}

/** Restores an object from its parts. The same JavaScript objects are kept, because other code has references to them. */
export function restore(tables: Tables, parts: Parts): void {
  for (const [place, { text, item }] of parts) {
    const path = JSON.parse(place) as Path;
    mapAt(tables, path).set(path.at(-1), becoming(item, parseState(text)));
  }
}

/** Restores one item, or removes it when it did not exist before. */
export function restoreItem(tables: Tables, path: Path, before: Parts): void {
  if (before.size === 0) mapAt(tables, path).delete(path.at(-1));
  else restore(tables, before);
}

type Fields = Record<string, unknown>;

/** Sets the fields of the item to those of the value. The item keeps its Map objects, which are emptied. */
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

/** Fields of a value that are Maps with texts or numbers as keys. */
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

/** The value with new fields, and with the former items of its Maps. */
function withMapsOf(value: unknown, before: unknown): unknown {
  const kept = mapsIn(before).filter(([name]) => isFields(value) && value[name] instanceof Map);
  return kept.length === 0 ? value : { ...(value as Fields), ...Object.fromEntries(kept) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
