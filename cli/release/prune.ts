/** `prune`: versions that nothing needs. */
import { Command } from "commander";
import { deleteVersions, stackVersions } from "../../provider/rollout";
import { Refused } from "../refused";
import { type Answer, answering } from "./result";
import { type StackFlags, callerOf, chosen, openStack, stackOptions } from "./stack";
import { columns } from "./words";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc prune
      lists what would be deleted, and what needs the others
  pulumi-alicloud-fc prune --keep 3 --yes
      deletes all but the newest three of those that nothing needs

Never deleted: what an alias, a trigger or a custom domain of the function names, what a release remembers, the version published last,
and what another stack published.

Exit code: 0 when it is done; 1 when a call failed; 3 when it was refused.`;

/** Flags of the verb. */
type PruneFlags = StackFlags & { readonly keep?: string; readonly yes?: boolean };

/** The verb for the command line. */
export function pruneCommand(): Command {
  const command = stackOptions(new Command("prune"))
    .description("list versions of the release's function that nothing needs; delete them with --yes")
    .option("--keep <number>", "how many of them stay (default: keep of the release)")
    .option("--yes", "delete them")
    .addHelpText("after", EXAMPLES);
  return answering(command, (flags: PruneFlags) => prune(flags));
}

async function prune(flags: PruneFlags): Promise<Answer> {
  const stack = await openStack(flags);
  const releases = await stack.releases();
  const release = chosen(releases, flags.release);
  const keep = keepOf(flags.keep) ?? release.outputs.keep;
  const caller = callerOf(flags);
  const { idle, needed } = await stackVersions(release, releases, caller);
  const spare = idle.slice(0, keep);
  const old = idle.slice(keep);
  const deleted = flags.yes === true ? await deleteVersions(release, releases, old, caller) : [];
  const rows: [string, string][] = [
    ...needed.map(({ versionId, by }): [string, string] => [`v${versionId}`, `needed by ${by.join(", ")}`]),
    ...spare.map((id): [string, string] => [`v${id}`, `kept: one of the newest ${keep} that nothing needs`]),
    ...old.map((id): [string, string] => [`v${id}`, wordFor(id, deleted, flags.yes === true)]),
  ];
  const { functionName } = release.outputs;
  return {
    outcome: "done",
    members: {
      stack: stack.name,
      release: release.name,
      functionName,
      keep,
      needed,
      kept: spare,
      unneeded: old,
      deleted,
    },
    lines: [
      `function ${functionName}: ${old.length} of ${rows.length} versions of stack ${stack.name} ${flags.yes === true ? "were" : "would be"} deleted`,
      ...(rows.length === 0 ? [] : columns(rows)),
      ...(flags.yes === true || old.length === 0 ? [] : ["Nothing was deleted: --yes deletes"]),
    ],
  };
}

function wordFor(id: string, deleted: readonly string[], all: boolean): string {
  if (!all) return "nothing needs it";
  return deleted.includes(id) ? "deleted" : "left: it came into use meanwhile";
}

function keepOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,4}$/.test(text) && Number(text) <= 1000) return Number(text);
  throw new Refused(`--keep: got "${text}"; allowed: 0 to 1000 versions`);
}
