/** What a release remembers between runs. Pure. */
import type { Tenths } from "../weights";
import type { Version } from "./version";

/**
 * A weight in config in the one form in which the memory stores weights, such as `x250` for 25 %; empty without a
 * weight. See {@link weightKey}.
 */
export type WeightKey = string;

/** The candidate and its share. */
export interface Candidate {
  readonly version: Version;
  /** The share that the last run gave to the candidate, in tenths of a percent. */
  readonly share: Tenths;
  /** The share that config asks for. A rejection, or a lowering by hand, can make the real share smaller. */
  readonly target: Tenths;
  /** True if `target` is a share that was set by hand. This share applies until the weight in config changes (rule C2). */
  readonly raised: boolean;
  /** First step and weight in config that led to `target`, as text: `50fx250` is first step 5 % and weight 25 %. */
  readonly config: string;
  /**
   * Map from a weight in config to the share that it gives this candidate, for weights that give another share than
   * their number (docs/releases.md, rules H, I, K).
   */
  readonly meanings: Readonly<Record<WeightKey, Tenths>>;
}

/** A version that was rejected: it gets no traffic (rule D). */
export interface Rejection {
  readonly version: Version;
  /**
   * A retry lifts the rejection only if its number after `@` is higher than this number; 0 if every retry lifts the
   * rejection.
   */
  readonly retry: number;
}

/** A version whose traffic was lowered by hand (rule C1). */
export interface Lowering {
  readonly version: Version;
  /** The largest share that the version may have. */
  readonly share: Tenths;
  /** See {@link Rejection.retry}. */
  readonly retry: number;
}

/** The last promotion. Present while a change of the weight can undo the promotion (rule J). */
export interface Promotion {
  /**
   * The weight in config before the promotion, in the form of {@link Memory.weight}; absent if new content was promoted
   * at once.
   */
  readonly before?: WeightKey;
  /** The weight that promoted the candidate. */
  readonly by: WeightKey;
  readonly meanings: Readonly<Record<WeightKey, Tenths>>;
}

/** New content that waits because of hold (rule K). */
export interface Waiting {
  readonly version: Version;
  /** The key of `meanings` for config at the time when the content was first deployed: see {@link WeightKey}. */
  readonly key: WeightKey;
  /** The weight in config when the content was first deployed. */
  readonly weight: WeightKey;
}

/**
 * What a release remembers between runs. State has the whole memory, and the description of the alias has a short form
 * of it.
 */
export interface Memory {
  /** Number of writes of the alias. Of two memories, the one with the higher number is the later one. */
  readonly sequence: number;
  readonly stable: Version;
  /** Former stable versions, newest first. */
  readonly formerStable: readonly Version[];
  readonly candidate?: Candidate;
  /** The candidate that the current candidate replaced. A revert can deploy its content again (rule H). */
  readonly replacedCandidate?: Candidate;
  readonly promotion?: Promotion;
  readonly waiting?: Waiting;
  readonly rejections: readonly Rejection[];
  readonly lowerings: readonly Lowering[];
  /** The weight in config in the last run. An `h` at the end means that `hold` was set. */
  readonly weight: WeightKey;
  /**
   * All weights in config since config last had no weight, the newest last. None of these weights was written for
   * content that is deployed later (rule H).
   */
  readonly recentWeights: readonly WeightKey[];
  /** The rejected version in config in the last run, such as `8`; empty without `reject`. */
  readonly reject: string;
  /** The retry in config in the last run, such as `8@1`; empty without `retry`. */
  readonly retry: string;
  /**
   * Versions that the program deployed, the newest last; only in state. `reject` finds the content of an old number in
   * this list.
   */
  readonly deployed: readonly Version[];
  /** The highest `rev` of all runs. Absent if no run had a `rev`. */
  readonly rev?: number;
  /** How many candidates in a row were replaced before they were promoted. */
  readonly replacedInARow: number;
}

/**
 * The entries of `meanings`, the lowest share first, and of those the weight that asks for most. Sorting is needed
 * because the engine does not keep the order of members.
 */
