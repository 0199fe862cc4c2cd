/** Every `@example` of a public docstring compiles against the public types, and every public class and function has one. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { root } from "../support/root";

/** Names that an example may use without a declaration: the package, and the resources that other examples create. */
const PREAMBLE = `import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { crc64, startEmulator } from "pulumi-alicloud-fc/emulator";
declare const fn: fc.Function;
declare const version: fc.Version;
declare const settings: fc.CanaryReleaseArgs["function"];
void [pulumi, fc, crc64, startEmulator, fn, version, settings];
`;

const ENTRIES = ["provider/index.ts", "emulator/index.ts"].map((name) => path.join(root, name));

function optionsOf(): ts.CompilerOptions {
  const file = path.join(root, "tsconfig.json");
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return { ...options, noUnusedLocals: false };
}

interface Documented {
  readonly name: string;
  readonly examples: readonly string[];
}

/** The exported classes and functions of the package, with the examples in their docstrings. */
function documented(): Documented[] {
  const program = ts.createProgram(ENTRIES, optionsOf());
  const checker = program.getTypeChecker();
  return ENTRIES.flatMap((entry) => {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    return checker.getExportsOfModule(module).flatMap((exported): Documented[] => {
      if (isTypeOnly(exported)) return [];
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if ((symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) === 0) return [];
      const members =
        symbol.flags & ts.SymbolFlags.Class ? checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)) : [];
      const own = [...members, ...(symbol.members?.values() ?? [])];
      const inner = own.flatMap((member) => examplesOf(member, checker));
      return [{ name: symbol.name, examples: [...examplesOf(symbol, checker), ...inner] }];
    });
  });
}

/** True for a class that is exported only as a type. Programs cannot create an object of such a class. */
function isTypeOnly({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((each) => ts.isExportSpecifier(each) && (each.isTypeOnly || each.parent.parent.isTypeOnly));
}

function examplesOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === "example")
    .map(({ text }) => /```ts\n([\s\S]*?)```/.exec(ts.displayPartsToString(text))?.[1] ?? "");
}

const found = documented();

it("every public class and function has an example", () => {
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(["Function", "CanaryRelease", "startEmulator"]));
  expect(found.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
});

it("every example compiles", () => {
  const folder = fs.mkdtempSync(path.join(root, ".cache", "examples-"));
  try {
    const files = found.flatMap(({ name, examples }) =>
      examples.map((text, i) => {
        const file = path.join(folder, `${name}${i}.ts`);
        // The example is inside a function, so it may declare names that the preamble declares too.
        const body = text.replace(/^export /gm, "");
        fs.writeFileSync(file, `${PREAMBLE}export async function example(): Promise<void> {\n${body}}\n`);
        return file;
      }),
    );
    const program = ts.createProgram(files, { ...optionsOf(), noEmit: true, rootDir: root });
    const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const name = path.basename(file?.fileName ?? "");
      return `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
    expect(errors).toEqual([]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}, 60_000);
