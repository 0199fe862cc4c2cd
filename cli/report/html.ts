/** Templates for HTML that escape every value that is not HTML already. Pure. */

/** Text that is HTML. Only {@link markup} and {@link trusted} create it. */
export class Html {
  constructor(readonly text: string) {}
}

/** Values that a template may contain: text and numbers are escaped, HTML and lists of HTML are not. */
export type Value = string | number | Html | readonly Html[];

/** A template whose values are escaped, for content of elements and for attributes in double quotes. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, i) => (i === 0 ? part : textOf(values[i - 1] ?? "") + part)).join(""));
}

/** HTML that this package creates, such as a drawing of the plotting library. */
export function trusted(text: string): Html {
  return new Html(text);
}

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  return typeof value === "object" ? value.map(({ text }) => text).join("") : escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }; // prettier-ignore

/** Control characters are not allowed in HTML, so they are replaced by the sign for an unknown character. */
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "\ufffd")
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}
