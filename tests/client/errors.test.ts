/** Tests that each failed call has one of three outcomes, and that an unknown failure has the outcome "unknown". */
import * as fc from "fast-check";
import { type Outcome, FcError, fromSdkFailure, isNotFound, isRetryable } from "../../provider/client/errors";

const named = (thrown: unknown) => fromSdkFailure("PublishFunctionVersion", "host", thrown);
const coded = (code: string, more: object = {}) => Object.assign(new Error("text"), { code, ...more });
const answered = (statusCode: number, code: string, message = "text") => coded(code, { statusCode, message });
const called = (name: string, message = "text") => Object.assign(new Error(message), { name });

type Row = [string, unknown, Outcome, boolean];

/** What the SDK throws, its outcome, and whether the same mutation may be sent again without a read-back. */
const ROWS: Row[] = [
  ["nobody listens", coded("ECONNREFUSED", { syscall: "connect" }), "notSent", true],
  ["several addresses, nobody listens", coded("ECONNREFUSED", { errors: [] }), "notSent", true],
  ["no route", coded("EHOSTUNREACH"), "notSent", true],
  ["no network", coded("ENETUNREACH"), "notSent", true],
  ["a connection that is never made", coded("ETIMEDOUT", { syscall: "connect" }), "notSent", true],
  ["name service for now", coded("EAI_AGAIN", { syscall: "getaddrinfo" }), "notSent", true],
  ["no such host", coded("ENOTFOUND", { syscall: "getaddrinfo" }), "notSent", false],
  ["a certificate nobody signed", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "notSent", false],
  ["a proxy's certificate", coded("SELF_SIGNED_CERT_IN_CHAIN"), "notSent", false],
  ["a certificate for another host", coded("ERR_TLS_CERT_ALTNAME_INVALID"), "notSent", false],
  ["an expired certificate", coded("CERT_HAS_EXPIRED"), "notSent", false],
  ["an unknown signer", coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "notSent", false],
  ["a header that cannot be written", coded("ERR_INVALID_CHAR"), "notSent", false],
  ["a path that cannot be written", called("URIError"), "notSent", false],
  ["no credentials in the SDK", coded("InvalidCredentials"), "notSent", false],
  ["a wrong argument", answered(400, "InvalidArgument"), "rejected", false],
  ["missing rights", answered(403, "AccessDenied"), "rejected", false],
  ["no such function", answered(404, "FunctionNotFound"), "rejected", false],
  ["a name in use", answered(409, "FunctionAlreadyExists"), "rejected", false],
  ["a change by somebody else", answered(409, "ConcurrentUpdateError"), "rejected", true],
  ["a precondition", answered(412, "PreconditionFailed"), "rejected", false],
  ["throttling", answered(429, "Throttling.User"), "rejected", true],
  ["throttling under another name", answered(429, "ResourceThrottled"), "rejected", true],
  ["throttling with another status", answered(503, "Throttling"), "rejected", true],
  ["throttling with status 400", answered(400, "Throttling.Api"), "rejected", true],
  ["a request timeout", answered(408, "RequestTimeout"), "unknown", false],
  ["an internal error", answered(500, "InternalServerError"), "unknown", false],
  ["a gateway", answered(502, "BadGateway"), "unknown", false],
  ["no service", answered(503, "ServiceUnavailable"), "unknown", false],
  ["a redirect", answered(302, "Found"), "unknown", false],
  ["a broken connection", coded("ECONNRESET"), "unknown", false],
  ["a broken pipe", coded("EPIPE"), "unknown", false],
  ["a connection that died in use", coded("ETIMEDOUT", { syscall: "read" }), "unknown", false],
  ["a TLS record that cannot be read, on a connection in use", coded("EPROTO", { syscall: "write" }), "unknown", false],
  ["an answer cut off", new Error("aborted"), "unknown", false],
  ["no answer in time", called("RequestTimeoutError", "ReadTimeout(60000)"), "unknown", false],
  ["no connection in time, or so it says", called("RequestTimeoutError", "ConnectTimeout(60000)"), "unknown", false],
  ["an error page", new SyntaxError("Unexpected token '<', \"<html>...\""), "unknown", false],
  ["an answer of another shape", new TypeError("type of versionId is mismatch"), "unknown", false],
  ["something new", coded("ERR_NOT_INVENTED_YET"), "unknown", false],
  ["nothing", undefined, "unknown", false],
  ["text", "text", "unknown", false],
];

it.each(ROWS)("%s", (_name, thrown, outcome, again) => {
  const error = named(thrown);
  expect([error.outcome, isRetryable(error)]).toEqual([outcome, again]);
  expect(error.message).toMatch(/^PublishFunctionVersion: \S/);
  expect(error.message).not.toContain("undefined");
});

it("a classified failure is not classified again", () => {
  const error = new FcError("text", "rejected", "X");
  expect(named(error)).toBe(error);
});

it.each([
  [404, "FunctionNotFound", true],
  [404, "VersionNotFound", true],
  [404, "AliasNotFound", true],
  [404, "NotFound", false],
  [404, "undefined", false],
  [403, "AccessDenied", false],
  [500, "FunctionNotFound", false],
])("HTTP %i with code %s: absent is %s", (status, code, absent) => {
  expect(isNotFound(named(answered(status, code)))).toBe(absent);
});

it("a message has the parts that the service answered, and no empty parts", () => {
  const full = { statusCode: 400, code: "InvalidArgument", requestId: "1-2", data: { Message: "handler is wrong" } };
  expect(named(full).message).toBe(
    "PublishFunctionVersion: handler is wrong (HTTP 400, code InvalidArgument, request id 1-2)",
  );
  expect(named({ statusCode: 400, code: "undefined", message: "undefined" }).message).toBe(
    "PublishFunctionVersion: no message (HTTP 400, code none, request id none)",
  );
  expect(named(new SyntaxError("Unexpected token '<', \"<html>secret page\"")).message).toBe(
    "PublishFunctionVersion: no usable answer from host (an answer that is not JSON, for example the error page of a proxy, or an " +
      "empty body); the request may have been applied",
  );
});

it("classifies answers of any type, and the wait is always a number", () => {
  const odd = fc.oneof(fc.anything(), fc.constantFrom(5, null, "Throttling", "ECONNRESET", 429, 503, Number.NaN));
  const failure = fc.record(
    { name: odd, message: odd, code: odd, syscall: odd, statusCode: odd, requestId: odd, retryAfter: odd, data: odd },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(failure, odd), (thrown) => {
      const error = named(thrown);
      expect(["notSent", "rejected", "unknown"]).toContain(error.outcome);
      if (error.retryAfter !== undefined) expect(Number.isFinite(error.retryAfter)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
