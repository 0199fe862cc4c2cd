/** Pages of a list. Pure. */
import { invalidArgument } from "../base/errors";
import type { JsonObject } from "../base/json";

/**
 * Default of `limit`. The default is assumed, because it is not documented. It is small, so that a test notices a
 * client that reads only the first page.
 */
export const DEFAULT_LIMIT = 20;

/** One page of a list and, unless it is the last, the token of the next page. */
export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

/** The request of a list, as far as a page depends on it. */
interface PageRequest {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: { readonly limit?: string | undefined; readonly nextToken?: string | undefined };
}

/**
 * The page of `items` for a request, sorted by key. `precedes` compares keys; by default, as text. A token contains the
 * list, and the key of the first item of its page, so that a deletion between two pages neither skips nor repeats an
 * item.
 */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  request: PageRequest,
  precedes: (a: string, b: string) => boolean = (a, b) => a < b,
): Page<T> {
  const { query } = request;
  const limit = parseLimit(query.limit);
  const from =
    query.nextToken === undefined || query.nextToken === "" ? undefined : decodeToken(request, query.nextToken);
  const ordered = [...items].sort((a, b) => (precedes(key(a), key(b)) ? -1 : 1));
  const rest = from === undefined ? ordered : ordered.filter((item) => !precedes(key(item), from));
  const next = rest[limit];
  const page = rest.slice(0, limit);
  return next === undefined ? { items: page } : { items: page, nextToken: encodeToken(request, key(next)) };
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

function encodeToken({ operation, params }: PageRequest, key: string): string {
  return Buffer.from(JSON.stringify([operation, params, key])).toString("base64");
}

/** The key in a token. Throws unless the token is exactly as `encodeToken` makes it for this list. */
function decodeToken(request: PageRequest, token: string): string {
  const key = keyIn(Buffer.from(token, "base64").toString());
  if (key === undefined || encodeToken(request, key) !== token) {
    throw invalidArgument(`nextToken '${token}' was not returned by this list`);
  }
  return key;
}

function keyIn(text: string): string | undefined {
  try {
    const fields: unknown = JSON.parse(text);
    const key: unknown = Array.isArray(fields) ? fields[2] : undefined;
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}
