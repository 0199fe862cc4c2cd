/** Two hundred emulators with switches set at random, of which each fourth throttles, fails, or lies about what it did. */
import { runOf, useFolder } from "./stand";

const folder = useFolder();

/** Accounts of one test, and of those at work at a time. */
const [EACH, AT_ONCE] = [25, 3];

it.each(Array.from({ length: 200 / EACH }, (_, part) => part))(
  "the accounts from %i times 25 on are identified, and nothing is left in them",
  async (part) => {
    const seeds = Array.from({ length: EACH }, (_, at) => part * EACH + at);
    const wrong: unknown[] = [];
    const work = async (): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        const { found, expected, left, ...rest } = await runOf(seed, folder());
        const differing = Object.keys(expected).filter((name) => found[name] !== expected[name]);
        if (differing.length + left.length > 0) {
          wrong.push({ seed, ...rest, left, differing: differing.map((name) => [name, found[name], expected[name]]) });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(wrong).toEqual([]);
  },
  900_000,
);
