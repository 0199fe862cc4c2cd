/**
 * The fast tests of `core`, `client` and `reconcile`, for `npm run mutants`. `FC_MUTANTS_TESTS` limits them to files
 * that are enough for the module: a mistake in code that runs when a module loads needs all of them.
 */
import { common } from "../../jest.config.mjs";

const FAST = "tests/{core,client,reconcile}/**/*.test.ts";

export default {
  ...common,
  rootDir: "../..",
  testMatch: [`<rootDir>/${process.env["FC_MUTANTS_TESTS"] ?? FAST}`],
};
