/** The folder of the installed package, from source and from `dist` alike. */
import * as fs from "node:fs";
import * as path from "node:path";

/** The nearest folder above, or the folder itself, with a package.json. */
export function packageRoot(folder: string): string {
  return fs.existsSync(path.join(folder, "package.json")) ? folder : packageRoot(path.dirname(folder));
}
