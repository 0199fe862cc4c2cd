/** The examples of docs/emulator-in-tests.md run unchanged. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";

const page = readFileSync(join(root, "docs", "emulator-in-tests.md"), "utf8");
const files = [...page.matchAll(/^`([\w.]+)`\n\n```js\n([^]*?)^```$/gm)].map(([, name = "", code = ""]) => ({
  name,
  code,
}));

let folder: string;
beforeAll(() => {
  // The folder is inside this repository, so that the name of the package leads to the built files.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "examples-"));
  for (const { name, code } of files) writeFileSync(join(folder, name), code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("there is a client and an example for each way", () => {
  const names = ["client.cjs", "node.test.cjs", "jest.test.cjs", "vitest.test.mjs", "scenario.cjs"];
  expect(files.map(({ name }) => name)).toEqual(names);
});

it.each([
  ["node:test", ["--test", "node.test.cjs"]],
  ["seeds, clock and faults", ["scenario.cjs"]],
  ["jest", [join(root, "node_modules", "jest", "bin", "jest.js"), "--rootDir", ".", "--config", JSON.stringify({ testMatch: ["**/*.test.cjs"], testPathIgnorePatterns: ["node\\.test"] })]],
])("%s", (_what, args) => {
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  expect(() => execFileSync(process.execPath, args, { cwd: folder, env, stdio: "pipe", timeout: 100_000 })).not.toThrow();
}); // prettier-ignore
