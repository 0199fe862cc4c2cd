/** Checks the release of the package by the oracle of commits. `real.deep.ts` has more histories and longer sequences. */
import { Release } from "./real";
import { suite } from "./suite";

suite("the release of the package", new Release(), { random: 60, seed: 1, depth: 2 });
