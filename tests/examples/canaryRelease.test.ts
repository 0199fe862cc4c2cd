/** The example as its README has it, step by step, on the real engine. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { type ProgramFolder, programFolder, root } from "../support/program";

let emulator: Emulator;
let program: ProgramFolder;
let stack: Stack;
const example = join(root, "examples", "canary-release");

beforeAll(async () => {
  emulator = await startEmulator({});
  program = programFolder("canary-release", "");
  cpSync(example, program.folder, { recursive: true });
  program.link("node_modules/pulumi-alicloud-fc", root);
  // The types of the example are checked with everything else.
  stack = await program.stack({ ...emulator.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
});

afterAll(async () => {
  program.remove();
  await emulator.close();
});

function change(): void {
  const file = join(program.folder, "src", "index.js");
  writeFileSync(file, `${readFileSync(file, "utf8")}// changed\n`);
}

async function step(command: string): Promise<unknown> {
  const set = /^pulumi config set (\S+) (\S+)/.exec(command);
  const removed = /^pulumi config rm (\S+)/.exec(command);
  if (set?.[1] !== undefined && set[2] !== undefined) await stack.setConfig(set[1], { value: set[2] });
  if (removed?.[1] !== undefined) await stack.removeConfig(removed[1]);
  return (await stack.up()).outputs["split"]?.value;
}

it("does what the README's commands promise", async () => {
  const text = readFileSync(join(example, "README.md"), "utf8");
  const block = /```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const splits: unknown[] = [];
  for (const line of block.split("\n").slice(1)) {
    if (line.startsWith("# change")) change();
    else if (line.startsWith("pulumi")) splits.push(await step(line));
  }
  expect(splits).toEqual([
    { "1": 100 },
    { "1": 95, "2": 5 },
    { "1": 75, "2": 25 },
    { "2": 100 },
    { "2": 95, "3": 5 },
    { "2": 75, "3": 25 },
    { "2": 100 },
    { "2": 100 },
    { "2": 75, "3": 25 },
  ]);
  expect(emulator.store.functions.get("canary-release-example")?.aliases.get("candidate")?.versionId).toBe("3");
});
