/** The schema in the repository has every output, and the limits of `check`. `schema.deep.ts` generates the schema again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ALIAS_OUTPUTS,
  FUNCTION_OUTPUTS,
  HTTP_TRIGGER_OUTPUTS,
  RELEASE_OUTPUTS,
  VERSION_OUTPUTS,
} from "../../provider/core/outputOnly";
import { KINDS, packageToken, typeToken } from "../../provider/resources/tokens";

const root = join(__dirname, "..", "..");

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
  readonly deprecationMessage?: string;
}

interface Schema {
  readonly types: Record<string, { properties?: Record<string, Property>; enum?: { name?: string; value: string }[] }>;
  readonly resources: Record<
    string,
    {
      description: string;
      inputProperties: Record<string, Property>;
      requiredInputs: string[];
      properties: Record<string, Property>;
      aliases?: object[];
    }
  >;
}

const text = readFileSync(join(root, "provider", "plugin", "schema.json"), "utf8");
const schema = JSON.parse(text) as Schema;

it.each([
  ["Function", FUNCTION_OUTPUTS],
  ["Version", VERSION_OUTPUTS],
  ["Alias", ALIAS_OUTPUTS],
  ["HttpTrigger", HTTP_TRIGGER_OUTPUTS],
  ["Release", RELEASE_OUTPUTS],
] as const)("the class %s declares every output that it registers, so that the schema has it", (kind, outputs) => {
  const properties = Object.keys(schema.resources[packageToken(kind)]?.properties ?? {});
  expect(Object.keys(outputs).filter((name) => !properties.includes(name))).toEqual(
    // A release registers its times, but they are not public outputs.
    kind === "Release" ? ["createdTime", "lastModifiedTime"] : [],
  );
});

it("the schema has an example of every resource, and of the component one for each language that tests run", () => {
  const shown = Object.entries(schema.resources).map(([token, { description }]) => [
    token.split(":")[2],
    [...description.matchAll(/^```([a-z]+)$/gm)].map(([, language]) => language),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    ...Object.fromEntries(KINDS.map((kind) => [kind, ["yaml"]])),
    CanaryRelease: ["yaml", "go", "python"],
  });
});

it("the schema has every resource, with the type token of TypeScript programs as an alias", () => {
  expect(Object.keys(schema.resources)).toEqual([...KINDS.map(packageToken), "alicloud-fc:index:CanaryRelease"]);
  for (const kind of KINDS) expect(schema.resources[packageToken(kind)]?.aliases).toEqual([{ type: typeToken(kind) }]);
});

it("every property of every resource and type has a description", () => {
  const silent = Object.entries({ ...schema.resources, ...schema.types }).flatMap(([token, { properties = {} }]) =>
    Object.entries(properties).flatMap(([name, { description }]) => (description ? [] : [`${token} ${name}`])),
  );
  const inputs = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
    Object.entries(inputProperties).flatMap(([name, { description }]) => (description ? [] : [`${token} ${name}`])),
  );
  expect([...inputs, ...silent]).toEqual([]);
});

it("the schema marks enums, integers, secrets, replacements and deprecated properties", () => {
  const { inputProperties, properties, requiredInputs } = schema.resources["alicloud-fc:index:Function"] as Schema["resources"][string]; // prettier-ignore
  expect(requiredInputs).toEqual(["functionName", "runtime", "handler"]);
  expect(inputProperties["memorySize"]?.type).toBe("integer");
  expect(inputProperties["cpu"]?.type).toBe("number");
  expect(inputProperties["diskSize"]?.type).toBe("integer");
  const replacing = Object.entries(inputProperties).filter(([, property]) => property.willReplaceOnChanges);
  expect(replacing.map(([name]) => name).sort()).toEqual(["accountId", "functionName", "region"]);
  expect(inputProperties["disableOndemand"]?.deprecationMessage).toBe("deprecated by the service");
  // The plugin marks a hash as a secret only if one of the hashed values is a secret. A secret in the schema would
  // always be one.
  expect(Object.entries(properties).filter(([, property]) => "secret" in property)).toEqual([]);
  const affinity = schema.types["alicloud-fc:index:FunctionSessionAffinity"]?.enum?.map(({ value }) => value);
  expect(affinity).toEqual(["NONE", "MCP_SSE", "MCP_STREAMABLE", "HEADER_FIELD", "GENERATED_COOKIE"]);
  // Without this name, Pulumi's generator for Python would name the value MC_P_SSE.
  expect(schema.types["alicloud-fc:index:FunctionSessionAffinity"]?.enum?.[1]?.name).toBe("McpSse");
});
