/** The command on a stack with a release: the real engine, the built command in a separate process, and the emulator. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { type ProgramFolder, programFolder } from "./program";
import { root } from "./root";

const PROGRAM = `const fc = require("pulumi-alicloud-fc");
const release = new fc.CanaryRelease("api", {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" },
  aliasName: "prod",
  config: true,
});
exports.split = release.split;
`;

/** The output of a run of the command, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  readonly json: () => Record<string, unknown>;
}

/** A program with a release, and the command in its folder. */
export interface CommandBench {
  readonly emulator: Emulator;
  readonly program: ProgramFolder;
  readonly stack: Stack;
  /** Environment of the engine and of the command. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the command in the program's folder, without a terminal. */
  run(...args: string[]): Promise<Ran>;
  /** Runs the command with additional environment variables. */
  runWith(more: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran>;
  /** Writes code with which the function answers this text. */
  write(answer: string): void;
  /** Text of the stack's config file. */
  config(): string;
  setConfig(text: string): void;
  /** `pulumi up` of the whole program. */
  up(): Promise<string>;
  /** The split that the alias has, in percent. */
  split(aliasName?: string): Record<string, number>;
  /** The operations that changed something, without the first `from` of them. */
  applied(from: number): string[];
  close(): Promise<void>;
}

/** Starts a {@link CommandBench}; nothing is deployed yet. */
export async function commandBench(text = PROGRAM): Promise<CommandBench> {
  const emulator = await startEmulator({});
  const program = programFolder("shop", text);
  program.link("node_modules/pulumi-alicloud-fc", root);
  mkdirSync(join(program.folder, "node_modules", ".bin"));
  const stack = await program.stack(emulator.env);
  const { workspace } = stack;
  const bin = join(process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"] ?? "", "bin");
  const env = {
    ...(process.env as Record<string, string>),
    ...workspace.envVars,
    PULUMI_HOME: workspace.pulumiHome ?? "",
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  const file = join(program.folder, "Pulumi.test.yaml");
  const alias = (name: string) => emulator.store.functions.get("api")?.aliases.get(name);
  return {
    emulator,
    program,
    stack,
    env,
    run: (...args) => runCommand(args, program.folder, env),
    runWith: (more, ...args) => runCommand(args, program.folder, { ...env, ...more }),
    write: (answer) => program.file("src/index.js", `exports.handler = async () => ${JSON.stringify(answer)};\n`),
    config: () => readFileSync(file, "utf8"),
    setConfig: (content) => writeFileSync(file, content),
    up: async () => (await stack.up()).stdout,
    split(name = "prod") {
      const { versionId = "", additionalVersionWeight = {} } = alias(name) ?? {};
      const others = Object.entries(additionalVersionWeight).map(([id, share]): [string, number] => [id, share * 100]);
      const rest = others.reduce((left, [, percent]) => left - percent, 100);
      return Object.fromEntries([[versionId, rest], ...others]);
    },
    applied: (from) =>
      emulator
        .mutations()
        .slice(from)
        .map(({ operation }) => operation),
    async close() {
      program.remove();
      await emulator.close();
    },
  };
}

/** Runs the built command. Standard input is empty. */
export function runCommand(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve) => {
    const started = execFile(
      process.execPath,
      [join(root, "bin", "pulumi-alicloud-fc.cjs"), ...args],
      { cwd, env },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> });
      },
    );
    started.stdin?.end();
  });
}

/** Starts a {@link CommandBench} and deploys two contents: version 1 has 95 % of the traffic, and version 2 has 5 %. */
export async function canaryBench(text?: string): Promise<CommandBench> {
  const bench = await commandBench(text);
  await bench.up();
  bench.write("two");
  await bench.up();
  return bench;
}
