/** A Pulumi program on disk, the Pulumi CLI that runs it, and a separate emulator. */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { zipSync } from "fflate";
import { type Emulator, startEmulator } from "../emulator";
import { type Usages, Watch } from "./processes";

/** The programs: the measured one, those it is compared with, and the measured one with the resources of the plugin. */
export type Arm = "ours" | "floor" | "peer" | "plugin";

/** Where and how stacks are created. */
export interface Setting {
  /** Folder of the Pulumi engine. */
  readonly engine: string;
  /** Folder with a `node_modules` that contains `@pulumi/alicloud`; undefined if the peer is not measured. */
  readonly peer: string | undefined;
  /** True: the resources of the plugin are measured as well. */
  readonly plugin: boolean;
  /** Delay of each call of the service, in milliseconds. */
  readonly delay: number;
}

/** One run of the Pulumi CLI. */
export interface Run {
  readonly ms: number;
  /** Memory and processor time by role. Undefined if processes cannot be observed. */
  readonly usages: Usages | undefined;
  /** Operations that reached the emulator. */
  readonly calls: readonly string[];
}

/** Size of a stack in state. */
export interface StateSize {
  /** Bytes of a resource. */
  readonly bytes: number;
  /** Ciphertexts of a function with version and alias. */
  readonly ciphertexts: number;
}

/** Folder for compiled programs, beside this file. */
const STACKS = join(__dirname, "stacks");
// This file runs as dist/bench/stage.js.
const ROOT = join(__dirname, "..", "..");

/** The resources for one function: the function, a version, an alias. */
const RESOURCES = 3;

/** A stack of one program; it must be closed in any case. */
export class Stage {
  private constructor(
    private readonly folder: string,
    private readonly emulator: Emulator,
    private readonly setting: Setting,
  ) {}

  /** Creates a stack for a number of functions; nothing is deployed yet. */
  static async open(setting: Setting, arm: Arm, functions: number): Promise<Stage> {
    const stage = new Stage(mkdtempSync(join(tmpdir(), "fc-bench-")), await startEmulator({}), setting);
    try {
      stage.writeProgram(arm);
      await stage.pulumi("stack", "init", "bench");
      const { region, endpoint } = stage.emulator;
      await stage.configure("functions", functions);
      await stage.configure("region", region);
      await stage.configure("host", new URL(endpoint).host);
      const { delay: ms } = setting;
      if (ms > 0) stage.emulator.faults.add({ operation: "*", times: Infinity, action: { kind: "delay", ms } });
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Sets a value of stack config. */
  async configure(key: string, value: number | string): Promise<void> {
    await this.pulumi("config", "set", "--stack", "bench", key, String(value));
  }

  /** Writes the code of the function that has a canary. */
  release(text: string): void {
    this.writeCode("canary", text);
  }

  /** Runs `pulumi up` as a pipeline does. */
  up(): Promise<Run> {
    return this.pulumi("up", "--stack", "bench", "--yes", "--skip-preview", "--suppress-progress");
  }

  /** Runs `pulumi refresh` as a pipeline does. */
  refresh(): Promise<Run> {
    return this.pulumi("refresh", "--stack", "bench", "--yes", "--skip-preview", "--suppress-progress");
  }

  /** The resources in state, without the stack's own resource and providers. */
  state(): StateSize {
    const file = join(this.folder, "state", ".pulumi", "stacks", "bench", "bench.json");
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest: { resources: { id?: string; type: string }[] } };
    };
    const ours = checkpoint.latest.resources.filter(({ type }) => !type.startsWith("pulumi:"));
    const text = ours.map((resource) => JSON.stringify(resource));
    const ciphertexts = text.join("").split('"ciphertext"').length - 1;
    const bytes = text.reduce((sum, one) => sum + Buffer.byteLength(one), 0) / text.length;
    return { bytes: Math.round(bytes), ciphertexts: (ciphertexts * RESOURCES) / text.length };
  }

  async close(): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private writeProgram(arm: Arm): void {
    // The program is compiled already, because a compiler in its process would dominate the result.
    this.write("program/Pulumi.yaml", "name: bench\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
    this.write("program/package.json", JSON.stringify({ name: "bench", private: true, main: "index.js" }));
    copyFileSync(join(STACKS, `${arm}.js`), join(this.folder, "program", "index.js"));
    for (const name of ["src", "canary"]) this.writeCode(name, "one");
    this.link("@pulumi/pulumi", join(ROOT, "node_modules", "@pulumi", "pulumi"));
    this.link("pulumi-alicloud-fc", ROOT);
    const { peer } = this.setting;
    if (peer !== undefined) this.link("@pulumi/alicloud", join(peer, "node_modules", "@pulumi", "alicloud"));
    this.write("program/node_modules/bench-floor/package.json", JSON.stringify({ name: "bench-floor" }));
    copyFileSync(join(STACKS, "doNothing.js"), join(this.folder, "program/node_modules/bench-floor/index.js"));
    mkdirSync(join(this.folder, "state"));
  }

  /** Writes the code as a folder, and as the archive that the alicloud provider of stacks/peer.ts needs. */
  private writeCode(name: string, text: string): void {
    const source = Buffer.from(`exports.handler = async () => ${JSON.stringify(text)};\n`);
    this.write(`program/${name}/index.js`, source);
    this.write(`program/${name}.zip`, zipSync({ "index.js": source }));
  }

  private write(name: string, content: string | Uint8Array): void {
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
    const child = spawn(join(this.setting.engine, "bin", "pulumi"), ["--non-interactive", ...args], {
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

/** The folder whose `node_modules` contains the peer's SDK. Throws if the SDK, or the peer's plugin on PATH, is missing. */
export function findPeer(folder: string): string {
  const sdk = join(folder, "node_modules", "@pulumi", "alicloud");
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((entry) => existsSync(join(entry, "pulumi-resource-alicloud")));
  if (existsSync(sdk) && onPath) return folder;
  throw new Error(
    `--peer: ${onPath ? `no ${sdk}: run npm install @pulumi/alicloud in ${folder}` : "no pulumi-resource-alicloud on PATH: install Pulumi's provider for Alibaba Cloud"}`,
  );
}
