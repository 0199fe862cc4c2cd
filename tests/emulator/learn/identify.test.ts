/** Emulators with switches set at random stand in the account's place: a sample; `identify.deep.ts` has 200. */
import { runOf, useFolder } from "./stand";

const folder = useFolder();

it.each(Array.from({ length: 4 }, (_, seed) => seed))(
  "account %i is identified, and nothing is left in it",
  async (seed) => {
    const run = await runOf(seed, folder());
    expect(run.found).toEqual(run.expected);
    expect(run.left).toEqual([]);
  },
);
