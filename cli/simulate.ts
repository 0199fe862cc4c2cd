/** `simulate`: tries a policy on many simulated releases. */
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { Command } from "commander";
import { type Policy, policyOf } from "../provider/analysis";
import { Refused } from "./refused";
import { settingsOfState } from "./simulation/state";
import { EXIT_CODES, print, printedOf } from "./release/result";
import { type EndToEnd, type EngineRun, engineLine, releaseEndToEnd } from "./simulation/endToEnd";
import {
  DEFAULT_ERRORS,
  type SimulateFlags,
  type SettingsOfFlags,
  minutes,
  settingsOfFlags,
  trafficsOf,
  whole,
} from "./simulation/flags";
import type { Outcome, Plan } from "./simulation/releases";
import { type Summary, keepsPromise, summaryOf, table } from "./simulation/summary";
import type { Part } from "./simulation/worker";

/** The output of `simulate --json`. */
export interface Simulated {
  /** Version of the format of this JSON. */
  readonly version: 1;
  readonly seed: number;
  /** Number of releases for each kind of traffic. */
  readonly releases: number;
  /** Minutes between two judgements, and the longest duration of a release. */
  readonly every: number;
  readonly longest: number;
  readonly policy: Policy;
  /** Whether no good candidate is rejected more often than the policy allows. */
  readonly keepsPromise: boolean;
  readonly traffics: readonly Summary[];
}

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc simulate
      twelve difficult traffic patterns with a good candidate, and six bad candidates
  pulumi-alicloud-fc simulate --steps 5:10m:300,25,50 --errors 0.5% --candidate-errors 2%
      how soon these steps find a candidate with four times as many errors
  pulumi-alicloud-fc simulate --errors 0.2% --volume 50 --every 1h --longest 168h
      how long a good release takes with little traffic and an hourly pipeline
  pulumi-alicloud-fc simulate --candidate-errors 0.5%,5%@1h --json
      errors that begin after an hour; figures as JSON
  pulumi-alicloud-fc simulate --stack prod --release api
      the policy that a release had in its last run
  pulumi-alicloud-fc simulate --end-to-end --steps 10:10m:300,50 --candidate-errors 5%
      one release by pulumi up against the emulator, with the decision of each run

