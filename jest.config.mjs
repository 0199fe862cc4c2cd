/** Three projects: `npm test` and `npm run test:deep` need Node.js and the engine only; `npm run test:host` needs other host tools. */
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", { diagnostics: false }] },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/tests/fixtures/"],
};

export default {
  testTimeout: 120_000,
  reporters: ["default", "<rootDir>/tools/jest/summaryReporter.cjs"],
  projects: [
    { ...common, displayName: "test", testMatch: ["<rootDir>/tests/**/*.test.ts"] },
    { ...common, displayName: "deep", testMatch: ["<rootDir>/tests/**/*.deep.ts"] },
    { ...common, displayName: "host", testMatch: ["<rootDir>/tests/**/*.host.ts"] },
  ],
};
