/** `npm run demo`: a canary release from first deployment to rollback, on the real engine and the emulator. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { createColors, isColorSupported } from "picocolors";
import * as fc from "pulumi-alicloud-fc";
import { endBySignal } from "../../cli/process";
import { rows } from "./split";
import { type Answers, type Deployed, NAMES, type Stage, setStage } from "./stage";

// Colours only on a terminal. Without this setting, they would be printed into a pipe if a CI variable is set.
const pc = createColors(Boolean(process.stdout.isTTY) && isColorSupported);

interface Flags {
  /** Absolute path of the user's code. */
  readonly code?: string;
  readonly handler: string;
  readonly runtime: string;
  readonly invocations: number;
}

/** Settings that change from step to step: config of the program, and the release of the code. */
interface Settings {
  weight: number | "auto";
  release: number;
  /** Whether the name of the handler is wrong. */
  broken: boolean;
  /** True if the program creates a CanaryRelease. False if it creates Function, Version and Alias. */
  remembers: boolean;
}

const HANDLER = `exports.handler = async (event, context) => "hello from version " + context.service.versionId;\n`;

/** Project and logstore to which the function logs one row for each request. */
const LOGS = { project: "demo", logstore: "requests", enableRequestMetrics: true };

/** The policy for the last releases: few requests, so that the demo is short. */
const STEPS = [5, 25, 50].map((weight) => ({ weight, bake: "10m", requests: 40 }));
const ANALYSIS = { errorLimit: 20, latency: {} };

/** Number of requests to a bad version until it is judged. All of them fail. */
const BAD_REQUESTS = 10;

async function main(flags: Flags): Promise<void> {
  const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (engine === undefined) throw new Error("no Pulumi engine: start the demo by npm run demo");
  const started = performance.now();
  const settings: Settings = { weight: 0, release: 1, broken: false, remembers: false };
  const code = { path: flags.code };
  const setting = setStage(engine, () => program(flags, settings, code.path ?? ""));
  stopped = endBySignal(() => setting.then((stage) => stage.close()));
  const stage = await setting;
  try {
    if (code.path === undefined) {
      code.path = join(stage.folder, "code");
      mkdirSync(code.path);
    }
    console.log(`The emulator listens at ${stage.endpoint}; the engine's state is in a temporary folder.`);
    const story = new Story(stage, settings, flags.code === undefined ? code.path : undefined, flags.invocations);
    await story.tell();
    // Custom runtimes ignore the handler's name.
    if (!flags.runtime.startsWith("custom")) await story.tellOfBadVersion();
    await story.tellOfGoodVersion();
    const sum = `${story.calls} API calls, ${story.invoked} invocations, ${seconds(started)} in all.`;
    console.log(`\n${story.failed ? pc.red("A split was out of its band.") : pc.green("Done.")} ${sum}`);
    process.exitCode = story.failed ? 1 : 0;
  } finally {
    await stage.close();
  }
}

let stopped = () => false;

function program({ handler, runtime }: Flags, settings: Settings, code: string): Promise<object> {
  const { weight, release, broken, remembers } = settings;
  const { functionName, aliasName } = NAMES;
  const environmentVariables = { RELEASE: String(release) };
  const called = broken ? `${handler}s` : handler;
  const args: fc.FunctionArgs = {
    ...{ functionName, runtime, handler: called, code, timeout: 30, environmentVariables },
    logConfig: LOGS,
  };
  if (remembers) {
    const replaces = { function: "demo", version: "demo", alias: "demo" };
    const judged = weight === "auto" ? { steps: STEPS, analysis: ANALYSIS } : {};
    const { split } = new fc.CanaryRelease("demo", { function: args, aliasName, weight, ...judged, replaces });
    return Promise.resolve({ split });
  }
  const fn = new fc.Function("demo", args);
  const version = new fc.Version("demo", { function: fn });
  const alias = new fc.Alias("demo", {
    function: fn,
    aliasName,
    canary: { versionId: version.versionId, weight: Number(weight) },
  });
  return Promise.resolve({ split: alias.split });
}

/** The steps of the demo. */
class Story {
  failed = false;
  private split: Readonly<Record<string, number>> = {};
  /** Number of requests to the service's control plane so far. */
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

  /** Plays a release with weight `auto` and a version that fails. */
  async tellOfBadVersion(): Promise<void> {
    this.release(5);
    this.settings.broken = true;
    await this.step(
      "Nobody at the dashboard: weight auto. The next version has a typo in the name of its handler",
      "pulumi config set weight auto && pulumi up",
      "auto",
      false,
    );
    await this.serve(BAD_REQUESTS);
    const caught = await this.step(
      "A quarter of an hour later (the emulator's clock is put forward): the run counts the failed requests, and takes the traffic back. It fails, once",
      "pulumi up",
      "auto",
      false,
    );
    if (caught.failure === undefined) throw new Error("a bad version was not rejected");
    const again = await this.step("The next run passes, and leaves it there", "pulumi up", "auto", false);
    if (again.changes.length > 0) throw new Error(`a run after a rejection made changes: ${again.changes.join(", ")}`);
  }

