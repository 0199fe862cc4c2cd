/**
 * Every row and filter of the decision, and the sequences that broke other designs, for any set of rules: the ones there are, and
 * ones that lack something. `1 95, 2 5`: version 1 at 95 %, 2 at 5.
 */
import type { decide } from "../../provider/core/decision";
import { World, rules } from "./world";

/** Something that happens to a release, and what must come of it; throws when it does not. */
export interface Sequence {
  readonly name: string;
  readonly run: (under: typeof decide) => void;
}

/** All of them. */
export const SEQUENCES: Sequence[] = [];

let world: World;
let fresh: () => World;
let prefix: string;

function group(name: string, members: () => void): void {
  prefix = name;
  members();
}

function sequence(name: string, happens: () => void): void {
  SEQUENCES.push({
    name: `${prefix} › ${name}`,
    run(under) {
      fresh = () => new World(under);
      world = fresh();
      world.run(1);
      happens();
    },
  });
}

/** Version 1 promoted over 0, 2 a canary at 25. */
function released(): void {
  world = fresh();
  world.run(10, { weight: 0 });
  world.run(11, { weight: 5 });
  world.run(11, { weight: 100 });
}

group("rows", () => {
  sequence("1: a promotion whose answer was lost is taken as landed", () => {
    world.run(2, { weight: 25 });
    world.byHand(2);
    const run = world.run(2, { weight: 100 });
    expect(rules(run)).toContain("landed");
    expect(world.state).toMatchObject({ stable: { versionId: "2" }, older: [{ versionId: "1" }] });
  });

  sequence("2: a first release gets all traffic, whatever weight and hold say", () => {
    const first = fresh();
    const run = first.run(1, { weight: 5, hold: true });
    expect(first.says()).toBe("1");
    expect(rules(run)).toEqual(["first"]);
  });

  sequence("3: an alias that is gone is made again with the stable version", () => {
    world.run(2, { weight: 5 });
    world.alias = undefined;
    expect(rules(world.run(2, { weight: 25 }))).toContain("recreated");
    expect(world.says()).toBe("1");
  });

  sequence("4: an alias without memory is taken over as it is, and nothing counts as newly set", () => {
    const adopted = fresh();
    adopted.byHand(7, 8, 30);
    expect(adopted.run(8, { weight: 100 }).wrote).toBe(false);
    expect(adopted.says()).toBe("7 70, 8 30");
    const lowered = fresh();
    lowered.byHand(7, 8, 30);
    lowered.run(8, { weight: 10 });
    expect(lowered.says()).toBe("7 90, 8 10");
    const other = fresh();
    other.byHand(7, 8, 30);
    other.run(9, { weight: 100 });
    expect(other.says()).toBe("7 95, 9 5");
  });

  sequence("5: a rejection is sticky after the key is gone, a retry token counts once", () => {
    world.run(2, { weight: 25 });
    world.run(2, { weight: 25, reject: "2" });
    expect(world.says()).toBe("1");
    expect(rules(world.run(2, { weight: 50 }))).toContain("rejected");
    expect(world.says()).toBe("1");
    world.run(2, { weight: 25, retry: "2@1" });
    expect(world.says()).toBe("1 75, 2 25");
    world.run(2, { weight: 25, reject: "2" });
    const used = world.run(2, { weight: 10, retry: "2@1" });
    expect(world.says()).toBe("1");
    expect(used.decision?.notices.at(-1)?.message).toContain("retry: 2@2 lifts that");
    expect(world.run(2, { reject: "99", weight: 1 }).refused).toBeUndefined();
    expect(world.run(2, { reject: "fp:ffffffff" }).refused).toContain("names no version of this release");
    expect(world.run(2, { reject: "2", retry: "v2@9" }).refused).toContain("both name version 2");
    expect(world.run(2, { reject: "fp:00000002", weight: 0 }).decision?.memory.rejected).toContain("2");
  });

  sequence("6: a rejected stable gives way to the next older one", () => {
    released();
    world.run(12, { weight: 25, for: "12" });
    world.run(12, { weight: 25, reject: "11" });
    expect(world.says()).toBe("10 75, 12 25");
    world.run(12, { weight: 25, reject: "10" });
    expect(world.says()).toBe("10 75, 12 25");
    expect(world.run(10, { reject: "10" }).refused).toContain("no older stable version to go back to");
  });

  sequence("7: a rejected candidate gets nothing", () => {
    world.run(2, { weight: 25 });
    world.run(2, { weight: 50, reject: "2" });
    expect(world.says()).toBe("1");
  });

  sequence("7: a rejection counts while other code waits, and a rejected version takes nobody's place", () => {
    world.run(2, { weight: 25, for: "2" });
    world.run(3, { hold: true, reject: "2" });
    expect(world.says()).toBe("1");
    world.run(4, { weight: 30, for: "4" });
    world.run(2, { hold: true });
    expect(world.says()).toBe("1 70, 4 30");
  });

  sequence("8a: the stable code again drops the candidate", () => {
    world.run(2, { weight: 25 });
    world.run(1, { weight: 25 });
    expect(world.says()).toBe("1");
    expect(world.state?.candidate).toBeUndefined();
  });

  sequence("8b: the code of the newest older stable goes straight back, and what was left comes back by steps", () => {
    released();
    world.run(10, { weight: 100 });
    expect(world.says()).toBe("10");
    world.run(11, { weight: 100 });
    expect(world.says()).toBe("10 95, 11 5");
  });

  sequence("9: new code starts at the first step or lower, or where it was meant to", () => {
    expect(rules(world.run(2, { weight: 100 }))).toEqual(["new code"]);
    expect(world.says()).toBe("1 95, 2 5");
    world.run(3, { weight: 2 });
    expect(world.says()).toBe("1 98, 3 2");
    world.run(4);
    expect(world.says()).toBe("1 95, 4 5");
    world.run(5, { weight: 30, for: "v5" });
    expect(world.says()).toBe("1 70, 5 30");
    world.run(6, { weight: 40, for: "fp:00000006" });
    expect(world.says()).toBe("1 60, 6 40");
    world.run(7, { weight: 40, for: "6" });
    expect(world.says()).toBe("1 95, 7 5");
    world.run(8, { strategy: "direct" });
    expect(world.says()).toBe("8");
    world.run(9, { strategy: "direct", weight: 0 });
    expect(world.says()).toBe("8");
  });

  sequence("10: the candidate follows a weight that is newly set, and nothing else", () => {
    world.run(2, { weight: 100 });
    expect(world.run(2, { weight: 100 }).wrote).toBe(false);
    world.run(2, { weight: 25 });
    expect(world.says()).toBe("1 75, 2 25");
    world.run(2, { steps: [1, 2] });
    expect(world.says()).toBe("1 75, 2 25");
    world.run(2, { weight: 100 });
    expect(world.says()).toBe("2");
  });
});

