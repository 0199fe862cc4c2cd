/** A stack whose program may be of any Pulumi language, on the real engine, the language's own host and the real plugin. */
import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import type * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
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
