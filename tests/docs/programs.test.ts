/** Every TypeScript program on a page compiles against the built package. `guide.deep.ts` runs two of them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { root } from "../support/root";
import { pages } from "./pages";

interface Program {
  /** The page and the number of the block, such as `docs/guide/http.md 2`. */
  readonly name: string;
  readonly code: string;
}

const programs = pages().filter((page) => !page.startsWith("docs/api/")).flatMap(programsOf); // prettier-ignore

function programsOf(page: string): Program[] {
  const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```ts\n([^]*?)^```$/gm)];
  return blocks.map(([, code = ""], i) => ({ name: `${page} ${i + 1}`, code: `${preludeOf(code)}${code}` }));
}

/** Declarations of the names that the block uses and does not declare. */
function preludeOf(code: string): string {
  const uses = (word: string) => new RegExp(`\\b${word}[.;]`).test(code) && !new RegExp(`(as|const) ${word}\\b`).test(code);
  return [
    uses("fc") ? `import * as fc from "pulumi-alicloud-fc";\n` : "",
    uses("emulator") ? `declare const emulator: import("pulumi-alicloud-fc/emulator").Emulator;\n` : "",
    "export {};\n",
  ].join("");
} // prettier-ignore

let folder: string;
beforeAll(() => {
  // The folder is inside this repository, so that the name of the package leads to the built files.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "programs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The errors of the compiler, each with its file. */
function complaints(files: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, esModuleInterop: true, types: ["node"] },
    // Module settings like those of bundlers and tsx: both kinds of imports, and `await` at the top level.
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Preserve },
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([...files], options)).map(({ file, messageText }) => {
    return `${basename(file?.fileName ?? "")}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
} // prettier-ignore

it("the programs of every page have the right types, and a wrong setting is found", () => {
  expect(programs.length).toBeGreaterThanOrEqual(8);
  const wrong = {
    name: "wrong",
    code: `import * as fc from "pulumi-alicloud-fc";\nexport const args: Partial<fc.AliasArgs> = { aliasNam: "prod" };\n`,
  };
  const files = [...programs, wrong].map(({ name, code }) => {
    const file = join(folder, `${name.replace(/[^\w]+/g, "-")}.ts`);
    writeFileSync(file, code);
    return file;
  });
  expect(complaints(files)).toEqual([expect.stringMatching(/^wrong\.ts: .*'aliasNam' does not exist/)]);
});
