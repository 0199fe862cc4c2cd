/** `watch`: shows the position of a release continuously. */
import { setTimeout as wait } from "node:timers/promises";
import { Command, Option } from "commander";
import { Judge, stepsOf } from "../../../provider/rollout";
import { SIGNALS } from "../../process";
import { Refused } from "../../refused";
import { type JudgedPosition, judgementOf } from "../judge";
import { positionsIn } from "../position";
import { EXIT_CODES, printedOf, printFailure } from "../result";
import { type OpenStack, type StackFlags, callerOf, openStack, stackOptions } from "../stack";
import { watchReleases } from "./loop";
import { type Output, isScreen, lineOutput, pageOutput, screenOutput } from "./output";
import { type View, viewOf, watchedMembers } from "./view";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc watch
      each release of the selected stack, read and drawn again every 10 seconds; Ctrl-C ends the command
  pulumi-alicloud-fc watch --stack prod --release api --until stable
      in a pipeline: one line for each change, until the candidate is promoted or rejected
  pulumi-alicloud-fc watch --once
      prints the screen once, for a log
  pulumi-alicloud-fc watch --json
      one JSON object on a line for each change

The command changes nothing. At each interval it reads state, config, the alias, and the log rows of requests since the interval before.

Exit code: 0 with --once, or when all releases are in the phase of --until; 1 when a release was rejected instead, or when the first read failed;
2 with --once and --until, when a release is in another phase; 3 when the command was refused; 130 after Ctrl-C.`;

/** Flags of the subcommand. */
type WatchFlags = StackFlags & {
  readonly interval: string;
  readonly once?: boolean;
  readonly until?: string;
  readonly json?: boolean;
};

const PHASES = ["stable", "canary", "paused", "rejected", "lowered", "waiting"];

/** The `watch` subcommand. */
export function watchCommand(): Command {
  return stackOptions(new Command("watch"))
    .description(
      "show a release continuously: steps, splits, failures and durations of both versions, the verdict so far",
    )
    .option("--interval <seconds>", "time between two reads of the release, 1 to 3600", "10")
    .option("--once", "read the release once, print the screen, and end")
    .addOption(new Option("--until <phase>", "end when all releases are in this phase").choices(PHASES))
    .option("--json", "print one JSON object on a line for each change")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: WatchFlags) => {
      try {
        process.exitCode = await watch(flags);
      } catch (error) {
        process.exitCode = printFailure("watch", flags.json === true, error);
      }
    });
}

async function watch(flags: WatchFlags): Promise<number> {
  const { once = false, until } = flags;
  const pause = 1000 * secondsOf(flags.interval);
  const stack = await openStack(flags);
  const judge = new Judge(callerOf(flags));
  let positions: readonly JudgedPosition[] = [];
  const output = await outputFor(flags, stack, () => positions);
  closeAtEnd(output);
  try {
    return await watchReleases({
      look: async () => {
        positions = await Promise.all((await positionsIn(stack, flags)).map((each) => judgementOf(judge, each)));
        return positions.map((each) => viewOf(each, stepsOf(each.position.release.outputs)));
      },
      show: (view) => output.show(view),
      wait: () => wait(pause),
      now: () => Date.now(),
      ...{ stack: stack.name, once, until },
    });
  } finally {
    output.close();
  }
}

async function outputFor(
  { json = false, once = false }: WatchFlags,
  stack: OpenStack,
  positions: () => readonly JudgedPosition[],
): Promise<Output> {
  const { stdout } = process;
  if (json) return lineOutput(stdout, (view) => [JSON.stringify(membersOf(view, positions(), stack))]);
  if (once) return pageOutput(stdout);
  return isScreen(stdout) ? await screenOutput(stdout) : lineOutput(stdout);
}

function membersOf({ time, problem }: View, positions: readonly JudgedPosition[], stack: OpenStack) {
  const common = { time: new Date(time).toISOString(), stack: stack.name };
  if (problem !== undefined) return printedOf("watch", "fail", { ...common, message: problem });
  return printedOf("watch", "done", { ...common, releases: positions.map((each) => watchedMembers(each, stack)) });
}

/** A signal ends the command at once. A closed pipe also ends the command, for example after `head` has ended. */
function closeAtEnd(output: Output): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      output.close();
      process.exit(code);
    });
  }
  process.stdout.on("error", () => process.exit(EXIT_CODES.done));
}

function secondsOf(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 3600) return Number(text);
  throw new Refused(`--interval: got "${text}"; allowed: 1 to 3600 seconds`);
}
