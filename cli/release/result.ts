/** The result of every subcommand on a release: JSON in one format, an exit code, and a text. */
import type { Command } from "commander";
import { createColors } from "picocolors";
import { Refused } from "../refused";

/** The outcome of a subcommand. `pass` and `inconclusive` are outcomes of `verify`, `judge`, `simulate` and `replay`. */
export type Outcome = "done" | "pass" | "fail" | "inconclusive" | "refused";

/** Exit code by outcome. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = { done: 0, pass: 0, fail: 1, inconclusive: 2, refused: 3 };

/** The result of a subcommand. */
export interface Answer {
  readonly outcome: Outcome;
  /** Members that this subcommand adds to the common members of the JSON. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Text for standard output, without `--json`. */
  readonly lines: readonly string[];
}

/** The common members of the JSON. Each subcommand adds its own. */
export interface Printed extends Readonly<Record<string, unknown>> {
  /** Version of the format of this JSON. */
  readonly version: 1;
  readonly command: string;
  readonly outcome: Outcome;
  /** Why the command failed or was refused; absent otherwise. */
  readonly message?: string;
}

/** Thrown if a run failed, or did not have the desired result. */
export class Failed extends Error {
  constructor(
    message: string,
    /** Members of the JSON that are known when the subcommand fails. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/**
 * Adds `--json` and the exit code to a subcommand.
 *
 * @param broken the outcome if an error is thrown
 */
export function answering<A extends readonly unknown[]>(
  command: Command,
  run: (...args: A) => Promise<Answer>,
  broken: Outcome = "fail",
): Command {
  return command.option("--json", "print the result as JSON").action(async (...args: unknown[]) => {
    const { json = false } = command.opts<{ json?: boolean }>();
    process.exitCode = await answer(command.name(), json, () => run(...(args as unknown as A)), broken);
  });
}

async function answer(command: string, json: boolean, run: () => Promise<Answer>, broken: Outcome): Promise<number> {
  try {
    const { outcome, members, lines } = await run();
    if (json) print(printedOf(command, outcome, members));
    else process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return EXIT_CODES[outcome];
  } catch (error) {
    return printFailure(command, json, error, broken);
  }
}

/** The output of `--json` for an outcome. */
export function printedOf(command: string, outcome: Outcome, members: object): Printed {
  return { version: 1, command, outcome, ...members };
}

/** Prints the output of `--json`. */
export function print(printed: Printed): void {
  process.stdout.write(`${JSON.stringify(printed, undefined, 2)}\n`);
}

/** Prints why a subcommand was refused or failed. Returns its exit code. */
export function printFailure(command: string, json: boolean, error: unknown, broken: Outcome = "fail"): number {
  const outcome = error instanceof Refused ? "refused" : broken;
  const message = error instanceof Error ? error.message : String(error);
  const members = error instanceof Failed ? error.members : {};
  if (json) print(printedOf(command, outcome, { message, ...members }));
  else process.stderr.write(`${createColors(Boolean(process.stderr.isTTY)).red(message)}\n`);
  return EXIT_CODES[outcome];
}
