/** `npm run mutants -- --mutate provider/core/weights.ts`: see CONTRIBUTING.md. */
export default {
  mutate: ["provider/core/**/*.ts", "provider/client/**/*.ts", "provider/reconcile/**/*.ts"],
  testRunner: "jest",
  jest: { configFile: "tools/jest/mutants.config.mjs" },
  coverageAnalysis: "perTest",
  ignorePatterns: ["dist", ".cache", "docs", "examples", "bench", "coverage"],
  // The texts of messages are the tests' own matter; a changed letter in one is no mistake in a decision.
  mutator: { excludedMutations: ["StringLiteral"] },
  tempDirName: ".cache/stryker",
  reporters: ["clear-text", "progress-append-only"],
  concurrency: 2,
};
