/** CONTRIBUTING.md: the table about the way from the program to the request names existing files, with text that is in them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";

const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

it("each step of CONTRIBUTING.md names an existing file and a word in it", () => {
  const steps = [...page.matchAll(/^\| (\d+) +\|.*\| `([\w./]+)` +\| `(\w+)` +\|$/gm)];
  expect(steps.map(([, number]) => Number(number))).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  const has = (file: string, word: string) =>
    existsSync(join(root, file)) && new RegExp(`\\b${word}\\b`).test(readFileSync(join(root, file), "utf8"));
  expect(steps.filter(([, , file = "", word = ""]) => !has(file, word)).map(([row]) => row)).toEqual([]);
});

it("every path in CONTRIBUTING.md exists", () => {
  const named = [...page.matchAll(/`((?:provider|emulator|tests|docs|tools|cli)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => ![path, `${path}.test.ts`].some((each) => existsSync(join(root, each))))).toEqual([]);
}); // prettier-ignore
