/** What is measured: the life of a stack in every arm, run by turns, and calls. */
import type { Role, Usages } from "./processes";
import { type Arm, type Run, type Setting, Stage, type StateSize } from "./stage";
import { type Comparison, compare } from "./statistics";

/** Kind of run, in the order of a stack's life. */
export type Kind = "first up" | "no-op" | "refresh" | "weight step";

/** What a run took, compared with another program's. Memory and processor time are missing where processes cannot be looked at. */
export interface Compared {
  /** Milliseconds. */
  readonly time: Comparison;
  /** Milliseconds of processor time, of all processes together. */
  readonly cpu?: Comparison;
  /** Bytes: the peaks of command line, program and provider process, added up. */
  readonly memory?: Comparison;
}

/** One kind of run of stacks of one size. */
export interface Measurement {
  readonly kind: Kind;
  readonly functions: number;
  /** Milliseconds each call of the service took longer. */
  readonly delay: number;
  readonly repetitions: number;
  /** Requests the emulator got in one of our runs; the most of all repetitions. */
  readonly calls: number;
  /** Beside resources that do nothing. */
  readonly floor: Compared;
  /** Beside Pulumi's own alicloud provider, where it was measured. */
  readonly peer?: Compared;
  /** The resources of the plugin beside ours, where they were measured. */
  readonly plugin?: Compared;
}

/** Everything measured of one size. */
export interface Measured {
  readonly rows: readonly Measurement[];
  /** Our state after the first `up`. */
  readonly state: StateSize;
}

const KINDS: readonly Kind[] = ["first up", "no-op", "refresh", "weight step"];
const COUNTED = ["cli", "program", "provider"] as const;
const ALL: readonly Role[] = [...COUNTED, "host", "other"];

type Life = Readonly<Record<Kind, Run>>;

/** Whole lives of stacks of so many functions; in each repetition every arm has new ones. */
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

/** One life in each arm, by turns: what disturbs the machine meets all of them. */
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
  // The first run after it still fills caches.
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

/** API calls of one function's life. */
export interface Calls {
  readonly create: readonly string[];
  readonly noOp: readonly string[];
  readonly refresh: readonly string[];
  /** The canary's weight changes. */
  readonly weight: readonly string[];
  /** New code: the function is updated, a version published, the alias moved. */
  readonly publish: readonly string[];
}

/** Counts the calls of one function with its version and alias. */
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
