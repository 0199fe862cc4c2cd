const { default: Sequencer } = require("@jest/test-sequencer");

/** Where the long suites are: those that run the engine, TypeDoc, provider processes or many sequences. */
const LONG = /[\\/]tests[\\/](engine|examples|docs|contract|emulator[\\/]model|sweep|worlds)[\\/]/;

/** Sorts long suites first. On a fresh checkout jest knows no times, and would sort by the size of files. */
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
