/**
 * All tests of `journeys.ts` in Go. `pulumi package add` generates the SDK; the compiler and `go vet` check SDK and
 * program.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PackageSchema } from "../../tools/schema/generate";
import { spelling } from "../../tools/schema/reference";
import { journeys } from "../support/journeys";
import { exampleInGo, hostsOnPath, inProgram } from "../support/languages";
import { programFolder } from "../support/program";
import { root } from "../support/root";

/** The package of the SDK that programs import. */
const SDK = "example.com/pulumi-alicloud-fc/sdk/go/alicloudfc";

journeys(exampleInGo, () => hostsOnPath("go"));

it("program and generated SDK compile against each other", () => {
  const program = programFolder("typed", "");
  try {
    exampleInGo(program);
    const vet = () => inProgram(program.folder, { GOWORK: "off" }, "go", "vet", "./...", SDK);
    expect(vet()).toBe("");
    const text = readFileSync(join(program.folder, "main.go"), "utf8");
    program.file("main.go", text.replace('AliasName: pulumi.String("prod")', "AliasName: pulumi.Int(5)"));
    expect(vet).toThrow("cannot use pulumi.Int(5)");
  } finally {
    program.remove();
  }
});

it("the reference pages have the same names and types of arguments as the SDK", () => {
  const schema = JSON.parse(readFileSync(join(root, "provider", "plugin", "schema.json"), "utf8")) as PackageSchema;
  const program = programFolder("spelled", "");
  try {
    exampleInGo(program);
    const folder = join(program.folder, "sdks", "alicloud-fc", "alicloudfc");
    const files = readdirSync(folder).filter((name) => name.endsWith(".go"));
    const sdk = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    for (const [token, { inputProperties, requiredInputs }] of Object.entries(schema.resources)) {
      const [, members = ""] =
        new RegExp(`type ${token.split(":")[2]}Args struct \\{([\\s\\S]*?)\\n\\}`).exec(sdk) ?? [];
      const fields = [...members.matchAll(/^\t([A-Z]\w*) (\S+)/gm)].map(([, name, type]) => `${name} ${type}`);
      const spelled = Object.entries(inputProperties).map(([name, spec]) => {
        const own = spelling("Go", name, spec, { required: requiredInputs.includes(name), schema });
        return `${own.name} ${own.type}`;
      });
      expect(spelled.sort()).toEqual(fields.sort());
    }
  } finally {
    program.remove();
  }
});
