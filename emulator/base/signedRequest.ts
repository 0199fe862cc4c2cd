/** What the signature schemes share: the signed parts of a request, how they are read, and its date. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";

import { missingHeader, requestTimeSkewed } from "./errors";

/** How far a request's date may lie from the server's clock, in milliseconds either way. Source: 2.0 documentation. */
export const MAX_SKEW_MS = 15 * 60 * 1000;

/** What of a request a signature can cover. */
export interface SignedRequest {
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Request target as received: path and query, still encoded. */
  readonly target: string;
  /** All values of each header; names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /**
   * Body after removal of the chunk framing, as it was sent: compressed, if it was. Undefined = not read yet: everything but the
   * body is checked then, so that nobody without a key makes the server keep one.
   */
  readonly body: Uint8Array | undefined;
}

/** The value of a header that must be there; of a repeated one all values. */
export function header(request: SignedRequest, name: string): string {
  const values = headerValues(request, name);
  if (values.length === 0) throw missingHeader(name);
  return values.join(",");
}

export function headerValues(request: SignedRequest, name: string): string[] {
  const values = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return (values ?? []).map((value) => value.trim());
}

/** The request's text in a header, `""` if it has none. */
export function optionalHeader(request: SignedRequest, name: string): string {
  return headerValues(request, name).join(",");
}

/** Refuses a date that is not in the scheme's form or too far from the clock. */
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

/** Percent-encoding of RFC 3986: nothing stays but letters, digits, `-`, `.`, `_` and `~`. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Compares without telling by time where two texts differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
