/**
 * Removes files from dist/ whose source file does not exist any more. Without this, a module that became a folder would
 * still be found under its old file name. This file uses only Node.js's own modules, because it runs before anything is
 * installed.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const COMPILED = /\.(?:js|d\.ts)(?:\.map)?$/;

/**
 * Removes compiled files without a source.
 * @param {string} root folder with the sources and dist/
 * @returns {string[]} the removed files, relative to the root
 */
export function removeStale(root) {
  const dist = join(root, "dist");
  if (!existsSync(dist)) return [];
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => COMPILED.test(file));
  const stale = files.filter((file) => !existsSync(join(root, file.replace(COMPILED, ".ts"))));
  for (const file of stale) rmSync(join(dist, file));
  return stale.map((file) => relative(root, join(dist, file)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  removeStale(join(dirname(fileURLToPath(import.meta.url)), "..", ".."));
}
