/**
 * The provider's main job (a canary release), on emulators with several profiles. A profile sets the emulator's
 * switches. The profiles together have every pair of values of two switches.
 */
import { ALL, holds, pairs, rowsOfPairs, underProfiles } from "../support/covering";

const ROWS = rowsOfPairs(ALL);

it("the set of profiles is small, and contains every pair of two values", () => {
  expect(ROWS.length).toBeLessThanOrEqual(20);
  for (const pair of pairs(ALL)) expect(ROWS.some((row) => holds(row, pair))).toBe(true);
});

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a suite registers its tests each time it is loaded
underProfiles(ROWS, () => void require("./canary.test"));
