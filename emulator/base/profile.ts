/** Reads a profile: the value of each switch on a real account, found by `fc-emulator learn`. */
import * as fs from "node:fs";

import { field, isObject, type Json, type JsonObject } from "./json";
import { SWITCH_NAMES, SWITCHES, type SwitchName, type Switches } from "./switches";

/** First field of every profile: name and version of the format. */
export const PROFILE_FORMAT = "fc-profile 1";

/** The result for one behaviour. */
export type Outcome =
  /** The account behaves as this value describes. */
  | { readonly outcome: "decided"; readonly value: string; readonly evidence: readonly string[] }
  /** No value describes how the account behaves. */
  | { readonly outcome: "unknown behaviour"; readonly because: string; readonly evidence: readonly string[] }
  /** Another switch has a value with which this switch has no effect. */
  | { readonly outcome: "no effect"; readonly because: string; readonly evidence: readonly string[] }
  /** No clear result was observed. */
  | { readonly outcome: "not decided"; readonly because: string; readonly evidence: readonly string[] };

/** The content of a profile, as `fc-emulator learn` writes it. Account, names and ids are left out or replaced. */
export interface Profile {
  readonly format: typeof PROFILE_FORMAT;
  /** Day on which the profile was made, UTC, such as `2026-01-31`. */
  readonly date: string;
  readonly region: string;
  /** Package and version of the client, `@alicloud/fc20230330 4.7.6`. */
  readonly sdk: string;
  /** Where the profile was made. A profile that was made on an emulator is not evidence about the service. */
  readonly service: "Function Compute" | "emulator";
  readonly switches: Readonly<Partial<Record<SwitchName, Outcome>>>;
  /** Results for behaviours without a switch, by name. */
  readonly findings: Readonly<Record<string, Outcome>>;
}

const TEXTS = ["date", "region", "sdk", "service"];
const FIELDS = ["format", ...TEXTS, "switches", "findings"];
const OUTCOMES = ["decided", "unknown behaviour", "no effect", "not decided"];

/**
 * The switches that a profile file sets; the others keep their defaults. Throws if the file cannot be read or is not a
 * profile, and for an unknown switch, value or field.
 */
export function switchesOfProfile(file: string): Partial<Switches> {
  try {
    return parseProfile(JSON.parse(fs.readFileSync(file, "utf8")) as Json);
  } catch (error) {
    throw new Error(`the profile ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** The switches that a profile sets. Throws for a value that is not a profile. */
export function parseProfile(value: Json): Partial<Switches> {
  if (!isObject(value)) throw new Error("it is not a JSON object");
  if (field(value, "format") !== PROFILE_FORMAT) {
    throw new Error(`format is ${JSON.stringify(field(value, "format"))}; allowed: "${PROFILE_FORMAT}"`);
  }
  refuseOthers("", value, FIELDS);
  for (const name of TEXTS) textAt(value, name);
  const service = field(value, "service");
  if (service !== "Function Compute" && service !== "emulator") {
    throw new Error(`service is ${JSON.stringify(service)}; allowed: "Function Compute", "emulator"`);
  }
  for (const [name, found] of Object.entries(objectAt(value, "findings"))) outcomeOf(`findings.${name}`, found);
  const switches = objectAt(value, "switches");
  refuseOthers("switches.", switches, SWITCH_NAMES);
  return Object.fromEntries(SWITCH_NAMES.flatMap((name) => decidedBy(name, field(switches, name))));
}

function decidedBy(name: SwitchName, found: Json | undefined): [SwitchName, string][] {
  if (found === undefined) return [];
  const { outcome, value } = outcomeOf(`switches.${name}`, found);
  if (outcome !== "decided") return [];
  const { values } = SWITCHES[name];
  if (!values.includes(value)) {
    throw new Error(`switches.${name}.value is ${JSON.stringify(value)}; allowed: ${values.join(", ")}`);
  }
  return [[name, value]];
}

function outcomeOf(path: string, found: Json): { readonly outcome: string; readonly value: string } {
  if (!isObject(found)) throw new Error(`${path} is not an object`);
  const outcome = textAt(found, "outcome", path);
  if (!OUTCOMES.includes(outcome)) {
    throw new Error(`${path}.outcome is ${JSON.stringify(outcome)}; allowed: ${OUTCOMES.join(", ")}`);
  }
  const answer = outcome === "decided" ? "value" : "because";
  refuseOthers(`${path}.`, found, ["outcome", answer, "evidence"]);
  const evidence = field(found, "evidence");
  if (!Array.isArray(evidence) || !evidence.every((line) => typeof line === "string")) {
    throw new Error(`${path}.evidence is not a list of texts`);
  }
  return { outcome, value: textAt(found, answer, path) };
}

function refuseOthers(prefix: string, value: JsonObject, allowed: readonly string[]): void {
  const other = Object.keys(value).find((name) => !allowed.includes(name));
  if (other !== undefined)
    throw new Error(`it has the unknown field ${prefix}${other}; allowed: ${allowed.join(", ")}`);
}

function textAt(value: JsonObject, name: string, path = ""): string {
  const text = field(value, name);
  if (typeof text !== "string") throw new Error(`${path === "" ? "" : `${path}.`}${name} is not a text`);
  return text;
}

function objectAt(value: JsonObject, name: string): JsonObject {
  const object = field(value, name);
  if (!isObject(object)) throw new Error(`${name} is not an object`);
  return object;
}
