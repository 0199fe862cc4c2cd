/** The sequences that were found on the way here, by name, for any subject: what each run must leave on the alias. */
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
  /** The last run fails, or not. */
  readonly fails?: boolean;
  /** What the last run's notices or failure hold. */
  readonly text?: RegExp;
}

const run: Event = { do: "run" };
const set = (keys: Keys): Event[] => [{ do: "commit", set: keys }, run];
const unset = (...keys: string[]): Event[] => [{ do: "commit", unset: keys }, run];
const code = (name: string, keys: Keys = {}): Event[] => [{ do: "commit", code: name, set: keys }, run];
const revert = (back = 0): Event[] => [{ do: "revert", back }, run];
const hand = (what: Extract<Event, { do: "hand" }>["hand"]): Event => ({ do: "hand", hand: what });

/** `prod` at version 1, version 2 promoted. */
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
    name: "1. A number that stood in config before the candidate came is no wish for it, though another stood at its arrival",
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
    name: "3. A bound weight left in config does not ship the next change of an environment variable",
    events: [run, ...code("b"), ...set({ weight: "v2=100" }), { do: "commit", environment: "1" }, run],
    split: { "2": 95, "3": 5 },
  },
  {
    name: "3. A rejection does not cover the fix that is a change of an environment variable",
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
    name: "5. An older commit whose code is a former stable moves nothing, and fails",
    events: [...PROMOTED, { do: "run", back: 3 }],
    split: { "2": 100 },
    fails: true,
    text: /old/i,
  },
  {
    name: "5. The newest commit after an older run has its split",
    events: [...PROMOTED, ...code("c"), { do: "run", back: 4 }, run],
    split: { "2": 95, "3": 5 },
    fails: false,
  },
  {
    name: "5. An older rejection rejects nothing",
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
    name: "5. An older run that lowers is healed by the newest",
    events: [run, ...code("b"), ...set({ weight: 10 }), ...set({ weight: 50 }), { do: "run", back: 1 }, run],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "6. Shares swapped by hand are the same shares: a lower weight lowers",
    events: [run, ...code("b"), ...set({ weight: 30 }), hand("swap"), ...set({ weight: 10 })],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "7. A rejected version that a hand puts on the alias as a third one goes",
    events: [run, ...code("b"), ...set({ reject: "v2" }), hand("third"), run],
    split: { "1": 100 },
  },
  {
    name: "7. A rejected version that a hand puts beside newer code goes, and the newer code waits for a retry",
    events: [run, ...code("b"), ...set({ reject: "v2" }), ...code("c"), hand("third"), run],
    split: { "1": 100 },
  },
  {
    name: "The content of a rejected former stable version is no rollback",
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
    name: "7. A rejected version that was deleted stays rejected when a revert publishes it anew",
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
    name: "7. Seven rejections and a crash: the first is still one",
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
    name: "7. Seven rejections and a lost state: the first is still one",
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
    name: "8. A new name whose old alias stays behind, and back again",
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
    name: "Preview: a weight for the number of the next version is no weight for it",
    events: [run, ...code("b", { weight: "v2=100" })],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Preview: the revision of the new content names it",
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
    name: "Preview: an older version deleted by hand is no way back",
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
    name: "Never stuck: reject of a version that is gone",
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
    name: "Never stuck: retry of a version that is gone",
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
    name: "Never stuck: keep 0 with hold and reject leaves the version that waits",
    events: [run, ...set({ keep: 0, hold: true, reject: "v1" }), ...code("b"), ...code("c"), run],
    split: { "1": 100 },
    fails: false,
  },
  {
    name: "Never stuck: alias and stable version are both deleted",
    events: [...PROMOTED, { do: "delete alias" }, { do: "delete version", nth: 1 }, ...code("c")],
    split: { "1": 95, "3": 5 },
    fails: false,
  },
  {
    name: "Never stuck: the newest commit after a lost state and an older run",
    events: [run, ...code("b"), ...set({ weight: 25 }), { do: "lose state" }, { do: "run", back: 1 }, run],
    split: { "1": 75, "2": 25 },
    fails: false,
  },
  {
    name: "A third rejection has nothing to go back to: the run fails",
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
    name: "A promotion is not taken back once config had another value",
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
    name: "Hold lets a lower weight lower",
    events: [run, ...code("b"), ...set({ weight: 50 }), ...set({ hold: true, weight: 10 })],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "The end of a hold lets the weight count",
    events: [run, ...code("b"), ...set({ hold: true, weight: 50 }), ...unset("hold")],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "The former stable version is kept for a rollback, also with keep 0",
    events: [run, ...code("b"), ...set({ weight: 100, keep: 0 }), ...set({ reject: "v2" })],
    split: { "1": 100 },
  },
  {
    name: "The clean-up after a promotion takes nothing back",
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
    name: "The revert of a retry puts the rejection in force again",
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
    name: "The revert of the end of a hold puts the held share back",
    events: [run, ...code("b"), ...set({ hold: true, weight: 50 }), ...unset("hold"), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "The revert of the end of a hold takes a promotion back",
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
    name: "The revert of the first weight after a paused candidate lowers it to nothing again",
    first: { keys: { weight: 0 } },
    events: [run, ...code("b"), ...unset("weight"), ...set({ weight: 50 }), ...revert()],
    split: { "1": 100 },
  },
  {
    name: "A lowered candidate that comes back by a revert of newer code has no more than when it left",
    events: [run, ...code("b"), ...set({ weight: 1 }), ...unset("weight"), ...code("c"), ...revert()],
    split: { "1": 99, "2": 1 },
  },
  {
    name: "The revert of code with a bound weight of 100 gives a former candidate and the stable version their shares back",
    events: [run, ...code("b"), ...code("c", { weight: "r3=100" }), ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A hand lowers: a higher weight raises nothing until a retry",
    events: [run, ...code("b"), ...set({ weight: 25 }), hand("lower"), ...set({ weight: 50 })],
    split: { "1": 87.5, "2": 12.5 },
  },
  {
    name: "A hand lowers, a retry lifts",
    events: [run, ...code("b"), ...set({ weight: 25 }), hand("lower"), ...set({ weight: 50 }), ...set({ retry: "v2" })],
    split: { "1": 50, "2": 50 },
  },
  {
    name: "A hand raises: config of the same value keeps it, another value counts",
    events: [run, ...code("b"), hand("raise"), run, ...set({ weight: 10 })],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "A hand makes the candidate the main version",
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
    name: "The plain workflow",
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
    name: "Direct sends all traffic to new content at once",
    first: { keys: { strategy: "direct" } },
    events: [run, ...code("b")],
    split: { "2": 100 },
  },
  {
    name: "Preview: the main version that a hand chose is known when two versions have a share",
    first: { keys: { weight: 25 } },
    events: [run, ...code("b"), { do: "commit", environment: "1" }, run, hand("promote"), hand("third"), ...revert()],
    split: { "2": 5, "3": 95 },
  },
  {
    name: "Preview: the stable version of a deleted alias may be gone",
    events: [...PROMOTED, { do: "delete alias" }, { do: "delete version", nth: 1 }, run],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "Preview: content whose version was deleted by hand",
    events: [run, ...code("b"), ...revert(), { do: "delete version", nth: 0 }, ...set({ weight: 10 }), ...revert(1)],
    split: { "1": 95, "3": 5 },
  },
  {
    name: "A hand makes what waits the main version: the way back stays open",
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
    name: "A hand gives traffic to what waits: it is the candidate, and the stable content drops it",
    events: [run, ...set({ hold: true }), ...code("b"), hand("third as main"), run, ...code("a")],
    split: { "1": 100 },
  },
  {
    name: "A hand that promotes the candidate leaves a way back for a rejection",
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
    name: "A rejection that takes the place of a retry needs no second count",
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
    name: "A promotion that a hand began to take back is taken back by its revert, and the hand goes on counting",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), ...set({ weight: "v2=100" }), hand("third as main"), run, ...revert()],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "Content that an adopted alias does not have starts as new content does",
    events: [{ do: "run", crash: "before the state" }, { do: "commit", code: "b" }, hand("no description"), run],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A weight that comes back after a hand raised under it means what it says",
    first: { keys: { weight: 0 } },
    events: [run, ...code("b"), hand("third as main"), run, ...set({ weight: 50 }), ...set({ weight: 0 })],
    split: { "1": 100 },
  },
  {
    name: "A hand raises and then lowers: what is left stays",
    first: { keys: { weight: 100 } },
    events: [run, ...code("b"), hand("raise"), run, hand("lower"), run],
    split: { "1": 90, "2": 10 },
  },
  {
    name: "A hand that gives a lowered former stable version a share is no rollback",
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
    name: "No weight means another first step when the steps change",
    events: [run, ...code("b"), ...set({ weight: 3 }), ...unset("weight"), ...set({ steps: [2, 20] })],
    split: { "1": 98, "2": 2 },
  },
  {
    name: "A weight that stood when content waited under hold means its first share",
    events: [run, ...code("b", { hold: true, weight: "v2=100" }), ...unset("hold")],
    split: { "1": 95, "2": 5 },
  },
  {
    name: "A weight for the number that the same content gets anew is none for it, also in the next run",
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
    name: "Every revision of content that went and came names it, also after a late run",
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
    name: "A retry under hold gives nothing, twice",
    events: [run, ...code("b"), ...set({ reject: "v2" }), ...set({ retry: "v2", hold: true }), run],
    split: { "1": 100 },
  },
  {
    name: "With keep 0 a rollback leaves the version published last: its content can come back",
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
    name: "A hand took its traffic away, its version was deleted and state was lost: the same content stays where the hand left it",
    events: [run, ...code("b"), hand("zero"), { do: "delete version", nth: 0 }, { do: "lose state" }, run],
    split: { "1": 100 },
  },
  {
    name: "The same, when a run has seen the hand before state was lost",
    events: [run, ...code("b"), hand("zero"), run, { do: "delete version", nth: 0 }, { do: "lose state" }, run],
    split: { "1": 100 },
  },
  {
    name: "The revert of content that was promoted as it came gives a rejected former stable version nothing",
    events: [run, ...code("b", { reject: "v1" }), ...code("c", { weight: "r3=100" }), ...revert()],
    split: { "2": 5, "3": 95 },
  },
  {
    name: "A rejection of a version that was deleted before covers its content under a new number",
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
    name: "A promotion is taken back though its alias was deleted: only a share that a hand lowered counts as lowered",
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
    name: "New content under hold that a hand gave a share before is the candidate at once",
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
    name: "A rejection and a retry that came together: the retry counts, also once it has promoted",
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
    name: "A weight for the number that the same content had before it was deleted is none for it",
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
    name: "A renamed alias that a crashed run left beside the old one is no hand's work",
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
    name: "After alias and state were lost a release begins anew: content from before is new to it, also by a revert",
    events: [run, ...code("b"), { do: "delete alias" }, { do: "lose state" }, run, ...revert()],
    split: { "1": 5, "2": 95 },
  },
  {
    name: "A retry gives back what a hand had raised before it lowered",
    events: [run, ...code("b"), hand("raise"), run, hand("lower"), ...set({ retry: "v2" })],
    split: { "1": 80, "2": 20 },
  },
  {
    name: "A retry gives back what a hand had raised, also where config has a lower weight",
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
    name: "After a rollback by hand the version that was stable before it is the way back",
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
    name: "The revert of newer code goes back to the version that a hand had made stable",
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
    name: "Content that was promoted as it came, twice, is taken back twice",
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
    name: "A late run of a rename that was reverted moves nothing",
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
    name: "Content that waited starts when a revert brings it back after the end of the hold",
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
    if (!world.apply(event)) return `not possible: ${JSON.stringify(event)}`;
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
