/**
 * Verification of the log service's own request signatures, v1 (`LOG id:signature`) and v4 (`SLS4-HMAC-SHA256`). Pure.
 *
 * Both schemes are those of the official SDK (`@alicloud/gateway-sls`). Neither has a nonce.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { SecretOf } from "../base/credentials";
import { MAX_SKEW_MS, percentEncoded, type SignedRequest, splitTarget } from "../base/signedRequest";
import { logRequestTimeExpired, logSignatureMismatch, logUnauthorized, missingLogHeader } from "./errors";

/** Hash functions of v1 by the value of the header. SDKs of other languages send the older value. */
const V1_METHODS: Readonly<Record<string, string>> = { "hmac-sha256": "sha256", "hmac-sha1": "sha1" };

/**
 * Encodings that clients use: that of RFC 3986, and that of the SDK for TypeScript, which does not encode `!'()` and
 * each `*` except the first.
 */
const V4_ENCODERS: readonly ((text: string) => string)[] = [
  percentEncoded,
  (text) => encodeURIComponent(text).replace("*", "%2A"),
];

/** Throws the service's error unless the request is signed with a valid key, with a date near `nowMs`. */
export function verifyLogSignature(request: SignedRequest, secretOf: SecretOf, nowMs: number): void {
  const authorization = valueOf(request, "authorization");
  if (authorization === "") throw missingLogHeader("MissingAuthorization", "Authorization");
  if (authorization.startsWith("SLS4-HMAC-SHA256 ")) verifyV4(request, authorization, secretOf, nowMs);
  else verifyV1(request, authorization, secretOf, nowMs);
}

/** The text that v1 signs. */
function v1StringToSign(request: SignedRequest): string {
  const [path, query] = splitTarget(request.target);
  const headers = serviceHeaders(request).map((name) => `${name}:${valueOf(request, name)}\n`);
  const pairs = queryPairs(query).map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
  const lines = [
    request.method,
    valueOf(request, "content-md5"),
    valueOf(request, "content-type"),
    valueOf(request, "date"),
  ];
  return `${lines.join("\n")}\n${headers.join("")}${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}

/** The text whose hash v4 signs. */
function v4CanonicalRequest(request: SignedRequest, encode: (text: string) => string): string {
  const [path, query] = splitTarget(request.target);
  const names = Object.keys(request.headers)
    .filter((name) => isServiceHeader(name) || name === "host" || name === "content-type")
    .sort();
  return [
    request.method,
    path,
    queryPairs(query)
      .map(([name, value]) => (value === undefined || value === "" ? name : `${name}=${encode(value)}`))
      .join("&"),
    names.map((name) => `${name}:${valueOf(request, name)}\n`).join(""),
    names.join(";"),
    valueOf(request, "x-log-content-sha256"),
  ].join("\n");
}

function verifyV1(request: SignedRequest, authorization: string, secretOf: SecretOf, nowMs: number): void {
  const match = /^LOG ([^:]+):(.+)$/.exec(authorization);
  if (match === null)
    throw logSignatureMismatch("Authorization is neither 'LOG id:signature' nor 'SLS4-HMAC-SHA256 …'");
  const [, keyId, signature = ""] = match;
  const secret = secretFor(request, keyId, secretOf);
  const date = valueOf(request, "date");
  checkDate(date, Date.parse(date), nowMs);
  if (request.body !== undefined && request.body.length > 0) {
    const md5 = createHash("md5").update(request.body).digest("hex").toUpperCase();
    if (md5 !== valueOf(request, "content-md5")) throw logSignatureMismatch("Content-MD5 differs");
  }
  const method = V1_METHODS[valueOf(request, "x-log-signaturemethod")];
  if (method === undefined) throw logSignatureMismatch("x-log-signaturemethod must be hmac-sha256 or hmac-sha1");
  const expected = createHmac(method, secret).update(v1StringToSign(request)).digest("base64");
  if (!sameText(expected, signature)) throw logSignatureMismatch("signature differs");
}

function verifyV4(request: SignedRequest, authorization: string, secretOf: SecretOf, nowMs: number): void {
  const match = /Credential=([^/]+)\/(\d{8})\/([^/]+)\/sls\/aliyun_v4_request,\s*Signature=([0-9a-f]+)$/.exec(
    authorization,
  );
  if (match === null) throw logSignatureMismatch("the Authorization header is not of the form the SDK sends");
  const [, keyId, day = "", region = "", signature = ""] = match;
  const secret = secretFor(request, keyId, secretOf);
  const date = valueOf(request, "x-log-date");
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  checkDate(date, iso === date ? Number.NaN : Date.parse(iso), nowMs);
  const hash = request.body === undefined ? undefined : createHash("sha256").update(request.body).digest("hex");
  if (hash !== undefined && hash !== valueOf(request, "x-log-content-sha256")) {
    throw logSignatureMismatch("x-log-content-sha256 differs");
  }
  const scope = `${day}/${region}/sls/aliyun_v4_request`;
  const expected = V4_ENCODERS.map((encode) => {
    const canonicalHash = createHash("sha256").update(v4CanonicalRequest(request, encode)).digest("hex");
    const steps = [day, region, "sls", "aliyun_v4_request", `SLS4-HMAC-SHA256\n${date}\n${scope}\n${canonicalHash}`];
    return steps.reduce(
      (key, step) => createHmac("sha256", key).update(step).digest(),
      Buffer.from(`aliyun_v4${secret}`),
    );
  });
  if (!date.startsWith(day)) throw logSignatureMismatch("the day of the scope is not that of x-log-date");
  if (!expected.some((each) => sameText(each.toString("hex"), signature)))
    throw logSignatureMismatch("signature differs");
}

/** The secret of the key. The log service has one error for all problems with key or token. */
function secretFor(request: SignedRequest, keyId: string | undefined, secretOf: SecretOf): string {
  try {
    return secretOf(keyId ?? "", valueOf(request, "x-acs-security-token") || undefined);
  } catch {
    throw logUnauthorized();
  }
}

function checkDate(text: string, sent: number, nowMs: number): void {
  if (text === "") throw missingLogHeader("MissingDate", "Date");
  if (Number.isNaN(sent) || Math.abs(sent - nowMs) > MAX_SKEW_MS) throw logRequestTimeExpired(text);
}

function serviceHeaders(request: SignedRequest): string[] {
  return Object.keys(request.headers).filter(isServiceHeader).sort();
}

function isServiceHeader(name: string): boolean {
  return name.startsWith("x-log-") || name.startsWith("x-acs-");
}

/** Decoded names and values, sorted by name. The value is undefined if there is no `=`. */
function queryPairs(query: string): [name: string, value: string | undefined][] {
  if (query === "") return [];
  return query
    .split("&")
    .map((part): [string, string | undefined] => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decode(part), undefined] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    })
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw logSignatureMismatch("the query is not percent-encoded text");
  }
}

function valueOf(request: SignedRequest, name: string): string {
  const values = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return (values ?? []).map((value) => value.trim()).join(",");
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
