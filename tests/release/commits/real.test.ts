/** The release of the package under the oracle of commits. So many histories notice every mistake of `mistakes.deep.ts`. */
import { Release } from "./real";
import { suite } from "./suite";

suite("the release of the package", new Release(), { random: 250, seed: 1, depth: 2 });
