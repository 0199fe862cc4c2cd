/** See judging.ts. More sequences: the deep test of the same name. */
import { playMany } from "./judging";

it("300 random sequences: what failed is never raised, nothing without a pass, nothing above its step", async () => {
  const { pass = 0, fail = 0, inconclusive = 0 } = await playMany(300, 20_261_127);
  expect(Math.min(pass, fail, inconclusive)).toBeGreaterThan(5);
}, 300_000);
