/**
 * Verification of ACS3-HMAC-SHA256 request signatures. Pure: clock and key are passed in, nonces are the caller's.
 *
 * Routing never depends on `x-acs-action`; only the signature covers it.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { invalidAccessKey, missingHeader, requestTimeSkewed, signatureMismatch } from "./errors";

const ALGORITHM = "ACS3-HMAC-SHA256";

/** How far a request's date may lie from the server's clock, in milliseconds either way. Source: 2.0 documentation. */
export const MAX_SKEW_MS = 15 * 60 * 1000;

/** What of a request the signature covers. */
export interface SignedRequest {
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Request target as received: path and query, still encoded. */
  readonly target: string;
  /** All values of each header; names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** Body after removal of the chunk framing. */
  readonly body: Uint8Array;
}

/** The key pair requests are checked against. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

interface Authorization {
  readonly keyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Throws the service's error if the request is not signed with the key at about this time; else returns its nonce. */
export function verifySignature(request: SignedRequest, key: AccessKey, nowMs: number): string {
  const authorization = parseAuthorization(header(request, "authorization"));
  for (const name of ["host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256", "x-acs-version"]) {
    header(request, name);
  }
  if (authorization.keyId !== key.id) throw invalidAccessKey();
  checkDate(header(request, "x-acs-date"), nowMs);
  checkCoverage(request, authorization.signedHeaders);
  const payloadHash = sha256(request.body);
  if (payloadHash !== header(request, "x-acs-content-sha256")) throw signatureMismatch("payload hash differs");
  const expected = sign(canonicalRequest(request, authorization.signedHeaders, payloadHash), key.secret);
  if (!sameText(expected, authorization.signature)) throw signatureMismatch("signature differs");
  return header(request, "x-acs-signature-nonce");
}

/** The text whose hash is signed. */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const [path = "", query = ""] = splitTarget(request.target);
  const names = [...signedHeaders].sort();
  const headers = names.map((name) => `${name}:${headerValues(request, name).sort().join(",")}\n`).join("");
  return [
    request.method,
    path.replaceAll("+", "%20").replaceAll("*", "%2A").replaceAll("%7E", "~"),
    canonicalQuery(query),
    headers,
    names.join(";"),
    payloadHash,
  ].join("\n");
}

/** Signature of a canonical request, in lower-case hex. */
export function sign(canonicalText: string, secret: string): string {
  const stringToSign = `${ALGORITHM}\n${sha256(canonicalText)}`;
  return createHmac("sha256", secret).update(stringToSign).digest("hex");
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Path and query of a request target, both still encoded. */
export function splitTarget(target: string): [string, string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), encode(decode(part.slice(equals + 1)))];
  });
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return pairs.map(([name, value]) => `${decode(name)}=${value}`).join("&");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw signatureMismatch("the query is not percent-encoded text");
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseAuthorization(text: string): Authorization {
  const [algorithm, fields = ""] = text.split(" ", 2);
  if (algorithm !== ALGORITHM) throw signatureMismatch(`only ${ALGORITHM} is accepted`);
  const values = new Map(
    fields.split(",").map((part): [string, string] => {
      const equals = part.indexOf("=");
      return [part.slice(0, equals), part.slice(equals + 1)];
    }),
  );
  return {
    keyId: values.get("Credential") ?? "",
    signedHeaders: (values.get("SignedHeaders") ?? "").split(";"),
    signature: values.get("Signature") ?? "",
  };
}

/** Every header that matters must be signed, and every header said to be signed must be there. */
function checkCoverage(request: SignedRequest, signedHeaders: readonly string[]): void {
  const signed = new Set(signedHeaders);
  for (const name of signed) header(request, name);
  const mustBeSigned = Object.keys(request.headers).filter(
    (name) => name === "host" || name === "content-type" || name.startsWith("x-acs-"),
  );
  for (const name of mustBeSigned) {
    if (!signed.has(name)) throw signatureMismatch(`header ${name} is not signed`);
  }
}

function checkDate(date: string, nowMs: number): void {
  const sent = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(sent) || Math.abs(sent - nowMs) > MAX_SKEW_MS) throw requestTimeSkewed(date);
}

function header(request: SignedRequest, name: string): string {
  const values = headerValues(request, name);
  if (values.length === 0) throw missingHeader(name);
  return values.join(",");
}

function headerValues(request: SignedRequest, name: string): string[] {
  const values = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return (values ?? []).map((value) => value.trim());
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Remembers nonces for as long as a request carrying them could still pass the date check. */
export class NonceMemory {
  readonly #seen = new Map<string, number>();

  /** Records the nonce; throws if it was used before. */
  use(nonce: string, nowMs: number): void {
    this.#forgetOld(nowMs);
    if (this.#seen.has(nonce)) throw signatureMismatch("the nonce was used before");
    this.#seen.set(nonce, nowMs);
  }

  #forgetOld(nowMs: number): void {
    for (const [nonce, seenAt] of this.#seen) {
      if (nowMs - seenAt <= 2 * MAX_SKEW_MS) return;
      this.#seen.delete(nonce);
    }
  }
}
