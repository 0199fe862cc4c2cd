/** What a value must be, as small rules that answer a reason or nothing. Unknown values pass. Pure. */
import { isUnknown } from "./unknown";

/** A property and why its value is refused, as Pulumi's `check` answers it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Answers why a value is refused, or undefined. Never called with an unknown or absent value. */
export type Rule = (value: unknown) => string | undefined;

/** A value as an error message shows it: JSON, cut at 80 characters. */
export function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A whole number in a range, in steps counted from zero. */
export function integer(min: number, max: number, unit: string, step = 1): Rule {
  const steps = step === 1 ? "" : ` in steps of ${step}`;
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max && value % step === 0
      ? undefined
      : `got ${show(value)}; allowed: a whole number from ${min} to ${max}${steps}${unit && ` (${unit})`}`;
}

/** One of a few values. */
export function oneOf(...allowed: (string | number)[]): Rule {
  return (value) =>
    allowed.includes(value as string | number)
      ? undefined
      : `got ${show(value)}; allowed: ${allowed.map(show).join(", ")}`;
}

/** Text that matches a linear pattern, described in words; length is checked first. */
export function text(pattern: RegExp, maxLength: number, description: string): Rule {
  return (value) =>
    typeof value === "string" && value.length <= maxLength && pattern.test(value)
      ? undefined
      : `got ${show(value)}; allowed: ${description}`;
}

/** True or false. */
export const boolean: Rule = (value) =>
  typeof value === "boolean" ? undefined : `got ${show(value)}; allowed: true or false`;

/** Any value: it is somebody else's to judge. */
export const anything: Rule = () => undefined;

/** The failure for a property, or none; unknown and absent values pass. */
export function check(property: string, value: unknown, rule: Rule): Failure[] {
  if (value === undefined || value === null || isUnknown(value)) return [];
  const reason = rule(value);
  return reason === undefined ? [] : [{ property, reason: `${property}: ${reason}` }];
}

/** The failure for a property that must be there. */
export function required(property: string, value: unknown, hint: string): Failure[] {
  const absent = value === undefined || value === null || value === "";
  return absent ? [{ property, reason: `${property}: required; ${hint}` }] : [];
}

/** Text that is not empty, on one line. */
export function line(maxLength: number, description = `text of at most ${maxLength} characters on one line`): Rule {
  return text(/^[^\p{Cc}]+$/u, maxLength, description);
}

/** {@link line} for what may be a secret: the value stays out of the message. */
export function secretLine(maxLength: number): Rule {
  const rule = line(maxLength);
  return (value) =>
    rule(value) === undefined ? undefined : `allowed: text of at most ${maxLength} characters on one line`;
}

/** A list of at most so many items, each by a rule. */
export function list(item: Rule, max: number): Rule {
  return (value) => {
    if (!Array.isArray(value) || value.length > max) return `got ${show(value)}; allowed: a list of at most ${max}`;
    return first(
      value.map((member: unknown, i): [string, unknown] => [`[${i}]`, member]),
      () => item,
    );
  };
}

/** A map from text to text. */
export const textMap: Rule = (value) => {
  if (!isMap(value)) return `got ${show(value)}; allowed: a map from name to text`;
  const wrong = Object.entries(value).find(([, member]) => typeof member !== "string");
  return wrong === undefined ? undefined : `${wrong[0]} allowed: text`;
};

/** An object of named members, each by its rule; the required ones must be there, and no other may. */
export function object(members: Readonly<Record<string, Rule>>, ...requiredMembers: string[]): Rule {
  return (value) => {
    if (!isMap(value)) return `got ${show(value)}; allowed: { ${Object.keys(members).join(", ")} }`;
    const missing = requiredMembers.find((name) => value[name] === undefined || value[name] === "");
    if (missing !== undefined) return `${missing} is required`;
    const stranger = Object.keys(value).find((name) => !(name in members));
    if (stranger !== undefined) return `has no ${stranger}; allowed: ${Object.keys(members).join(", ")}`;
    return first(Object.entries(value), (name) => members[name]);
  };
}

function first(entries: [string, unknown][], ruleFor: (name: string) => Rule | undefined): string | undefined {
  for (const [name, member] of entries) {
    const reason = member === undefined || isUnknown(member) ? undefined : ruleFor(name)?.(member);
    if (reason !== undefined) return `${name} ${reason}`;
  }
  return undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
