/** Rules for values. Each rule returns the reason for a refusal, or nothing. Unknown values are accepted. Pure. */
import { isUnknown } from "./unknown";

/** A property and the reason why its value is refused, in the form of Pulumi's `check`. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/**
 * A rule: returns why a value is refused, or undefined. A reason about a member begins with its path, such as `.port:
 * got 0 …`. A rule is never called with an unknown or absent value.
 */
export type Rule = (value: unknown) => string | undefined;

/** Text that replaces a value that may be a secret in a message. */
const HIDDEN = Symbol("a value that is not shown");

/**
 * A value in the form of an error message: JSON of at most 80 characters. Contents of lists and maps are left out,
 * because they may be secrets.
 */
export function show(value: unknown): string {
  if (typeof value === "symbol") return value.description ?? "";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "number") return String(value);
  if (isMap(value)) return cut(`{ ${Object.keys(value).join(", ")} }`);
  return cut(JSON.stringify(value) ?? String(value));
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Makes a rule for a whole number in a range, in steps that are counted from zero. */
export function integer(min: number, max: number, unit: string, step = 1): Rule {
  const steps = step === 1 ? "" : ` in steps of ${step}`;
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max && value % step === 0
      ? undefined
      : `got ${show(value)}; allowed: a whole number from ${min} to ${max}${steps}${unit && ` (${unit})`}`;
}

/** Makes a rule that accepts only the given values. */
export function oneOf(...allowed: (string | number)[]): Rule {
  return (value) =>
    allowed.includes(value as string | number)
      ? undefined
      : `got ${show(value)}; allowed: ${allowed.map(show).join(", ")}`;
}

/**
 * Makes a rule for text that matches a pattern. The pattern must match in linear time, and messages describe it in
 * words. The length is checked before the pattern.
 */
export function text(pattern: RegExp, maxLength: number, description: string): Rule {
  return (value) => {
    const long = typeof value === "string" && value.length > maxLength;
    if (typeof value === "string" && !long && pattern.test(value)) return undefined;
    return `got ${long ? `text of ${value.length} characters` : show(value)}; allowed: ${description}`;
  };
}

/** Rule for true or false. */
export const boolean: Rule = (value) =>
  typeof value === "boolean" ? undefined : `got ${show(value)}; allowed: true or false`;

/** Accepts any value, because the value is checked in another place. */
export const anything: Rule = () => undefined;

/** The failure for a property, or none; unknown and absent values are accepted. */
export function check(property: string, value: unknown, rule: Rule): Failure[] {
  if (value === undefined || value === null || isUnknown(value)) return [];
  const reason = rule(value);
  return reason === undefined ? [] : [{ property, reason: at(property, reason) }];
}

/** Puts the name of a property in front of the reason of its rule. */
function at(name: string, reason: string): string {
  return /^[.[]/.test(reason) ? `${name}${reason}` : `${name}: ${reason}`;
}

/** The failure for a required property that is missing or blank, or none. */
export function required(property: string, value: unknown, hint: string): Failure[] {
  const absent = value === undefined || value === null || value === "";
  return absent ? [{ property, reason: `${property}: required; ${hint}` }] : [];
}

/**
 * Returns the value, or undefined if the value is blank. For use together with {@link required}, which already refuses
 * a blank value.
 */
export function unlessBlank(value: unknown): unknown {
  return value === "" ? undefined : value;
}

/** Makes a rule for text on one line that is not empty. */
export function line(maxLength: number, description = `text of 1 to ${maxLength} characters on one line`): Rule {
  return text(/^[^\p{Cc}]+$/u, maxLength, description);
}

/**
 * Changes a rule for values that may be or contain secrets: the messages of the new rule contain no text of the value.
 */
export function secretly(rule: Rule): Rule {
  return (value) => (rule(value) === undefined ? undefined : rule(hidden(value)));
}

/** The form in which a message may show a value that may be a secret. Members of lists and maps are never shown. */
function hidden(value: unknown): unknown {
  return typeof value === "object" ? value : HIDDEN;
}

/** The rule {@link line} for a value that may be a secret. */
export function secretLine(maxLength: number): Rule {
  return secretly(line(maxLength));
}

/** Makes a rule for text that is JSON. */
export function json(maxLength: number): Rule {
  const description = `JSON in text of at most ${maxLength} characters`;
  const rule = text(/./, maxLength, description);
  return (value) => rule(value) ?? (isJson(value) ? undefined : `got ${show(value)}; allowed: ${description}`);
}

function isJson(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Makes a rule for a list of `min` to `max` items, each checked by the rule `item`. */
export function list(item: Rule, max: number, min = 0): Rule {
  const allowed = min === 0 ? `a list of at most ${max}` : `a list of ${min} to ${max}`;
  return (value) => {
    if (!Array.isArray(value) || value.length > max || value.length < min) {
      return `got ${show(value)}; allowed: ${allowed}`;
    }
    return first(
      value.map((member: unknown, i): [string, unknown] => [`[${i}]`, member]),
      () => item,
    );
  };
}

/**
 * Returns why the characters of a variable's value are refused, or undefined. Newline and tab are allowed, because a
 * PEM key has them. Other control characters come from an editor or a terminal by mistake, and are invisible. The
 * message does not contain the value.
 */
export function unseenCharacter(value: string): string | undefined {
  const at = value.search(/[^\P{Cc}\n\t]/u);
  if (at < 0) return undefined;
  const code = value.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
  const hint = code === "000D" ? " (a carriage return, as Windows ends lines: convert the text to newlines alone)" : "";
  return `got a control character, U+${code} at position ${at + 1}${hint}; allowed: text without control characters but newline and tab`;
}

/** Rule for a map from text to text, whose values may be secrets. */
export const textMap: Rule = secretly((value) => {
  if (!isMap(value)) return `got ${show(value)}; allowed: a map from name to text`;
  return first(
    Object.entries(value).map(([key, member]): [string, unknown] => [`.${key}`, member]),
    () => (member) =>
      typeof member === "string" ? unseenCharacter(member) : `got ${show(hidden(member))}; allowed: text`,
  );
});

/**
 * Makes a rule for an object of named members, each checked by its own rule. Required members must be present; unknown
 * members are refused.
 */
export function object(members: Readonly<Record<string, Rule>>, ...requiredMembers: string[]): Rule {
  const names = Object.keys(members).join(", ");
  return (value) => {
    if (!isMap(value)) return `got ${show(value)}; allowed: { ${names} }`;
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
    if (unknown !== undefined) return `has no ${unknown}; allowed: ${names}`;
    const missing = requiredMembers.find((name) => value[name] === undefined || value[name] === "");
    if (missing !== undefined) return `.${missing}: required`;
    return first(
      Object.entries(value).map(([name, member]): [string, unknown] => [`.${name}`, member]),
      (way) => members[way.slice(1)],
    );
  };
}

function first(entries: [string, unknown][], ruleFor: (way: string) => Rule | undefined): string | undefined {
  for (const [way, member] of entries) {
    const reason = member === undefined || isUnknown(member) ? undefined : ruleFor(way)?.(member);
    if (reason !== undefined) return at(way, reason);
  }
  return undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
