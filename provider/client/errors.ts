/** Classifies the failures of calls. Only this file evaluates the text of messages. */
import { redact } from "../core/redact";
import type { Head } from "./head";

/**
 * What is known about a request that failed. `notSent`: the request did not reach the service. `rejected`: the service
 * refused the request and changed nothing. `unknown`: the request may have been applied. After `unknown`, the object is
 * read before a change is sent again.
 */
export type Outcome = "notSent" | "rejected" | "unknown";

/** Codes of the service that this package handles, each with its cause. Source: the service's error tables. */
export const Code = {
  /** The function does not exist (404). */
  FunctionNotFound: "FunctionNotFound",
  /** The version does not exist (404). */
  VersionNotFound: "VersionNotFound",
  /** The alias does not exist (404). */
  AliasNotFound: "AliasNotFound",
  /** A function with this name exists already (409). An earlier run or another owner created it. */
  FunctionAlreadyExists: "FunctionAlreadyExists",
  /** An alias with this name exists already (409). */
  AliasAlreadyExists: "AliasAlreadyExists",
  /** The trigger does not exist (404). */
  TriggerNotFound: "TriggerNotFound",
  /** A trigger with this name exists already (409). */
  TriggerAlreadyExists: "TriggerAlreadyExists",
  /** The function has provisioned instances. The owner of these instances must remove them first. */
  ProvisionConfigExist: "ProvisionConfigExist",
  /** The function has resident instances. The owner of these instances must remove them first. */
  ResidentScalingConfigExists: "ResidentScalingConfigExists",
  /** The instance of a custom runtime or container exits, or cannot be started (412). */
  CannotStart: "CAExited",
  /** The start command is not in the code or image (412). */
  NoStartFile: "CAFileNotFound",
  /** The start command is not executable (412). */
  NoStartPermission: "CAFilePermission",
  /** The server of a custom runtime or container never listened. Its status is not documented. */
  NotStarted: "FunctionNotStarted",
  /** The credentials belong to another account, or an answer comes from another place. The code is this package's. */
  WrongPlace: "WrongPlace",
  /**
   * Another request is changing the object (409). The object is read again after a while, and the change is sent again
   * only if the object has not changed.
   */
  ConcurrentUpdate: "ConcurrentUpdateError",
  /**
   * Nothing changed since the last publish: a version with this content exists. This package defines the name for the
   * service's code and text.
   */
  NothingToPublish: "VersionPublishError",
  /**
   * The alias already has every value of the request. This package defines the code, because the service answers only a
   * message.
   */
  NothingToUpdate: "AliasUnchanged",
  /** No credentials were found. This package defines the code. */
  NoCredentials: "NoCredentials",
} as const;

const NOT_FOUND: ReadonlySet<string> = new Set([
  Code.FunctionNotFound,
  Code.VersionNotFound,
  Code.AliasNotFound,
  Code.TriggerNotFound,
]);

/** A failed call, in the one form that all other files of the package handle. */
export class FcError extends Error {
  override readonly name = "FcError";

