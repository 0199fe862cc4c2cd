/** `simulate`: what a policy does to many releases, before anybody trusts it. */
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { Command } from "commander";
import type { Policy } from "../provider/analysis";
import { Refused } from "./refused";
import { type SimulateFlags, minutes, policyOfFlags, trafficsOf, whole } from "./simulation/flags";
import type { Outcome, Plan } from "./simulation/releases";
import { type Summary, keepsPromise, summaryOf, table } from "./simulation/summary";
import type { Part } from "./simulation/worker";

/** What `simulate --json` prints. */
export interface Simulated {
  /** Version of this shape. */
  readonly version: 1;
  readonly seed: number;
  /** Releases under each traffic. */
  readonly releases: number;
  /** Minutes between two judgements, and the longest time of a release. */
  readonly every: number;
  readonly longest: number;
  readonly policy: Policy;
  /** Whether no acceptable candidate is rejected more often than the policy allows. */
  readonly keepsPromise: boolean;
  readonly traffics: readonly Summary[];
}

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc simulate
      twelve hostile traffics with a good candidate, and six bad candidates
  pulumi-alicloud-fc simulate --steps 5:10m:300,25,50 --errors 0.5% --candidate-errors 2%
      how soon these steps find a candidate with four times as many errors
  pulumi-alicloud-fc simulate --errors 0.2% --volume 50 --every 1h --longest 168h
      how long a good release takes with little traffic and an hourly pipeline
  pulumi-alicloud-fc simulate --candidate-errors 0.5%,5%@1h --json
      errors that begin after an hour; figures as JSON

Exit code: 0 when no good candidate is rejected more often than --false-alarms allows, 1 otherwise, 3 for flags that are refused.`;

/** The verb for the command line. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "judge thousands of made-up releases by a policy: false alarms, time to find a bad candidate, customers hurt " +
        "(releases do not judge themselves yet)",
    )
    .option("--steps <list>", "steps as weight[:bake[:requests]]", "5,25,50")
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
    .option("--releases <number>", "releases under each traffic (default: 10000; 1000 under each of the built-in ones)")
    .option("--seed <number>", "the same seed makes the same releases", "1")
    .option("--json", "figures as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: SimulateFlags) => {
      const simulated = await simulate(flags);
      process.stdout.write(flags.json === true ? `${JSON.stringify(simulated, undefined, 2)}\n` : textOf(simulated));
      process.exitCode = simulated.keepsPromise ? 0 : 1;
    });
}

/** Runs the releases that flags ask for. Throws {@link Refused} for flags that are wrong. */
export async function simulate(flags: SimulateFlags): Promise<Simulated> {
  const policy = policyOfFlags(flags);
  const traffics = trafficsOf(flags);
  const plan: Plan = {
    policy,
    every: minutes("--every", flags.every),
    longest: minutes("--longest", flags.longest),
  };
  if (plan.longest / plan.every > 10_000) {
    throw new Refused(`--longest: got "${flags.longest}"; allowed: at most 10000 times --every`);
  }
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
    `${releases} releases under each traffic, judged every ${every} minutes (seed ${seed})`,
    "",
    ...table(traffics),
    "",
    "✗ bad candidate. rejected, promoted: percent; the others were undecided. requests: to the",
    "candidate until its rejection. minutes: until the rejection of a bad candidate, the promotion of a",
    "good one. Both are medians. hurt: requests that failed because of the candidate, on average.",
    kept
      ? `No good candidate is rejected more often than in ${percent} of releases (and three standard deviations).`
      : `A good candidate is rejected more often than in ${percent} of releases.`,
    "",
  ].join("\n");
}
