/** The result of `npm run bench:emulator` as Markdown. Values that miss their goal are bold. */
import { EVENT_MB, type LargeEvents } from "./largeEvents";
import { span, table } from "./report";
import type { Comparison } from "./statistics";

/**
 * Goals: the smallest share of the bare server's calls per second, for calls of the API (`control`) and for invocations
 * of a warm function (`warm`).
 */
export const GOALS = { control: 0.6, warm: 0.5 };

/**
 * Goal: the largest ratio of the time for the largest event to the time for the smallest event, which is a quarter as
 * large. Linear growth gives 4, quadratic growth 16.
 */
export const MOST_OF_SMALLEST = 6;

/** A kind of call, measured on both servers in turn. `ours` is the emulator. Values are calls per second. */
export interface Calls {
  readonly what: string;
  readonly kind: keyof typeof GOALS;
  readonly rates: Comparison;
}

/** The measurements of an emulator with a data folder, while it has a certain number of functions. */
export interface Kept {
  readonly functions: number;
  /** Changes per second, with the folder and without it. */
  readonly changes: Comparison;
  /** Memory in MB. */
  readonly memory: number;
  /** Time from the start of the process until it listens, in ms. */
  readonly startMs: number;
}

/** All measurements of one run. */
export interface EmulatorReport {
  readonly machine: string;
  readonly calls: readonly Calls[];
  readonly events: readonly LargeEvents[];
  /**
   * Memory in MB, measured after the calls, and again after more functions were created. `functions` is the number of
   * these.
   */
  readonly memory: { readonly before: number; readonly functions: number; readonly after: number };
  /** Time from the start of the process until it listens, in ms. */
  readonly start: { readonly emulator: number; readonly bare: number };
  readonly folders: readonly Kept[];
}

const perSecond = (value: number): string => `${value.toFixed(0)}/s`;

/** The report as Markdown. */
export function emulatorText({ machine, calls, events, memory, start, folders }: EmulatorReport): string {
  return [
    `${machine}:`,
    "",
    ...table([
      ["call", "emulator", "bare server", "ratio", "goal"],
      ["---", "---", "---", "---", "---"],
      ...calls.map(({ what, kind, rates: { ours, floor, ratio } }) => {
        const cells = [what, perSecond(ours.median), perSecond(floor.median)];
        return [...cells, marked(ratio.median >= GOALS[kind], span(ratio)), `at least ${GOALS[kind]}`];
      }),
    ]),
    "",
    ...table([
      ["event of", ...EVENT_MB.map((size) => `${size} MB`), `${EVENT_MB.at(-1)} MB / ${EVENT_MB[0]} MB`, "goal"],
      ["---", ...EVENT_MB.map(() => "---"), "---", "---"],
      ...events.map(eventRow),
    ]),
    "",
    `Start to listening: ${start.emulator.toFixed(0)} ms, the bare server ${start.bare.toFixed(0)} ms. Memory: ` +
      `${memory.before.toFixed(0)} MB after the calls, ${memory.after.toFixed(0)} MB with ${memory.functions} functions more.`,
    "",
    ...table([
      ["functions", "with `--data`", "without", "ratio", "memory", "start"],
      ["---", "---", "---", "---", "---", "---"],
      ...folders.map((kept) => [
        String(kept.functions),
        perSecond(kept.changes.ours.median),
        perSecond(kept.changes.floor.median),
        span(kept.changes.ratio),
        `${kept.memory.toFixed(0)} MB`,
        `${kept.startMs.toFixed(0)} ms`,
      ]),
    ]),
  ].join("\n");
}

function eventRow({ runtime, seconds }: LargeEvents): string[] {
  if (seconds === undefined) return [runtime, ...EVENT_MB.map(() => ""), "not installed", ""];
  const [smallest = NaN, largest = NaN] = [seconds[0], seconds.at(-1)];
  const times = largest / smallest;
  const cells = [runtime, ...seconds.map((each) => `${each.toFixed(2)} s`)];
  return [...cells, marked(times <= MOST_OF_SMALLEST, times.toFixed(1)), `at most ${MOST_OF_SMALLEST}`];
}

const marked = (met: boolean, text: string): string => (met ? text : `**${text}**`);
