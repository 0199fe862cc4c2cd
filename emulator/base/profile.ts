/** A profile: which value each switch has on a real account, as `fc-emulator learn` found it. Reading it is pure but for the file. */
import * as fs from "node:fs";

import { field, isObject, type Json, type JsonObject } from "./json";
import { SWITCH_NAMES, SWITCHES, type SwitchName, type Switches } from "./switches";

/** First field of every profile; another text is another format. */
export const PROFILE_FORMAT = "fc-profile 1";

/** How the search for one behaviour ended. */
export type Outcome =
  /** The account behaves as one value says. */
  | { readonly outcome: "decided"; readonly value: string; readonly evidence: readonly string[] }
  /** The account behaves as no value says. */
  | { readonly outcome: "unknown behaviour"; readonly because: string; readonly evidence: readonly string[] }
  /** Another switch has a value under which this one changes nothing. */
  | { readonly outcome: "no effect"; readonly because: string; readonly evidence: readonly string[] }
  /** Nothing unambiguous was seen. */
  | { readonly outcome: "not decided"; readonly because: string; readonly evidence: readonly string[] };

/** What `fc-emulator learn` writes. Account, names and ids are left out or replaced. */
export interface Profile {
  readonly format: typeof PROFILE_FORMAT;
  /** Day it was made, UTC, `2026-01-31`. */
  readonly date: string;
  readonly region: string;
  /** Package and version of the client, `@alicloud/fc20230330 4.7.6`. */
  readonly sdk: string;
  /** What stood behind the account; a profile made on an emulator says nothing about the service. */
  readonly service: "Function Compute" | "emulator";
  readonly switches: Readonly<Partial<Record<SwitchName, Outcome>>>;
  /** Behaviours that have no switch, by name. */
  readonly findings: Readonly<Record<string, Outcome>>;
}

const TEXTS = ["date", "region", "sdk", "service"];
const FIELDS = ["format", ...TEXTS, "switches", "findings"];
const OUTCOMES = ["decided", "unknown behaviour", "no effect", "not decided"];

/**
 * The switches a profile file decides; the others keep their defaults. Throws when the file cannot be read, is no profile, or names a
 * switch, a value or a field there is not.
 */
export function switchesOfProfile(file: string): Partial<Switches> {
  try {
    return parseProfile(JSON.parse(fs.readFileSync(file, "utf8")) as Json);
  } catch (error) {
    throw new Error(`the profile ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** The switches that a profile decides. Throws on everything that is no profile. */
export function parseProfile(value: Json): Partial<Switches> {
  if (!isObject(value)) throw new Error("it is no JSON object");
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
  if (!isObject(found)) throw new Error(`${path} is no object`);
  const outcome = textAt(found, "outcome", path);
  if (!OUTCOMES.includes(outcome)) {
    throw new Error(`${path}.outcome is ${JSON.stringify(outcome)}; allowed: ${OUTCOMES.join(", ")}`);
  }
  const answer = outcome === "decided" ? "value" : "because";
  refuseOthers(`${path}.`, found, ["outcome", answer, "evidence"]);
  const evidence = field(found, "evidence");
  if (!Array.isArray(evidence) || !evidence.every((line) => typeof line === "string")) {
    throw new Error(`${path}.evidence is no list of texts`);
  }
  return { outcome, value: textAt(found, answer, path) };
}

function refuseOthers(prefix: string, value: JsonObject, allowed: readonly string[]): void {
  const other = Object.keys(value).find((name) => !allowed.includes(name));
  if (other !== undefined) throw new Error(`it has the field ${prefix}${other}; allowed: ${allowed.join(", ")}`);
}

function textAt(value: JsonObject, name: string, path = ""): string {
  const text = field(value, name);
  if (typeof text !== "string") throw new Error(`${path === "" ? "" : `${path}.`}${name} is no text`);
  return text;
}

function objectAt(value: JsonObject, name: string): JsonObject {
  const object = field(value, name);
  if (!isObject(object)) throw new Error(`${name} is no object`);
  return object;
}
