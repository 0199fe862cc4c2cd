/** Generates the package's schema from the public types, their docstrings, and the values that `check` accepts. */
import * as ts from "typescript";
import { KINDS, type Kind, typeToken } from "../../provider/resources/tokens";
import { examplesOf, inDescription } from "./examples";
import { type Step, choices, isWhole } from "./probe";
import { type Property, type Sources, readSources } from "./read";

/** A type or property of Pulumi's package schema. Source: Pulumi `pkg/codegen/schema/pulumi.json`. */
export interface Spec {
  type?: string;
  $ref?: string;
  items?: Spec;
  additionalProperties?: Spec;
  oneOf?: Spec[];
  description?: string;
  deprecationMessage?: string;
  willReplaceOnChanges?: boolean;
}

/** An object type or an enumeration. */
export interface ObjectSpec {
  description?: string;
  type: string;
  properties?: Record<string, Spec>;
  required?: string[];
  enum?: { name?: string; value: string }[];
}

/** The members of the schema that the reference pages use. */
export interface PackageSchema {
  readonly [member: string]: unknown;
  readonly types: Readonly<Record<string, ObjectSpec>>;
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly description?: string;
        readonly inputProperties: Record<string, Spec>;
        readonly requiredInputs: string[];
        readonly properties: Record<string, Spec>;
      }
    >
  >;
  readonly provider: { readonly description: string; readonly inputProperties: Record<string, Spec> };
}

const PACKAGE = "alicloud-fc";
const COMPONENT = "CanaryRelease";
const ANY: Spec = { $ref: "pulumi.json#/Any" };
/** Type wrappers that do not change the type of the value. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "Input",
  "Output",
  "Unwrap",
  "DeepInput",
  "Readonly",
  "Promise",
  "NonNullable",
]);
/** Types whose form may change. SDKs declare them as values of any type. */
const OPAQUE: ReadonlySet<string> = new Set(["Memory"]);
const ARCHIVE: Spec = { $ref: "pulumi.json#/Archive" };
const ASSET: Spec = { $ref: "pulumi.json#/Asset" };
const ASSETS: Readonly<Record<string, Spec>> = {
  FileArchive: ARCHIVE,
  AssetArchive: ARCHIVE,
  RemoteArchive: ARCHIVE,
  FileAsset: ASSET,
  StringAsset: ASSET,
  RemoteAsset: ASSET,
};

/** The schema, without a version: the plugin adds the version of the package. */
export function generateSchema(root: string): PackageSchema {
  return new Generator(readSources(root), (name) => inDescription(examplesOf(root, name))).schema();
}

/** Position of a property. Types without a name get a name from the position, and `check` is called with it. */
interface Site {
  /** Name of the object type that has the property. */
  readonly owner: string;
  /** Kind of the resource; undefined for outputs, which are not checked. */
  readonly kind?: Kind;
  readonly way: readonly Step[];
  /** For a component: the kind of resource that receives each member as a whole. */
  readonly component?: Readonly<Record<string, Kind>>;
  /**
   * True for a member that a component passes on as a whole. The members of such a member are arguments of a resource of
   * this kind.
   */
  readonly handedOn?: boolean;
}

/** Members of `CanaryRelease` that are arguments of another resource; the others are arguments of the release. */
const HANDED_ON: Readonly<Record<string, Kind>> = { function: "Function", httpTrigger: "HttpTrigger" };

class Generator {
  private readonly types: Record<string, ObjectSpec> = {};
  private readonly whole = new Set<string>();

  constructor(
    private readonly sources: Sources,
    private readonly examples: (name: string) => string,
  ) {}

  schema(): PackageSchema {
    const inputs = [...KINDS, COMPONENT].map((name) => [name, this.inputs(name)] as const);
    const resources = inputs.map(([name, inputProperties]) => [
      `${PACKAGE}:index:${name}`,
      { ...this.outputs(name), ...inputProperties, ...shapeOf(name) },
    ]);
    const settings = this.settings();
    return {
      name: PACKAGE,
      displayName: "Alibaba Cloud Function Compute",
      description: "Canary releases on Alibaba Cloud Function Compute 3.0",
      keywords: ["pulumi", "category/cloud", "alicloud", "function-compute", "canary"],
      license: "Apache-2.0",
      attribution: "",
      meta: { moduleFormat: "(.*)", supportPack: true },
      language: {
        go: { respectSchemaVersion: true },
        python: { pyproject: { enabled: true } },
      },
      config: { variables: settings },
      provider: { description: "Where and as whom the objects of a stack are made.", inputProperties: settings },
      types: referred(resources, this.types),
      resources: Object.fromEntries(resources) as PackageSchema["resources"],
    };
  }

  /** Settings of a provider: the members for place and connection that every resource has. */
  private settings(): Record<string, Spec> {
    const members = this.sources.members(this.sources.named("PlaceArgs"));
    return Object.fromEntries(members.map(({ name, text }) => [name, { type: "string", description: text }]));
  }

