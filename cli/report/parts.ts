/** Parts of a report's page: figures, tables, and the format of numbers and times. Pure. */
import type { Proportion } from "../../provider/analysis";
import type { Chart } from "./charts";
import type { JudgedWindow } from "./data";
import { type Html, markup, trusted } from "./html";

/** Text from other sources, isolated from the direction of the text around it. */
export function bdi(text: string): Html {
  return markup`<bdi>${text}</bdi>`;
}

/** Symbols of the verdicts. A symbol stands beside the word, so that a verdict is not shown by colour alone. */
const SIGNS = { pass: "✓", fail: "✗", hold: "‖", inconclusive: "…" } as const;

export function badge(verdict: JudgedWindow["verdict"]): Html {
  return markup`<span class="badge ${verdict}"><span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}</span>`;
}

/** A symbol of a chart: its class in the style, and its meaning. */
export type Meaning = readonly [string, string];

/** A chart. A screen reader gets the chart as one sentence; the table below the chart has the numbers. */
export function figure({ wide, narrow }: Chart, text: string, key: readonly Meaning[]): Html {
  return markup`<figure>
<div role="img" aria-label="${text}"><div class="wide" aria-hidden="true">${trusted(wide)}</div><div class="narrow" aria-hidden="true">${trusted(narrow)}</div></div>
${key.length === 0 ? [] : [markup`<figcaption><ul class="key">${key.map(([name, meaning]) => markup`<li><span class="${name}"></span>${meaning}</li>`)}</ul></figcaption>`]}
</figure>`;
}

/** A table that can be scrolled sideways by keyboard. The first cell of a row is its header. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Html[])[],
  numbers: readonly number[],
): Html {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name, i) => markup`<th scope="col" ${numbers.includes(i) ? trusted(' class="number"') : ""}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = markup``, ...others]) =>
            markup`<tr>
              <th scope="row">${first}</th>
              ${others.map((cell, i) => markup`<td${numbers.includes(i + 1) ? trusted(' class="number"') : ""}>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

export function when({ from, to }: JudgedWindow): Html {
  const same = from.slice(0, 10) === to.slice(0, 10);
  return markup`<span class="when">${timeWords(from)}</span> to
    <span class="when">${same ? clockOf(to) : timeWords(to)}</span>`;
}

export function number(value: string | number): Html {
  return markup`${value}`;
}

export function proportion(each: Proportion): Html {
  if (each.rate === undefined) return markup`no requests`;
  return markup`${each.events} of ${each.of}: ${percentText(each.rate)}
    <span class="range">[${digits(100 * each.low)}, ${digits(100 * each.high)}]</span>`;
}

export function rateText(each: Proportion): string {
  return each.rate === undefined ? "no requests" : percentText(each.rate);
}

/** A fraction as percent, with three significant digits. */
export function percentText(fraction: number): string {
  return `${digits(100 * fraction)} %`;
}

export function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A time in UTC, without its seconds if they are zero. */
export function timeWords(time: string): string {
  return `${time.slice(0, 10)} ${clockOf(time)}`;
}

function clockOf(time: string): string {
  return time.slice(11, time.endsWith(":00Z") ? 16 : 19);
}
