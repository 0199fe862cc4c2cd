/** What an experiment is. */
import type { SwitchName } from "../../base/switches";
import type { Laboratory } from "../laboratory";
import type { FindingName, Found } from "../outcomes";

/** What an experiment is about. */
interface Subject {
  /** The switches it settles. */
  readonly settles: readonly SwitchName[];
  /** What else it finds out. */
  readonly finds: readonly FindingName[];
}

/** Calls of an account whose answers settle something. */
export interface Experiment extends Subject {
  /**
   * Asks, and decides what is unambiguous. Starts from nothing each time. Rejects with `Unclear` when an answer was lost that cannot
   * be asked for again, and with `NotDecided` when the account does not let it ask.
   */
  run(lab: Laboratory): Promise<Found>;
}

/** An experiment whose answers take their time: it is begun before all others, and read after them. */
export interface SlowExperiment extends Subject {
  /** Begins, as `run` does, and answers how it is read. Nothing is waited for beyond `endsAt`, ms since 1970. */
  begin(lab: Laboratory, endsAt: number): Promise<() => Promise<Found>>;
}
