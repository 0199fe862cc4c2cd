/** Runs the tests of judging.ts with 90 sequences. `judging.deep.ts` runs more. */
import { playMany } from "./judging";

it("90 random sequences: a failed candidate is never raised, no candidate is raised without a pass or above its step", async () => {
  const { pass = 0, fail = 0, inconclusive = 0 } = await playMany(90, 20_261_127);
  expect(Math.min(pass, fail, inconclusive)).toBeGreaterThan(2);
}, 300_000);
