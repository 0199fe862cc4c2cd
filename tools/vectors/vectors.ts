/** Published figures, and the results of this repository's analysis for the same questions. */
import { bdtri } from "cephes";
import { binomial as drawBinomial, drawsOf } from "../../cli/simulation/draws";
import { ERROR_PRIOR, logRatioE, logSplitE } from "../../provider/core/analysis/mixtures";
import { eventsOfCandidate, failures, isShown } from "../../provider/core/analysis/nonInferiority";
import { binomialAtLeast, binomialAtMost } from "../../provider/core/analysis/special";
import { fittingCounts } from "../../provider/core/analysis/split";
import {
  bestRho,
  betaBinomial,
  boundary,
  empiricalProcess,
  gammaPoisson,
  normalOneSided,
  normalTwoSided,
} from "./boundaries";

/** A published figure, and the figure that this repository's code computes for it. */
export interface Vector {
  readonly group: string;
  readonly name: string;
  readonly expected: number;
  readonly got: number;
  /** Largest difference for which the two figures count as equal. */
  readonly tolerance: number;
}

type Line = readonly [name: string, expected: number, got: number, tolerance: number];

function group(name: string, lines: readonly Line[]): Vector[] {
  return lines.map(([line, expected, got, tolerance]) => ({ group: name, name: line, expected, got, tolerance }));
}

/** Returns the figures that are computed without simulation. */
export function exactVectors(): Vector[] {
  return [
    ...group("boundaries of confseq at v = 100, level 0.05", boundaries()),
    ...group("counts that fit a weight, level one in a thousand", ranges(0.001, RANGES)),
    ...group("counts that fit a weight, level one in a million", ranges(0.000001, RARE_RANGES)),
    ...group("requests that tell one weight from another, level 0.001, power 0.99", samples()),
    ...group("usual rules on a healthy service, percent rejected", usualRules()),
    ...group("coverage of intervals, nominal 95 %", coverage()),
    ...group("upper bound of the error rate after no error, percent", [100, 300, 1000].map(noError)),
  ];
}

/** Figures by simulation. At size 1 they take half a minute; a smaller size has wider tolerances. */
export function simulatedVectors(size: number): Vector[] {
  const wider = 1 / Math.sqrt(size);
  const runs = (full: number) => Math.round(full * size);
  return [
    ...group("false alarms of a 5 % test that is looked at again, percent", repeatedLooks(runs(20000), wider)),
    ...group("split that is watched live: weight 10 %, level 0.001, median requests", watchedSplit(runs(2000), wider)),
    ...group("errors at weight 10 %, ratio 2, level 0.05, 4,000 requests", errors(runs(2000), wider)),
    ...passVectors(size),
  ];
}

/** The figures of {@link simulatedVectors} about candidates that pass. */
export function passVectors(size: number): Vector[] {
  const lines = pass(Math.round(10000 * size), 1 / Math.sqrt(size));
  return group("pass: 10 % against 12 % errors, 4,500 requests a side, percent", lines);
}

function boundaries(): Line[] {
  const both = (name: string, mixture: Parameters<typeof boundary>[0], log: number, bound: number): Line[] => [
    [`${name}, log at s = 10`, log, mixture(10, 100), 1e-5],
    [`${name}, boundary`, bound, boundary(mixture, 100, 0.05), 1e-5],
  ];
  return [
    ["best rho", 12.60056, bestRho(100, 0.05), 1e-5],
    ...both("normal, two-sided", normalTwoSided(100, 0.05), -0.6510052, 30.35209),
    ...both("normal, one-sided", normalOneSided(100, 0.05), -0.06502391, 27.66071),
    ...both("gamma-Poisson, c = 2", gammaPoisson(100, 0.05, 2), -0.06991219, 30.1949),
    ...both("beta-binomial, two-sided", betaBinomial(100, 0.05, 0.2, 0.8, false), -0.6941012, 31.4308),
    ...both("beta-binomial, one-sided", betaBinomial(100, 0.05, 0.2, 0.8, true), -0.07134019, 28.41238),
    ["empirical process, t = 1000", 0.08204769, empiricalProcess(1000, 0.05, 100, 0.85), 1e-5],
    ["split [156, 212] against ½ : ½, concentration 100", 0.0749, Math.exp(-logSplitE(212, 156, 0.5, 100)), 5e-5],
  ];
}

type RangeOf = readonly [requests: number, percent: number, low: number, high: number];

const RANGES: readonly RangeOf[] = [
  [200, 10, 8, 35],
  [200, 25, 31, 71],
  [200, 50, 77, 123],
  [500, 5, 11, 42],
  [500, 10, 29, 73],
  [500, 25, 94, 158],
  [500, 50, 213, 287],
  [1000, 1, 2, 22],
  [1000, 5, 29, 74],
  [1000, 10, 70, 132],
  [1000, 25, 206, 296],
  [1000, 50, 448, 552],
  [2000, 1, 7, 36],
];

