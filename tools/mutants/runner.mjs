/**
 * The test runner of `npm run mutants`, a plugin of Stryker. The tests of all mutants run in one process, with jest's
 * own `jest-circus` and `expect`. So a mutant costs only the time of the tests that reach it, without a start of jest.
 * For each mutant, the modules of this repository are loaded again, and those of `node_modules` are not.
 */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PluginKind, commonTokens, declareFactoryPlugin, tokens } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { transformSync } from "@swc/core";
import { expect } from "expect";
import * as circus from "jest-circus";
import { addHook } from "pirates";
import { withoutTypes } from "../../jest.config.mjs";

/** The folders of fast tests that need no engine and no other process. */
const FAST = "tests/(core|release|reconcile|client)/";

/** Time limit of a test in ms, as in `jest.config.mjs`. */
const TEST_TIMEOUT = 120_000;

const require = createRequire(import.meta.url);

/** @typedef {import("@stryker-mutator/api/core").InstrumenterContext} Context */

/**
 * The state of Stryker, which the mutated code reads.
 * @type {{ [M in keyof Context]: Context[M] | undefined }}
 */
const stryker = {};

compileTypeScript();
Object.assign(globalThis, circus.default, { expect, __stryker__: stryker, PROVIDER_HERE: true });

class InProcessRunner {
  /** The sandbox of Stryker, which contains the mutated code. Stryker changes to this folder after it has loaded this file. */
  #root = process.cwd();
  /**
   * Milliseconds that the tests of a file took without a mutant.
   * @type {Map<string, number>}
   */
  #durations = new Map();
  /** True if the run ends at the first failed test. */
  #bails = false;

  constructor() {
    circus.addEventHandler((event) => {
      if (event.name === "test_start") stryker.currentTestId = idOf(event.test);
      if (event.name !== "test_done") return;
      stryker.currentTestId = undefined;
      if (this.#bails && event.test.errors.length > 0) skip(() => true);
    });
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    this.#bails = false;
    const result = await this.#run(testFiles(this.#root));
    if (result.status !== DryRunStatus.Complete) return result;
    for (const { fileName = "", timeSpentMs } of result.tests)
      this.#durations.set(fileName, (this.#durations.get(fileName) ?? 0) + timeSpentMs);
    return stryker.mutantCoverage === undefined ? result : { ...result, mutantCoverage: stryker.mutantCoverage };
  }

  /** @param {import("@stryker-mutator/api/test-runner").MutantRunOptions} options */
  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    this.#bails = !disableBail;
    stryker.hitLimit = hitLimit;
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    stryker.activeMutant = activeMutant.id;
    try {
      const result = await this.#run(this.#quickFirst(testFilter), testFilter);
      return toMutantRunResult(result, disableBail);
    } finally {
      stryker.activeMutant = undefined;
    }
  }

  /** The files of the wanted tests, fastest first. Undefined means all tests. @param {string[] | undefined} wanted */
  #quickFirst(wanted) {
    const files = testFiles(this.#root).filter(
      (file) => wanted === undefined || wanted.some((id) => id.startsWith(`${file} `)),
    );
    return files.sort((a, b) => (this.#durations.get(a) ?? 0) - (this.#durations.get(b) ?? 0));
  }

  /**
   * @param {string[]} files
   * @param {string[] | undefined} [wanted]
   * @returns {Promise<import("@stryker-mutator/api/test-runner").DryRunResult>}
   */
  async #run(files, wanted) {
    forgetModules();
    circus.resetState();
    circus.getState().testTimeout = TEST_TIMEOUT;
    try {
      for (const file of files) circus.describe(file, () => void require(join(this.#root, file)));
    } catch (error) {
      return failed(`a test file cannot be loaded: ${String(error)}`);
    }
    if (wanted !== undefined) {
      const ids = new Set(wanted);
      skip((test) => !ids.has(idOf(test)));
    }
    const { testResults, unhandledErrors } = await circus.run();
    const endless = determineHitLimitReached(stryker.hitCount, stryker.hitLimit);
    if (endless !== undefined) return endless;
    if (unhandledErrors.length > 0) return failed(unhandledErrors.join("\n"));
    return { status: DryRunStatus.Complete, tests: testResults.map(resultOf) };
  }
}

/**
 * The result if the tests cannot run with a mutant. The mutant then counts as noticed.
 * @param {string} failureMessage
 * @returns {import("@stryker-mutator/api/test-runner").CompleteDryRunResult}
 */
function failed(failureMessage) {
  const test = { id: "all", name: "all", timeSpentMs: 0, failureMessage };
  return { status: DryRunStatus.Complete, tests: [{ ...test, status: TestStatus.Failed }] };
}

/**
 * @param {import("@jest/types").Circus.TestResult} result
 * @returns {import("@stryker-mutator/api/test-runner").TestResult}
 */
function resultOf({ testPath, status, duration, errors }) {
  const [, file = "", ...titles] = testPath;
  const test = { id: [file, ...titles].join(" "), name: titles.join(" "), fileName: file, timeSpentMs: duration ?? 0 };
  if (errors.length > 0) return { ...test, status: TestStatus.Failed, failureMessage: errors.join("\n") };
  return { ...test, status: status === "done" ? TestStatus.Success : TestStatus.Skipped };
}

/** @param {import("@jest/types").Circus.TestEntry} test */
function idOf(test) {
  const titles = [test.name];
  for (let block = test.parent; block.parent !== undefined; block = block.parent) titles.unshift(block.name);
  return titles.join(" ");
}

/** Marks the tests for which `which` is true as skipped. @param {(test: import("@jest/types").Circus.TestEntry) => boolean} which */
function skip(which, block = circus.getState().rootDescribeBlock) {
  for (const child of block.children) {
    if (child.type === "describeBlock") skip(which, child);
    else if (which(child)) child.mode = "skip";
  }
}

/** The paths of the test files from the root: those that `FC_MUTANTS_TESTS` matches, by default the fast ones. @param {string} root */
function testFiles(root) {
  const pattern = new RegExp(process.env["FC_MUTANTS_TESTS"] ?? FAST);
  const all = readdirSync(join(root, "tests"), { recursive: true }).map((path) => `tests/${String(path)}`);
  return all.filter((path) => path.endsWith(".test.ts") && pattern.test(path)).sort();
}

function forgetModules() {
  for (const path of Object.keys(require.cache)) if (!path.includes("/node_modules/")) delete require.cache[path];
}

/** Makes `require` load TypeScript as jest does. Each file is compiled once. */
function compileTypeScript() {
  /** @type {Map<string, string>} */
  const compiled = new Map();
  const compile = (/** @type {string} */ text, /** @type {string} */ filename) => {
    const code =
      compiled.get(filename) ?? transformSync(text, { ...withoutTypes, filename, module: { type: "commonjs" } }).code;
    compiled.set(filename, code);
    return code;
  };
  addHook(compile, { exts: [".ts"] });
}

const create = () => new InProcessRunner();
create.inject = tokens(commonTokens.logger);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", create)];
