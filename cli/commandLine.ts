/** Runs the command line. Every refusal and every failure is printed in the same form, with its exit code. */
import { type Command, CommanderError } from "commander";
import { Refused } from "./refused";
import { printFailure } from "./release/result";

/**
 * Runs the subcommand that the arguments name, and sets the exit code.
 *
 * @param args the arguments after the name of the command
 */
export async function runCommandLine(program: Command, args: readonly string[]): Promise<void> {
  let current = program;
  for (const command of [program, ...program.commands]) {
    command
      // The message is printed below, as JSON if the arguments ask for it.
      .configureOutput({ outputError: () => undefined })
      .exitOverride((error) => {
        current = command;
        throw error;
      });
  }
  program.hook("preAction", (_program, command) => {
    current = command;
  });
  const json = wantsJson(args);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    const failure = error instanceof CommanderError ? refusal(error) : error;
    if (failure !== undefined) process.exitCode = printFailure(current.name(), json, failure);
  }
}

/**
 * Whether the arguments ask for JSON. They are searched here, because commander stops at the first wrong argument and
 * may not have parsed `--json`.
 */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).includes("--json");
}

/** The refusal for an error of commander; undefined after a help text or a version that was asked for. */
function refusal({ code, exitCode, message }: CommanderError): Refused | undefined {
  if (exitCode === 0) return undefined;
  if (code === "commander.help") return new Refused("no subcommand is named; --help lists the subcommands");
  return new Refused(message.replace(/^error: /, ""));
}