const RARE_RANGES: readonly RangeOf[] = [
  [1000, 10, 57, 149],
  [1000, 25, 185, 319],
  [1000, 50, 423, 577],
  [500, 10, 21, 86],
  [200, 10, 3, 43],
];

function ranges(level: number, of: readonly RangeOf[]): Line[] {
  return of.flatMap(([requests, percent, low, high]): Line[] => {
    const got = fittingCounts(requests, percent / 100, level);
    return [
      [`${percent} % of ${requests}, smallest`, low, got.low, 0],
      [`${percent} % of ${requests}, largest`, high, got.high, 0],
    ];
  });
}

/**
 * The smallest number of requests. The power is not monotonic in the number of requests, and the source does not define
 * whether it means the first sufficient number or the number from which on all are sufficient. The tolerance covers
 * both.
 */
function samples(): Line[] {
  const needed = (claimed: number, real: number): number => {
    for (let n = 1; ; n++) {
      const { low, high } = fittingCounts(n, claimed, 0.001);
      if (binomialAtMost(high, n, real) - binomialAtMost(low - 1, n, real) <= 0.01) return n;
    }
  };
  return (
    [
      [10, 0, 74],
      [10, 25, 197],
      [25, 50, 117],
      [10, 20, 393],
      [50, 40, 794],
      [5, 10, 843],
      [10, 5, 923],
      [1, 0, 770],
    ] as const
  ).map(([claimed, real, expected]) => [
    `${claimed} % or ${real} %`,
    expected,
    needed(claimed / 100, real / 100),
    0.06 * expected,
  ]);
}

/**
 * The results of usual rules for a healthy service with 0.5 % errors. The canary gets 20 requests in each of 10
 * intervals.
 */