export function sortedMeanings(meanings: Candidate["meanings"]): [WeightKey, Tenths][] {
  return Object.entries(meanings).sort(
    ([a, left], [b, right]) => left - right || shareIn(b) - shareIn(a) || (a < b ? -1 : 1),
  );
}

/** The share that a weight in config asks for, in tenths of a percent; 0 without a weight. */
export function shareIn(weight: WeightKey): Tenths {
  return Number(/x(\d+)/.exec(weight)?.[1] ?? 0);
}

/** The memory of a release that has only a stable version. */
export function newMemory(stable: Version): Memory {
  return {
    sequence: 0,
    stable,
    formerStable: [],
    rejections: [],
    lowerings: [],
    weight: "",
    recentWeights: [],
    reject: "",
    retry: "",
    deployed: [],
    replacedInARow: 0,
  };
}

/** Every version in the memory whose content may be stored, the most important first. */
export function knownVersions(memory: Memory): Version[] {
  return [...rememberedVersions(memory), ...memory.deployed.toReversed()];
}

/** Every version that the rules use: versions that can get traffic, and versions that are rejected or lowered by hand. */
function rememberedVersions({
  stable,
  formerStable,
  candidate,
  replacedCandidate,
  waiting,
  rejections,
  lowerings,
}: Memory): Version[] {
  return [
    stable,
    ...formerStable,
    ...(candidate === undefined ? [] : [candidate.version]),
    ...(replacedCandidate === undefined ? [] : [replacedCandidate.version]),
    ...(waiting === undefined ? [] : [waiting.version]),
    ...rejections.map(({ version }) => version),
    ...lowerings.map(({ version }) => version),
  ];
}

/**
 * Returns the later one of two memories of a release. State and alias differ after a run that was interrupted before
 * its state was saved, and after state was lost. The description has no contents and no old rejections, so the result
 * takes them from state.
 *
 * @param stored the memory in state
 * @param described the memory in the description of the alias
 */
export function laterMemory(stored: Memory | undefined, described: Memory | undefined): Memory | undefined {
  if (stored === undefined || described === undefined || !isLater(described, stored)) return stored ?? described;
  const known = knownVersions(stored);
  const full = (version: Version): Version => known.find(({ versionId }) => versionId === version.versionId) ?? version;
  const later = mapVersions(described, full);
  const missing = stored.rejections.filter(
    ({ version }) => !later.rejections.some((other) => other.version.versionId === version.versionId),
  );
  // The promoted version is no longer rejected.
  const kept = missing.filter(({ version }) => version.versionId !== later.stable.versionId);
  return {
    ...later,
    deployed: stored.deployed,
    rejections: [...kept, ...later.rejections],
    ...(stored.rev === undefined ? {} : { rev: Math.max(stored.rev, described.rev ?? 0) }),
  };
}

/**
 * Whether the memory `one` was written by a later run than the memory `other`. Two states of one release, such as a
 * state and its copy, may count to the same sequence number: then the memory with the higher `rev` is the later one.
 */
function isLater(one: Memory, other: Memory): boolean {
  if (one.sequence !== other.sequence) return one.sequence > other.sequence;
  return (one.rev ?? -1) > (other.rev ?? -1);
}

/** A copy of the memory with `map` applied to each version. */
export function mapVersions(memory: Memory, map: (version: Version) => Version): Memory {
  const { candidate, replacedCandidate: replaced, waiting } = memory;
  return {
    ...memory,
    stable: map(memory.stable),
    formerStable: memory.formerStable.map(map),
    ...(candidate === undefined ? {} : { candidate: { ...candidate, version: map(candidate.version) } }),
    ...(replaced === undefined ? {} : { replacedCandidate: { ...replaced, version: map(replaced.version) } }),
    ...(waiting === undefined ? {} : { waiting: { ...waiting, version: map(waiting.version) } }),
    rejections: memory.rejections.map((rejection) => ({ ...rejection, version: map(rejection.version) })),
    lowerings: memory.lowerings.map((lowering) => ({ ...lowering, version: map(lowering.version) })),
    deployed: memory.deployed.map(map),
  };
}

/** Numbers of the versions that must not be deleted. */
export function protectedVersions(memory: Memory): string[] {
  return [...new Set(rememberedVersions(memory).map(({ versionId }) => versionId))];
}
