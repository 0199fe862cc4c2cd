/** `prune`: lists and deletes versions without a known use. */
import { Command } from "commander";
import { type DeletedVersions, deleteVersions, stackVersions } from "../../provider/rollout";
import { Refused } from "../refused";
import { type Answer, answering } from "./result";
import { type StackFlags, callerOf, chosen, openStack, stackOptions } from "./stack";
import { columns } from "./words";

/** Uses of a version that the subcommand cannot find. */
const UNSEEN =
  "Not checked: callers that use a version number, and destinations of other functions' asynchronous invocations";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc prune
      prints the versions that would be deleted, and what uses each other version
  pulumi-alicloud-fc prune --keep 3 --yes
      deletes the versions without a known use, except the newest three

A version is not deleted if an alias, a trigger or a custom domain names it, if it has an asynchronous invocation configuration, if a release
remembers it, if it was published last, or if another stack published it. All except the last two are read again before each deletion.
${UNSEEN}.

Exit code: 0 when everything is done; 1 when a call failed; 3 when the command was refused.`;

/** Flags of the subcommand. */
type PruneFlags = StackFlags & { readonly keep?: string; readonly yes?: boolean };

/** The `prune` subcommand. */
export function pruneCommand(): Command {
  const command = stackOptions(new Command("prune"))
    .description("list versions of the release's function without a known use; delete them with --yes")
    .option("--keep <number>", "how many of these versions stay (default: keep of the release)")
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
  const result = flags.yes === true ? await deleteVersions(release, releases, old, caller) : undefined;
  const { deleted, left } = result ?? { deleted: [], left: [] };
  const rows: [string, string][] = [
    ...needed.map(({ versionId, by }): [string, string] => [`v${versionId}`, `needed by ${by.join(", ")}`]),
    ...spare.map((id): [string, string] => [`v${id}`, `kept: one of the newest ${keep} without a known use`]),
    ...old.map((id): [string, string] => [`v${id}`, wordFor(id, result)]),
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
      left,
    },
    lines: [
      `function ${functionName}: ${(result?.deleted ?? old).length} of ${rows.length} versions of stack ${stack.name} ${result === undefined ? "would be" : "were"} deleted`,
      ...(rows.length === 0 ? [] : columns(rows)),
      ...(result !== undefined || old.length === 0
        ? []
        : [UNSEEN, "Nothing was deleted; --yes deletes these versions"]),
    ],
  };
}

function wordFor(id: string, result: DeletedVersions | undefined): string {
  if (result === undefined) return "no known use";
  const left = result.left.find(({ versionId }) => versionId === id);
  return left === undefined ? "deleted" : `not deleted: meanwhile needed by ${left.by.join(", ")}`;
}

function keepOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,4}$/.test(text) && Number(text) <= 1000) return Number(text);
  throw new Refused(`--keep: got "${text}"; allowed: 0 to 1000 versions`);
}
