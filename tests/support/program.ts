/** A Pulumi program in a folder, as users have it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type * as automation from "@pulumi/pulumi/automation";
import { openStack } from "./engine";
import { root } from "./root";

/** A folder with a program, removed at the end. */
export interface ProgramFolder {
  readonly folder: string;
  file(name: string, content: string): void;
  /** A symbolic link to a folder. */
  link(name: string, target: string): void;
  /** A stack of the program that runs it through the command-line tool. */
  stack(env: Record<string, string>): Promise<automation.Stack>;
  remove(): void;
}

/** Creates a JavaScript program in a new folder, with Pulumi's SDK installed. */
export function programFolder(name: string, program: string): ProgramFolder {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const place = (at: string) => {
    mkdirSync(dirname(join(folder, at)), { recursive: true });
    return join(folder, at);
  };
  const made: ProgramFolder = {
    folder,
    file: (at, content) => writeFileSync(place(at), content),
    link: (at, target) => symlinkSync(target, place(at), "dir"),
    stack: (env) => openStack({ stackName: "test", workDir: folder }, env, join(folder, ".engine")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  made.file("Pulumi.yaml", `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`);
  made.file("package.json", JSON.stringify({ name }));
  made.file("index.js", program);
  made.file("src/index.js", "exports.handler = async () => 'one';\n");
  made.link("node_modules/@pulumi/pulumi", join(root, "node_modules", "@pulumi", "pulumi"));
  return made;
}
