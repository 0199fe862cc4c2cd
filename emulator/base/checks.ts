/** Checks of single values, which all requests of the API use. Pure. */
import { field, isObject, type Json, textOf } from "./json";

/** A check: returns what is wrong with a value, or undefined. */
export type Check = (value: Json) => string | undefined;

export const anyObject: Check = (value) => (isObject(value) ? undefined : "must be an object");
export const anyText: Check = (value) => (typeof value === "string" ? undefined : "must be a string");
export const flag: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

export function oneOf(allowed: readonly (string | number)[]): Check {
  return (value) =>
    (typeof value === "string" || typeof value === "number") && allowed.includes(value)
      ? undefined
      : `is set to an invalid value: ${JSON.stringify(value)} (allowed: ${allowed.join(", ")})`;
}

export function number(min: number, max: number): Check {
  return (value) =>
    typeof value === "number" && value >= min && value <= max
      ? undefined
      : `must be a number from ${min} to ${max}, got ${JSON.stringify(value)}`;
}

export function integer(min: number, max: number): Check {
  return (value) => number(min, max)(value) ?? (Number.isInteger(value) ? undefined : "must be a whole number");
}

export function multipleOf(step: number): Check {
  return (value) => {
    const steps = Number(value) / step;
    return Math.abs(steps - Math.round(steps)) < 1e-6 ? undefined : `must be a multiple of ${step}`;
  };
}

export function textUpTo(max: number): Check {
  return (value) =>
    anyText(value) ?? ([...textOf(value)].length > max ? `is longer than ${max} characters` : undefined);
}

/** An unknown field inside a value: its path below the value, such as `routes[0].x`. */
export class UnknownField {
  constructor(readonly path: string) {}

  /** Returns the same unknown field with a longer path, which begins at the value that has the field or item `name`. */
  below(name: string): UnknownField {
    return new UnknownField(`${name}${this.path.startsWith("[") ? "" : "."}${this.path}`);
  }
}

/** A check of a value that may have fields: returns what is wrong with it, an unknown field, or undefined. */
export type FieldCheck = (value: Json) => string | UnknownField | undefined;

/** The check of an object, and the names of its fields. */
export type ShapeCheck = FieldCheck & { readonly fields: readonly string[] };

/**
 * Makes the check of an object. The object may have only the given fields. Each field that is present and not null must
 * pass its check.
 */
export function shape(fields: Readonly<Record<string, FieldCheck>>): ShapeCheck {
  const names = Object.keys(fields);
  const check: FieldCheck = (value) => {
    if (!isObject(value)) return anyObject(value);
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknown !== undefined) return new UnknownField(unknown);
    for (const [name, check] of Object.entries(fields)) {
      const given = field(value, name) ?? null;
      const problem = given === null ? undefined : check(given);
      if (problem instanceof UnknownField) return problem.below(name);
      if (problem !== undefined) return `has a wrong '${name}': it ${problem}`;
    }
    return undefined;
  };
  return Object.assign(check, { fields: names });
}

/** Checks an object whose values are all texts. */
export const textMap: Check = (value) =>
  isObject(value) && Object.values(value).every((text) => typeof text === "string")
    ? undefined
    : "must be an object of texts";

export function listOf(item: FieldCheck): FieldCheck {
  return (value) => {
    if (!Array.isArray(value)) return "must be a list";
    for (const [index, each] of value.entries()) {
      const problem = item(each);
      if (problem instanceof UnknownField) return problem.below(`[${index}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}
