/** A stack on the real engine, with state of its own, for one test file. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";

/** A stack and what it needs to go away again. */
export interface TestStack {
  readonly stack: automation.Stack;
  remove(): void;
}

/** Where an engine keeps its state for one test, and the emulator it may reach. */
export async function enginePlace(emulator: Emulator, folder: string): Promise<automation.LocalWorkspaceOptions> {
  const root = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (root === undefined) throw new Error("no engine: run these tests by npm test");
  mkdirSync(join(folder, "state"), { recursive: true });
  return {
    pulumiCommand: await automation.PulumiCommand.get({ root }),
    pulumiHome: join(folder, "home"),
    envVars: { ...emulator.env, PULUMI_BACKEND_URL: `file://${join(folder, "state")}` },
  };
}

/** A stack whose program runs in this process, against an emulator. */
export async function testStack(emulator: Emulator, program: automation.PulumiFn): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), "stack-"));
  const stack = await automation.LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: "canary", program },
    await enginePlace(emulator, folder),
  );
  return { stack, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What an operation did: the kinds of steps and how many, `same` left out. */
export function changes(summary: automation.OpMap | undefined): Record<string, number> {
  const { same: _same, ...rest } = summary ?? {};
  return rest;
}
