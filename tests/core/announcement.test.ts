/** Shares of versions in messages. A version that is not published yet has a name instead of a number. */
import { forgottenWords, listedShares, movedShares } from "../../provider/core/announcement";

it.each<[Record<string, number>, Record<string, number>, string | undefined]>([
  [{ "7": 95, "12": 5 }, { "7": 75, "12": 25 }, "v7 95→75 %, v12 5→25 %"],
  [{ "7": 100 }, { "7": 90, new: 10 }, "v7 100→90 %, new 0→10 %"],
  [{ "7": 50, "8": 50 }, { "7": 50, "9": 50 }, "v7 50 %, v8 50→0 %, v9 0→50 %"],
  [{ "7": 95, "8": 5 }, { "8": 5, "7": 95 }, undefined],
])("from %j to %j", (before, after, text) => {
  expect(movedShares(before, after)).toBe(text);
});

it("shares are listed in their order, and only a number has a v", () => {
  expect(listedShares({ "7": 75, "2nd": 5, "no 2": 20 })).toBe("v7 75 %, 2nd 5 %, no 2 20 %");
});

it.each([
  [[], undefined],
  [["2"], "v2 is no longer remembered as rejected"],
  [["2", "3"], "v2, v3 are no longer remembered as rejected"],
])("words of the forgotten rejections %j", (rejected, words) => {
  expect(forgottenWords(rejected)).toBe(words);
});
