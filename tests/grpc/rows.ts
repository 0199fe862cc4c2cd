/** Parts of the tables in `badInput.ts`: wrong values for a number, a boolean, a line of text or a list. */

/** Wrong values of one argument, each with the message it is refused with, and right ones at the edges. */
export interface Rows {
  readonly refused: readonly (readonly [value: unknown, message: string])[];
  readonly accepted: readonly unknown[];
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return `{ ${Object.keys(value).join(", ")} }`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** Rows of an argument with one sentence for what it may be. */
export function only(allowed: string, accepted: readonly unknown[], ...wrong: readonly unknown[]): Rows {
  return { accepted, refused: wrong.map((value) => [value, `: got ${shown(value)}; allowed: ${allowed}`]) };
}

/** More rows, each with the whole message. */
export function also(rows: Rows, ...refused: Rows["refused"]): Rows {
  return { ...rows, refused: [...rows.refused, ...refused] };
}

export const whole = (min: number, max: number, unit: string, steps = "") =>
  `a whole number from ${min} to ${max}${steps}${unit && ` (${unit})`}`;

/** A number between two others, with what people write instead. */
export function between(min: number, max: number, unit: string, ...more: readonly unknown[]): Rows {
  const near = [min - 1, max + 1, min + 0.5, `${max}`, `${max} ${unit}`, "", "NaN", "many"];
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, true, [max], {}];
  return only(whole(min, max, unit), [min, max], ...near, ...odd, ...more);
}

export const flag = (...more: readonly unknown[]) =>
  only("true or false", [true, false], "true", "false", "yes", "on", "", 1, 0, [], {}, ...more);

/** Text on one line. `unseen`: it may be a secret, so that no value is in a message. */
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

/** A structure: its shape, then its members by rows of their own. */
export function shape(accepted: readonly unknown[], members: string, ...required: readonly string[]): Rows {
  const rows = only(`{ ${members} }`, accepted, "text", "", 5, true, [], [{}], ["text"]);
  const strangers = also(rows, [{ nonsense: 1 }, `: has no nonsense; allowed: ${members}`]);
  const [first] = required;
  return first === undefined
    ? strangers
    : also(strangers, [{}, `.${first}: required`], [{ [first]: "" }, `.${first}: required`]);
}

/** A list of at most so many items that may be equal. */
export function many(rows: Rows, max: number, item: unknown, min = 0): Rows {
  const full: unknown[] = Array.from({ length: max }, () => item);
  return manyOf(rows, full, min);
}

/** A list, given a full one; `rows` are those of an item. */
export function manyOf(rows: Rows, full: readonly unknown[], min = 0): Rows {
  const [item] = full;
  const allowed = min === 0 ? `a list of at most ${full.length}` : `a list of ${min} to ${full.length}`;
  const wrong = ["text", "", 5, true, {}, { 0: item }, [...full, item], ...(min === 0 ? [] : [[]])];
  const items: Rows["refused"] = rows.refused.map(([value, message]) => [[value], `[0]${message}`]);
  const nothing: Rows["refused"][number] = [[item, null], `[1]${nullMessage(rows)}`];
  return also(only(allowed, [full, [item]], ...wrong), ...items, nothing);
}

/** What stands for nothing is no item of a list. */
function nullMessage({ refused: [row] }: Rows): string {
  return (row?.[1] ?? "").replace(/got .*?; allowed/s, "got null; allowed");
}
