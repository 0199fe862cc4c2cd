/** Formats the result as one table of ratios, and checks whether the goals were met. */
import type { Calls, Compared, Measurement } from "./measure";
import type { StateSize } from "./stage";
import type { Comparison, Summary } from "./statistics";

/** All results of one run of the benchmark. */
export interface Report {
  readonly machine: string;
  readonly measurements: readonly Measurement[];
  readonly calls: Calls;
  readonly state: StateSize;
}

/** A goal and whether it was met. */
export interface Goal {
  readonly text: string;
  readonly met: boolean;
  /** False if noise alone can make the result miss the goal. */
  readonly exact: boolean;
}

/**
 * Goal for time and memory of a run, as a multiple of those of the floor, which is the program whose resources do
 * nothing.
 */
export const MOST_OF_FLOOR = 1.1;
/** These calls read the account, the alias and the list of versions, write the alias, and read it again. */
const MOST_CALLS_FOR_WEIGHT = 5;
/**
 * These calls read the account, read what exists before the writes, and write function, version and alias and read each
 * of them back.
 */
const MOST_CALLS_FOR_CREATE = 8;
/**
 * These calls are those of a create, and one call that lists the versions, because an earlier version may already have
 * the content.
 */
const MOST_CALLS_FOR_PUBLISH = 9;
/**
 * These calls read the function, its versions, the alias and the account. One list of versions is shared if two
 * resources are read at the same time.
 */
const MOST_CALLS_FOR_REFRESH = 5;
/** Goals for the bytes of a resource in state, and for the ciphertexts of a function without secrets. */
const MOST_BYTES = 2_000;
const MOST_CIPHERTEXTS = 1;

/** Compares calls, state and ratios with the goals. */
export function goals({ measurements, calls, state }: Report): Goal[] {
  const { create, noOp, refresh, weight, publish } = calls;
  return [
    exact(`calls of a no-op: ${noOp.length}, goal 0`, noOp.length === 0),
    ...measurements
      .filter(({ kind }) => kind === "no-op")
      .map((line) => exact(`calls of a no-op of ${line.functions}: ${line.calls}, goal 0`, line.calls === 0)),
    atMost("create", create.length, MOST_CALLS_FOR_CREATE),
    atMost("weight step", weight.length, MOST_CALLS_FOR_WEIGHT),
    atMost("publish", publish.length, MOST_CALLS_FOR_PUBLISH),
    atMost("refresh", refresh.length, MOST_CALLS_FOR_REFRESH),
    exact(
      `ciphertexts of a function without secrets: ${state.ciphertexts}, goal at most ${MOST_CIPHERTEXTS}`,
      state.ciphertexts <= MOST_CIPHERTEXTS,
    ),
    // The state includes the name of a folder, so a missed goal is not a failure.
    {
      text: `state of a resource: ${state.bytes} bytes, goal at most ${MOST_BYTES}`,
      met: state.bytes <= MOST_BYTES,
      exact: false,
    },
    ...measurements.flatMap((line) => [
      ratioGoal(`time of ${nameOf(line)}`, line.floor.time),
      ...(line.floor.memory ? [ratioGoal(`memory of ${nameOf(line)}`, line.floor.memory)] : []),
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
  const text = `${what}: ${ratio.median.toFixed(2)} x the floor, goal at most ${MOST_OF_FLOOR}`;
  return { text, met: ratio.median <= MOST_OF_FLOOR, exact: false };
}

function nameOf({ kind, functions, delay }: Measurement): string {
  return `${kind} of ${functions}${delay > 0 ? `, ${delay} ms a call` : ""}`;
}

const HEAD = ["run", "measured", "ours", "floor", "ours / floor", "peer", "ours / peer"];

/** The report as Markdown; a missed goal is bold. */
export function text(report: Report): string {
  const { calls, measurements, machine, state } = report;
  const counts = Object.entries({
    create: calls.create,
    "no-op": calls.noOp,
    refresh: calls.refresh,
    "weight step": calls.weight,
    publish: calls.publish,
  }).map(([name, made]) => `- ${name}: ${made.length}${made.length > 0 ? ` (${made.join(", ")})` : ""}`);
  return [
    `${machine}. Medians of the runs, and of the ratios of runs made one after the other [a quarter is lower … a quarter is higher].`,
    "",
    ...tables(measurements),
    `State: ${state.bytes} bytes for a resource, ${state.ciphertexts} ciphertexts for a function without secrets.`,
    "",
    "API calls of one function with version and alias:",
    "",
    ...counts,
    "",
    ...goals(report).map(({ text, met }) => `- ${met ? "met" : "**missed**"}: ${text}`),
  ].join("\n");
}

/** The table of ratios as Markdown, and that of the plugin if it was measured. */
export function tables(measurements: readonly Measurement[]): string[] {
  return [...table([HEAD, HEAD.map(() => "---"), ...measurements.flatMap(rows)]), "", ...pluginTable(measurements)];
}

const PLUGIN_HEAD = ["run", "measured", "plugin", "dynamic", "plugin / dynamic"];

/** The table that compares the plugin with dynamic resources; empty if the plugin was not measured. */
function pluginTable(measurements: readonly Measurement[]): string[] {
  const lines = measurements.flatMap((line) =>
    UNITS.flatMap(([member, unit]) => {
      const beside = line.plugin?.[member];
      if (beside === undefined) return [];
      return [[nameOf(line), nameOfMember(member), unit(beside.ours.median), unit(beside.floor.median), span(beside.ratio)]]; // prettier-ignore
    }),
  );
  return lines.length === 0 ? [] : [...table([PLUGIN_HEAD, PLUGIN_HEAD.map(() => "---"), ...lines]), ""];
}

function rows(line: Measurement): string[][] {
  const { floor, peer } = line;
  return UNITS.flatMap(([member, unit]) => {
    const beside = floor[member];
    if (beside === undefined) return [];
    const other = peer?.[member];
    const ratioOfFloor = member === "cpu" ? span(beside.ratio) : judged(beside);
    const besidePeer = other === undefined ? ["", ""] : [unit(other.floor.median), span(other.ratio)];
    return [
      [
        nameOf(line),
        nameOfMember(member),
        unit(beside.ours.median),
        unit(beside.floor.median),
        ratioOfFloor,
        ...besidePeer,
      ],
    ];
  });
}

function judged({ ratio }: Comparison): string {
  return ratio.median <= MOST_OF_FLOOR ? span(ratio) : `**${ratio.median.toFixed(2)}** ${quarters(ratio)}`;
}

/** Formats the median of a ratio with the two quartiles around it. */
export function span(ratio: Summary): string {
  return `${ratio.median.toFixed(2)} ${quarters(ratio)}`;
}

function quarters({ low, high }: Summary): string {
  return `[${low.toFixed(2)} … ${high.toFixed(2)}]`;
}

const nameOfMember = (member: keyof Compared) => (member === "cpu" ? "processor" : member);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const UNITS: readonly (readonly [keyof Compared, (value: number) => string])[] = [
  ["time", seconds],
  ["cpu", seconds],
  ["memory", megabytes],
];

/** Rows as a table of Markdown; a row of `---` is the line below the head. */
export function table(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => {
    const cells = line.map((cell, column) =>
      cell === "---" ? "-".repeat(widths[column] ?? 3) : cell.padEnd(widths[column] ?? 0),
    );
    return `| ${cells.join(" | ")} |`;
  });
}
