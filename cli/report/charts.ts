/** The charts of a report, as SVG. Colours are variables of the page's style, so that a chart follows light and dark mode. */
import type * as Plotting from "@observablehq/plot" with { "resolution-mode": "import" };
import type { Judged, JudgedWindow, ReportData, Side } from "./data";
import { Refused } from "../refused";

/** The plotting library, and the document in which it draws. */
export interface Drawing {
  readonly Plot: typeof Plotting;
  readonly document: object;
  /** Text of an element of the document. */
  readonly textOf: (element: unknown) => string;
}

/** Loads the plotting library, which takes a third of a second. Throws {@link Refused} if it is not installed. */
export async function loadDrawing(): Promise<Drawing> {
  try {
    const [Plot, { DOMImplementation, XMLSerializer }] = await Promise.all([
      import("@observablehq/plot"),
      import("@xmldom/xmldom"),
    ]);
    const serializer = new XMLSerializer();
    return {
      Plot,
      document: new DOMImplementation().createDocument("http://www.w3.org/1999/xhtml", "html", null),
      textOf: (element) => serializer.serializeToString(element as Parameters<typeof serializer.serializeToString>[0]),
    };
  } catch (error) {
    throw new Refused(
      `the plotting library cannot be loaded (${firstLine(error)}): install @observablehq/plot and @xmldom/xmldom, which are optional dependencies of pulumi-alicloud-fc, or use --json`,
    );
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

/**
 * One chart, drawn for a wide page and for a narrow one, because text in a picture shrinks together with the picture.
 */
export interface Chart {
  readonly wide: string;
  readonly narrow: string;
}

/** The charts of a judged candidate. */
export interface Charts {
  readonly split: Chart;
  readonly failed: Chart;
  /** The charts of slow requests by quantile, in the order of the policy. */
  readonly slow: readonly Chart[];
  readonly evidence: Chart;
}

const WIDE = 840;
const NARROW = 340;

/** Draws the charts. */
export function chartsOf(judged: Judged, data: ReportData, drawing: Drawing): Charts {
  const { policy, windows } = judged;
  const both = (draw: (width: number) => Options): Chart => ({
    wide: drawn(drawing, WIDE, draw(WIDE)),
    narrow: drawn(drawing, NARROW, draw(NARROW)),
  });
  const { Plot } = drawing;
  return {
    split: both((width) => splitOptions(Plot, judged, data, width)),
    failed: both((width) =>
      rateOptions(Plot, windows, width, ({ failed }) => failed, {
        label: "failed requests",
        limit: policy.errorLimit < 1 ? 100 * policy.errorLimit : undefined,
      }),
    ),
    slow: policy.latency.map(({ quantile }, i) =>
      both((width) =>
        rateOptions(Plot, windows, width, ({ slow }) => slow[i], { label: `slow requests (${quantile})` }),
      ),
    ),
    evidence: both((width) => evidenceOptions(Plot, windows, width)),
  };
}

type Options = NonNullable<Parameters<typeof Plotting.plot>[0]>;
type Plot = typeof Plotting;

function drawn({ Plot, document, textOf }: Drawing, width: number, options: Options): string {
  const svg = Plot.plot({
    width,
    height: width === WIDE ? 240 : 220,
    marginLeft: 44,
    marginRight: 16,
    marginBottom: 40,
    className: "plot",
    ...options,
    document,
  }) as unknown as { getElementsByTagName(name: string): { item(at: number): { parentNode: { removeChild(node: unknown): void } } | null } }; // prettier-ignore
  // The style element of the picture is removed, and the page's own style has its rules: a style inside a picture would
  // need a less strict content security policy.
  const style = svg.getElementsByTagName("style").item(0);
  style?.parentNode.removeChild(style);
  return textOf(svg);
}

const time = (text: string): Date => new Date(text);

/** The time in the middle of a window. */
const middle = ({ from, to }: JudgedWindow): Date => new Date((Date.parse(from) + Date.parse(to)) / 2);

/**
 * The labels below the time axis: the time of day, and in a second line the day if it differs from the day before it on
 * the axis.
 */
function timeAxis(Plot: Plot, width: number, from: number, to: number) {
  const count = width === WIDE ? 8 : 4;
  const seconds = (to - from) / count < 60_000;
  let day = "";
  return Plot.axisX({
    ticks: count,
    label: "time (UTC)",
    tickFormat: (at: Date) => {
      const text = at.toISOString();
      const clock = text.slice(11, seconds ? 19 : 16);
      const line = day === text.slice(0, 10) ? clock : `${clock}\n${text.slice(0, 10)}`;
      day = text.slice(0, 10);
      return line;
    },
  });
}

function splitOptions(Plot: Plot, { candidate, stable, windows }: Judged, data: ReportData, width: number): Options {
  const last = windows.at(-1);
  const made = Date.parse(data.made);
  const begin = data.written === undefined ? NaN : Math.max(Date.parse(data.written), Date.parse(last?.to ?? ""));
  const now = Number.isNaN(begin) || begin >= made ? [] : [{ from: new Date(begin), to: new Date(made), weight: data.desired[candidate] ?? 0 }]; // prettier-ignore
  const spans = [...windows.map(({ from, to, weight }) => ({ from: time(from), to: time(to), weight })), ...now];
  const changes = spans.filter(({ weight }, i) => weight !== spans[i - 1]?.weight);
  const seen = windows.filter(({ share }) => share.of > 0);
  const [start, end] = [spans[0]?.from ?? new Date(made), spans.at(-1)?.to ?? new Date(made)];
  return {
    x: { type: "utc", domain: [start, end] },
    y: { domain: [0, 100], label: "percent of the requests", grid: true },
    marginTop: 28,
    marks: [
      Plot.axisY({ ticks: 5, label: "percent of the requests" }),
      timeAxis(Plot, width, Number(start), Number(end)),
      Plot.rect(spans, { x1: "from", x2: "to", y1: "weight", y2: 100, fill: "var(--main-soft)", shapeRendering: "crispEdges", title: (each: (typeof spans)[number]) => `v${stable}: ${100 - each.weight} %` }), // prettier-ignore
      Plot.rect(spans, { x1: "from", x2: "to", y1: 0, y2: "weight", fill: "var(--additional-soft)", shapeRendering: "crispEdges", title: (each: (typeof spans)[number]) => `v${candidate}: ${each.weight} %` }), // prettier-ignore
      Plot.ruleY(spans, { x1: "from", x2: "to", y: "weight", stroke: "var(--additional)", strokeWidth: 2.5 }),
      Plot.ruleX(seen, { x: middle, y1: ({ share }: JudgedWindow) => 100 * share.low, y2: ({ share }: JudgedWindow) => 100 * share.high, stroke: "var(--text)", strokeWidth: 1.5 }), // prettier-ignore
      Plot.dot(seen, { x: middle, y: ({ share }: JudgedWindow) => 100 * (share.rate ?? 0), r: 3, fill: "var(--card)", stroke: "var(--text)", strokeWidth: 1.5, title: ({ share }: JudgedWindow) => `observed: ${share.events} of ${share.of}` }), // prettier-ignore
      Plot.text(changes, { x: "from", y: "weight", text: (each: (typeof spans)[number]) => `${each.weight} %`, dx: 3, dy: -13, textAnchor: "start", fill: "var(--text)", stroke: "var(--card)", strokeWidth: 4, fontWeight: 600, fontSize: 11 }), // prettier-ignore
    ],
  };
}

interface Point {
  readonly at: Date;
  readonly low: number;
  readonly high: number;
  readonly rate: number;
  readonly title: string;
}

function rateOptions(
  Plot: Plot,
  windows: readonly JudgedWindow[],
  width: number,
  pick: (side: Side) => Side["failed"] | undefined,
  { label, limit }: { readonly label: string; readonly limit?: number | undefined },
): Options {
  const pointsOf = (name: "stable" | "candidate"): Point[] =>
    windows.flatMap((window) => {
      const found = pick(window[name]);
      if (found?.rate === undefined) return [];
      const [rate, low, high] = [found.rate, found.low, found.high].map((part) => 100 * part);
      return [{ at: middle(window), rate: rate ?? 0, low: low ?? 0, high: high ?? 0, title: `${name}: ${found.events} of ${found.of}` }]; // prettier-ignore
    });
  const [stable, candidate] = [pointsOf("stable"), pointsOf("candidate")];
  const top = Math.max(1, 1.3 * (limit ?? 0), ...[...stable, ...candidate].map(({ high }) => high));
  const [start, end] = [Date.parse(windows[0]?.from ?? ""), Date.parse(windows.at(-1)?.to ?? "")];
  const marks = (points: readonly Point[], colour: string, symbol: "circle" | "diamond", dx: number) => [
    Plot.ruleX(points, { x: "at", y1: "low", y2: "high", dx, stroke: colour, strokeWidth: 2 }),
    Plot.dot(points, { x: "at", y: "rate", dx, r: 4, symbol, fill: colour, stroke: "var(--card)", strokeWidth: 1, title: "title" }), // prettier-ignore
  ];
  return {
    x: { type: "utc", domain: [new Date(start), new Date(end)] },
    y: { domain: [0, Math.min(100, top)], label: `percent, ${label}`, grid: true },
    marks: [
      Plot.axisY({ ticks: 5, label: `percent, ${label}` }),
      timeAxis(Plot, width, start, end),
      ...(limit === undefined ? [] : [threshold(Plot, limit)]),
      ...marks(stable, "var(--main)", "circle", -4),
      ...marks(candidate, "var(--additional)", "diamond", 4),
    ],
  };
}

/** A horizontal line for a threshold. */
function threshold(Plot: Plot, y: number) {
  return Plot.ruleY([y], { stroke: "var(--bad)", strokeDasharray: "6 4", strokeWidth: 1.5 });
}

/** The chart of the e-values. Their logarithms are drawn, so that equal distances are equal factors. */
function evidenceOptions(Plot: Plot, windows: readonly JudgedWindow[], width: number): Options {
  const points = windows.map(({ to, eValue, threshold, verdict }) => ({ at: time(to), eValue, threshold, verdict }));
  const last = points.at(-1)?.threshold ?? 0;
  const values = points.map(({ eValue }) => eValue);
  const [low, high] = [Math.min(-1, ...values), Math.max(last + 0.5, ...values)];
  const [start, end] = [Date.parse(windows[0]?.from ?? ""), Date.parse(windows.at(-1)?.to ?? "")];
  const label = "e-value against the candidate";
  return {
    x: { type: "utc", domain: [new Date(start), new Date(end)] },
    y: { domain: [low - 0.2, high + 0.2], label, grid: true },
    marks: [
      Plot.axisY({ ticks: 5, label, tickFormat: gradeText }),
      timeAxis(Plot, width, start, end),
      threshold(Plot, last),
      Plot.lineY(points, { x: "at", y: "eValue", stroke: "var(--quiet)", strokeWidth: 1.5 }),
      Plot.dot(points, { x: "at", y: "eValue", r: 4, symbol: (each: (typeof points)[number]) => (each.verdict === "fail" ? "times" : "circle"), fill: "var(--text)", stroke: "var(--text)", strokeWidth: 1.5, title: "verdict" }), // prettier-ignore
    ],
  };
}

/** A power of ten in a readable form. */
export function gradeText(log10: number): string {
  if (log10 <= 6 && log10 >= -4) return String(Number((10 ** log10).toPrecision(2)));
  return `10${[...String(Math.round(log10))].map((sign) => SUPERSCRIPTS[sign] ?? "").join("")}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" }; // prettier-ignore
