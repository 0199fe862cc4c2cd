/** Named sequences of events, most of them from earlier mistakes, with the split that the alias must have at the end. */
import { judge } from "./sequences";
import { Judge, type Knowledge } from "./judge";
import type { Subject } from "./subject";
import { type Event, type Keys, type Run, type Tree, World } from "./world";

export interface Named {
  readonly name: string;
  readonly first?: Partial<Tree>;
  readonly events: readonly Event[];
  /** The split after the last event: version to percent. */
  readonly split: Readonly<Record<string, number>>;
  /** Whether the last run must fail. */
  readonly fails?: boolean;
  /** Text that the warnings or the error message of the last run must contain. */
  readonly text?: RegExp;
}

const run: Event = { do: "run" };
const set = (keys: Keys): Event[] => [{ do: "commit", set: keys }, run];
const unset = (...keys: string[]): Event[] => [{ do: "commit", unset: keys }, run];
const code = (name: string, keys: Keys = {}): Event[] => [{ do: "commit", code: name, set: keys }, run];
const revert = (back = 0): Event[] => [{ do: "revert", back }, run];
const hand = (what: Extract<Event, { do: "hand" }>["hand"]): Event => ({ do: "hand", hand: what });

/** Version 1 was released first, and version 2 was promoted. */
const PROMOTED: readonly Event[] = [run, ...code("b"), ...set({ weight: 100 }), ...unset("weight")];

