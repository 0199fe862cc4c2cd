/** The outputs of a release in state, and the form of its memory in state. Pure. */
import type { ReleaseInputs } from "./inputs";
import type { ReleaseJudging } from "./judging";
import { type Memory, mapVersions } from "./memory";

/**
 * Phase of a release. `stable`: there is no candidate. `canary`: the candidate has traffic. In all other phases the
 * candidate has no traffic: `paused` by weight 0, `rejected`, `lowered` by hand, or `waiting` under hold.
 */
export type Phase = "stable" | "canary" | "paused" | "rejected" | "lowered" | "waiting";

/** The outputs of a release: its inputs, and the members that a run adds. */
export interface ReleaseOutputs extends ReleaseInputs {
  readonly memory: Memory;
  /** JSON map from version id to the hash of its environment values; a secret. Absent if no version has environment values. */
  readonly environments?: string;
  /** Map from version id to share in percent, decided by the last run. */
  readonly split: Readonly<Record<string, number>>;
  /** Map from version id to share in percent, when the alias was last read. */
  readonly live: Readonly<Record<string, number>>;
  /** The alias's main version when it was last read; absent if the alias did not exist. */
  readonly liveMain?: string;
  readonly stable: string;
  readonly previousStable?: string;
  readonly candidate?: string;
  /** The candidate's share of the traffic in percent; 0 without a candidate. */
  readonly effectiveWeight: number;
  readonly phase: Phase;
  /** The candidate's step, such as `2/4`; absent without a candidate. */
  readonly step?: string;
  /** Numbers of the rejected versions. */
  readonly rejected: readonly string[];
  /** Versions that were not deleted because something needs them, newest first; absent until a run has deleted old versions. */
  readonly keptVersions?: readonly string[];
  /**
   * Aliases of the release under former names that a trigger still calls, and an alias under a new name that an
   * interrupted run may have created. Each has its time of creation. Absent if there are none.
   */
  readonly formerAliases?: Readonly<Record<string, string>>;
  /** Counts and verdicts under weight `auto`; absent with another weight. */
  readonly judging?: ReleaseJudging;
  /** The last 20 splits, oldest first. */
  readonly history: readonly string[];
  readonly createdTime?: string;
  readonly lastModifiedTime?: string;
}

/** Value for a version that has no environment variables. Hashes of environment values are secrets; this value is not. */
const NO_ENVIRONMENT = "none";

/** Converts a memory to the form of state. The hashes of environment values are a separate member, because they are secrets. */
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

/** Reads the whole memory from state; undefined for the state of an alias that is not a release. */
export function storedMemory(olds: Partial<ReleaseOutputs> | undefined): Memory | undefined {
  const { memory, environments } = olds ?? {};
  if (memory === undefined || environments === undefined) return memory;
  const known = JSON.parse(environments) as Record<string, string>;
  return mapVersions(memory, (version) => {
    const environment = known[version.versionId];
    return environment === undefined ? version : { ...version, environment };
  });
}
