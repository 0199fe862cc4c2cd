/** The counts about a candidate: they are added for each weight, and their number is limited. */
import { type Counts, type Evidence, type Stratum, add, byWeight, plus, strata, total } from "../../../provider/core/analysis/evidence"; // prettier-ignore

const counts = (requests: number, errors: number, warm: number, slow: readonly number[] = []): Counts => ({
  requests,
  errors,
  warm,
  slow,
});
const NOTHING = counts(0, 0, 0);
const stratum = (weight: number, requests: number): Stratum => ({
  weight,
  stable: counts(9 * requests, 2, 7, [3]),
  candidate: counts(requests, 1, 5, [1, 4]),
});
const empty: Evidence = { looks: [], open: [], shown: ["errors"] };

it.each([
  [counts(1, 2, 3, [4, 5]), counts(10, 20, 30, [40, 50]), counts(11, 22, 33, [44, 55])],
  [counts(1, 2, 3, []), counts(10, 20, 30, [40, 50]), counts(11, 22, 33, [40, 50])],
  [counts(1, 2, 3, [4, 5]), counts(10, 20, 30, []), counts(11, 22, 33, [4, 5])],
  [counts(1, 2, 3, [4]), NOTHING, counts(1, 2, 3, [4])],
])("%j and %j are %j", (a, b, sum) => {
  expect(plus(a, b)).toEqual(sum);
  expect(plus(b, a)).toEqual(sum);
});

it("counts at a weight that has counts are added to them, and others are kept beside them", () => {
  const first = add(empty, 50, stratum(0, 10));
  expect(first).toEqual({ ...empty, open: [stratum(50, 10)] });
  const second = add(first, 250, stratum(0, 20));
  expect(second.open).toEqual([stratum(50, 10), stratum(250, 20)]);
  const { stable, candidate } = stratum(0, 10);
  expect(add(second, 250, stratum(0, 10)).open).toEqual([
    stratum(50, 10),
    { weight: 250, stable: counts(270, 4, 14, [6]), candidate: counts(30, 2, 10, [2, 8]) },
  ]);
  expect(add(second, 50, { stable, candidate }).open[1]).toEqual(stratum(250, 20));
});

/** Evidence with one look of this number of strata, and the open strata of these weights. */
const full = (looked: number, ...open: number[]): Evidence => ({
  ...{ looks: looked === 0 ? [] : [Array.from({ length: looked }, (_, i) => stratum(i + 1, 1))], shown: [] },
  open: open.map((weight) => stratum(weight, 1)),
});

it.each<[string, Evidence, number, number[]]>([
  ["the 64th stratum", full(61, 500, 600), 700, [500, 600, 700]],
  ["the 65th stratum, at a higher weight", full(62, 500, 600), 700, [500, 700]],
  ["the 65th stratum, at a lower weight", full(62, 500, 600), 550, [500, 600]],
  ["the 65th stratum, beside three open ones", full(61, 500, 600, 610), 605, [500, 600, 610]],
  ["the 65th stratum, after the other 64 were used", full(64), 700, [700]],
])("%s", (_what, evidence, weight, weights) => {
  const next = add(evidence, weight, stratum(0, 1));
  expect(next.open.map((each) => each.weight)).toEqual(weights);
  expect(next.looks).toBe(evidence.looks);
  const requests = (of: Evidence) => strata(of).reduce((sum, { candidate }) => sum + candidate.requests, 0);
  expect(requests(next)).toBe(requests(evidence) + 1);
});

it("the strata are those of the looks and then the open ones; for each weight there is one sum, in the order of weights", () => {
  const evidence = {
    looks: [[stratum(250, 1)], [stratum(50, 2), stratum(250, 3)]],
    open: [stratum(100, 4)],
    shown: [],
  };
  expect(strata(evidence)).toEqual([stratum(250, 1), stratum(50, 2), stratum(250, 3), stratum(100, 4)]);
  const sums = byWeight(evidence);
  expect(sums.map(({ weight, candidate }) => [weight, candidate.requests])).toEqual([[50, 2], [100, 4], [250, 4]]); // prettier-ignore
});

it("the sum over all weights", () => {
  expect(total([])).toEqual({ stable: NOTHING, candidate: NOTHING });
  expect(total([stratum(50, 1)])).toEqual(stratum(50, 1));
  expect(total([stratum(50, 1), stratum(100, 2)]).candidate).toEqual(counts(3, 2, 10, [2, 8]));
});
