/** One canonical form of plain data, with its equality and its digest. Pure. */
import { createHash } from "node:crypto";

/** Plain JSON data, as the engine and the service exchange it. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain | undefined };

/** JSON with sorted keys. Absent and null are the same; the order of lists matters. */
export function canonical(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== null && v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Whether two values are equal in their canonical form. */
export function equal(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** SHA-256 of the canonical form, 64 hex digits. */
export function digest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}
