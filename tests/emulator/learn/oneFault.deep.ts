/**
 * One passing fault at each call of each experiment never makes a wrong decision. Each run of this suite takes every
 * `FC_EACH`th pair of call and kind, 16 by default; `FC_EACH=1` takes all of them.
 */
import { EXPERIMENTS } from "../../../emulator/learn/experiments";
import { wrongDecisions } from "./oneFault";
import { useFolder } from "./stand";

const folder = useFolder();

const EACH = Number(process.env["FC_EACH"] ?? 16);

it.each(EXPERIMENTS.map(({ settles, finds }, at) => [[...settles, ...finds].join(", "), at] as const))(
  "one fault decides nothing wrongly: %s",
  async (_names, at) => {
    const { runs, wrong } = await wrongDecisions(at, at + 1, folder(), (number) => number % EACH === at % EACH);
    expect(wrong).toEqual([]);
    expect(runs).toBeGreaterThan(0);
  },
  600_000,
);