  private inputs(name: string): { inputProperties: Record<string, Spec>; requiredInputs: string[] } {
    const members = this.sources.members(this.sources.named(`${name}Args`));
    const own = name === COMPONENT ? { component: HANDED_ON } : { kind: name as Kind };
    const site: Site = { owner: name, way: [], ...own };
    const { properties, required } = this.properties(members, site);
    return { inputProperties: properties, requiredInputs: required };
  }

  private outputs(name: string): ObjectSpec {
    const declaration = this.sources.named(name);
    const { properties, required } = this.properties(this.sources.members(declaration), { owner: name, way: [] });
    // No output is a secret in the schema, because an SDK would then also make a secret of a hash of plain values. The
    // plugin marks secrets itself.
    for (const [key, property] of Object.entries(properties)) {
      if (this.whole.has(key) && property.type === "number") property.type = "integer";
    }
    const description = `${this.sources.text(declaration)}\n\n${this.examples(name)}`;
    return { description, type: "object", properties, required };
  }

  private properties(
    members: readonly Property[],
    site: Site,
  ): { properties: Record<string, Spec>; required: string[] } {
    const required = members.filter((member) => !member.optional && !mayBeUndefined(member.type));
    const names = required.map(({ name }) => name);
    const properties = members.map(({ name, type, text }) => {
      const siblings = names.filter((sibling) => sibling !== name);
      const step = { name, list: false, siblings: site.way.length === 0 ? [] : siblings };
      const spec = this.spec(type, below(site, step));
      return [
        name,
        { ...spec, ...(site.kind === undefined && site.component === undefined ? textIn(text) : described(text)) },
      ];
    });
    return { properties: Object.fromEntries(properties) as Record<string, Spec>, required: names };
  }

  private spec(type: ts.TypeNode, site: Site): Spec {
    if (ts.isParenthesizedTypeNode(type)) return this.spec(type.type, site);
    if (ts.isTypeOperatorNode(type)) return this.spec(type.type, site);
    if (ts.isArrayTypeNode(type)) return { type: "array", items: this.spec(type.elementType, inList(site)) };
    if (ts.isUnionTypeNode(type)) return this.union(type, site);
    if (ts.isTypeLiteralNode(type)) return this.object(nameOf(site), "", type, site);
    if (ts.isIndexedAccessTypeNode(type)) return this.spec(this.indexed(type), site);
    if (ts.isTypeReferenceNode(type)) return this.reference(type, site);
    if (type.kind === ts.SyntaxKind.StringKeyword) return this.text(site);
    if (type.kind === ts.SyntaxKind.NumberKeyword) return { type: this.isWhole(site) ? "integer" : "number" };
    return type.kind === ts.SyntaxKind.BooleanKeyword ? { type: "boolean" } : ANY;
  }

  private text({ kind, way, owner }: Site): Spec {
    const allowed = kind && choices(kind, way);
    if (kind === undefined || allowed === undefined) return { type: "string" };
    return this.choice(nameOf({ owner: way.length === 1 ? kind : owner, way }), allowed);
  }

  private choice(name: string, values: readonly string[]): Spec {
    this.types[`${PACKAGE}:index:${name}`] = { type: "string", enum: values.map(named) };
    return { $ref: `#/types/${PACKAGE}:index:${name}` };
  }

  private isWhole({ kind, way }: Site): boolean {
    const last = way.at(-1);
    if (kind === undefined || last === undefined || !isWhole(kind, way)) return false;
    this.whole.add(last.name);
    return true;
  }

