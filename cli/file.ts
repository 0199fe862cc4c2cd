/** Writes files completely or not at all. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** Replaces a file by a new one with this mode. The mode of the old file is ignored. */
export function replaceFile(file: string, text: string, mode: number): void {
  const made = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
  try {
    fs.writeFileSync(made, text, { mode, flag: "wx" });
    fs.renameSync(made, file);
  } finally {
    fs.rmSync(made, { force: true });
  }
}

/** The target of a symbolic link, or the path itself. The file need not exist. */
export function linkedFile(file: string): string {
  return fs.existsSync(file) ? fs.realpathSync(file) : file;
}
