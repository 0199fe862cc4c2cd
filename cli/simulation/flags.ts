/** Reads the flags of `simulate`. */
import { type AnalysisSettings, type StepSetting, checkAnalysis, fractionOf, secondsOf } from "../../provider/analysis";
import { Refused } from "../refused";
import { BAD, CALM, type Curve, HOSTILE, type Traffic } from "./traffic";

/** The flags as text of the command line. */
export interface SimulateFlags {
  readonly stack?: string;
  readonly cwd?: string;
  readonly release?: string;
  readonly steps?: string;
  readonly errorRatio?: string;
  readonly errorLimit?: string;
  readonly latency?: string;
  readonly falseAlarms?: string;
  readonly falsePasses?: string;
  readonly errors?: string;
  readonly candidateErrors?: string;
  readonly slower?: string;
  readonly spread: string;
  readonly volume: string;
  readonly every: string;
  readonly longest: string;
  readonly releases?: string;
  readonly seed: string;
  readonly json?: boolean;
  readonly endToEnd?: boolean;
}

/** Settings in the form of the arguments of a program. */
export interface SettingsOfFlags {
  readonly analysis: AnalysisSettings;
  readonly steps: StepSetting[];
}

/** The steps if no flag sets them. */
const STEPS = "5,25,50";

/** The settings of the flags. Throws {@link Refused} with the properties that are wrong. */
export function settingsOfFlags(flags: SimulateFlags): SettingsOfFlags {
  const number = (text: string) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
  const settings = {
    ...(flags.errorRatio === undefined ? {} : { errorRatio: number(flags.errorRatio) }),
    ...(flags.errorLimit === undefined ? {} : { errorLimit: flags.errorLimit }),
    ...(flags.latency === undefined ? {} : { latency: latencyOf(flags.latency) }),
    ...(flags.falseAlarms === undefined ? {} : { falseAlarms: flags.falseAlarms }),
    ...(flags.falsePasses === undefined ? {} : { falsePasses: flags.falsePasses }),
  };
  const steps = (flags.steps ?? STEPS).split(",").map((step) => {
    const [weight = "", bake, requests] = step.split(":");
    return {
      weight,
      ...(bake === undefined || bake === "" ? {} : { bake }),
      ...(requests === undefined ? {} : { requests: number(requests) }),
    };
  });
  const problems = checkAnalysis(settings, steps).map(({ reason }) => reason);
  if (problems.length > 0) throw new Refused(problems.join("\n"));
  return { analysis: settings as AnalysisSettings, steps: steps as StepSetting[] };
}

function latencyOf(text: string): Record<string, string> {
  if (text === "none") return {};
  return Object.fromEntries(text.split(",").map((each) => each.split("=") as [string, string]));
}

/** Share of failed requests of the stable version. Used if no flag sets it. */
export const DEFAULT_ERRORS = "0.5%";

/**
 * The traffic to simulate: the traffic that the flags describe or, without such flags, the built-in kinds of traffic
 * and bad candidates.
 */
export function trafficsOf(flags: SimulateFlags): readonly Traffic[] {
  const volume = curveOf("--volume", flags.volume, (text) => whole("--volume", text, 0, 1e9));
  const spread = Number(flags.spread);
  if (!(spread > 0 && spread <= 5))
    throw new Refused(`--spread: got "${flags.spread}"; allowed: a number above 0, at most 5`);
  if (flags.errors === undefined && flags.candidateErrors === undefined && flags.slower === undefined) {
    return [...HOSTILE, ...BAD];
  }
  const stableErrors = curveOf("--errors", flags.errors ?? DEFAULT_ERRORS, share("--errors"));
  const candidateErrors =
    flags.candidateErrors === undefined
      ? stableErrors
      : curveOf("--candidate-errors", flags.candidateErrors, share("--candidate-errors"));
  const slower = curveOf("--slower", flags.slower ?? "0%", share("--slower", 100));
  const isSlower = !/^0%?$/.test(flags.slower ?? "0%");
  const failsAsOften =
    flags.candidateErrors === undefined || flags.candidateErrors === (flags.errors ?? DEFAULT_ERRORS);
  const good = failsAsOften && !isSlower;
  return [
    { ...CALM, name: "as given", good, volume, stableErrors, candidateErrors, slower: (t) => 1 + slower(t), spread },
  ];
}

function share(flag: string, largest = 1) {
  return (text: string): number => {
    const fraction = fractionOf(text);
    if (fraction !== undefined && fraction <= largest) return fraction;
    throw new Refused(
      `${flag}: got "${text}"; allowed: a percentage from 0 to ${100 * largest}; write one below 1 with its unit, such as 0.5%`,
    );
  };
}

/** A value for the whole time, such as `0.5%`, or one that changes: `0.5%,5%@1h` is 5 % from the first hour on. */
function curveOf(flag: string, text: string, valueOf: (text: string) => number): Curve {
  const parts = text.split(",").map((part, i) => {
    const [value = "", from] = part.split("@");
    const seconds = from === undefined ? (i === 0 ? 0 : undefined) : secondsOf(from);
    if (typeof seconds !== "number") {
      throw new Refused(`${flag}: got "${text}"; allowed: a value, or values with their start times, such as 1%,5%@1h`);
    }
    return { value: valueOf(value), from: seconds / 60 };
  });
  return (minute) => parts.findLast(({ from }) => from <= minute)?.value ?? 0;
}

/** Parses a whole number in a range. */
export function whole(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Refused(`${flag}: got "${text}"; allowed: a whole number from ${min} to ${max}`);
}

/** Parses a duration to minutes. */
export function minutes(flag: string, text: string): number {
  const seconds = secondsOf(text);
  if (typeof seconds === "number" && seconds >= 60) return seconds / 60;
  throw new Refused(`${flag}: got "${text}"; allowed: a duration of at least a minute such as 10m`);
}
