/** Traffic of a function, minute by minute, and the log rows of one window of it. */
import { type Pair, type Policy, QUANTILES, type Quantile, normalBelow } from "../../provider/analysis";
import { type Draw, binomial } from "./draws";

/** A value that may change with the minutes since the release began. */
export type Curve = (minute: number) => number;

/** The requests of a function and their results. Shares are fractions from 0 to 1. */
export interface Traffic {
  readonly name: string;
  /** Whether the candidate is good: then its rejection is a false alarm, and its promotion is right. */
  readonly good: boolean;
  /** Requests per minute, of both versions together. */
  readonly volume: Curve;
  /** Share of failed requests of each version. */
  readonly stableErrors: Curve;
  readonly candidateErrors: Curve;
  /** Factor between the durations of the candidate and of the stable version: 1.5 means 50 % longer. */
  readonly slower: Curve;
  /** Spread of the logarithm of durations. At 0.5, p95 is 2.3 times the median. */
  readonly spread: number;
  /** Number of requests for one operation that fails: its first attempt and its retries, each of which is routed separately. */
  readonly tries: number;
  /**
   * Incidents, in which both versions fail alike: the probability of an incident in a window, and the share of requests
   * that fail during an incident.
   */
  readonly incidents?: { readonly chance: number; readonly errors: number };
  /** The real share of the candidate divided by its weight: 1.04 means 4 % more requests than the weight asks for. */
  readonly routing: number;
  /** Share of requests that start an instance. */
  readonly coldStable: Curve;
  readonly coldCandidate: Curve;
  /** Share of rows that arrive after their window was judged, of all requests and of failed ones. These rows are lost. */
  readonly late: { readonly all: number; readonly failed: number };
  /** Share of rows that are counted in two windows. */
  readonly twice: number;
}

const constant =
  (value: number): Curve =>
  () =>
    value;

/** Calm traffic: 600 requests per minute, 0.5 % errors on both versions. */
export const CALM: Traffic = {
  name: "calm",
  good: true,
  volume: constant(600),
  stableErrors: constant(0.005),
  candidateErrors: constant(0.005),
  slower: constant(1),
  spread: 0.5,
  tries: 1,
  routing: 1,
  coldStable: constant(0.01),
  coldCandidate: constant(0.02),
  late: { all: 0, failed: 0 },
  twice: 0,
};

function alike(name: string, errors: Curve, more: Partial<Traffic> = {}): Traffic {
  return { ...CALM, name, stableErrors: errors, candidateErrors: errors, ...more };
}

const DAY = 24 * 60;

/** Twelve kinds of traffic that would mislead simpler rules. In all of them the candidate is as good as the stable version. */
export const HOSTILE: readonly Traffic[] = [
  alike("0.05 % errors", constant(0.0005)),
  alike("0.5 % errors", constant(0.005)),
  alike("5 % errors", constant(0.05)),
  alike("50 % errors", constant(0.5)),
  alike("bursts and retries", constant(0.004), { tries: 8, incidents: { chance: 0.1, errors: 0.3 } }),
  alike("drifting error rate", (minute) => 0.001 + 0.03 * Math.min(1, minute / 360)),
  alike("swinging volume", constant(0.005), {
    volume: (minute) => 600 * (1.05 + Math.sin((2 * Math.PI * minute * 12) / DAY)),
  }),
  alike("waves of cold starts", constant(0.005), {
    coldStable: (minute) => (minute % 60 < 15 ? 0.2 : 0.01),
    coldCandidate: (minute) => (minute % 60 < 15 ? 0.7 : 0.1),
  }),
  alike("late and duplicated rows", constant(0.01), { late: { all: 0.02, failed: 0.2 }, twice: 0.02 }),
  alike("a share off by rounding", constant(0.005), { routing: 1.04 }),
  alike("both versions bad", (minute) => (minute > 20 ? 0.3 : 0.005)),
  alike("no traffic", constant(0), { volume: constant(0) }),
];

/** Bad candidates, which the policy should reject. */
export const BAD: readonly Traffic[] = [
  { ...CALM, name: "errors 0.5 → 1.5 %", good: false, candidateErrors: constant(0.015) },
  { ...CALM, name: "errors 0.5 → 5 %", good: false, candidateErrors: constant(0.05) },
  { ...CALM, name: "errors 0.5 → 100 %", good: false, candidateErrors: constant(1) },
  { ...CALM, name: "50 % slower", good: false, slower: constant(1.5) },
  { ...CALM, name: "twice as slow", good: false, slower: constant(2) },
  { ...CALM, name: "errors 0.5 → 5 % after 1 h", good: false, candidateErrors: (t) => (t < 60 ? 0.005 : 0.05) },
];

/**
 * The counts of the log rows of a window, and the failures that the candidate caused beyond those of the stable
 * version.
 */
export interface Observed {
  readonly counts: Pair;
  readonly hurt: number;
}

