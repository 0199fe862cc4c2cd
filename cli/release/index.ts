/** The subcommands that work on the releases of a stack. */
import type { Command } from "commander";
import { changeCommands } from "./changeVerbs";
import { historyCommand } from "./history";
import { judgeCommand } from "./judge";
import { pruneCommand } from "./prune";
import { reportCommand } from "./report";
import { statusCommand } from "./status";
import { verifyCommand } from "./verify";
import { watchCommand } from "./watch";

/** All subcommands that work on releases, in the order of the help. */
export function releaseCommands(): Command[] {
  return [
    statusCommand(),
    watchCommand(),
    judgeCommand(),
    ...changeCommands(),
    verifyCommand(),
    historyCommand(),
    reportCommand(),
    pruneCommand(),
  ];
}
