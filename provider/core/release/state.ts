/** What stands in state of a release. Pure. */
import type { ReleaseInputs } from "./inputs";
import type { ReleaseJudging } from "./judging";
import { type Memory, mapVersions } from "./memory";

/**
 * Where a release stands. `stable`: no candidate. `canary`: the candidate has traffic. Without traffic: `paused` by weight 0,
 * `rejected`, `lowered` by hand, or `waiting` under hold.
 */
export type Phase = "stable" | "canary" | "paused" | "rejected" | "lowered" | "waiting";

/** What stands in state beside the inputs. */
export interface ReleaseOutputs extends ReleaseInputs {
  readonly memory: Memory;
  /** JSON of version id to the hash of its environment values; a secret. Absent where no version has any. */
  readonly environments?: string;
  /** Version id to its share in percent, as decided. */
  readonly split: Readonly<Record<string, number>>;
  /** Version id to its share in percent, as the alias was last seen. */
  readonly live: Readonly<Record<string, number>>;
  /** The alias's main version, as it was last seen; absent where the alias was gone. */
  readonly liveMain?: string;
  readonly stable: string;
  readonly previousStable?: string;
  readonly candidate?: string;
  /** Percent of the traffic the candidate gets. */
  readonly effectiveWeight: number;
  readonly phase: Phase;
  /** `2/4`; absent without a candidate. */
  readonly step?: string;
  /** Numbers of rejected versions. */
  readonly rejected: readonly string[];
  /** Versions that pruning left because something needs them, newest first; absent until it has run. */
  readonly keptVersions?: readonly string[];
  /** Aliases it had before under other names, which a trigger still calls, each with the time it was made; absent without any. */
  readonly formerAliases?: Readonly<Record<string, string>>;
  /** Counts and verdicts under weight `auto`; absent otherwise. */
  readonly judging?: ReleaseJudging;
  /** The last 20 splits, oldest first. */
  readonly history: readonly string[];
  readonly createdTime?: string;
  readonly lastModifiedTime?: string;
}

/** A hash of environment values is a secret; that there are none is not. */
const NO_ENVIRONMENT = "none";

/** A memory for state: hashes of environment values stand apart, since they are secrets. */
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

/** The memory in state, whole; undefined for the state of a plain alias. */
export function storedMemory(olds: Partial<ReleaseOutputs> | undefined): Memory | undefined {
  const { memory, environments } = olds ?? {};
  if (memory === undefined || environments === undefined) return memory;
  const known = JSON.parse(environments) as Record<string, string>;
  return mapVersions(memory, (version) => {
    const environment = known[version.versionId];
    return environment === undefined ? version : { ...version, environment };
  });
}
