/** Reads the public types of the package with the TypeScript compiler. */
import { join } from "node:path";
import * as ts from "typescript";

/** A declared property. */
export interface Property {
  readonly name: string;
  readonly type: ts.TypeNode;
  readonly optional: boolean;
  /** Docstring of the property. */
  readonly text: string;
}

/** The package's sources. */
export interface Sources {
  /** Members of an interface, a class or any other object type, including inherited ones. */
  members(type: ts.Node): Property[];
  /** The declaration of a public name. */
  named(name: string): ts.Declaration;
  /** Docstring of a declaration. */
  text(declaration: ts.Node): string;
  /** The declaration that a type refers to, and its name; undefined for a type without a name. */
  target(type: ts.TypeReferenceNode): ts.Declaration | undefined;
}

/** Reads the exports of `provider/index.ts`. */
export function readSources(root: string): Sources {
  const entry = join(root, "provider", "index.ts");
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  const resolved = (symbol: ts.Symbol) =>
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  const textOf = (symbol: ts.Symbol | undefined) =>
    plainText(ts.displayPartsToString(symbol?.getDocumentationComment(checker)));
  return {
    members(type) {
      const object = ts.isTypeNode(type) ? checker.getTypeFromTypeNode(type) : checker.getTypeAtLocation(type);
      return checker.getPropertiesOfType(object).flatMap((symbol): Property[] => {
        const declared = symbol.declarations?.find(isMember);
        const ours = declared !== undefined && !declared.getSourceFile().fileName.includes("node_modules");
        const typeNode = ours ? typeOf(declared) : undefined;
        if (typeNode === undefined || declared === undefined || isStatic(declared)) return [];
        const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0 || presenceIn(checker, declared) === "optional";
        return [{ name: symbol.name, type: typeNode, optional, text: textOf(symbol) }];
      });
    },
    named(name) {
      const symbol = checker.getExportsOfModule(module).find((each) => each.name === name);
      const declaration = symbol && resolved(symbol).declarations?.[0];
      if (declaration === undefined) throw new Error(`${entry} exports no ${name}`);
      return declaration;
    },
    text: (declaration) => {
      const { name } = declaration as ts.NamedDeclaration;
      return textOf(name && checker.getSymbolAtLocation(name));
    },
    target(type) {
      const symbol = checker.getSymbolAtLocation(type.typeName);
      return symbol && resolved(symbol).declarations?.[0];
    },
  };
}

/** A member of an interface or a class, or an entry of the table of settings. */
type Member = ts.PropertySignature | ts.PropertyDeclaration | ts.PropertyAssignment;

function isMember(declaration: ts.Declaration): declaration is Member {
  return (
    ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration) || ts.isPropertyAssignment(declaration)
  );
}

/** The declared type of a member; for an entry of the table, the type argument of its call: `emptied<string>(…)`. */
function typeOf(member: Member): ts.TypeNode | undefined {
  if (!ts.isPropertyAssignment(member)) return member.type;
  const find = (node: ts.Node): ts.TypeNode | undefined =>
    (ts.isCallExpression(node) ? node.typeArguments?.[0] : undefined) ?? ts.forEachChild(node, find);
  return find(member.initializer);
}

/**
 * The presence of an entry in the table. The presence is needed because an output without a default has the type
 * `Output<T | undefined>`, but is not an optional member.
 */
function presenceIn(checker: ts.TypeChecker, member: Member): unknown {
  if (!ts.isPropertyAssignment(member)) return undefined;
  const presence = checker.getTypeAtLocation(member.initializer).getProperty("presence");
  const type = presence && checker.getTypeOfSymbol(presence);
  return type?.isStringLiteral() === true ? type.value : undefined;
}

function isStatic(declaration: Member): boolean {
  return (
    (ts.canHaveModifiers(declaration) ? ts.getModifiers(declaration) : [])?.some(
      ({ kind }) => kind === ts.SyntaxKind.StaticKeyword,
    ) === true
  );
}

/** The docstring with its links replaced by names. */
function plainText(text: string): string {
  return text.replace(/\{@link ([^}]+)\}/g, (_whole, name: string) => `\`${name.trim()}\``).trim();
}
