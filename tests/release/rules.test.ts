/** The rules of docs/releases.md, by their letters. The text `1 95, 2 5` means version 1 at 95 % and version 2 at 5 %. */
import { assertMayRename } from "../../provider/core/release/plan";
import { inputsOf, kept, preview } from "./subject";
import { type Content, type Keys, type Ran, World } from "./world";

let world: World;

beforeEach(() => {
  world = new World();
  world.run("a");
});

const said = ({ notices, failure }: Ran) => [...notices, ...(failure === undefined ? [] : [failure])].join("\n");

it("docs/releases.md, In short: the table, commit by commit", () => {
  world = new World();
  for (let version = 1; version <= 8; version++) world.run(`code ${version}`, { strategy: "direct" });
  const commits: [string, Keys, string][] = [
    ["code 9", {}, "8 95, 9 5"],
    ["code 9", { weight: 25 }, "8 75, 9 25"],
    ["code 9", {}, "8 95, 9 5"],
    ["code 9", { weight: 100 }, "9"],
    ["code 10", { weight: 100 }, "9 95, 10 5"],
    ["code 10", { weight: "v10=50" }, "9 50, 10 50"],
    ["code 10", { reject: "v10" }, "9"],
    ["code 10", {}, "9"],
  ];
  for (const [code, keys, split] of commits) {
    world.run(code, keys);
    expect([code, keys, world.split]).toEqual([code, keys, split]);
  }
});

describe("A: a run of an older commit", () => {
  it("moves no traffic, and fails if config asks for another split", () => {
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

  it("is recognised by the rev of a newer run that changed nothing else", () => {
    world.run("b", { rev: 10 });
    expect(world.run("b", { rev: 30 }).write).toBeUndefined();
    expect(world.run("b", { weight: 100, rev: 20 }).failure).toBeDefined();
    expect(world.split).toBe("1 95, 2 5");
  });

  it("fails because it is older, also if its keys would be refused", () => {
    world.run("b", { rev: 30 });
    world.state = undefined;
    expect(world.run("b", { reject: "v99", rev: 20 }).failure).toContain("this run is of an older commit (rev 20)");
    expect(world.run("b", { reject: "v99", rev: 40 }).failure).toContain("v99 names no version of this function");
  });

  it("prints which run was newer, and what to do", () => {
    world.run("b", { rev: 30 });
    expect(world.run("a", { rev: 20 }).failure).toBe(
      "release prod of function api (api): this run is of an older commit (rev 20) than the newest run (rev 30): it moves " +
        "no traffic and records nothing. LATEST of the function may hold the older code now; no alias uses LATEST. Run the " +
        "newest commit, which restores it. To roll back, set reject in the newest commit, or set rev to a higher number. " +
        "If rev 30 was a mistake, such as a commit time in the future, run this commit once with rev: 20 replaces 30 " +
        "(config: auto replaces 30)",
    );
  });

  it("a run with the same order is not older", () => {
    world.run("b", { rev: 30 });
    expect(world.run("b", { weight: 25, rev: 30 }).failure).toBeUndefined();
    expect(world.split).toBe("1 75, 2 25");
  });

  it.each<[string, Content, Content, Keys]>([
    ["another candidate without traffic", "b", "c", { weight: 0 }],
    ["no candidate", "b", "a", { weight: 0 }],
    ["a candidate where there is none", "a", "b", { weight: 0 }],
  ])("fails for %s", (_what, newest, older, keys) => {
    world.run(newest, { ...keys, rev: 30 });
    expect(world.run(older, { ...keys, rev: 20 }).failure).toContain("older commit (rev 20)");
    expect(world.split).toBe("1");
  });

  it("fails if a version was made the main version by hand after the newest run", () => {
    world.run("b", { hold: true, rev: 30 });
    world.byHand(2);
    expect(world.run("b", { hold: true, rev: 20 }).failure).toContain("older commit (rev 20)");
  });

  it("a run that replaces the newest order is not older, and its own order is then the newest", () => {
    world.run("b", { rev: 30 });
    expect(world.run("b", { weight: 25, rev: "20 replaces 30" }).failure).toBeUndefined();
    expect(world.split).toBe("1 75, 2 25");
    expect(world.run("b", { weight: 50, rev: 25 }).failure).toBeUndefined();
    expect(world.run("b", { weight: 60, rev: 24 }).failure).toContain(
      "older commit (rev 24) than the newest run (rev 25)",
    );
  });

  it("a run that replaces another order than the newest counts by its own order", () => {
    world.run("b", { rev: 30 });
    world.run("b", { weight: 25, rev: "40 replaces 20" });
    expect(world.run("b", { weight: 50, rev: 35 }).failure).toContain("(rev 40)");
  });

  it("is recognised also after a run without an order", () => {
    world.run("b", { rev: 30 });
    world.run("b", { weight: 10 });
    expect(world.run("b", { weight: 50, rev: 20 }).failure).toContain(
      "older commit (rev 20) than the newest run (rev 30)",
    );
  });

  it.each<[string, Keys[]]>([
    ["no order", [{}]],
    ["an order that was replaced by 0", [{ rev: 30 }, { rev: "0 replaces 30" }]],
    ["0, where there was no order to replace", [{ rev: "0 replaces 30" }]],
  ])("a run with order 0 is not older if the newest run has %s", (_what, commits) => {
    for (const keys of commits) world.run("b", keys);
    expect(world.run("b", { weight: 25, rev: 0 }).failure).toBeUndefined();
    expect(world.split).toBe("1 75, 2 25");
  });

  it("the first run is never older, whatever order it replaces", () => {
    world = new World();
    expect(world.run("a", { rev: "20 replaces 30" }).failure).toBeUndefined();
    expect(world.run("b", { rev: 10 }).failure).toContain("older commit (rev 10) than the newest run (rev 20)");
  });

  it("fails in the run if the preview does not know its content", () => {
    world.run("b", { rev: 30 });
    world.state = undefined;
    world.run("b", { rev: 30 });
    const { failure, preview: announced } = world.run("a", { rev: 20 });
    expect(announced.failure).toBeUndefined();
    expect(failure).toContain("older commit (rev 20)");
  });

  it("fails in the preview if the preview knows its content, also beside an unknown version", () => {
    world.run("b", { rev: 30 });
    expect(world.run("a", { rev: 20 }).preview.failure).toContain("older commit (rev 20)");
    world.versions.set("9", "z");
    world.byHand(1, { 2: 5, 9: 20 });
    expect(world.run("a", { rev: 20 }).preview.failure).toContain("older commit (rev 20)");
  });

  it("does not create the alias", () => {
    world.run("b", { rev: 30 });
    world.alias = undefined;
    expect(world.run("b", { rev: 20 }).failure).toContain("older commit (rev 20)");
    expect(world.alias).toBeUndefined();
  });

  it("does not rename a release", () => {
    const desired = { ...{ versionId: "2", fingerprint: "f1:b", environment: "none", revision: 2 }, aliasName: "live" };
    const renamed = (rev: number) => inputsOf(world.state, { ...desired, keys: { rev } });
    world.run("b", { rev: 30 });
    const memory = world.state?.memory;
    const older = /^release live of function api \(api\): this run is of an older commit \(rev 20\)/;
    expect(() => assertMayRename(renamed(20), undefined, memory)).toThrow(older);
    expect(() => assertMayRename(renamed(20), memory, undefined)).toThrow(older);
    expect(() => assertMayRename(renamed(30), memory, undefined)).not.toThrow();
    expect(() => assertMayRename(renamed(20), undefined)).not.toThrow();
  });

  it("the newest run is never refused as older", () => {
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
    expect(said(world.run("a", { weight: 10, hold: true }))).toContain(
      "the first version of a release gets all traffic",
    );
    expect(world.split).toBe("1");
  });

  it.each(["r1=10", "v1=10", "r2=10"])("gives all traffic to the first version with weight %s", (weight) => {
    world = new World();
    expect(world.run("a", { weight }).failure).toBeUndefined();
    expect(world.split).toBe("1");
  });

  it.each<[Record<string, unknown>, boolean]>([
    [{}, false],
    [{ weight: 100 }, false],
    [{ weight: 10 }, true],
    [{ hold: true }, true],
  ])("with %j: prints that weight and hold have no effect: %s", (keys, printed) => {
    world = new World();
    expect(world.run("a", keys).notices).toEqual(
      printed ? ["the first version of a release gets all traffic: weight and hold have no effect on it"] : [],
    );
  });

  it("prints that reject has no effect on the first version", () => {
    world = new World();
    expect(world.run("a", { reject: "v1" }).notices).toEqual([
      "reject: v1 has no effect on the first version of a release: remove it",
    ]);
  });

  it("makes the deployed version the stable version if it is the main version of the existing alias", () => {
    world.run("b", { strategy: "direct" });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    const { state } = world.run("b");
    expect([world.split, state?.phase]).toEqual(["2", "stable"]);
    expect(state).toMatchObject({ memory: { stable: { versionId: "2", fingerprint: "f1:b" } } });
    expect(state?.memory.replacedCandidate).toBeUndefined();
  });

  it("does not count shares of an adopted alias as raised by hand", () => {
    world.run("b", { weight: 25 });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    world.run("b");
    expect(world.state).toMatchObject({ phase: "canary", memory: { candidate: { raised: false } } });
  });

  it("keeps the split of an adopted alias", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1 75, 2 25");
    world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("2");
  });

  it("promotes new content at once beside an adopted alias, with strategy direct", () => {
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    expect(world.run("b", { strategy: "direct" }).failure).toBeUndefined();
    expect(world.split).toBe("2");
  });

  it("keeps the share of an adopted candidate with weight 0, and prints no notice about a pause", () => {
    world.run("b", { weight: 25 });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    const adopted = world.run("b", { weight: 0 });
    expect([adopted.failure, world.split]).toEqual([undefined, "1 95, 2 5"]);
    expect(said(adopted)).not.toContain("pauses");
  });

  it("reads the memory from the alias of the release after state was lost", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: 25 });
    world.state = undefined;
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1 95, 2 5");
  });
});

