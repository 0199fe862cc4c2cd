/** Reads and writes faults as JSON. Pure. */
import { anyText, type Check, integer, number } from "../base/checks";
import { isObject, type Json, type JsonObject } from "../base/json";
import type { Fault, PlannedAction } from "./faults";

const status = integer(200, 599);
const count = integer(1, Number.MAX_SAFE_INTEGER);

const texts: Check = (value) =>
  isObject(value) && Object.values(value).every((text) => typeof text === "string")
    ? undefined
    : "must be an object of texts";

/** The check of a field, and whether the field may be left out. */
type Fields = Readonly<Record<string, { readonly check: Check; readonly optional?: true }>>;

const REFUSAL: Fields = {
  status: { check: status },
  code: { check: anyText },
  message: { check: anyText },
  headers: { check: texts, optional: true },
};

const anything: Check = () => undefined;

const OUT_OF_BAND: Fields = {
  method: { check: anyText },
  path: { check: anyText },
  body: { check: anything, optional: true },
};

/** The fields of each kind of action, besides `kind`. */
const ACTIONS: Readonly<Record<PlannedAction["kind"], Fields>> = {
  reject: REFUSAL,
  resetBefore: {},
  applyThenReset: {},
  applyThenReject: REFUSAL,
  applyThenHtml: { status: { check: status } },
  applyThenTruncate: {},
  html: { status: { check: status } },
  redirect: { status: { check: status }, location: { check: anyText } },
  hang: {},
  delay: { ms: { check: number(0, 24 * 60 * 60 * 1000) } },
  applyLate: { afterRequests: { check: count } },
  stale: { changes: { check: integer(1, 1000) } },
  outOfBand: { request: { check: anything } },
};

const KINDS = Object.keys(ACTIONS);

/** In JSON, `times: "always"` means `Infinity`, which JSON does not have. */
const ALWAYS = "always";

const FAULT: Fields = {
  operation: { check: anyText },
  nth: { check: count, optional: true },
  times: { check: (value) => (value === ALWAYS ? undefined : count(value)), optional: true },
  probability: { check: number(0, 1), optional: true },
  seed: { check: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), optional: true },
  action: { check: anything },
};

/** Reads a fault or a list of faults. Throws an Error with the property, its value and the allowed values. */
export function parseFaults(plan: Json): Fault[] {
  if (!Array.isArray(plan)) return [parseFault(plan, "fault")];
  return plan.map((each, at) => parseFault(each, `fault ${at + 1}`));
}

/** The fault as JSON; undefined for a fault with a hook, which JSON cannot contain. */
export function faultJson({ times, action, ...rest }: Fault): Json | undefined {
  if (action.kind === "before") return undefined;
  return { ...rest, ...(times === undefined ? {} : { times: times === Infinity ? ALWAYS : times }), action } as unknown as Json; // prettier-ignore
}

function parseFault(value: Json, name: string): Fault {
  const { operation, action, times, ...rest } = checked(value, name, FAULT);
  return {
    ...(rest as Pick<Fault, "nth" | "probability" | "seed">),
    ...(times === undefined ? {} : { times: times === ALWAYS ? Infinity : Number(times) }),
    operation: operation as string,
    action: parseAction(action as Json, `${name}: action`),
  };
}

function parseAction(value: Json, name: string): PlannedAction {
  const kind = isObject(value) && Object.hasOwn(value, "kind") ? value["kind"] : undefined;
  const fields = typeof kind === "string" && Object.hasOwn(ACTIONS, kind) ? ACTIONS[kind as PlannedAction["kind"]] : undefined; // prettier-ignore
  if (fields === undefined) {
    throw new Error(`${name}.kind is ${JSON.stringify(kind)}; allowed: ${KINDS.join(", ")}`);
  }
  const action = checked(value, name, { kind: { check: anyText }, ...fields });
  if (kind === "outOfBand") checked(action["request"] as Json, `${name}.request`, OUT_OF_BAND);
  // Every field of the kind was checked above.
  return action as unknown as PlannedAction;
}

/** The checked object. Throws if a required field is missing, a field is unknown, or a check fails. */
function checked(value: Json, name: string, fields: Fields): JsonObject {
  if (!isObject(value)) throw new Error(`${name} must be an object, got ${JSON.stringify(value)}`);
  const allowed = Object.keys(fields);
  for (const field of Object.keys(value)) {
    if (!Object.hasOwn(fields, field)) {
      throw new Error(`${name} has an unknown field '${field}'; allowed: ${allowed.join(", ")}`);
    }
  }
  for (const [field, { check, optional }] of Object.entries(fields)) {
    const given = Object.hasOwn(value, field) ? value[field] : undefined;
    if (given === undefined) {
      if (optional) continue;
      throw new Error(`${name}.${field} is missing`);
    }
    const problem = check(given);
    if (problem !== undefined) throw new Error(`${name}.${field} ${problem}`);
  }
  return value;
}
