/** What an experiment is. */
import type { SwitchName } from "../../base/switches";
import type { Laboratory } from "../laboratory";
import type { FindingName, Found } from "../outcomes";

/** Calls of an account whose answers settle something. */
export interface Experiment {
  /** The switches it settles. */
  readonly settles: readonly SwitchName[];
  /** What else it finds out. */
  readonly finds: readonly FindingName[];
  /**
   * Asks, and decides what is unambiguous. Starts from nothing each time. Rejects with `Unclear` when an answer was lost that cannot
   * be asked for again, and with `NotDecided` when the account does not let it ask.
   */
  run(lab: Laboratory): Promise<Found>;
}
