/**
 * The group-sequential test that shows that a candidate is no worse than allowed. Pure.
 *
 * Each look is one evaluation of the test. A spending function determines how much of the level each look may use. The
 * bound of a look is computed from the exact distribution of the candidate's events, without a normal approximation.
 */

/** Probabilities of the counts `from`, `from + 1` and so on. */
export interface Distribution {
  readonly from: number;
  readonly probabilities: Float64Array;
}

/** The counts that one look (evaluation of the test) adds to those of the look before. */
export interface Increment {
  /** Distributions of the candidate's events if the candidate is exactly as bad as allowed, one for each weight. */
  readonly distributions: readonly Distribution[];
  /** Events of the candidate. */
  readonly events: number;
  /** Part of the planned sample that is reached, including earlier looks; may exceed 1. */
  readonly information: number;
}

/** Counts whose probability is below this fraction of the largest one are left out. */
const NEGLIGIBLE = 1e-15;

/** Computes a distribution outwards from its most likely count, by the ratio of neighbouring probabilities. */
function walk(low: number, high: number, start: number, ratioUp: (count: number) => number): Distribution {
  let mode = start;
  while (mode < high && ratioUp(mode) > 1) mode++;
  while (mode > low && ratioUp(mode - 1) < 1) mode--;
  const above = outwards(high - mode, (i) => ratioUp(mode + i));
  const below = outwards(mode - low, (i) => 1 / ratioUp(mode - 1 - i));
  const probabilities = Float64Array.from([...below.reverse(), 1, ...above]);
  const sum = probabilities.reduce((a, b) => a + b, 0);
  return { from: mode - below.length, probabilities: probabilities.map((p) => p / sum) };
}

function outwards(steps: number, ratio: (i: number) => number): number[] {
  const found: number[] = [];
  let p = 1;
  for (let i = 0; i < steps; i++) {
    p *= ratio(i);
    if (p < NEGLIGIBLE) break;
    found.push(p);
  }
  return found;
}

/**
 * Distribution of the candidate's events among the events of both versions, if the candidate's odds of an event are
 * `ratio` times those of the stable version (Fisher's noncentral hypergeometric distribution). For a ratio of 1 or
 * more, a candidate whose event probability is `ratio` times as large has at least these odds.
 */
export function eventsOfCandidate(stable: number, candidate: number, events: number, ratio: number): Distribution {
  const low = Math.max(0, events - stable);
  const high = Math.min(events, candidate);
  const expected = Math.round((events * candidate * ratio) / Math.max(1, candidate * ratio + stable));
  const ratioUp = (k: number) => (ratio * (candidate - k) * (events - k)) / ((k + 1) * (stable - events + k + 1));
  return walk(low, high, Math.min(high, Math.max(low, expected)), ratioUp);
}

/** Distribution of the number of failures when each request fails with this probability: the binomial distribution. */
export function failures(requests: number, probability: number): Distribution {
  if (probability >= 1) return { from: requests, probabilities: Float64Array.of(1) };
  const odds = probability / (1 - probability);
  const ratioUp = (k: number) => (odds * (requests - k)) / (k + 1);
  return walk(0, requests, Math.round(requests * probability), ratioUp);
}

/** The distribution of the sum of two counts. */
export function sumOf(a: Distribution, b: Distribution): Distribution {
  const [short, long] = a.probabilities.length < b.probabilities.length ? [a, b] : [b, a];
  const probabilities = new Float64Array(short.probabilities.length + long.probabilities.length - 1);
  for (const [i, p] of short.probabilities.entries()) {
    for (let j = 0; j < long.probabilities.length; j++) probabilities[i + j]! += p * long.probabilities[j]!;
  }
  return { from: a.from + b.from, probabilities };
}

/** Part of the level that is reserved for looks (evaluations of the test) after the planned sample. */
const RESERVE = 0.01;

/**
 * The level that looks may have used when a given part of the planned sample is reached. 99 % of the level is spent in
 * proportion to the cube of this part (a power function of Kim and DeMets). The rest is for later looks: half of it up
 * to twice the sample. Counts are whole numbers, so a look leaves some of its level unused, and later looks use this
 * rest as well.
 */
export function spentLevel(information: number, level: number): number {
  if (information <= 1) return level * (1 - RESERVE) * information ** 3;
  return level * (1 - RESERVE / information);
}

/**
 * Whether one of the looks shows that the candidate is no worse than allowed. If the candidate is worse, the chance
 * that any look shows this is at most the level.
 */
export function isShown(looks: readonly Increment[], level: number): boolean {
  let paths: Distribution = { from: 0, probabilities: Float64Array.of(1) };
  let spent = 0;
  let events = 0;
  for (const look of looks) {
    paths = look.distributions.reduce(sumOf, paths);
    events += look.events;
    const budget = spentLevel(look.information, level) - spent;
    const { count, probability } = lowest(paths.probabilities, budget);
    if (events < paths.from + count) return true;
    spent += probability;
    paths = { from: paths.from + count, probabilities: paths.probabilities.slice(count) };
  }
  return false;
}

/** The number of lowest counts whose probabilities add up to at most `budget`, and their sum. */
function lowest(probabilities: Float64Array, budget: number): { count: number; probability: number } {
  let probability = 0;
  for (const [count, p] of probabilities.entries()) {
    if (probability + p > budget) return { count, probability };
    probability += p;
  }
  return { count: probabilities.length, probability };
}
