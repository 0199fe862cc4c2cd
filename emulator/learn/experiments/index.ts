/** All experiments. */
import { TO_LATEST, WEIGHTS } from "./aliases";
import { CODE, LATEST, SESSION, VERSION_HEADER } from "./calls";
import { FUNCTION_IN_USE, FUNCTION_WITH_TRIGGER, VERSION_IN_USE } from "./deleting";
import { EVENT_AGE, EVENT_DRAW } from "./events";
import type { Experiment, SlowExperiment } from "./experiment";
import { PUBLISHING } from "./publishing";
import { ALIAS_SHOWS, DESCRIPTION, QUALIFIERS, READ_AFTER_WRITE, STATE } from "./reads";

/** All experiments in their order. */
export const EXPERIMENTS: readonly (Experiment | SlowExperiment)[] = [
  EVENT_DRAW,
  READ_AFTER_WRITE,
  DESCRIPTION,
  QUALIFIERS,
  STATE,
  ALIAS_SHOWS,
  TO_LATEST,
  WEIGHTS,
  VERSION_HEADER,
  EVENT_AGE,
  PUBLISHING,
  CODE,
  LATEST,
  SESSION,
  FUNCTION_WITH_TRIGGER,
  VERSION_IN_USE,
  FUNCTION_IN_USE,
];
