/**
 * `learn` against emulators with random switches. Every fourth emulator throttles requests, fails, or answers a change
 * wrongly. 25 emulators run by default, and 200 with `FC_ACCOUNTS=200`.
 */
import { runOf, useFolder } from "./stand";

const folder = useFolder();

/** Number of accounts of one test, and of accounts that run at the same time. */
const [EACH, AT_ONCE] = [25, 3];

const PARTS = Math.ceil(Number(process.env["FC_ACCOUNTS"] ?? 25) / EACH);

it.each(Array.from({ length: PARTS }, (_, part) => part))(
  "25 accounts from number 25 × %i are identified, and nothing is left in them",
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
