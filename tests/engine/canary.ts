/** The program of the package's main job (a canary release): a function, its version, and an alias with a canary. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, workbench } from "../support/engine";

/** Settings of the program that a test changes between runs. */
export interface CanarySettings {
  weight: number;
  tags?: Record<string, string>;
  timeout?: number;
}

/** The program on the real engine, with its settings. */
export interface CanaryBench extends Workbench {
  readonly settings: CanarySettings;
  /** Runs `pulumi up`. Returns the split of the alias in percent, and the operations that changed something. */
  up(): Promise<{ split: Record<string, number>; sent: string[] }>;
}

/** Starts the emulator and the stack. Nothing is deployed yet. */
export async function canaryBench(): Promise<CanaryBench> {
  const settings: CanarySettings = { weight: 0 };
  const bench = await workbench((source) => {
    const { weight, ...more } = settings;
    const fn = new fc.Function("api", {
      functionName: "api",
      runtime: "nodejs20",
      handler: "index.handler",
      code: source,
      environmentVariables: { TOKEN: "canary-secret-value" },
      ...more,
    });
    const version = new fc.Version("api", { function: fn });
    const alias = new fc.Alias("api", {
      function: fn,
      aliasName: "prod",
      canary: { versionId: version.versionId, weight },
    });
    return Promise.resolve({ versionId: version.versionId, split: alias.split });
  });
  const up = async () => {
    const before = bench.emulator.mutations().length;
    const { outputs } = await bench.stack.up();
    return { split: outputs["split"]?.value as Record<string, number>, sent: bench.applied(before) };
  };
  return { ...bench, settings, up };
}
