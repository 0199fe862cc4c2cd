/** As the quick test, with more histories: `FC_RELEASE_HISTORIES` says how many, `FC_RELEASE_SEED` where they begin. */
import { Release } from "./real";
import { suite } from "./suite";

const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);

suite("the release of the package", new Release(), {
  random: number("FC_RELEASE_HISTORIES", 1_000),
  seed: number("FC_RELEASE_SEED", 1),
  depth: number("FC_RELEASE_DEPTH", 3),
});