describe("a revision in config", () => {
  it("from before a lost state of the function does not name later content, because revisions start again at 1", () => {
    world.run("b", { weight: "r2=100" });
    expect(world.split).toBe("2");
    world.state = undefined;
    world.forgetRevisions();
    world.run("b", { weight: "r2=100" });
    expect(world.split).toBe("2");
    const { notices, preview } = world.run("c", { weight: "r2=100" });
    expect([world.split, preview.sentence]).toEqual(["2 95, 3 5", expect.stringContaining("5 %") as string]);
    expect(notices.join()).toContain("weight 100 % was in config before v3 was deployed: the version starts at 5 %");
    world.run("c", { weight: "r2=100" });
    expect(world.split).toBe("2 95, 3 5");
    world.run("c", { weight: "v3=100" });
    expect(world.split).toBe("3");
  });

  it("from before a lost state of the function does not reject later content", () => {
    world.run("b", { weight: "r2=100" });
    world.run("c", { reject: "r3" });
    expect(world.split).toBe("2");
    world.state = undefined;
    world.forgetRevisions();
    world.run("b", { reject: "r3" });
    world.run("d", { reject: "r3" });
    world.run("e", { reject: "r3" });
    expect(world.split).toBe("2 95, 5 5");
    world.run("c", { reject: "r3" });
    expect(world.split).toBe("2");
  });

  it("from before a lost state of the function does not name later content with the same revision", () => {
    world.run("b", { weight: "r2=100" });
    world.forgetRevisions();
    for (const content of "cd") world.run(content, { weight: "r2=100" });
    expect(world.split).toBe("2 95, 4 5");
  });

  it("that is new in config names content that comes with it, also after a lost state of the function", () => {
    world.run("b", { weight: "r2=100" });
    world.forgetRevisions();
    world.run("c", { weight: "r1=50" });
    expect(world.split).toBe("2 50, 3 50");
  });

  it("is any under which the content was deployed", () => {
    for (const content of "bab") world.run(content);
    world.run("b", { weight: "r2=50" });
    expect(world.split).toBe("1 50, 2 50");
    world.run("b", { weight: "r4=60" });
    expect(world.split).toBe("1 40, 2 60");
  });

  it("that comes together with its content applies to this content", () => {
    world.run("b", { weight: "r2=50" });
    expect(world.split).toBe("1 50, 2 50");
    world.run("c", { weight: "r3=60" });
    expect(world.split).toBe("1 40, 3 60");
  });
});

