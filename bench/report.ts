/** The result as a table, and whether the goals were met. */
import type { Calls, Measurement } from "./measure";
import type { Comparison, Summary } from "./statistics";

/** Everything one run of the benchmark found. */
export interface Report {
  readonly machine: string;
  readonly measurements: readonly Measurement[];
  readonly calls: Calls;
  /** The plugin beside dynamic resources; no goals. */
  readonly plugin: readonly Measurement[];
}

/** A goal and whether it was met. */
export interface Goal {
  readonly text: string;
  readonly met: boolean;
  /** False where noise alone may miss it. */
  readonly exact: boolean;
}

/** The most a run without changes may take, of time and of memory, for one of the floor. */
export const MOST_OF_FLOOR = 1.05;
/** The account, the alias, the versions it names, the write, and what became of it. */
const MOST_CALLS_FOR_WEIGHT = 5;
/** Function, version and alias: each written and read back, the account, and what was there before. */
const MOST_CALLS_FOR_CREATE = 8;
/** As for a create, and the versions that may hold the content already. */
const MOST_CALLS_FOR_PUBLISH = 9;

/** Goals, from the calls made and the ratios measured. */
export function goals({ measurements, calls }: Report): Goal[] {
  const { create, noOp, weight, publish } = calls;
  const idle = measurements.filter(({ kind }) => kind === "no-op");
  return [
    exact(`calls of a no-op: ${noOp.length}, goal 0`, noOp.length === 0),
    ...idle.map((line) => exact(`calls of a no-op of ${line.functions}: ${line.calls}, goal 0`, line.calls === 0)),
    atMost("weight step", weight.length, MOST_CALLS_FOR_WEIGHT),
    atMost("create", create.length, MOST_CALLS_FOR_CREATE),
    atMost("publish", publish.length, MOST_CALLS_FOR_PUBLISH),
    ...idle.flatMap((line) => [
      ratioGoal(`time of a no-op of ${line.functions}`, line.time),
      ...(line.memory ? [ratioGoal(`memory of a no-op of ${line.functions}`, line.memory)] : []),
    ]),
  ];
}

function atMost(what: string, calls: number, most: number): Goal {
  return exact(`calls of a ${what}: ${calls}, goal at most ${most}`, calls <= most);
}

function exact(text: string, met: boolean): Goal {
  return { text, met, exact: true };
}

function ratioGoal(what: string, { ratio }: Comparison): Goal {
  const text = `${what}: ${ratio.median.toFixed(3)} x the floor, goal at most ${MOST_OF_FLOOR}`;
  return { text, met: ratio.median <= MOST_OF_FLOOR, exact: false };
}

const head = (ours: string, floor: string) => ["run", "functions", "measured", ours, floor, "ratio"];

/** The report for a terminal. */
export function text(report: Report): string {
  const { calls, measurements, machine, plugin } = report;
  const counts = Object.entries({
    create: calls.create,
    "no-op": calls.noOp,
    "weight step": calls.weight,
    publish: calls.publish,
  }).map(([name, made]) => `  ${name.padEnd(12)} ${made.length}${made.length > 0 ? `  ${made.join(", ")}` : ""}`);
  return [
    machine,
    "Median of the runs and of the ratios of their pairs, [a quarter is lower … a quarter is higher].",
    "",
    ...table([head("ours", "floor"), ...measurements.flatMap(rows)]),
    "",
    ...(plugin.length > 0 ? [...table([head("plugin", "dynamic"), ...plugin.flatMap(rows)]), ""] : []),
    "API calls of one function with version and alias:",
    ...counts,
    "",
    ...goals(report).map(({ text, met }) => `${met ? "met   " : "MISSED"} ${text}`),
  ].join("\n");
}

function rows(line: Measurement): string[][] {
  const { kind, functions, time, cpu, memory, memoryOf } = line;
  const row = (what: string, unit: (value: number) => string, compared: Comparison | undefined): string[][] =>
    compared === undefined
      ? []
      : [[kind, String(functions), what, span(compared.ours, unit), span(compared.floor, unit), span(compared.ratio, ratio)]]; // prettier-ignore
  return [
    ...row("time", seconds, time),
    ...row("processor", seconds, cpu),
    ...row("memory", megabytes, memory),
    ...row("- program", megabytes, memoryOf?.program),
    ...row("- provider", megabytes, memoryOf?.provider),
    ...row("- pulumi", megabytes, memoryOf?.cli),
  ];
}

function span({ median, low, high }: Summary, unit: (value: number) => string): string {
  return `${unit(median)} [${unit(low)} … ${unit(high)}]`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const ratio = (value: number) => value.toFixed(3);

function table(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()); // prettier-ignore
}
