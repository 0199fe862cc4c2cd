/** Reads examples of the package's resources from the programs in `examples/`, for the descriptions of the schema. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

/** A program or a part of one. */
export interface Example {
  readonly language: "yaml" | "go" | "python";
  readonly text: string;
}

/** The examples of a resource. For the component they are whole programs in each language, for the others parts of a program. */
export function examplesOf(root: string, name: string): Example[] {
  const read = (...path: string[]) => readFileSync(join(root, "examples", ...path), "utf8");
  if (name === "CanaryRelease") {
    return [
      { language: "yaml", text: read("yaml-canary-release", "Pulumi.yaml") },
      { language: "go", text: read("go-canary-release", "main.go") },
      { language: "python", text: read("python-canary-release", "__main__.py") },
    ];
  }
  const program = parseDocument(read("yaml-canary", "Pulumi.yaml"));
  const resources = program.get("resources") as { items: { key: { value: string }; value: unknown }[] };
  const own = resources.items.filter(
    ({ value }) => (value as Map<string, string>).get("type") === `alicloud-fc:${name}`,
  );
  if (own.length === 0) throw new Error(`examples/yaml-canary has no ${name}`);
  resources.items = own;
  for (const key of ["name", "description", "runtime", "config", "outputs"]) program.delete(key);
  return [{ language: "yaml", text: program.toString() }];
}

/** The examples in the form that Pulumi's generators of SDKs and documentation read. */
export function inDescription(examples: readonly Example[]): string {
  const blocks = examples.map(({ language, text }) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``);
  return ["{{% examples %}}", "## Example Usage", "{{% example %}}", ...blocks, "{{% /example %}}", "{{% /examples %}}"].join("\n\n"); // prettier-ignore
}