group("filters", () => {
  sequence("rev: a run of an older commit raises nothing, and says both numbers", () => {
    world.run(2, { weight: 5, rev: 20 });
    world.run(2, { weight: 0, rev: 30 });
    const { refused, wrote } = world.run(2, { weight: 25, rev: 20 });
    expect([refused, wrote]).toEqual([expect.stringMatching(/rev 20.*rev 30/), false]);
    expect(world.run(3, { weight: 5, rev: 20 }).refused).toContain("Nothing was written");
    world.run(2, { weight: 25, rev: 30 });
    expect(world.says()).toBe("1 75, 2 25");
    world.run(1, { rev: 10 });
    expect(world.says()).toBe("1");
  });

  sequence("rev: an old run that lowers does not make itself the newest, and lifts no rejection", () => {
    world.run(2, { weight: 25, for: "2", rev: 30 });
    world.run(2, { weight: 10, rev: 20 });
    expect(world.says()).toBe("1 90, 2 10");
    expect(world.run(2, { weight: 50, for: "2", rev: 25 }).refused).toContain("rev 30");
    world.run(2, { reject: "2", rev: 31 });
    world.run(2, { retry: "2@1", rev: 30 });
    expect(world.state?.rejected).toEqual(["2"]);
  });

  sequence("hold: nothing moves up, down is allowed, and what was seen meanwhile does not count", () => {
    world.run(2, { weight: 25, for: "2" });
    expect(rules(world.run(2, { weight: 50, hold: true }))).toContain("hold");
    expect(world.says()).toBe("1 75, 2 25");
    world.run(2, { weight: 10, hold: true });
    expect(world.says()).toBe("1 90, 2 10");
    world.run(2, { weight: 50 });
    expect(world.says()).toBe("1 50, 2 50");
    const { decision } = world.run(3, { weight: 50, hold: true });
    expect(decision?.waiting).toMatchObject({ versionId: "3" });
    expect(world.says()).toBe("1 50, 2 50");
  });

  sequence("brake: a share lowered by hand stays low until a retry or a promotion", () => {
    world.run(2, { weight: 51, for: "2" });
    world.byHand(1, 2, 3);
    expect(rules(world.run(2, { weight: 80 }))).toContain("brake");
    expect(world.says()).toBe("1 97, 2 3");
    world.run(2, { weight: 90 });
    expect(world.says()).toBe("1 97, 2 3");
    world.run(3, { weight: 90 });
    expect(world.says()).toBe("1 95, 3 5");
    world.run(2, { weight: 60, retry: "2@1", for: "2" });
    expect(world.says()).toBe("1 40, 2 60");
    world.byHand(1);
    world.run(2);
    world.run(3, { weight: 100, for: "3" });
    world.run(2);
    expect(world.says()).toBe("3 95, 2 5");
  });
});

