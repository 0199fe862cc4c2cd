/** Writes reference pages of the package for all languages from its schema. */
import { type Example, examplesOf } from "./examples";
import type { PackageSchema, Spec } from "./generate";

const LANGUAGES = ["YAML", "Go", "Python", "C#", "Java"] as const;
type Language = (typeof LANGUAGES)[number];

/** Name and type of a property in a language. */
export interface Spelled {
  readonly name: string;
  readonly type: string;
}

interface Use {
  readonly required: boolean;
  /** The schema. Members of arguments have input types, members of outputs plain types. */
  readonly schema: PackageSchema;
}

/** Map from file name to text. */
export function referencePages(root: string, schema: PackageSchema): Record<string, string> {
  const resources = Object.entries(schema.resources).map(([token, resource]) => {
    const name = last(token);
    const text = [
      `# ${name}`,
      words(resource.description),
      ...examplesOf(root, name).map(block),
      "## Inputs",
      described(resource.inputProperties, resource.requiredInputs),
      "### Names and types of inputs",
      spelled(schema, resource.inputProperties, resource.requiredInputs),
      "## Outputs",
      "Every input is an output as well where it stands here. Names are spelled as those of inputs.",
      described(resource.properties, []),
    ];
    return [`${name}.md`, page(text)] as const;
  });
  return { "README.md": index(schema), "types.md": typesPage(schema), ...Object.fromEntries(resources) };
}

function index(schema: PackageSchema): string {
  const settings = Object.entries(schema.provider.inputProperties);
  return page([
    "# Reference for YAML, Go, Python, C# and Java",
    "Pages are made from the schema of the plugin by `npm run schema`; those of TypeScript are in [docs/api](../api/README.md). " +
      "Names and types of C# and Java are spelled by the rules of Pulumi's generators.",
    "Tests run releases in TypeScript, JavaScript, YAML, Go and Python, on Linux. **Not run**: .NET and Java, of which no SDK was generated and " +
      "no program run, and any language on Windows.",
    Object.entries(schema.resources)
      .map(([token, { description }]) => `- [${last(token)}](${last(token)}.md): ${sentence(description)}`)
      .join("\n"),
    "- [Types](types.md): structures and choices that properties are made of.",
    "## Provider",
    "Settings of a provider `pulumi:providers:alicloud-fc`, and keys of stack config: `pulumi config set alicloud-fc:region cn-hangzhou`.",
    table(["setting", "what it is"], settings.map(([name, { description }]) => [code(name), cell(description)])), // prettier-ignore
  ]);
}

function typesPage(schema: PackageSchema): string {
  const sections = Object.entries(schema.types).flatMap(([token, type]) => {
    const heading = `## ${last(token)}`;
    if (type.enum !== undefined) {
      const rows = type.enum.map(({ name, value }) => {
        const member = name ?? value;
        return [
          code(value),
          code(`${last(token)}${title(member)}`),
          code(snake(member).toUpperCase()),
          code(title(member)),
        ];
      });
      return [heading, table(["value", "Go", "Python", "C#, Java"], rows)];
    }
    const { properties = {}, required = [] } = type;
    const parts = [heading, words(type.description), described(properties, required)];
    return [...parts.filter((part) => part !== ""), spelled(schema, properties, required)];
  });
  return page(["# Types", "In Go, Python, C# and Java the name of a structure ends with `Args` where it is an argument.", ...sections]); // prettier-ignore
}

/** Name and type of an input in a language. */
export function spelling(language: Language, name: string, spec: Spec, use: Use): Spelled {
  switch (language) {
    case "YAML":
      return { name, type: yamlType(spec) };
    case "Go":
      return { name: title(name), type: goType(spec, use) };
    case "Python":
      return { name: snake(name), type: pythonType(spec, use) };
    case "C#":
      return { name: title(name), type: sharpType(spec, use) };
    case "Java":
      return { name, type: javaType(spec, use) };
  }
}

function spelled(schema: PackageSchema, properties: Record<string, Spec>, required: readonly string[]): string {
  const rows = Object.entries(properties).map(([name, spec]) =>
    LANGUAGES.map((language) => {
      const { name: own, type } = spelling(language, name, spec, { required: required.includes(name), schema });
      return `${code(own)} ${code(type)}`;
    }),
  );
  return table([...LANGUAGES], rows);
}

function described(properties: Record<string, Spec>, required: readonly string[]): string {
  const rows = Object.entries(properties).map(([name, spec]) => {
    const marks = [
      ...(required.includes(name) ? ["required"] : []),
      ...(spec.willReplaceOnChanges === true ? ["a change replaces"] : []),
      ...(spec.deprecationMessage === undefined ? [] : ["deprecated"]),
    ];
    return [code(name), marks.join(", "), cell(spec.description)];
  });
  return table(["property", "", "what it is"], rows);
}

function yamlType(spec: Spec): string {
  const { type, items, additionalProperties, oneOf } = spec;
  if (oneOf !== undefined) return oneOf.map(yamlType).join(" or ");
  if (type === "array") return `list of ${yamlType(items ?? {})}`;
  if (type === "object") return `map of ${yamlType(additionalProperties ?? {})}`;
  return type ?? builtIn(spec, { Archive: "archive", Asset: "asset", Any: "any" }) ?? refName(spec);
}

const GO_TYPES: Readonly<Record<string, string>> = { string: "String", integer: "Int", number: "Float64", boolean: "Bool" }; // prettier-ignore

