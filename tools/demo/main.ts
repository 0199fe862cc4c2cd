/** `npm run demo`: a canary release from first deployment to rollback, on the real engine and the emulator. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { createColors } from "picocolors";
import * as fc from "pulumi-alicloud-fc";
import { rows } from "./split";
import { type Deployed, NAMES, type Stage, setStage } from "./stage";

// Colours on a terminal only: in a pipe they are noise, also where a CI variable is set.
const pc = createColors(Boolean(process.stdout.isTTY));

interface Flags {
  readonly code?: string;
  readonly handler: string;
  readonly runtime: string;
  readonly invocations: string;
}

/** What changes from step to step: the program's config, and the release the code belongs to. */
interface Settings {
  weight: number;
  release: number;
}

const HANDLER = `exports.handler = async (event, context) => "hello from version " + context.service.versionId;\n`;

async function main(flags: Flags): Promise<void> {
  const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (engine === undefined) throw new Error("no Pulumi engine: start the demo by npm run demo");
  const started = performance.now();
  const settings: Settings = { weight: 0, release: 1 };
  const code = { path: flags.code === undefined ? undefined : resolve(flags.code) };
  const stage = await setStage(engine, () => program(flags, settings, code.path ?? ""));
  const stop = () => void stage.close().finally(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    if (code.path === undefined) {
      code.path = join(stage.folder, "code");
      mkdirSync(code.path);
    }
    const story = new Story(
      stage,
      settings,
      flags.code === undefined ? code.path : undefined,
      Number(flags.invocations),
    );
    await story.tell();
    console.log(
      `\n${story.failed ? pc.red("A split was out of its band.") : pc.green("Done.")} ${seconds(started)} in all.`,
    );
    process.exitCode = story.failed ? 1 : 0;
  } finally {
    await stage.close();
  }
}

function program({ handler, runtime }: Flags, { weight, release }: Settings, code: string): Promise<object> {
  const fn = new fc.Function("demo", {
    functionName: NAMES.functionName,
    runtime,
    handler,
    code,
    timeout: 30,
    environmentVariables: { RELEASE: String(release) },
  });
  const version = new fc.Version("demo", { function: fn });
  const alias = new fc.Alias("demo", {
    function: fn,
    aliasName: NAMES.aliasName,
    canary: { versionId: version.versionId, weight },
  });
  return Promise.resolve({ split: alias.split });
}

/** The steps, told one after the other. */
class Story {
  failed = false;

  constructor(
    private readonly stage: Stage,
    private readonly settings: Settings,
    /** Where to write code of our own; undefined with the reader's. */
    private readonly folder: string | undefined,
    private readonly invocations: number,
  ) {}

  async tell(): Promise<void> {
    this.release(1);
    await this.step("Deploy: the first version takes all traffic", "pulumi up", 0);
    this.release(2);
    await this.step("New code becomes version 2 and gets 10 %", "pulumi config set weight 10 && pulumi up", 10);
    await this.step("It looks well: 50 %", "pulumi config set weight 50 && pulumi up", 50);
    const again = await this.step("A run without a change does nothing", "pulumi up", 50, false);
    if (again.calls.length > 0) throw new Error(`a run without a change made calls: ${again.calls.join(", ")}`);
    await this.step(
      "Promote: version 2 takes all traffic, in one call",
      "pulumi config set weight 100 && pulumi up",
      100,
    );
    this.release(3);
    await this.step(
      "The next release starts beside version 2, not version 1",
      "pulumi config set weight 10 && pulumi up",
      10,
    );
    await this.step("Something is wrong: roll back", "pulumi config set weight 0 && pulumi up", 0);
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
    const changes = deployed.changes.length === 0 ? "nothing" : deployed.changes.join(", ");
    console.log(`  changed: ${changes} (${deployed.calls.length} calls, ${seconds(started)})`);
    if (invoke) this.show(await this.stage.invoke(this.invocations), deployed.split);
    return deployed;
  }

  private show(counts: Record<string, number>, split: Readonly<Record<string, number>>): void {
    for (const row of rows(counts, split)) {
      const expected = row.band.low === row.band.high ? `${row.band.low}` : `${row.band.low} to ${row.band.high}`;
      const line = `  version ${row.version}  ${String(row.percent).padStart(5)} %  ${row.bar}  ${row.count} of ${this.invocations} (expected ${expected})`;
      console.log(row.within ? line : pc.red(line));
      this.failed ||= !row.within;
    }
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

new Command("demo")
  .description("a canary release from first deployment to rollback, on this machine")
  .option("--code <folder>", "your own function's code: a folder, a file or a .zip (default: a small one)")
  .option("--handler <name>", "its handler", "index.handler")
  .option("--runtime <id>", "its runtime", "nodejs20")
  .option("--invocations <number>", "calls through the alias at each step", "200")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(pc.red(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  });
