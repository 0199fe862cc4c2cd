/** `history`: prints the updates of a stack with their config keys, and the splits that a release remembers. */
import { Command } from "commander";
import type { UpdateSummary } from "@pulumi/pulumi/automation";
import { Refused } from "../refused";
import { type Answer, answering } from "./result";
import type { StoredRelease } from "../../provider/rollout";
import { type OpenStack, type StackFlags, chosen, keysOf, openStack, stackOptions } from "./stack";
import { columns, valueWords } from "./words";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc history
      the last ten updates, and the last splits
  pulumi-alicloud-fc history --last 50 --json
      more updates, as JSON

Each update is printed with the config keys that it used. State has the last 20 splits, without their times.

Exit code: 0; 1 when something cannot be read; 3 when the command was refused.`;

/** Flags of the subcommand. */
type HistoryFlags = StackFlags & { readonly last: string };

/** The `history` subcommand. */
export function historyCommand(): Command {
  const command = stackOptions(new Command("history"))
    .description("list the updates of the stack with their config keys, and the splits that the release remembers")
    .option("--last <number>", "how many updates", "10")
    .addHelpText("after", EXAMPLES);
  return answering(command, (flags: HistoryFlags) => history(flags));
}

async function history(flags: HistoryFlags): Promise<Answer> {
  const count = countOf(flags);
  const stack = await openStack(flags);
  const releases = await stack.releases();
  const release = chosen(releases, flags.release);
  const updates = await updatesOf(stack, release, { count, namespace: flags.namespace });
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

/** The number of updates in the flag `--last`. Throws {@link Refused} for text that is not such a number. */
export function countOf({ last }: Pick<HistoryFlags, "last">): number {
  if (/^[1-9]\d{0,3}$/.test(last)) return Number(last);
  throw new Refused(`--last: got "${last}"; allowed: 1 to 9999 updates`);
}

/** An update of a stack, with its config keys. */
export type Update = ReturnType<typeof updateMembers> & { readonly keys: Readonly<Record<string, unknown>> };

/** The updates of a stack, newest first, each with the config keys of one release. */
export async function updatesOf(
  stack: OpenStack,
  release: StoredRelease,
  { count, namespace: flag }: { readonly count: number; readonly namespace: string | undefined },
): Promise<Update[]> {
  const summaries = await stack.history(count);
  return summaries.map((summary) => {
    const { namespace, keys } = keysOf(summary.config, release, flag, parsedOrText);
    const named = Object.entries(keys).map(([key, value]): [string, unknown] => [`${namespace}:${key}`, value]);
    return { ...updateMembers(summary), keys: Object.fromEntries(named) };
  });
}

/**
 * Parses the list or map of a key in an earlier config. Text that is no JSON, which made that update fail, is returned
 * unchanged.
 */
function parsedOrText(_key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function updateMembers({ version, startTime, kind, result, message, environment, resourceChanges }: UpdateSummary) {
  const commit = environment["git.head"];
  return {
    // A backend that does not number updates returns 0 for each.
    ...(version === undefined || version === 0 ? {} : { version }),
    startTime: new Date(startTime).toISOString(),
    kind,
    result,
    ...(message === "" ? {} : { message }),
    ...(commit === undefined ? {} : { commit }),
    ...(resourceChanges === undefined ? {} : { changes: resourceChanges }),
  };
}
