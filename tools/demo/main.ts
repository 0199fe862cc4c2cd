/** `npm run demo`: a canary release from first deployment to rollback, on the real engine and the emulator. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { createColors, isColorSupported } from "picocolors";
import * as fc from "pulumi-alicloud-fc";
import { rows } from "./split";
import { type Deployed, NAMES, type Stage, setStage } from "./stage";

// Colours are for terminals only. Without this, they would be printed into a pipe where a CI variable is set.
const pc = createColors(Boolean(process.stdout.isTTY) && isColorSupported);

interface Flags {
  /** Absolute path of the user's code. */
  readonly code?: string;
  readonly handler: string;
  readonly runtime: string;
  readonly invocations: number;
}

/** Settings that change from step to step: the program's config, and the release of the code. */
interface Settings {
  weight: number;
  release: number;
  /** Whether the program is a CanaryRelease, or Function, Version and Alias. */
  remembers: boolean;
}

const HANDLER = `exports.handler = async (event, context) => "hello from version " + context.service.versionId;\n`;

/** Signals that end the demo, and the exit codes they end it with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

async function main(flags: Flags): Promise<void> {
  const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (engine === undefined) throw new Error("no Pulumi engine: start the demo by npm run demo");
  const started = performance.now();
  const settings: Settings = { weight: 0, release: 1, remembers: false };
  const code = { path: flags.code };
  const setting = setStage(engine, () => program(flags, settings, code.path ?? ""));
  endBySignal(() => setting.then((stage) => stage.close()));
  const stage = await setting;
  try {
    if (code.path === undefined) {
      code.path = join(stage.folder, "code");
      mkdirSync(code.path);
    }
    console.log(`The emulator listens at ${stage.endpoint}; the engine's state is in a temporary folder.`);
    const story = new Story(stage, settings, flags.code === undefined ? code.path : undefined, flags.invocations);
    await story.tell();
    const sum = `${story.calls} API calls, ${story.invoked} invocations, ${seconds(started)} in all.`;
    console.log(`\n${story.failed ? pc.red("A split was out of its band.") : pc.green("Done.")} ${sum}`);
    process.exitCode = story.failed ? 1 : 0;
  } finally {
    await stage.close();
  }
}

let stopping = false;

/** Cleans up at the first signal. The second one ends the process at once. */
function endBySignal(close: () => Promise<void>): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    // `on`, not `once`: without a listener, the engine's client would send the signal to this process again.
    process.on(signal, () => {
      if (stopping) process.exit(code);
      stopping = true;
      void close().finally(() => process.exit(code));
    });
  }
}

function program({ handler, runtime }: Flags, settings: Settings, code: string): Promise<object> {
  const { weight, release, remembers } = settings;
  const { functionName, aliasName } = NAMES;
  const environmentVariables = { RELEASE: String(release) };
  const args: fc.FunctionArgs = { functionName, runtime, handler, code, timeout: 30, environmentVariables };
  if (remembers) {
    const replaces = { function: "demo", version: "demo", alias: "demo" };
    const { split } = new fc.CanaryRelease("demo", { function: args, aliasName, weight, replaces });
    return Promise.resolve({ split });
  }
  const fn = new fc.Function("demo", args);
  const version = new fc.Version("demo", { function: fn });
  const alias = new fc.Alias("demo", {
    function: fn,
    aliasName,
    canary: { versionId: version.versionId, weight },
  });
  return Promise.resolve({ split: alias.split });
}

/** The steps of the demo. */
class Story {
  failed = false;
  /** Requests to the service's control plane so far. */
  calls = 0;
  invoked = 0;

  constructor(
    private readonly stage: Stage,
    private readonly settings: Settings,
    /** Folder for the demo's code; undefined with the user's code. */
    private readonly folder: string | undefined,
    private readonly invocations: number,
  ) {}

