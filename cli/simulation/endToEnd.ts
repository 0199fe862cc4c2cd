/** One release with weight `auto` on the real engine, against the emulator, whose clock is moved from run to run. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { type Decision, type Policy, explain } from "../../provider/analysis";
import { type ReleaseOutputs, releasesIn } from "../../provider/rollout";
import { endBySignal } from "../process";
import { Refused } from "../refused";
import { automation, engineMessage } from "../release/stack";
import { drawsOf } from "./draws";
import type { SettingsOfFlags } from "./flags";
import { requestsBetween, rowsOfTraffic } from "./rows";
import { type Stage, setStage } from "./stage";
import type { Traffic } from "./traffic";

/** Options of the run. Times are in minutes. */
export interface EndToEndPlan {
  readonly settings: SettingsOfFlags;
  readonly policy: Policy;
  readonly traffic: Traffic;
  readonly seed: number;
  readonly every: number;
  readonly longest: number;
}

/** Requests of one version in the window that a run judged. */
type Judged = Pick<Decision["counts"]["stable"], "requests" | "errors">;

/** One run of `pulumi up`. */
export interface EngineRun {
  /** Minutes since the candidate got its first traffic. */
  readonly minute: number;
  /** Share of the candidate in percent, before the run (`weight`) and after it (`next`). */
  readonly weight: number;
  readonly next: number;
  /** Verdict of the run; absent if there were no requests to judge yet. */
  readonly verdict?: Decision["verdict"];
  readonly stable?: Judged;
  readonly candidate?: Judged;
  /**
   * The e-value and its threshold, as decimal logarithms. The verdict is fail when `eValue` is at least `threshold`.
   */
  readonly eValue?: number;
  readonly threshold?: number;
  /** The reasons of the verdict in words. */
  readonly reasons: readonly string[];
}

/** How the release ended. */
export interface EndToEnd {
  readonly end: "promoted" | "rejected" | "undecided";
  readonly minutes: number;
  readonly runs: readonly EngineRun[];
}

const NAMES = { functionName: "simulated", aliasName: "prod" };
const LOGS = { project: "simulated", logstore: "requests" };
const CODE = "exports.handler = async () => 'ok';\n";

/** Largest number of requests between two runs, because a run reads at most this number of rows. */
const MOST_REQUESTS = 20_000;

/**
 * Runs the release to its end.
 *
 * @param onRun called after each run that judges
 * @returns undefined if a signal ended the release
 * @throws Refused if the engine is not installed, or if there are more requests than a run reads
 */
export async function releaseEndToEnd(
  plan: EndToEndPlan,
  onRun: (run: EngineRun) => void,
): Promise<EndToEnd | undefined> {
  refuseMuchTraffic(plan);
  const pulumi = await engine();
  const deployed = { release: 1, code: "" };
  const fc = await import("pulumi-alicloud-fc");
  const setting = setStage({
    ...{ name: "simulated", pulumi, emulator: { logRows: 3 * MOST_REQUESTS } },
    program: async () => {
      const { split } = new fc.CanaryRelease("simulated", {
        function: {
          ...{ functionName: NAMES.functionName, runtime: "nodejs20", handler: "index.handler", code: deployed.code },
          environmentVariables: { RELEASE: String(deployed.release) },
          logConfig: { ...LOGS, enableRequestMetrics: true },
        },
        ...{ aliasName: NAMES.aliasName, weight: "auto" },
        ...{ steps: plan.settings.steps, analysis: plan.settings.analysis },
      });
      return await Promise.resolve({ split });
    },
  });
  const stopped = endBySignal(() => setting.then((stage) => stage.close()));
  try {
    const stage = await setting;
    try {
      deployed.code = path.join(stage.folder, "code");
      fs.mkdirSync(deployed.code);
      fs.writeFileSync(path.join(deployed.code, "index.js"), CODE);
      await up(stage);
      deployed.release = 2;
      await up(stage);
      return await walk(stage, plan, onRun);
    } finally {
      await stage.close();
    }
  } catch (error) {
    if (stopped()) return undefined;
    throw error;
  }
}

