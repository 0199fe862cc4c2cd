/** The screen of `watch`: converts a view to lines, for a width and with colours. Pure. */
import { formatSeconds } from "../../../provider/analysis";
import { type Found, type Judgement, type VersionCounts, compareSample } from "../../../provider/rollout";
import { clockText, countText, durationText, padded, rateText, table, widthOf, wrapped } from "./text";
import type { DecisionView, ReleaseView, Split, View } from "./view";

/** Functions that colour a text, or return it unchanged. */
export type Colours = Readonly<Record<"bold" | "dim" | "red" | "green" | "yellow" | "cyan", (text: string) => string>>;

/** Colours and symbols of the screen. */
interface Style {
  readonly width: number;
  readonly colours: Colours;
}

/** Columns for the names on the left, including their indent and the space after them. */
const NAMES = 12;
/** The narrowest screen that is drawn; on a narrower one lines break. */
const LEAST_WIDTH = 24;
/** Largest and smallest number of cells of a bar. */
const BAR = { most: 40, least: 10 };

/** All lines of a view. No line is wider than `width` if `width` is at least 24. */
export function screenLines(view: View, width: number, colours: Colours): string[] {
  const style = { width: Math.max(LEAST_WIDTH, width), colours };
  const { problem } = view;
  const blocks = view.releases.map((release) => releaseLines(release, view, style));
  const last = problem === undefined ? [] : [wrapped(colours.red(`cannot be read: ${problem}`), style.width)];
  const lines = [...blocks, ...last].flatMap((block, i) => (i === 0 ? block : ["", ...block]));
  return lines.flatMap((line) => (widthOf(line) <= style.width ? [line] : wrapped(line, style.width)));
}

