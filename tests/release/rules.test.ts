/** The rules of docs/releases.md, each by its letter. `1 95, 2 5`: version 1 at 95 %, version 2 at 5 %. */
import { type Ran, World } from "./world";

let world: World;

beforeEach(() => {
  world = new World();
  world.run("a");
});

const said = ({ notices, failure }: Ran) => [...notices, ...(failure === undefined ? [] : [failure])].join("\n");

describe("A: an older run", () => {
  it("moves nothing, and fails when it would have", () => {
    world.run("b", { rev: 10 });
    world.run("b", { weight: 25, rev: 30 });
    expect(world.run("b", { weight: 100, rev: 20 }).failure).toMatch(/older commit \(rev 20\).*\(rev 30\).*LATEST/);
    expect(world.run("b", { weight: 10, rev: 20 }).failure).toBeDefined();
    expect(world.run("a", { rev: 20 }).failure).toBeDefined();
    expect(world.run("b", { reject: "2", weight: 25, rev: 20 }).failure).toBeDefined();
    expect(world.split).toBe("1 75, 2 25");
    const late = world.run("b", { weight: 25, rev: 20 });
    expect([late.failure, late.write, said(late)]).toEqual([
      undefined,
      undefined,
      expect.stringContaining("older commit"),
    ]);
  });

  it("is known by a newer run that changed nothing else", () => {
    world.run("b", { rev: 10 });
    expect(world.run("b", { rev: 30 }).write).toBeUndefined();
    expect(world.run("b", { weight: 100, rev: 20 }).failure).toBeDefined();
    expect(world.split).toBe("1 95, 2 5");
  });

  it("never locks out the newest", () => {
    world.run("b", { rev: 10 });
    world.run("b", { weight: 25, rev: 30 });
    world.run("a", { rev: 20 });
    expect(world.run("b", { weight: 25, rev: 30 }).failure).toBeUndefined();
    world.run("b", { weight: 50, rev: 31 });
    expect(world.split).toBe("1 50, 2 50");
  });
});

describe("B: the first run", () => {
  it("gives all traffic to the first version, whatever config has", () => {
    world = new World();
    expect(said(world.run("a", { weight: 10, hold: true }))).toContain("a first release gets all traffic");
    expect(world.split).toBe("1");
  });

  it("keeps the split of an alias that it takes over", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1 75, 2 25");
    world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("2");
  });

  it("takes the memory of its own alias when state is lost", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: 25 });
    world.state = undefined;
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1 95, 2 5");
  });
});

describe("C: a hand", () => {
  it("1: what it lowered stays low until a retry", () => {
    world.run("b", { weight: 50 });
    world.byHand(1, { 2: 3 });
    expect(said(world.run("b", { weight: 80 }))).toContain(
      "lowered to 3 % by hand and stays there; retry: v2 lifts that",
    );
    world.run("b", { weight: 90 });
    expect(world.split).toBe("1 97, 2 3");
    world.run("b", { weight: 90, retry: "v2" });
    expect(world.split).toBe("1 10, 2 90");
    world.run("b", { weight: 90 });
    expect(world.split).toBe("1 97, 2 3");
  });

  it("1: a retry that stood in config before does not lift it; the next one does", () => {
    world.run("b", { weight: 50 });
    world.byHand(1);
    world.run("b", { weight: 50, retry: "v2" });
    world.byHand(1);
    expect(said(world.run("b", { weight: 60, retry: "v2" }))).toContain("retry: v2@2");
    expect(world.split).toBe("1");
    world.run("b", { weight: 60, retry: "v2@2" });
    expect(world.split).toBe("1 40, 2 60");
  });

  it("2: what it raised stays until config has another weight", () => {
    world.run("b", { weight: 5 });
    world.byHand(1, { 2: 30 });
    world.run("b", { weight: 5 });
    expect(world.split).toBe("1 70, 2 30");
    world.run("b", { weight: 10 });
    expect(world.split).toBe("1 90, 2 10");
  });

  it("3: the main version it chose is the stable one", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: "v2=100" });
    world.byHand(1);
    world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("1");
    world.run("b", { weight: 30, retry: "v2" });
    expect(world.split).toBe("1 70, 2 30");
  });

  it("3: a promotion by hand counts", () => {
    world.run("b", { weight: 25 });
    world.byHand(2);
    world.run("b", { weight: 25 });
    expect(world.split).toBe("2");
    world.run("a", { weight: 25 });
    expect(world.split).toBe("1");
  });

  it("swapped shares are no move", () => {
    world.run("b", { weight: 30 });
    world.byHand(2, { 1: 70 });
    world.run("b", { weight: 10 });
    expect(world.split).toBe("1 90, 2 10");
  });

  it("4: a third version keeps its share until the candidate gets another one", () => {
    world.run("b", { weight: 5 });
    world.run("c", { weight: 0 });
    world.byHand(1, { 2: 20 });
    world.run("c", { weight: 0, reject: "v3" });
    expect(world.split).toBe("1 80, 2 20");
    world.run("d", { weight: 5 });
    expect(world.split).toBe("1 95, 4 5");
  });

  it("4: a third version that is rejected loses its share", () => {
    world.run("b", { reject: "v2" });
    world.run("c");
    world.byHand(1, { 3: 5, 2: 20 });
    world.run("c", { weight: 10 });
    expect(world.split).toBe("1 90, 3 10");
  });

  it("5: an alias that is gone is made again without the candidate", () => {
    world.run("b", { weight: 25 });
    world.alias = undefined;
    world.run("b", { weight: 25 });
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1");
  });

  it("5: an alias whose stable version is gone too is made again with what there is", () => {
    world.run("b", { weight: 25 });
    world.alias = undefined;
    world.versions.delete("1");
    expect(world.run("b", { weight: 25 }).failure).toBeUndefined();
    expect(world.split).toBe("2");
  });
});

