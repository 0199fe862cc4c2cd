/** `status`: prints the position of each release of a stack. */
import { Command } from "commander";
import { commitTime } from "./git";
import { type Position, positionMembers, positionsIn } from "./position";
import { type Answer, answering } from "./result";
import { type OpenStack, type StackFlags, openStack, stackOptions } from "./stack";
import { columns, splitWords, valueWords } from "./words";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc status
      each release of the selected stack
  pulumi-alicloud-fc status --stack prod --release api --json
      one release, as JSON
  pulumi-alicloud-fc status --offline
      from state alone, without a call to the service

Exit code: 0; 1 when something cannot be read; 3 when the command was refused.`;

/** Flags of the subcommand. */
type StatusFlags = StackFlags & { readonly offline?: boolean };

/** The `status` subcommand. */
export function statusCommand(): Command {
  const command = stackOptions(new Command("status"))
    .description(
      "show phase, versions and split of each release, the config keys in use, and what the next run would do",
    )
    .option("--offline", "show the split when the last run read it, without a call to the service")
    .addHelpText("after", EXAMPLES);
  return answering(command, (flags: StatusFlags) => status(flags));
}

async function status(flags: StatusFlags): Promise<Answer> {
  const stack = await openStack(flags);
  const time = commitTime(stack.configFile);
  const shown = (await positionsIn(stack, flags)).map((position) => ofCheckout(position, time));
  return {
    outcome: "done",
    members: { stack: stack.name, releases: shown.map((each) => positionMembers(each, stack)) },
    lines: shown.flatMap((each, i) => [...(i === 0 ? [] : [""]), ...statusLines(each, stack)]),
  };
}

/**
 * The position for the checked out commit. A run of an older commit than that of the newest run moves no traffic (rule
 * A of docs/releases.md), so what the config of this checkout would do is not shown.
 *
 * @param time the time of the commit in seconds, which is the order of a run unless config has the key `rev`
 */
function ofCheckout(position: Position, time: number | undefined): Position {
  const { rev: newest } = position.release.outputs.memory;
  const { rev } = position.configured.keys;
  const isOrderedByTime = rev === undefined || rev === "auto";
  if (!isOrderedByTime || time === undefined || newest === undefined || time >= newest) return position;
  const unknown =
    `this checkout has an older commit (rev ${time}) than the newest run (rev ${newest}), and a run of it moves no traffic. Run git pull, ` +
    `then this command again`;
  return { ...position, next: { unknown } };
}

/** The position of a release in words. */
function statusLines(position: Position, stack: OpenStack): string[] {
  const { outputs, name } = position.release;
  const members = positionMembers(position, stack);
  const step = outputs.step === undefined ? "" : `, step ${outputs.step} (${members.steps.join(", ")})`;
  const rows: [string, string][] = [
    ["phase", `${outputs.phase}${step}`],
    ["stable", `v${outputs.stable}`],
  ];
  if (outputs.candidate !== undefined)
    rows.push(["candidate", `v${outputs.candidate} at ${outputs.effectiveWeight} %`]);
  if (outputs.previousStable !== undefined) rows.push(["previous", `v${outputs.previousStable}`]);
  if (outputs.rejected.length > 0) rows.push(["rejected", outputs.rejected.map((id) => `v${id}`).join(", ")]);
  rows.push(["desired", splitWords(outputs.split)]);
  rows.push(["live", `${splitWords(members.live)}${position.offline ? " (when the last run read it)" : ""}`]);
  if (position.behind !== undefined) rows.push(["state", position.behind]);
  for (const [i, { key, value, file, line }] of members.keys.entries()) {
    const place = file === undefined ? "not in the stack's file" : `${file}:${line}`;
    rows.push([i === 0 ? "config" : "", `${key} ${valueWords(value)}  (${place})`]);
  }
  const [first = "changes no traffic", ...more] = nextWords(position.next);
  rows.push(["next run", first], ...more.map((text): [string, string] => ["", text]));
  if ("split" in position.next) rows.push(["", "(if the program is still the one of the last run)"]);
  return [
    `${name}: alias ${outputs.aliasName} of function ${outputs.functionName} (stack ${stack.name})`,
    ...columns(rows),
  ];
}

/** What the next run does, one sentence for each effect; empty if it moves no traffic. */
export function nextWords(next: Position["next"]): string[] {
  if ("refused" in next) return [`is refused: ${next.refused}`];
  if ("unknown" in next) return [`is not known: ${next.unknown}`];
  const failure = next.failure === undefined ? [] : [`fails: ${next.failure}`];
  const news = [next.sentence, next.judged].filter((text) => text !== undefined);
  return [...news, ...failure, ...next.warnings];
}
