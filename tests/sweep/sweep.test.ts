/** A part of the sweep that does not change: every so manieth fault, and a few kills. `sweep.deep.ts` has all of it. */
import { sweep } from "./lane";
import { faultCases, killCases } from "./sweep";

/** Shares no divisor with the number of faults at a request, so that each kind comes up. */
const EVERY = 179;
const EVERY_KILL = 139;

it("a scenario that was disturbed at one request ends as it must when it is run again", async () => {
  const { runs, wrong } = await sweep(1, (bench) => [
    ...faultCases(bench).filter((_, i) => i % EVERY === 0),
    ...killCases(bench).filter((_, i) => i % EVERY_KILL === 0),
  ]);
  expect(wrong.join("\n")).toBe("");
  expect(runs).toBeGreaterThan(30);
}, 300_000);