export const NAMED: readonly Named[] = [
  {
    name: "1. A weight of 100 left from the last release comes back by git revert: no promotion",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), ...set({ weight: 25 }), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "1. A weight of 50 left from the last release comes back by git revert",
    first: { keys: { weight: 50 } },
    events: [run, ...code("b"), ...set({ weight: 10 }), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "1. A weight from before the candidate does not apply to it, although another weight was in config when it came",
    first: { keys: { weight: 100 } },
    events: [run, ...set({ weight: 25 }), ...code("b"), ...revert(1)],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "2. A weight for another version raises nothing",
    events: [run, ...code("b"), ...code("c"), ...set({ weight: "v2=50" })],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "2. A weight of 100 for another version promotes nothing",
    events: [run, ...code("b"), ...code("c"), ...set({ weight: "v2=100" })],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "3. A weight with a version that is left in config does not give traffic to the next change of an environment variable",
    events: [run, ...code("b"), ...set({ weight: "v2=100" }), { do: "commit", environment: "1" }, run],
    split: { "2": 95, "3": 5 },
  },
  {
    name: "3. A rejection does not apply to the same code with another environment variable",
    events: [run, ...code("b"), ...set({ reject: "v2" }), { do: "commit", environment: "1" }, run],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "4. A run that changes nothing is recorded: the late run of the reverted promotion moves nothing",
    events: [run, ...code("b"), { do: "commit", set: { weight: 100 } }, ...revert(), { do: "run", back: 1 }],
    split: { "1": 95, "2": 5 },
    fails: true,
  },
  {
    name: "5. A run of an older commit whose code is a former stable version moves no traffic, and fails",
    events: [...PROMOTED, { do: "run", back: 3 }],
    split: { "2": 100 },
    fails: true,
    text: /old/i,
  },
  {
    name: "5. The newest commit, after a run of an older one, gets the split of its config",
    events: [...PROMOTED, ...code("c"), { do: "run", back: 4 }, run],
    split: { "2": 95, "3": 5 },
    fails: false,
  },
  {
    name: "5. A reject in an older commit has no effect",
    events: [
      run,
      ...code("b"),
      ...set({ reject: "v2" }),
      ...set({ retry: "v2" }),
      ...set({ weight: 25 }),
      { do: "run", back: 2 },
    ],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "5. After a run of an older commit without rev lowered the share, the newest commit raises it again",
    events: [run, ...code("b"), ...set({ weight: 10 }), ...set({ weight: 50 }), { do: "run", back: 1 }, run],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "6. An exchange of main and additional version by hand with the same shares is no change: a lower weight lowers the share",
    events: [run, ...code("b"), ...set({ weight: 30 }), hand("swap"), ...set({ weight: 10 })],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "7. A rejected version that somebody adds to the alias as a third version loses its share",
    events: [run, ...code("b"), ...set({ reject: "v2" }), hand("third"), run],
    split: { "1": 100 },
  },
  {
    name: "7. A rejected version that somebody adds beside newer code loses its share, and the newer code needs a retry",
    events: [run, ...code("b"), ...set({ reject: "v2" }), ...code("c"), hand("third"), run],
    split: { "1": 100 },
  },
  {
    name: "The content of a rejected former stable version does not cause a rollback",
    events: [...PROMOTED, ...set({ reject: "v1" }), ...code("a")],
    split: { "2": 100 },
    fails: false,
  },
  {
    name: "The content of an older former stable version is new content",
    events: [...PROMOTED, ...code("c"), ...set({ weight: 100 }), ...unset("weight"), ...code("a")],
    split: { "1": 5, "3": 95 },
  },
  {
    name: "7. A rejected version that was deleted stays rejected when a revert publishes its content again",
    events: [
      run,
      ...code("b"),
      ...set({ reject: "v2" }),
      ...unset("reject"),
      ...code("a"),
      { do: "delete version", nth: 0 },
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "7. After seven rejections and a crash, the first rejection still applies",
    events: [
      run,
      ...["b", "c", "d", "e", "f", "g", "h"].flatMap((name): Event[] => [...code(name), ...set({ reject: "@v" })]),
      { do: "commit", code: "i", unset: ["reject"] },
      { do: "run", crash: "before the state" },
      ...code("b"),
    ],
    split: { "1": 100 },
  },
  {
    name: "7. After seven rejections and a lost state, the first rejection still applies",
    events: [
      run,
      ...["b", "c", "d", "e", "f", "g", "h"].flatMap((name): Event[] => [...code(name), ...set({ reject: "@v" })]),
      ...unset("reject"),
      { do: "lose state" },
      ...code("b"),
    ],
    split: { "1": 100 },
  },
  {
    name: "8. A release is renamed, its old alias is not deleted, and the release is renamed back",
    events: [
      run,
      ...code("b"),
      { do: "commit", aliasName: "live" },
      { do: "run", crash: "before pruning" },
      ...set({ weight: 25 }),
      { do: "commit", aliasName: "prod" },
      run,
    ],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "Preview: a weight with the number of the next version does not apply to this version",
    events: [run, ...code("b", { weight: "v2=100" })],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Preview: a weight with the revision of new content applies to this content",
    events: [run, ...code("b", { weight: "r2=50" })],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "Preview: hold with the former code waits, and the former stable version gets its traffic back",
    events: [...PROMOTED, ...set({ hold: true }), ...code("a")],
    split: { "1": 100 },
  },
  {
    name: "Preview: hold keeps the candidate's share",
    events: [run, ...code("b"), ...set({ weight: 50 }), ...set({ hold: true, weight: 75 })],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "Preview: after a lost state the split is kept",
    events: [run, ...code("b"), ...set({ weight: 25 }), { do: "lose state" }, run],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "Preview: an alias without a record is adopted with its split",
    events: [run, ...code("b"), ...set({ weight: 25 }), { do: "lose state" }, hand("no description"), run],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "Preview: a former stable version that was deleted by hand is not used for a rollback",
    events: [...PROMOTED, { do: "delete version", nth: 0 }, ...set({ reject: "v2" })],
    split: { "2": 100 },
    fails: true,
  },
  {
    name: "Preview: shares swapped by hand",
    events: [run, ...code("b"), ...set({ weight: 30 }), hand("swap"), run],
    split: { "1": 70, "2": 30 },
  },
  {
    name: "Runs succeed: reject of a deleted version",
    events: [
      run,
      ...code("b"),
      ...set({ reject: "v2" }),
      ...code("c"),
      { do: "delete version", nth: 0 },
      run,
      ...code("d"),
    ],
    split: { "1": 95, "4": 5 },
    fails: false,
  },
  {
    name: "Runs succeed: retry of a deleted version",
    events: [
      run,
      ...code("b"),
      ...set({ retry: "v2@1" }),
      ...code("c"),
      { do: "delete version", nth: 0 },
      ...code("d"),
    ],
    split: { "1": 95, "4": 5 },
    fails: false,
  },
  {
    name: "Runs succeed: with keep 0, hold and reject, the version that waits is not deleted",
    events: [run, ...set({ keep: 0, hold: true, reject: "v1" }), ...code("b"), ...code("c"), run],
    split: { "1": 100 },
    fails: false,
  },
  {
    name: "Runs succeed: alias and stable version were both deleted",
    events: [...PROMOTED, { do: "delete alias" }, { do: "delete version", nth: 1 }, ...code("c")],
    split: { "1": 95, "3": 5 },
    fails: false,
  },
  {
    name: "Runs succeed: the newest commit after a lost state and a run of an older commit",
    events: [run, ...code("b"), ...set({ weight: 25 }), { do: "lose state" }, { do: "run", back: 1 }, run],
    split: { "1": 75, "2": 25 },
    fails: false,
  },
  {
    name: "After a third rejection there is no former stable version: the run fails",
    events: [...PROMOTED, ...set({ reject: "v2" }), ...set({ reject: "v1" }), ...code("a")],
    split: { "1": 100 },
    fails: true,
  },
  {
    name: "A promotion is taken back by its revert",
    events: [run, ...code("b"), ...set({ weight: 25 }), ...set({ weight: 100 }), ...revert()],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "A promotion is not taken back after config had another weight",
    events: [
      run,
      ...code("b"),
      ...set({ weight: 25 }),
      ...set({ weight: 100 }),
      ...set({ weight: 50 }),
      ...set({ weight: 25 }),
    ],
    split: { "2": 100 },
  },
  {
    name: "With hold a lower weight lowers the share",
    events: [run, ...code("b"), ...set({ weight: 50 }), ...set({ hold: true, weight: 10 })],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "The weight applies after hold is removed",
    events: [run, ...code("b"), ...set({ hold: true, weight: 50 }), ...unset("hold")],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "The former stable version is kept for a rollback, also with keep 0",
    events: [run, ...code("b"), ...set({ weight: 100, keep: 0 }), ...set({ reject: "v2" })],
    split: { "1": 100 },
  },
  {
    name: "Removing the weight after a promotion does not take the promotion back",
    events: [run, ...code("b"), ...set({ weight: 25 }), ...set({ weight: 100 }), ...unset("weight")],
    split: { "2": 100 },
  },
  {
    name: "The revert of new code drops the candidate",
    events: [run, ...code("b"), ...set({ weight: 50 }), ...revert(1)],
    split: { "1": 100 },
  },
  {
    name: "The revert of promoted code is a rollback",
    events: [run, ...code("b"), ...set({ weight: 100 }), ...revert(1)],
    split: { "1": 100 },
  },
  {
    name: "After the revert of a retry the rejection applies again",
    events: [
      run,
      ...code("b"),
      ...set({ reject: "v2", weight: 25 }),
      ...unset("reject"),
      ...set({ retry: "v2" }),
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "The revert of the removal of hold gives the share under hold",
    events: [run, ...code("b"), ...set({ hold: true, weight: 50 }), ...unset("hold"), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "The revert of the removal of hold takes a promotion back",
    events: [run, ...code("b"), ...set({ hold: true, weight: 100 }), ...unset("hold"), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "The revert of a retry that promoted keeps the promotion: it is the same config as the clean-up",
    events: [
      run,
      ...code("b"),
      ...set({ reject: "v2" }),
      ...unset("reject"),
      ...set({ weight: 100 }),
      ...set({ retry: "v2" }),
      ...revert(),
    ],
    split: { "2": 100 },
  },
  {
    name: "The revert of the first weight after weight 0 lowers the candidate to 0 % again",
    first: { keys: { weight: 0 } },
    events: [run, ...code("b"), ...unset("weight"), ...set({ weight: 50 }), ...revert()],
    split: { "1": 100 },
  },
  {
    name: "A lowered candidate that comes back by a revert of newer code gets no higher share than before",
    events: [run, ...code("b"), ...set({ weight: 1 }), ...unset("weight"), ...code("c"), ...revert()],
    split: { "1": 99, "2": 1 },
  },
  {
    name: "The revert of code whose weight named its version with 100 gives the former candidate and the stable version their shares",
    events: [run, ...code("b"), ...code("c", { weight: "r3=100" }), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "After a share was lowered by hand, a higher weight does not raise it until a retry",
    events: [run, ...code("b"), ...set({ weight: 25 }), hand("lower"), ...set({ weight: 50 })],
    split: { "1": 87.5, "2": 12.5 },
  },
  {
    name: "After a share was lowered by hand, a retry lifts the limit",
    events: [run, ...code("b"), ...set({ weight: 25 }), hand("lower"), ...set({ weight: 50 }), ...set({ retry: "v2" })],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "After a share was raised by hand, the same weight keeps the share, and another weight sets it",
    events: [run, ...code("b"), hand("raise"), run, ...set({ weight: 10 })],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "The candidate is made the main version by hand",
    events: [run, ...code("b"), hand("promote"), run],
    split: { "2": 100 },
  },
  {
    name: "The alias is deleted by hand: the stable version has all traffic",
    events: [run, ...code("b"), ...set({ weight: 50 }), { do: "delete alias" }, run],
    split: { "1": 100 },
  },
  {
    name: "The first run",
    first: { keys: { weight: 5 } },
    events: [run],
    split: { "1": 100 },
  },
  {
    name: "New code is raised by weights and promoted",
    events: [
      run,
      ...code("b"),
      ...set({ weight: 25 }),
      ...set({ weight: 50 }),
      ...set({ weight: 100 }),
      ...unset("weight"),
      ...code("c"),
    ],
    split: { "2": 95, "3": 5 },
  },
  {
    name: "With strategy direct new content gets all traffic at once",
    first: { keys: { strategy: "direct" } },
    events: [run, ...code("b")],
    split: { "2": 100 },
  },
  {
    name: "Preview: a main version set by hand is known if two versions have a share",
    first: { keys: { weight: 25 } },
    events: [run, ...code("b"), { do: "commit", environment: "1" }, run, hand("promote"), hand("third"), ...revert()],
    split: { "2": 5, "3": 95 },
  },
  {
    name: "Preview: the stable version of a deleted alias may also have been deleted",
    events: [...PROMOTED, { do: "delete alias" }, { do: "delete version", nth: 1 }, run],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "Preview: content whose version was deleted by hand",
    events: [run, ...code("b"), ...revert(), { do: "delete version", nth: 0 }, ...set({ weight: 10 }), ...revert(1)],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "After a version that waits was made the main version by hand, a rollback is still possible",
    events: [
      run,
      ...set({ hold: true }),
      { do: "commit", environment: "1" },
      run,
      hand("all to an older version"),
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "A version that waits and gets a share by hand is the candidate; the stable content drops it",
    events: [run, ...set({ hold: true }), ...code("b"), hand("third as main"), run, ...code("a")],
    split: { "1": 100 },
  },
  {
    name: "After a promotion by hand, a rejection goes back to the former stable version",
    events: [
      run,
      ...code("b"),
      ...revert(),
      hand("all to an older version"),
      run,
      hand("all to an older version"),
      ...set({ reject: "v1" }),
    ],
    split: { "2": 100 },
  },
  {
    name: "A reject that replaces a retry in config needs no second number",
    events: [
      run,
      ...code("b"),
      ...set({ retry: "v2" }),
      { do: "commit", set: { reject: "v2" }, unset: ["retry"] },
      run,
      { do: "commit", set: { retry: "v2" }, unset: ["reject"] },
      run,
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A rename to the name of an alias whose state was lost keeps that alias's split",
    events: [run, ...code("b"), { do: "lose state" }, { do: "commit", aliasName: "live" }, run, ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A promotion whose share was lowered by hand is taken back by its revert, and the lowering still applies",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), ...set({ weight: "v2=100" }), hand("third as main"), run, ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Content that an adopted alias does not have starts like new content",
    events: [{ do: "run", crash: "before the state" }, { do: "commit", code: "b" }, hand("no description"), run],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A weight that is set again after a raise by hand means its number",
    first: { keys: { weight: 0 } },
    events: [run, ...code("b"), hand("third as main"), run, ...set({ weight: 50 }), ...set({ weight: 0 })],
    split: { "1": 100 },
  },
  {
    name: "After a raise and then a lowering by hand, the lower share stays",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), hand("raise"), run, hand("lower"), run],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "A share that somebody gives a lowered former stable version does not cause a rollback",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), ...revert(), hand("all to an older version"), run, hand("third"), run],
    split: { "1": 20, "2": 80 },
  },
  {
    name: "A raise by hand ends with a rejection",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), hand("raise"), ...set({ reject: "v2" }), ...set({ retry: "v2" }), ...unset("reject")],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Without a weight the candidate gets the new first step after a change of steps",
    events: [run, ...code("b"), ...set({ weight: 3 }), ...unset("weight"), ...set({ steps: [2, 20] })],
    split: { "1": 98, "2": 2 },
  },
  {
    name: "A weight that was in config while content waited under hold means its first share",
    events: [run, ...code("b", { hold: true, weight: "v2=100" }), ...unset("hold")],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A weight with the number under which the same content is published again does not apply to it, also in the next run",
    first: { keys: { weight: 0 } },
    events: [
      run,
      ...code("b"),
      { do: "commit", set: { weight: "v3=100" } },
      { do: "delete version", nth: 0 },
      run,
      run,
    ],
    split: { "1": 100 },
  },
  {
    name: "Every revision under which content was deployed names it, also after a late run",
    events: [
      run,
      { do: "commit", environment: "2" },
      run,
      ...revert(),
      ...revert(),
      ...set({ weight: "r4=50" }),
      { do: "run", back: 2 },
      run,
    ],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "7. A rejected version whose state was lost and that was deleted stays rejected under its new number",
    events: [run, ...code("b"), ...set({ reject: "v2" }), { do: "lose state" }, { do: "delete version", nth: 0 }, run],
    split: { "1": 100 },
  },
  {
    name: "A retry under hold gives no traffic, also in the second run",
    events: [run, ...code("b"), ...set({ reject: "v2" }), ...set({ retry: "v2", hold: true }), run],
    split: { "1": 100 },
  },
  {
    name: "With keep 0 a rollback does not delete the version published last, so its content can come back",
    events: [
      run,
      ...set({ keep: 0 }),
      ...code("b"),
      ...set({ weight: 100 }),
      ...unset("weight"),
      ...code("a"),
      ...code("b"),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Content that was lowered by hand stays low after its version was deleted and state was lost",
    events: [run, ...code("b"), hand("zero"), { do: "delete version", nth: 0 }, { do: "lose state" }, run],
    split: { "1": 100 },
  },
  {
    name: "Content that was lowered by hand stays low if a run recorded the lowering before state was lost",
    events: [run, ...code("b"), hand("zero"), run, { do: "delete version", nth: 0 }, { do: "lose state" }, run],
    split: { "1": 100 },
  },
  {
    name: "The revert of content that was promoted in its first run gives a rejected former stable version no traffic",
    events: [run, ...code("b", { reject: "v1" }), ...code("c", { weight: "r3=100" }), ...revert()],
    split: { "2": 5, "3": 95 },
  },
  {
    name: "A rejection of a deleted version applies to its content under a new number",
    events: [
      run,
      ...code("b"),
      ...code("a"),
      { do: "delete version", nth: 0 },
      ...code("c"),
      ...set({ reject: "v2" }),
      ...code("b"),
    ],
    split: { "1": 100 },
  },
  {
    name: "A promotion is taken back although its alias was deleted: only a share lowered by hand counts as lowered",
    first: { keys: { weight: 25 } },
    events: [
      run,
      ...code("b"),
      ...set({ weight: "v2=100" }),
      { do: "revert", back: 0 },
      { do: "delete alias" },
      run,
      run,
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "New content under hold that had a share by hand before is the candidate at once",
    events: [
      run,
      ...set({ hold: true }),
      ...code("b"),
      ...code("a"),
      hand("third as main"),
      { do: "commit", code: "b" },
      run,
    ],
    split: { "1": 40, "2": 60 },
  },
  {
    name: "If reject and retry are set together, the retry applies, also after it has promoted the version",
    events: [
      run,
      ...code("b"),
      { do: "commit", set: { reject: "@r" } },
      { do: "commit", set: { retry: "@v@2", weight: "@v=100" } },
      run,
      run,
    ],
    split: { "2": 100 },
  },
  {
    name: "A weight with the former number of content whose version was deleted does not apply to it",
    first: { keys: { weight: 0 } },
    events: [
      { do: "run", crash: "before the state" },
      ...code("b"),
      { do: "delete version", nth: 0 },
      run,
      { do: "commit", set: { weight: "@o=100" } },
      run,
    ],
    split: { "1": 100 },
  },
  {
    name: "An alias that a crashed rename left beside the old one is not a change by hand",
    events: [
      run,
      { do: "commit", code: "b" },
      { do: "commit", aliasName: "live" },
      { do: "run", crash: "before the state" },
      ...set({ weight: 3 }),
    ],
    split: { "1": 97, "2": 3 },
  },
  {
    name: "After alias and state were lost a release starts again: earlier content is new content, also by a revert",
    events: [run, ...code("b"), { do: "delete alias" }, { do: "lose state" }, run, ...revert()],
    split: { "1": 5, "2": 95 },
  },
  {
    name: "A retry gives the share to which a version was raised by hand before it was lowered",
    events: [run, ...code("b"), hand("raise"), run, hand("lower"), ...set({ retry: "v2" })],
    split: { "1": 80, "2": 20 },
  },
  {
    name: "A retry gives the share to which a version was raised by hand, also if config has a lower weight",
    events: [
      run,
      ...code("b"),
      ...set({ weight: 10 }),
      hand("raise"),
      run,
      { do: "commit", set: { retry: "v2" } },
      hand("zero"),
      run,
    ],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "After a rollback by hand, a rejection goes to the version that was stable before",
    events: [
      run,
      ...code("b", { strategy: "direct" }),
      ...code("c"),
      ...set({ strategy: "canary" }),
      hand("all to an older version"),
      ...code("a"),
    ],
    split: { "1": 100 },
  },
  {
    name: "The revert of newer code goes back to the version that was made stable by hand",
    events: [
      run,
      ...code("b"),
      ...code("c"),
      hand("all to an older version"),
      run,
      hand("all to an older version"),
      ...revert(),
    ],
    split: { "2": 100 },
  },
  {
    name: "A rejection is remembered in the run after a crashed rename",
    events: [
      run,
      { do: "commit", aliasName: "live" },
      { do: "run", crash: "before the state" },
      { do: "commit", set: { reject: "v1" } },
      { do: "run", refresh: false },
      ...revert(),
    ],
    split: { "1": 100 },
    fails: true,
  },
  {
    name: "A run of an older commit with the new name moves no traffic after a crashed rename",
    events: [
      run,
      { do: "commit", aliasName: "live" },
      { do: "commit", set: { reject: "v1" } },
      { do: "run", crash: "before the state", refresh: false },
      { do: "run", back: 1 },
    ],
    split: { "1": 100 },
    fails: true,
    text: /older commit \(rev 1760000600\) than the newest run \(rev 1760001200\)/,
  },
  {
    name: "Two promotions of content in its first run are taken back by two reverts",
    events: [
      run,
      { do: "commit", environment: "2" },
      run,
      ...set({ strategy: "direct" }),
      ...code("b"),
      ...code("a"),
      ...revert(),
      ...revert(2),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A late run of a reverted rename moves no traffic",
    events: [
      run,
      { do: "commit", aliasName: "live" },
      { do: "run", crash: "before pruning" },
      ...revert(),
      { do: "run", back: 1, refresh: false },
    ],
    split: { "1": 100 },
  },
  {
    name: "Content that waited starts if a revert deploys it again after hold was removed",
    events: [run, ...set({ hold: true }), ...code("b"), ...code("c"), ...revert(2), ...revert(1)],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A rejection that comes with the adoption of an alias is remembered",
    events: [
      { do: "run", crash: "before the state" },
      { do: "commit", set: { reject: "v1" } },
      hand("no description"),
      run,
      ...revert(),
    ],
    split: { "1": 100 },
    fails: true,
  },
  {
    name: "Content that waited starts at the first step that config has when the hold ends",
    events: [
      run,
      { do: "commit", set: { weight: "@n=100" } },
      { do: "commit", set: { steps: [2, 20], hold: true } },
      ...code("b"),
      ...revert(1),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "After a revert to a rejected candidate one run is enough, also if a third version was set by hand",
    events: [
      { do: "run", refresh: false },
      ...code("b"),
      { do: "commit", set: { reject: "@r" } },
      run,
      { do: "hand", hand: "third" },
      ...code("c"),
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "A promotion that is taken back after another version was made the main one by hand names no version twice",
    first: { keys: { weight: 0 } },
    events: [
      run,
      { do: "commit", code: "b" },
      { do: "run", refresh: false },
      ...set({ weight: "@v=100" }),
      hand("third as main"),
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "A weight for the next revision may be written a commit before its content",
    events: [run, ...set({ weight: "r2=50" }), ...code("b")],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "A rename under hold to the name of an alias whose state was lost does not change this alias",
    events: [
      { do: "run", crash: "before the state" },
      { do: "commit", code: "b" },
      { do: "run", crash: "before the state" },
      { do: "commit", aliasName: "live" },
      { do: "run", refresh: false },
      ...set({ weight: 25 }),
      { do: "commit", set: { hold: true } },
      { do: "commit", aliasName: "prod" },
      run,
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Preview: the run after a rename that was interrupted begins with the split of the former name",
    first: { keys: { weight: 100 } },
    events: [
      { do: "commit", set: { reject: "v1" } },
      { do: "commit", environment: "1" },
      run,
      { do: "revert", back: 0 },
      { do: "commit", aliasName: "live" },
      { do: "run", crash: "before the state" },
      run,
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A share raised by hand comes back with its candidate by a revert, and the weight does not mean this share",
    first: { keys: { weight: 50 } },
    events: [run, ...code("b"), hand("raise"), ...revert(), ...revert(), ...set({ weight: "0.5%" }), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "The revert of the removal of hold gives a candidate that came back meanwhile no traffic, as under hold",
    events: [
      run,
      ...code("b"),
      ...code("c"),
      { do: "revert", back: 0 },
      ...set({ hold: true }),
      ...revert(),
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "A retry of a revision that only a run of an older commit had has no effect",
    events: [
      run,
      { do: "commit", code: "b" },
      ...set({ reject: "@v" }),
      { do: "commit", set: { reject: "@v" } },
      { do: "run", back: 3 },
      ...set({ retry: "@r" }),
    ],
    split: { "1": 100 },
    fails: true,
  },
  {
    name: "A reject of a version that was deleted before the release knew it is refused",
    events: [
      run,
      { do: "commit", code: "c" },
      { do: "run", crash: "before the release" },
      { do: "revert", back: 0 },
      { do: "delete version", nth: 0 },
      ...set({ reject: "@v" }),
    ],
    split: { "1": 100 },
    fails: true,
    text: /reject: v2 names no version of this function: the newest known is v1/,
  },
  {
    name: "A weight for a revision that only a run of an older commit had counts as no weight",
    events: [
      { do: "commit", code: "b" },
      run,
      { do: "commit", set: { weight: "0.5%" } },
      { do: "run", back: 2, refresh: false },
      { do: "commit", set: { weight: "@R=100" } },
      { do: "run", crash: "before the state" },
      ...code("a"),
      run,
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "With hold a deleted alias is created again without its candidate, also with a retry",
    events: [
      run,
      { do: "commit", environment: "2" },
      { do: "run", refresh: false },
      { do: "delete alias" },
      ...set({ hold: true, retry: "@v@1" }),
    ],
    split: { "1": 100 },
  },
  {
    name: "A rejection by the number that the content had before is newer than a retry by its number of today",
    first: { keys: { weight: 0 } },
    events: [
      run,
      ...code("b"),
      { do: "delete version", nth: 0 },
      run,
      ...set({ retry: "@v", weight: "0.5%" }),
      ...set({ reject: "@o" }),
    ],
    split: { "1": 100 },
    text: /v3 is rejected and gets no traffic; retry: v3@2 lifts the rejection/,
  },
  {
    name: "A retry by the new number of the content is newer than a rejection that came while the old number was retried",
    events: [
      run,
      ...code("b"),
      { do: "commit", set: { retry: "@v" } },
      ...code("a"),
      { do: "delete version", nth: 0 },
      ...revert(),
      ...set({ reject: "@v" }),
      ...set({ retry: "@v", weight: 50 }),
    ],
    split: { "1": 50, "3": 50 },
  },
  {
    name: "A version that a hand took the traffic of and raised again follows the weight that a revert brings back",
    events: [
      run,
      { do: "commit", code: "b" },
      { do: "run", refresh: false },
      { do: "delete alias" },
      ...set({ weight: 100 }),
      ...set({ weight: 50 }),
      { do: "revert", back: 0 },
      hand("third as main"),
      run,
    ],
    split: { "2": 100 },
  },
  {
    name: "Content that waited starts at the first step, also if the commit that ends the hold sets a weight",
    events: [
      run,
      { do: "commit", code: "b" },
      ...set({ hold: true }),
      { do: "commit", set: { weight: 25, hold: false } },
      { do: "run", refresh: false },
      { do: "run", refresh: false },
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Content that waited starts at the first step, also if a commit before the end of the hold set a weight of 100",
    first: { keys: { weight: 0 } },
    events: [
      run,
      { do: "commit", environment: "1" },
      ...set({ hold: true }),
      { do: "commit", set: { weight: 100 } },
      { do: "commit", set: { hold: false } },
      { do: "run", refresh: false },
      { do: "run", refresh: false },
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A weight set in the commit that ends a hold is for the candidate whose content a revert brought back",
    first: { keys: { weight: 100 } },
    events: [
      run,
      { do: "commit", environment: "1" },
      run,
      { do: "commit", set: { hold: true } },
      ...code("c"),
      { do: "revert", back: 0 },
      ...set({ hold: false, weight: 25 }),
    ],
    split: { "1": 75, "2": 25 },
  },
  {
    name: "A weight that came while other content waited raises nothing when the candidate's content comes back",
    events: [
      run,
      ...code("b"),
      { do: "commit", set: { hold: true } },
      { do: "commit", set: { weight: 100 } },
      { do: "commit", environment: "1" },
      run,
      ...revert(),
      ...unset("hold"),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "After an older state came back, a weight for a revision that it does not know counts as no weight",
    first: { keys: { weight: 100 } },
    events: [
      run,
      { do: "commit", code: "b" },
      { do: "run", refresh: false },
      { do: "commit", set: { weight: "@R=50", strategy: "direct" } },
      { do: "commit", code: "c" },
      { do: "run", refresh: false },
      { do: "restore state", back: 1 },
      ...code("b"),
    ],
    split: { "2": 100 },
  },
  {
    name: "An older commit with another alias name is refused, also where that name has an alias of its own",
    events: [
      { do: "run", crash: "before the state" },
      { do: "commit", aliasName: "live" },
      ...code("b"),
      { do: "run", back: 2, refresh: false },
    ],
    split: { "2": 100 },
    fails: true,
    text: /older commit \(rev 1760000000\) than the newest run \(rev 1760001200\)/,
  },
  {
    name: "A former stable version that a hand raised again gets all traffic back by the revert of the newer code",
    events: [
      run,
      { do: "commit", code: "b" },
      { do: "run", crash: "before the release", refresh: false },
      hand("all to an older version"),
      run,
      hand("third as main"),
      run,
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "A rejection that is set again is newer than the retry that lifted it: with the stable version rejected as well, the run fails",
    events: [
      run,
      ...code("b"),
      ...set({ reject: "@v" }),
      { do: "commit", set: { retry: "@v" } },
      ...set({ reject: "@o" }),
      ...set({ reject: "@v" }),
    ],
    split: { "1": 100 },
    fails: true,
    text: /v1 is rejected, and there is no earlier stable version/,
  },
  {
    name: "A rejection that is newer than a retry in config counts more than a hand that makes the version the main version",
    events: [
      run,
      ...code("b"),
      ...set({ retry: "@v@2" }),
      ...set({ reject: "@v" }),
      { do: "hand", hand: "all to an older version" },
      { do: "run", back: 2 },
      run,
      run,
    ],
    split: { "1": 100 },
  },
  {
    name: "A weight for a revision that a restored state does not know starts the content at the first step, and a weight of earlier runs keeps that",
    events: [
      { do: "commit", set: { weight: "25%" } },
      run,
      ...code("b"),
      { do: "commit", code: "c", set: { weight: "@r=50" } },
      run,
      { do: "commit", code: "b" },
      { do: "restore state", back: 1 },
      run,
      ...set({ weight: "25%" }),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A rollback to content whose version was deleted leaves the version that a hand made stable, so its content starts as new content",
    first: { keys: { weight: 0 } },
    events: [
      run,
      ...code("b"),
      hand("all to an older version"),
      { do: "delete version", nth: 0 },
      ...revert(),
      ...revert(),
    ],
    split: { "3": 100 },
  },
  {
    name: "A raise by hand ends the lowering of the same content under an earlier number",
    events: [run, ...code("b"), { do: "delete alias" }, run, { do: "delete version", nth: 0 }, run, hand("third"), run],
    split: { "1": 80, "3": 20 },
  },
  {
    name: "A retry of a version that a hand had promoted gives it the weight that names it, also if the weight is older",
    first: { keys: { weight: 25 } },
    events: [
      run,
      { do: "commit", set: { weight: "@n=100" } },
      { do: "commit", environment: "2" },
      run,
      { do: "commit", set: { reject: "@v" } },
      hand("promote"),
      run,
      ...set({ retry: "@v" }),
    ],
    split: { "2": 100 },
  },
  {
    name: "A release that began anew under another name takes its split along when the rename is reverted",
    events: [
      run,
      run,
      ...code("b"),
      { do: "commit", aliasName: "live" },
      { do: "commit", code: "c" },
      { do: "lose state" },
      run,
      { do: "delete alias" },
      run,
      ...revert(1),
    ],
    split: { "3": 100 },
  },
  {
    name: "A weight that was changed while content waited under hold means 0 % when hold comes back",
    events: [
      run,
      { do: "commit", set: { hold: true } },
      ...code("b", { weight: 50 }),
      ...set({ weight: 3 }),
      ...set({ hold: false }),
      ...revert(),
    ],
    split: { "1": 100 },
  },
  {
    name: "A rollback to lost content is not undone by its revert",
    events: [
      run,
      { do: "delete alias" },
      { do: "commit", code: "b" },
      { do: "delete version", nth: 0 },
      run,
      ...revert(),
      ...revert(),
    ],
    split: { "2": 5, "3": 95 },
  },
  {
    name: "Content that was dropped and comes back under hold starts when the hold is reverted",
    events: [
      run,
      ...code("b"),
      ...revert(),
      { do: "revert", back: 0 },
      { do: "commit", set: { hold: true } },
      run,
      ...revert(),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Content that became stable because alias and stable version were deleted goes back by a revert at once",
    events: [
      run,
      { do: "commit", code: "b" },
      { do: "delete alias" },
      { do: "delete version", nth: 0 },
      run,
      ...revert(),
    ],
    split: { "3": 100 },
  },
  {
    name: "A revert of the removal of hold takes back the promotion of content that waited, also where it was direct",
    first: { keys: { hold: true, strategy: "direct" } },
    events: [run, { do: "commit", environment: "1" }, run, ...unset("hold"), ...revert()],
    split: { "1": 100 },
  },
  {
    name: "After a rollback of what a hand had promoted, the next promotion is taken back by a revert",
    events: [
      run,
      ...code("b", { weight: 25 }),
      hand("promote"),
      ...revert(),
      ...revert(),
      ...set({ weight: "@R=100" }),
      ...revert(),
    ],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A weight that was in config only in runs that did not write the alias is forgotten with the state",
    first: { keys: { weight: 0 } },
    events: [run, ...set({ weight: 25 }), ...set({ weight: 0 }), { do: "lose state" }, ...code("b"), ...revert(1)],
    split: { "1": 75, "2": 25 },
  },
];

/** Runs a sequence; returns what is wrong, or undefined. */
export function check<S>(subject: Subject<S>, { first, events, split, fails, text }: Named): string | undefined {
  let last: Run<S, Knowledge> | undefined;
  const watcher = new Judge<S>();
  const world = new World<S, Knowledge>(
    subject,
    {
      committed: (commit) => watcher.committed(commit),
      ran: (one, where) => {
        last = one;
        return watcher.ran(one, where);
      },
      pruned: (deleted, known) => watcher.pruned(deleted, known),
    },
    first,
  );
  for (const event of events) {
    const dies = event.do === "run" && event.crash !== undefined;
    if (!world.apply(event) && !dies) return `not possible: ${JSON.stringify(event)}`;
  }
  const got = Object.fromEntries(Object.entries(world.shares).map(([version, tenths]) => [version, tenths / 10]));
  const expected = Object.fromEntries(Object.entries(split));
  if (JSON.stringify(Object.entries(got).sort()) !== JSON.stringify(Object.entries(expected).sort())) {
    return `split ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`;
  }
  const failure = last?.outcome.failure;
  if (fails !== undefined && (failure !== undefined) !== fails)
    return `failure: ${failure ?? "none"}, expected ${fails}`;
  if (text && !text.test([failure, ...(last?.outcome.notices ?? [])].join("\n"))) return `text without ${String(text)}`;
  const [violation] = judge(subject, { ...(first ? { first } : {}), events });
  return violation && `${violation.check}: ${violation.text}`;
}
