/** Every mistake of `deviations.ts`, and all cases on sources without one. `deviations.test.ts` plants one of each group. */
import { ALL, CASES } from "./cases";
import { DEVIATIONS } from "./deviations";
import { failing, NO_CHANGE, testNoticed } from "./planted";

it.each(Object.keys(CASES))("no case of %s fails without a planted mistake", async (group) => {
  const cases = ALL.filter((each) => each.group === group);
  expect(await failing(cases, NO_CHANGE)).toEqual([]);
});

testNoticed(DEVIATIONS);
