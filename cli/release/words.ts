/** The form in which subcommands print versions, shares and values. Pure. */

/** Formats a split: `v7 75 %, v8 25 %`, the older version first; `no traffic` for an alias that was deleted. */
export function splitWords(split: Readonly<Record<string, number>>): string {
  const parts = Object.entries(split).sort(([a], [b]) => Number(a) - Number(b));
  return parts.length === 0 ? "no traffic" : parts.map(([id, percent]) => `v${id} ${percent} %`).join(", ");
}

/** Two columns: names padded to the longest one. */
export function columns(rows: readonly (readonly [string, string])[], indent = "  "): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`.trimEnd());
}

/** A config value in the form of messages: text unchanged, a list or a map as JSON. */
export function valueWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
