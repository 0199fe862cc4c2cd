const { default: Sequencer } = require("@jest/test-sequencer");

/** The folders of the long suites: those that run the engine, TypeDoc, provider processes, accounts or many sequences. */
const LONG =
  /[\\/]tests[\\/](engine|examples|plugin|grpc|cli[\\/]release|docs|contract|emulator[\\/](model|learn)|sweep|worlds)[\\/]/;

/** Sorts long suites first. In a fresh checkout jest has no times yet, and would sort by the size of files. */
module.exports = class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {import("@jest/test-result").Test[]} tests
   */
  async sort(tests) {
    const sorted = await super.sort(tests);
    const [long, short] = [true, false].map((wanted) => sorted.filter(({ path }) => LONG.test(path) === wanted));
    return [...(long ?? []), ...(short ?? [])];
  }
};
