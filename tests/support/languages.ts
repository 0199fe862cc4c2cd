/** A stack whose program may be of any Pulumi language, on the real engine, the language's own host and the real plugin. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** Version of Pulumi's SDK for Python that the tests use; the generated SDK needs 3.231 or newer. */
export const SDK_VERSION = "3.259.0";

/** Generates the SDKs of the plugin's schema into a folder: `<folder>/go` and `<folder>/python`. Throws when Pulumi refuses the schema. */
export function generateSdks(folder: string): void {
  const schema = join(folder, "schema.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(schema, schemaText());
  const complaints = execFileSync(join(languageTools("sdkgen"), "sdkgen"), [schema, folder], { encoding: "utf8" });
  if (complaints !== "") throw new Error(`Pulumi's schema check: ${complaints}`);
}

/** A file of an example, with the function's name of the journeys. */
function example(name: string, file: string): string {
  return readFileSync(join(root, "examples", name, file), "utf8").replaceAll(`${name}-example`, "api");
}

/** A text with a line more after the one that names the alias, where there is one to add. */
function withLine(text: string, anchor: string, line: string | undefined): string {
  return line === undefined ? text : text.replace(anchor, `${anchor}${line}`);
}

const PACKAGES = `packages:\n  alicloud-fc: ${pluginFolder}\n`;

/** The example in YAML. */
export const exampleInYaml: WriteProgram = (program, { versionDescription: words } = {}) => {
  const text = example("yaml-canary-release", "Pulumi.yaml");
  const line = words === undefined ? undefined : `      versionDescription: ${words}\n`;
  program.file("Pulumi.yaml", withLine(text, "aliasName: prod\n", line).replace("resources:", `${PACKAGES}resources:`));
};

/** The example in Go; its SDK lies in `sdks/go`, where `pulumi package add` would put it. */
export const exampleInGo: WriteProgram = (program, { versionDescription: words } = {}) => {
  const text = example("go-canary-release", "main.go");
  const line = words === undefined ? undefined : `VersionDescription: pulumi.String("${words}"),\n`;
  program.file("main.go", withLine(text, 'AliasName: pulumi.String("prod"),\n', line));
  program.file("Pulumi.yaml", `${example("go-canary-release", "Pulumi.yaml")}${PACKAGES}`);
  if (existsSync(join(program.folder, "go.mod"))) return;
  generateSdks(join(program.folder, "sdks"));
  program.file("go.mod", example("go-canary-release", "go.mod"));
  const go = (...args: string[]) =>
    execFileSync("go", args, { cwd: program.folder, env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" } });
  go("mod", "edit", "-require=pulumi-alicloud-fc@v0.0.0", "-replace=pulumi-alicloud-fc=./sdks/go");
  go("mod", "tidy");
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
  // The SDK asks for its version as an installed package.
  const site = join(sdks, "site");
  const install = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", site];
  if (!existsSync(site)) execFileSync(join(home, "bin", "pip"), [...install, join(sdks, "python")]);
  // The host is older than the engine and gets no virtual environment from it: it uses the first python3 on PATH.
  const path = [join(home, "bin"), tools, process.env["PATH"] ?? ""].join(delimiter);
  return { PATH: path, PYTHONPATH: site, VIRTUAL_ENV: home };
}

/** The example in Python. */
export const exampleInPython: WriteProgram = (program, { versionDescription: words } = {}) => {
  const text = example("python-canary-release", "__main__.py");
  const line = words === undefined ? undefined : `    version_description="${words}",\n`;
  program.file("__main__.py", withLine(text, 'alias_name="prod",\n', line));
  program.file("Pulumi.yaml", `${example("python-canary-release", "Pulumi.yaml")}${PACKAGES}`);
};
