/** What is measured: runs in interleaved pairs, and calls. */
import type { Role, Usages } from "./processes";
import { type Arm, type Run, Stage } from "./stage";
import { type Comparison, compare } from "./statistics";

/** Kind of run: a first deployment, or one that finds nothing to do. */
export type Kind = "no-op" | "first";

/** One line of the result. Memory and processor time are missing where processes cannot be looked at. */
export interface Measurement {
  readonly kind: Kind;
  readonly functions: number;
  readonly repetitions: number;
  /** Milliseconds. */
  readonly time: Comparison;
  /** Milliseconds of processor time, of all processes together. */
  readonly cpu?: Comparison;
  /** Bytes: the peaks of command line, program and provider process, added up. */
  readonly memory?: Comparison;
  /** Peak memory in bytes by process. */
  readonly memoryOf?: Readonly<Record<"cli" | "program" | "provider", Comparison>>;
  /** Requests the emulator got in one of our runs; the most of all repetitions. */
  readonly calls: number;
}

/** Which program is measured, and which it is measured against. */
export type Arms = Readonly<Record<"ours" | "floor", Arm>>;

/** What our resources cost beside ones that do nothing. */
export const OURS: Arms = { ours: "ours", floor: "floor" };
/** What the plugin costs beside dynamic resources. */
export const PLUGIN: Arms = { ours: "plugin", floor: "ours" };

interface Pair {
  readonly ours: Run;
  readonly floor: Run;
}

const COUNTED = ["cli", "program", "provider"] as const;
const ALL: readonly Role[] = [...COUNTED, "host", "other"];

/** Runs that find nothing to do, on two stacks that were deployed before. */
export async function measureNoOp(
  engine: string,
  functions: number,
  repetitions: number,
  arms = OURS,
): Promise<Measurement> {
  return await withStages(engine, arms, functions, async (stages) => {
    // Deploys, and once more: the first run afterwards still fills caches.
    for (let warmUp = 0; warmUp < 2; warmUp++) await pair(stages, 0);
    const pairs: Pair[] = [];
    for (let index = 0; index < repetitions; index++) pairs.push(await pair(stages, index));
    return measurement("no-op", functions, pairs);
  });
}

/** First deployments, each on new stacks. */
export async function measureFirst(
  engine: string,
  functions: number,
  repetitions: number,
  arms = OURS,
): Promise<Measurement> {
  const pairs: Pair[] = [];
  for (let index = 0; index < repetitions; index++) {
    pairs.push(await withStages(engine, arms, functions, (stages) => pair(stages, index)));
  }
  return measurement("first", functions, pairs);
}

type Stages = Readonly<Record<keyof Arms, Stage>>;

async function withStages<T>(
  engine: string,
  arms: Arms,
  functions: number,
  use: (stages: Stages) => Promise<T>,
): Promise<T> {
  const ours = await Stage.open(engine, arms.ours, functions);
  try {
    const floor = await Stage.open(engine, arms.floor, functions);
    try {
      return await use({ ours, floor });
    } finally {
      await floor.close();
    }
  } finally {
    await ours.close();
  }
}

/** One run of each, by turns first. */
async function pair(stages: Stages, index: number): Promise<Pair> {
  if (index % 2 === 0) {
    const floor = await stages.floor.up();
    return { floor, ours: await stages.ours.up() };
  }
  const ours = await stages.ours.up();
  return { ours, floor: await stages.floor.up() };
}

function measurement(kind: Kind, functions: number, pairs: readonly Pair[]): Measurement {
  const by = (value: (usages: Usages) => number) =>
    pairs.flatMap(({ ours, floor }) =>
      ours.usages && floor.usages ? [{ ours: value(ours.usages), floor: value(floor.usages) }] : [],
    );
  const memoryOf = (...roles: readonly Role[]) =>
    compare(by((usages) => sum(roles.map((role) => usages[role].peakBytes))));
  const watched = by(() => 0).length > 0;
  return {
    kind,
    functions,
    repetitions: pairs.length,
    time: compare(pairs.map(({ ours, floor }) => ({ ours: ours.ms, floor: floor.ms }))),
    ...(watched && {
      cpu: compare(by((usages) => sum(ALL.map((role) => usages[role].cpuMs)))),
      memory: memoryOf(...COUNTED),
      memoryOf: { cli: memoryOf("cli"), program: memoryOf("program"), provider: memoryOf("provider") },
    }),
    calls: Math.max(...pairs.map(({ ours }) => ours.calls.length)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** API calls of one function's life. */
export interface Calls {
  readonly create: readonly string[];
  readonly noOp: readonly string[];
  /** The canary's weight changes. */
  readonly weight: readonly string[];
  /** New code: the function is updated, a version published, the alias moved. */
  readonly publish: readonly string[];
}

/** Counts the calls of one function with its version and alias. */
export async function countCalls(engine: string): Promise<Calls> {
  const stage = await Stage.open(engine, "ours", 1);
  try {
    const create = (await stage.up()).calls;
    const noOp = (await stage.up()).calls;
    stage.release("two");
    await stage.configure("weight", 10);
    const publish = (await stage.up()).calls;
    await stage.configure("weight", 50);
    return { create, noOp, publish, weight: (await stage.up()).calls };
  } finally {
    await stage.close();
  }
}
