/** Finds the folder of this package, from the sources as well as from `dist`. */
import * as fs from "node:fs";
import * as path from "node:path";

/** The nearest folder with a package.json: the folder itself or one above it. */
export function packageRoot(folder: string): string {
  return fs.existsSync(path.join(folder, "package.json")) ? folder : packageRoot(path.dirname(folder));
}
