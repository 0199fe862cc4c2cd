/** The API reference is generated from the docstrings, is up to date, and has every public member. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";

let folder: string;

beforeEach(() => {
  // The folder is inside the repository, so that relative paths in typedoc.json lead to the same folders.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "docs-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs TypeDoc with another output folder, and returns its exit code and its output. */
function makeDocs(out: string, cwd = root): { readonly status: number | null; readonly printed: string } {
  const typedoc = join(root, "node_modules", "typedoc", "bin", "typedoc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, "--out", out], { cwd, encoding: "utf8" });
  return { status, printed: stdout + stderr };
}

function pages(parent: string): Record<string, string> {
  const files = readdirSync(parent, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(parent.length + 1), readFileSync(path, "utf8")]));
}

it("docs/api is up to date, and every public member has a docstring", () => {
  const { status, printed } = makeDocs(folder);
  expect({ status, warnings: printed.split("\n").filter((line) => /warning|error/.test(line)) }).toEqual({
    status: 0,
    warnings: [],
  });
  const made = pages(folder);
  expect(Object.keys(made)).toEqual(["README.md", "pulumi-alicloud-fc.md", "pulumi-alicloud-fc/emulator.md"]);
  const stale = Object.keys({ ...made, ...pages(join(root, "docs", "api")) });
  // If this fails, run `npm run docs` and commit the result.
  expect(stale.filter((name) => made[name] !== pages(join(root, "docs", "api"))[name])).toEqual([]);
});

it("a public member without a docstring is refused by name", () => {
  for (const name of ["typedoc.json", "tsconfig.json", "tsconfig.build.json", "package.json"]) {
    cpSync(join(root, name), join(folder, name));
  }
  for (const name of ["provider", "emulator"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  const file = join(folder, "provider", "resources", "alias.ts");
  const before = readFileSync(file, "utf8");
  const after = before.replace("  /** Name of the alias. */\n", "");
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  const { status, printed } = makeDocs(join(folder, "out"), folder);
  expect(status).not.toBe(0);
  expect(printed).toMatch(/pulumi-alicloud-fc\.Alias\.aliasName \(Property\).* does not have any documentation/);
});
