/** `history`: the updates of a stack with the keys they had, and the splits a release remembers. */
import { Command } from "commander";
import type { UpdateSummary } from "@pulumi/pulumi/automation";
import { Refused } from "../refused";
import { type Answer, answering } from "./result";
import { type StackFlags, chosen, keysOf, openStack, stackOptions } from "./stack";
import { columns, valueWords } from "./words";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc history
      the last ten updates, and the last splits
  pulumi-alicloud-fc history --last 50 --json
      more of them, as JSON

An update has the keys that stood in config when it ran. State keeps the last 20 splits, without the time of each.

Exit code: 0; 1 when something cannot be read; 3 when it is refused.`;

/** Flags of the verb. */
type HistoryFlags = StackFlags & { readonly last: string };

/** The verb for the command line. */
export function historyCommand(): Command {
  const command = stackOptions(new Command("history"))
    .description(
      "list the stack's updates with the keys that stood in config, and the splits that the release remembers",
    )
    .option("--last <number>", "how many updates", "10")
    .addHelpText("after", EXAMPLES);
  return answering(command, (flags: HistoryFlags) => history(flags));
}

async function history(flags: HistoryFlags): Promise<Answer> {
  if (!/^[1-9]\d{0,3}$/.test(flags.last)) throw new Refused(`--last: got "${flags.last}"; allowed: 1 to 9999 updates`);
  const stack = await openStack(flags);
  const releases = await stack.releases();
  const release = chosen(releases, flags.release);
  const summaries = await stack.history(Number(flags.last));
  const updates = summaries.map((summary) => {
    const { namespace, keys } = keysOf(summary.config, release, releases, flags.namespace);
    const named = Object.entries(keys).map(([key, value]): [string, unknown] => [`${namespace}:${key}`, value]);
    return { ...updateMembers(summary), keys: Object.fromEntries(named) };
  });
  const splits = release.outputs.history;
  const rows = updates.map(({ version, startTime, kind, result, commit, keys }): [string, string] => {
    const by = commit === undefined ? "" : ` commit ${commit.slice(0, 10)}`;
    const keyWords = Object.entries(keys).map(([key, value]) => `${key} ${valueWords(value)}`);
    return [
      version === undefined ? "" : `#${version}`,
      `${startTime} ${kind} ${result}${by}${keyWords.length === 0 ? "" : `  ${keyWords.join(", ")}`}`,
    ];
  });
  return {
    outcome: "done",
    members: { stack: stack.name, release: release.name, updates, splits },
    lines: [
      `updates of stack ${stack.name}, newest first`,
      ...(rows.length === 0 ? [] : columns(rows)),
      `splits of release ${release.name}, newest first`,
      ...[...splits].reverse().map((split) => `  ${split}`),
    ],
  };
}

function updateMembers({ version, startTime, kind, result, message, environment, resourceChanges }: UpdateSummary) {
  const commit = environment["git.head"];
  return {
    ...(version === undefined ? {} : { version }),
    startTime: new Date(startTime).toISOString(),
    kind,
    result,
    ...(message === "" ? {} : { message }),
    ...(commit === undefined ? {} : { commit }),
    ...(resourceChanges === undefined ? {} : { changes: resourceChanges }),
  };
}
