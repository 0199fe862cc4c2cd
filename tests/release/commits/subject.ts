/**
 * The interface between the oracle of commits and the decisions of a release. The oracle is written from the rules in
 * docs/releases.md and imports nothing from provider/. An adapter of the real decisions implements `Subject`.
 */

/** The inputs of the Release resource in one run, from the program and config. */
export interface RunInputs {
  /** Number of the version that the Version resource found or published; undefined in a preview that does not know it yet. */
  readonly versionId: string | undefined;
  /** Public part of the content: code and configuration. */
  readonly fingerprint: string;
  /** Hash of the environment values: the other part of the content. */
  readonly environment: string;
  /** Revision: counts the changes of the function's content. Previews know it. */
  readonly revision: number;
  /** Keys as config text: weight, steps, strategy, hold, reject, retry, rev, keep. `rev` is a number, or absent. */
  readonly keys: Readonly<Record<string, string | number | boolean | readonly number[]>>;
  readonly aliasName: string;
}

/** The alias in the service. */
export interface AliasState {
  readonly versionId: string;
  /** Version number to fraction: above 0, below 1. At most one entry. */
  readonly additionalVersionWeight: Readonly<Record<string, number>>;
  /** The text that the release writes after the user's text and the owner: at most `DESCRIPTION_ROOM` characters. */
  readonly description: string;
  /** Time of creation: of two aliases, the younger one has the greater text. Aliases that a subject writes do not have it. */
  readonly createdTime?: string;
}

/** Number of characters of a description that the release may use: 256, minus 80 for the user's text and 60 for the owner. */
export const DESCRIPTION_ROOM = 256 - 80 - 60;

export interface Outcome<S> {
  /** The alias that the run writes; undefined if it writes nothing. */
  readonly write?: AliasState;
  /** State after the run, also of a failed run; undefined if the old state stays. */
  readonly state?: S;
  /** The error message of a failed run. The run may have written the alias before it failed. */
  readonly failure?: string;
  /** The sentence that the run prints. */
  readonly sentence?: string;
  /** The warnings that the run prints. */
  readonly notices: readonly string[];
}

export interface Preview {
  readonly sentence?: string;
  readonly notices: readonly string[];
  readonly failure?: string;
  /** The predicted shares: map from version number or "new" to percent. Undefined if the preview does not know all of them. */
  readonly split?: Readonly<Record<string, number>>;
  /** Versions that must exist, otherwise the prediction does not apply. */
  readonly provided?: readonly string[];
  /** True if the prediction applies only if no alias of the new name exists. */
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
  /** Versions that the release needs, so pruning must not delete them. */
  protectedVersions(state: S): readonly string[];
}
