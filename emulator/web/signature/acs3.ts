/**
 * The ACS3-HMAC-SHA256 scheme, which the official SDKs of this API use. Pure.
 *
 * The header `x-acs-action` is only part of the signature: routing does not depend on it.
 */
import { createHmac } from "node:crypto";

import { signatureMismatch } from "../../base/errors";
import type { SecretOf } from "../../base/credentials";
import {
  checkDate,
  header,
  headerValues,
  optionalHeader,
  percentEncoded,
  sameText,
  sha256,
  type SignedRequest,
  splitTarget,
} from "../../base/signedRequest";

/** Name of the scheme in the authorization header. */
export const ACS3 = "ACS3-HMAC-SHA256";

const PAYLOAD_HASH = "x-acs-content-sha256";

const REQUIRED = ["host", "x-acs-date", "x-acs-signature-nonce", PAYLOAD_HASH, "x-acs-version"];

interface Authorization {
  readonly keyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Throws the service's error unless the request is signed with a valid key, with a date near `nowMs`. */
export function verifyAcs3(request: SignedRequest, secretOf: SecretOf, nowMs: number): void {
  const authorization = parseAuthorization(header(request, "authorization"));
  for (const name of REQUIRED) header(request, name);
  const secret = secretOf(authorization.keyId, headerValues(request, "x-acs-security-token")[0]);
  const isCovered = (name: string) => name === "host" || name === "content-type" || name.startsWith("x-acs-");
  const payloadHash = header(request, PAYLOAD_HASH);
  checkPayload(request, payloadHash);
  checkSignature(request, authorization, { secret, payloadHash, isCovered, nowMs });
}

/**
 * Like the function above, for a request to an HTTP trigger or a custom domain. Such a request needs only
 * `authorization` and `x-acs-date`: samples in the documentation sign no body, host, type or nonce, and may have an
 * empty token. A hash of the body, if sent, is checked, which is assumed. Source: "Configure signature authentication
 * for HTTP triggers".
 */
export function verifyHttpAcs3(request: SignedRequest, secretOf: SecretOf, nowMs: number): void {
  const text = header(request, "authorization");
  if (!text.startsWith(`${ACS3} `)) throw signatureMismatch(`the scheme is not ${ACS3}`);
  const authorization = parseAuthorization(text);
  header(request, "x-acs-date");
  const token = optionalHeader(request, "x-acs-security-token");
  const secret = secretOf(authorization.keyId, token === "" ? undefined : token);
  const isCovered = (name: string) => name.startsWith("x-acs-");
  const payloadHash = optionalHeader(request, PAYLOAD_HASH);
  if (payloadHash !== "") checkPayload(request, payloadHash);
  checkSignature(request, authorization, { secret, payloadHash, isCovered, nowMs });
}

function checkPayload({ body }: SignedRequest, hash: string): void {
  if (body !== undefined && sha256(body) !== hash) throw signatureMismatch("payload hash differs");
}

/** Requirements for a signature. */
interface Expected {
  readonly secret: string;
  /** Last line of the signed text. */
  readonly payloadHash: string;
  /** Whether a header of the request must be signed. */
  isCovered(this: void, name: string): boolean;
  readonly nowMs: number;
}

function checkSignature(request: SignedRequest, { signedHeaders, signature }: Authorization, expected: Expected): void {
  checkDate(header(request, "x-acs-date"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, expected.nowMs);
  checkCoverage(request, signedHeaders, expected.isCovered);
  const text = canonicalRequest(request, signedHeaders, expected.payloadHash);
  if (!sameText(sign(text, expected.secret), signature)) throw signatureMismatch("signature differs");
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
  const stringToSign = `${ACS3}\n${sha256(canonicalText)}`;
  return createHmac("sha256", secret).update(stringToSign).digest("hex");
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), percentEncoded(decode(part.slice(equals + 1)))];
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

function parseAuthorization(text: string): Authorization {
  const fields = text.slice(ACS3.length).trim();
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

/** Throws unless every important header is signed, and every signed header is present. */
function checkCoverage(
  request: SignedRequest,
  signedHeaders: readonly string[],
  isCovered: Expected["isCovered"],
): void {
  const signed = new Set(signedHeaders);
  for (const name of signed) header(request, name);
  for (const name of Object.keys(request.headers).filter(isCovered)) {
    if (!signed.has(name)) throw signatureMismatch(`header ${name} is not signed`);
  }
}
