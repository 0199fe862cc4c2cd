/** Folder and version of this package, found from `dist/provider` or from the sources. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folder of the package. */
export const PACKAGE_FOLDER = folderAbove(__dirname);

function folderAbove(from: string): string {
  return existsSync(join(from, "package.json")) ? from : folderAbove(dirname(from));
}

/** Version of the package in its package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string }).version;
}
