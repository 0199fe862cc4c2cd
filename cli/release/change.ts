/**
 * The change of a subcommand: one key of config, whether the file or the traffic changes first, and the desired result.
 * Pure.
 */
import { type StoredRelease, formatShare, parseShare, stepsOf } from "../../provider/rollout";
import { Refused } from "../refused";

/** The position of a release, now or after a run: its versions and its weight. */
export interface Where {
  readonly stable: string;
  readonly candidate?: string;
  /** Share of the candidate in percent. */
  readonly weight: number;
  readonly split: Readonly<Record<string, number>>;
  readonly hold: boolean;
}

/** A change of one config key. */
export interface Change {
  /** The key without its namespace. */
  readonly key: "weight" | "hold" | "reject";
  /** The new value; undefined if the key is removed. */
  readonly value: string | undefined;
  /** The version in the change; undefined for a change without a version. */
  readonly versionId?: string;
  /** The change in words, such as `v8 to 25 %`. */
  readonly words: string;
  /**
   * What is done first. For a higher weight the file is written first, so that a failed run leaves less traffic than
   * config asks for. For every other change the program runs first, so that a problem with the file does not delay the
   * traffic.
   */
  readonly first: "config" | "run";
  /** Whether a position is the desired result of the change. */
  readonly reached: (where: Where) => boolean;
  /**
   * Versions that may get more traffic by the change. Undefined: any version may, because the rules of the release
   * choose the version to go back to.
   */
  readonly mayRise: readonly string[] | undefined;
}

/** The position after the last run. If the current split of the alias is known, the weight is that of the alias. */
export function whereIs({ outputs }: Pick<StoredRelease, "outputs">, live?: Where["split"]): Where {
  const { stable, candidate, effectiveWeight, split, hold } = outputs;
  const weight = live === undefined || candidate === undefined ? effectiveWeight : (live[candidate] ?? 0);
  return { stable, ...(candidate === undefined ? {} : { candidate }), weight, split, hold };
}

/** Sets the candidate's share, in percent as people write it. `live` is the split of the alias, if it was read. */
export function setWeight(release: StoredRelease, percent: string, live?: Where["split"]): Change {
  const parsed = parseShare(percent);
  if ("problem" in parsed) throw new Refused(parsed.problem);
  return weightChange(candidateOf(release), parsed.tenths, whereIs(release, live));
}

/** Raises the candidate to its next step; after the last step it is promoted. */
export function nextStep(release: StoredRelease, live?: Where["split"]): Change {
  const candidate = candidateOf(release);
  const where = whereIs(release, live);
  const step = stepsOf(release.outputs).find((percent) => percent > where.weight) ?? 100;
  return weightChange(candidate, Math.round(step * 10), where);
}

/** Gives the candidate all traffic. */
export function promote(release: StoredRelease, live?: Where["split"]): Change {
  return weightChange(candidateOf(release), 1000, whereIs(release, live));
}

function weightChange(versionId: string, tenths: number, now: Where): Change {
  const percent = tenths / 10;
  return {
    key: "weight",
    value: `v${versionId}=${formatShare(tenths)}`,
    versionId,
    words: percent === 100 ? `v${versionId} to all traffic` : `v${versionId} to ${percent} %`,
    first: percent > now.weight ? "config" : "run",
    reached: ({ stable, candidate, weight }) =>
      percent === 100 ? stable === versionId : candidate === versionId && weight === percent,
    mayRise: [versionId, now.stable],
  };
}

function candidateOf({ name, outputs }: StoredRelease): string {
  if (outputs.candidate !== undefined) return outputs.candidate;
  throw new Refused(`release ${name} has no candidate: v${outputs.stable} is stable and has all traffic`);
}

/**
 * Rejects the named version, or the candidate if no version is named. The stable version is rejected only if it is
 * named: otherwise a second `rollback` would reject the version to which the first `rollback` went back.
 */
export function rollback(release: StoredRelease, name: string | undefined): Change {
  const { candidate, stable, previousStable } = release.outputs;
  const versionId = name === undefined ? candidate : /^v?([1-9]\d{0,17})$/.exec(name)?.[1];
  if (versionId === undefined && name !== undefined)
    throw new Refused(`version: got "${name}"; allowed: the number of a version such as v8`);
  if (versionId === undefined) {
    const back =
      previousStable === undefined
        ? "no earlier stable version is known"
        : `to return to v${previousStable}, run rollback v${stable}`;
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
    mayRise: versionId === candidate ? [stable] : undefined,
  };
}

/** Sets `hold`, which stops every rise of a share. */
export const HOLD: Change = {
  key: "hold",
  value: "true",
  words: "held",
  first: "run",
  reached: ({ hold }) => hold,
  mayRise: [],
};

/**
 * Removes `hold`: the share of the candidate may rise again, or the version that waited starts.
 *
 * @param elsewhere whether `hold` is set outside of the stack's own file; in this case the file gets `false`
 */
export function resume({ outputs }: Pick<StoredRelease, "outputs">, elsewhere: boolean): Change {
  return {
    key: "hold",
    value: elsewhere ? "false" : undefined,
    words: "no longer held",
    first: "config",
    reached: ({ hold }) => !hold,
    mayRise: outputs.candidate === undefined ? [] : [outputs.candidate],
  };
}

/**
 * Throws {@link Refused} if a run would give more traffic to a version that the change is not about. This happens if
 * the version deployed in state is not on the alias.
 */
export function assertRises({ words, mayRise }: Change, live: Where["split"], next: Where["split"]): void {
  if (mayRise === undefined) return;
  const risen = Object.entries(next).find(([id, percent]) => percent > (live[id] ?? 0) && !mayRise.includes(id));
  if (risen === undefined) return;
  const [id, percent] = risen;
  throw new Refused(
    `${words}: the run would also move v${id} from ${live[id] ?? 0} to ${percent} %. Nothing was changed. Run pulumi up first; it ` +
      `prints what the program deploys`,
  );
}

/** Throws {@link Refused} if the position is not the one of `--expect`: `v8@25`, or `none` for no candidate. */
export function assertExpected(where: Where, expected: string): void {
  const now = where.candidate === undefined ? "none" : `v${where.candidate}@${where.weight}`;
  const [, id, percent] = /^(?:none|v?([1-9]\d{0,17})(?:@(\S+))?)$/.exec(expected) ?? [];
  if (id === undefined && expected !== "none")
    throw new Refused(`--expect: got "${expected}"; allowed: version and weight such as v8@25, or none`);
  const share = percent === undefined ? undefined : parseShare(percent);
  if (share !== undefined && "problem" in share) throw new Refused(`--expect: ${share.problem}`);
  const same = where.candidate === id && (share === undefined || share.tenths === Math.round(where.weight * 10));
  if (!same) throw new Refused(`--expect: got "${expected}", but the release is at ${now}; run status again`);
}

/** Throws {@link Refused} if the position has changed since it was first read. */
export function assertUnmoved(first: Where, live: Where["split"], second: Where, liveNow: Where["split"]): void {
  const text = (where: Where, split: Where["split"]) =>
    JSON.stringify([where.stable, where.candidate, where.weight, where.hold, Object.entries(split).sort()]);
  if (text(first, live) === text(second, liveNow)) return;
  throw new Refused(
    "the release was moved meanwhile, by another run or by hand. Nothing was changed; run status again",
  );
}
