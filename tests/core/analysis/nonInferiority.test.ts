/** The group-sequential test: its distributions are compared with exact ones, and its level is computed from all possible outcomes. */
import * as fc from "fast-check";
import {
  type Distribution,
  type Increment,
  eventsOfCandidate,
  failures,
  isShown,
  spentLevel,
  sumOf,
} from "../../../provider/core/analysis/nonInferiority";
import { binomial, hypergeometric, upTo } from "./exact";

/** Probability of a count; 0 for a count that the distribution does not contain. */
const at = ({ from, probabilities }: Distribution, count: number): number => probabilities[count - from] ?? 0;

it("the events of the candidate have the exact probabilities", () => {
  const few = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(few, few, few, fc.integer({ min: 1, max: 5 }), (stable, candidate, wanted, odds) => {
      const events = Math.min(wanted, stable + candidate);
      const found = eventsOfCandidate(stable, candidate, events, odds);
      const wrong = hypergeometric(stable, candidate, events, odds).filter(
        (p, k) => Math.abs(p - at(found, k)) > 1e-12,
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it("failures have the exact probabilities", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 100 }), (requests, percent) => {
      const found = failures(requests, percent / 100);
      const wrong = upTo(requests).filter((k) => Math.abs(binomial(k, requests, percent, 100) - at(found, k)) > 1e-12);
      expect(wrong).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it("the distributions of many requests have the mean that they should have", () => {
  const meanOf = ({ from, probabilities }: Distribution) =>
    probabilities.reduce((sum, p, i) => sum + p * (from + i), 0);
  expect(meanOf(failures(100_000, 0.5))).toBeCloseTo(50_000, 3);
  expect(meanOf(failures(100_000, 0.01))).toBeCloseTo(1_000, 3);
  // The mean x solves x (s - m + x) = 2 (c - x) (m - x), with s and c requests of the versions and m events.
  expect(Math.round(meanOf(eventsOfCandidate(100_000, 100_000, 20_000, 2)))).toBe(13_031);
  expect(Math.round(meanOf(eventsOfCandidate(90_000, 10_000, 95_000, 2)))).toBe(9_730);
});

it("the sum of two counts has the exact probabilities", () => {
  const sum = sumOf(failures(13, 0.3), failures(29, 0.3));
  for (const k of upTo(42)) expect(at(sum, k)).toBeCloseTo(binomial(k, 42, 30, 100), 12);
});

it("the sum of counts that begin above zero, and failures of requests that always fail", () => {
  const one = (from: number): Distribution => ({ from, probabilities: Float64Array.of(1) });
  expect(sumOf(one(2), one(3))).toEqual(one(5));
  expect(failures(7, 1)).toEqual(one(7));
});

it("counts that a look has shown are not possible at the next look", () => {
  const look = (information: number, events: number, ...probabilities: number[]): Increment => ({
    distributions: [{ from: 0, probabilities: Float64Array.from(probabilities) }],
    ...{ events, information },
  });
  // At the first look, 0 events would show the candidate. With 1 event, 1 is the lowest count that is left.
  expect(isShown([look(0.5, 1, 0.01, 0.99)], 0.2)).toBe(false);
  expect(isShown([look(0.5, 1, 0.01, 0.99), look(1, 0, 0.1, 0.9)], 0.2)).toBe(true);
  expect(isShown([look(0.5, 1, 0.01, 0.99), look(1, 1, 0.1, 0.9)], 0.2)).toBe(false);
});

it("the level that is spent follows a plan: it never reaches the whole level, and half of the reserve is used at twice the sample", () => {
  expect([0, 0.1, 0.5, 1, 2, 1e9].map((part) => spentLevel(part, 0.05))).toEqual([
    0,
    expect.closeTo(0.0000495, 10),
    expect.closeTo(0.0061875, 10),
    expect.closeTo(0.0495, 10),
    expect.closeTo(0.04975, 10),
    expect.closeTo(0.05, 10),
  ]);
  const part = fc.double({ min: 0, max: 50, noNaN: true });
  fc.assert(fc.property(part, part, (a, b) => spentLevel(Math.min(a, b), 1) <= spentLevel(Math.max(a, b), 1)));
});

/**
 * Probability that a candidate exactly as bad as allowed passes one of three judgements. The probability is the sum over all possible
 * outcomes.
 */
function chanceOfFalsePass(level: number, plan: readonly (readonly [number, number, number])[], odds: number): number {
  let chance = 0;
  const probabilities = plan.map((margins) => hypergeometric(...margins, odds));
  const go = (seen: readonly number[], probability: number): void => {
    const looks: Increment[] = seen.map((events, i) => {
      const [stable, candidate, happened] = plan[i] ?? [0, 0, 0];
      return {
        distributions: [eventsOfCandidate(stable, candidate, happened, odds)],
        events,
        information: (i + 1) / plan.length,
      };
    });
    if (seen.length > 0 && isShown(looks, level)) chance += probability;
    else probabilities[seen.length]?.forEach((p, k) => go([...seen, k], probability * p));
  };
  go([], 1);
  return chance;
}

it.each([
  [0.05, 1],
  [0.05, 2],
  [0.2, 3],
])("passes a candidate that is just as bad as allowed with at most the level %p, at odds %p", (level, odds) => {
  const chance = chanceOfFalsePass(
    level,
    [
      [95, 5, 9],
      [75, 25, 8],
      [50, 50, 10],
    ],
    odds,
  );
  expect(chance).toBeLessThanOrEqual(level);
  // A statistical test that lets no candidate pass would keep the level too, so the chance must not be too small.
  expect(chance).toBeGreaterThan(level / 20);
});

it("nothing is shown without requests, without events, or if all events are of the candidate", () => {
  const increment = (stable: number, candidate: number, events: number, own: number): Increment => ({
    distributions: [eventsOfCandidate(stable, candidate, events, 2)],
    events: own,
    information: 1,
  });
  expect(isShown([], 0.05)).toBe(false);
  expect(isShown([increment(0, 0, 0, 0)], 0.05)).toBe(false);
  expect(isShown([increment(950, 50, 0, 0)], 0.05)).toBe(false);
  expect(isShown([increment(950, 50, 40, 40)], 0.05)).toBe(false);
  expect(isShown([increment(500, 500, 40, 10)], 0.05)).toBe(true);
});

it("needs 300 requests without a failure to show less than 1 %, at one look with a level of 5 %", () => {
  const look = (requests: number): Increment => ({
    distributions: [failures(requests, 0.01)],
    events: 0,
    information: 1,
  });
  // At the planned sample, 99 % of the level can be used: 0.99^n <= 0.0495 from n = 300 on.
  expect([299, 300].map((requests) => isShown([look(requests)], 0.05))).toEqual([false, true]);
});

it("a result that was shown once stays shown with later data", () => {
  const good: Increment = { distributions: [eventsOfCandidate(500, 500, 40, 2)], events: 8, information: 0.5 };
  const bad: Increment = { distributions: [eventsOfCandidate(500, 500, 40, 2)], events: 40, information: 1 };
  expect(isShown([good], 0.05)).toBe(true);
  expect(isShown([good, bad], 0.05)).toBe(true);
  expect(isShown([bad, good], 0.05)).toBe(false);
});
