/** Files that are written whole or not at all. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** Puts a new file with these rights in the place of whatever stands there, whatever rights that has. */
export function replaceFile(file: string, text: string, mode: number): void {
  const made = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
  try {
    fs.writeFileSync(made, text, { mode, flag: "wx" });
    fs.renameSync(made, file);
  } finally {
    fs.rmSync(made, { force: true });
  }
}
