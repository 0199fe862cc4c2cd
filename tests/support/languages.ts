/** A stack with a program in any Pulumi language, on the real engine, with the language host and the real plugin. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { changes, textBelow } from "./engine";
import { type ProgramFolder, programFolder } from "./program";
import { root } from "./root";

/** The folder of the plugin, as `packages:` names it. */
export const pluginFolder = join(root, "plugin");

/** The folder with the named tools of `tools/setup/languages.mjs`; the first call on a machine builds them. */
export function languageTools(...names: string[]): string {
  const script = join(root, "tools", "setup", "languages.mjs");
  return execFileSync(process.execPath, [script, ...names], { encoding: "utf8" }).trim();
}

/** Environment variables under which the engine finds the named hosts, and the plugin by the name of its executable. */
export function hostsOnPath(...names: string[]): Record<string, string> {
  return { PATH: [languageTools(...names), pluginFolder, process.env["PATH"]].join(delimiter) };
}

/** A stack, its program's folder and an emulator. */
export interface LanguageBench {
  readonly emulator: Emulator;
  readonly program: ProgramFolder;
  readonly stack: automation.Stack;
  /** Writes function code that returns a text. */
  code(answer: string): void;
  /** Sets keys of stack config; undefined removes one. */
  config(keys: Record<string, string | undefined>): Promise<void>;
  /** Runs `up`. Returns the split and the sent operations. */
  up(): Promise<{ split: unknown; sent: string[] }>;
  /** The operations that changed something, without the first `from` of them. */
  sent(from: number): string[];
  /** Runs `pulumi` in the folder of the program and returns the output. If it fails, the error contains the output. */
  command(...args: string[]): Promise<string>;
  /** Expects that preview and `up` change nothing, and that nothing is sent to the service. */
  unchanged(): Promise<void>;
  /** The text of all files of the stack. */
  stored(): string;
  close(): Promise<void>;
}

/** Starts a {@link LanguageBench}. `env` has variables for the engine beside those of the emulator. */
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
    async unchanged() {
      const from = emulator.mutations().length;
      expect(changes((await stack.preview()).changeSummary)).toEqual({});
      expect(changes((await stack.up()).summary.resourceChanges)).toEqual({});
      expect(sent(from)).toEqual([]);
    },
    command: (...args) => commandIn(program.folder, stack, args),
    stored: () => textBelow(join(program.folder, ".engine", "state")),
    async close() {
      program.remove();
      await emulator.close();
    },
  };
  return bench;
}

/** Runs a program without blocking, because the emulator runs in this process. */
const execute = promisify(execFile);

async function commandIn(cwd: string, { workspace }: automation.Stack, args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome };
  const run = execute("pulumi", [...args, "--non-interactive"], { cwd, env });
  const { stdout } = await run.catch(({ stdout: text, stderr }: { stdout: string; stderr: string }) =>
    Promise.reject(new Error(`${text}${stderr}`)),
  );
  return stdout;
}

/** Parts of a program beside the component. */
export interface More {
  /** Text for the next version. */
  readonly versionDescription?: string;
  /** True: the code is an archive of the language. */
  readonly archive?: boolean;
  /** A plain version of the component's function, called `words`, with this description. */
  readonly words?: string;
}

/** Writes the program of the journeys in a language. */
export type WriteProgram = (program: ProgramFolder, more?: More) => void;

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
export const inJavaScript: WriteProgram = (program, { versionDescription, archive, words } = {}) => {
  program.file("Pulumi.yaml", "name: canary\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  program.file(
    "index.js",
    `const pulumi = require("@pulumi/pulumi");
const fc = require("pulumi-alicloud-fc");
const release = new fc.CanaryRelease("api", {
  function: {
    functionName: "api",
    runtime: "nodejs20",
    handler: "index.handler",
    code: ${archive ? 'new pulumi.asset.FileArchive("./src")' : '"./src"'},
    environmentVariables: { TOKEN: "canary-secret-value" },
  },
  aliasName: "prod",
  versionDescription: ${JSON.stringify(versionDescription)},
  ...fc.releaseConfig(),
});
exports.split = release.split;
${words === undefined ? "" : `new fc.Version("words", { function: release.function, description: "${words}" });\n`}`,
  );
};

/** A file of an example. The name of the function is replaced by `api`. */
function example(name: string, file: string): string {
  return readFileSync(join(root, "examples", name, file), "utf8").replaceAll(`${name}-example`, "api");
}

/** The text with a line added after the anchor, if there is a line to add. */
function withLine(text: string, anchor: string, line: string | undefined): string {
  return line === undefined ? text : text.replace(anchor, `${anchor}${line}`);
}

const PACKAGES = `packages:\n  alicloud-fc: ${pluginFolder}\n`;

