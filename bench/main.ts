/** `npm run bench`: what our resources cost beside resources that do nothing. */
import { cpus, totalmem } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { type Measurement, PLUGIN, countCalls, measureFirst, measureNoOp } from "./measure";
import { type Report, goals, text } from "./report";

interface Flags {
  readonly quick?: boolean;
  readonly sizes?: readonly number[];
  readonly first?: readonly number[];
  readonly plugin?: readonly number[];
  readonly repetitions?: number;
  readonly json?: boolean;
}

const FULL = { sizes: [1, 200, 400], first: [50, 200], plugin: [1, 200], repetitions: 5 };
const QUICK = { sizes: [1, 50], first: [50], plugin: [50], repetitions: 3 };

async function main(flags: Flags): Promise<void> {
  const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
  if (engine === undefined) throw new Error("no Pulumi engine: start the benchmark by npm run bench");
  const { sizes, first, plugin, repetitions } = { ...(flags.quick ? QUICK : FULL), ...flags };
  const calls = await countCalls(engine);
  const measure = async (steps: readonly (readonly [what: string, step: () => Promise<Measurement>])[]) => {
    const measured: Measurement[] = [];
    for (const [what, step] of steps) {
      // Progress is for a person; the result alone goes to standard output.
      console.error(`measuring: ${what}, pairs of runs: ${repetitions}`);
      measured.push(await step());
    }
    return measured;
  };
  const measurements = await measure([
    ...sizes.map((size) => [`no-op, functions: ${size}`, () => measureNoOp(engine, size, repetitions)] as const),
    ...first.map((size) => [`first up, functions: ${size}`, () => measureFirst(engine, size, repetitions)] as const),
  ]);
  const beside = await measure(
    plugin.flatMap((size) => [
      [`plugin, no-op, functions: ${size}`, () => measureNoOp(engine, size, repetitions, PLUGIN)] as const,
      [`plugin, first up, functions: ${size}`, () => measureFirst(engine, size, repetitions, PLUGIN)] as const,
    ]),
  );
  const report: Report = { machine: machine(), measurements, calls, plugin: beside };
  const checked = goals(report);
  console.log(flags.json ? JSON.stringify({ ...report, goals: checked }, null, 2) : text(report));
  // Times miss by noise alone: they are for a reader to judge.
  if (checked.some(({ met, exact }) => exact && !met)) process.exitCode = 1;
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores, ${gigabytes} GB, ${process.platform} ${process.arch}, Node.js ${process.versions.node}`;
}

function whole(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new InvalidArgumentError("give whole numbers from 1 to 9999");
  return number;
}

/** Numbers with commas between them; `0` for none. */
function list(text: string): number[] {
  return text === "0" ? [] : text.split(",").map(whole);
}

// Ctrl-C reaches the command line that runs as well: it ends, and everything is cleared away as after a failure.
process.on("SIGINT", () => {});

new Command("bench")
  .description("what our resources cost beside resources that do nothing")
  .option(
    "--quick",
    `no-op of ${QUICK.sizes.join(", ")} and first up of ${QUICK.first.join(", ")}, the plugin with ${QUICK.plugin.join(", ")}, 3 pairs of runs`,
  )
  .option(
    "--sizes <list>",
    `functions of a run that changes nothing; 0 for none (default: ${FULL.sizes.join(",")})`,
    list,
  )
  .option("--first <list>", `functions of a first deployment; 0 for none (default: ${FULL.first.join(",")})`, list)
  .option(
    "--plugin <list>",
    `functions of runs by the plugin beside dynamic resources; 0 for none (default: ${FULL.plugin.join(",")})`,
    list,
  )
  .option("--repetitions <number>", `pairs of runs for each size (default: ${FULL.repetitions})`, whole)
  .option("--json", "everything as JSON")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