  constructor(
    message: string,
    readonly outcome: Outcome,
    /**
     * The service's code, or a {@link Code} of this package if the service has none; `Transport` for failures of the
     * connection.
     */
    readonly code: string,
    readonly status?: number,
    readonly requestId?: string,
    /** Milliseconds to wait before a retry, from the service's answer. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** Creates the error for a failure before anything was sent. */
export function notSent(message: string, code = "InvalidRequest"): FcError {
  return new FcError(message, "notSent", code);
}

/** True for an {@link FcError}, also of another copy of this module. */
export function isFcError(error: unknown): error is FcError {
  return error instanceof Error && error.name === "FcError";
}

/** True for an {@link FcError} with this code. */
export function hasCode(error: unknown, code: string): error is FcError {
  return isFcError(error) && error.code === code;
}

/** True only for the service's own not-found codes. After any other failed read it is not known whether the object exists. */
export function isNotFound(error: unknown): error is FcError {
  return isFcError(error) && error.outcome === "rejected" && NOT_FOUND.has(error.code);
}

const UNSTARTABLE: ReadonlySet<string> = new Set([
  Code.CannotStart,
  Code.NoStartFile,
  Code.NoStartPermission,
  Code.NotStarted,
]);

/** True for an invocation that was refused because the version itself does not start: a failure of the function. */
export function isUnstartable(error: unknown): error is FcError {
  return isFcError(error) && error.outcome === "rejected" && UNSTARTABLE.has(error.code);
}

/**
 * True for a refusal to delete a function that may be caused by its versions, aliases or triggers. The service does not
 * document code and status of all such refusals.
 */
export function isNotEmpty(error: unknown): error is FcError {
  if (hasCode(error, Code.ProvisionConfigExist) || hasCode(error, Code.ResidentScalingConfigExists)) return false;
  return isFcError(error) && error.outcome === "rejected" && [400, 409, 412].includes(error.status ?? 0);
}

/** True if a request was not applied and may be accepted later. Meanwhile the object may have changed. */
export function isRetryable(error: unknown): boolean {
  if (!isFcError(error)) return false;
  if (error.outcome === "notSent") return !PERMANENT_TRANSPORT.has(error.code);
  return (
    error.outcome === "rejected" &&
    (error.status === 429 || error.code === Code.ConcurrentUpdate || throttled(error.code))
  );
}

/**
 * True for an answer of unknown outcome that would be the same after a retry: a redirect, or an operation that the
 * service does not have.
 */
export function isPermanent({ outcome, status = 0 }: FcError): boolean {
  return outcome === "unknown" && ((status > 201 && status < 400) || status === 501 || status === 505);
}

/** The end of a message about an unknown outcome; empty for reads, which change nothing. */
export function afterwards(operation: string): string {
  return /^(Get|List)/.test(operation) ? "" : "; the request may have been applied";
}

/** Failures before sending that would be the same after a retry. */
const PERMANENT_TRANSPORT: ReadonlySet<string> = new Set<string>([
  Code.NoCredentials,
  "ENOTFOUND",
  "InvalidRequest",
  "Tls",
]);

/**
 * Error codes of the log service for exceeded read quotas. Source: the service's page about errors of the log service,
 * which have status 403.
 */
const READ_QUOTAS: ReadonlySet<string> = new Set(["ReadQuotaExceed", "ShardReadQuotaExceed"]);

function throttled(code: string): boolean {
  return code.startsWith("Throttling") || READ_QUOTAS.has(code);
}

const CONNECT_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/**
 * Error codes of refused certificates. After such an error, nothing was sent. EPROTO is not in the list, because it
 * also ends connections in use.
 */
const TLS_CODES = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_)/;

/**
 * An error of the SDK, with the members that are used here. A service may answer anything, so the type of every member
 * is unknown.
 */
type SdkFailure = Readonly<
  Partial<Record<"name" | "message" | "code" | "syscall" | "statusCode" | "requestId" | "retryAfter" | "data", unknown>>
>;

/** What is known about a failed call besides its error. */
export interface FailureContext {
  /** Status and headers of the answer, if there was one. */
  readonly head?: Head;
  /** Texts to remove from the message. A service that refuses a signature quotes the signed headers. */
  readonly secrets?: readonly string[];
}

/**
 * Converts an error of the SDK to an {@link FcError} that names the operation. The outcome of an unrecognised error is
 * `unknown`.
 */
export function fromSdkFailure(
  operation: string,
  host: string,
  thrown: unknown,
  { head = {}, secrets = [] }: FailureContext = {},
): FcError {
  if (isFcError(thrown)) return thrown;
  const error = named(operation, host, thrown, head);
  error.message = redact(error.message, secrets);
  return error;
}

function named(operation: string, host: string, thrown: unknown, head: Head): FcError {
  const failure: SdkFailure = typeof thrown === "object" && thrown !== null ? thrown : { message: known(thrown) };
  if (typeof failure.statusCode === "number") return fromAnswer(operation, failure, failure.statusCode, head);
  return fromTransport(operation, host, failure, head);
}

function fromAnswer(operation: string, failure: SdkFailure, status: number, head: Head): FcError {
  const data = (failure.data ?? {}) as { Message?: unknown; message?: unknown };
  const serviceCode = known(failure.code);
  const whole = known(data.Message) ?? known(data.message) ?? known(failure.message) ?? "no message";
  // For an error of the log service, the SDK keeps only the text with the code in front, and no request id.
  const text = serviceCode !== undefined && whole.startsWith(`${serviceCode}: `) ? whole.slice(serviceCode.length + 2) : whole; // prettier-ignore
  const code = ourCode(serviceCode ?? "unknown", text);
  const requestId = known(failure.requestId) ?? head.requestId;
  const rejected = throttled(code) || (status >= 400 && status < 500 && status !== 408);
  const where = `HTTP ${status}, code ${serviceCode ?? "none"}, request id ${requestId ?? "none"}`;
  const hint = failure.retryAfter;
  const retryAfter = typeof hint === "number" && Number.isFinite(hint) ? hint : undefined;
  const message = `${operation}: ${text} (${where})`;
  return new FcError(message, rejected ? "rejected" : "unknown", code, status, requestId, retryAfter);
}

/**
 * The code of a failure. For two kinds of refusals the text of the message determines the code, because the service
 * does not document a code for them.
 */
function ourCode(code: string, text: string): string {
  if (text.includes("No changes were made since last publish")) return Code.NothingToPublish;
  if (text.includes("Can not update alias without any change")) return Code.NothingToUpdate;
  return code;
}

function fromTransport(operation: string, host: string, failure: SdkFailure, { status, requestId }: Head): FcError {
  const code = known(failure.code) ?? "";
  const name = known(failure.name);
  if (CONNECT_CODES.has(code) || failure.syscall === "connect" || failure.syscall === "getaddrinfo") {
    return new FcError(
      `${operation}: cannot reach ${host} (${code || "no code"}); check the network and the endpoint`,
      "notSent",
      code || "Transport",
    );
  }
  if (TLS_CODES.test(code)) {
    return new FcError(`${operation}: no trusted TLS connection to ${host} (${code})`, "notSent", "Tls");
  }
  if (code === "InvalidCredentials") {
    return new FcError(`${operation}: the SDK sends no request without credentials`, "notSent", Code.NoCredentials);
  }
  if (code === "ERR_INVALID_CHAR" || name === "URIError") {
    const detail = known(failure.message) ?? name ?? "no message";
    return new FcError(`${operation}: the request could not be built: ${detail}`, "notSent", "InvalidRequest");
  }
  const answered = status === undefined ? "" : `, HTTP ${status}, request id ${requestId ?? "none"}`;
  return new FcError(
    `${operation}: no usable answer from ${host} (${describe(failure)}${answered})${afterwards(operation)}`,
    "unknown",
    "Transport",
    status,
    requestId,
  );
}

function describe(failure: SdkFailure): string {
  // The text of a SyntaxError quotes the page that could not be parsed, so only the error's name is used.
  if (failure.name === "SyntaxError")
    return "an answer that is not JSON, for example the error page of a proxy, or an empty body";
  if (failure.name === "RequestTimeoutError") return "timeout";
  return known(failure.code) ?? known(failure.message) ?? known(failure.name) ?? "no message";
}

/** A member as text; the SDK writes the text "undefined" for a missing member. */
function known(member: unknown): string | undefined {
  if (typeof member === "number") return String(member);
  return typeof member !== "string" || member === "" || member === "undefined" ? undefined : member;
}