Exit code: 0 when no good candidate is rejected more often than --false-alarms allows, 1 otherwise, 3 when a flag was refused. With
--end-to-end: 0 when the candidate was promoted, 1 when it was rejected, 2 when neither, 3 when a flag was refused.`;

/** The subcommand in the form of commander. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "simulate thousands of releases with a policy: false alarms, time to find a bad candidate, failed customer requests",
    )
    .option("--stack <name>", "use the policy of a release of this stack instead of flags")
    .option("--cwd <folder>", "folder of the stack's program (default: the current folder)")
    .option("--release <name>", "name of the release's resource, if the stack has several releases")
    .option("--steps <list>", "steps as weight[:bake[:requests]] (default: 5,25,50)")
    .option(
      "--error-ratio <number>",
      "how many times as often as the stable version the candidate may fail (default: 2)",
    )
    .option("--error-limit <percent>", "errors that are acceptable in any case (default: 1)")
    .option("--latency <list>", "quantiles and by how much they may be longer, or none (default: p50=20,p95=20)")
    .option("--false-alarms <percent>", "largest share of good candidates that may be rejected (default: 5)")
    .option("--false-passes <percent>", "largest share of bad candidates that may pass (default: 5)")
    .option("--errors <curve>", "errors of the stable version, such as 0.5% or 0.5%,2%@1h")
    .option("--candidate-errors <curve>", "errors of the candidate (default: those of the stable version)")
    .option("--slower <curve>", "by how many percent the candidate's requests take longer")
    .option("--spread <number>", "spread of the logarithm of durations; at 0.5, p95 is 2.3 times the median", "0.5")
    .option("--volume <curve>", "requests a minute, such as 600 or 600,60@8h", "600")
    .option("--every <duration>", "time between two judgements", "10m")
    .option("--longest <duration>", "time after which a release ends undecided", "24h")
    .option("--releases <number>", "releases for each traffic pattern (default: 10000; 1000 for each built-in pattern)")
    .option("--seed <number>", "seed of the random numbers: the same seed gives the same releases", "1")
    .option(
      "--end-to-end",
      "run one release with the pulumi command on PATH and the emulator; your stacks, config and login are not used",
    )
    .option("--json", "figures as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: SimulateFlags) => {
      if (flags.endToEnd === true) return await endToEnd(flags);
      const simulated = await simulate(flags);
      const outcome = simulated.keepsPromise ? "pass" : "fail";
      if (flags.json === true) print(printedOf("simulate", outcome, simulated));
      else process.stdout.write(textOf(simulated));
      process.exitCode = EXIT_CODES[outcome];
    });
}

/** What `simulate --end-to-end --json` prints. */
export interface SimulatedEndToEnd
  extends EndToEnd, Pick<Simulated, "version" | "seed" | "every" | "longest" | "policy"> {}

const ENDS = { promoted: "pass", rejected: "fail", undecided: "inconclusive" } as const;

async function endToEnd(flags: SimulateFlags): Promise<void> {
  if (flags.releases !== undefined)
    throw new Refused("--releases cannot be used with --end-to-end, which runs one release");
  const settings = await settingsOf(flags);
  const [traffic] = trafficsOf({ ...flags, errors: flags.errors ?? DEFAULT_ERRORS });
  if (traffic === undefined) throw new Error("no traffic");
  const common = {
    seed: whole("--seed", flags.seed, 0, 2 ** 31 - 1),
    ...timesOf(flags),
    policy: policyOf(settings.analysis, settings.steps),
  };
  const text = (line: string) => {
    if (flags.json !== true) process.stdout.write(`${line}\n`);
  };
  let last: EngineRun | undefined;
  const released = await releaseEndToEnd({ ...common, settings, traffic }, (run) => {
    if (last === undefined) text(engineLine());
    last = run;
    text(engineLine(run));
  });
  if (released === undefined) return;
  const simulated: SimulatedEndToEnd = { version: 1, ...common, ...released };
  const outcome = ENDS[released.end];
  if (flags.json === true) print(printedOf("simulate", outcome, simulated));
  for (const reason of last?.reasons ?? []) text(`  ${reason}`);
  const count = released.runs.length === 1 ? "1 run" : `${released.runs.length} runs`;
  text(`${released.end} after ${released.minutes} min and ${count} of pulumi up (seed ${common.seed})`);
  process.exitCode = EXIT_CODES[outcome];
}

async function settingsOf(flags: SimulateFlags): Promise<SettingsOfFlags> {
  return flags.stack === undefined ? settingsOfFlags(flags) : await settingsOfState(flags);
}

/** Minutes between two judgements, and the longest time of a release. */
function timesOf(flags: SimulateFlags): Pick<Plan, "every" | "longest"> {
  const times = { every: minutes("--every", flags.every), longest: minutes("--longest", flags.longest) };
  if (times.longest / times.every <= 10_000) return times;
  throw new Refused(`--longest: got "${flags.longest}"; allowed: at most 10000 times --every`);
}

/** Simulates the releases that the flags describe. Throws {@link Refused} for wrong flags. */
export async function simulate(flags: SimulateFlags): Promise<Simulated> {
  const { analysis, steps } = await settingsOf(flags);
  const policy = policyOf(analysis, steps);
  const traffics = trafficsOf(flags);
  const plan: Plan = { policy, ...timesOf(flags) };
  const releases = whole("--releases", flags.releases ?? (traffics.length > 1 ? "1000" : "10000"), 1, 1_000_000);
  const seed = whole("--seed", flags.seed, 0, 2 ** 31 - 1);
  const cores = Math.min(availableParallelism(), releases);
  const parts = await Promise.all(
    Array.from({ length: cores }, (_, first) => run({ flags, plan, seed, releases, first, of: cores })),
  );
  const summaries = traffics.map((traffic, i) =>
    summaryOf(
      traffic,
      parts.flatMap((part) => part[i] ?? []),
      policy,
      plan.longest,
    ),
  );
  const { every, longest } = plan;
  return {
    version: 1,
    seed,
    releases,
    every,
    longest,
    policy,
    keepsPromise: keepsPromise(summaries),
    traffics: summaries,
  };
}

function run(part: Part): Promise<Outcome[][]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(__dirname, "simulation", "worker.js"), { workerData: part });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function textOf({ releases, every, policy, traffics, keepsPromise: kept, seed }: Simulated): string {
  const percent = `${Number((100 * policy.falseAlarms).toPrecision(3))} %`;
  return [
    `${releases} releases for each traffic pattern, judged every ${every} minutes (seed ${seed})`,
    "",
    ...table(traffics),
    "",
    "✗ marks a bad candidate. rejected, promoted: percent of the releases; the others are undecided.",
    "requests: median number of requests to the candidate until its rejection. minutes: median time until",
    "the rejection of a bad candidate, or the promotion of a good one. hurt: mean number of customer",
    "requests that failed because of the candidate.",
    kept
      ? `No good candidate is rejected more often than in ${percent} of releases (plus three standard deviations).`
      : `A good candidate is rejected more often than in ${percent} of releases.`,
    "",
  ].join("\n");
}