describe("D: reject", () => {
  it("takes the traffic away for good", () => {
    world.run("b", { weight: 25 });
    expect(said(world.run("b", { weight: 50, reject: 2 }))).toContain("retry: v2 lifts that");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1");
    expect(world.state?.phase).toBe("rejected");
    expect(world.state?.rejected).toEqual(["2"]);
  });

  it("counts for the same content under another number", () => {
    world.run("b", { reject: "v2" });
    world.run("a");
    world.versions.delete("2");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1");
  });

  it("of the stable version goes back to the one before", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: 50 });
    world.run("b", { weight: 100, reject: "v1" });
    world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("2");
    world.run("b", { reject: "v2" });
    expect(world.split).toBe("2");
  });

  it("that stood in config before the first version stops no run", () => {
    world = new World();
    for (const keys of [{ reject: "v1" }, { reject: "v1", weight: 10 }])
      expect(world.run("a", keys).failure).toBeUndefined();
    world.run("b", { reject: "v1" });
    expect(world.split).toBe("1 95, 2 5");
    world = new World();
    world.run("a", { reject: "v2" });
    world.run("b", { reject: "v2" });
    expect(world.split).toBe("1 95, 2 5");
    world.run("b");
    world.run("b", { reject: "v2" });
    expect(world.split).toBe("1");
  });

  it("finds ten former stable versions, and fails when none is left", () => {
    for (const content of "bcdefgh") world.run(content, { strategy: "direct" });
    for (let rejected = 8; rejected > 1; rejected--) {
      expect(world.run("h", { reject: `v${rejected}` }).failure).toBeUndefined();
      expect(world.split).toBe(String(rejected - 1));
    }
    expect(world.run("h", { reject: "v1" }).failure).toContain("no earlier stable version is left");
  });

  it("fails when nothing is left to go back to, and is recorded", () => {
    const { failure, write } = world.run("a", { reject: "v1" });
    expect([failure, write]).toEqual([expect.stringContaining("The rejection is recorded"), expect.anything()]);
    world.run("b", { reject: "v1" });
    expect(world.split).toBe("1 95, 2 5");
    world.run("b", { reject: "v1", weight: 100 });
    expect(world.split).toBe("2");
    world.run("a");
    expect(world.split).toBe("2");
  });

  it("of a number that never was is refused, of one that is gone is not", () => {
    expect(world.run("a", { reject: "v88" }).failure).toMatch(
      /v88 names no version of this function: the newest known is v1/,
    );
    for (const content of ["b", "c", "d"]) world.run(content);
    expect(world.run("d", { reject: "v2" }).failure).toBeUndefined();
  });

  it("survives a crash, a lost state and seven others", () => {
    for (const [i, content] of [..."bcdefgh"].entries()) world.run(content, { reject: `v${i + 2}` }, { crash: true });
    world.state = undefined;
    for (const content of "bcdefgh") world.run(content, { weight: 50 });
    expect(world.split).toBe("1");
  });
});

