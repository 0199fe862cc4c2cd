/** The tests that docs/emulator-safety.md names exist. Whether they pass is shown by running them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";

const text = readFileSync(join(root, "docs", "emulator-safety.md"), "utf8");
const rows = text.split("\n").filter((line) => /^\| (?!what is kept|---)/.test(line));

/** The titles of the tests and cases in a file: all its texts in quotation marks. */
function titlesOf(suite: string): Set<string> {
  const file = join(root, "tests", "emulator", `${suite}.test.ts`);
  if (!existsSync(file)) return new Set();
  return new Set([...readFileSync(file, "utf8").matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, title = ""]) => title));
}

/** The tests that a row of the page names: test file and title. */
function testsOf(row: string): [string, string][] {
  return [...row.matchAll(/`(\w+): ([^`]+)`/g)].map(([, suite = "", title = ""]) => [suite, title]);
}

it("the table has a row for each mechanism", () => {
  expect(rows.length).toBeGreaterThanOrEqual(30);
});

it.each(rows.map((row) => [row.split("|")[1]?.trim() ?? "", row]))("%s: its tests exist", (_what, row) => {
  const tests = testsOf(row);
  expect(tests.length).toBeGreaterThan(0);
  expect(tests.filter(([suite, title]) => !titlesOf(suite).has(title))).toEqual([]);
});