function usualRules(): Line[] {
  const failing = (rate: number) => 1 - (1 - rate) ** 20;
  return [
    ["any error stops", 63, 100 * (1 - (1 - 0.005) ** 200), 0.5],
    ["success of 99 %, two failed checks", 24.8, 100 * binomialAtLeast(2, 10, failing(0.005)), 0.5],
    ["success of 99 %, five failed checks", 0.13, 100 * binomialAtLeast(5, 10, failing(0.005)), 0.01],
    ["five failed checks, let through at 3 % errors", 49, 100 * binomialAtMost(4, 10, failing(0.03)), 0.5],
  ];
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

function wald(k: number, n: number): Interval {
  const [p, z] = [k / n, 1.959964];
  const half = z * Math.sqrt((p * (1 - p)) / n);
  return { low: p - half, high: p + half };
}

function wilson(k: number, n: number): Interval {
  const [p, z] = [k / n, 1.959964];
  const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { low: middle - half, high: middle + half };
}

function clopperPearson(k: number, n: number): Interval {
  return { low: k === 0 ? 0 : bdtri(k - 1, n, 0.975), high: k === n ? 1 : bdtri(k, n, 0.025) };
}

function coverage(): Line[] {
  const covered = (interval: (k: number, n: number) => Interval, n: number): number => {
    const { from, probabilities } = failures(n, 0.01);
    const holds = (k: number) => interval(k, n).low <= 0.01 && interval(k, n).high >= 0.01;
    return probabilities.reduce((sum, p, i) => (holds(from + i) ? sum + p : sum), 0);
  };
  return (
    [
      [50, 0.395, 0.911, 0.986],
      [100, 0.633, 0.921, 0.982],
      [300, 0.799, 0.967, 0.989],
    ] as const
  ).flatMap(([n, byWald, byWilson, exact]): Line[] => [
    [`Wald, n = ${n}, p = 1 %`, byWald, covered(wald, n), 1e-3],
    [`Wilson, n = ${n}, p = 1 %`, byWilson, covered(wilson, n), 1e-3],
    [`Clopper-Pearson, n = ${n}, p = 1 %`, exact, covered(clopperPearson, n), 1e-3],
  ]);
}

function noError(n: number): Line {
  const bound = 100 * (1 - 0.05 ** (1 / n));
  return [`${n} requests`, { 100: 2.95, 300: 1, 1000: 0.3 }[n] ?? 0, bound, 0.01];
}

function repeatedLooks(runs: number, wider: number): Line[] {
  const crossed = [0, 0, 0];
  const sizes = [5, 10, 20];
  for (let run = 0; run < runs; run++) {
    const draw = drawsOf(11, run);
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    let sum = 0;
    let first = Infinity;
    for (let look = 1; look <= 20; look++) {
      sum += normal();
      if (Math.abs(sum) > 1.959964 * Math.sqrt(look)) first = Math.min(first, look);
    }
    for (const [i, looks] of sizes.entries()) if (first <= looks) crossed[i] = (crossed[i] ?? 0) + 1;
  }
  return [14.1, 19.6, 24.7].map((expected, i) => [
    `${sizes[i]} looks`,
    expected,
    (100 * (crossed[i] ?? 0)) / runs,
    1 * wider,
  ]);
}

/** Number of requests until a mixture of 10 pseudo-requests exceeds 1/level; Infinity if it does not in time. */
function untilSplitIsFound(real: number, level: number, every: number, longest: number, run: number): number {
  const draw = drawsOf(12, run);
  let candidate = 0;
  for (let n = 1; n <= longest; n++) {
    if (draw() < real) candidate += 1;
    if (n % every === 0 && logSplitE(n - candidate, candidate, 0.1, 10) >= -Math.log(level)) return n;
  }
  return Infinity;
}

function watchedSplit(runs: number, wider: number): Line[] {
  const medians = (
    [
      [100, 8],
      [50, 21],
      [0, 89],
      [20, 184],
      [5, 467],
    ] as const
  ).map(([real, expected]): Line => {
    const found = Array.from({ length: runs }, (_, run) => untilSplitIsFound(real / 100, 0.001, 1, 4000, run));
    return [`really ${real} %`, expected, median(found), 1 + 0.06 * expected * wider];
  });
  const alarms = Array.from({ length: runs }, (_, run) => untilSplitIsFound(0.1, 0.05, 50, 1000, run)).filter(
    Number.isFinite,
  );
  return [
    ...medians,
    [
      "false alarms at level 0.05, a look each 50 of 1,000 requests, percent",
      1.8,
      (100 * alarms.length) / runs,
      1.2 * wider,
    ],
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

/**
 * Number of requests to the candidate until it is found to be bad, with a judgement after each error; Infinity if it is
 * not found within 4,000 requests.
 */
function untilErrorsAreFound(stableRate: number, candidateRate: number, run: number): number {
  const draw = drawsOf(13, run);
  let [stable, candidate, stableEvents, candidateEvents] = [0, 0, 0, 0];
  for (let n = 0; n < 4000; n++) {
    const toCandidate = draw() < 0.1;
    if (toCandidate) candidate += 1;
    else stable += 1;
    if (draw() >= (toCandidate ? candidateRate : stableRate)) continue;
    if (toCandidate) candidateEvents += 1;
    else stableEvents += 1;
    const events = [{ share: 0.1, stable, candidate, stableEvents, candidateEvents }];
    if (logRatioE(events, 2, ERROR_PRIOR) >= Math.log(20)) return candidate;
  }
  return Infinity;
}

/**
 * Percent of the bad candidates that were found, and the median of their requests. The published figures come from
 * another mixture, so the tolerance covers more than chance.
 */
function errors(runs: number, wider: number): Line[] {
  return (
    [
      [0.5, 0.5, 0.1, undefined],
      [0.5, 1, 2.5, undefined],
      [0.5, 5, 97.5, 104],
      [0.5, 20, 100, 17],
      [0.5, 100, 100, 3],
      [0.05, 5, 100, 56],
    ] as const
  ).flatMap(([stable, candidate, percent, requests]): Line[] => {
    const all = Array.from({ length: runs }, (_, run) => untilErrorsAreFound(stable / 100, candidate / 100, run));
    const found = all.filter(Number.isFinite);
    const name = `${stable} % and ${candidate} %`;
    return [
      [`${name}: found, percent`, percent, (100 * found.length) / runs, 1.5 * wider],
      ...(requests === undefined
        ? []
        : [[`${name}: median requests`, requests, median(found), 1 + 0.08 * requests * wider] as const]),
    ];
  });
}

/**
 * The candidate is judged three times, after equal parts of the sample. The published power is that of normal
 * statistics. A false pass means that 10 % passes against a limit of 10 %.
 */
function pass(runs: number, wider: number): Line[] {
  const shown = (candidateRate: number, stableRate: number): number => {
    let count = 0;
    for (let run = 0; run < runs; run++) {
      const draw = drawsOf(14, run);
      const looks = [1, 2, 3].map((look) => {
        const [candidate, stable] = [drawBinomial(1500, candidateRate, draw), drawBinomial(1500, stableRate, draw)];
        const distributions = [eventsOfCandidate(1500, 1500, candidate + stable, 1)];
        return { distributions, events: candidate, information: look / 3 };
      });
      if (isShown(looks, 0.05)) count += 1;
    }
    return (100 * count) / runs;
  };
  return [
    ["power", 91, shown(0.1, 0.12), 1 + 0.7 * wider],
    ["false passes", 4.95, shown(0.1, 0.1), 0.7 * wider],
  ];
}
