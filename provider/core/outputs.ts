/** Converts the results of provider methods to plain data. Pure. */
import type { Plain } from "./canonical";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "./signatures";

/** Marks a value as a secret: the engine stores it encrypted and prints `[secret]`. */
export function secret(value: Plain): { [key: string]: Plain } {
  return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/**
 * Converts any value to plain data that the engine can store. Absent members are dropped; dates become ISO text;
 * bigints and non-finite numbers become text. Without this conversion, the SDK throws "Unexpected struct type" after
 * the object was created.
 */
export function sanitise(value: unknown): Plain {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : sanitiseObject(value);
    case "undefined":
    case "function":
    case "symbol":
      return null;
  }
}

/** Applies {@link sanitise} to a whole set of outputs. */
export function sanitiseOutputs(outputs: object): { [key: string]: Plain } {
  return sanitise(outputs) as { [key: string]: Plain };
}

function sanitiseObject(value: object): Plain {
  if (Array.isArray(value)) return value.map(sanitise);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const kept = Object.entries(value).filter(([, v]) => !["undefined", "function", "symbol"].includes(typeof v));
  return Object.fromEntries(kept.map(([key, v]) => [key, sanitise(v)]));
}
