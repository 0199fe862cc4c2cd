/** Code that all signature schemes use: the signed parts of a request, reading them, and checking its date. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";

import { missingHeader, requestTimeSkewed } from "./errors";

/** Largest difference between a request's date and the server's clock, in ms. Source: 2.0 documentation. */
export const MAX_SKEW_MS = 15 * 60 * 1000;

/** The parts of a request that a signature may cover. */
export interface SignedRequest {
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Request target as received: path and query, still encoded. */
  readonly target: string;
  /** All values of each header; names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /**
   * Body as it was sent, possibly compressed, without chunk framing. Undefined while the body has not been read.
   * Everything except the body is checked first, so that the server reads a body only for a client with a key.
   */
  readonly body: Uint8Array | undefined;
}

/** The value of a required header; all values if the header is repeated. */
export function header(request: SignedRequest, name: string): string {
  const values = headerValues(request, name);
  if (values.length === 0) throw missingHeader(name);
  return values.join(",");
}

export function headerValues(request: SignedRequest, name: string): string[] {
  const values = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return (values ?? []).map((value) => value.trim());
}

/** The value of a header, `""` if it is missing. */
export function optionalHeader(request: SignedRequest, name: string): string {
  return headerValues(request, name).join(",");
}

/** Throws for a date that does not have the form of the scheme, or differs too much from the clock. */
export function checkDate(text: string, form: RegExp, nowMs: number): void {
  const sent = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(sent) || Math.abs(sent - nowMs) > MAX_SKEW_MS) throw requestTimeSkewed(text);
}

/** Path and query of a request target, both still encoded. */
export function splitTarget(target: string): [string, string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Percent-encoding of RFC 3986: all characters except letters, digits, `-`, `.`, `_` and `~` are encoded. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Compares two texts in constant time, so that the time does not reveal where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
