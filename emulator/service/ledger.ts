/** The record of requests and their results. */
import { field, isObject, type Json } from "../base/json";
import type { Match } from "./routes";

/** One request and its result. */
export interface RecordedRequest {
  /** Name of the operation; `Unknown` if the path has none. */
  readonly operation: string;
  /** HTTP method. */
  readonly method: string;
  /** Path as received, without the query. */
  readonly path: string;
  /** Decoded query. */
  readonly query: Readonly<Record<string, string>>;
  /**
   * Status of the operation. If a fault lost the answer, the client did not receive this status. 0 means that the
   * connection was closed before anything was applied.
   */
  readonly status: number;
  /** The request id in the answer. */
  readonly requestId: string;
  /** Whether the operation changes the control plane if it succeeds. Invocations do not. */
  readonly mutating: boolean;
  /**
   * Parsed JSON body, with `code.zipFile` replaced by its size in bytes; absent without a body. A body of more than 64
   * Ki characters is replaced by `{ EmulatorLeftOut: … }`.
   */
  readonly body?: unknown;
  /** Kind of the fault that affected the request, without `before`, `delay` and `outOfBand`. */
  readonly fault?: string;
  /** True for a request that a fault made as another client. */
  readonly outOfBand?: true;
}

/** The newest requests. If their total size exceeds the limit, the oldest are dropped. */
export class RequestRecord {
  /** Requests in the order in which they were carried out. The array is always the same object. */
  readonly requests: RecordedRequest[] = [];
  readonly #sizes: number[] = [];
  readonly #limit: number;
  #size = 0;

  /** `limit`: largest size of all records together, in characters of JSON. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(record: RecordedRequest): void {
    const size = JSON.stringify(record).length;
    this.requests.push(record);
    this.#sizes.push(size);
    this.#size += size;
    if (this.#size > this.#limit) this.#forgetOldest();
  }

  clear(): void {
    this.requests.length = 0;
    this.#sizes.length = 0;
    this.#size = 0;
  }

  /** Drops a tenth of the records at a time, because each removal takes time in proportion to all of them. */
  #forgetOldest(): void {
    let count = 0;
    while (this.#size > this.#limit * 0.9 && count < this.requests.length - 1) {
      this.#size -= this.#sizes[count] ?? 0;
      count += 1;
    }
    this.requests.splice(0, count);
    this.#sizes.splice(0, count);
  }
}

/** A request in the form in which it was received. */
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

/** The body for the record: parsed if it is JSON, with a zip replaced by its size. */
function recordedBody(contentType: string, body: Buffer): unknown {
  if (!contentType.startsWith("application/json") || body.length === 0) return undefined;
  try {
    return inShort(withoutZip(JSON.parse(body.toString("utf8")) as Json));
  } catch {
    return undefined;
  }
}

/** Largest recorded body, in characters of JSON. */
const LONGEST_BODY = 64 * 1024;

function inShort(body: Json): Json {
  const { length } = JSON.stringify(body);
  return length <= LONGEST_BODY ? body : { EmulatorLeftOut: `${length} characters of JSON` };
}

function withoutZip(value: Json): Json {
  if (!isObject(value)) return value;
  const code = field(value, "code");
  if (!isObject(code)) return value;
  const zip = field(code, "zipFile");
  if (typeof zip !== "string") return value;
  return { ...value, code: { ...code, zipFile: Buffer.from(zip, "base64").length } };
}
