/** `learn` against emulators with random switches in place of an account. `identify.deep.ts` has more of them. */
import { runOf, useFolder } from "./stand";

const folder = useFolder();

it.each(Array.from({ length: 2 }, (_, seed) => seed))(
  "account %i is identified, and nothing is left in it",
  async (seed) => {
    const run = await runOf(seed, folder());
    expect(run.found).toEqual(run.expected);
    expect(run.left).toEqual([]);
  },
);
