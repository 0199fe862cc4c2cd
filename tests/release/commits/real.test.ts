/** The release of the package under the oracle of commits. */
import { Release } from "./real";
import { suite } from "./suite";

suite("the release of the package", new Release(), {
  random: Number(process.env["COUNT"] ?? 3_000),
  seed: Number(process.env["SEED"] ?? 1),
  depth: 2,
});