/** The example in YAML. */
export const exampleInYaml: WriteProgram = (program, { versionDescription, archive, words } = {}) => {
  const path = example("yaml-canary-release", "Pulumi.yaml");
  const text = archive ? path.replace("code: ./src", "code: { fn::fileArchive: ./src }") : path;
  const line = versionDescription === undefined ? undefined : `      versionDescription: ${versionDescription}\n`;
  const members = ["functionName", "fingerprint", "revision"].map((name) => `${name}: "\${api.function.${name}}"`);
  const version = `  words:
    type: alicloud-fc:Version
    properties: { function: { ${members.join(", ")} }, description: ${words} }
`;
  const whole = withLine(text, "aliasName: prod\n", line).replace("resources:", `${PACKAGES}resources:`);
  program.file("Pulumi.yaml", words === undefined ? whole : whole.replace("outputs:", `${version}outputs:`));
};

/** The argument of `pulumi package add`: the path of the plugin's executable. */
export const executable = join(pluginFolder, "pulumi-resource-alicloud-fc");

/** Runs a command in a program's folder as a user does, with the engine's own home. */
export function inProgram(folder: string, env: Record<string, string>, command: string, ...args: string[]): string {
  const own = { ...process.env, PULUMI_HOME: join(folder, ".engine", "home"), ...env };
  return execFileSync(command, args, { cwd: folder, env: own, encoding: "utf8", stdio: "pipe" });
}

/** `pulumi package add`: generates the SDK, links it and adds the package to Pulumi.yaml. Returns its output. */
export function packageAdd(folder: string, language: "go" | "python", env: Record<string, string> = {}): string {
  const tools = languageTools(language);
  const path = [join(tools, "sdks"), tools, env["PATH"] ?? process.env["PATH"]].join(delimiter);
  return inProgram(folder, { ...env, PATH: path }, "pulumi", "package", "add", executable);
}

/** The example in Go; `pulumi package add` makes its SDK. */
export const exampleInGo: WriteProgram = (program, { versionDescription, archive, words } = {}) => {
  const path = example("go-canary-release", "main.go");
  const text = archive ? path.replace('pulumi.String("./src")', 'pulumi.NewFileArchive("./src")') : path;
  const line = versionDescription === undefined ? undefined : `VersionDescription: pulumi.String("${versionDescription}"),\n`; // prettier-ignore
  const version = `if _, err := alicloudfc.NewVersion(ctx, "words", &alicloudfc.VersionArgs{
  Function: alicloudfc.FunctionLikeArgs{
    FunctionName: release.Function.FunctionName(),
    Fingerprint:  release.Function.Fingerprint(),
    Revision:     release.Function.Revision(),
  },
  Description: pulumi.String("${words}"),
}); err != nil {
  return err
}
`;
  const whole = withLine(text, 'AliasName: pulumi.String("prod"),\n', line);
  program.file("main.go", words === undefined ? whole : whole.replace("return nil\n", `${version}return nil\n`));
  if (existsSync(join(program.folder, "go.mod"))) return;
  program.file("go.mod", example("go-canary-release", "go.mod"));
  program.file("Pulumi.yaml", example("go-canary-release", "Pulumi.yaml"));
  packageAdd(program.folder, "go", { GOWORK: "off" });
};

/** Version of Pulumi's SDK for Python that the tests use; the generated SDK needs 3.231 or newer. */
const SDK_VERSION = "3.259.0";

/** Installs Python packages in a folder: Pulumi's SDK, the plugin's SDK, and mypy. Returns environment variables. */
export function pythonEnvironment(folder: string): Record<string, string> {
  const of = (file: string) => writeFileSync(join(folder, file), example("python-canary-release", file));
  ["Pulumi.yaml", "requirements.txt", "__main__.py"].forEach(of);
  writeFileSync(join(folder, "constraints.txt"), `pulumi==${SDK_VERSION}\n`);
  // The host is older than the engine, and receives no virtual environment from it. It makes one in the program's
  // folder, and runs the first python3 on PATH.
  const pip = { PIP_CONSTRAINT: join(folder, "constraints.txt"), PIP_DISABLE_PIP_VERSION_CHECK: "1" };
  packageAdd(folder, "python", pip);
  const path = [join(folder, "bin"), pluginFolder, languageTools("python"), process.env["PATH"]].join(delimiter);
  const env = { PATH: path, VIRTUAL_ENV: folder };
  inProgram(folder, { ...env, ...pip }, "pip", "install", "--quiet", "mypy");
  return env;
}

/** The example in Python. */
export const exampleInPython: WriteProgram = (program, { versionDescription, archive, words } = {}) => {
  const path = example("python-canary-release", "__main__.py");
  const text = archive ? path.replace('"./src"', 'pulumi.FileArchive("./src")') : path;
  const line = versionDescription === undefined ? undefined : `    version_description="${versionDescription}",\n`;
  const members = ["function_name", "fingerprint", "revision"].map((name) => `"${name}": release.function.${name}`);
  const version = `fc.Version("words", function={${members.join(", ")}}, description="${words}")\n`;
  program.file("__main__.py", `${withLine(text, 'alias_name="prod",\n', line)}${words === undefined ? "" : version}`);
  program.file("Pulumi.yaml", example("python-canary-release", "Pulumi.yaml"));
};
