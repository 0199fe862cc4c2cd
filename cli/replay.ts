/** `replay`: recomputes stored decisions from stored counts. */
import * as fs from "node:fs";
import { Command } from "commander";
import { type AnalysisRecord, type Difference, replay } from "../provider/analysis";
import { Refused } from "./refused";
import { EXIT_CODES, print, printedOf } from "./release/result";

/** The output of `replay --json`. */
export interface Replayed {
  /** Version of the format of this JSON. */
  readonly version: 1;
  /** The records in the file, each with its position. */
  readonly records: readonly {
    readonly at: string;
    readonly decisions: number;
    readonly differences: readonly Difference[];
  }[];
}

const EXAMPLES = `
Examples:
  pulumi stack export | pulumi-alicloud-fc replay -
      every decision in the state of the stack
  pulumi-alicloud-fc replay record.json --json

Exit code: 0 when every recomputed decision equals the stored one, 1 when one differs, 3 when the file has no decisions or cannot be read.`;

/** The subcommand in the form of commander. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("recompute stored decisions from their stored counts, and print what differs")
    .argument(
      "<file>",
      "JSON with records of decisions at any depth, such as an exported stack; - reads standard input",
    )
    .option("--json", "the differences as JSON")
    .addHelpText("after", EXAMPLES)
    .action((file: string, flags: { readonly json?: boolean }) => {
      const replayed = replayText(textIn(file));
      const outcome = replayed.records.some(({ differences }) => differences.length > 0) ? "fail" : "pass";
      if (flags.json === true) print(printedOf("replay", outcome, replayed));
      else process.stdout.write(textOf(replayed));
      process.exitCode = EXIT_CODES[outcome];
    });
}

function textIn(file: string): string {
  try {
    return fs.readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Refused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Replays every record in a JSON text. Throws {@link Refused} for text without records. */
export function replayText(text: string): Replayed {
  const records = recordsOfText(text);
  if (records.length === 0) {
    throw new Refused(
      "the file contains no record of decisions; allowed: an object with policy, before, digest, decisions and evidence, at any depth",
    );
  }
  return {
    version: 1,
    records: records.map(({ at, record }) => ({
      at,
      decisions: record.decisions.length,
      differences: differencesOf(record),
    })),
  };
}

/** The records in a JSON text. Throws {@link Refused} for other text, and for JSON that is nested too deep. */
function recordsOfText(text: string): { at: string; record: AnalysisRecord }[] {
  try {
    return recordsIn(JSON.parse(text), "");
  } catch (error) {
    const what = error instanceof RangeError ? "the file is nested too deep" : "the file is not JSON";
    throw new Refused(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The members that differ. If a record cannot be recomputed, the whole record differs. */
export function differencesOf(record: AnalysisRecord): Difference[] {
  try {
    return replay(record);
  } catch (error) {
    return [{ member: "record", stored: error instanceof Error ? error.message : String(error), replayed: undefined }];
  }
}

const MEMBERS = ["policy", "before", "digest", "decisions", "evidence"];

function recordsIn(value: unknown, at: string): { at: string; record: AnalysisRecord }[] {
  if (typeof value !== "object" || value === null) return [];
  if (MEMBERS.every((member) => member in value) && Array.isArray((value as { decisions: unknown }).decisions))
    return [{ at: at === "" ? "." : at, record: value as AnalysisRecord }];
  return Object.entries(value).flatMap(([key, member]) => recordsIn(member, `${at}.${key}`));
}

function textOf({ records }: Replayed): string {
  const lines = records.flatMap(({ at, decisions, differences }) => [
    `${at}: ${decisions} decisions, ${differences.length === 0 ? "all as stored" : `${differences.length} differences`}`,
    ...differences.map(
      ({ decision, member, stored, replayed: again }) =>
        `  ${decision === undefined ? "" : `decision ${decision + 1}, `}${member}: stored ${JSON.stringify(stored)}, replayed ${JSON.stringify(again)}`,
    ),
  ]);
  return `${lines.join("\n")}\n`;
}
