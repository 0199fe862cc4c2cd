/**
 * Tests the cases: with a mistake planted in the emulator, the case about this behaviour must fail. This file plants one mistake
 * of each group; `deviations.deep.ts` plants all of them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CASES } from "./cases";
import { DEVIATIONS } from "./deviations";
import { caseOf, failing, NO_CHANGE, testNoticed } from "./planted";

const FIRST = DEVIATIONS.filter(({ group }, i) => DEVIATIONS.findIndex((each) => each.group === group) === i);

testNoticed(FIRST);

it("no case fails without a planted mistake", async () => {
  expect(
    await failing(
      FIRST.map(({ group, noticedBy }) => caseOf(group, noticedBy)),
      NO_CHANGE,
    ),
  ).toEqual([]);
});

it("every planted mistake names an existing case", () => {
  expect(DEVIATIONS.map(({ group, noticedBy }) => caseOf(group, noticedBy).name)).toHaveLength(DEVIATIONS.length);
});

it("every group has planted mistakes, each once", () => {
  expect([...new Set(DEVIATIONS.map(({ group }) => group))].sort()).toEqual(Object.keys(CASES).sort());
  expect(new Set(DEVIATIONS.map(({ group, what }) => `${group} ${what}`)).size).toBe(DEVIATIONS.length);
});

it("the README has the right number of planted mistakes", () => {
  expect(readFileSync(join(__dirname, "README.md"), "utf8")).toContain(`has ${DEVIATIONS.length} mistakes`);
});
