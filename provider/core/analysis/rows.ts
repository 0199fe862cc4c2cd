/**
 * Counts requests in rows of the log service. Pure: the reader of the rows is passed in as an interface.
 *
 * Fields and their values are those of the service's page "function-compute-3-0-log-field-details". All values are
 * text.
 */
import type { Counts } from "./evidence";
import type { Window } from "./judge";
import { slowCounts } from "./latency";
import type { Policy } from "./policy";

/** A row as the log service answers it. */
export type Row = Readonly<Partial<Record<string, string>>>;

/** A query for rows: the requests of one function in a window of time. */
export interface RowQuery {
  /** Topic of the function's request metrics. */
  readonly topic: string;
  /** The first second of the window, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Number of rows of the result to skip. */
  readonly offset: number;
  /** Largest number of rows of the answer. */
  readonly line: number;
}

/** An answer. `complete` is false when the service has searched a part of the rows only. */
export interface Page {
  readonly rows: readonly Row[];
  readonly complete: boolean;
}

/** Reads rows, newest first; rejects when the source fails. */
export type RowSource = (query: RowQuery) => Promise<Page>;

/** The versions to compare, and the name by which they are called. */
export interface Compared {
  readonly functionName: string;
  /** The alias. Requests by another name do not count. */
  readonly aliasName: string;
  /** Numbers of the versions. */
  readonly stable: string;
  readonly candidate: string;
}

/** Largest number of rows of one answer. Source: the service's page "GetLogsV2". */
const MOST_ROWS = 100;
/** Most rows of a window: so many are read in 200 answers. */
export const MAX_ROWS = 20_000;
/** How often an incomplete answer is asked for again. */
const TRIES = 5;

/**
 * The window that can be judged now, in seconds since 1970; undefined while there is none. It begins at the end of the
 * window before and ends `logDelay` ago, so that its rows have arrived. A row that arrives later is not counted: every
 * look therefore finds the same past.
 */
export function windowToJudge(
  before: number,
  now: number,
  { logDelay }: Policy,
): { from: number; to: number } | undefined {
  const to = Math.floor(now - logDelay);
  return to > before ? { from: before, to } : undefined;
}

/** Rows of a window, and the second where it begins: later than asked for where there were too many rows. */
export interface WindowRows {
  readonly rows: readonly Row[];
  readonly from: number;
}

/**
 * Reads the rows of a window, page by page, from the newest one back. Of more than {@link MAX_ROWS} the newest ones are taken, and the
 * window begins where they do: which rows count never depends on what is in them. Rejects with an Error when the source
 * keeps answering incompletely: counts of a part of the rows would be a verdict on less than what happened.
 */
export async function readRows(
  source: RowSource,
  functionName: string,
  from: number,
  to: number,
  most = MAX_ROWS,
): Promise<WindowRows> {
  const topic = `FCRequestMetrics:/${functionName}`;
  const rows: Row[] = [];
  while (rows.length < most) {
    const page = await completePage(source, { topic, from, to, offset: rows.length, line: MOST_ROWS });
    rows.push(...page.rows);
    if (page.rows.length < MOST_ROWS) return { rows, from };
  }
  // Of the oldest second that was reached, a part may be missing.
  const reached = Math.min(...rows.map(timeOf)) + 1;
  if (reached >= to) return { rows, from: to - 1 };
  return { rows: rows.filter((row) => timeOf(row) >= reached), from: reached };
}

function timeOf(row: Row): number {
  return numberIn(row, "__time__") ?? 0;
}

async function completePage(source: RowSource, query: RowQuery): Promise<Page> {
  for (let tried = 1; tried <= TRIES; tried++) {
    const page = await source(query);
    if (page.complete) return page;
  }
  throw new Error(
    `the log service answered incompletely ${TRIES} times for topic ${query.topic}, from ${query.from} to ${query.to}, at row ${query.offset}; judge again later`,
  );
}

/** How many rows of requests by the alias do not name the version that ran: which side they belong to is not known. */
export function unversioned(rows: readonly Row[], { aliasName }: Pick<Compared, "aliasName">): number {
  return rows.filter((row) => row["qualifier"] === aliasName && (row["versionId"] ?? "") === "").length;
}

/** A request, made of all rows that carry its id. */
interface Request {
  readonly version: string;
  readonly failed: boolean;
  /** Milliseconds; absent for a request that started an instance. */
  readonly warm?: number;
}

/** Counts the requests of both versions. */
export function windowOfRows(
  rows: readonly Row[],
  compared: Compared,
  policy: Policy,
  from: number,
  to: number,
): Window {
  const requests = requestsOf(rows, compared, policy);
  const of = (version: string) => requests.filter((each) => each.version === version);
  const [stable, candidate] = [of(compared.stable), of(compared.candidate)];
  const durations = (side: readonly Request[]) => side.flatMap(({ warm }) => (warm === undefined ? [] : [warm]));
  const slow = slowCounts(durations(stable), durations(candidate), policy.latency);
  const countsOf = (side: readonly Request[], slowOnes: readonly number[]): Counts => ({
    requests: side.length,
    errors: side.filter(({ failed }) => failed).length,
    warm: durations(side).length,
    slow: slowOnes,
  });
  return { from, to, stable: countsOf(stable, slow.stable), candidate: countsOf(candidate, slow.candidate) };
}

/**
 * One request for each id. An asynchronous invocation has a row for each try, and a row may be delivered twice: the
 * newest row of an id counts.
 */
function requestsOf(rows: readonly Row[], { aliasName }: Compared, policy: Policy): Request[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const { requestId = "" } = row;
    const counts = row["qualifier"] === aliasName && (policy.invocations === "all" || isSynchronous(row));
    if (!counts || requestId === "") continue;
    const known = newest.get(requestId);
    if (known === undefined || startOf(row) >= startOf(known)) newest.set(requestId, row);
  }
  return [...newest.values()].map((row) => requestOf(row, policy));
}

function requestOf(row: Row, { errorStatus }: Policy): Request {
  const duration = numberIn(row, "durationMs");
  return {
    // A request of LATEST has no version.
    version: row["versionId"] ?? "LATEST",
    // The service does not count a 5xx that a handler returns over HTTP as a function error.
    failed: row["hasFunctionError"] === "true" || (numberIn(row, "statusCode") ?? 0) >= errorStatus,
    ...(row["isColdStart"] === "true" || duration === undefined ? {} : { warm: duration }),
  };
}

function isSynchronous(row: Row): boolean {
  return (row["invocationType"] ?? "Sync").toLowerCase() === "sync";
}

function startOf(row: Row): number {
  return numberIn(row, "invocationStartTimestamp") ?? numberIn(row, "__time__") ?? 0;
}

/** A number in a row; undefined where there is none. */
function numberIn(row: Row, name: string): number | undefined {
  const text = row[name];
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
