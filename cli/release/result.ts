/** What every verb on a release ends with: one shape as JSON, one exit code, a text for people. */
import type { Command } from "commander";
import { createColors } from "picocolors";
import { Refused } from "../refused";

/** How a verb ended. `pass` and `inconclusive` are answers of `verify`. */
export type Outcome = "done" | "pass" | "fail" | "inconclusive" | "refused";

/** Exit code by outcome. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = { done: 0, pass: 0, fail: 1, inconclusive: 2, refused: 3 };

/** What a verb answers. */
export interface Answer {
  readonly outcome: Outcome;
  /** Members of the JSON beside the common ones. */
  readonly members: Readonly<Record<string, unknown>>;
  /** For people, on standard output. */
  readonly lines: readonly string[];
}

/** What `--json` prints; members of the verb stand beside these. */
export interface Printed extends Readonly<Record<string, unknown>> {
  /** Version of this shape. */
  readonly version: 1;
  readonly command: string;
  readonly outcome: Outcome;
  /** Why it failed or was refused; absent otherwise. */
  readonly message?: string;
}

/** A run that was started and did not end as it was meant to. */
export class Failed extends Error {
  constructor(
    message: string,
    /** Members of the JSON, as far as they are known. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Gives a verb its `--json` and its exit code. Flags that commander refuses end with the code of a refusal. */
export function answering<A extends readonly unknown[]>(
  command: Command,
  run: (...args: A) => Promise<Answer>,
): Command {
  return command.option("--json", "print the result as JSON").action(async (...args: unknown[]) => {
    const { json = false } = command.opts<{ json?: boolean }>();
    process.exitCode = await answer(command.name(), json, () => run(...(args as unknown as A)));
  });
}

async function answer(command: string, json: boolean, run: () => Promise<Answer>): Promise<number> {
  const print = (outcome: Outcome, members: object) => {
    const printed: Printed = { version: 1, command, outcome, ...members };
    process.stdout.write(`${JSON.stringify(printed, undefined, 2)}\n`);
  };
  try {
    const { outcome, members, lines } = await run();
    if (json) print(outcome, members);
    else process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return EXIT_CODES[outcome];
  } catch (error) {
    const outcome = error instanceof Refused ? "refused" : "fail";
    const message = error instanceof Error ? error.message : String(error);
    if (json) print(outcome, { message, ...(error instanceof Failed ? error.members : {}) });
    else process.stderr.write(`${createColors(Boolean(process.stderr.isTTY)).red(message)}\n`);
    return EXIT_CODES[outcome];
  }
}
