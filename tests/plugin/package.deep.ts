/** The package in commands of the engine: the schema, its check, and a stack with the example of each plain resource. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemaText } from "../../provider/plugin/schema";
import { changes } from "../support/engine";
import { type LanguageBench, executable, hostsOnPath, inProgram, languageBench } from "../support/languages";
import { root } from "../support/root";

jest.setTimeout(600_000);

it("pulumi package get-schema prints the schema, and pulumi schema check reports no error", () => {
  const folder = mkdtempSync(join(tmpdir(), "schema-"));
  try {
    const schema = inProgram(folder, {}, "pulumi", "package", "get-schema", executable);
    const tokens = (text: string) => {
      const { resources = {}, types = {} } = JSON.parse(text) as Record<string, object>;
      return [...Object.keys(resources), ...Object.keys(types)].sort();
    };
    expect(tokens(schema)).toEqual(tokens(schemaText()));
    const file = join(folder, "schema.json");
    writeFileSync(file, schema);
    expect(inProgram(folder, {}, "pulumi", "schema", "check", file)).toBe("");
    writeFileSync(
      file,
      schemaText().replace("#/types/alicloud-fc:index:AliasCanary", "#/types/alicloud-fc:index:None"),
    );
    expect(() => inProgram(folder, {}, "pulumi", "schema", "check", file)).toThrow(
      "type alicloud-fc:index:None not found",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("the guide's command adds the package, also when it runs twice, and does not change the plugin's folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "add-"));
  try {
    const guide = readFileSync(join(root, "docs", "guide", "languages.md"), "utf8");
    const [, ...args] = /^pulumi package add \S+$/m.exec(guide)?.[0].split(" ") ?? [];
    const own = join(folder, "node_modules", "pulumi-alicloud-fc");
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, own);
    const program = "name: added\nruntime: yaml\n";
    writeFileSync(join(folder, "Pulumi.yaml"), program);
    const before = readdirSync(join(own, "plugin"));
    for (let run = 0; run < 2; run++) {
      inProgram(folder, hostsOnPath("yaml"), "pulumi", ...args);
      const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
      expect(readFileSync(join(folder, "Pulumi.yaml"), "utf8")).toBe(
        `${program}packages:\n  alicloud-fc: alicloud-fc@${version}\n`,
      );
    }
    expect(readdirSync(join(own, "plugin"))).toEqual(before);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("examples/yaml-canary", () => {
  let bench: LanguageBench;

  beforeAll(async () => {
    const text = readFileSync(join(root, "examples", "yaml-canary", "Pulumi.yaml"), "utf8");
    bench = await languageBench((program) => program.file("Pulumi.yaml", text), hostsOnPath("yaml"));
  });

  afterAll(() => bench.close());

  it("deploys each of the plain resources, and shows no change afterwards", async () => {
    expect((await bench.up()).sent).toEqual([
      "CreateFunction",
      "PublishFunctionVersion",
      "CreateAlias",
      "CreateAlias",
      "CreateTrigger",
    ]);
    expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
  });

  it("a change of environment values alone is a new version", async () => {
    const file = join(bench.program.folder, "Pulumi.yaml");
    const text = readFileSync(file, "utf8");
    bench.program.file(
      "Pulumi.yaml",
      text.replace("      code: ./src\n", "      code: ./src\n      environmentVariables: { A: b }\n"),
    );
    expect((await bench.up()).sent).toContain("PublishFunctionVersion");
  });
});
