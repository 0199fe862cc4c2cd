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
  /**
   * Parsed JSON body, with the bytes of `code.zipFile` replaced by their number. Absent if there was none. One that is longer than
   * 64 Ki characters even so is `{ EmulatorLeftOut: … }`.
   */
  readonly body?: unknown;
  /** Kind of the fault that struck; what only comes before a request is apart. */
  readonly fault?: string;
  /** Set on a request a fault made in somebody else's name. */
  readonly outOfBand?: true;
}

/** The newest requests. Forgets the oldest when all of them together would take more room than it may. */
export class RequestRecord {
  /** In the order they were carried out. The list stays the same one. */
  readonly requests: RecordedRequest[] = [];
  readonly #sizes: number[] = [];
  readonly #limit: number;
  #size = 0;

  /** `limit` = characters of all records together, as JSON. */
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

  /** A tenth at a time, since each time costs as much as there is. */
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
    return inShort(withoutZip(JSON.parse(body.toString("utf8")) as Json));
  } catch {
    return undefined;
  }
}

/** Longest body that is recorded, characters of JSON. */
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
