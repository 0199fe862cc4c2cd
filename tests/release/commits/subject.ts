/**
 * What the oracle of commits drives: the decisions of a release behind one small interface. The oracle reads the rules
 * from docs/releases.md and imports nothing from provider/; an adapter of the real decisions implements `Subject`.
 */

/** One run's desired inputs: what the program and config give to the Release resource. */
export interface RunInputs {
  /** Number of the version that the Version resource found or published; undefined in a preview when it is not known yet. */
  readonly versionId: string | undefined;
  /** Public part of the content: code and configuration. */
  readonly fingerprint: string;
  /** Part of the content made from environment values. */
  readonly environment: string;
  /** Counter of content changes of the function (known in previews). */
  readonly revision: number;
  /** Keys as config text: weight, steps, strategy, hold, reject, retry, rev, keep. `rev` is a number, or absent. */
  readonly keys: Readonly<Record<string, string | number | boolean | readonly number[]>>;
  readonly aliasName: string;
}

/** The alias as the service has it. */
export interface AliasState {
  readonly versionId: string;
  /** Version number to fraction: above 0, below 1. At most one entry. */
  readonly additionalVersionWeight: Readonly<Record<string, number>>;
  /** What the release writes after the user's text and the owner: at most `DESCRIPTION_ROOM` characters. */
  readonly description: string;
  /** When the service made it: of two aliases the younger one has the greater text. Nothing that a subject writes has it. */
  readonly createdTime?: string;
}

/** Characters of a description that the release may use: 256, less a user's text of 80 and an owner part of 60. */
export const DESCRIPTION_ROOM = 256 - 80 - 60;

export interface Outcome<S> {
  /** What is written to the alias; undefined when nothing is. */
  readonly write?: AliasState;
  /** State after the run; on a failed run the state that is kept with the failure, or undefined to keep the old one. */
  readonly state?: S;
  /** The failure of the run, after its write if there is one. */
  readonly failure?: string;
  /** Sentence shown. */
  readonly sentence?: string;
  /** Notices shown. */
  readonly notices: readonly string[];
}

export interface Preview {
  readonly sentence?: string;
  readonly notices: readonly string[];
  readonly failure?: string;
  /** Predicted shares, version number or "new" to percent; undefined where the preview leaves a part open. */
  readonly split?: Readonly<Record<string, number>>;
  /** Versions that must exist for the prediction. */
  readonly provided?: readonly string[];
  /** The prediction is for the case that no alias of the new name exists. */
  readonly renamed?: boolean;
}

export interface Subject<S> {
  preview(state: S | undefined, inputs: RunInputs): Preview;
  run(
    state: S | undefined,
    /** The alias of `inputs.aliasName`. */
    alias: AliasState | undefined,
    existing: ReadonlySet<string>,
    inputs: RunInputs,
  ): Outcome<S>;
  refresh(state: S, alias: AliasState | undefined): S;
  /** Versions the release needs, that pruning must not delete. */
  protectedVersions(state: S): readonly string[];
}
