/** Before a build, compiled files of deleted source files are removed. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { spawnSync } from "node:child_process";

const script = join(__dirname, "..", "..", "tools", "setup", "stale.mjs");

it("removes compiled files without a source, and nothing else", () => {
  const root = mkdtempSync(join(tmpdir(), "stale-"));
  mkdirSync(join(root, "core", "release"), { recursive: true });
  mkdirSync(join(root, "dist", "core", "release"), { recursive: true });
  writeFileSync(join(root, "core", "release", "index.ts"), "");
  const files = [
    "core/release.js",
    "core/release.d.ts",
    "core/release.js.map",
    "core/release/index.js",
    "core/schema.json",
  ];
  for (const file of files) writeFileSync(join(root, "dist", file), "");
  const code = `import(${JSON.stringify(pathToFileURL(script).href)}).then(({ removeStale }) => console.log(removeStale(${JSON.stringify(root)}).length))`;
  const { stdout } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  expect(stdout.trim()).toBe("3");
  expect(files.filter((file) => existsSync(join(root, "dist", file)))).toEqual([
    "core/release/index.js",
    "core/schema.json",
  ]);
  rmSync(root, { recursive: true });
});
