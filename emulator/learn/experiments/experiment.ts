/** The types of experiments. */
import type { SwitchName } from "../../base/switches";
import type { Laboratory } from "../laboratory";
import type { FindingName, Found } from "../outcomes";

/** The subject of an experiment. */
interface Subject {
  /** The switches whose value the experiment finds. */
  readonly settles: readonly SwitchName[];
  /** The other behaviours that the experiment finds. */
  readonly finds: readonly FindingName[];
}

/** Calls of an account whose answers show a behaviour. */
export interface Experiment extends Subject {
  /**
   * Makes the calls and returns the outcomes. Each run starts from the beginning. Rejects with `Unclear` after a lost
   * answer of a call that cannot be repeated, and with `NotDecided` if the account does not allow the calls.
   */
  run(lab: Laboratory): Promise<Found>;
}

/** An experiment with slow answers. The experiment begins before all others, and its results are read after theirs. */
export interface SlowExperiment extends Subject {
  /**
   * Begins like `run`, and returns the function that reads the results. This function waits at most until `endsAt`, in
   * ms since 1970.
   */
  begin(lab: Laboratory, endsAt: number): Promise<() => Promise<Found>>;
}