describe("E: retry", () => {
  it("lifts a rejection while it stands, in one edit", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.run("b", { weight: 25, reject: "v2" });
    world.run("b", { weight: 25, reject: "v2", retry: "v2" });
    expect(world.split).toBe("1 75, 2 25");
    world.run("b", { weight: 25, retry: "v2" });
    expect(world.split).toBe("1 75, 2 25");
    world.run("b", { weight: 25 });
    expect(world.split).toBe("1");
  });

  it("brings back what no weight meant before", () => {
    world.run("b");
    world.run("b", { reject: "v2" });
    world.run("b", { retry: "v2" });
    expect(world.split).toBe("1 95, 2 5");
  });

  it("left in config from before stops no rejection", () => {
    world.run("b", { weight: "r2=100", retry: "v2" });
    world.run("b", { weight: "r2=100", retry: "v2", reject: "v2" });
    expect(world.split).toBe("1");
  });

  it("is over with the promotion", () => {
    world.run("b", { reject: "v2" });
    world.run("b", { reject: "v2", retry: "v2", weight: 100 });
    world.run("b", { reject: "v2", retry: "v2", weight: 100 });
    expect(world.split).toBe("2");
    world.run("b");
    expect(world.split).toBe("2");
  });

  it("that lifts nothing any more never stops a run", () => {
    world.run("b", { weight: 25 });
    world.run("c", { weight: 25 });
    expect(said(world.run("c", { weight: 30, retry: "v2@1" }))).toContain("lifts nothing: remove it");
    expect(world.split).toBe("1 70, 3 30");
  });
});

describe("F and G: earlier content", () => {
  it("the stable content again drops the candidate", () => {
    world.run("b", { weight: 25 });
    world.run("a", { weight: 25 });
    expect([world.split, world.state?.phase]).toEqual(["1", "stable"]);
  });

  it("the former stable content again goes back at once, and what it replaced comes back by steps", () => {
    world.run("b", { weight: "v2=100" });
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
    world.run("a", { weight: 100 });
    expect(world.split).toBe("1");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1 95, 2 5");
  });
});

describe("H: new content", () => {
  it("starts at the first step or lower", () => {
    expect(said(world.run("b", { weight: 100 }))).toContain("To give it 100 %: weight: v2=100");
    expect(world.split).toBe("1 95, 2 5");
    world.run("c", { weight: 2 });
    expect(world.split).toBe("1 98, 3 2");
    world.run("d");
    expect(world.split).toBe("1 95, 4 5");
    world.run("e", { weight: 0 });
    expect([world.split, world.state?.phase]).toEqual(["1", "paused"]);
    world.run("f", { strategy: "direct", weight: 0 });
    expect(world.split).toBe("1");
    world.run("g", { strategy: "direct" });
    expect(world.split).toBe("7");
  });

  it("starts where a weight for its revision says", () => {
    world.run("b", { weight: "r2=50" });
    expect(world.split).toBe("1 50, 2 50");
  });

  it("does not start where a weight for its number says, since no preview knew the number", () => {
    const { preview } = world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("1 95, 2 5");
    expect(preview.sentence).toContain("5 %");
  });

  it("names a line that is not in config already", () => {
    expect(said(world.run("b", { weight: "v2=100" }))).toContain("To give it 100 %: weight: 100");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
  });

  it("is told by its environment values too", () => {
    world.run("a/one", { weight: "v2=100" });
    world.run("a/one", { weight: 100 });
    expect(world.split).toBe("2");
    world.run("a/two", { weight: "v2=100" });
    expect(world.split).toBe("2 95, 3 5");
    world.run("a/two", { weight: "v2=100", reject: "v2" });
    expect(world.split).toBe("1 95, 3 5");
  });
});

describe("H: a revert of new content", () => {
  it("takes up the candidate before with what it had, and no more", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.run("c", { weight: 25 });
    world.run("b", { weight: 25 });
    expect(world.split).toBe("1 75, 2 25");
    world.run("c", { weight: 25 });
    world.run("c", { weight: 50 });
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1 95, 2 5");
  });

  it("takes back a promotion that came with the content", () => {
    world.run("b");
    world.run("c", { strategy: "direct" });
    expect(world.split).toBe("3");
    world.run("b");
    expect(world.split).toBe("1 95, 2 5");
  });
});