  private union({ types }: ts.UnionTypeNode, site: Site): Spec {
    const parts = types.filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword);
    const specs = parts.map((part) => this.spec(part, site)).flatMap((spec) => spec.oneOf ?? [spec]);
    const distinct = specs.filter((spec, i) => specs.findIndex((other) => equalSpec(other, spec)) === i);
    if (distinct.length === 1 && distinct[0] !== undefined) return distinct[0];
    // The form of a union in outputs depends on how the resource was created, so programs cannot rely on one form.
    return site.kind === undefined && distinct.every(({ $ref }) => $ref !== undefined) ? ANY : { oneOf: distinct };
  }

  private reference(type: ts.TypeReferenceNode, site: Site): Spec {
    const name = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
    const [first] = type.typeArguments ?? [];
    if (OPAQUE.has(name)) return ANY;
    if (WRAPPERS.has(name) && first !== undefined) return this.spec(first, site);
    const values = type.typeArguments?.[1];
    if (name === "Record" && values !== undefined) {
      return { type: "object", additionalProperties: this.spec(values, { owner: site.owner, way: site.way }) };
    }
    if (name === "Omit") return this.object(nameOf(site), "", type, site);
    const asset = ASSETS[name];
    if (asset !== undefined) return asset;
    const target = this.sources.target(type);
    if (target !== undefined && ts.isTypeAliasDeclaration(target)) return this.alias(name, target, site);
    if (target !== undefined && ts.isClassDeclaration(target)) return { $ref: `#/resources/${PACKAGE}:index:${name}` };
    return this.object(name, target === undefined ? "" : this.sources.text(target), target ?? type, site);
  }

  private alias(name: string, { type }: ts.TypeAliasDeclaration, site: Site): Spec {
    const texts = ts.isUnionTypeNode(type) ? textsOf(type) : [];
    return texts.length > 0 ? this.choice(name, texts) : this.spec(type, site);
  }

  private object(name: string, text: string, type: ts.Node, site: Site): Spec {
    const token = `${PACKAGE}:index:${name}`;
    if ((KINDS as readonly string[]).includes(name)) throw new Error(`type ${name} has the name of a resource`);
    if (this.types[token] === undefined) {
      const made: ObjectSpec = { type: "object", ...described(text) };
      this.types[token] = made;
      const { handedOn = false, ...rest } = site;
      const way = handedOn ? [] : site.way;
      Object.assign(made, this.properties(this.sources.members(type), { ...rest, owner: name, way }));
    }
    return { $ref: `#/types/${token}` };
  }

  /** The type of one member, as in `VersionArgs["function"]`. */
  private indexed({ objectType, indexType }: ts.IndexedAccessTypeNode): ts.TypeNode {
    const key = ts.isLiteralTypeNode(indexType) && ts.isStringLiteral(indexType.literal) ? indexType.literal.text : "";
    const member = this.sources.members(objectType).find(({ name }) => name === key);
    if (member === undefined) throw new Error(`no member ${key} in ${objectType.getText()}`);
    return member.type;
  }
}

/** The position of a member. Members that a component passes on as a whole are checked by the receiving resource. */
function below(site: Site, step: Step): Site {
  if (site.component === undefined) return { ...site, way: [...site.way, step] };
  const { component, ...rest } = site;
  return { ...rest, kind: component[step.name] ?? "Release", handedOn: step.name in component, way: [step] };
}

/** Members of the schema that differ between a resource and a component. */
function shapeOf(name: string): object {
  if (name === COMPONENT) return { isComponent: true };
  // A stack of a TypeScript program has another type token, which the SDKs pass as an alias.
  return { aliases: [{ type: typeToken(name as Kind) }] };
}

/** The texts of a union that consists of texts only. */
function textsOf({ types }: ts.UnionTypeNode): string[] {
  const texts = types
    .filter(ts.isLiteralTypeNode)
    .map(({ literal }) => (ts.isStringLiteral(literal) ? literal.text : ""));
  return texts.length === types.length ? texts : [];
}

/** Types that are reachable from a resource. */
function referred(resources: object, types: Record<string, ObjectSpec>): Record<string, ObjectSpec> {
  const found = new Set<string>();
  const follow = (from: unknown) => {
    for (const [, token = ""] of JSON.stringify(from).matchAll(/"#\/types\/([^"]+)"/g)) {
      if (found.has(token)) continue;
      found.add(token);
      follow(types[token]);
    }
  };
  follow(resources);
  return Object.fromEntries([...found].sort().map((token) => [token, types[token] as ObjectSpec]));
}

function textIn(text: string): Pick<Spec, "description"> {
  return text === "" ? {} : { description: text };
}

/** The description, and the members that follow from phrases in it: deprecation and replacement. */
function described(text: string): Pick<Spec, "description" | "deprecationMessage" | "willReplaceOnChanges"> {
  if (text === "") return {};
  return {
    description: text,
    ...(/deprecated by the service/i.test(text) ? { deprecationMessage: "deprecated by the service" } : {}),
    ...(/a\s+change\s+replaces\s+the/i.test(text) ? { willReplaceOnChanges: true } : {}),
  };
}

function mayBeUndefined(type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.some(mayBeUndefined);
  if (ts.isTypeReferenceNode(type)) return type.typeArguments?.some(mayBeUndefined) === true;
  return type.kind === ts.SyntaxKind.UndefinedKeyword;
}

/** A name for an enumeration value that the SDKs would split at wrong places: `McpSse` for `MCP_SSE`. */
function named(value: string): { name?: string; value: string } {
  if (!value.includes("_")) return { value };
  const words = value.split("_").map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`);
  return { name: words.join(""), value };
}

/** Joins names: `CanaryRelease` and `function` make `CanaryReleaseFunction`. */
function nameOf({ owner, way }: Pick<Site, "owner" | "way">): string {
  const name = way.at(-1)?.name ?? "";
  return `${owner}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function inList(site: Site): Site {
  const last = site.way.at(-1);
  return last === undefined ? site : { ...site, way: [...site.way.slice(0, -1), { ...last, list: true }] };
}

function equalSpec(a: Spec, b: Spec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
