/** The whole README of the example. */
import { followReadme } from "./canaryReadme";

it("does what the README's commands promise", async () => {
  const { splits, candidate } = await followReadme(Infinity);
  expect(splits).toEqual([
    { "1": 100 },
    { "1": 95, "2": 5 },
    { "1": 75, "2": 25 },
    { "2": 100 },
    { "2": 95, "3": 5 },
    { "2": 75, "3": 25 },
    { "2": 100 },
    { "2": 100 },
    { "2": 75, "3": 25 },
  ]);
  expect(candidate).toBe("3");
}, 300_000);
