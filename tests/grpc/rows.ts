/** Helpers for the tables in `badInput.ts`: right and wrong values of numbers, booleans, texts and lists. */

/** Values of one argument: refused values with their messages, and accepted values at the limits. */
export interface Rows {
  readonly refused: readonly (readonly [value: unknown, message: string])[];
  readonly accepted: readonly unknown[];
}

/** A value in the form of messages. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return `{ ${Object.keys(value).join(", ")} }`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** Rows of an argument whose message names the allowed values. `wrong` are refused values. */
export function only(allowed: string, accepted: readonly unknown[], ...wrong: readonly unknown[]): Rows {
  return { accepted, refused: wrong.map((value) => [value, `: got ${shown(value)}; allowed: ${allowed}`]) };
}

/** Adds refused values, each with its whole message. */
export function also(rows: Rows, ...refused: Rows["refused"]): Rows {
  return { ...rows, refused: [...rows.refused, ...refused] };
}

export const whole = (min: number, max: number, unit: string, steps = "") =>
  `a whole number from ${min} to ${max}${steps}${unit && ` (${unit})`}`;

/** Rows for a number between two limits. Both limits are accepted. Values near them, text and other types are refused. */
export function between(min: number, max: number, unit: string, ...more: readonly unknown[]): Rows {
  const near = [min - 1, max + 1, min + 0.5, `${max}`, `${max} ${unit}`, "", "NaN", "many"];
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, true, [max], {}];
  return only(whole(min, max, unit), [min, max], ...near, ...odd, ...more);
}

export const flag = (...more: readonly unknown[]) =>
  only("true or false", [true, false], "true", "false", "yes", "on", "", 1, 0, [], {}, ...more);

/** Text on one line. If `unseen` is true, the text may be a secret, and no message contains the value. */
export function line(max: number, allowed = `text of 1 to ${max} characters on one line`): Rows {
  const text = only(
    allowed,
    ["x", "x".repeat(max), "日本語 – ü"],
    "",
    "a\nb",
    "a\u0000b",
    "tab\t",
    5,
    true,
    [],
    ["x"],
    {},
  );
  return also(text, ["x".repeat(max + 1), `: got text of ${max + 1} characters; allowed: ${allowed}`]);
}

export function unseen(rows: Rows): Rows {
  const hidden = (value: unknown, message: string): string =>
    typeof value === "object"
      ? message
      : message.replace(/got .*?; allowed/s, "got a value that is not shown; allowed");
  return { ...rows, refused: rows.refused.map(([value, message]) => [value, hidden(value, message)]) };
}

/** The rows of an object itself. Its members have separate rows. */
export function shape(accepted: readonly unknown[], members: string, ...required: readonly string[]): Rows {
  const rows = only(`{ ${members} }`, accepted, "text", "", 5, true, [], [{}], ["text"]);
  const strangers = also(rows, [{ nonsense: 1 }, `: has no nonsense; allowed: ${members}`]);
  const [first] = required;
  return first === undefined
    ? strangers
    : also(strangers, [{}, `.${first}: required`], [{ [first]: "" }, `.${first}: required`]);
}

/** A list of `min` to `max` items. Equal items are allowed. */
export function many(rows: Rows, max: number, item: unknown, min = 0): Rows {
  const full: unknown[] = Array.from({ length: max }, () => item);
  return manyOf(rows, full, min);
}

/** A list. `full` is a list with the largest number of items, and `rows` are the rows of one item. */
export function manyOf(rows: Rows, full: readonly unknown[], min = 0): Rows {
  const [item] = full;
  const allowed = min === 0 ? `a list of at most ${full.length}` : `a list of ${min} to ${full.length}`;
  const wrong = ["text", "", 5, true, {}, { 0: item }, [...full, item], ...(min === 0 ? [] : [[]])];
  const items: Rows["refused"] = rows.refused.map(([value, message]) => [[value], `[0]${message}`]);
  const nothing: Rows["refused"][number] = [[item, null], `[1]${nullMessage(rows)}`];
  return also(only(allowed, [full, [item]], ...wrong), ...items, nothing);
}

/** The message for null as an item of a list. */
function nullMessage({ refused: [row] }: Rows): string {
  return (row?.[1] ?? "").replace(/got .*?; allowed/s, "got null; allowed");
}
