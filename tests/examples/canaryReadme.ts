/** Runs the steps of the example's README without changes, on the real engine. `canaryRelease.deep.ts` runs all steps. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";

const EXAMPLE = join(root, "examples", "canary-release");

/** The commands of the README in order, without the command that creates the stack. */
export function commandsOfReadme(): string[] {
  const text = readFileSync(join(EXAMPLE, "README.md"), "utf8");
  const block = /```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  return block.trimEnd().split("\n").slice(1);
}

/** The results after some of the commands. */
export interface Followed {
  /** The split of the alias `prod` after each run, in percent. */
  readonly splits: unknown[];
  /** The version of the alias for candidates after the last command. */
  readonly candidate: string | undefined;
}

/** Runs the commands up to the n-th run of the program; `runs` is n. */
export async function followReadme(runs: number): Promise<Followed> {
  const emulator = await startEmulator({});
  const program = programFolder("canary-release", "");
  try {
    cpSync(EXAMPLE, program.folder, { recursive: true });
    program.link("node_modules/pulumi-alicloud-fc", root);
    // The types of the example are checked by `npm run typecheck`.
    const stack = await program.stack({ ...emulator.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
    return await follow(runs, emulator, program, stack);
  } finally {
    program.remove();
    await emulator.close();
  }
}

async function follow(runs: number, emulator: Emulator, program: ProgramFolder, stack: Stack): Promise<Followed> {
  const splits: unknown[] = [];
  for (const line of commandsOfReadme()) {
    if (splits.length === runs) break;
    if (line.startsWith("# change")) change(program);
    else if (line.startsWith("pulumi")) splits.push(await step(stack, line));
  }
  const { aliases } = emulator.store.functions.get("canary-release-example") ?? {};
  return { splits, candidate: aliases?.get("candidate")?.versionId };
}

function change({ folder }: ProgramFolder): void {
  const file = join(folder, "src", "index.js");
  writeFileSync(file, `${readFileSync(file, "utf8")}// changed\n`);
}

async function step(stack: Stack, command: string): Promise<unknown> {
  const set = /^pulumi config set (\S+) (\S+)/.exec(command);
  const removed = /^pulumi config rm (\S+)/.exec(command);
  if (set?.[1] !== undefined && set[2] !== undefined) await stack.setConfig(set[1], { value: set[2] });
  if (removed?.[1] !== undefined) await stack.removeConfig(removed[1]);
  return (await stack.up()).outputs["split"]?.value;
}
