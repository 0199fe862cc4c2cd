/** `npm run mutants -- --mutate provider/core/weights.ts`: see CONTRIBUTING.md. */
export default {
  mutate: ["provider/core/**/*.ts", "provider/client/**/*.ts", "provider/reconcile/**/*.ts"],
  plugins: ["./tools/mutants/runner.mjs", "./tools/mutants/survivors.mjs"],
  testRunner: "in-process",
  coverageAnalysis: "perTest",
  ignorePatterns: ["dist", ".cache", "docs", "examples", "bench", "coverage"],
  // The texts of messages are not changed, because tests check only their essential words.
  mutator: { excludedMutations: ["StringLiteral"] },
  tempDirName: ".cache/stryker",
  reporters: ["clear-text", "progress-append-only", "survivors"],
  clearTextReporter: { reportTests: false, allowColor: false },
  concurrency: 2,
};
