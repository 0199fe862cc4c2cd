/** Numbers, times and aligned text for `watch`. Pure. */
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** A number with commas, such as `1,370`. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** A part of a whole in percent, such as `0.22 %`. */
export function rateText(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Number(((100 * part) / whole).toPrecision(2))} %`;
}

/** A duration in milliseconds, such as `21 ms` or `1.2 s`. */
export function durationText(ms: number | undefined): string {
  if (ms === undefined) return "–";
  if (ms >= 9_950) return `${countText(Math.round(ms / 1000))} s`;
  return ms >= 995 ? `${(ms / 1000).toFixed(1)} s` : `${Number(ms.toPrecision(2))} ms`;
}

/** A time of day, such as `08:10:32 UTC`. */
export function clockText(time: number): string {
  return `${new Date(time).toISOString().slice(11, 19)} UTC`;
}

/** Text padded with spaces to the width of a column. The width of the text is measured as on a terminal. */
export function padded(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Rows of cells, with the first column aligned left and the others aligned right. */
export function table(rows: readonly (readonly string[])[], gap = 2): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ""))));
  return rows.map((row) => {
    const cells = widths.map((width, i) => padded(row[i] ?? "", width, i === 0 ? "left" : "right"));
    return cells.join(" ".repeat(gap)).trimEnd();
  });
}

/** Spaces at which no line is broken: between a number and its unit, and after a mark. */
const GLUED = /(?<=\d) (?=%|(?:ms|s|min|h|d)\b)|(?<=[✓✗●○┃]) /g;
/** Replaces a space of {@link GLUED} while lines are broken, because no line is broken at this character. */
const GLUE = "\u00a0";

/** Breaks a text into lines of a width, between words, or within a word that is longer than a line. */
export function wrapped(text: string, width: number): string[] {
  const lines = wrapAnsi(text.replace(GLUED, GLUE), Math.max(1, width), { hard: true });
  return lines.replaceAll(GLUE, " ").split("\n");
}

/** Number of columns of a text on a terminal. */
export function widthOf(text: string): number {
  return stringWidth(text);
}
