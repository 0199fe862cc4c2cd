/**
 * A stage: a separate stack on the real engine against the emulator. State, home and files of the engine are in a temporary
 * folder, so that the user's stacks, config and login stay as they are.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { PulumiCommand, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Emulator, StartOptions } from "pulumi-alicloud-fc/emulator";

/** Settings of a stage, the separate stack of this file. */
export interface StageSettings {
  /** Name of project, stack and temporary folder. */
  readonly name: string;
  readonly pulumi: PulumiCommand;
  readonly program: PulumiFn;
  readonly emulator?: StartOptions;
}

/** A running stage. It has to be closed in any case. */
export interface Stage {
  /** The temporary folder. */
  readonly folder: string;
  readonly emulator: Emulator;
  /** Runs an operation of the engine. The promise is rejected after `close` was called. */
  readonly run: <T>(operation: (stack: Stack) => Promise<T>) => Promise<T>;
  /** Waits for a running operation, since a killed engine leaves processes behind, and ends everything. May be called twice. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a stage. The program runs in this process, so the folder of the program and the variables of the emulator are
 * set for the whole process.
 */
export async function setStage(settings: StageSettings): Promise<Stage> {
  const { startEmulator } = await import("pulumi-alicloud-fc/emulator");
  const emulator = await startEmulator(settings.emulator);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `fc-${settings.name}-`));
  let running: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const clear = async () => {
    await running.catch(() => undefined);
    await emulator.close();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const close = () => (closing ??= clear());
  /** Makes `close` wait for a running operation of the engine. */
  const held = <T>(operation: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(new Error("stopped"));
    const started = operation();
    running = started;
    return started;
  };
  Object.assign(process.env, emulator.env);
  // The folder of this process is the folder of the program. It is set to the folder of this package, where both this
  // package and Pulumi's packages are found.
  process.chdir(path.dirname(require.resolve("pulumi-alicloud-fc/package.json")));
  try {
    const stack = await held(() => newStack(settings, folder, emulator));
    return { folder, emulator, run: (operation) => held(() => operation(stack)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function newStack({ name, pulumi, program }: StageSettings, folder: string, emulator: Emulator): Promise<Stack> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  for (const each of ["state", "work"]) fs.mkdirSync(path.join(folder, each));
  return await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: name, program },
    {
      pulumiCommand: pulumi,
      // Without this setting, Pulumi would use a temporary folder that is never removed.
      workDir: path.join(folder, "work"),
      pulumiHome: path.join(folder, "home"),
      envVars: {
        ...emulator.env,
        PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: name,
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
}
