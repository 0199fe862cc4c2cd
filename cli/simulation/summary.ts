/** The results of simulated releases: figures, a table, a plot. */
import type { Policy } from "../../provider/analysis";
import type { Outcome } from "./releases";
import type { Traffic } from "./traffic";

/** The median, and the value that nine of ten do not exceed; absent without values. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
}

/** The results of the releases for one kind of traffic. Shares are fractions from 0 to 1. */
export interface Summary {
  readonly traffic: string;
  /** Whether the candidate was good. */
  readonly good: boolean;
  readonly rejected: number;
  readonly promoted: number;
  /** Share of the releases that were neither promoted nor rejected in the longest time. */
  readonly undecided: number;
  /** Share of the releases with at least one verdict `hold`, because both versions failed more often than the limit. */
  readonly held: number;
  /** For good candidates: the largest share of rejections that the policy allows, plus three standard deviations. */
  readonly allowed?: number;
  /** For the rejected releases: requests to the candidate, and minutes, until the rejection. */
  readonly requestsToReject?: Spread;
  readonly minutesToReject?: Spread;
  /** For the promoted releases: minutes until the promotion. */
  readonly minutesToPromote?: Spread;
  /** Mean number of requests that failed because they reached the candidate. */
  readonly customersHurt: number;
  /** Share of the releases that is rejected after each twentieth of the longest time. */
  readonly rejectedOverTime: readonly number[];
}

/** Summarises the releases for one kind of traffic. */
export function summaryOf(traffic: Traffic, outcomes: readonly Outcome[], policy: Policy, longest: number): Summary {
  const { length } = outcomes;
  const ended = (end: Outcome["end"]) => outcomes.filter((each) => each.end === end);
  const [rejected, promoted, undecided] = [ended("rejected"), ended("promoted"), ended("undecided")];
  const alpha = policy.falseAlarms;
  return {
    traffic: traffic.name,
    good: traffic.good,
    rejected: rejected.length / length,
    promoted: promoted.length / length,
    undecided: undecided.length / length,
    held: outcomes.filter(({ held }) => held).length / length,
    ...(traffic.good ? { allowed: alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / length) } : {}),
    ...spreadOf(
      "requestsToReject",
      rejected.map(({ requests }) => requests),
    ),
    ...spreadOf(
      "minutesToReject",
      rejected.map(({ minutes }) => minutes),
    ),
    ...spreadOf(
      "minutesToPromote",
      promoted.map(({ minutes }) => minutes),
    ),
    customersHurt: outcomes.reduce((sum, { hurt }) => sum + hurt, 0) / length,
    rejectedOverTime: Array.from(
      { length: 20 },
      (_, i) => rejected.filter(({ minutes }) => minutes <= ((i + 1) / 20) * longest).length / length,
    ),
  };
}

function spreadOf(name: string, values: number[]): Record<string, Spread> {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
  return values.length === 0 ? {} : { [name]: { median: at(0.5), p90: at(0.9) } };
}

/** Whether no good candidate is rejected more often than the policy allows. */
export function keepsPromise(summaries: readonly Summary[]): boolean {
  return summaries.every(({ rejected, allowed }) => allowed === undefined || rejected <= allowed);
}

const BARS = " ▁▂▃▄▅▆▇█";

/** The summaries as a table of 80 columns, with a plot of the rejections over time. */
export function table(summaries: readonly Summary[]): string[] {
  const share = (value: number) => `${(100 * value).toFixed(value > 0 && value < 0.0995 ? 2 : 1)}`;
  const head = ["traffic", "rejected", "promoted", "requests", "minutes", "hurt", "rejected over time"];
  const rows = summaries.map((each) => [
    `${each.good ? " " : "✗"} ${each.traffic}`,
    share(each.rejected),
    share(each.promoted),
    each.requestsToReject === undefined ? "" : String(each.requestsToReject.median),
    String((each.good ? each.minutesToPromote : each.minutesToReject)?.median ?? ""),
    each.customersHurt === 0 ? "" : each.customersHurt.toFixed(1),
    each.rejectedOverTime.map((value) => BARS[Math.ceil(value * 8)]).join(""),
  ]);
  const widths = [27, 8, 8, 8, 7, 7, 20];
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 || i === 6 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join(" ")
      .trimEnd();
  return [line(head), ...rows.map(line)];
}
