/** What the rules of a release decide. Pure. */
import type { Tenths } from "../../weights";
import type { Memory } from "../memory";
import type { Split } from "../split";
import type { Version } from "../version";

/** A rule by its letter in docs/releases.md. */
export type Rule = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L";

/** A warning about an effect that a user may not expect, with the line of config that changes the effect. */
export interface Notice {
  readonly rule: Rule;
  readonly message: string;
}

/**
 * A candidate that can be judged: this run does not change its share, and no version except the candidate and the
 * stable version has traffic.
 */
export interface Judgeable {
  readonly version: Version;
  readonly stable: Version;
  readonly share: Tenths;
  /** True while `hold` stops every rise of a share (rule K). */
  readonly held: boolean;
}

/** The result of judging a candidate (rule L). */
export interface Proposal {
  readonly versionId: string;
  /** The share at which the candidate was judged. */
  readonly share: Tenths;
  /** The proposed next share, or `reject`. */
  readonly verdict: Tenths | "reject";
  /** Why the candidate failed; a part of the run's error message. */
  readonly reason: string;
}

/** The result of a run. */
export interface Decision {
  readonly split: Split;
  readonly memory: Memory;
  /** The rule that set the split. */
  readonly rule: Rule;
  readonly notices: readonly Notice[];
  /** The candidate to judge under `weight: auto`; absent if there is none. */
  readonly judgeable?: Judgeable | undefined;
  /** The message with which the run fails after it has written split and memory. */
  readonly failure?: string | undefined;
  /** The condition under which the decision of a preview is right, such as `if v8 still exists`. */
  readonly uncertain?: string;
}

/** Thrown if the run is refused: it fails, and nothing is written. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Returns true if a version still exists. */
export type VersionExists = (versionId: string) => boolean;
