/** Runs the tests of races.ts with 1,000 races of each kind. */
import { races } from "./races";

races(1_000);
