/**
 * The figures of docs/mutation.md: the tool plants the mistakes of a module again, and no more of them survive than the document says. By
 * default the second of ten parts of the modules is measured; `FC_MUTATED=3/10` selects another part, and `FC_MUTATED=1/1` selects all.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/root";

jest.setTimeout(1_800_000);

const [part = 1, parts = 1] = (process.env["FC_MUTATED"] ?? "2/10").split("/").map(Number);

/** Rows of the tables: module, pattern of its tests, and the numbers of mistakes that are planted and survive. */
const modules = readFileSync(join(root, "docs/mutation.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, file, tests, planted, , survive] =
      /^\| `(provider\/\S+)` +\| `(\S+)` +\| (\d+) +\| (\d+) +\| (\d+) +\|$/.exec(line) ?? [];
    return file === undefined || tests === undefined
      ? []
      : [{ file, tests: tests.replaceAll("\\|", "|"), planted: Number(planted), survive: Number(survive) }];
  });

it("the document has a row for each module that the tool can measure", () => {
  expect(modules.length).toBeGreaterThan(70);
});

it.each(modules.filter((_module, i) => i % parts === part - 1))(
  "$file: $planted mistakes, of which at most $survive survive",
  async ({ file, tests, planted, survive }) => {
    const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [stryker, "run", "--concurrency", "1", "--mutate", file],
      { cwd: root, env: { ...process.env, FC_MUTANTS_TESTS: tests }, maxBuffer: 64 << 20 },
    );
    const [killed = 0, timedOut = 0, survived = 0, uncovered = 0, errors = 0] =
      /^All files +\|.*?\|.*?\|(.*)\|$/m.exec(stdout)?.[1]?.split("|").map(Number) ?? [];
    expect({ planted: killed + timedOut + survived + uncovered, errors }).toEqual({ planted, errors: 0 });
    expect(survived + uncovered).toBeLessThanOrEqual(survive);
  },
);