function releaseLines(release: ReleaseView, { stack, time }: View, style: Style): string[] {
  const sections = [
    [...headLines(release, stack, time, style), ...phaseLines(release, style)],
    stepLines(release, style),
    splitLines(release, style),
    countLines(release, style),
    verdictLines(release.judgement, style),
    [...lastLines(release, time, style), ...nextLines(release, style)],
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** The release on the left, and the time on the right if there is room for both. */
function headLines({ release, functionName, aliasName }: ReleaseView, stack: string, time: number, style: Style) {
  const { width, colours } = style;
  const where = `alias ${aliasName} of function ${functionName}, stack ${stack}`;
  const clock = clockText(time);
  const space = width - widthOf(`${release}  ${where}`) - clock.length;
  if (space >= 2) return [`${colours.bold(release)}  ${where}${" ".repeat(space)}${colours.dim(clock)}`];
  return [...wrapped(`${colours.bold(release)}  ${where}`, width), colours.dim(clock)];
}

/** Symbol and colour of a phase. */
const PHASES = {
  stable: ["✓", "green"],
  canary: ["●", "cyan"],
  paused: ["○", "yellow"],
  rejected: ["✗", "red"],
  lowered: ["↓", "yellow"],
  waiting: ["○", "yellow"],
} as const;

function phaseLines({ phase, stable, candidate, weight }: ReleaseView, { width, colours }: Style): string[] {
  const [symbol, colour] = PHASES[phase];
  const who = candidate === undefined ? `v${stable} has all traffic` : `v${candidate} at ${weight} % beside v${stable}`;
  return wrapped(`${colours[colour](`${symbol} ${phase}`)}  ${who}`, width);
}

/**
 * The steps: those that are done, the one that was reached last, and those to come. Below them are the conditions of
 * the current step.
 */
function stepLines({ candidate, weight, steps, judgement }: ReleaseView, style: Style): string[] {
  if (candidate === undefined) return [];
  const { colours } = style;
  const reached = steps.filter((step) => step <= weight).length;
  const marks = steps.map((step, i) => {
    if (i >= reached) return colours.dim(`○ ${step} %`);
    return i === reached - 1 ? colours.cyan(`● ${step} %`) : colours.green(`✓ ${step} %`);
  });
  return [...row("steps", marks.join("  "), style), ...row("", conditionWords(judgement.found, colours), style)];
}

function conditionWords(found: Found | undefined, { green }: Colours): string {
  if (found === undefined) return "";
  const { baked, bake, requests, candidate } = found;
  const mark = (reached: boolean) => (reached ? ` ${green("✓")}` : "");
  const time = `${formatSeconds(baked)} of ${formatSeconds(bake)}${mark(baked >= bake)}`;
  return `${time}, ${countText(candidate.requests)} of ${countText(requests)} requests${mark(candidate.requests >= requests)}`;
}

/**
 * Desired, live and observed split, with a bar for the candidate's share, and the range in which the observed share is
 * expected.
 */
function splitLines({ desired, live, candidate, judgement }: ReleaseView, style: Style): string[] {
  const { bold, dim, yellow } = style.colours;
  const observed = observedOf(judgement);
  const ids = [...new Set([desired, live].flatMap(Object.keys))].sort((a, b) => Number(a) - Number(b));
  const drifted = ids.some((id) => (desired[id] ?? 0) !== (live[id] ?? 0));
  const splits: (readonly [string, Split])[] = [
    ["desired", desired],
    ["live", live],
    ...(observed === undefined ? [] : [["observed", observed.split] as const]),
  ];
  const cellsOf = (name: string, split: Split) =>
    ids.map((id) => `${split[id] ?? 0} %`).map((text) => (name === "live" && drifted ? yellow(text) : text));
  const [head = "", ...lines] = table([
    [dim(padded("  split", NAMES - 2)), ...ids.map((id) => bold(`v${id}`))],
    ...splits.map(([name, split]) => [dim(`  ${name}`), ...cellsOf(name, split)]),
  ]);
  const room = style.width - Math.max(...lines.map(widthOf)) - 3;
  const barOf = (name: string, split: Split) =>
    candidate === undefined || room < BAR.least
      ? ""
      : `   ${bar(split[candidate] ?? 0, Math.min(BAR.most, room), style.colours, name === "observed" ? observed : undefined)}`;
  return [
    head,
    ...splits.map(([name, split], i) => (lines[i] ?? "") + barOf(name, split)),
    ...expectedLines(observed, style),
    ...(drifted ? row("", yellow("the alias has another split than the last run decided"), style) : []),
  ];
}

/** The observed split of the requests. */
interface Observed {
  readonly split: Split;
  readonly versionId: string;
  readonly requests: number;
  /** Range in which the candidate's share is expected, in percent. */
  readonly low: number;
  readonly high: number;
  readonly fits: boolean;
}

function observedOf({ found, stable = "", candidate = "", weight = 0 }: Judgement): Observed | undefined {
  if (found === undefined) return undefined;
  const requests = found.stable.requests + found.candidate.requests;
  if (requests === 0) return undefined;
  const versions = { [stable]: answered(found.stable), [candidate]: answered(found.candidate) };
  const sample = { requests, versions, unnamed: 0, headers: [] };
  const compared = compareSample(sample, { [stable]: 100 - weight, [candidate]: weight });
  const { low = 0, high = 0, fits = true } = compared.find(({ versionId }) => versionId === candidate) ?? {};
  const percent = (count: number) => Number(((100 * count) / requests).toFixed(1));
  const split = { [stable]: percent(found.stable.requests), [candidate]: percent(found.candidate.requests) };
  return { split, versionId: candidate, requests, low: percent(low), high: percent(high), fits };
}

function answered({ requests, errors }: VersionCounts) {
  return { requests, failed: errors };
}

function expectedLines(observed: Observed | undefined, style: Style): string[] {
  if (observed === undefined) return [];
  const { versionId, requests, low, high, fits } = observed;
  const { green, yellow } = style.colours;
  const mark = fits ? green("✓") : yellow("✗");
  return row("", `${mark} v${versionId} expected at ${low} to ${high} % of ${countText(requests)} requests`, style);
}

/** A bar for the candidate's share; `┃` marks both ends of a range. */
function bar(percent: number, cells: number, { cyan, dim, yellow }: Colours, band?: Observed): string {
  const cellOf = (share: number) => Math.round((share / 100) * cells);
  const marks = band === undefined ? [] : [cellOf(band.low), cellOf(band.high)].map((at) => Math.min(at, cells - 1));
  const filled = percent > 0 ? Math.max(1, cellOf(percent)) : 0;
  return Array.from({ length: cells }, (_, i) => {
    if (marks.includes(i)) return yellow("┃");
    return i < filled ? cyan("━") : dim("─");
  }).join("");
}

/** Requests, failures and durations of both versions: a table, or lines if the table is too wide. */
function countLines({ judgement }: ReleaseView, style: Style): string[] {
  const { found, stable = "", candidate = "" } = judgement;
  if (found === undefined) return [];
  const sides: [string, VersionCounts][] = [
    [`v${stable} stable`, found.stable],
    [`v${candidate}`, found.candidate],
  ];
  const quantiles = [...new Set(sides.flatMap(([, { recent }]) => Object.keys(recent.durations)))].sort();
  const lines = countTable(sides, quantiles, found, style);
  return lines.every((line) => widthOf(line) <= style.width) ? lines : countRows(sides, quantiles, style);
}

function countTable(
  sides: readonly (readonly [string, VersionCounts])[],
  quantiles: readonly string[],
  { from, to }: Found,
  { colours }: Style,
): string[] {
  const rows = sides.map(([name, { requests, errors, recent }]) => [
    `  ${name}`,
    ...[countText(requests), countText(errors), rateText(errors, requests)],
    ...[countText(recent.requests), countText(recent.errors), rateText(recent.errors, recent.requests)],
    ...quantiles.map((quantile) => durationText(durationOf(recent, quantile))),
  ]);
  const head = ["  version", "requests", "failed", "", "recent", "failed", "", ...quantiles];
  const [names = "", ...lines] = table([head, ...rows]);
  return [
    colours.dim(names),
    ...lines,
    colours.dim(`  recent: the ${formatSeconds(to - from)} that no decision has counted`),
  ];
}

function countRows(
  sides: readonly (readonly [string, VersionCounts])[],
  quantiles: readonly string[],
  style: Style,
): string[] {
  return sides.flatMap(([name, { requests, errors, recent }]) => {
    const durations = quantiles.map((quantile) => `${quantile} ${durationText(durationOf(recent, quantile))}`);
    const lines = [`${countText(requests)} requests, ${countText(errors)} failed`, durations.join(", ")];
    return lines.flatMap((line, i) => row(i === 0 ? name : "", line, style));
  });
}

function durationOf({ durations }: VersionCounts["recent"], quantile: string): number | undefined {
  return (durations as Readonly<Record<string, number>>)[quantile];
}

const VERDICT_COLOURS = { pass: "green", fail: "red", inconclusive: "yellow", hold: "yellow" } as const;

/** The verdict with what is missing. The counts of the window, which are the second reason, are in the table. */
function verdictLines({ verdict, reasons, found }: Judgement, style: Style): string[] {
  const [first = "", second, ...more] = reasons;
  const paint = verdict === undefined ? style.colours.dim : style.colours[VERDICT_COLOURS[verdict]];
  const shown = [...(second === undefined || found !== undefined ? [] : [second]), ...more];
  return [...row("verdict", paint(first), style), ...shown.flatMap((reason) => row("", reason, style))];
}

/** The last decisions, or the last splits if nothing was judged. */
function lastLines({ decisions, splits, judgement }: ReleaseView, time: number, style: Style): string[] {
  const now = judgement.now ?? time / 1000;
  if (decisions.length === 0) return splits.flatMap((split, i) => row(i === 0 ? "splits" : "", split, style));
  return decisions.flatMap((each, i) => row(i === 0 ? "decisions" : "", decisionWords(each, now, style), style));
}

function decisionWords(
  { verdict, weight, to, requests, errors }: DecisionView,
  now: number,
  { colours }: Style,
): string {
  const name = verdict in VERDICT_COLOURS ? (verdict as keyof typeof VERDICT_COLOURS) : undefined;
  const paint = name === undefined ? colours.dim : colours[VERDICT_COLOURS[name]];
  const age = formatSeconds(Math.max(0, now - to));
  return `${paint(verdict)} at ${weight} %, ${countText(errors)} of ${countText(requests)} failed ${colours.dim(`(${age} ago)`)}`;
}

function nextLines({ next }: ReleaseView, style: Style): string[] {
  const words = next.length === 0 ? ["moves no traffic"] : next;
  return words.flatMap((text, i) => row(i === 0 ? "next run" : "", text, style));
}

/** A name on the left, and beside it a text that is wrapped to the remaining width. */
function row(name: string, text: string, style: Style): string[] {
  if (text === "") return [];
  return wrapped(text, style.width - NAMES).map((line, i) => named(i === 0 ? name : "", style) + line);
}

function named(name: string, { colours }: Style): string {
  const text = padded(`  ${name}`, NAMES);
  return name === "" ? text : colours.dim(text);
}