function refuseMuchTraffic({ traffic, every, longest }: EndToEndPlan): void {
  for (let minute = 0; minute < longest; minute += every) {
    const requests = requestsBetween(traffic, minute, minute + every);
    if (requests <= MOST_REQUESTS) continue;
    throw new Refused(
      `--volume: got ${requests} requests between two judgements; allowed with --end-to-end: at most ${MOST_REQUESTS}, which is what a run reads. Lower --volume or --every`,
    );
  }
}

async function engine(): Promise<PulumiCommand> {
  const { PulumiCommand: Command } = await automation();
  try {
    return await Command.get();
  } catch (error) {
    throw new Refused(
      `--end-to-end runs the pulumi command, which cannot be started (${engineMessage(error).split("\n")[0] ?? ""}): install it, and add it to PATH`,
    );
  }
}

async function walk(stage: Stage, plan: EndToEndPlan, onRun: (run: EngineRun) => void): Promise<EndToEnd> {
  const { policy, traffic, seed, every, longest } = plan;
  const draw = drawsOf(seed, 0);
  const { clock, logs } = stage.emulator;
  const runs: EngineRun[] = [];
  let [before, minute] = [await outputsOf(stage), 0];
  while (minute < longest) {
    const { stable, candidate } = before;
    if (candidate === undefined) throw new Error("the release has no candidate");
    const window = { from: minute, to: minute + every, time: clock.now().getTime() / 1000 };
    const share = before.effectiveWeight / 100;
    logs.write(
      LOGS.project,
      LOGS.logstore,
      rowsOfTraffic(traffic, { ...NAMES, stable, candidate, share, ...window }, draw),
    );
    clock.advance(60 * every);
    minute += every;
    const failure = await up(stage).then(
      () => undefined,
      (error: Error) => error,
    );
    const after = await outputsOf(stage);
    // A run that rejects the candidate fails, but its state is complete, so it is not an error here.
    if (failure !== undefined && after.phase !== "rejected") throw failure;
    const run = runOf(policy, minute, before, after);
    runs.push(run);
    onRun(run);
    if (after.phase === "rejected") return { end: "rejected", minutes: minute, runs };
    if (after.phase === "stable") return { end: "promoted", minutes: minute, runs };
    before = after;
  }
  return { end: "undecided", minutes: minute, runs };
}

function runOf(policy: Policy, minute: number, before: ReleaseOutputs, after: ReleaseOutputs): EngineRun {
  const next = after.phase === "stable" ? 100 : after.effectiveWeight;
  const common = { minute, weight: before.effectiveWeight, next };
  const [known, decision] = [before, after].map(({ judging }) => judging?.decisions.at(-1));
  if (decision === undefined || decision.digest === known?.digest) {
    return { ...common, reasons: ["nothing to judge by yet"] };
  }
  const { verdict, eValue, threshold, counts } = decision;
  const countsOf = ({ requests, errors }: Judged): Judged => ({ requests, errors });
  const judged = { stable: countsOf(counts.stable), candidate: countsOf(counts.candidate) };
  return { ...common, verdict, ...judged, eValue, threshold, reasons: explain(policy, decision) };
}

async function outputsOf(stage: Stage): Promise<ReleaseOutputs> {
  const [release] = releasesIn(await stage.run((stack) => stack.exportStack()));
  if (release === undefined) throw new Error("the stack has no release");
  return release.outputs;
}

async function up(stage: Stage): Promise<void> {
  try {
    await stage.run((stack) => stack.up({ refresh: true }));
  } catch (error) {
    throw new Error(`pulumi up: ${engineMessage(error)}`, { cause: error });
  }
}

const HEAD = ["minute", "weight", "verdict", "candidate", "stable", "then"];
const WIDTHS = [6, 6, 12, 18, 18, 6];

/** A row of the table, at most 80 columns wide. Without a run, the result is the header of the table. */
export function engineLine(run?: EngineRun): string {
  const failed = (counts: Judged | undefined) => (counts === undefined ? "" : `${counts.errors} of ${counts.requests}`);
  const cells =
    run === undefined
      ? HEAD
      : [
          ...[String(run.minute), `${run.weight} %`, run.verdict ?? "too early"],
          ...[failed(run.candidate), failed(run.stable), `${run.next} %`],
        ];
  return cells
    .map((cell, i) => (i === 2 ? ` ${cell.padEnd(WIDTHS[i] ?? 0)}` : cell.padStart(WIDTHS[i] ?? 0)))
    .join(" ");
}
