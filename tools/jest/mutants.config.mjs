/**
 * The fast tests of what decides, asks and reconciles, for `npm run mutants`. `FC_MUTANTS_TESTS` names the files that are
 * enough for the module at hand: a mistake in what runs when a module loads needs all of them.
 */
import { common } from "../../jest.config.mjs";

const FAST = "tests/{core,client,reconcile}/**/*.test.ts";

export default {
  ...common,
  rootDir: "../..",
  testMatch: [`<rootDir>/${process.env["FC_MUTANTS_TESTS"] ?? FAST}`],
};
