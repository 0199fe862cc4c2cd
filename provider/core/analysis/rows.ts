/**
 * Counts requests in rows of the log service. Pure: the reader of the rows is passed in as an interface.
 *
 * The fields and their values are described on the service's page "function-compute-3-0-log-field-details". All values
 * are text.
 */
import type { Counts } from "./evidence";
import type { Verdict, Window } from "./judge";
import { slowCounts } from "./latency";
import type { Policy } from "./policy";

/** A row in the form in which the log service answers it. */
export type Row = Readonly<Partial<Record<string, string>>>;

/** A query for rows: the requests of one function in a window of time. */
export interface RowQuery {
  /** Topic of the request metrics of the function. */
  readonly topic: string;
  /** The first second of the window, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Number of rows of the result to skip. */
  readonly offset: number;
  /** Largest number of rows of the answer. */
  readonly line: number;
}

/** An answer to a query. `complete` is false if the service has searched only a part of the rows. */
export interface Page {
  readonly rows: readonly Row[];
  readonly complete: boolean;
}

/** Reads rows, newest first; rejects if the log service fails. */
export type RowSource = (query: RowQuery) => Promise<Page>;

/** The versions to compare, and the alias through which they are called. */
export interface Compared {
  readonly functionName: string;
  /** Name of the alias. Requests that do not use this name are not counted. */
  readonly aliasName: string;
  /** Numbers of the versions. */
  readonly stable: string;
  readonly candidate: string;
}

/** Largest number of rows of one answer. Source: the service's page "GetLogsV2". */
const MOST_ROWS = 100;
/** Most rows that are read of a window: 200 answers. */
export const MAX_ROWS = 20_000;
/** How often a query with an incomplete answer is sent again. */
const TRIES = 5;

/**
 * The window that can be judged now, in seconds since 1970; undefined while there is none. The window begins at the end
 * of the window before and ends `logDelay` ago, so that its rows have arrived. A row that arrives later is not counted,
 * so the counts of a judged window never change.
 */
export function windowToJudge(
  before: number,
  now: number,
  { logDelay }: Policy,
): { from: number; to: number } | undefined {
  const to = Math.floor(now - logDelay);
  return to > before ? { from: before, to } : undefined;
}

/**
 * Rows of a window, and the second where the window begins. The window begins later than asked for if there were too
 * many rows.
 */
export interface WindowRows {
  readonly rows: readonly Row[];
  readonly from: number;
}

/**
 * Reads the rows of a window, page by page, from the newest one back. If there are more than {@link MAX_ROWS}, only the
 * newest are used, and the window begins with them. The content of a row never decides whether the row is counted.
 * Rejects with an Error if the log service repeatedly answers incompletely, because a verdict needs all rows of its
 * window.
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
  return withoutOldestSecond(rows, to);
}

/** The newest rows of a window that ends at `to`. The oldest second that was read may be incomplete, so it is left out. */
export function withoutOldestSecond(rows: readonly Row[], to: number): WindowRows {
  const reached = rows.reduce((oldest, row) => Math.min(oldest, timeOf(row)), Infinity) + 1;
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

/** Number of rows of requests to the alias without the version that ran. The version of such a row is not known. */
export function unversioned(rows: readonly Row[], { aliasName }: Pick<Compared, "aliasName">): number {
  const isNamed = (row: Row) => (row["versionId"] ?? "") !== "" && (row["requestId"] ?? "") !== "";
  return rows.filter((row) => row["qualifier"] === aliasName && !isNamed(row)).length;
}

/** Largest number of rows without a version with which a candidate can pass, as a part of the candidate's requests. */
const MOST_UNVERSIONED = 0.01;

/**
 * Whether rows without a version leave the result open. All of these rows may be failures of the candidate, so with
 * more than a few of them a pass would be a guess. A fail stays correct, because it is based on the rows that have a
 * version.
 */
export function unversionedDecide(
  unknown: number,
  verdict: Verdict,
  { candidate }: Pick<Window, "candidate">,
): boolean {
  return verdict !== "fail" && unknown > MOST_UNVERSIONED * candidate.requests;
}

/** A request, combined from all rows with its request id. */
interface Request {
  readonly version: string;
  readonly failed: boolean;
  /** Duration in milliseconds; absent for a request that started an instance. */
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
  const { stable, candidate } = requestsByVersion(rows, compared, policy);
  const slow = slowCounts(warmOf(stable), warmOf(candidate), policy.latency);
  const countsOf = (side: readonly Request[], slowOnes: readonly number[]): Counts => ({
    requests: side.length,
    errors: side.filter(({ failed }) => failed).length,
    warm: warmOf(side).length,
    slow: slowOnes,
  });
  return { from, to, stable: countsOf(stable, slow.stable), candidate: countsOf(candidate, slow.candidate) };
}

/** Durations of the warm requests of both versions, in milliseconds. */
export function warmDurations(rows: readonly Row[], compared: Compared, policy: Policy) {
  const { stable, candidate } = requestsByVersion(rows, compared, policy);
  return { stable: warmOf(stable), candidate: warmOf(candidate) };
}

function requestsByVersion(rows: readonly Row[], compared: Compared, policy: Policy) {
  const requests = requestsOf(rows, compared, policy);
  const of = (id: string) => requests.filter(({ version }) => version === id);
  return { stable: of(compared.stable), candidate: of(compared.candidate) };
}

function warmOf(side: readonly Request[]): number[] {
  return side.flatMap(({ warm }) => (warm === undefined ? [] : [warm]));
}

/**
 * Combines rows to one request for each request id. An asynchronous invocation has a row for each attempt, and a row
 * may be delivered twice: the newest row of an id counts.
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
    // A request to LATEST has no version.
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

/** The number in a row's field; undefined if the field is missing or not a number. */
function numberIn(row: Row, name: string): number | undefined {
  const text = row[name];
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