group("sequences", () => {
  sequence("config 25 on a stable alias, then new code: 5, not 25", () => {
    world.run(1, { weight: 25 });
    world.run(2, { weight: 25 });
    expect(world.says()).toBe("1 95, 2 5");
  });

  sequence("config 100 and new code: 5, and a second identical run stays 5", () => {
    world.run(1, { weight: 100 });
    world.run(2, { weight: 100 });
    expect(world.run(2, { weight: 100 }).wrote).toBe(false);
    expect(world.says()).toBe("1 95, 2 5");
  });

  sequence("config 0 and new code: 0", () => {
    world.run(2, { weight: 0 });
    expect(world.says()).toBe("1");
  });

  sequence("a commit of weight 100 whose run is dropped, then new code: 5", () => {
    world.run(2, { weight: 25 });
    world.run(3, { weight: 100 });
    expect(world.says()).toBe("1 95, 3 5");
  });

  sequence("promoted, reverted, old job run again: stays reverted", () => {
    world = fresh();
    world.run(10, { rev: 1 });
    world.run(11, { weight: 5, rev: 2 });
    world.run(11, { weight: 100, rev: 3 });
    world.run(10, { weight: 100, rev: 4 });
    expect(world.says()).toBe("10");
    expect(world.run(11, { weight: 100, rev: 3 }).refused).toBeDefined();
    expect(world.says()).toBe("10");
  });

  sequence("reject 11: 10; reject 10: never back to 11", () => {
    released();
    world.run(11, { reject: "11" });
    expect(world.says()).toBe("10");
    world.run(10, { reject: "10", weight: 3 });
    expect(world.says()).toBe("10");
    world.run(12, { reject: "10", weight: 3 });
    expect(world.says()).toBe("10 97, 12 3");
  });

  sequence("promoted, main pointed back by hand, update: stays back", () => {
    released();
    world.byHand(10);
    world.run(11, { weight: 100 });
    expect(world.says()).toBe("10");
    world.run(11, { weight: 50 });
    expect(world.says()).toBe("10");
    world.run(11, { weight: 30, retry: "11@1" });
    expect(world.says()).toBe("10 70, 11 30");
  });

  sequence("a crash after 1@25 became 2@5, run again: no error, no write", () => {
    world.run(2, { weight: 25 });
    world.run(3, { weight: 25 }, true);
    expect(world.says()).toBe("1 95, 3 5");
    expect(world.run(3, { weight: 25 })).toMatchObject({ wrote: false });
  });

  sequence("promotion written but state lost, then reject: the version before, not two back", () => {
    released();
    world.run(12, { weight: 5 });
    world.run(12, { weight: 100 }, true);
    world.state = undefined;
    world.run(12, { reject: "12" });
    expect(world.says()).toBe("11");
  });

  sequence("alias deleted by hand in a canary: the stable one at 100, the candidate not", () => {
    world.run(2, { weight: 25 });
    world.alias = undefined;
    world.run(2, { weight: 25 });
    world.run(2, { weight: 25 });
    expect(world.says()).toBe("1");
  });

  sequence("state lost with config 100: the candidate keeps its live share", () => {
    world.run(2, { weight: 25, for: "2" });
    world.state = undefined;
    world.alias = { split: world.alias?.split ?? { main: "" } };
    world.run(2, { weight: 100 });
    expect(world.says()).toBe("1 75, 2 25");
  });

  sequence("key weight removed in a canary: nothing moves", () => {
    world.run(2, { weight: 5 });
    world.run(2, { weight: 25 });
    expect(world.run(2).wrote).toBe(false);
    expect(world.says()).toBe("1 75, 2 25");
  });

  sequence("key weight removed, and set again to what it was: that is a new weight", () => {
    world.run(1, { weight: 100 });
    world.run(2);
    world.run(2, { weight: 100 });
    expect(world.says()).toBe("2");
  });

  sequence("fix and reject in one commit: the rejection is recorded", () => {
    world.run(2, { weight: 25 });
    world.run(3, { weight: 5, reject: "2" });
    expect(world.says()).toBe("1 95, 3 5");
    world.run(2, { weight: 25 });
    expect(world.says()).toBe("1");
  });

  sequence("bad first release with reject left in config: the hotfix still goes out", () => {
    expect(world.run(1, { reject: "1" }).refused).toBeDefined();
    world.run(2, { reject: "1" });
    expect(world.says()).toBe("1 95, 2 5");
    world.run(2, { reject: "1", weight: 100 });
    expect(world.says()).toBe("2");
  });

  sequence("hold, then new code: nothing moves; then unhold: first step", () => {
    world.run(1, { weight: 50, hold: true });
    world.run(2, { weight: 50, hold: true });
    expect(world.says()).toBe("1");
    world.run(2, { weight: 50 });
    expect(world.says()).toBe("1 95, 2 5");
  });

  sequence("released fully, then the next at 10: 90 stays on the one before, not two back", () => {
    released();
    world.run(12, { weight: 5 });
    world.run(12, { weight: 10 });
    expect(world.says()).toBe("11 90, 12 10");
  });

  sequence("three candidates in a row that replace each other: a warning", () => {
    world.run(2);
    world.run(3);
    expect(rules(world.run(4))).toContain("replacing");
  });

  sequence(
    "the code before a promoted version that was never stable: a new release, and the warning names the rollback",
    () => {
      world.run(2);
      world.run(3, { for: "3", weight: 100 });
      const revert = world.run(2);
      expect(world.says()).toBe("3 95, 2 5");
      expect(revert.decision?.notices).toContainEqual({
        rule: "not a rollback",
        message: expect.stringMatching(/^version 2 is not the one .* To roll back to version 1: reject: 3$/) as string,
      });
      expect(rules(world.run(4))).not.toContain("not a rollback");
    },
  );

  sequence("a weight in config that was not heeded says so in every run, until it is", () => {
    world.run(2, { weight: 100 });
    const again = world.run(2, { weight: 100 });
    expect(again.decision?.notices[0]?.message).toBe(
      "weight 100 is no new one for version 2: it stays at 5 %; another weight moves it, or for: 2",
    );
    expect(rules(world.run(2, { weight: 25 }))).toEqual([]);
    expect(rules(world.run(2, { weight: 25 }))).toEqual([]);
  });

  sequence("a share lowered by hand says so in every run, also when memory has it already", () => {
    world.run(2, { weight: 25, for: "2" });
    world.byHand(1);
    for (const run of [world.run(2, { weight: 25 }), world.run(2, { weight: 25 })])
      expect(rules(run)).toEqual(["brake"]);
  });
});