  async tell(): Promise<void> {
    const changed = this.folder === undefined ? "A new value of the variable RELEASE" : "New code";
    this.release(1);
    await this.step("Deploy: the first version takes all traffic", "pulumi up", 0);
    this.release(2);
    await this.step(`${changed} makes version 2, which gets 10 %`, "pulumi config set weight 10 && pulumi up", 10);
    await this.step("It looks well: 50 %", "pulumi config set weight 50 && pulumi up", 50);
    await this.step(
      "Promote: version 2 takes all traffic, in one write",
      "pulumi config set weight 100 && pulumi up",
      100,
    );
    const again = await this.step("A run without a change does nothing", "pulumi up", 100, false);
    if (again.calls.length > 0) throw new Error(`a run without a change made calls: ${again.calls.join(", ")}`);
    this.release(3);
    await this.step(
      "The next release starts beside version 2, not version 1",
      "pulumi config set weight 10 && pulumi up",
      10,
    );
    await this.step("Something is wrong: roll back, in one command", "pulumi up --config weight=0", 0);
    this.settings.remembers = true;
    const moved = await this.step("The same as a CanaryRelease, which remembers: nothing is touched", "pulumi up", 0);
    if (moved.changes.length > 0) throw new Error(`the move made changes: ${moved.changes.join(", ")}`);
    this.release(4);
    const stale = await this.step(
      "The trap: config still has 100 from an old release, and new code comes. It starts at 5 %",
      "pulumi config set weight 100 && pulumi up",
      100,
    );
    if (Object.values(stale.split).includes(100)) throw new Error("a stale weight sent everybody to new code");
  }

  private release(number: number): void {
    this.settings.release = number;
    if (this.folder !== undefined) writeFileSync(join(this.folder, "index.js"), `// release ${number}\n${HANDLER}`);
  }

  private async step(title: string, command: string, weight: number, invoke = true): Promise<Deployed> {
    const started = performance.now();
    this.settings.weight = weight;
    console.log(`\n${pc.bold(title)}\n${pc.cyan(`$ ${command}`)}`);
    const deployed = await this.stage.up();
    const { calls, changes } = deployed;
    this.calls += calls.length;
    const made = `${calls.length} API calls, ${calls.length - changes.length} of them reads`;
    console.log(
      `  changed: ${changes.join(", ") || "nothing"} (${calls.length === 0 ? "no API call" : made}; ${seconds(started)})`,
    );
    if (invoke) this.show(await this.stage.invoke(this.invocations), deployed.split);
    return deployed;
  }

  private show(counts: Record<string, number>, split: Readonly<Record<string, number>>): void {
    this.invoked += this.invocations;
    for (const row of rows(counts, split)) {
      const { low, high } = row.band;
      const expected = low === high ? `${low}` : `${low} to ${high}`;
      const share = `${String(row.percent).padStart(5)} %`;
      const line = `  version ${row.version}  ${share}  ${row.bar}  ${row.count} of ${this.invocations} (expected ${expected})`;
      console.log(row.within ? line : pc.red(`${line} OUT OF BAND`));
      this.failed ||= !row.within;
    }
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** The user's code, relative to the user's folder: npm runs scripts in the package's folder. */
function existing(path: string): string {
  const full = resolve(process.env["INIT_CWD"] ?? "", path);
  if (!existsSync(full)) throw new InvalidArgumentError(`${full} does not exist`);
  return full;
}

function count(text: string): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new InvalidArgumentError("give a whole number from 1 to 999999");
  return number;
}

new Command("demo")
  .description("a canary release from first deployment to rollback, on this machine")
  .option("--code <folder>", "your own function's code: a folder, a file or a .zip (default: a small one)", existing)
  .option("--handler <name>", "its handler", "index.handler")
  .option("--runtime <id>", "its runtime", "nodejs20")
  .option("--invocations <number>", "calls through the alias at each step", count, 200)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    if (stopping) return;
    console.error(pc.red(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  });
