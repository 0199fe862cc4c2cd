/** Rule L: `weight: auto` moves nothing by itself, and what the judge proposes goes through the other rules. */
import type { Proposal } from "../../provider/core/release";
import { World } from "./world";

const AUTO = { weight: "auto" };

/** Version 1 is stable, version 2 has 5 % under `auto`. */
function canary(): World {
  const world = new World();
  world.run("a");
  world.run("b", AUTO);
  expect(world.split).toBe("1 95, 2 5");
  return world;
}

const proposed = (share: number, verdict: Proposal["verdict"], versionId = "2"): { proposal: Proposal } => ({
  proposal: { versionId, share, verdict, reason: "worse than allowed" },
});
const PASS = proposed(50, 250);
const FAIL = proposed(50, "reject");

it("new content starts at the first step, and keeps what it has in every later run", () => {
  const world = canary();
  for (let i = 0; i < 3; i++) world.run("b", AUTO);
  expect(world.split).toBe("1 95, 2 5");
});

it("hands over the weight that the candidate has, above the first step too", () => {
  const world = new World();
  world.run("a");
  world.run("b");
  world.run("b", { weight: 40 });
  world.run("b", AUTO);
  expect(world.split).toBe("1 60, 2 40");
});

it("a pass raises by what it proposes, at the end to a promotion that stays", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  expect(world.split).toBe("1 75, 2 25");
  world.run("b", AUTO, proposed(250, 500));
  expect(world.split).toBe("1 50, 2 50");
  world.run("b", AUTO, proposed(500, 1000));
  expect(world.split).toBe("2");
  expect(world.state?.history.at(-1)).toBe("v2 100 % (rule L)");
  world.run("b", AUTO);
  expect(world.split).toBe("2");
});

it("a fail rejects in one write, fails that run alone, and is told of later", () => {
  const world = canary();
  const ran = world.run("b", AUTO, FAIL);
  expect([world.split, ran.failure]).toEqual([
    "1",
    "v2 was judged at 5 % and failed: worse than allowed. It is rejected and gets no traffic. Deploy other code, or lift the " +
      "rejection with retry: v2",
  ]);
  expect(world.state).toMatchObject({ phase: "rejected", rejected: ["2"] });
  const later = world.run("b", AUTO);
  expect([later.failure, later.write, world.split]).toEqual([undefined, undefined, "1"]);
  expect(later.preview.notices).toEqual(["v2 is rejected and gets no traffic; retry: v2 lifts that"]);
  // As any rejection: whatever the weight, and whatever number the content has.
  world.run("b", { weight: 50 });
  expect(world.split).toBe("1");
});

it("a retry lets it in at the first step, at whatever weight it failed", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  world.run("b", AUTO, proposed(250, "reject"));
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 95, 2 5");
  // The same retry does not lift what is judged while it stands.
  const again = world.run("b", { ...AUTO, retry: "v2" }, FAIL);
  expect([world.split, again.failure]).toEqual(["1", expect.stringContaining("retry: v2@2")]);
  world.run("b", { ...AUTO, retry: "v2@2" });
  expect(world.split).toBe("1 95, 2 5");
});

it("a retry that comes with the fail does not lift it", () => {
  const world = canary();
  world.run("b", { ...AUTO, retry: "v2" }, FAIL);
  expect(world.split).toBe("1");
});

it.each([
  ["another version", proposed(50, 250, "1")],
  ["a share that it does not have any more", proposed(250, 500)],
])("a proposal for %s raises nothing", (_what, options) => {
  const world = canary();
  world.run("b", AUTO, options);
  expect(world.split).toBe("1 95, 2 5");
});

it("a proposal counts under auto alone", () => {
  const world = canary();
  world.run("b", { weight: 5 }, PASS);
  world.run("b", { weight: 5 }, FAIL);
  expect(world.split).toBe("1 95, 2 5");
});

