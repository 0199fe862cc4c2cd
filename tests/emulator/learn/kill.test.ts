/** Some runs of `learn` that are killed; `kill.deep.ts` has 200. */
import { killedRun } from "./kills";
import { useFolder } from "./stand";

const folder = useFolder();

it("a killed run leaves a journal that lists its functions, and --clean deletes them", async () => {
  const runs = [];
  for (let seed = 0; seed < 3; seed++) runs.push(await killedRun(seed, folder()));
  expect(runs.filter(({ left, journal }) => left.length > 0 || journal)).toEqual([]);
  expect(runs.filter(({ before }) => before > 0).length).toBeGreaterThanOrEqual(2);
});