describe("I: the weight", () => {
  it("means for one candidate always the same", () => {
    world.run("b", { weight: 100 });
    for (const [weight, split] of [
      [25, "1 75, 2 25"],
      [100, "1 95, 2 5"],
      [50, "1 50, 2 50"],
      [0, "1"],
      [25, "1 75, 2 25"],
      [100, "1 95, 2 5"],
      ["v2=100", "2"],
    ]) {
      world.run("b", { weight });
      expect([weight, world.split]).toEqual([weight, split]);
    }
  });

  it("that is removed never raises", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.run("b");
    expect(world.split).toBe("1 95, 2 5");
    world.run("b", { weight: 2 });
    world.run("b");
    expect(world.split).toBe("1 98, 2 2");
    world.run("b", { weight: 0 });
    world.run("b");
    expect(world.split).toBe("1");
  });

  it("for another version raises nothing", () => {
    world.run("b", { weight: "r2=100" });
    world.run("c");
    world.run("c", { weight: "v2=50" });
    expect(world.split).toBe("2 95, 3 5");
    world.run("c", { weight: "v2=100" });
    expect(world.split).toBe("2 95, 3 5");
  });
});

describe("J: a promotion", () => {
  it("is taken back by the weight before it", () => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1 50, 2 50");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
  });

  it("stays when the weight is removed, and is not taken back later", () => {
    world.run("b", { weight: 50 });
    world.run("b", { weight: 40 });
    expect(said(world.run("b", { weight: 100 }))).toContain("weight can be removed from config now");
    world.run("b");
    expect(world.split).toBe("2");
    world.run("b", { weight: 40 });
    expect(world.split).toBe("2");
  });
});

describe("K: hold", () => {
  it("lets nothing go up, and lets everything go down", () => {
    world.run("b", { weight: 25 });
    world.run("b", { weight: 50, hold: true });
    expect(world.split).toBe("1 95, 2 5");
    world.run("b", { weight: 2, hold: true });
    expect(world.split).toBe("1 98, 2 2");
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1 50, 2 50");
    world.run("c", { weight: 50, hold: true });
    expect([world.split, world.state?.phase]).toEqual(["1 50, 2 50", "canary"]);
    world.run("a", { hold: true });
    expect(world.split).toBe("1");
  });

  it("that comes back means again what it meant", () => {
    world.run("b");
    world.run("b", { weight: 50, hold: true });
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1 50, 2 50");
    world.run("b", { weight: 50, hold: true });
    expect(world.split).toBe("1 95, 2 5");
  });

  it("lets new content wait, and takes it back when it comes back", () => {
    world.run("b", { hold: true });
    expect([world.split, world.state?.phase]).toEqual(["1", "waiting"]);
    world.run("b");
    expect(world.split).toBe("1 95, 2 5");
    world.run("b", { hold: true });
    expect(world.split).toBe("1");
  });
});

describe("all rules", () => {
  it("a crash between alias and state changes nothing", () => {
    world.run("b", { weight: 25 });
    world.run("c", { weight: 25 }, { crash: true });
    expect(world.split).toBe("1 95, 3 5");
    expect(world.run("c", { weight: 25 })).toMatchObject({ notices: [expect.anything()] });
    expect(world.split).toBe("1 95, 3 5");
  });

  it("the same run again writes nothing and warns of nothing", () => {
    for (const keys of [{ weight: 100 }, {}, { weight: 0 }, { reject: "v2" }, { retry: "v2" }, { hold: true }]) {
      world.run("b", keys);
      expect([keys, world.run("b", keys)]).toEqual([keys, expect.objectContaining({ notices: [] })]);
    }
  });

  it("the description holds no more than 256 characters with everything in it", () => {
    const description = "x".repeat(80);
    for (let i = 0; i < 60; i++) {
      world.run(`b${i}`, { description, weight: 40, reject: i % 3 === 0 ? `v${i}` : "v1", rev: 1_800_000_000 + i });
      world.byHand(1, { [i + 2]: 1 });
      world.run(`b${i}`, { description, weight: 50, retry: "v999@3", rev: 1_800_000_000 + i });
      expect(world.alias?.description?.length).toBeLessThanOrEqual(256);
    }
  });
});
