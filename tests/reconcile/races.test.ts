/** Runs the tests of races.ts with 40 races of each kind. `races.deep.ts` has more. */
import { races } from "./races";

races(40);
