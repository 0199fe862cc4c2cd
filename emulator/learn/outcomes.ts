/** Converts answers to outcomes. Pure. */
import { canonical, type Json } from "../base/json";
import type { Outcome } from "../base/profile";
import type { SwitchName } from "../base/switches";
import type { Reading } from "./account";

/** Names of behaviours that have no switch. */
export const FINDINGS = {
  descriptionIsChange: {
    emulator: "yes",
    asks: "whether another description of the function alone lets a publish pass",
  },
  orderIsChange: { emulator: "no", asks: "whether environment variables sent in another order let a publish pass" },
  weightBounds: { emulator: "kept", asks: "whether the weights 0 and 1 come back as they were given" },
  unchangedAliasCode: {
    emulator: "400 InvalidArgument",
    asks: "what an alias update without a change is refused with",
  },
  deletedMainVersion: {
    emulator: "404 VersionNotFound",
    asks: "what a call through an alias gets whose main version was deleted",
  },
  versionOfTrigger: { emulator: "deleted", asks: "whether a version that a trigger names can be deleted" },
  versionHeaders: {
    emulator: "x-fc-invocation-function-version, x-fc-invocation-service-version",
    asks: "the headers of an answer that name the version that ran",
  },
  sessionDraw: {
    emulator: "each call",
    asks: "whether calls of one session keep their version behind a weighted alias, or each call draws one",
  },
  readLag: { emulator: "none seen", asks: "how long a read shows what was before a change" },
} as const satisfies Readonly<Record<string, { readonly emulator: string; readonly asks: string }>>;

/** Name of a switch or of a behaviour without a switch. */
export type FindingName = keyof typeof FINDINGS;

/** The outcomes of an experiment. */
export type Found = { readonly [Name in SwitchName | FindingName]?: Outcome };

/** The outcome that the account behaves as a value describes. */
export function decided(value: string, evidence: readonly string[]): Outcome {
  return { outcome: "decided", value, evidence };
}

/** The outcome that no value of the switch describes how the account behaves. */
export function unknown(because: string, evidence: readonly string[]): Outcome {
  return { outcome: "unknown behaviour", because, evidence };
}

/** The outcome that the switch has no effect on this account. */
export function noEffect(because: string, evidence: readonly string[]): Outcome {
  return { outcome: "no effect", because, evidence };
}

/** The outcome that the answers are ambiguous. */
export function notDecided(because: string, evidence: readonly string[] = []): Outcome {
  return { outcome: "not decided", because, evidence };
}

/** Whether a request was refused because of its content, and not because of missing rights or objects. */
export function isRefused({ status, code }: Reading): boolean {
  return code !== undefined && [400, 409, 412, 422].includes(status);
}

/** Whether a call was accepted. */
export function isAccepted({ code }: Reading): boolean {
  return code === undefined;
}

/** A call and its answer as evidence. `more` contains the relevant parts of the answer. */
export function shown(reading: Reading, more: Readonly<Record<string, Json | undefined>> = {}): string {
  const details = Object.entries(more).map(([name, value]) => `, ${name} ${plain(value)}`);
  return `${reading.operation}: ${shortly(reading)}${details.join("")}`;
}

/** Status and code of an answer. A code that does not look like a code of the service is left out. */
export function shortly({ status, code }: Reading): string {
  if (code === undefined) return `${status}`;
  return `${status} ${/^[A-Z][A-Za-z.]{1,63}$/.test(code) ? code : "with another code"}`;
}

/** A value in an answer. Texts other than short words are left out. */
function plain(value: Json | undefined): string {
  if (value === undefined) return "absent";
  const text = canonical(value);
  return text.length <= 60 && /^[\w\s.,:"{}[\]*/-]*$/.test(text) ? text : "another value";
}
