/** The record of what was asked and what was applied. */
import { field, isObject, type Json } from "../base/json";
import type { Match } from "./routes";

/** One request as the emulator saw it. */
export interface RecordedRequest {
  /** Name of the operation; `Unknown` if the path means none. */
  readonly operation: string;
  /** HTTP method. */
  readonly method: string;
  /** Path as received, without the query. */
  readonly path: string;
  /** Decoded query. */
  readonly query: Readonly<Record<string, string>>;
  /**
   * Status of the operation itself. With a fault that loses the answer this is what the client did not see;
   * 0 = a connection closed before anything was applied.
   */
  readonly status: number;
  /** The id the answer carried. */
  readonly requestId: string;
  /** Whether success of the operation changes the control plane. Invocations do not. */
  readonly mutating: boolean;
  /** Parsed JSON body, with the bytes of `code.zipFile` replaced by their number. Absent if there was none. */
  readonly body?: unknown;
  /** Kind of the fault that struck; what only comes before a request is apart. */
  readonly fault?: string;
  /** Set on a request a fault made in somebody else's name. */
  readonly outOfBand?: true;
}

/** A request as it came. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly requestId: string;
  readonly match: Match | undefined;
}

/** The record of a request. */
export function recordOf({ headers, body, match, ...request }: Received, status: number): RecordedRequest {
  const { method, path, query, requestId } = request;
  const parsed = recordedBody(headers["content-type"] ?? "", body);
  return {
    operation: match?.route.operation ?? "Unknown",
    method,
    path,
    query,
    status,
    requestId,
    mutating: match?.route.mutating ?? false,
    ...(parsed === undefined ? {} : { body: parsed }),
  };
}

/** Whether a request of a client changed the control plane. */
export function wasApplied(request: RecordedRequest): boolean {
  return request.mutating && request.outOfBand !== true && request.status >= 200 && request.status < 300;
}

/** The body for the record: parsed if it is JSON, zip bytes replaced by their number. */
function recordedBody(contentType: string, body: Buffer): unknown {
  if (!contentType.startsWith("application/json") || body.length === 0) return undefined;
  try {
    return withoutZip(JSON.parse(body.toString("utf8")) as Json);
  } catch {
    return undefined;
  }
}

function withoutZip(value: Json): Json {
  if (!isObject(value)) return value;
  const code = field(value, "code");
  if (!isObject(code)) return value;
  const zip = field(code, "zipFile");
  if (typeof zip !== "string") return value;
  return { ...value, code: { ...code, zipFile: Buffer.from(zip, "base64").length } };
}
