/** Rules for names and ids that several kinds of resources use. Pure. */
import { type Rule, show, text } from "./validate";

/** Rule for function names. */
export const FUNCTION_NAME = text(
  /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/,
  64,
  "1 to 64 letters, digits, _ or -, not starting with a digit or -",
);

/** Rule for alias names. Source: the page "Manage aliases" of Function Compute 2.0, unchanged in fc3. */
export const ALIAS_NAME: Rule = (value) =>
  typeof value === "string" && value.toUpperCase() === "LATEST"
    ? `got ${show(value)}; LATEST names the unpublished function, choose another name`
    : text(
        /^[_a-zA-Z][-_a-zA-Z0-9]{0,127}$/,
        128,
        "1 to 128 letters, digits, _ or -, starting with a letter or _",
      )(value);

/**
 * Rule for version ids: numbers as text. LATEST is refused: it changes with every update, so an alias to LATEST would
 * deploy every update at once.
 */
export const VERSION_ID: Rule = (value) =>
  typeof value === "string" && /^[1-9]\d{0,17}$/.test(value)
    ? undefined
    : `got ${show(value)}; allowed: the number of a published version as text, such as "3"` +
      (value === "LATEST" ? "; an alias cannot point to LATEST safely, publish a Version" : "");
