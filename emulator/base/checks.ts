/** Checks of single values, for every request of the API. Pure. */
import { field, isObject, type Json, textOf } from "./json";

/** Returns what is wrong with a value, or undefined. */
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

/** Checks an object: each field that has a check and is there must pass it. Other fields are not checked. */
export function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (!isObject(value)) return anyObject(value);
    for (const [name, check] of Object.entries(fields)) {
      const given = field(value, name) ?? null;
      const problem = given === null ? undefined : check(given);
      if (problem !== undefined) return `has a wrong '${name}': it ${problem}`;
    }
    return undefined;
  };
}

/** Checks an object whose values are all texts. */
export const textMap: Check = (value) =>
  isObject(value) && Object.values(value).every((text) => typeof text === "string")
    ? undefined
    : "must be an object of texts";

export function listOf(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return "must be a list";
    return value.map(item).find((problem) => problem !== undefined);
  };
}
