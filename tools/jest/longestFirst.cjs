const { default: Sequencer } = require("@jest/test-sequencer");

/** The folders of the slow suites. They run the engine, TypeDoc, provider processes, experiments on accounts or many sequences. */
const LONG =
  /[\\/]tests[\\/](engine|examples|plugin|grpc|cli[\\/]release|docs|contract|emulator[\\/](model|learn)|sweep|worlds)[\\/]/;

/** Sorts slow suites first. In a new checkout jest knows no durations, and would sort the suites by the size of their files. */
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
