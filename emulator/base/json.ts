/** JSON values, and functions for reading and comparing them. Pure. */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Largest nesting of a request body. Requests of the API have less than ten levels. */
export const MAX_DEPTH = 32;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a field of an object, but never a member of the object's prototype. */
export function field(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Whether the value nests deeper than `MAX_DEPTH`. The function is iterative, so that a hostile depth cannot exhaust
 * the stack.
 */
export function tooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

/** JSON with sorted keys, so that equal content gives equal text. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const parts = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** The value itself if it is text, else its JSON, for messages and comparisons. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/**
 * Key that marks a JSON object as a saved Map. An object of the API that has the same key is wrapped, so that it is not
 * taken for a Map.
 */
const MAP = "$map";
const OBJECT = "$object";

/** JSON of a value that may contain Maps at any depth. `parseState` reads it. */
export function stateText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item instanceof Map) return { [MAP]: [...(item as Map<unknown, unknown>)] };
    return isMarked(item) ? { [OBJECT]: Object.entries(item) } : item;
  });
}

/** Returns the value that `stateText` wrote as text. Throws for text that is not JSON. */
export function parseState(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (!isMarked(item)) return item;
    const entries = item[MAP];
    if (entries !== undefined) return new Map(entries as [unknown, unknown][]);
    return Object.fromEntries(item[OBJECT] as [string, unknown][]);
  });
}

function isMarked(item: unknown): item is Record<string, unknown> {
  return typeof item === "object" && item !== null && (Object.hasOwn(item, MAP) || Object.hasOwn(item, OBJECT));
}