describe("C: a change by hand", () => {
  it("1: a lowered share stays low until a retry", () => {
    world.run("b", { weight: 50 });
    world.byHand(1, { 2: 3 });
    expect(said(world.run("b", { weight: 80 }))).toContain(
      "lowered to 3 % by hand and stays there; retry: v2 ends this",
    );
    world.run("b", { weight: 90 });
    expect(world.split).toBe("1 97, 2 3");
    world.run("b", { weight: 90, retry: "v2" });
    expect(world.split).toBe("1 10, 2 90");
    world.run("b", { weight: 90 });
    expect(world.split).toBe("1 97, 2 3");
  });

  it("1: a retry that was in config before does not lift the lowering; the next retry does", () => {
    world.run("b", { weight: 50 });
    world.byHand(1);
    world.run("b", { weight: 50, retry: "v2" });
    world.byHand(1);
    expect(said(world.run("b", { weight: 60, retry: "v2" }))).toContain("retry: v2@2");
    expect(world.split).toBe("1");
    world.run("b", { weight: 60, retry: "v2@2" });
    expect(world.split).toBe("1 40, 2 60");
  });

  it("2: a raised share stays until config has another weight", () => {
    world.run("b", { weight: 5 });
    world.byHand(1, { 2: 30 });
    world.run("b", { weight: 5 });
    expect(world.split).toBe("1 70, 2 30");
    world.run("b", { weight: 10 });
    expect(world.split).toBe("1 90, 2 10");
  });

  it("3: a main version that was set by hand becomes the stable version", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: "v2=100" });
    world.byHand(1);
    world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("1");
    world.run("b", { weight: 30, retry: "v2" });
    expect(world.split).toBe("1 70, 2 30");
  });

  it("1: the candidate is lowered if a version that waits got its traffic", () => {
    world.run("b");
    world.run("c", { hold: true });
    world.byHand(1, { 3: 30 });
    world.run("c");
    expect(world.state?.memory.lowerings).toMatchObject([{ version: { versionId: "2" }, share: 0 }]);
    world.run("b");
    expect(world.split).toBe("1");
  });

  it("3: a promotion by hand counts", () => {
    world.run("b", { weight: 25 });
    world.byHand(2);
    world.run("b", { weight: 25 });
    expect(world.split).toBe("2");
    world.run("a", { weight: 25 });
    expect(world.split).toBe("1");
  });

  it("an exchange of main and additional version with the same shares is not a change", () => {
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

  it("4: a third version keeps its share if the candidate loses its own", () => {
    world.run("b");
    world.run("c");
    world.byHand(1, { 2: 20, 3: 5 });
    world.run("c", { weight: 0 });
    expect(world.split).toBe("1 80, 2 20");
  });

  it("4: a third version with rejected content loses its share, also if the candidate keeps its own", () => {
    world.run("b", { reject: "v2" });
    world.run("a");
    world.versions.delete("2");
    for (const content of "bc") world.run(content);
    world.byHand(1, { 3: 20, 4: 5 });
    world.run("c");
    expect(world.split).toBe("1 95, 4 5");
  });

  it("4: an unknown third version keeps its share beside a rejected version", () => {
    world.run("b", { reject: "v2" });
    world.run("c");
    world.versions.set("9", "z");
    world.byHand(1, { 9: 20, 3: 5 });
    world.run("c");
    expect(world.split).toBe("1 75, 3 5, 9 20");
  });

  it("4: a third version that is rejected loses its share, whatever version a retry names", () => {
    world.run("b", { reject: "v2" });
    world.run("c");
    world.byHand(1, { 2: 20, 3: 5 });
    world.run("c", { retry: "v3" });
    expect(world.split).toBe("1 95, 3 5");
  });

  it("4: a third version that is rejected loses its share", () => {
    world.run("b", { reject: "v2" });
    world.run("c");
    world.byHand(1, { 3: 5, 2: 20 });
    world.run("c", { weight: 10 });
    expect(world.split).toBe("1 90, 3 10");
  });

  it("5: a deleted alias is created again without the candidate", () => {
    world.run("b", { weight: 25 });
    world.alias = undefined;
    world.run("b", { weight: 25 });
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1");
  });

  it("5: a deleted alias whose stable version was also deleted is created again with the deployed version", () => {
    world.run("b", { weight: 25 });
    world.alias = undefined;
    world.versions.delete("1");
    expect(world.run("b", { weight: 25 }).failure).toBeUndefined();
    expect(world.split).toBe("2");
    expect(world.state?.memory.replacedCandidate).toBeUndefined();
  });

  it("5: a deleted alias whose stable version was also deleted is created again with the newest former stable version", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    world.alias = undefined;
    world.versions.delete("4");
    world.run("c");
    expect([world.split, world.state?.stable, world.state?.previousStable]).toEqual(["3", "3", "2"]);
  });

  it("5: after a deleted alias and stable version the candidate has no traffic, and a retry gives its share back", () => {
    world.run("b", { strategy: "direct" });
    world.run("c");
    world.run("c", { weight: 25 });
    world.alias = undefined;
    world.versions.delete("2");
    world.run("c", { weight: 25 });
    expect([world.split, world.state?.candidate, world.state?.phase]).toEqual(["1", "3", "lowered"]);
    world.run("c", { weight: 25, retry: "v3" });
    expect(world.split).toBe("1 75, 3 25");
  });

  it("5: an alias that is made again with a former version goes back to the one before it, if that is deployed", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    world.alias = undefined;
    world.versions.delete("4");
    world.run("b");
    expect(world.split).toBe("2");
  });

  it("5: the promotion of a deleted stable version is not taken back", () => {
    for (const content of "bc") world.run(content, { strategy: "direct" });
    world.run("d");
    world.run("d", { weight: 25 });
    world.run("d", { weight: 100 });
    expect(world.split).toBe("4");
    world.alias = undefined;
    world.versions.delete("4");
    world.run("c", { weight: 25 });
    expect(world.split).toBe("3");
  });

  it("5: a deleted alias is not created again with a rejected version", () => {
    world.run("b", { reject: "v2" });
    world.alias = undefined;
    world.versions.delete("1");
    expect(world.run("b", { reject: "v2" }).failure).toMatch(
      /: the alias and its stable version 1 were deleted, and v2 is rejected: deploy other code, or lift the rejection with retry: v2$/,
    );
    expect(world.alias).toBeUndefined();
  });
});

describe("D: reject", () => {
  it("a rejected version gets no traffic in later runs", () => {
    world.run("b", { weight: 25 });
    expect(said(world.run("b", { weight: 50, reject: 2 }))).toContain("retry: v2 lifts the rejection");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1");
    expect(world.state?.phase).toBe("rejected");
    expect(world.state?.rejected).toEqual(["2"]);
  });

  it("a rejection applies to the same content under another number", () => {
    world.run("b", { reject: "v2" });
    world.run("a");
    world.versions.delete("2");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("1");
  });

  it("a rejection of the stable version gives all traffic to the former stable version", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: 50 });
    world.run("b", { weight: 100, reject: "v1" });
    world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("2");
    world.run("b", { reject: "v2" });
    expect(world.split).toBe("2");
  });

  it("a reject that was in config before the first version does not stop a run", () => {
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

  it("a rejection goes back to each of ten former stable versions, and the run fails if there is no further one", () => {
    for (const content of "bcdefgh") world.run(content, { strategy: "direct" });
    for (let rejected = 8; rejected > 1; rejected--) {
      expect(world.run("h", { reject: `v${rejected}` }).failure).toBeUndefined();
      expect(world.split).toBe(String(rejected - 1));
    }
    expect(world.run("h", { reject: "v1" }).failure).toContain("there is no earlier stable version");
  });

  it("a rejection without a former stable version lets every run fail", () => {
    for (let i = 0; i < 3; i++) {
      const { failure, preview: announced } = world.run("a", { reject: "v1" });
      expect([failure, announced.failure]).toEqual([
        expect.stringContaining("there is no earlier stable version"),
        expect.stringContaining("there is no earlier stable version"),
      ]);
    }
  });

  it("a rejection without a former stable version is recorded, and the run fails", () => {
    const { failure, write } = world.run("a", { reject: "v1" });
    expect([failure, write]).toEqual([expect.stringContaining("The rejection is recorded"), expect.anything()]);
    world.run("b", { reject: "v1" });
    expect(world.split).toBe("1 95, 2 5");
    world.run("b", { reject: "v1", weight: 100 });
    expect(world.split).toBe("2");
    world.run("a");
    expect(world.split).toBe("2");
  });

  it("a reject of a number that never existed is refused; a reject of a deleted version is not", () => {
    expect(world.run("a", { reject: "v88" }).failure).toMatch(
      /v88 names no version of this function: the newest known is v1/,
    );
    for (const content of ["b", "c", "d"]) world.run(content);
    expect(world.run("d", { reject: "v2" }).failure).toBeUndefined();
  });

  it("a rejection stays after a crash, a lost state and seven more rejections", () => {
    for (const [i, content] of [..."bcdefgh"].entries()) world.run(content, { reject: `v${i + 2}` }, { crash: true });
    world.state = undefined;
    for (const content of "bcdefgh") world.run(content, { weight: 50 });
    expect(world.split).toBe("1");
  });

  it("a reject of an unknown number is refused, and the preview announces this", () => {
    world.run("b");
    const before = world.split;
    const announced = preview(world.state, {
      ...{ versionId: "2", fingerprint: "f1:b", environment: "none", revision: 2, aliasName: "prod" },
      keys: { reject: "v99" },
    });
    expect(announced.notices).toEqual([
      "reject: v99: the newest known is v2. The run fails unless that version exists",
    ]);
    expect(world.run("b", { reject: "v99" }).failure).toContain(
      "reject: v99 names no version of this function: the newest known is v2",
    );
    expect(world.split).toBe(before);
  });
});

describe("D: a reject beside a retry", () => {
  it("keeps the number of the retry that does not lift the rejection", () => {
    world.run("b", { retry: "v2" });
    world.run("b", { reject: "v2", retry: "v2" });
    world.run("b", { reject: "v2" });
    world.run("b", { retry: "v2" });
    expect(world.split).toBe("1");
  });

  it("takes precedence over a promotion by hand, also if another version was rejected before", () => {
    world.run("b", { reject: "v2" });
    world.run("c", { retry: "v3" });
    world.run("c", { reject: "v3", retry: "v3" });
    world.byHand(3);
    world.run("c", { reject: "v3", retry: "v3" });
    expect(world.split).toBe("1");
  });

  it("is not stored again after a promotion by hand, if the retry lifts it", () => {
    world.run("b", { reject: "v2" });
    world.run("b", { reject: "v2", retry: "v2" });
    world.byHand(2);
    world.run("b", { reject: "v2", retry: "v2" });
    world.run("b");
    expect(world.split).toBe("2");
  });
});

