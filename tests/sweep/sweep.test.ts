/**
 * Scenarios with some of the faults and a few kills, always the same ones. `sweep.deep.ts` has every fault and a kill
 * at every request.
 */
import { sweep } from "./lane";
import { faultCases, killCases } from "./sweep";

/**
 * Selects every n-th case. The number has no common divisor with the number of faults at a request, so every kind is
 * selected.
 */
const EVERY = 331;
const EVERY_KILL = 257;

it("after a fault at one request of a scenario, the next run ends in the listed state", async () => {
  const { runs, wrong } = await sweep(1, (bench) => [
    ...faultCases(bench).filter((_, i) => i % EVERY === 0),
    ...killCases(bench).filter((_, i) => i % EVERY_KILL === 0),
  ]);
  expect(wrong.join("\n")).toBe("");
  expect(runs).toBeGreaterThan(15);
}, 300_000);
