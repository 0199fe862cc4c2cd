/** `deviations.test.ts` runs the cases that notice a mistake; these are all of them, on sources without one. */
import { ALL, CASES } from "./cases";
import { failing, NO_CHANGE } from "./planted";

it.each(Object.keys(CASES))("no case of %s fails when nothing is changed", async (group) => {
  const cases = ALL.filter((each) => each.group === group);
  expect(await failing(cases, NO_CHANGE)).toEqual([]);
});