describe("blocks of several versions", () => {
  const lowered = () => world.state?.memory.lowerings.map(({ version }) => version.versionId);

  it.each(["v2", "v3"])("%s: a retry of either number lifts a rejection of content that has two", (retry) => {
    world.run("b", { reject: "v2" });
    world.run("a");
    world.versions.delete("2");
    world.run("b");
    expect(world.split).toBe("1");
    world.run("b", { retry });
    expect(world.split).toBe("1 95, 3 5");
  });

  it("a retry of one version does not lift the block of another version", () => {
    world.run("b", { weight: 50 });
    world.byHand(1, { 2: 3 });
    world.run("b", { weight: 50 });
    world.run("c");
    expect(world.run("c", { retry: "v3" }).notices).toEqual([
      "retry: v3 has no effect, because no rejection or lowering applies: remove it",
    ]);
  });

  it("a version that is rejected twice has one rejection", () => {
    world.run("b");
    for (const keys of [{ reject: "v2" }, {}, { retry: "v2" }, { retry: "v2", reject: "v2" }]) world.run("b", keys);
    expect([world.split, world.state?.rejected]).toEqual(["1", ["2"]]);
  });

  it("the last 50 rejections are remembered", () => {
    for (let version = 2; version <= 52; version++) world.run(`b${version}`, { reject: `v${version}` });
    expect(world.state?.rejected).toEqual(Array.from({ length: 50 }, (_, i) => String(i + 3)));
  });

  it("all lowerings are remembered", () => {
    for (let version = 2; version <= 22; version++) {
      world.run(`b${version}`);
      world.byHand(1);
      world.run(`b${version}`);
    }
    expect(lowered()).toEqual(Array.from({ length: 21 }, (_, i) => String(i + 2)));
  });

  it("a lowering or raise of one version does not change the lowerings of other versions", () => {
    for (const [content, version] of [
      ["b", 2],
      ["c", 3],
    ] as const) {
      // prettier-ignore
      world.run(content);
      world.byHand(1, { [version]: 3 });
      world.run(content);
    }
    expect(lowered()).toEqual(["2", "3"]);
    world.byHand(1, { 3: 30 });
    world.run("c");
    expect(lowered()).toEqual(["2"]);
  });
});

it("C3: a version that only the service knows is lowered under its own number", () => {
  world.run("b", { strategy: "direct" });
  world.state = undefined;
  world.alias = { ...world.alias, description: "" };
  world.run("c");
  world.byHand(1, { 3: 5 });
  world.run("c");
  world.run("c", { weight: 50 });
  expect(world.split).toBe("1 50, 3 50");
  world.run("b");
  expect(world.split).toBe("1");
});

describe("blocks of content that was published again", () => {
  /** The state of the release is lost, and version 2 is deleted. Only the description of the alias still has the content of version 2. */
  const lose = () => {
    world.run("a");
    world.state = undefined;
    world.versions.delete("2");
  };

  it("a rejection applies after a lost state, and is stored once", () => {
    world.run("b", { reject: "v2" });
    lose();
    for (const weight of [5, 10]) world.run("b", { weight });
    expect([world.split, world.state?.rejected]).toEqual(["1", ["2", "3"]]);
  });

  it("a lowering applies after a lost state", () => {
    world.run("b");
    world.byHand(1, { 2: 3 });
    world.run("b");
    lose();
    world.run("b");
    expect(world.split).toBe("1 97, 3 3");
  });

  it("other content is not rejected after a lost state", () => {
    world.run("b", { reject: "v2" });
    lose();
    world.run("c");
    expect([world.split, world.state?.rejected]).toEqual(["1 95, 3 5", ["2"]]);
  });

  it.each([
    ["while that version exists, is not rejected", false, "1 95, 3 5"],
    ["once that version was deleted, is rejected", true, "1"],
  ])("content that differs in environment values only, %s", (_what, deleted, split) => {
    world.run("b/one", { reject: "v2" });
    world.run("a");
    world.state = undefined;
    if (deleted) world.versions.delete("2");
    world.run("b/two");
    expect(world.split).toBe(split);
  });

  it("the preview prints that the rejected version may be deleted", () => {
    world.run("b/one", { reject: "v2" });
    world.run("a");
    world.state = undefined;
    world.run("a");
    const { preview: announced } = world.run("b/two");
    expect(announced.sentence).toContain("if v2 still exists");
  });
});

describe("E: a retry that is older than a rejection does not lift it", () => {
  it("if it names the rejected version by its revision", () => {
    world.run("b");
    world.run("c", { retry: "r2" });
    world.run("c", { retry: "r2", reject: "v2" });
    world.run("b", { retry: "r2" });
    expect(world.split).toBe("1");
  });

  it("if only the service knows the rejected version", () => {
    world.versions.set("9", "z");
    world.run("a", { retry: "v9" });
    world.run("a", { retry: "v9", reject: "v9" });
    world.run("z", { retry: "v9" });
    expect(world.split).toBe("1");
  });

  it("if it names the number that the rejected content has now", () => {
    for (const content of "ba") world.run(content);
    world.versions.delete("2");
    world.run("b", { retry: "v3" });
    world.run("b", { retry: "v3", reject: "v2" });
    expect(world.split).toBe("1");
  });

  it("a retry of another version does not make the rejection newer", () => {
    world.run("b");
    world.run("c", { retry: "v3" });
    world.run("c", { retry: "v3", reject: "v2" });
    world.run("b", { retry: "v2" });
    expect(world.split).toBe("1 95, 2 5");
  });
});

describe("E: the notice about a retry", () => {
  const USED = "retry: v2 was used already; retry: v2@2 lifts the new rejection or lowering";

  it("is absent if the retry lifts a rejection", () => {
    world.run("b", { reject: "v2" });
    expect([world.run("b", { retry: "v2" }).notices, world.split]).toEqual([[], "1 95, 2 5"]);
  });

  it("says that the retry was used already, if a rejection is newer", () => {
    world.run("b", { retry: "v2" });
    world.run("b", { retry: "v2", reject: "v2" });
    world.run("b", { retry: "v2" });
    expect(world.run("b", { weight: 10, retry: "v2" }).notices).toEqual([
      USED,
      "v2 is rejected and gets no traffic; retry: v2@2 lifts the rejection",
    ]);
  });

  it("says that the retry was used already, if it lifts the rejection but not a newer lowering", () => {
    world.run("b", { reject: "v2" });
    world.run("b", { retry: "v2" });
    world.byHand(1, { 2: 1 });
    expect(world.run("b", { retry: "v2" }).notices).toContain(USED);
    expect(world.split).toBe("1 99, 2 1");
  });

  it.each(["r9", "v9"])("says that the retry has no effect, if the version is unknown: %s", (retry) => {
    world.run("b", { reject: "v2" });
    expect(world.run("a", { retry }).notices).toEqual([
      `retry: ${retry} has no effect, because no rejection or lowering applies: remove it`,
    ]);
  });
});

