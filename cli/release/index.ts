/** The verbs that work on the releases of a stack. */
import type { Command } from "commander";
import { changeCommands } from "./changes";
import { historyCommand } from "./history";
import { pruneCommand } from "./prune";
import { statusCommand } from "./status";
import { verifyCommand } from "./verify";

/** Every verb, in the order of the help. */
export function releaseCommands(): Command[] {
  return [statusCommand(), ...changeCommands(), verifyCommand(), historyCommand(), pruneCommand()];
}
