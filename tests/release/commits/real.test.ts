/** The release of the package under the oracle of commits. */
import { Release } from "./real";
import { suite } from "./suite";

suite("the release of the package", new Release(), { random: 1_000, seed: 1, depth: 2 });
