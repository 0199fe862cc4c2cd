/** `report`: one HTML file about a release, from the stack's state. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { replaceFile } from "../file";
import { Refused } from "../refused";
import { GENERATOR, type ReportData, loadDrawing, renderReport, reportData } from "../report";
import { countOf, updatesOf } from "./history";
import { type Answer, answering } from "./result";
import { type StackFlags, chosen, openStack, stackOptions } from "./stack";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc report
      writes api-v8-report.html about the release of the selected stack
  pulumi-alicloud-fc report --stack prod --release api --out change-1234.html
      a file for a change record
  pulumi-alicloud-fc report --json
      the data of the report; no file is written

The file needs no other file: it has no script and loads nothing. The report is made from state, without a call to the service. If the
output file exists and is a report, it is replaced; any other existing file is an error.

Exit code: 0 when the file is written; 1 when something cannot be read; 3 when the command was refused.`;

/** Flags of the subcommand. */
type ReportFlags = StackFlags & { readonly out?: string; readonly last: string; readonly json?: boolean };

/** The `report` subcommand. */
export function reportCommand(): Command {
  const command = stackOptions(new Command("report"))
    .description(
      "write one HTML file about a release: split, errors and latency with intervals, each decision with its reasons",
    )
    .option("--out <file>", "file to write (default: RELEASE-vCANDIDATE-report.html)")
    .option("--last <number>", "how many updates of the stack are in the report", "10")
    .addHelpText("after", EXAMPLES);
  return answering(command, (flags: ReportFlags) => report(flags));
}

async function report(flags: ReportFlags): Promise<Answer> {
  const count = countOf(flags);
  const { out, json = false } = flags;
  if (json && out !== undefined) throw new Refused("--out cannot be used with --json, which writes no file");
  const drawing = json ? undefined : await loadDrawing();
  const stack = await openStack(flags);
  const releases = await stack.releases();
  const release = chosen(releases, flags.release);
  const file = out ?? fileName(release.name, release.outputs.judging?.candidate ?? release.outputs.candidate ?? release.outputs.stable); // prettier-ignore
  if (!json) refuseFile(file);
  const updates = await updatesOf(stack, release, { count, namespace: flags.namespace });
  const data = reportData(release, stack.name, updates, new Date());
  if (drawing === undefined) return { outcome: "done", members: { ...data }, lines: [] };
  replaceFile(file, renderReport(data, drawing), 0o644);
  return { outcome: "done", members: {}, lines: [`${file}: ${words(data)}`] };
}

/** Names of resources may contain any character; in the file name only letters, digits and `.`, `_`, `-` are used. */
export function fileName(release: string, version: string): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "");
  return `${plain(release) || "release"}-v${plain(version)}-report.html`;
}

/** Refuses a path where nothing can be written, or where a file exists that is not a report. */
function refuseFile(file: string): void {
  if (file === "") throw new Refused('--out: got ""; allowed: the name of a file');
  const folder = path.dirname(path.resolve(file));
  if (!fs.existsSync(folder)) throw new Refused(`--out: folder ${folder} does not exist`);
  if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  if (
    fs.existsSync(file) &&
    fs.statSync(file).isFile() &&
    fs.readFileSync(file, "utf8").includes(`content="${GENERATOR}"`)
  )
    return;
  throw new Refused(`--out: ${file} exists and is not a report; give another name, or delete the file first`);
}

function words({ judged, updates }: ReportData): string {
  const updateWords = `${updates.length} updates`;
  if (judged === undefined) return `no stored decisions, ${updateWords}`;
  const altered = judged.differences.length === 0 ? "" : ", which differ from the recomputed ones: run replay";
  return `${judged.windows.length} decisions${altered}, ${updateWords}`;
}
