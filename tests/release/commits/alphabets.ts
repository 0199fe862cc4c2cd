/**
 * Small sets of letters (alphabets). A letter stands for one change and the runs after it. Tests try every sequence of the letters
 * of an alphabet.
 */
import type { Event, Tree } from "./world";

export interface Alphabet {
  readonly name: string;
  readonly first?: Partial<Tree>;
  readonly before: readonly Event[];
  readonly letters: readonly (readonly Event[])[];
}

const run: Event = { do: "run" };
const set = (keys: Tree["keys"]): Event[] => [{ do: "commit", set: keys }, run];
const unset = (...keys: string[]): Event[] => [{ do: "commit", unset: keys }, run];

export const ALPHABETS: readonly Alphabet[] = [
  {
    name: "weights, code and reverts, with a number left from the last release",
    first: { keys: { weight: 100 } },
    before: [run],
    letters: [
      [{ do: "commit", code: "b" }, run],
      [{ do: "commit", code: "a" }, run],
      set({ weight: 25 }),
      set({ weight: 100 }),
      unset("weight"),
      [{ do: "revert", back: 0 }, run],
      [{ do: "revert", back: 1 }, run],
    ],
  },
  {
    name: "late, dropped and crashed runs",
    before: [run, { do: "commit", code: "b" }, run],
    letters: [
      set({ weight: 50 }),
      [{ do: "commit", set: { weight: 100 } }],
      [
        { do: "commit", code: "a" },
        { do: "run", crash: "before the state" },
      ],
      [{ do: "revert", back: 0 }, run],
      [{ do: "run", back: 1 }],
      [{ do: "run", back: 2 }],
      [run],
    ],
  },
  {
    name: "hands",
    before: [run, { do: "commit", code: "b" }, run, { do: "commit", set: { weight: 30 } }, run],
    letters: [
      [{ do: "hand", hand: "lower" }, run],
      [{ do: "hand", hand: "raise" }],
      [{ do: "hand", hand: "swap" }, run],
      [{ do: "hand", hand: "promote" }, run],
      [{ do: "delete alias" }, run],
      set({ weight: 50 }),
      set({ retry: "@v" }),
    ],
  },
  {
    name: "rejections, retries, lost state and pruning",
    before: [run, { do: "commit", code: "b" }, run],
    letters: [
      set({ reject: "@v" }),
      unset("reject"),
      set({ retry: "@v", weight: 50 }),
      unset("retry"),
      [{ do: "commit", code: "a" }, run, { do: "delete version", nth: 0 }],
      [{ do: "revert", back: 0 }, run],
      [{ do: "lose state" }, run],
    ],
  },
  {
    name: "hold, direct, bound weights and the environment",
    before: [run, { do: "commit", code: "b" }, run],
    letters: [
      set({ hold: true }),
      unset("hold"),
      set({ weight: "@r=50" }),
      set({ weight: 100 }),
      set({ strategy: "direct" }),
      [{ do: "commit", environment: "1" }, run],
      [{ do: "revert", back: 0 }, run],
    ],
  },
];
