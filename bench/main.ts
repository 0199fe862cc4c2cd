/** `npm run bench`: compares our resources with resources that do nothing, and with Pulumi's own provider. */
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Measurement, countCalls, measure } from "./measure";
import { type Report, goals, tables, text } from "./report";
import { findPeer, type StateSize } from "./stage";

interface Flags {
  readonly quick?: boolean;
  readonly sizes?: readonly number[];
  readonly slow?: readonly number[];
  readonly repetitions?: number;
  /** A folder in which the SDK of Pulumi's alicloud provider is searched. True means the folder of this repository. */
  readonly peer?: string | true;
  readonly plugin?: boolean;
  readonly json?: boolean;
}

const FULL = { sizes: [1, 50, 200], slow: [10], repetitions: 5 };
const QUICK = { sizes: [1, 10], slow: [1], repetitions: 1 };
/** Delay of each call on a slow network, in milliseconds. */
const SLOW = 50;
// This file runs as dist/bench/main.js.
const ROOT = join(__dirname, "..", "..");

async function main(flags: Flags): Promise<void> {
  const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (engine === undefined) throw new Error("no Pulumi engine: start the benchmark by npm run bench");
  const { sizes, slow, repetitions } = { ...(flags.quick ? QUICK : FULL), ...flags };
  const peer = flags.peer === undefined ? undefined : findPeer(flags.peer === true ? ROOT : flags.peer);
  const calls = await countCalls(engine);
  const measurements: Measurement[] = [];
  let state: StateSize = { bytes: 0, ciphertexts: 0 };
  const stacks = [...sizes.map((size) => ({ size, delay: 0 })), ...slow.map((size) => ({ size, delay: SLOW }))];
  for (const { size, delay } of stacks) {
    // Progress goes to standard error, and only the result goes to standard output.
    console.error(`measuring: functions: ${size}, ms more for each call: ${delay}, repetitions: ${repetitions}`);
    const measured = await measure({ engine, peer, plugin: flags.plugin === true, delay }, size, repetitions);
    measurements.push(...measured.rows);
    console.error(tables(measured.rows).join("\n"));
    state = measured.state;
  }
  const report: Report = { machine: machine(), measurements, calls, state };
  const checked = goals(report);
  console.log(flags.json ? JSON.stringify({ ...report, goals: checked }, null, 2) : text(report));
  // Random variation can make times miss their goals, so only goals with exact values decide the exit code.
  if (checked.some(({ met, exact }) => exact && !met)) process.exitCode = 1;
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0] ?? 0;
  return (
    `${cpus().length} cores with a load of ${load.toFixed(0)} at the end, ${gigabytes} GB, ${process.platform} ${process.arch}, ` +
    `Node.js ${process.versions.node}`
  );
}

function whole(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new InvalidArgumentError("give whole numbers from 1 to 9999");
  return number;
}

/** Parses numbers that are separated by commas. `0` means none. */
function list(text: string): number[] {
  return text === "0" ? [] : text.split(",").map(whole);
}

// Ctrl-C also ends the Pulumi CLI that is running. Everything is then removed as after a failure.
process.on("SIGINT", () => {});

new Command("bench")
  .description("what our resources cost beside resources that do nothing, and beside Pulumi's own provider")
  .option("--quick", `sizes ${QUICK.sizes.join(", ")}, one repetition`)
  .option("--sizes <list>", `functions of a stack; 0 for none (default: ${FULL.sizes.join(",")})`, list)
  .option(
    "--slow <list>",
    `functions of a stack whose calls take ${SLOW} ms longer; 0 for none (default: ${FULL.slow.join(",")})`,
    list,
  ) // prettier-ignore
  .option("--repetitions <number>", `lives of each stack (default: ${FULL.repetitions})`, whole)
  .option(
    "--peer [folder]",
    "also beside Pulumi's alicloud provider, whose SDK is installed in that folder (default: this repository)",
  ) // prettier-ignore
  .option("--plugin", "also the resources of the plugin, beside ours")
  .option("--json", "everything as JSON")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
