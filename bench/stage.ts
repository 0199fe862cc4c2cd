/** A stack program on disk, the command line that runs it, and an emulator of its own. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Emulator, startEmulator } from "../emulator";
import { type Usages, Watch } from "./processes";

/** The program under measurement, the one it is measured against, and the first once more with the plugin's resources. */
export type Arm = "ours" | "floor" | "plugin";

/** One run of the command line. */
export interface Run {
  readonly ms: number;
  /** Undefined where processes cannot be looked at. */
  readonly usages: Usages | undefined;
  /** Operations that reached the emulator. */
  readonly calls: readonly string[];
}

/** Where programs are compiled to, beside this file. */
const STACKS = join(__dirname, "stacks");
// This file runs as dist/bench/stage.js.
const ROOT = join(__dirname, "..", "..");

/** A stack of one arm; close it whatever happens. */
export class Stage {
  private constructor(
    private readonly folder: string,
    private readonly emulator: Emulator,
    private readonly engine: string,
  ) {}

  /** A new stack of so many functions; nothing is deployed yet. */
  static async open(engine: string, arm: Arm, functions: number): Promise<Stage> {
    const stage = new Stage(mkdtempSync(join(tmpdir(), "fc-bench-")), await startEmulator({}), engine);
    try {
      stage.writeProgram(arm);
      await stage.pulumi("stack", "init", "bench");
      await stage.configure("functions", functions);
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Sets a value of stack config. */
  async configure(key: string, value: number): Promise<void> {
    await this.pulumi("config", "set", "--stack", "bench", key, String(value));
  }

  /** Writes the function's code. */
  release(text: string): void {
    this.write("program/src/index.js", `exports.handler = async () => ${JSON.stringify(text)};\n`);
  }

  /** `pulumi up`, as a pipeline runs it. */
  up(): Promise<Run> {
    return this.pulumi("up", "--stack", "bench", "--yes", "--skip-preview", "--suppress-progress");
  }

  async close(): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private writeProgram(arm: Arm): void {
    // Compiled already: a compiler in the program's process would dominate.
    this.write("program/Pulumi.yaml", "name: bench\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
    this.write("program/package.json", JSON.stringify({ name: "bench", private: true, main: "index.js" }));
    copyFileSync(join(STACKS, `${arm}.js`), join(this.folder, "program", "index.js"));
    this.release("one");
    this.link("@pulumi/pulumi", join(ROOT, "node_modules", "@pulumi", "pulumi"));
    this.link("pulumi-alicloud-fc", ROOT);
    this.write("program/node_modules/bench-floor/package.json", JSON.stringify({ name: "bench-floor" }));
    copyFileSync(join(STACKS, "doNothing.js"), join(this.folder, "program/node_modules/bench-floor/index.js"));
    mkdirSync(join(this.folder, "state"));
  }

  private write(name: string, content: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  private link(name: string, target: string): void {
    const link = join(this.folder, "program", "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, "dir");
  }

  private async pulumi(...args: string[]): Promise<Run> {
    const callsBefore = this.emulator.requests.length;
    const started = performance.now();
    const child = spawn(join(this.engine, "bin", "pulumi"), ["--non-interactive", ...args], {
      cwd: join(this.folder, "program"),
      env: { ...process.env, ...this.environment() },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const watch = child.pid === undefined ? undefined : new Watch(child.pid);
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(String(chunk)));
    let status: unknown;
    try {
      status = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    } finally {
      watch?.stop();
    }
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${String(status)}:\n${output.join("")}`);
    return {
      ms: performance.now() - started,
      usages: watch?.stop(),
      calls: this.emulator.requests.slice(callsBefore).map(({ operation }) => operation),
    };
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...this.emulator.env,
      PATH: [join(ROOT, "plugin"), process.env["PATH"]].join(delimiter),
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
    };
  }
}
