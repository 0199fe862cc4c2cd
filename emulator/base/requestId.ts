/** Request ids. */
import { randomBytes } from "node:crypto";

/** A request id in the service's form: 1, then 8, 8 and 12 hex digits. */
export function newRequestId(): string {
  const hex = randomBytes(14).toString("hex");
  return `1-${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`;
}
