/** The README of the example up to the first promotion. */
import { RELEASE_KEYS } from "../../provider/core/release/keys";
import { commandsOfReadme, followReadme } from "./canaryReadme";

it("does what the README's commands promise until version 2 is stable", async () => {
  expect(await followReadme(4)).toEqual({
    splits: [{ "1": 100 }, { "1": 95, "2": 5 }, { "1": 75, "2": 25 }, { "2": 100 }],
    candidate: "2",
  });
}, 300_000);

it("every key that the README sets is one of a release", () => {
  const keys = commandsOfReadme().flatMap((line) => /^pulumi config \w+ canary:(\w+)/.exec(line)?.[1] ?? []);
  expect(keys).toHaveLength(6);
  expect(keys.filter((key) => !RELEASE_KEYS.includes(key))).toEqual([]);
});