describe("E: retry", () => {
  it("a retry lifts a rejection while the key is in config", () => {
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

  it("a retry gives the share that config without a weight meant before", () => {
    world.run("b");
    world.run("b", { reject: "v2" });
    world.run("b", { retry: "v2" });
    expect(world.split).toBe("1 95, 2 5");
  });

  it("a retry that is left in config does not stop a new rejection", () => {
    world.run("b", { weight: "r2=100", retry: "v2" });
    world.run("b", { weight: "r2=100", retry: "v2", reject: "v2" });
    expect(world.split).toBe("1");
  });

  it("a used retry does not lift a later rejection; a retry with a higher number does", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.run("b", { weight: 25, reject: "v2" });
    world.run("b", { weight: 25 });
    world.run("b", { weight: 25, retry: "v2" });
    expect(world.split).toBe("1 75, 2 25");
    expect(said(world.run("b", { weight: 25, retry: "v2", reject: "v2" }))).toContain("the later one counts");
    expect(world.split).toBe("1");
    world.run("b", { weight: 25, retry: "v2", reject: "v2" });
    world.run("b", { weight: 25, retry: "v2" });
    expect(world.split).toBe("1");
    world.run("b", { weight: 25, retry: "v2@2" });
    expect(world.split).toBe("1 75, 2 25");
    world.run("b", { weight: 25, retry: "v2@2", reject: "2" });
    expect(world.split).toBe("1");
  });

  it("a promotion ends the rejection", () => {
    world.run("b", { reject: "v2" });
    world.run("b", { reject: "v2", retry: "v2", weight: 100 });
    world.run("b", { reject: "v2", retry: "v2", weight: 100 });
    expect(world.split).toBe("2");
    world.run("b");
    expect(world.split).toBe("2");
  });

  it("a retry without an effect does not stop a run", () => {
    world.run("b", { weight: 25 });
    world.run("c", { weight: 25 });
    expect(said(world.run("c", { weight: 30, retry: "v2@1" }))).toContain(
      "has no effect, because no rejection or lowering applies: remove it",
    );
    expect(world.split).toBe("1 70, 3 30");
  });
});

describe("F and G: earlier content", () => {
  it("if the program deploys the stable content again, the candidate is dropped", () => {
    world.run("b", { weight: 25 });
    world.run("a", { weight: 25 });
    expect([world.split, world.state?.phase]).toEqual(["1", "stable"]);
  });

  it("the newest former stable content that is not rejected gets all traffic at once", () => {
    for (const content of "bc") world.run(content, { strategy: "direct" });
    world.run("c", { reject: "v2" });
    world.run("a");
    expect(world.split).toBe("1");
  });

  it("a rollback keeps the version that was stable before for the next rollback", () => {
    for (const content of "bc") world.run(content, { strategy: "direct" });
    world.run("b");
    expect([world.split, world.state?.previousStable]).toEqual(["2", "1"]);
  });

  it("a rollback removes the number under which the same content was stable, if this version was deleted", () => {
    for (const content of "bc") world.run(content, { strategy: "direct" });
    world.versions.delete("2");
    world.run("b");
    expect([world.split, world.state?.previousStable]).toEqual(["4", "1"]);
  });

  it("the content of a dropped candidate gets its share again beside the same stable version", () => {
    world.run("b", { strategy: "direct" });
    for (const content of "cbc") world.run(content);
    expect(world.split).toBe("2 95, 3 5");
  });

  it("the former stable content gets all traffic at once; the content it replaced starts again by steps", () => {
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
  it("new content starts at the first step or at a lower weight", () => {
    expect(said(world.run("b", { weight: 100 }))).toContain("To give it 100 %, set weight: v2=100");
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

  it("new content starts at a weight that names its revision", () => {
    world.run("b", { weight: "r2=50" });
    expect(world.split).toBe("1 50, 2 50");
  });

  it("new content does not start at a weight that names its number, because no preview knew the number", () => {
    const { preview } = world.run("b", { weight: "v2=100" });
    expect(world.split).toBe("1 95, 2 5");
    expect(preview.sentence).toContain("5 %");
  });

  it("the notice proposes a line that is not in config already", () => {
    expect(said(world.run("b", { weight: "v2=100" }))).toContain("To give it 100 %, set weight: 100");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
  });

  it("content with other environment values is new content", () => {
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
  it("the former candidate comes back with the share that it had, and not more", () => {
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

  it("a promotion in the same commit as the content is taken back", () => {
    world.run("b");
    world.run("c", { strategy: "direct" });
    expect(world.split).toBe("3");
    world.run("b");
    expect(world.split).toBe("1 95, 2 5");
  });
});

describe("I: the weight", () => {
  it("the same weight always means the same share for one candidate", () => {
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

  it("removing the weight never raises a share", () => {
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

  it("a weight for another version raises no share", () => {
    world.run("b", { weight: "r2=100" });
    world.run("c");
    world.run("c", { weight: "v2=50" });
    expect(world.split).toBe("2 95, 3 5");
    world.run("c", { weight: "v2=100" });
    expect(world.split).toBe("2 95, 3 5");
  });
});

describe("I: the notice about a weight", () => {
  it.each<[string, Keys[], string[]]>([
    [
      "for another version",
      [{ weight: "v1=30" }],
      ["weight: v1=30 names another version than v2: it counts as no weight"],
    ],
    ["for this version", [{ weight: "v2=30" }], []],
    ["a number", [{ weight: 30 }], []],
    ["0", [{ weight: 0 }], ["weight 0 pauses v2 and does not reject it; to reject it, set reject: v2"]],
    ["0 where there is no traffic", [{ weight: 0 }, { weight: "v2=0" }], []],
  ])("%s", (_what, commits, notices) => {
    world.run("b", { weight: 5 });
    const last = commits.map((keys) => world.run("b", keys)).at(-1);
    expect(last?.notices).toEqual(notices);
  });

  it("is printed once if the weight means less than its number", () => {
    world.run("b", { weight: 100 });
    world.run("b", { weight: 25 });
    expect(world.run("b", { weight: 100 }).notices).toEqual([
      "weight 100 % means 5 % for v2, as in earlier runs. To give it 100 %, set weight: v2=100",
    ]);
  });

  it("contains a line that is not in config and has no other meaning", () => {
    world.run("a", { weight: 100 });
    expect(world.run("b", { weight: "v2=100" }).notices).toEqual([
      "weight 100 % was in config before v2 was deployed: the version starts at 5 %. To give it 100 %, set weight: r2=100",
    ]);
    for (const keys of [{ weight: 10 }, {}]) {
      world.run("b", keys);
      expect(world.run("b", { weight: "v2=100" }).notices).toEqual([
        "weight 100 % means 5 % for v2, as in earlier runs. To give it 100 %, set weight: r2=100",
      ]);
    }
    world.run("b", { weight: "r2=100" });
    expect(world.split).toBe("2");
  });

  it("contains the revision, in a preview that does not know the number", () => {
    expect(world.run("b", { weight: 100 }).preview.notices).toEqual([
      "weight 100 % was in config before the new version (r2) was deployed: the version starts at 5 %. To give it 100 %, set weight: r2=100",
    ]);
  });

  it("is not printed if the share was set by hand", () => {
    world.run("b", { weight: 50 });
    world.byHand(1, { 2: 3 });
    expect(world.run("b", { weight: "v1=50" }).notices).toEqual([
      "v2 was lowered to 3 % by hand and stays there; retry: v2 ends this",
    ]);
  });

  it("is not printed if the weight means 0 %", () => {
    world.run("b", { weight: 0, hold: true });
    world.run("b", { weight: 0 });
    expect(world.run("b", { weight: 0, hold: true }).notices).toEqual([]);
  });
});

it("I: a weight for another version counts as no weight, also if the weight is lower than the share of the candidate", () => {
  world.run("b");
  world.run("b", { weight: 50 });
  world.run("b", { weight: "v1=30" });
  expect(world.split).toBe("1 95, 2 5");
});

describe("J: a promotion", () => {
  it("a promotion is taken back by the weight from before it", () => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1 50, 2 50");
    world.run("b", { weight: 100 });
    expect(world.split).toBe("2");
  });

  it("a promotion stays when the weight is removed, and is not taken back later", () => {
    world.run("b", { weight: 50 });
    world.run("b", { weight: 40 });
    expect(said(world.run("b", { weight: 100 }))).toContain("weight can be removed from config now");
    world.run("b");
    expect(world.split).toBe("2");
    world.run("b", { weight: 40 });
    expect(world.split).toBe("2");
  });

  it("a promotion of content in its first run is not taken back by a weight", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.run("c", { weight: "r3=100" });
    expect(world.split).toBe("3");
    world.run("c", { weight: 25 });
    expect(world.split).toBe("3");
  });

  it("a promotion is not taken back if the former stable version was deleted", () => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("b", { weight: 100 });
    world.versions.delete("1");
    world.run("b", { weight: 50 });
    expect(world.split).toBe("2");
  });

  it("a promotion that is taken back does not restore a share that was taken away by hand, until a retry", () => {
    world.run("b");
    world.run("b", { weight: 80 });
    world.run("b", { weight: 100 });
    world.byHand(2, { 1: 30 });
    world.run("b", { weight: 80 });
    expect(world.split).toBe("1 30, 2 70");
    world.run("b", { weight: 80, retry: "v2" });
    expect(world.split).toBe("1 20, 2 80");
  });

  it("a promotion that is taken back does not count as a lowering by hand", () => {
    world.run("b");
    world.run("b", { weight: 80 });
    world.run("b", { weight: 100 });
    world.run("b", { weight: 80 });
    expect([world.split, world.state?.memory.lowerings]).toEqual(["1 20, 2 80", []]);
  });

  it.each<[Keys, string[]]>([
    [{}, ["weight is removed: v2 stays stable. To roll back, set reject: v2"]],
    [{ weight: 60 }, []],
    [{ weight: "auto" }, []],
  ])("a promotion followed by %j prints %j", (keys, notices) => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("b", { weight: 100 });
    expect([world.run("b", keys).notices, world.split]).toEqual([notices, "2"]);
  });

  it("a promotion removes the replaced candidate from the memory", () => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("c", { weight: 50 });
    world.run("c", { weight: 100 });
    expect(world.split).toBe("3");
    world.run("b", { weight: 50 });
    expect(world.split).toBe("3 95, 2 5");
  });

  it("a promotion without a weight in config prints no advice to remove the weight", () => {
    expect(world.run("b", { strategy: "direct" }).notices).toEqual([]);
    expect(world.split).toBe("2");
  });
});

describe("K: hold", () => {
  it("with hold, no share rises, and every share can be lowered", () => {
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

  it("a hold that is set again means the same share as before", () => {
    world.run("b");
    world.run("b", { weight: 50, hold: true });
    world.run("b", { weight: 50 });
    expect(world.split).toBe("1 50, 2 50");
    world.run("b", { weight: 50, hold: true });
    expect(world.split).toBe("1 95, 2 5");
  });

  it.each<[string, Keys[]]>([
    ["a weight that never counted", [{ weight: 50, hold: true }]],
    [
      "a weight that counted between two holds",
      [{ weight: 50, hold: true }, { weight: 50 }, { weight: 50, hold: true }],
    ],
  ])("with %s, hold leaves no larger share for the time after it", (_what, commits) => {
    world.run("b");
    for (const keys of [...commits, { strategy: "direct" }]) world.run("b", keys);
    expect(world.split).toBe("1 95, 2 5");
  });

  it("hold keeps the share of a rejected candidate for a later retry", () => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("b", { weight: 50, reject: "v2" });
    for (let i = 0; i < 2; i++) world.run("b", { weight: 50, hold: true, retry: "v2" });
    expect(world.split).toBe("1");
    world.run("b", { retry: "v2" });
    expect(world.split).toBe("1 95, 2 5");
  });

  it("with hold, new content waits; if hold is set again later, the content waits again", () => {
    world.run("b", { hold: true });
    expect([world.split, world.state?.phase]).toEqual(["1", "waiting"]);
    world.run("b");
    expect(world.split).toBe("1 95, 2 5");
    world.run("b", { hold: true });
    expect(world.split).toBe("1");
  });
});

describe("H: the notices about new content", () => {
  const REPLACED =
    "each new version replaces the candidate before it, so none is promoted. Deploy less often, or promote a candidate with weight: 100";

  it("from the third candidate in a row on: each new version replaces the one before", () => {
    expect([..."bcd"].map((content) => world.run(content).notices)).toEqual([[], [], [REPLACED]]);
  });

  it("no notice about replaced candidates if the stable content came between", () => {
    expect([..."bcade"].map((content) => world.run(content).notices)).toEqual([[], [], [], [], []]);
  });

  it("a version older than the stable version is no rollback", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    expect(world.run("b").notices).toEqual([
      "v2 was not the stable version before v4: it starts like new content. To roll back to v3, set reject: v4",
    ]);
    expect(world.split).toBe("4 95, 2 5");
  });

  it("no notice about a rollback if the version has no traffic because of a rejection", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    world.run("d", { reject: "v2" });
    expect(world.run("b").notices).toEqual(["v2 is rejected and gets no traffic; retry: v2 lifts the rejection"]);
  });

  it("no notice about a rollback if the version was stable before and was lowered by hand", () => {
    for (const content of "bc") world.run(content);
    world.byHand(2);
    world.run("c");
    expect(world.run("a").notices).toEqual([
      REPLACED,
      "v1 was lowered to 0 % by hand and stays there; retry: v1 ends this",
    ]);
  });

  it("no notice about a rollback if no version was stable before", () => {
    world.run("b", { strategy: "direct" });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    expect(world.run("a").notices).toEqual(["the alias keeps its split: version 2 is the stable version"]);
  });

  it("no notice about a rollback if the version is newer, or has no number yet", () => {
    world.run("b", { strategy: "direct" });
    const { notices, preview: announced } = world.run("c");
    expect([notices, announced.notices]).toEqual([[], []]);
  });

  it("no notice about a weight that equals the first step", () => {
    expect(world.run("b", { weight: 5 }).notices).toEqual([]);
  });

  it("no notice about the weight of rejected content", () => {
    world.run("b", { reject: "v2" });
    world.run("a");
    expect(world.run("b", { weight: 100 }).notices).toEqual([
      "v2 is rejected and gets no traffic; retry: v2 lifts the rejection",
    ]);
  });
});

describe("H: content that waited", () => {
  it.each<[string, Keys[], string]>([
    ["under the weight that comes back", [{ weight: 2, hold: true }, { weight: 25 }], "1 98, 2 2"],
    ["and gets a weight for its number", [{ hold: true }, { weight: "v2=50" }], "1 50, 2 50"],
    ["under a weight for its revision", [{ weight: "r2=50", hold: true }, { weight: "r2=50" }], "1 50, 2 50"],
  ])("%s", (_what, commits, split) => {
    world.run("a", { weight: 25 });
    for (const keys of commits) world.run("b", keys);
    expect(world.split).toBe(split);
  });

  it("starts at its first step beside an adopted alias, whatever weight config has", () => {
    world.run("b", { strategy: "direct" });
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
    world.run("c", { weight: 25 });
    expect(world.split).toBe("2 95, 3 5");
  });

  it("has no earlier weights if config had no weight when it came", () => {
    world.run("a", { weight: 25 });
    world.run("b");
    world.run("b", { weight: 25 });
    expect(world.split).toBe("1 75, 2 25");
  });

  it("starts with a notice that its weight does not apply to the start", () => {
    world.run("b", { weight: 50, hold: true });
    expect(said(world.run("b", { weight: 50 }))).toContain(
      "v2 waited under hold, and weight 50 % does not apply to its start: the version starts at 5 %",
    );
  });

  it("does not change the meaning of a lower weight for the candidate", () => {
    world.run("b");
    world.run("b", { weight: 50 });
    world.run("c", { weight: 50, hold: true });
    world.run("c", { weight: 10, hold: true });
    world.run("b", { weight: 10 });
    expect(world.split).toBe("1 90, 2 10");
  });

  it("a rejected candidate gets no traffic while new content waits", () => {
    world.run("b");
    world.run("b", { weight: 25 });
    world.run("c", { weight: 25, hold: true, reject: "v2" });
    expect(world.split).toBe("1");
  });

  it.each<[string, Keys, Keys[], string]>([
    ["keeps it under the same config", { weight: 25 }, [{ weight: 25, hold: true }], "1 70, 2 30"],
    ["gets another weight", { weight: 25 }, [{ weight: 10 }], "1 90, 2 10"],
    ["has its first share for the weight it waited under", { weight: 25 }, [{ weight: 10 }, { weight: 25 }], "1 95, 2 5"], // prettier-ignore
    ["has its first share for a weight before that", { weight: 25 }, [{ weight: 10 }, { weight: 40 }], "1 95, 2 5"],
    ["takes a weight for its number", { weight: "v2=50" }, [{ weight: 10 }, { weight: "v2=50" }], "1 50, 2 50"],
    ["has no more than the weight it waited under", { weight: 2 }, [{ weight: 10 }, { weight: 40 }], "1 98, 2 2"],
  ])("that got a share by hand %s", (_what, waited, commits, split) => {
    world.run("a", { weight: 40 });
    world.run("b", { ...waited, hold: true });
    world.byHand(1, { 2: 30 });
    for (const keys of commits) world.run("b", keys);
    expect(world.split).toBe(split);
  });
});

describe("H: weights that were in config before new content", () => {
  it("do not apply to content that came after the weight of other waiting content", () => {
    world.run("a", { weight: 25 });
    world.run("b", { weight: 2, hold: true });
    world.run("c", { weight: 25 });
    expect(world.split).toBe("1 95, 3 5");
  });

  it("are forgotten after config had no weight", () => {
    for (const keys of [{ weight: 40 }, {}]) world.run("a", keys);
    for (const weight of [2, 40]) world.run("b", { weight });
    expect(world.split).toBe("1 60, 2 40");
  });

  it("are all of them, however many", () => {
    const weights = Array.from({ length: 90 }, (_, i) => 100 - i);
    for (const weight of weights) world.run("a", { weight });
    world.run("b", { weight: 11 });
    for (const weight of weights) {
      world.run("b", { weight });
      expect([weight, world.split]).toEqual([weight, "1 95, 2 5"]);
    }
    world.run("b", { weight: 9 });
    expect(world.split).toBe("1 91, 2 9");
  });
});

describe("what a release remembers", () => {
  it("the last ten versions that were stable, so that they are not deleted", () => {
    for (let version = 2; version <= 12; version++) world.run(`b${version}`, { strategy: "direct" });
    expect(world.state && kept(world.state)).toEqual(["12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2"]);
  });

  it("a version that is stable again is not a former stable version", () => {
    for (const content of "bca") world.run(content, { strategy: "direct" });
    expect(world.state?.memory.formerStable.map(({ versionId }) => versionId)).toEqual(["3", "2"]);
    expect(world.split).toBe("1");
  });

  it.each<[Keys, string[]]>([
    [{}, []],
    [{ weight: 10 }, ["x100"]],
  ])("after the first run with %j: one version, and the weights %j", (keys, recentWeights) => {
    world = new World();
    world.run("a", keys);
    expect(world.state?.memory).toMatchObject({ recentWeights, deployed: [{ versionId: "1", fingerprint: "f1:a" }] });
  });

  it("the content of the last 30 deployed versions, each once", () => {
    for (let version = 2; version <= 31; version++) world.run(`b${version}`, { weight: 0 });
    world.run("b30", { weight: 0 });
    const ids = world.state?.memory.deployed.map(({ versionId }) => versionId);
    expect(ids).toEqual([...Array.from({ length: 28 }, (_, i) => String(i + 2)), "31", "30"]);
    world.run("b32", { weight: 0 });
    expect(world.state?.memory.deployed.map(({ versionId }) => versionId)).toEqual([...(ids?.slice(1) ?? []), "32"]);
  });

  it("all weights that have another meaning than their number", () => {
    world.run("b");
    for (let weight = 11; weight <= 24; weight++) world.run("b", { weight, hold: true });
    expect(Object.keys(world.state?.memory.candidate?.meanings ?? {})).toHaveLength(14);
  });

  it("no meaning of auto, also if an earlier candidate comes back", () => {
    for (const content of "bcb") world.run(content, { weight: "auto" });
    expect([world.split, world.state?.memory.candidate?.meanings]).toEqual(["1 95, 2 5", {}]);
  });
});

describe("C3: a main version that was set by hand", () => {
  it("has the remembered content of this version", () => {
    for (const content of "bc") world.run(content);
    world.byHand(2);
    world.run("c");
    expect(world.state?.memory.stable).toMatchObject({ versionId: "2", fingerprint: "f1:b" });
  });

  it("may be a candidate that was stable before; a rollback then goes to the version that was stable before the change", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    world.run("a");
    world.byHand(1);
    world.run("a");
    expect([world.state?.stable, world.state?.previousStable]).toEqual(["1", "4"]);
  });

  it("may be a version that the release does not know", () => {
    world.run("b");
    world.versions.set("9", "z");
    world.byHand(9);
    world.run("b");
    expect(world.state?.memory.stable).toEqual({ versionId: "9", fingerprint: "" });
  });

  it.each<[string, string, number, string]>([
    ["a former one: the way back is the one before it", "bc", 2, "1"],
    ["another one: the way back is the one before the hand", "b", 3, "2"],
  ])("is %s", (_what, promoted, main, previous) => {
    for (const content of promoted) world.run(content, { strategy: "direct" });
    const last = promoted === "b" ? "cd" : "c";
    for (const content of last) world.run(content);
    world.byHand(main);
    world.run(last.slice(-1));
    expect([world.state?.stable, world.state?.previousStable]).toEqual([String(main), previous]);
  });
});

describe("C2: the notice about a raise by hand", () => {
  it("is printed once", () => {
    world.run("b");
    world.byHand(1, { 2: 30 });
    expect(world.run("b").notices).toEqual([
      "v2 was raised to 30 % by hand: it keeps this share until the weight changes",
    ]);
  });

  it("is not printed for a version that was made the main version, while a newer version waits", () => {
    world.run("b");
    world.run("c", { hold: true });
    world.byHand(2, { 3: 20 });
    expect(world.run("c").notices.join("\n")).not.toMatch(/v2 was raised/);
  });

  it("is printed for the candidate although a newer version waits", () => {
    world.run("b");
    world.run("c", { hold: true });
    world.byHand(1, { 2: 30 });
    expect(world.run("c", { hold: true }).notices).toEqual([
      "v2 was raised to 30 % by hand: it keeps this share until the weight changes",
      "hold: v3 waits",
    ]);
  });

  it("is not printed for a rejected version", () => {
    world.run("b", { reject: "v2" });
    world.byHand(1, { 2: 30 });
    expect(world.run("b", { reject: "v2" }).notices).toEqual([
      "v2 is rejected and gets no traffic; retry: v2 lifts the rejection",
    ]);
  });
});

describe("D: the version in reject", () => {
  /** The description of the alias has no memory, and the state of the release is lost. */
  const forget = () => {
    world.state = undefined;
    world.alias = { ...world.alias, description: "" };
  };
  const UNKNOWN = "reject: r1 names no version that is known here: remove it, or reject a version by its number";

  it("is refused if its number is higher than the newest one, while the main version is LATEST", () => {
    world.run("b");
    world.alias = { ...world.alias, versionId: "LATEST", additionalVersionWeight: {} };
    expect(world.run("b", { reject: "v99" }).failure).toContain(": the newest known is v2");
  });

  it("is refused if its revision is higher than the newest one", () => {
    world.run("b");
    expect(world.run("a", { reject: "r9" }).failure).toContain(
      "reject: r9 names no version of this function: the newest known is r3",
    );
  });

  it("gives one notice if the alias is adopted and the revision is not known", () => {
    world.run("b", { weight: 25 });
    forget();
    expect(world.run("b", { reject: "r1" }).notices).toContain(UNKNOWN);
    expect(world.run("b", { reject: "r1" }).notices).toEqual([]);
    expect(world.run("b", { reject: "r1", weight: 10 }).notices).toEqual([]);
  });

  it("is rejected if the alias is adopted, and if the alias was deleted", () => {
    world.run("b", { weight: 25 });
    forget();
    world.run("b", { reject: "v2" });
    expect([world.split, world.state?.rejected]).toEqual(["1", ["2"]]);
    world.alias = undefined;
    world.run("c");
    world.alias = undefined;
    world.run("c", { reject: "v3" });
    expect(world.state?.rejected).toEqual(["2", "3"]);
  });

  it("may be named by retry if the alias is adopted", () => {
    world.run("b", { weight: 25 });
    forget();
    expect(world.run("b", { reject: "v2", retry: "v2" }).failure).toBeUndefined();
  });

  it("may be a revision from before the revisions started again", () => {
    world.run("b");
    world.run("c");
    world.forgetRevisions();
    expect(world.run("b", { reject: "r3" }).failure).toBeUndefined();
    expect(world.state?.rejected).toEqual(["3"]);
  });

  it("may be a version that only the service knows", () => {
    world.versions.set("9", "z");
    const { notices, failure } = world.run("a", { reject: "v9" });
    expect([notices, failure, world.state?.rejected]).toEqual([[], undefined, ["9"]]);
  });

  it("is checked in the run if the preview does not know the number of the new version", () => {
    const { preview } = world.run("b", { reject: "v99" });
    expect(preview).toMatchObject({ notices: [], changes: true });
    expect(preview.failure).toBeUndefined();
    expect(preview.sentence).toContain("the number of the new version is known only after the publish");
  });

  it("is not stored without the key", () => {
    world.run("b");
    expect(world.state?.memory.reject).toBe("");
  });

  it("if it was stable, a rollback does not go to a deleted version", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    world.versions.delete("3");
    world.run("d", { reject: "v4" });
    expect([world.state?.stable, world.state?.previousStable]).toEqual(["2", "1"]);
  });

  it("if it was stable, a candidate that was stable before becomes the stable version", () => {
    for (const content of "bcd") world.run(content, { strategy: "direct" });
    world.run("d", { reject: "v3" });
    world.run("a");
    expect(world.split).toBe("4 95, 1 5");
    world.run("a", { reject: "v2" });
    world.run("a", { reject: "v4" });
    expect([world.split, world.state?.memory.replacedCandidate]).toEqual(["1", undefined]);
  });

  it("if it was stable, the version before it gets its traffic, and the candidate keeps its share", () => {
    world.run("b", { strategy: "direct" });
    world.run("c");
    world.run("c", { weight: 25 });
    world.run("c", { weight: 25, reject: "v2" });
    expect(world.split).toBe("1 75, 3 25");
  });

  it("if it was stable, what a weight meant for its content has no effect on other new content", () => {
    world.run("b", { weight: 25 });
    world.run("b", { weight: 100 });
    world.run("c", { reject: "v2" });
    expect(world.split).toBe("1 95, 3 5");
    world.run("c", { reject: "v2", weight: 25 });
    expect(world.split).toBe("1 75, 3 25");
  });

  it("if it was stable and has no predecessor, it keeps its traffic until newer code replaces it", () => {
    world.run("a", { reject: "v1" });
    const { failure, notices } = world.run("b", { reject: "v1" });
    expect([failure, notices]).toEqual([
      undefined,
      ["v1 is rejected, but there is no earlier stable version: it keeps its traffic until v2 replaces it"],
    ]);
  });
});

describe("a preview of content that was published before", () => {
  const UNKNOWN = "only the run finds out whether this content was published before";

  it("has the number and the condition under which it is right; the run needs no condition", () => {
    for (const content of "ba") world.run(content);
    const { preview: announced, sentence } = world.run("b");
    expect(announced.sentence).toBe("api: v1 100→95 %, v2 0→5 % (step 1/4) (if v2 still exists)");
    expect(sentence).toBe("api: v1 100→95 %, v2 0→5 % (step 1/4)");
  });

  it("has the condition for a rollback, and the run has none", () => {
    world.run("b", { strategy: "direct" });
    const { preview: announced, sentence } = world.run("b", { reject: "v2" });
    expect(announced.sentence).toBe("api: v2 100→0 %, v1 0→100 % (step 0/4) (if v1 still exists)");
    expect(sentence).toBe("api: v2 100→0 %, v1 0→100 % (step 0/4)");
  });

  it("has no condition while the version has traffic", () => {
    world.run("b");
    world.run("c", { hold: true });
    expect(world.run("b", { weight: 10 }).preview.sentence).toBe("api: v1 95→90 %, v2 5→10 % (step 1/4)");
  });

  it("has the condition if the alias was deleted", () => {
    world.run("b");
    world.run("c", { hold: true });
    world.alias = undefined;
    expect(world.run("b").preview.sentence).toContain("if v2 still exists");
  });

  it("accepts the earlier names of the version", () => {
    for (const content of "ba") world.run(content);
    expect(world.run("b", { weight: "r2=50" }).preview.sentence).toContain("v2 0→50 %");
  });

  it("prints that only the run knows the number, if an unknown version was added by hand", () => {
    world.versions.set("9", "z");
    world.byHand(1, { 9: 20 });
    expect(world.run("b").preview.sentence).toContain(UNKNOWN);
  });

  it("prints that only the run knows the number, if the content of a version is not remembered any more", () => {
    world.run("b");
    world.state = undefined;
    world.run("b");
    expect(world.run("c").preview.sentence).toContain(UNKNOWN);
  });

  it("prints no condition for new content if the alias was deleted", () => {
    world.alias = undefined;
    const { failure, sentence } = world.run("b").preview;
    expect([failure, sentence]).toEqual([undefined, expect.not.stringContaining("only the run")]);
  });

  it("prints no condition for new content", () => {
    world.run("b");
    expect(world.run("c").preview.sentence).not.toContain("(only");
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

  it("the same run again writes nothing and prints no warning", () => {
    for (const keys of [{ weight: 100 }, {}, { weight: 0 }, { reject: "v2" }, { retry: "v2" }, { hold: true }]) {
      world.run("b", keys);
      expect([keys, world.run("b", keys)]).toEqual([keys, expect.objectContaining({ notices: [] })]);
    }
  });

  it("the description has at most 256 characters, also with all parts", () => {
    const description = "x".repeat(80);
    for (let i = 0; i < 60; i++) {
      world.run(`b${i}`, { description, weight: 40, reject: i % 3 === 0 ? `v${i}` : "v1", rev: 1_800_000_000 + i });
      world.byHand(1, { [i + 2]: 1 });
      world.run(`b${i}`, { description, weight: 50, retry: "v999@3", rev: 1_800_000_000 + i });
      expect(world.alias?.description?.length).toBeLessThanOrEqual(256);
    }
  });
});
