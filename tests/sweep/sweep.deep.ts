/**
 * Every fault and a kill at every request of every scenario. The scenarios are divided into parts (lanes) that run at
 * the same time, because a run mostly waits between two attempts of one request. By default one of 25 parts runs;
 * `FC_SWEEP=7/20` runs the seventh part of twenty, `FC_SWEEP=1/1` everything.
 */
import { sweep } from "./lane";
import { type Case, faultCases, killCases } from "./sweep";

const LANES = 5;
const [PART, PARTS] = (process.env["FC_SWEEP"] ?? "1/25").split("/").map(Number) as [number, number];

const part = (cases: readonly Case[]) => cases.filter((_, i) => i % PARTS === PART - 1);

it.each([
  ["a fault", faultCases, 5_000],
  ["a kill", killCases, 250],
] as const)(
  "%s at every request of every scenario: the next run ends in the listed state",
  async (_what, cases, least) => {
    const { runs, wrong } = await sweep(LANES, (bench) => part(cases(bench)));
    process.stderr.write(`${runs} runs\n`);
    expect(wrong.join("\n")).toBe("");
    expect(runs).toBeGreaterThan(least / PARTS - LANES);
  },
  3_600_000,
);
