/** Records answers so that two runs can be compared: values that differ from run to run are replaced by references. */
import type { RawAnswer, RawRefusal } from "../../emulator/learn/recordingClient";

/** A call of a case: its answer, or how it was refused. */
export interface Recorded {
  readonly operation: string;
  readonly status: number;
  readonly body?: unknown;
  readonly code?: string;
  readonly message?: string;
}

/** Values that identify a run: account, region, and the names of its objects. */
export interface Run {
  readonly accountId: string;
  readonly region: string;
  readonly names: readonly string[];
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const REQUEST = /\b1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}\b/gi;

/** Numbers in fields of these names are times in milliseconds. */
const TIME_FIELD = /(TimeMs|Time|AtMs)$/;

/** Fields that contain only an id or a temporary URL of an object. */
const REFERENCES =
  /^(requestId|RequestId|instanceId|triggerId|functionId|nextToken|url|location|urlInternet|urlIntranet|taskId)$/;

/** Operations whose answers differ in each run: duration, version, printed text. */
const OF_ONE_RUN = ["GetAsyncTask", "ListAsyncTasks", "ListInstances"];

/**
 * The calls of a run. Ids are replaced by numbered references, the same id by the same reference. Repeated calls of a
 * wait are one call.
 */
export function recorded(heard: readonly (RawAnswer | RawRefusal)[], run: Run): Recorded[] {
  const references = new Map<string, string>();
  const reference = (kind: string, value: string): string => {
    const known = references.get(value) ?? `<${kind} ${references.size + 1}>`;
    references.set(value, known);
    return known;
  };
  const names = run.names.filter((name) => name !== "");
  const text = (value: string): string => {
    let seen = value.replaceAll(run.accountId, "<account>").replaceAll(run.region, "<region>");
    names.forEach((name, at) => (seen = seen.replaceAll(name, `<name ${at + 1}>`)));
    return seen.replace(REQUEST, "<request>").replace(UUID, (id) => reference("id", id.toLowerCase()));
  };
  const plain = (value: unknown, field: string): unknown => {
    if (typeof value === "string") {
      if (REFERENCES.test(field) && value !== "") return /[iI]d$/.test(field) ? reference(field, value) : `<${field}>`;
      return TIME.test(value) ? "<time>" : text(value);
    }
    if (typeof value === "number" && TIME_FIELD.test(field)) return value === 0 ? 0 : "<time>";
    if (Array.isArray(value)) return value.map((item) => plain(item, field));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [text(name), plain(item, name)]));
  };
  const lasting = heard.filter(({ operation }) => !OF_ONE_RUN.includes(operation));
  const calls = lasting.map((each): Recorded => {
    const { operation, status } = each;
    if (!("body" in each)) return { operation, status, code: each.code, message: text(each.message) };
    return each.body === undefined ? { operation, status } : { operation, status, body: plain(each.body, "") };
  });
  return calls.filter((call, at) => JSON.stringify(call) !== JSON.stringify(calls[at - 1]));
}

/**
 * The differences between a run on the service and a run on the emulator, one line each: the call, the place in the answer, both values.
 * Messages are not compared, because the service does not promise their text.
 */
export function differences(emulator: readonly Recorded[], service: readonly Recorded[]): string[] {
  const [mine, its] = [emulator, service].map((calls) => calls.map(({ operation }) => operation).join(", "));
  if (mine !== its) return [`calls: emulator ${mine}; service ${its}`];
  return service.flatMap((call, at) => {
    const { message: _mine, ...own } = emulator[at] as Recorded;
    const { message: _its, ...other } = call;
    return valuesApart(own, other, `call ${at + 1}, ${call.operation}`);
  });
}

function valuesApart(emulator: unknown, service: unknown, path: string): string[] {
  if (isRecord(emulator) && isRecord(service)) {
    const names = [...new Set([...Object.keys(emulator), ...Object.keys(service)])];
    return names.flatMap((name) => valuesApart(emulator[name], service[name], `${path}.${name}`));
  }
  if (Array.isArray(emulator) && Array.isArray(service) && emulator.length === service.length) {
    return emulator.flatMap((item, at) => valuesApart(item, service[at], `${path}[${at}]`));
  }
  const [mine, its] = [emulator, service].map((value) => (value === undefined ? "nothing" : JSON.stringify(value)));
  return mine === its ? [] : [`${path}: emulator ${mine}; service ${its}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
