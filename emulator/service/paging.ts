/** Pages of a list. Pure. */
import { invalidArgument } from "../base/errors";
import type { JsonObject } from "../base/json";

/** Default of `limit`. Assumed; it is small, so that a test notices a client that reads only the first page. */
export const DEFAULT_LIMIT = 20;

/** One page of a list and, unless it is the last, the token of the next. */
export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

/**
 * The page of `items` for a request, sorted by key. `precedes` compares keys; by default, as text. A token holds the
 * key of the page's first item, so that a deletion between two pages neither skips nor repeats an item.
 */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  query: { readonly limit?: string | undefined; readonly nextToken?: string | undefined },
  precedes: (a: string, b: string) => boolean = (a, b) => a < b,
): Page<T> {
  const limit = parseLimit(query.limit);
  const from = query.nextToken === undefined || query.nextToken === "" ? undefined : decodeToken(query.nextToken);
  const ordered = [...items].sort((a, b) => (precedes(key(a), key(b)) ? -1 : 1));
  const rest = from === undefined ? ordered : ordered.filter((item) => !precedes(key(item), from));
  const next = rest[limit];
  const page = rest.slice(0, limit);
  return next === undefined ? { items: page } : { items: page, nextToken: encodeToken(key(next)) };
}

/** The body of a list's answer: the page's rows under their name, and `nextToken` unless it is the last page. */
export function listBody<T>(rows: string, { items, nextToken }: Page<T>, view: (item: T) => JsonObject): JsonObject {
  return { [rows]: items.map(view), ...(nextToken === undefined ? {} : { nextToken }) };
}

function parseLimit(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 100) throw invalidArgument(`limit must be a whole number from 1 to 100, got '${text}'`);
  return limit;
}

function encodeToken(key: string): string {
  return Buffer.from(`k:${key}`).toString("base64");
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, "base64").toString();
  if (!text.startsWith("k:")) throw invalidArgument(`nextToken '${token}' is not one of this list`);
  return text.slice(2);
}
