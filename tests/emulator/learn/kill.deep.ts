/**
 * Runs of `learn` that are killed at one of their requests, chosen at random. Every fourth run gets throttling,
 * failures or wrong answers. 25 runs are killed by default, and 200 with `FC_ACCOUNTS=200`.
 */
import { killedRun } from "./kills";
import { useFolder } from "./stand";

const folder = useFolder();

const PARTS = Math.ceil(Number(process.env["FC_ACCOUNTS"] ?? 25) / 25);

it.each(Array.from({ length: PARTS }, (_, part) => part))(
  "25 killed runs from number 25 × %i leave nothing after --clean",
  async (part) => {
    const wrong = [];
    let killed = 0;
    for (let seed = part * 25; seed < (part + 1) * 25; seed++) {
      const run = await killedRun(seed, folder());
      killed += run.isOpen ? 1 : 0;
      if (run.left.length > 0 || run.journal) wrong.push({ seed, ...run });
    }
    expect(wrong).toEqual([]);
    expect(killed).toBeGreaterThanOrEqual(15);
  },
  900_000,
);