function goType(spec: Spec, { required, schema }: Use): string {
  const { type = "", items, additionalProperties, oneOf } = spec;
  if (oneOf !== undefined || isAny(spec)) return "pulumi.Input";
  if (type === "array") return goCollection(items ?? {}, "Array");
  if (type === "object") return goCollection(additionalProperties ?? {}, "Map");
  const asset = builtIn(spec, { Archive: "pulumi.ArchiveInput", Asset: "pulumi.AssetOrArchiveInput" });
  if (asset !== undefined) return asset;
  const base = GO_TYPES[type] === undefined ? refName(spec) : `pulumi.${GO_TYPES[type]}`;
  if (isResource(spec, schema)) return `${base}Input`;
  return `${base}${required ? "" : "Ptr"}Input`;
}

function goCollection(item: Spec, kind: "Array" | "Map"): string {
  const { type = "" } = item;
  if (type === "object" || type === "array") return `pulumi.${type === "object" ? "Map" : "Array"}${kind}Input`;
  if (item.oneOf !== undefined || isAny(item)) return `pulumi.${kind}Input`;
  return GO_TYPES[type] === undefined ? `${refName(item)}${kind}Input` : `pulumi.${GO_TYPES[type]}${kind}Input`;
}

const PYTHON_TYPES: Readonly<Record<string, string>> = { string: "str", integer: "int", number: "float", boolean: "bool" }; // prettier-ignore

function pythonType(spec: Spec, use: Use): string {
  const { type = "", items, additionalProperties, oneOf } = spec;
  if (oneOf !== undefined) return oneOf.map((each) => pythonType(each, use)).join(" | ");
  if (type === "array") return `Sequence[${pythonType(items ?? {}, use)}]`;
  if (type === "object") return `Mapping[str, ${pythonType(additionalProperties ?? {}, use)}]`;
  const own = builtIn(spec, { Archive: "pulumi.Archive", Asset: "pulumi.Asset", Any: "Any" }) ?? PYTHON_TYPES[type];
  return own ?? `${refName(spec)}${isStructure(spec, use.schema) ? "Args" : ""}`;
}

const SHARP_TYPES: Readonly<Record<string, string>> = { string: "string", integer: "int", number: "double", boolean: "bool" }; // prettier-ignore

function sharpType(spec: Spec, use: Use): string {
  const { type = "", items, additionalProperties, oneOf } = spec;
  const plain = (each: Spec): string =>
    builtIn(each, { Archive: "Archive", Asset: "AssetOrArchive", Any: "object" }) ??
    SHARP_TYPES[each.type ?? ""] ??
    (isStructure(each, use.schema) ? `Inputs.${refName(each)}Args` : refName(each));
  if (oneOf !== undefined) return oneOf.length === 2 ? `InputUnion<${oneOf.map(plain).join(", ")}>` : "object";
  if (type === "array") return `InputList<${items?.oneOf === undefined ? plain(items ?? {}) : "object"}>`;
  if (type === "object") return `InputMap<${plain(additionalProperties ?? {})}>`;
  return `Input<${plain(spec)}>`;
}

const JAVA_TYPES: Readonly<Record<string, string>> = { string: "String", integer: "Integer", number: "Double", boolean: "Boolean" }; // prettier-ignore

function javaType(spec: Spec, use: Use): string {
  const plain = (each: Spec): string => {
    const { type = "", items, additionalProperties, oneOf } = each;
    if (oneOf !== undefined) return oneOf.length === 2 ? `Either<${oneOf.map(plain).join(", ")}>` : "Object";
    if (type === "array") return `List<${plain(items ?? {})}>`;
    if (type === "object") return `Map<String, ${plain(additionalProperties ?? {})}>`;
    const own = builtIn(each, { Archive: "Archive", Asset: "AssetOrArchive", Any: "Object" }) ?? JAVA_TYPES[type];
    return own ?? `${refName(each)}${isStructure(each, use.schema) ? "Args" : ""}`;
  };
  return `Output<${plain(spec)}>`;
}

function builtIn({ $ref = "" }: Spec, names: Readonly<Record<string, string>>): string | undefined {
  return $ref.startsWith("pulumi.json#/") ? names[last($ref.replace("/", ":"))] : undefined;
}

function isAny({ $ref }: Spec): boolean {
  return $ref === "pulumi.json#/Any";
}

function isStructure({ $ref = "" }: Spec, schema: PackageSchema): boolean {
  return schema.types[$ref.replace("#/types/", "")]?.properties !== undefined;
}

function isResource({ $ref = "" }: Spec, schema: PackageSchema): boolean {
  return schema.resources[$ref.replace("#/resources/", "")] !== undefined;
}

function refName({ $ref = "" }: Spec): string {
  return last($ref);
}

function last(token: string): string {
  return token.split(":").at(-1) ?? token;
}

function title(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The name in Python, in the form of Pulumi's generator: `customDNS` becomes `custom_dns`. */
function snake(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** The text before the examples. */
function words(description = ""): string {
  return description.split("{{% examples %}}")[0]?.trim() ?? "";
}

function sentence(description: string | undefined): string {
  return cell(words(description)).split(/(?<=\.) /)[0] ?? "";
}

/** The text for a cell of a table, on one line. */
function cell(text = ""): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function block({ language, text }: Example): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function page(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
