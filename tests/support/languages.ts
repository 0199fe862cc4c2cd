/** A stack whose program may be of any Pulumi language, on the real engine, the language's own host and the real plugin. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { schemaText } from "../../provider/plugin/schema";
import { type ProgramFolder, programFolder, root } from "./program";

/** The folder of the plugin, as `packages:` names it. */
export const pluginFolder = join(root, "plugin");

/** The folder with the named tools of `tools/setup/languages.mjs`; the first call on a machine builds them. */
export function languageTools(...names: string[]): string {
  const script = join(root, "tools", "setup", "languages.mjs");
  return execFileSync(process.execPath, [script, ...names], { encoding: "utf8" }).trim();
}

/** Environment variables under which the engine finds the named hosts. */
export function hostsOnPath(...names: string[]): Record<string, string> {
  return { PATH: `${languageTools(...names)}${delimiter}${process.env["PATH"] ?? ""}` };
}

/** A stack, its program's folder and an emulator. */
export interface LanguageBench {
  readonly emulator: Emulator;
  readonly program: ProgramFolder;
  readonly stack: automation.Stack;
  /** Makes the function's code answer a text. */
  code(answer: string): void;
  /** Sets keys of stack config; undefined removes one. */
  config(keys: Record<string, string | undefined>): Promise<void>;
  /** Runs `up`; answers the split and what was sent. */
  up(): Promise<{ split: unknown; sent: string[] }>;
  /** Operations applied since the n-th. */
  sent(from: number): string[];
  close(): Promise<void>;
}

/** Starts a {@link LanguageBench}; `env` is what the engine sees besides the emulator. */
export async function languageBench(write: (program: ProgramFolder) => void, env: Record<string, string>) {
  const emulator = await startEmulator({});
  const program = programFolder("canary", "");
  program.link("node_modules/pulumi-alicloud-fc", root);
  write(program);
  const stack = await program.stack({ ...emulator.env, ...env });
  const sent = (from: number) =>
    emulator
      .mutations()
      .slice(from)
      .map(({ operation }) => operation);
  const bench: LanguageBench = {
    emulator,
    program,
    stack,
    sent,
    code: (answer) => program.file("src/index.js", `exports.handler = async () => ${JSON.stringify(answer)};\n`),
    async config(keys) {
      for (const [key, value] of Object.entries(keys)) {
        if (value === undefined) await stack.removeConfig(key);
        else await stack.setConfig(key, { value });
      }
    },
    async up() {
      const from = emulator.mutations().length;
      const { outputs } = await stack.up();
      return { split: outputs["split"]?.value, sent: sent(from) };
    },
    async close() {
      program.remove();
      await emulator.close();
    },
  };
  return bench;
}

/** How a language writes the one program of the journeys. */
export type WriteProgram = (program: ProgramFolder, more?: { versionDescription?: string }) => void;

/** The program in YAML. */
export const inYaml: WriteProgram = (program, { versionDescription } = {}) =>
  program.file(
    "Pulumi.yaml",
    `name: canary
runtime: yaml
packages:
  alicloud-fc: ${pluginFolder}
resources:
  api:
    type: alicloud-fc:CanaryRelease
    properties:
      function:
        functionName: api
        runtime: nodejs20
        handler: index.handler
        code: ./src
        environmentVariables:
          TOKEN: canary-secret-value
      aliasName: prod
      config: true
${versionDescription === undefined ? "" : `      versionDescription: ${versionDescription}\n`}outputs:
  split: \${api.split}
`,
  );

/** The program in JavaScript. */
export const inJavaScript: WriteProgram = (program, { versionDescription } = {}) => {
  program.file("Pulumi.yaml", "name: canary\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  program.file(
    "index.js",
    `const fc = require("pulumi-alicloud-fc");
const release = new fc.CanaryRelease("api", {
  function: {
    functionName: "api",
    runtime: "nodejs20",
    handler: "index.handler",
    code: "./src",
    environmentVariables: { TOKEN: "canary-secret-value" },
  },
  aliasName: "prod",
  versionDescription: ${JSON.stringify(versionDescription)},
  ...fc.releaseConfig(),
});
exports.split = release.split;
`,
  );
};

