/** The contract is checked: each of these mistakes, planted in the emulator, makes the case fail that is about it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CASES } from "./cases";
import { DEVIATIONS } from "./deviations";
import { caseOf, failing, NO_CHANGE } from "./planted";

it.each(Object.keys(CASES))("no case named of %s fails when nothing is changed", async (group) => {
  const named = DEVIATIONS.filter((each) => each.group === group).map(({ noticedBy }) => noticedBy);
  const cases = [...new Set(named)].map((name) => caseOf(group, name));
  expect(await failing(cases, NO_CHANGE)).toEqual([]);
});

it.each(DEVIATIONS)("$group › $what: noticed by: $noticedBy", async ({ group, noticedBy, ...change }) => {
  expect(await failing([caseOf(group, noticedBy)], change)).toHaveLength(1);
});

it("every group has mistakes planted, each once", () => {
  expect([...new Set(DEVIATIONS.map(({ group }) => group))].sort()).toEqual(Object.keys(CASES).sort());
  expect(new Set(DEVIATIONS.map(({ group, what }) => `${group} ${what}`)).size).toBe(DEVIATIONS.length);
});

it("the README's count of mistakes is this one", () => {
  expect(readFileSync(join(__dirname, "README.md"), "utf8")).toContain(`each of ${DEVIATIONS.length} mistakes`);
});
