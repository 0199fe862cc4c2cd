/**
 * The older scheme of resource-style APIs, HMAC-SHA1, which Terraform's and Pulumi's alicloud providers use. Pure.
 *
 * The scheme signs the body only by `content-md5`, if that is sent, and does not sign the host.
 */
import { createHash, createHmac } from "node:crypto";

import { signatureMismatch } from "../../base/errors";
import type { SecretOf } from "../../base/credentials";
import {
  checkDate,
  header,
  headerValues,
  optionalHeader,
  sameText,
  type SignedRequest,
  splitTarget,
} from "../../base/signedRequest";

/** Name of the scheme in the authorization header. */
export const ROA_V1 = "acs";

const METHOD = "HMAC-SHA1";
const VERSION = "1.0";

/** Throws the service's error unless the request is signed with a valid key, with a date near `nowMs`. */
export function verifyRoaV1(request: SignedRequest, secretOf: SecretOf, nowMs: number): void {
  const authorization = header(request, "authorization").slice(ROA_V1.length).trim();
  const colon = authorization.lastIndexOf(":");
  for (const name of ["host", "date", "x-acs-signature-nonce", "x-acs-version"]) header(request, name);
  if (header(request, "x-acs-signature-method") !== METHOD)
    throw signatureMismatch(`x-acs-signature-method is not ${METHOD}`);
  if (header(request, "x-acs-signature-version") !== VERSION)
    throw signatureMismatch(`x-acs-signature-version is not ${VERSION}`);
  const secret = secretOf(authorization.slice(0, Math.max(colon, 0)), headerValues(request, "x-acs-security-token")[0]);
  checkDate(header(request, "date"), /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/, nowMs);
  checkBody(request);
  const given = authorization.slice(colon + 1);
  const texts = [stringToSign(request, "key="), stringToSign(request, "key")];
  if (!texts.some((text) => sameText(signRoaV1(text, secret), given))) throw signatureMismatch("signature differs");
}

/**
 * The text that is signed. Query values in it are decoded. For an empty value, the Node.js SDK writes `key=` and the Go
 * SDK `key`.
 */
export function stringToSign(request: SignedRequest, emptyValue: "key=" | "key" = "key="): string {
  const [path, query] = splitTarget(request.target);
  const lines = ["accept", "content-md5", "content-type", "date"].map((name) => optionalHeader(request, name));
  const signed = Object.keys(request.headers)
    .filter((name) => name.startsWith("x-acs-") && headerValues(request, name).length > 0)
    .sort();
  const headers = signed.map((name) => `${name}:${optionalHeader(request, name)}\n`).join("");
  return `${[request.method, ...lines].join("\n")}\n${headers}${path}${canonicalQuery(query, emptyValue)}`;
}

/** Signature of a text, in base64. */
export function signRoaV1(text: string, secret: string): string {
  return createHmac("sha1", secret).update(text).digest("base64");
}

function canonicalQuery(query: string, emptyValue: "key=" | "key"): string {
  if (query === "") return "";
  const pairs = [...new URLSearchParams(query)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const parts = pairs.map(([name, value]) => (value === "" && emptyValue === "key" ? name : `${name}=${value}`));
  return `?${parts.join("&")}`;
}

function checkBody(request: SignedRequest): void {
  const announced = headerValues(request, "content-md5");
  if (announced.length === 0 || request.body === undefined) return;
  const actual = createHash("md5").update(request.body).digest("base64");
  if (announced.join(",") !== actual) throw signatureMismatch("content-md5 is not that of the body");
}
