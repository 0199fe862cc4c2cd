/**
 * The projects of the commands. `npm test` and the slower `npm run test:deep` need only Node.js and the engine. `npm
 * run test:host` needs other tools. `npm run soak` runs for as long as its variables set. The project `plugin` is a
 * part of `test:deep`: it runs the tests of the provider process again, with the plugin as this process.
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
 * The project of the test files with an ending, such as `deep` for `*.deep.ts`.
 * @param {string} ending
 */
const project = (ending) => ({ ...common, displayName: ending, testMatch: [`<rootDir>/tests/**/*.${ending}.ts`] });

/**
 * The tests of the provider process, with the plugin as this process. `tests/support/providerProcess.ts` reads the
 * global variable `DOOR`.
 */
const plugin = {
  ...common,
  displayName: "plugin",
  testMatch: ["<rootDir>/tests/grpc/*.{test,deep}.ts"],
  testPathIgnorePatterns: ["/node_modules/", "doors.test.ts$", "judgingCuts.deep.ts$"],
  globals: { DOOR: "plugin" },
};

export default {
  testTimeout: 120_000,
  // One worker more than cores, because tests often wait for processes. By default jest starts one worker on two cores.
  maxWorkers: availableParallelism() + 1,
  testSequencer: "<rootDir>/tools/jest/longestFirst.cjs",
  reporters: ["default", "<rootDir>/tools/jest/summaryReporter.cjs"],
  projects: [...["test", "deep", "host", "soak"].map(project), plugin],
};
