/** The test `real.test.ts` with more histories: `FC_RELEASE_HISTORIES` sets their number, `FC_RELEASE_SEED` the first seed. */
import { Release } from "./real";
import { suite } from "./suite";

const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);

suite("the release of the package", new Release(), {
  random: number("FC_RELEASE_HISTORIES", 1_000),
  seed: number("FC_RELEASE_SEED", 1),
  depth: number("FC_RELEASE_DEPTH", 3),
});
