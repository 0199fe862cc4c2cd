/** Measures the life of a stack for each program in turn, and counts calls. */
import type { Role, Usages } from "./processes";
import { type Arm, type Run, type Setting, Stage, type StateSize } from "./stage";
import { type Comparison, compare } from "./statistics";

/** The kinds of runs, in the order of a stack's life. */
export type Kind = "first up" | "no-op" | "refresh" | "weight step";

/**
 * The cost of a run, compared with that of another program. Memory and processor time are missing if processes cannot
 * be observed.
 */
export interface Compared {
  /** Time in milliseconds. */
  readonly time: Comparison;
  /** Milliseconds of processor time of all processes. */
  readonly cpu?: Comparison;
  /** Memory in bytes: the sum of the peaks of Pulumi CLI, program and provider process. */
  readonly memory?: Comparison;
}

/** The results of one kind of run, such as a no-op, for stacks of one size. */
export interface Measurement {
  readonly kind: Kind;
  readonly functions: number;
  /** Delay of each call of the service, in milliseconds. */
  readonly delay: number;
  readonly repetitions: number;
  /** Number of requests to the emulator in a run with our resources. It is the largest number of all repetitions. */
  readonly calls: number;
  /** Comparison with resources that do nothing. */
  readonly floor: Compared;
  /** Comparison with Pulumi's own alicloud provider, if it was measured. */
  readonly peer?: Compared;
  /** Comparison of the plugin's resources with ours, if they were measured. */
  readonly plugin?: Compared;
}

/** All results for one size. */
export interface Measured {
  readonly rows: readonly Measurement[];
  /** Size of our state after the first `up`. */
  readonly state: StateSize;
}

const KINDS: readonly Kind[] = ["first up", "no-op", "refresh", "weight step"];
const COUNTED = ["cli", "program", "provider"] as const;
const ALL: readonly Role[] = [...COUNTED, "host", "other"];

type Life = Readonly<Record<Kind, Run>>;

/** Measures whole lives of stacks with a number of functions; each repetition uses new stacks. */
export async function measure(setting: Setting, functions: number, repetitions: number): Promise<Measured> {
  const arms: Arm[] = [
    "ours",
    "floor",
    ...(setting.peer === undefined ? [] : (["peer"] as const)),
    ...(setting.plugin ? (["plugin"] as const) : []),
  ];
  const lives: Partial<Record<Arm, Life>>[] = [];
  let state: StateSize = { bytes: 0, ciphertexts: 0 };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const stages = new Map<Arm, Stage>();
    try {
      for (const arm of arms) stages.set(arm, await Stage.open(setting, arm, functions));
      lives.push(await livesOf(stages, repetition));
      state = stages.get("ours")?.state() ?? state;
    } finally {
      for (const stage of stages.values()) await stage.close();
    }
  }
  const rows = KINDS.map((kind) => row(kind, functions, setting, lives));
  return { rows, state };
}

/** One life of each program, in turn, so that a disturbance of the machine affects all of them. */
async function livesOf(stages: ReadonlyMap<Arm, Stage>, repetition: number): Promise<Partial<Record<Arm, Life>>> {
  const runs: Partial<Record<Arm, Partial<Record<Kind, Run>>>> = {};
  const arms = [...stages];
  const turns = arms.map((_arm, i) => arms[(i + repetition) % arms.length] ?? arms[0]);
  const step = async (kind: Kind | undefined, run: (stage: Stage) => Promise<Run>) => {
    for (const turn of turns) {
      if (turn === undefined) continue;
      const [arm, stage] = turn;
      const done = await run(stage);
      if (kind !== undefined) runs[arm] = { ...runs[arm], [kind]: done };
    }
  };
  await step("first up", (stage) => stage.up());
  // The run after the first `up` still fills caches.
  await step(undefined, (stage) => stage.up());
  await step("no-op", (stage) => stage.up());
  await step("refresh", (stage) => stage.refresh());
  await step(undefined, async (stage) => {
    stage.release("two");
    await stage.configure("weight", 10);
    return await stage.up();
  });
  await step("weight step", async (stage) => {
    await stage.configure("weight", 50);
    return await stage.up();
  });
  return runs as Partial<Record<Arm, Life>>;
}

function row(
  kind: Kind,
  functions: number,
  { delay, peer, plugin }: Setting,
  lives: readonly Partial<Record<Arm, Life>>[],
): Measurement {
  const against = (arm: Arm, one: Arm = "ours"): Compared => {
    const pairs = lives.flatMap(({ [one]: ours, [arm]: other }) =>
      ours === undefined || other === undefined ? [] : [{ ours: ours[kind], floor: other[kind] }],
    );
    return compared(pairs);
  };
  return {
    kind,
    functions,
    delay,
    repetitions: lives.length,
    calls: Math.max(...lives.map(({ ours }) => ours?.[kind].calls.length ?? 0)),
    floor: against("floor"),
    ...(peer === undefined ? {} : { peer: against("peer") }),
    ...(plugin ? { plugin: against("ours", "plugin") } : {}),
  };
}

function compared(pairs: readonly { readonly ours: Run; readonly floor: Run }[]): Compared {
  const by = (value: (usages: Usages) => number) =>
    pairs.flatMap(({ ours, floor }) =>
      ours.usages && floor.usages ? [{ ours: value(ours.usages), floor: value(floor.usages) }] : [],
    );
  const watched = by(() => 0).length > 0;
  return {
    time: compare(pairs.map(({ ours, floor }) => ({ ours: ours.ms, floor: floor.ms }))),
    ...(watched && {
      cpu: compare(by((usages) => sum(ALL.map((role) => usages[role].cpuMs)))),
      memory: compare(by((usages) => sum(COUNTED.map((role) => usages[role].peakBytes)))),
    }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** API calls in the life of one function. */
export interface Calls {
  readonly create: readonly string[];
  readonly noOp: readonly string[];
  readonly refresh: readonly string[];
  /** A run that changes the weight of the canary. */
  readonly weight: readonly string[];
  /** A run with new code: the function is updated, a version published, the alias moved. */
  readonly publish: readonly string[];
}

/** Counts the calls for one function with its version and alias. */
export async function countCalls(engine: string): Promise<Calls> {
  const stage = await Stage.open({ engine, peer: undefined, plugin: false, delay: 0 }, "ours", 1);
  try {
    const create = (await stage.up()).calls;
    const noOp = (await stage.up()).calls;
    const refresh = (await stage.refresh()).calls;
    stage.release("two");
    await stage.configure("weight", 10);
    const publish = (await stage.up()).calls;
    await stage.configure("weight", 50);
    return { create, noOp, refresh, publish, weight: (await stage.up()).calls };
  } finally {
    await stage.close();
  }
}
