/** Stacks on the real engine, each with separate state. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { readFromFiles } from "./written";

/** A program of a stack: one in this process, or a folder with one. */
type Program = automation.InlineProgramArgs | automation.LocalProgramArgs;

/** Opens a new stack. The engine gets the variables, and has state and settings in the folder. */
export async function openStack(
  program: Program,
  env: Record<string, string>,
  folder: string,
): Promise<automation.Stack> {
  const root = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (root === undefined) throw new Error("no engine: run these tests by npm test");
  const state = join(folder, "state");
  mkdirSync(state, { recursive: true });
  const options: automation.LocalWorkspaceOptions = {
    pulumiCommand: await automation.PulumiCommand.get({ root }),
    pulumiHome: join(folder, "home"),
    envVars: { ...env, PULUMI_BACKEND_URL: `file://${state}` },
  };
  const { LocalWorkspace } = automation;
  const stack = await ("program" in program
    ? LocalWorkspace.createOrSelectStack(program, options)
    : LocalWorkspace.createOrSelectStack(program, options));
  return readFromFiles(stack, state);
}

/** The number of steps by kind of an operation, without `same`. */
export function changes(summary: automation.OpMap | undefined): Record<string, number> {
  const { same: _same, ...rest } = summary ?? {};
  return rest;
}

/** An emulator, a code folder and a stack for one test file; the process's environment points to the emulator. */
export interface Workbench {
  readonly emulator: Emulator;
  readonly stack: automation.Stack;
  /** The folder with the function's code. */
  readonly source: string;
  /** Writes an `index.js` that returns a text. */
  write(answer: string): void;
  /** The operations that changed something, without the first `from` of them. */
  applied(from: number): string[];
  /** The text of all files of the stack: state, backups and history. */
  state(): string;
  close(): Promise<void>;
}

/** Starts a {@link Workbench}. `hidden` names variables of the emulator that the program does not get. */
export async function workbench(
  program: (source: string) => Promise<Record<string, unknown> | void>,
  hidden: readonly string[] = [],
): Promise<Workbench> {
  const environment = { ...process.env };
  const emulator = await startEmulator({});
  const env = Object.fromEntries(Object.entries(emulator.env).filter(([name]) => !hidden.includes(name)));
  Object.assign(process.env, env);
  const folder = mkdtempSync(join(tmpdir(), "workbench-"));
  const source = join(folder, "src");
  mkdirSync(source);
  const write = (answer: string) => {
    writeFileSync(join(source, "index.js"), `exports.handler = async () => ${JSON.stringify(answer)};\n`);
  };
  write("one");
  const stack = await openStack(
    { stackName: "test", projectName: "canary", program: () => program(source) },
    env,
    join(folder, "engine"),
  );
  const close = async () => {
    process.env = environment;
    rmSync(folder, { recursive: true, force: true });
    await emulator.close();
  };
  const applied = (from: number) =>
    emulator
      .mutations()
      .slice(from)
      .map(({ operation }) => operation);
  const state = () => textBelow(join(folder, "engine", "state"));
  return { emulator, stack, source, write, applied, state, close };
}

/** The text of every file in a folder, at any depth. */
export function textBelow(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8")).join("\n");
}

/** The message of a failed operation; empty when it succeeds. */
export function failure(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "",
    (error: unknown) => String(error),
  );
}
