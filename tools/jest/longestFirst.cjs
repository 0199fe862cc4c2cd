const { default: Sequencer } = require("@jest/test-sequencer");

/** Folders of the long suites: they run the engine, TypeDoc or many sequences. */
const LONG = /[\\/]tests[\\/](engine|examples|docs|contract|emulator[\\/]model)[\\/]/;

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