  /** Plays a release with weight `auto` and a version that is as good as the one before. */
  async tellOfGoodVersion(): Promise<void> {
    this.release(6);
    this.settings.broken = false;
    await this.step("The typo is mended: the next version starts at 5 %", "pulumi up", "auto", false);
    for (const { weight } of STEPS) {
      await this.serve(40);
      const next = STEPS.find((step) => step.weight > weight)?.weight ?? 100;
      const moved = await this.step(`A quarter of an hour later: it passes, ${next} %`, "pulumi up", "auto", false);
      if (!Object.values(moved.split).includes(next)) throw new Error(`a good version did not get ${next} %`);
    }
  }

  /**
   * Calls the alias until the candidate has answered this number of times, and moves the clock by a quarter of an hour,
   * so that the rows of these requests have arrived.
   */
  private async serve(requests: number): Promise<void> {
    // Right after a change, a request may still be routed by the split before the change. Such a request is not
    // counted.
    this.stage.pass(1);
    let all: Answers = { counts: {}, failed: {} };
    const { split } = this;
    const candidate =
      Object.keys(split)
        .sort((a, b) => Number(a) - Number(b))
        .at(-1) ?? "";
    while ((all.counts[candidate] ?? 0) < requests) all = added(all, await this.stage.invoke(this.invocations));
    this.show(all, split);
    this.stage.pass(15);
  }

  private release(number: number): void {
    this.settings.release = number;
    if (this.folder !== undefined) writeFileSync(join(this.folder, "index.js"), `// release ${number}\n${HANDLER}`);
  }

  private async step(title: string, command: string, weight: number | "auto", invoke = true): Promise<Deployed> {
    const started = performance.now();
    this.settings.weight = weight;
    console.log(`\n${pc.bold(title)}\n${pc.cyan(`$ ${command}`)}`);
    const deployed = await this.stage.up();
    const { calls, changes, failure } = deployed;
    this.calls += calls.length;
    this.split = deployed.split;
    if (weight === "auto") for (const line of verdicts(deployed)) console.log(`  ${line}`);
    else if (failure !== undefined) throw new Error(`pulumi up failed:\n${failure}`);
    const made = `${calls.length} API calls, ${calls.length - changes.length} of them reads`;
    console.log(
      `  changed: ${changes.join(", ") || "nothing"} (${calls.length === 0 ? "no API call" : made}; ${seconds(started)})`,
    );
    if (!invoke) return deployed;
    const answers = await this.stage.invoke(this.invocations);
    if (answers.failure !== undefined) throw new Error(answers.failure);
    this.show(answers, deployed.split);
    return deployed;
  }

  private show({ counts, failed }: Answers, split: Readonly<Record<string, number>>): void {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    this.invoked += total;
    for (const row of rows(counts, split)) {
      const { low, high } = row.band;
      const expected = low === high ? `${low}` : `${low} to ${high}`;
      const share = `${String(row.percent).padStart(5)} %`;
      const failures = failed[row.version] === undefined ? "" : `, ${failed[row.version]} failed`;
      const line = `  version ${row.version}  ${share}  ${row.bar}  ${row.count} of ${total} (expected ${expected})${failures}`;
      console.log(row.within ? line : pc.red(`${line} OUT OF BAND`));
      this.failed ||= !row.within;
    }
  }
}

/** The sum of two series of calls. */
function added(a: Answers, b: Answers): Answers {
  const sum = (left: Answers["counts"], right: Answers["counts"]) =>
    Object.fromEntries(
      [...new Set([...Object.keys(left), ...Object.keys(right)])].map((id) => [id, (left[id] ?? 0) + (right[id] ?? 0)]),
    );
  return { counts: sum(a.counts, b.counts), failed: sum(a.failed, b.failed) };
}

/** The report of a judgement, one line for each part of it, without the figures of the test. */
function verdicts({ reported }: Deployed): string[] {
  const judged = reported.filter((line) => /(pass|fail|inconclusive|hold) at [\d.]+ %/.test(line));
  const rejected = reported.filter((line) => /is rejected and gets no traffic;/.test(line));
  const parts = judged.flatMap((line) =>
    line
      .replace(/^.*?demo: /, "")
      .replace(/ \(step [^)]*\)/, "")
      .split("; "),
  );
  return [...parts, ...rejected];
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** The path of the user's code, relative to the user's folder, because npm runs scripts in the package's folder. */
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
    if (stopped()) return;
    console.error(pc.red(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  });