/** Version of Pulumi's SDK for Go and for Python that the tests use; the generated SDKs need 3.231 or newer. */
export const SDK_VERSION = "3.259.0";

/** Generates the SDKs of the plugin's schema into a folder: `<folder>/go` and `<folder>/python`. Throws when Pulumi refuses the schema. */
export function generateSdks(folder: string): void {
  const schema = join(folder, "schema.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(schema, schemaText());
  const complaints = execFileSync(join(languageTools("sdkgen"), "sdkgen"), [schema, folder], { encoding: "utf8" });
  if (complaints !== "") throw new Error(`Pulumi's schema check: ${complaints}`);
}

/** The program in Go; its SDK lies in `sdks/go`. */
export const inGo: WriteProgram = (program, { versionDescription } = {}) => {
  if (!existsSync(join(program.folder, "go.sum"))) {
    generateSdks(join(program.folder, "sdks"));
    program.file(
      "go.mod",
      `module canary

go 1.25.0

require (
	github.com/pulumi/pulumi/sdk/v3 v${SDK_VERSION}
	pulumi-alicloud-fc v0.0.0
)

replace pulumi-alicloud-fc => ./sdks/go
`,
    );
  }
  program.file("Pulumi.yaml", `name: canary\nruntime: go\npackages:\n  alicloud-fc: ${pluginFolder}\n`);
  const description = versionDescription === undefined ? "" : `\n\t\t\tVersionDescription: pulumi.String(${JSON.stringify(versionDescription)}),`; // prettier-ignore
  program.file(
    "main.go",
    `package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-alicloud-fc/alicloudfc"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		release, err := alicloudfc.NewCanaryRelease(ctx, "api", &alicloudfc.CanaryReleaseArgs{
			Function: alicloudfc.CanaryReleaseFunctionArgs{
				FunctionName:         pulumi.String("api"),
				Runtime:              pulumi.String("nodejs20"),
				Handler:              pulumi.String("index.handler"),
				Code:                 pulumi.String("./src"),
				EnvironmentVariables: pulumi.StringMap{"TOKEN": pulumi.String("canary-secret-value")},
			},
			AliasName: pulumi.String("prod"),
			Config:    pulumi.Bool(true),${description}
		})
		if err != nil {
			return err
		}
		ctx.Export("split", release.Split)
		return nil
	})
}
`,
  );
  if (!existsSync(join(program.folder, "go.sum"))) {
    const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" };
    execFileSync("go", ["mod", "tidy"], { cwd: program.folder, env });
  }
};

/** Python with Pulumi's SDK, made once beside the hosts, and the plugin's SDK; as environment variables. */
export function pythonEnvironment(sdks: string): Record<string, string> {
  const tools = languageTools("python");
  const home = join(tools, `python-${SDK_VERSION}`);
  if (!existsSync(join(home, "ready"))) {
    execFileSync("python3", ["-m", "venv", "--clear", home]);
    const packages = [`pulumi==${SDK_VERSION}`, "mypy", "parver", "semver"];
    execFileSync(join(home, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", ...packages]);
    writeFileSync(join(home, "ready"), "");
  }
  generateSdks(sdks);
  // The host is older than the engine, which tells it of no virtual environment: the first python3 on PATH is the one.
  const path = [join(home, "bin"), tools, process.env["PATH"] ?? ""].join(delimiter);
  return { PATH: path, PYTHONPATH: join(sdks, "python"), VIRTUAL_ENV: home };
}

/** The program in Python. */
export const inPython: WriteProgram = (program, { versionDescription } = {}) => {
  program.file("Pulumi.yaml", `name: canary\nruntime: python\npackages:\n  alicloud-fc: ${pluginFolder}\n`);
  program.file(
    "__main__.py",
    `import pulumi
import pulumi_alicloud_fc as fc

release = fc.CanaryRelease(
    "api",
    function={
        "function_name": "api",
        "runtime": "nodejs20",
        "handler": "index.handler",
        "code": "./src",
        "environment_variables": {"TOKEN": "canary-secret-value"},
    },
    alias_name="prod",
    config=True,
    version_description=${versionDescription === undefined ? "None" : JSON.stringify(versionDescription)},
)
pulumi.export("split", release.split)
`,
  );
};
