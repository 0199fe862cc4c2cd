/** The oracle is checked by mistakes that are planted in the reference, and by taking out its checks. */
import { CHECKS, type Check } from "./judge";
import { NAMED, check } from "./named";
import { MISTAKES, type Mistake, Reference } from "./reference";
import { ALL_CHECKS, draw, judge } from "./sequences";

/** Drawn sequences that are tried for a mistake that no sequence by name shows. */
const DRAWN = 1_200;

/** A check, a mistake that only this check sees, and the seed of a sequence in which it does. */
const WITNESSES: readonly (readonly [Check, Mistake, number])[] = [
  ["late writes nothing", "A: an older run is recorded as the newest", 2],
  ["late is announced", "A: an older run is silent", 2],
  ["late leaves no trace", "A: an older run is kept in state as the newest", 242],
  ["rejected in red", "A: equal order counts as older", 24],
  ["never stuck", "a weight for an unknown version fails", 2],
  ["lowered", "C: a lowering by hand is forgotten at once", 254],
  ["hands", "C: a raise by hand is undone by the next run", 172],
  ["plain", "C: swapped shares count as a change of the stable version", 58],
  ["bound", "C: swapped shares count as a change of the stable version", 205],
  ["again is nothing", "D: a rejection ends with its key", 60],
  ["preview", "the preview shows the weight for new content", 1],
  ["preview is silent", "the preview shows no sentence", 1],
  ["preview of failures", "the preview refuses what the run does", 5],
  ["identity", "H: new environment values are no new content", 1],
  ["new content", "H: new content starts at the weight", 3],
  ["silent", "the sentence is missing when traffic moves", 1],
  ["rejected", "E: retry lifts every version", 42],
  ["revert at once", "F: the stable content again keeps the candidate's share", 74],
  ["hold", "K: hold stops nothing", 29],
  ["description", "the description grows with the past", 1],
  ["adopted", "B: an alias that exists gets all traffic on the deployed version", 861],
];

/** Checks whose mistakes other checks see too, in each sequence found so far. */
const NEVER_ALONE: readonly Check[] = ["pruning", "removed", "revert", "valid alias"];

function isNoticed(mistake: Mistake): boolean {
  const subject = new Reference(mistake);
  if (NAMED.some((named) => check(subject, named) !== undefined)) return true;
  for (let seed = 1; seed <= DRAWN; seed += 1) if (judge(subject, draw(seed)).length > 0) return true;
  return false;
}

test.each(MISTAKES)("noticed: %s", (mistake) => {
  expect(isNoticed(mistake)).toBe(true);
});

test.each(WITNESSES.map((witness) => [...witness] as [Check, Mistake, number]))(
  "the check '%s' alone sees: %s, in sequence %i",
  (one, mistake, seed) => {
    const less = new Set(ALL_CHECKS);
    less.delete(one);
    const subject = new Reference(mistake);
    expect(judge(subject, draw(seed)).map((violation) => violation.check)).toContain(one);
    expect(judge(subject, draw(seed), less)).toEqual([]);
  },
);

test("each other check has a mistake that it alone sees", () => {
  expect([...WITNESSES.map(([one]) => one), ...NEVER_ALONE].sort()).toEqual(Object.keys(CHECKS).sort());
});
