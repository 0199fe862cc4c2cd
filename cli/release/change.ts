/** What a verb changes: one key of config, in which order it takes effect, and where the release has to be afterwards. Pure. */
import { type StoredRelease, formatShare, parseShare, stepsOf } from "../../provider/rollout";
import { Refused } from "../refused";

/** Where a release is, or would be. */
export interface Where {
  readonly stable: string;
  readonly candidate?: string;
  /** Percent the candidate gets. */
  readonly weight: number;
  readonly split: Readonly<Record<string, number>>;
  readonly hold: boolean;
}

/** One change of config. */
export interface Change {
  /** Key without its namespace. */
  readonly key: "weight" | "hold" | "reject";
  /** What it is set to; undefined: it is removed. */
  readonly value: string | undefined;
  /** The version it is about; undefined for a change that is about none. */
  readonly versionId?: string;
  /** For people: `v8 to 25 %`. */
  readonly words: string;
  /**
   * What comes first. A raise is written first: a run that fails leaves less traffic than config asks for. All others run first: the
   * traffic is back before anything can go wrong with a file.
   */
  readonly first: "config" | "run";
  /** Whether a release is where the change means it to be. */
  readonly reached: (where: Where) => boolean;
}

/** Where the last run left a release. */
export function whereIs({ outputs }: Pick<StoredRelease, "outputs">): Where {
  const { stable, candidate, effectiveWeight: weight, split, hold } = outputs;
  return { stable, ...(candidate === undefined ? {} : { candidate }), weight, split, hold };
}

/** Sets the candidate's share, in percent as people write it. */
export function setWeight(release: StoredRelease, percent: string): Change {
  const parsed = parseShare(percent);
  if ("problem" in parsed) throw new Refused(parsed.problem);
  return weightChange(release, candidateOf(release), parsed.tenths);
}

/** Raises the candidate to the next of its steps; after the last one it is promoted. */
export function nextStep(release: StoredRelease): Change {
  const candidate = candidateOf(release);
  const { effectiveWeight } = release.outputs;
  const step = stepsOf(release.outputs).find((percent) => percent > effectiveWeight) ?? 100;
  return weightChange(release, candidate, Math.round(step * 10));
}

/** Gives the candidate all traffic. */
export function promote(release: StoredRelease): Change {
  return weightChange(release, candidateOf(release), 1000);
}

function weightChange({ outputs }: StoredRelease, versionId: string, tenths: number): Change {
  const percent = tenths / 10;
  return {
    key: "weight",
    value: `v${versionId}=${formatShare(tenths)}`,
    versionId,
    words: percent === 100 ? `v${versionId} to all traffic` : `v${versionId} to ${percent} %`,
    first: percent > outputs.effectiveWeight ? "config" : "run",
    reached: ({ stable, candidate, weight }) =>
      percent === 100 ? stable === versionId : candidate === versionId && weight === percent,
  };
}

function candidateOf({ name, outputs }: StoredRelease): string {
  if (outputs.candidate !== undefined) return outputs.candidate;
  throw new Refused(`release ${name} has no candidate: v${outputs.stable} is stable and has all traffic`);
}

/**
 * Rejects a version. Without a name it is the candidate: a stable version goes back only by its name, so that a second rollback at night
 * does not reject the version that the first one went back to.
 */
export function rollback(release: StoredRelease, name: string | undefined): Change {
  const { candidate, stable, previousStable } = release.outputs;
  const versionId = name === undefined ? candidate : /^v?([1-9]\d{0,17})$/.exec(name)?.[1];
  if (versionId === undefined && name !== undefined)
    throw new Refused(`version: got "${name}"; allowed: the number of a version such as v8`);
  if (versionId === undefined) {
    const back =
      previousStable === undefined
        ? "no version to go back to is known"
        : `to go back to v${previousStable}: rollback v${stable}`;
    throw new Refused(`release ${release.name} has no candidate: v${stable} is stable; ${back}`);
  }
  if (versionId !== candidate && versionId !== stable)
    throw new Refused(
      `version: got "v${versionId}"; allowed: v${stable}, which is stable${candidate === undefined ? "" : `, and the candidate v${candidate}`}`,
    );
  return {
    key: "reject",
    value: `v${versionId}`,
    versionId,
    words: `v${versionId} rejected`,
    first: "run",
    reached: ({ split, stable: now }) => (split[versionId] ?? 0) === 0 && now !== versionId,
  };
}

/** Lets nothing go up. */
export const HOLD: Change = {
  key: "hold",
  value: "true",
  words: "held",
  first: "run",
  reached: ({ hold }) => hold,
};

/**
 * Ends a hold.
 *
 * @param elsewhere whether the hold comes from outside of the stack's own file: it is overridden there
 */
export function resume(elsewhere: boolean): Change {
  return {
    key: "hold",
    value: elsewhere ? "false" : undefined,
    words: "no longer held",
    first: "config",
    reached: ({ hold }) => !hold,
  };
}

/** Throws {@link Refused} where the release is not where `--expect` says: `v8@25`, or `none` for no candidate. */
export function assertExpected(where: Where, expected: string): void {
  const now = where.candidate === undefined ? "none" : `v${where.candidate}@${where.weight}`;
  const [, id, percent] = /^(?:none|v?([1-9]\d{0,17})(?:@(\S+))?)$/.exec(expected) ?? [];
  if (id === undefined && expected !== "none")
    throw new Refused(`--expect: got "${expected}"; allowed: version and weight such as v8@25, or none`);
  const share = percent === undefined ? undefined : parseShare(percent);
  if (share !== undefined && "problem" in share) throw new Refused(`--expect: ${share.problem}`);
  const same = where.candidate === id && (share === undefined || share.tenths === Math.round(where.weight * 10));
  if (!same) throw new Refused(`--expect: got "${expected}", but the release is at ${now}; look at status again`);
}

/** Throws {@link Refused} where a second look finds the release elsewhere than the first. */
export function assertUnmoved(first: Where, live: Where["split"], second: Where, liveNow: Where["split"]): void {
  const text = (where: Where, split: Where["split"]) =>
    JSON.stringify([where.stable, where.candidate, where.weight, where.hold, Object.entries(split).sort()]);
  if (text(first, live) === text(second, liveNow)) return;
  throw new Refused(
    "the release was moved meanwhile, by another run or by hand. Nothing was changed; look at status again",
  );
}
