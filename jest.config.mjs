/**
 * `npm test` needs Node.js and the engine only, and so does `npm run test:deep`, which takes longer; `npm run test:host`
 * needs other host tools; `npm run soak` goes on for as long as it is told. Project `plugin` is a part of `test:deep`: the
 * tests that drive the provider process over gRPC, once more with the plugin as that process.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/**
 * Types are checked by `npm run typecheck`, so the compiler only has to remove them.
 * @satisfies {import("@swc/core").Options}
 */
export const withoutTypes = { swcrc: false, jsc: { target: "es2022", parser: { syntax: "typescript" } } };

export const common = {
  testEnvironment: fileURLToPath(new URL("tools/jest/environment.cjs", import.meta.url)),
  transform: { "^.+\\.ts$": ["@swc/jest", withoutTypes] },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.cache/", "<rootDir>/tests/fixtures/"],
};

/**
 * The ending of its files says which project a test is of.
 * @param {string} ending
 */
const project = (ending) => ({ ...common, displayName: ending, testMatch: [`<rootDir>/tests/**/*.${ending}.ts`] });

/** `tests/support/providerProcess.ts` reads the global. */
const plugin = {
  ...common,
  displayName: "plugin",
  testMatch: ["<rootDir>/tests/grpc/*.{test,deep}.ts"],
  testPathIgnorePatterns: ["/node_modules/", "doors.test.ts$", "judgingCuts.deep.ts$"],
  globals: { DOOR: "plugin" },
};

export default {
  testTimeout: 120_000,
  // More than there are cores, since tests of processes wait for them. Left alone, jest runs one worker on two cores.
  maxWorkers: availableParallelism() + 1,
  testSequencer: "<rootDir>/tools/jest/longestFirst.cjs",
  reporters: ["default", "<rootDir>/tools/jest/summaryReporter.cjs"],
  projects: [...["test", "deep", "host", "soak"].map(project), plugin],
};
