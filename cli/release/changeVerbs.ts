/** The subcommands `set`, `next`, `promote`, `rollback`, `hold` and `resume`. */
import { Command } from "commander";
import { type ChangeFlags, applyChange, changeOptions } from "./apply";
import { HOLD, nextStep, promote, resume, rollback, setWeight } from "./change";
import { answering } from "./result";

const CODES = `
Exit code: 0 when the change is done; 1 when the run failed or had another result; 3 when the command was refused and nothing was changed.`;

function verb(name: string, description: string, examples: string): Command {
  return changeOptions(new Command(name).description(description)).addHelpText(
    "after",
    `\nExamples:\n${examples}\n${CODES}`,
  );
}

/** The subcommands in the form of commander. */
export function changeCommands(): Command[] {
  const set = verb(
    "set",
    "give the candidate a share of the traffic, in percent",
    `  pulumi-alicloud-fc set 25
      writes canary:weight v8=25 for the candidate v8, and runs the program for the release
  pulumi-alicloud-fc set 25 --expect v8@5 --yes --json
      in a script: refused unless v8 has 5 %
  pulumi-alicloud-fc set 0.5% --no-apply --commit
      before a pipeline runs: commits the key, and does not run the program`,
  ).argument("<percent>", "0, or 1 to 100 in steps of 0.1; below one percent with its unit, such as 0.5%");
  const next = verb(
    "next",
    "raise the candidate to its next step, and after the last one to all traffic",
    `  pulumi-alicloud-fc next --stack prod
      from 5 % to 25 % if the steps are 5, 25, 50`,
  );
  const all = verb(
    "promote",
    "give the candidate all traffic",
    `  pulumi-alicloud-fc promote --dry-run
      prints the edit of the config file and what the run would do`,
  );
  const back = verb(
    "rollback",
    "reject the candidate, or the stable version if it is named; a rejected version gets no traffic",
    `  pulumi-alicloud-fc rollback --yes
      rejects the candidate; the traffic goes back first, then the config file is written
  pulumi-alicloud-fc rollback v8 --stack prod --yes --commit
      the same for v8 after it was promoted`,
  ).argument("[version]", "the version to reject, such as v8 (default: the candidate)");
  const hold = verb(
    "hold",
    "stop every rise of a share; a rollback still works",
    `  pulumi-alicloud-fc hold --yes
      new content waits, and the candidate keeps its share`,
  );
  const free = verb(
    "resume",
    "remove hold, so that shares may rise again",
    `  pulumi-alicloud-fc resume --dry-run
      shows which shares would rise`,
  );
  return [
    answering(set, (percent: string, flags: ChangeFlags) =>
      applyChange(flags, ({ release, live }) => setWeight(release, percent, live?.split)),
    ),
    answering(next, (flags: ChangeFlags) => applyChange(flags, ({ release, live }) => nextStep(release, live?.split))),
    answering(all, (flags: ChangeFlags) => applyChange(flags, ({ release, live }) => promote(release, live?.split))),
    answering(back, (version: string | undefined, flags: ChangeFlags) =>
      applyChange(flags, ({ release }) => rollback(release, version), true),
    ),
    answering(hold, (flags: ChangeFlags) => applyChange(flags, () => HOLD, true)),
    answering(free, (flags: ChangeFlags) =>
      applyChange(flags, ({ release, configured }, inFile) =>
        resume(release, configured.keys["hold"] !== undefined && !inFile("hold")),
      ),
    ),
  ];
}
