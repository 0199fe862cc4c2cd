/**
 * The scheme of APIs without paths, HMAC-SHA1 over the parameters. Terraform's alicloud provider uses it for calls to
 * the token service. Pure. The scheme signs the method and every parameter of query and form, but no header and no
 * path, which is always `/`.
 */
import { createHmac } from "node:crypto";

import { signatureMismatch } from "../../base/errors";
import type { SecretOf } from "../../base/credentials";
import {
  checkDate,
  optionalHeader,
  percentEncoded,
  sameText,
  type SignedRequest,
  splitTarget,
} from "../../base/signedRequest";

const FORM = "application/x-www-form-urlencoded";
const METHOD = "HMAC-SHA1";
const VERSION = "1.0";

/** Whether a request is signed by its parameters: it has no authorization header, and its path is `/`. */
export function isRpcV1(request: SignedRequest): boolean {
  const [path, query] = splitTarget(request.target);
  return path === "/" && optionalHeader(request, "authorization") === "" && new URLSearchParams(query).has("Signature");
}

/**
 * Throws the service's error unless the request is signed with a valid key, with a date near `nowMs`. Returns its
 * nonce.
 */
export function verifyRpcV1(request: SignedRequest, secretOf: SecretOf, nowMs: number): string {
  const parameters = parametersOf(request);
  const parameter = (name: string): string => {
    const [value, second] = parameters.filter(([given]) => given === name).map(([, given]) => given);
    if (value === undefined || second !== undefined) throw signatureMismatch(`${name} is not given once`);
    return value;
  };
  if (parameter("SignatureMethod") !== METHOD) throw signatureMismatch(`SignatureMethod is not ${METHOD}`);
  if (parameter("SignatureVersion") !== VERSION) throw signatureMismatch(`SignatureVersion is not ${VERSION}`);
  const token = parameters.find(([name]) => name === "SecurityToken")?.[1];
  const secret = secretOf(parameter("AccessKeyId"), token);
  checkDate(parameter("Timestamp"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, nowMs);
  const expected = signRpcV1(parametersToSign(request.method, parameters), secret);
  if (!sameText(expected, parameter("Signature"))) throw signatureMismatch("signature differs");
  return parameter("SignatureNonce");
}

/** The text that is signed: all parameters except the signature, sorted by name. */
export function parametersToSign(method: string, parameters: readonly (readonly [string, string])[]): string {
  const signed = parameters.filter(([name]) => name !== "Signature");
  const pairs = signed.map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const);
  const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `${method}&${percentEncoded("/")}&${percentEncoded(sorted.map(([name, value]) => `${name}=${value}`).join("&"))}`;
}

/** Parameters of query and form, in the order of the request. */
export function parametersOf(request: SignedRequest): [string, string][] {
  const [, query] = splitTarget(request.target);
  const isForm = optionalHeader(request, "content-type").startsWith(FORM);
  const form = isForm && request.body !== undefined ? Buffer.from(request.body).toString("utf8") : "";
  return [...new URLSearchParams(query), ...new URLSearchParams(form)];
}

/** Signature of a text, in base64. */
export function signRpcV1(text: string, secret: string): string {
  return createHmac("sha1", `${secret}&`).update(text).digest("base64");
}
