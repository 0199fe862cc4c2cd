/** A canary release on the real engine, by a program in another folder with the packed package. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { changes } from "../support/engine";
import { cleanEnvironment, write } from "./support";

const run = promisify(execFile);
const HOST = "pulumi-language-nodejs";

/** Options of the Node.js runtime in Pulumi.yaml. */
export interface RuntimeOptions {
  readonly typescript: boolean;
  readonly nodeargs?: string;
}

/** The text of a program with a canary release, without its imports and exports. */
const CANARY = `
const fn = new fc.Function("api", {
  functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src",
});
const version = new fc.Version("api", { function: fn });
const weight = new pulumi.Config().getNumber("weight") ?? 0;
const alias = new fc.Alias("api", { function: fn, aliasName: "prod", canary: { versionId: version.versionId, weight } });
`;

/** The program with `require`. */
export const COMMONJS = `const pulumi = require("@pulumi/pulumi");
const fc = require("pulumi-alicloud-fc");
${CANARY}
exports.split = alias.split;
exports.node = process.version;
`;

/** The program with `import`: JavaScript and TypeScript. */
export const MODULE = `import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
${CANARY}
export const split = alias.split;
export const node = process.version;
`;

/** Writes project file and the function's code. */
export function project(folder: string, options: RuntimeOptions): void {
  const lines = Object.entries(options).map(([name, value]) => `    ${name}: ${String(value)}\n`);
  write(folder, {
    "Pulumi.yaml": `name: program\nruntime:\n  name: nodejs\n  options:\n${lines.join("")}`,
    "src/index.js": `exports.handler = async () => "one";\n`,
  });
}

/** The folder of the engine that `npm run test:host` found. */
function engineRoot(): string {
  const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (engine === undefined) throw new Error("no engine: run these tests by npm run test:host");
  return engine;
}

/** A folder with the engine and a Node.js host that applies the options of Pulumi.yaml. */
async function engineWith({ typescript, nodeargs }: RuntimeOptions, folder: string): Promise<string> {
  const bin = join(engineRoot(), "bin");
  const own = join(folder, "bin");
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(bin)) symlinkSync(join(bin, name), join(own, name));
  const help = await run(join(bin, HOST), ["-help"]).catch((error: unknown) => error as { stderr: string });
  // A host that was built from Go modules takes the options as flags, and today's engine does not pass them as flags.
  if (help.stderr.includes("-nodeargs")) {
    const flags = `-typescript=${typescript} -nodeargs="${nodeargs ?? ""}"`;
    rmSync(join(own, HOST));
    writeFileSync(join(own, HOST), `#!/bin/sh\nexec "${join(bin, HOST)}" ${flags} "$@"\n`, { mode: 0o755 });
  }
  return folder;
}

async function selectStack(
  folder: string,
  { env }: Emulator,
  options: RuntimeOptions,
  node: string,
): Promise<automation.Stack> {
  const state = join(folder, ".engine");
  const root = await engineWith(options, state);
  return await automation.LocalWorkspace.createOrSelectStack(
    { stackName: "test", workDir: folder },
    {
      pulumiCommand: await automation.PulumiCommand.get({ root }),
      pulumiHome: join(state, "home"),
      envVars: {
        ...env,
        PATH: [dirname(node), cleanEnvironment()["PATH"] ?? ""].join(delimiter),
        PULUMI_BACKEND_URL: `file://${state}`,
      },
    },
  );
}

/** The results of a canary release. */
export interface Released {
  /** Version of Node.js the program ran on. */
  readonly node: unknown;
  /** Shares after the second `up`, in percent. */
  readonly split: unknown;
  /** The number of steps by kind, for each operation. */
  readonly steps: Readonly<Record<"create" | "canary" | "again" | "destroy", Readonly<Record<string, number>>>>;
  /** Functions that are left in the emulator after the destroy. */
  readonly left: readonly string[];
}

/** A whole release: the first version, a canary of the second version with 10 %, the same run again, and a destroy. */
export async function release(folder: string, options: RuntimeOptions, node = process.execPath): Promise<Released> {
  const emulator = await startEmulator({});
  try {
    const stack = await selectStack(folder, emulator, options, node);
    const create = await stack.up();
    write(folder, { "src/index.js": `exports.handler = async () => "two";\n` });
    await stack.setConfig("weight", { value: "10" });
    const canary = await stack.up();
    const again = await stack.up({ expectNoChanges: true });
    const destroy = await stack.destroy();
    return {
      node: canary.outputs["node"]?.value,
      split: canary.outputs["split"]?.value,
      steps: {
        create: changes(create.summary.resourceChanges),
        canary: changes(canary.summary.resourceChanges),
        again: changes(again.summary.resourceChanges),
        destroy: changes(destroy.summary.resourceChanges),
      },
      left: [...emulator.store.functions.keys()],
    };
  } finally {
    await emulator.close();
  }
}

/** The expected results of {@link release}. */
export function released(node = process.version): Released {
  return {
    node,
    split: { "1": 90, "2": 10 },
    steps: { create: { create: 4 }, canary: { update: 3 }, again: {}, destroy: { delete: 4 } },
    left: [],
  };
}
