/** Two hundred runs, each killed at a random one of its requests, of which each fourth meets throttling, failures or lies. */
import { killedRun } from "./kills";
import { useFolder } from "./stand";

const folder = useFolder();

it.each(Array.from({ length: 8 }, (_, part) => part))(
  "the runs from %i times 25 on leave nothing",
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
