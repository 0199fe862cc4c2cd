/**
 * Named worlds. A world is a sequence of runs and changes by hand. Each named world is the shortest known sequence that
 * finds a certain mistake of the package.
 */
import type { Script, Step, Wish } from "./steps";

/** A named sequence of steps. */
export interface Named extends Script {
  readonly name: string;
}

const up = (stack: number, wish: Partial<Wish> = {}, more: object = {}): Step => ({
  do: "up",
  stack,
  wish: { code: "a", ...wish },
  ...more,
});
const world = (name: string, steps: readonly Step[], more: Partial<Script> = {}): Named => ({
  ...{ name, kind: "whole", second: "same", late: false, elsewhere: "nothing", steps },
  ...more,
});

export const NAMED: readonly Named[] = [
  world("a function of nobody is not taken", [{ do: "hand", hand: "make function" }, up(0)]),
  world("what another stack made anew is neither kept in state nor changed", [
    up(0, { trigger: true }),
    { do: "hand", hand: "delete function" },
    up(1, { trigger: true }),
    { do: "refresh", stack: 0 },
    up(0, { code: "b" }),
  ]),
  world("what another stack made anew is not changed by a run without a refresh", [
    up(0),
    { do: "hand", hand: "delete function" },
    up(1),
    up(0, { code: "b" }, { refresh: false }),
  ]),
  world("what another stack made anew is not deleted", [
    up(0, { trigger: true }),
    { do: "hand", hand: "delete function" },
    up(1, { trigger: true }),
    { do: "destroy", stack: 0, refresh: false },
  ]),
  world("a function stays while a guest is on it", [up(0), up(1), { do: "destroy", stack: 0 }], { second: "guest" }),
  world("keys of another account find nothing gone", [
    up(0),
    { do: "wrong place", stack: 0, run: "refresh", wish: { code: "a" } },
    { do: "wrong place", stack: 0, run: "up", wish: { code: "b" } },
    { do: "wrong place", stack: 0, run: "destroy", wish: { code: "a" } },
  ]),
  world(
    "a function that a killed run made, and that a read does not show yet, does not count as the program's code",
    [
      up(0, { code: "b" }),
      { do: "destroy", stack: 0 },
      up(0, { code: "b" }, { killedAt: 2 }),
      up(0, { code: "c" }),
      up(0),
      up(0, { code: "b" }),
    ],
    { late: true },
  ),
  world("content that comes back is not published again", [
    up(0),
    up(0, { code: "b", weight: 50 }),
    up(0, { code: "a" }),
    up(0, { code: "b" }),
  ]),
  world("a read that is refused tells of nothing gone", [
    up(0, { trigger: true }),
    ...[1, 2, 3, 6].map((at): Step => ({ do: "refresh", stack: 0, faults: [{ at, kind: "denied" }] })),
  ]),
  world("an answer that says nothing tells of nothing", [
    up(0, { trigger: true }),
    ...[1, 2, 3, 6].map((at): Step => ({
      do: "refresh",
      stack: 0,
      faults: [{ at, kind: "nothing as success", times: 2 }],
    })),
    up(0, { code: "b" }, { faults: [{ at: 9, kind: "nothing as success" }] }),
  ]),
  world(
    "what was made with a lost answer is in state",
    Array.from({ length: 15 }, (_, i): Step[] => [
      up(0, { trigger: true }, { faults: [{ at: i + 1, kind: "closed after" }] }),
      { do: "hand", hand: "delete function" },
      { do: "refresh", stack: 0 },
    ]).flat(),
  ),
  world("what a hand lowered stays low", [
    up(0),
    up(0, { code: "b" }),
    up(0, { code: "b", weight: 25 }),
    { do: "hand", hand: "lower" },
    up(0, { code: "b", weight: 50 }),
    { do: "hand", hand: "zero" },
    up(0, { code: "b", weight: 100 }),
  ]),
  world(
    "a plain alias gives what its program says",
    [
      up(0),
      up(0, { code: "b", weight: 10 }),
      up(0, { code: "b", weight: 50 }),
      up(0, { code: "c", weight: 10 }),
      { do: "get" },
    ],
    { kind: "plain" },
  ),
  world(
    "a killed run is made good by the next one",
    [
      ...[3, 6, 9, 11, 14].flatMap((killedAt): Step[] => [
        up(0, { trigger: true }, { killedAt }),
        up(0, { trigger: true }),
        { do: "destroy", stack: 0 },
      ]),
    ],
    { late: true },
  ),
  world("after a killed creation, other code needs adopt: true, and nothing is changed until then", [
    up(0, { code: "b" }, { killedAt: 3 }),
    up(0, { code: "a" }),
  ]),
  world("an adoption that was killed is taken up by the next run", [
    { do: "hand", hand: "make function" },
    up(0, { adopt: true }, { killedAt: 3 }),
    up(0, {}),
  ]),
  world(
    "a request of a killed run may be applied in a run of another stack",
    [up(0), up(1, {}, { faults: [{ at: 5, kind: "late", times: 1 }], killedAt: 5 })],
    { second: "guest" },
  ),
  world("a version that only a killed run started is forgotten with its alias", [
    up(0, { trigger: true }),
    up(0, { code: "b" }, { killedAt: 14 }),
    { do: "hand", hand: "delete alias" },
    up(0),
    up(0, { code: "b" }),
  ]),
  world("an adopted function that cannot be read again is in state", [
    { do: "hand", hand: "make function" },
    { do: "hand", hand: "lower" },
    up(0, { adopt: true }, { faults: [{ at: 4, kind: "denied" }] }),
    up(0, {}),
  ]),
  world("with adopt: true, a function that somebody made in place of a deleted one is taken over", [
    up(0, { adopt: true }),
    { do: "hand", hand: "delete function" },
    { do: "hand", hand: "make function" },
    { do: "refresh", stack: 0 },
  ]),
];
