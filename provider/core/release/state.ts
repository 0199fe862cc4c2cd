/** Types of a release's outputs in state, and how its memory is stored. Pure. */
import type { ReleaseInputs } from "./inputs";
import type { ReleaseJudging } from "./judging";
import { type Memory, mapVersions } from "./memory";

/**
 * Phase of a release. `stable`: no candidate. `canary`: the candidate has traffic. Without traffic: `paused` by weight
 * 0, `rejected`, `lowered` by hand, or `waiting` under hold.
 */
export type Phase = "stable" | "canary" | "paused" | "rejected" | "lowered" | "waiting";

/** What stands in state beside the inputs. */
export interface ReleaseOutputs extends ReleaseInputs {
  readonly memory: Memory;
  /** JSON of version id to the hash of its environment values; a secret. Absent where no version has any. */
  readonly environments?: string;
  /** Version id to share in percent, as the last run decided. */
  readonly split: Readonly<Record<string, number>>;
  /** Version id to share in percent, as the alias was last read. */
  readonly live: Readonly<Record<string, number>>;
  /** The alias's main version when it was last read; absent where the alias did not exist. */
  readonly liveMain?: string;
  readonly stable: string;
  readonly previousStable?: string;
  readonly candidate?: string;
  /** The candidate's share of the traffic in percent; 0 without a candidate. */
  readonly effectiveWeight: number;
  readonly phase: Phase;
  /** The candidate's step, such as `2/4`; absent without a candidate. */
  readonly step?: string;
  /** Numbers of rejected versions. */
  readonly rejected: readonly string[];
  /** Versions that pruning kept because something needs them, newest first; absent until pruning has run. */
  readonly keptVersions?: readonly string[];
  /**
   * Aliases of the release under former names that a trigger still calls, each with its time of creation; absent
   * without any.
   */
  readonly formerAliases?: Readonly<Record<string, string>>;
  /** Counts and verdicts under weight `auto`; absent otherwise. */
  readonly judging?: ReleaseJudging;
  /** The last 20 splits, oldest first. */
  readonly history: readonly string[];
  readonly createdTime?: string;
  readonly lastModifiedTime?: string;
}

/** Hash of a version without environment values. It is no secret, unlike every other such hash. */
const NO_ENVIRONMENT = "none";

/** The memory in the form of state: the hashes of environment values are separate, since they are secrets. */
export function withoutEnvironments(memory: Memory): { memory: Memory; environments?: string } {
  const found: Record<string, string> = {};
  const stripped = mapVersions(memory, (version) => {
    const { environment, ...rest } = version;
    if (environment === undefined || environment === NO_ENVIRONMENT) return version;
    found[version.versionId] = environment;
    return rest;
  });
  const environments = Object.keys(found).length === 0 ? {} : { environments: JSON.stringify(found) };
  return { memory: stripped, ...environments };
}

/** The whole memory from state; undefined for the state of an alias that is no release. */
export function storedMemory(olds: Partial<ReleaseOutputs> | undefined): Memory | undefined {
  const { memory, environments } = olds ?? {};
  if (memory === undefined || environments === undefined) return memory;
  const known = JSON.parse(environments) as Record<string, string>;
  return mapVersions(memory, (version) => {
    const environment = known[version.versionId];
    return environment === undefined ? version : { ...version, environment };
  });
}
