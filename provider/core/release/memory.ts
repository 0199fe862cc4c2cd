/** What a release remembers between runs. Pure. */
import type { Tenths } from "../weights";
import type { Version } from "./version";

/** A weight as config has it, in one form; empty without a weight. See {@link weightKey}. */
export type WeightKey = string;

/** The candidate and its share. */
export interface Progress {
  readonly version: Version;
  /** Share that the last run set. */
  readonly share: Tenths;
  /** Share that config asks for, before rejections and lowerings. */
  readonly meant: Tenths;
  /** True: `meant` was set by hand, and stays until config changes (rule C2). */
  readonly raised: boolean;
  /** The weight and the first step in config that led to `meant`. */
  readonly under: string;
  /** Weights of config that mean another share than their number (docs/releases.md, rules H, I, K). */
  readonly meanings: Readonly<Record<WeightKey, Tenths>>;
}

/** A version that gets no traffic (rule D). */
export interface Rejection {
  readonly version: Version;
  /** The highest count of a retry that does not lift the rejection; 0 when every retry lifts it. */
  readonly retry: number;
}

/** A version whose traffic was lowered by hand (rule C). */
export interface Lowering {
  readonly version: Version;
  /** Its largest share. */
  readonly share: Tenths;
  /** As for {@link Rejection}. */
  readonly retry: number;
}

/** The last promotion, for as long as it can be undone (rule J). */
export interface Promotion {
  /**
   * The weight in config before the promotion, as in {@link Memory.weight}; absent when new content was promoted at
   * once.
   */
  readonly before?: WeightKey;
  /** The weight that promoted. */
  readonly by: WeightKey;
  readonly meanings: Readonly<Record<WeightKey, Tenths>>;
}

/** New content that waits because of hold (rule K). */
export interface Waiting {
  readonly version: Version;
  /** What config meant for the content when it came, under hold. */
  readonly key: WeightKey;
  /** The weight in config when the content came. */
  readonly weight: WeightKey;
}

/** What a release remembers. */
export interface Memory {
  /** Number of writes of the alias. Of two memories, the one with the higher number is later. */
  readonly sequence: number;
  readonly stable: Version;
  /** Former stable versions, newest first. */
  readonly older: readonly Version[];
  readonly candidate?: Progress;
  /** The candidate that the present one replaced: its content may come back by a revert (rule H). */
  readonly former?: Progress;
  readonly promotion?: Promotion;
  readonly waiting?: Waiting;
  readonly rejections: readonly Rejection[];
  readonly lowerings: readonly Lowering[];
  /** The weight in config in the last run, with an `h` at its end under hold. */
  readonly weight: WeightKey;
  /** The weights in config since it had none, the last one last: none of them was meant for content that comes later (rule H). */
  readonly stood: readonly WeightKey[];
  /** The rejected version in config in the last run, such as `8`; empty without one. */
  readonly reject: string;
  /** The retry in config in the last run, such as `8@1`; empty without one. */
  readonly retry: string;
  /** Versions that the program deployed, the last one last. State only: it tells what a number held that nothing else remembers. */
  readonly deployed: readonly Version[];
  /** The highest order of runs. */
  readonly rev?: number;
  /** How many candidates in a row were replaced before they were promoted. */
  readonly replaced: number;
}

/** Meanings sorted by share, the lowest first: state and the engine do not keep the order of members. */
export function sortedMeanings(meanings: Progress["meanings"]): [WeightKey, Tenths][] {
  return Object.entries(meanings).sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1));
}

/** The memory of a release whose only version is stable. */
export function newMemory(stable: Version): Memory {
  return {
    sequence: 0,
    stable,
    older: [],
    rejections: [],
    lowerings: [],
    weight: "",
    stood: [],
    reject: "",
    retry: "",
    deployed: [],
    replaced: 0,
  };
}

/** Every version a memory knows the content of, those that it needs first. */
export function knownVersions(memory: Memory): Version[] {
  return [...rememberedVersions(memory), ...memory.deployed.toReversed()];
}

/** Every version a memory needs. */
export function rememberedVersions({
  stable,
  older,
  candidate,
  former,
  waiting,
  rejections,
  lowerings,
}: Memory): Version[] {
  return [
    stable,
    ...older,
    ...(candidate === undefined ? [] : [candidate.version]),
    ...(former === undefined ? [] : [former.version]),
    ...(waiting === undefined ? [] : [waiting.version]),
    ...rejections.map(({ version }) => version),
    ...lowerings.map(({ version }) => version),
  ];
}

/**
 * The later of the memories in state and in the alias's description, so that an interrupted run and a lost state lose
 * nothing. The description has no room for contents and old rejections: those are taken from state.
 */
export function laterMemory(stored: Memory | undefined, carried: Memory | undefined): Memory | undefined {
  if (stored === undefined || carried === undefined || stored.sequence >= carried.sequence) return stored ?? carried;
  const known = knownVersions(stored);
  const full = (version: Version): Version => known.find(({ versionId }) => versionId === version.versionId) ?? version;
  const later = mapVersions(carried, full);
  const missing = stored.rejections.filter(
    ({ version }) => !later.rejections.some((other) => other.version.versionId === version.versionId),
  );
  // A promotion ends the rejection of the promoted version.
  const kept = missing.filter(({ version }) => version.versionId !== later.stable.versionId);
  return {
    ...later,
    deployed: stored.deployed,
    rejections: [...kept, ...later.rejections],
    ...(stored.rev === undefined ? {} : { rev: Math.max(stored.rev, carried.rev ?? 0) }),
  };
}

/** A copy of the memory with `map` applied to each version. */
export function mapVersions(memory: Memory, map: (version: Version) => Version): Memory {
  const { candidate, former, waiting } = memory;
  return {
    ...memory,
    stable: map(memory.stable),
    older: memory.older.map(map),
    ...(candidate === undefined ? {} : { candidate: { ...candidate, version: map(candidate.version) } }),
    ...(former === undefined ? {} : { former: { ...former, version: map(former.version) } }),
    ...(waiting === undefined ? {} : { waiting: { ...waiting, version: map(waiting.version) } }),
    rejections: memory.rejections.map((rejection) => ({ ...rejection, version: map(rejection.version) })),
    lowerings: memory.lowerings.map((lowering) => ({ ...lowering, version: map(lowering.version) })),
    deployed: memory.deployed.map(map),
  };
}

/** Ids of versions that the memory needs, which pruning keeps. */
export function protectedVersions(memory: Memory): string[] {
  return [...new Set(rememberedVersions(memory).map(({ versionId }) => versionId))];
}
