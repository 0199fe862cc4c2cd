/** Tests that each failed call has one of three outcomes, and that an unknown failure has the outcome "unknown". */
import * as fc from "fast-check";
import {
  type Outcome,
  FcError,
  fromSdkFailure,
  isNotEmpty,
  isNotFound,
  isPermanent,
  isRetryable,
  isUnstartable,
} from "../../provider/client/errors";

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
  [
    "a failure of the name service without a code of its own",
    coded("EAI_FAIL", { syscall: "getaddrinfo" }),
    "notSent",
    true,
  ],
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
  ["a quota of reads of the log service", answered(403, "ReadQuotaExceed"), "rejected", true],
  ["a quota of reads of a part of the log service", answered(403, "ShardReadQuotaExceed"), "rejected", true],
  ["a request timeout", answered(408, "RequestTimeout"), "unknown", false],
  ["an internal error", answered(500, "InternalServerError"), "unknown", false],
  ["an internal error with the code of a concurrent change", answered(500, "ConcurrentUpdateError"), "unknown", false],
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
  ["something new with the word of a certificate", coded("ERR_NO_CERT_FOUND"), "unknown", false],
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

it("a failure that is no answer of a call is not tried again", () => {
  expect([undefined, null, "text", new Error("text")].map(isRetryable)).toEqual([false, false, false, false]);
});

it.each<[string, FcError, boolean]>([
  ["a redirect", named(answered(302, "Found")), true],
  ["the last status of a redirect", named(answered(399, "Odd")), true],
  ["an operation that the service does not have", named(answered(501, "NotImplemented")), true],
  ["a version of HTTP that the service does not have", named(answered(505, "HTTPVersionNotSupported")), true],
  ["a redirect that throttles", named(answered(302, "Throttling")), false],
  ["a success that cannot be read", named(answered(201, "Odd")), false],
  [
    "a refusal that cannot be read",
    fromSdkFailure("GetAlias", "host", new SyntaxError("<"), { head: { status: 400 } }),
    false,
  ],
  ["an internal error", named(answered(500, "InternalServerError")), false],
  ["no answer", named(coded("ECONNRESET")), false],
])("%s: whether a retry would be the same", (_name, error, permanent) => {
  expect(isPermanent(error)).toBe(permanent);
});

it.each([
  [412, "CAExited", true],
  [412, "CAFileNotFound", true],
  [412, "CAFilePermission", true],
  [400, "FunctionNotStarted", true],
  [500, "FunctionNotStarted", false],
  [412, "PreconditionFailed", false],
])("HTTP %i with code %s: the version itself does not start is %s", (status, code, unstartable) => {
  expect(isUnstartable(named(answered(status, code)))).toBe(unstartable);
  expect(isUnstartable(coded(code))).toBe(false);
});

it.each([
  [400, "FunctionNotEmpty", true],
  [409, "VersionExists", true],
  [412, "PreconditionFailed", true],
  [412, "ProvisionConfigExist", false],
  [412, "ResidentScalingConfigExists", false],
  [403, "AccessDenied", false],
  [404, "FunctionNotFound", false],
  [500, "InternalServerError", false],
])("HTTP %i with code %s: the versions of a function may be the cause is %s", (status, code, notEmpty) => {
  expect(isNotEmpty(named(answered(status, code)))).toBe(notEmpty);
  expect(isNotEmpty(coded(code, { status }))).toBe(false);
});

it("without an answer, a page with a refusing status may have been sent by a proxy: its cause is not known", () => {
  const unclear = fromSdkFailure("DeleteFunction", "host", new SyntaxError("<"), { head: { status: 409 } });
  expect([unclear.outcome, isNotEmpty(unclear)]).toEqual(["unknown", false]);
});

it.each<[string, unknown, string]>([
  ["text", "text", "text"],
  ["a code", coded("ECONNRESET"), "ECONNRESET"],
  ["a message without a code", new Error("aborted"), "aborted"],
  ["a name without a message", { name: "Odd" }, "Odd"],
  ["nothing", {}, "no message"],
  ["a time limit", called("RequestTimeoutError", "ReadTimeout(60000)"), "timeout"],
])("a failure without an answer is described by %s", (_what, thrown, text) => {
  expect(named(thrown).message).toBe(
    `PublishFunctionVersion: no usable answer from host (${text}); the request may have been applied`,
  );
});

it.each([
  ["VersionPublishError: No changes were made since last publish", "VersionPublishError"],
  ["Can not update alias without any change", "AliasUnchanged"],
  ["No changes", "Odd"],
])("a refusal with the text %j has the code %s, whatever the service's code is", (message, code) => {
  expect(named(answered(400, "Odd", message)).code).toBe(code);
});

it("a failure to connect without a code names the host and says so", () => {
  expect(named({ syscall: "connect" })).toMatchObject({
    message: "PublishFunctionVersion: cannot reach host (no code); check the network and the endpoint",
    ...{ outcome: "notSent", code: "Transport" },
  });
  expect(named(coded("EHOSTUNREACH"))).toMatchObject({
    message: "PublishFunctionVersion: cannot reach host (EHOSTUNREACH); check the network and the endpoint",
    code: "EHOSTUNREACH",
  });
});

it.each([
  [{ status: 502, requestId: "1-2" }, "HTTP 502, request id 1-2"],
  [{ status: 502 }, "HTTP 502, request id none"],
])("an answer that cannot be read, with %j", (head, text) => {
  const { message } = fromSdkFailure("GetAlias", "host", coded("ECONNRESET"), { head });
  expect(message).toBe(`GetAlias: no usable answer from host (ECONNRESET, ${text})`);
});

it.each([
  [1_500, 1_500],
  [0, 0],
  [Number.NaN, undefined],
  ["1500", undefined],
])("the service asks for a wait of %p ms: %p", (retryAfter, expected) => {
  expect(named(coded("Throttling", { statusCode: 429, retryAfter })).retryAfter).toBe(expected);
});

it.each<[unknown, string]>([
  [coded("ERR_INVALID_CHAR"), "text"],
  [{ name: "URIError" }, "URIError"],
  [{ code: "ERR_INVALID_CHAR" }, "no message"],
])("a request that could not be built: %j", (thrown, text) => {
  expect(named(thrown).message).toBe(`PublishFunctionVersion: the request could not be built: ${text}`);
});

it.each<[object, string]>([
  // An error of the log service: its SDK puts the code in front.
  [
    { code: "ProjectNotExist", message: "ProjectNotExist: no such project" },
    "no such project (HTTP 400, code ProjectNotExist",
  ],
  [{ code: "Odd", message: "about Odd: " }, "about Odd:  (HTTP 400, code Odd"],
  [{ message: "undefined: text" }, "undefined: text (HTTP 400, code none"],
  [{ code: 5, message: "text" }, "text (HTTP 400, code 5"],
  [{ code: "", message: "", requestId: "" }, "no message (HTTP 400, code none"],
])("the message of an answer with %j", (failure, text) => {
  expect(named({ statusCode: 400, ...failure }).message).toBe(`PublishFunctionVersion: ${text}, request id none)`);
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
