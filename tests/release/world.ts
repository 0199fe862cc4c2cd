/** A model of what a release meets: the service's alias, a pipeline's state, runs that end early, hands that meddle. */
import type { Split } from "../../provider/core/alias";
import { type Decision, type Memory, type Rule, type Wish, decide, later } from "../../provider/core/decision";
import { parseRecord, record } from "../../provider/core/record";
import { marksOf } from "../../provider/core/release";
import { ALL, type Tenths } from "../../provider/core/weights";

/** An alias: its split and what its description carries. */
export interface ModelAlias {
  readonly split: Split;
  readonly record?: string;
}

/** What a run asks for, in percent and version numbers, as config has it. */
export interface Config {
  readonly weight?: number;
  readonly for?: string;
  readonly steps?: readonly number[];
  readonly strategy?: "canary" | "direct";
  readonly hold?: boolean;
  readonly reject?: string;
  readonly retry?: string;
  readonly rev?: number;
}

/** What a run did. */
export interface Run {
  readonly decision?: Decision;
  readonly refused?: string;
  readonly wrote: boolean;
}

type Decide = typeof decide;

/** The fingerprint of a version's code. */
export const fingerprint = (version: number): string => `f1:${String(version).padStart(8, "0")}aaaa`;

export class World {
  alias: ModelAlias | undefined;
  state: Memory | undefined;

  constructor(private readonly rules: Decide = decide) {}

  /** What the next run will know. */
  memory(): Memory | undefined {
    return later(this.state, parseRecord(this.alias?.record));
  }

  /** One run of the pipeline for a version's code. `crash`: the alias is written, the state is not. */
  run(version: number, config: Config = {}, crash = false): Run {
    const before = this.memory();
    let decision: Decision;
    try {
      decision = this.rules(before, this.alias?.split, wish(version, config));
    } catch (error) {
      if (error instanceof Error && error.name === "Refused") return { refused: error.message, wrote: false };
      throw error;
    }
    const marks = (memory: Memory) => JSON.stringify(marksOf(memory));
    const wrote =
      JSON.stringify(decision.split) !== JSON.stringify(this.alias?.split) ||
      marks(decision.memory) !== marks(before ?? decision.memory);
    const memory = { ...decision.memory, sequence: decision.memory.sequence + (wrote ? 1 : 0) };
    if (wrote) this.alias = { split: decision.split, record: record(memory) };
    if (!crash) this.state = memory;
    return { decision, wrote };
  }

  /** Somebody writes another split by hand; the description stays. */
  byHand(main: number, extra?: number, percent = 0): void {
    const split: Split = {
      main: String(main),
      ...(extra === undefined ? {} : { canary: { versionId: String(extra), share: percent * 10 } }),
    };
    this.alias = { ...this.alias, split };
  }

  /** `1` or `1 95, 2 5`. */
  says(): string {
    if (this.alias === undefined) return "none";
    const { main, canary: extra } = this.alias.split;
    return extra === undefined ? main : `${main} ${(ALL - extra.share) / 10}, ${extra.versionId} ${extra.share / 10}`;
  }

  share(version: number): Tenths {
    const { main, canary: extra } = this.alias?.split ?? { main: "" };
    if (extra?.versionId === String(version)) return extra.share;
    return main === String(version) ? ALL - (extra?.share ?? 0) : 0;
  }
}

export function wish(version: number, config: Config): Wish {
  const { weight, steps = [5, 25, 50], strategy = "canary", hold = false, ...rest } = config;
  return {
    candidate: { versionId: String(version), fingerprint: fingerprint(version) },
    steps: steps.map((step) => step * 10),
    strategy,
    hold,
    ...(weight === undefined ? {} : { weight: weight * 10 }),
    ...rest,
  };
}

/** Which rules a run's notices name. */
export function rules({ decision }: Run): Rule[] {
  return decision?.notices.map(({ rule }) => rule) ?? [];
}