it("under hold a pass raises nothing, and a fail rejects", () => {
  const world = canary();
  const held = world.run("b", { ...AUTO, hold: true }, PASS);
  expect(world.split).toBe("1 95, 2 5");
  expect(held.preview.sentence).toBe("api: v2 at 5 %, judged when this runs: stays there while hold is set");
  world.run("b", { ...AUTO, hold: true }, FAIL);
  expect(world.split).toBe("1");
});

it("what waits under hold starts at the first step afterwards, and no hold means less later", () => {
  const world = new World();
  world.run("a");
  world.run("b", { ...AUTO, hold: true });
  expect(world.split).toBe("1");
  world.run("b", AUTO);
  expect(world.split).toBe("1 95, 2 5");
  world.run("b", AUTO, PASS);
  world.run("b", { ...AUTO, hold: true });
  expect(world.split).toBe("1 75, 2 25");
});

it("an explicit number counts at once; a number that comes back means what it meant", () => {
  const world = new World();
  world.run("a");
  world.run("b", { weight: 50 });
  world.run("b", AUTO);
  world.run("b", AUTO, PASS);
  expect(world.split).toBe("1 75, 2 25");
  world.run("b", { weight: 10 });
  expect(world.split).toBe("1 90, 2 10");
  world.run("b", AUTO);
  expect(world.split).toBe("1 90, 2 10");
  // It stood in config before version 2 came.
  world.run("b", { weight: 50 });
  expect(world.split).toBe("1 95, 2 5");
});

it("its removal is no value: the first step, and never more than it has", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  world.run("b");
  expect(world.split).toBe("1 95, 2 5");
  world.run("b", AUTO);
  expect(world.split).toBe("1 95, 2 5");
});

it("what a hand lowered stays low and is not judged; what a hand raised is judged there", () => {
  const world = canary();
  world.byHand(1, { 2: 1 });
  const lowered = world.run("b", AUTO);
  expect([world.split, lowered.preview.sentence]).toEqual(["1 99, 2 1", undefined]);
  world.byHand(1, { 2: 40 });
  expect(world.run("b", AUTO).preview.sentence).toBe("api: v2 at 40 %, judged when this runs: next 50 %");
  expect(world.split).toBe("1 60, 2 40");
});

it("a paused candidate stays paused, with the line that starts it", () => {
  const world = new World();
  world.run("a");
  world.run("b");
  world.run("b", { weight: 0 });
  const ran = world.run("b", AUTO);
  expect(world.split).toBe("1");
  expect(ran.notices).toEqual([
    "weight auto leaves v2 without traffic, so that there is nothing to judge. To start it: weight: 5, then auto again",
  ]);
});

it("an older run takes no proposal", () => {
  const world = new World();
  world.run("a", { rev: 1 });
  world.run("b", { ...AUTO, rev: 5 });
  for (const options of [PASS, FAIL]) world.run("b", { ...AUTO, rev: 4 }, options);
  expect(world.split).toBe("1 95, 2 5");
});

it("a third version beside the two is no state to judge in", () => {
  const world = new World();
  world.run("a");
  world.run("c", { ...AUTO, hold: true });
  world.run("b", AUTO);
  world.byHand(1, { 2: 5, 3: 5 });
  const { preview } = world.run("b", AUTO);
  expect(preview.sentence).toBeUndefined();
  expect(preview.notices).toEqual(["v3 is not judged while v2 has traffic beside it and the stable version"]);
});

it("without a candidate a run is none: no change, no sentence", () => {
  const world = new World();
  world.run("a", AUTO);
  const { preview } = world.run("a", AUTO);
  expect(preview).toEqual({ changes: false, notices: [] });
});

it("survives a crash after the write, and a lost state", () => {
  const world = canary();
  world.run("b", AUTO, { ...PASS, crash: true });
  expect(world.split).toBe("1 75, 2 25");
  world.run("b", AUTO);
  expect(world.split).toBe("1 75, 2 25");
  world.run("b", AUTO, { ...proposed(250, "reject"), crash: true });
  world.state = undefined;
  world.run("b", AUTO);
  expect(world.split).toBe("1");
  expect(world.state).toMatchObject({ rejected: ["2"] });
});
