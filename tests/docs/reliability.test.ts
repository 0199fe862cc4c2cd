/** Every command and every file that docs/reliability.md names exists. */
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.join(__dirname, "..", "..");
const text = fs.readFileSync(path.join(root, "docs", "reliability.md"), "utf8");

const files = (folder: string): string[] =>
  fs.readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name));

it("names only existing files and tests", () => {
  const named = [...text.matchAll(/`((?:tests|provider|emulator)\/[\w./-]+)`/g)].map(([, name]) => name ?? "");
  expect(named.length).toBeGreaterThan(10);
  const there = [...files("tests"), ...files("provider")];
  expect(named.filter((name) => !there.some((file) => file.startsWith(name)))).toEqual([]);
});

it.each(["tests/worlds/oracle.ts", "tests/support/storeView.ts", "tests/sweep/scenarios.ts"])(
  "an oracle imports nothing of the package: %s",
  (file) => {
    const source = fs.readFileSync(path.join(root, file), "utf8");
    const imports = [...source.matchAll(/^import (type )?.* from "(.*)";$/gm)];
    expect(imports.length).toBeGreaterThan(0);
    // Imports of types are removed by the compiler, so they cannot influence a decision.
    expect(
      imports.filter(
        ([, type, from]) =>
          /\/provider\//.test(from ?? "") || (type === undefined && /programs|stack"/.test(from ?? "")),
      ),
    ).toEqual([]);
  },
);
