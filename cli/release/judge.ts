/** `judge`: prints the verdict on each candidate and the reasons. The subcommand writes nothing and moves no traffic. */
import { Command } from "commander";
import { Judge, type Judgement } from "../../provider/rollout";
import { Refused } from "../refused";
import { type Position, obstacleOf, positionsIn } from "./position";
import { type Answer, type Outcome, answering } from "./result";
import { type StackFlags, callerOf, openStack, stackOptions } from "./stack";
import { columns } from "./words";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc judge
      the verdict on the candidate of each release in the selected stack, and why
  pulumi-alicloud-fc judge --stack prod --release api --json
      one release, as JSON
  pulumi-alicloud-fc judge --release api && pulumi-alicloud-fc next --release api --yes
      raises the candidate after a pass

The command reads the log rows of requests as a run with weight auto does, whatever weight is in config. The next run reads the
rows again, so its verdict can differ.

Exit code: 0 after a pass, or when no candidate could be raised; 1 when a candidate fails (no other cause); 2 when there is no verdict
yet, or when something cannot be read; 3 when the command was refused.`;

/** The `judge` subcommand. */
export function judgeCommand(): Command {
  const command = stackOptions(new Command("judge"))
    .description("print the verdict on each candidate and why; nothing is written, and no traffic moves")
    .addHelpText("after", EXAMPLES);
  return answering(command, judgeReleases, "inconclusive");
}

async function judgeReleases(flags: StackFlags): Promise<Answer> {
  const stack = await openStack(flags);
  const positions = await positionsIn(stack, flags);
  const obstacles = positions.map(({ next }) => obstacleOf(next)).filter((why) => why !== undefined);
  if (obstacles.length === positions.length) throw new Refused(obstacles.join("\n"));
  const judge = new Judge(callerOf(flags));
  const judged = await Promise.all(positions.map((each) => judgementOf(judge, each)));
  return {
    outcome: worst(judged.map(outcomeOf)),
    members: { stack: stack.name, releases: judged.map(judgedMembers) },
    lines: judged.flatMap((each, i) => [...(i === 0 ? [] : [""]), ...judgedLines(each)]),
  };
}

/** A release with the result of judging it. */
export interface JudgedPosition {
  readonly position: Position;
  readonly judgement: Judgement;
  /** Whether the next run also judges (weight `auto`), and changes the share by its verdict. */
  readonly acts: boolean;
}

/** Judges a release by its config keys. If a run would refuse these keys, or if they are not known, nothing is judged. */
export async function judgementOf(judge: Judge, position: Position): Promise<JudgedPosition> {
  const { release, configured, live, next } = position;
  const obstacle = obstacleOf(next);
  if (obstacle !== undefined) return { position, judgement: { reasons: [obstacle] }, acts: false };
  const judgement = await judge.judge(release, configured.keys, live?.alias);
  return { position, judgement, acts: "judged" in next && next.judged !== undefined };
}

const FROM_BEST: readonly Outcome[] = ["done", "pass", "inconclusive", "fail"];

function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((a, b) => (FROM_BEST.indexOf(b) > FROM_BEST.indexOf(a) ? b : a), "done");
}

/**
 * The outcome of one judgement. The verdict `hold` gives the outcome `inconclusive`, because it is not known whether
 * the candidate is good.
 */
export function outcomeOf({ position, judgement: { verdict } }: JudgedPosition): Outcome {
  const { candidate, phase } = position.release.outputs;
  if (obstacleOf(position.next) !== undefined) return "inconclusive";
  // While a candidate has no traffic, a raise would be a guess. A rejected candidate cannot be raised at all.
  if (verdict === undefined) return candidate === undefined || phase === "rejected" ? "done" : "inconclusive";
  return verdict === "hold" ? "inconclusive" : verdict;
}

/** The judgement of a release as members of the JSON output. */
export function judgedMembers({ position, judgement, acts }: JudgedPosition) {
  const { name, outputs } = position.release;
  const { functionName, aliasName } = outputs;
  return { release: name, functionName, aliasName, acts, ...judgement };
}

/** The judgement of a release in words. */
function judgedLines({ position, judgement, acts }: JudgedPosition): string[] {
  const { name, outputs } = position.release;
  const { candidate, stable, weight, reasons } = judgement;
  const head = `${name}: alias ${outputs.aliasName} of function ${outputs.functionName}`;
  if (candidate === undefined) return [head, ...reasons.map((reason) => `  ${reason}`)];
  return [
    `${head}, v${candidate} at ${weight} % beside v${stable}`,
    ...columns([
      ...reasons.map((reason, i): [string, string] => [i === 0 ? "verdict" : "", reason]),
      ["proposes", proposalWords(judgement)],
      ["acts", acts ? "the next run judges again, and follows its verdict" : "runs judge only with weight auto"],
    ]),
  ];
}

/** The proposal that follows from the verdict, in words. */
function proposalWords({ candidate, held, found }: Judgement): string {
  const proposes = found?.proposes;
  if (proposes === undefined) return "the weight stays";
  if (proposes === "reject") return `v${candidate} is rejected, and the stable version gets its traffic`;
  const raise = proposes === 100 ? `v${candidate} to all traffic` : `v${candidate} to ${proposes} %`;
  return held === true ? `${raise}, after hold is removed` : raise;
}