/** Simulates one window of traffic, from one minute to another, with the candidate at a share from 0 to 1. */
export function windowOf(
  traffic: Traffic,
  policy: Policy,
  share: number,
  from: number,
  to: number,
  draw: Draw,
): Observed {
  const middle = (from + to) / 2;
  const volume = Math.max(0, traffic.volume(middle)) * (to - from);
  const requests = Math.floor(volume) + (draw() < volume % 1 ? 1 : 0);
  const routed = Math.min(1, share * traffic.routing);
  const candidate = binomial(requests, routed, draw);
  const failed = failuresOf(traffic, middle, { stable: requests - candidate, candidate }, routed, draw);
  const slower = traffic.slower(middle);
  const counts = {
    stable: seen(traffic, requests - candidate, failed.stable, draw),
    candidate: seen(traffic, candidate, failed.candidate, draw),
  };
  const warm = {
    stable: binomial(counts.stable.requests, 1 - traffic.coldStable(middle), draw),
    candidate: binomial(counts.candidate.requests, 1 - traffic.coldCandidate(middle), draw),
  };
  const slow = (version: "stable" | "candidate"): number[] =>
    policy.latency.map(({ quantile, tolerance }) => {
      const warmShare = warm.candidate / Math.max(1, warm.candidate + warm.stable);
      const chances = slowChances(quantile, slower / (1 + tolerance), traffic.spread, warmShare);
      return binomial(warm[version], chances[version], draw);
    });
  return {
    counts: {
      stable: { ...counts.stable, warm: warm.stable, slow: slow("stable") },
      candidate: { ...counts.candidate, warm: warm.candidate, slow: slow("candidate") },
    },
    hurt: failed.extra,
  };
}

type Sides = Readonly<Record<"stable" | "candidate", number>>;

/**
 * The failures of both versions. Failures that both versions have are routed like all requests. Failures that only the
 * candidate has are added.
 */
function failuresOf(
  traffic: Traffic,
  minute: number,
  requests: Sides,
  routed: number,
  draw: Draw,
): Sides & { extra: number } {
  const { incidents, tries } = traffic;
  const stableRate = traffic.stableErrors(minute);
  const incident = incidents !== undefined && draw() < incidents.chance;
  const common = incident ? Math.max(stableRate, incidents.errors) : stableRate;
  const own = Math.max(0, traffic.candidateErrors(minute) - stableRate) / Math.max(1e-12, 1 - stableRate);
  if (tries === 1) {
    const stable = binomial(requests.stable, common, draw);
    const alike = binomial(
      requests.candidate,
      Math.min(common, Math.max(common - stableRate, traffic.candidateErrors(minute))),
      draw,
    );
    const extra = binomial(requests.candidate - alike, own, draw);
    return { stable, candidate: alike + extra, extra };
  }
  const operations = Math.floor((requests.stable + requests.candidate) / tries);
  const events = tries * binomial(operations, common, draw);
  const alike = Math.min(requests.candidate, binomial(events, routed, draw));
  const extra = binomial(requests.candidate - alike, own, draw);
  return { stable: Math.min(requests.stable, events - alike), candidate: alike + extra, extra };
}

/** The counts in the rows that are judged: late rows are missing, and some rows are counted twice. */
function seen(traffic: Traffic, requests: number, failed: number, draw: Draw): { requests: number; errors: number } {
  const { late, twice } = traffic;
  if (late.all === 0 && late.failed === 0 && twice === 0) return { requests, errors: failed };
  const errors = failed - binomial(failed, late.failed, draw);
  const fine = requests - failed - binomial(requests - failed, late.all, draw);
  const [moreErrors, moreFine] = [binomial(errors, twice, draw), binomial(fine, twice, draw)];
  return { requests: errors + fine + moreErrors + moreFine, errors: errors + moreErrors };
}

const chancesKnown = new Map<number, Map<number, Sides>>();

/** A member of a nested map, which is created if it is missing. */
function remembered(outer: number, inner: number, make: () => Sides): Sides {
  const found = chancesKnown.get(outer) ?? new Map<number, Sides>();
  chancesKnown.set(outer, found);
  const sides = found.get(inner) ?? make();
  found.set(inner, sides);
  return sides;
}

/**
 * The probability that a warm request of each version is slow. Durations are lognormal. A request is slow if
 * it takes longer than `quantile` of the durations of both versions together; for this, the candidate's durations are
 * divided by the allowed factor (see `slowCounts`).
 */
export function slowChances(quantile: Quantile, factor: number, spread: number, share: number): Sides {
  const part = Math.round(share * 50) / 50;
  const shift = Math.log(factor) / spread;
  const above = 1 - QUANTILES[quantile];
  return remembered(shift, 1000 * QUANTILES[quantile] + part, () => {
    let [low, high] = [-40, 40];
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2;
      if (part * normalBelow(shift - middle) + (1 - part) * normalBelow(-middle) > above) low = middle;
      else high = middle;
    }
    return { stable: normalBelow(-low), candidate: normalBelow(shift - low) };
  });
}
