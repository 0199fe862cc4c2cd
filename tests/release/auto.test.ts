/** Rule L: `weight: auto` alone moves no traffic, and the other rules also apply to the proposal of a judgement. */
import type { Proposal } from "../../provider/core/release";
import { World } from "./world";

const AUTO = { weight: "auto" };

/** A release with version 1 at 95 % and version 2 at 5 %, under `auto`. */
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

it("new content starts at the first step, and keeps this share in later runs without a judgement", () => {
  const world = canary();
  for (let i = 0; i < 3; i++) world.run("b", AUTO);
  expect(world.split).toBe("1 95, 2 5");
});

it("after a change from a number to auto, the candidate keeps its share, also above the first step", () => {
  const world = new World();
  world.run("a");
  world.run("b");
  world.run("b", { weight: 40 });
  world.run("b", AUTO);
  expect(world.split).toBe("1 60, 2 40");
});

it("a pass raises the candidate to the proposed share; a promotion stays in later runs", () => {
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

it("a fail rejects the candidate in one write; only this run fails, and later runs print a notice", () => {
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
  expect(later.preview.notices).toEqual(["v2 is rejected and gets no traffic; retry: v2 lifts the rejection"]);
  // A rejection stays in force with another weight, as every rejection does.
  world.run("b", { weight: 50 });
  expect(world.split).toBe("1");
});

it("after a retry the candidate starts at the first step, whatever share it had when it failed", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  world.run("b", AUTO, proposed(250, "reject"));
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 95, 2 5");
  // The key `retry: v2` stays in config, so it does not lift the later rejection.
  const again = world.run("b", { ...AUTO, retry: "v2" }, FAIL);
  expect([world.split, again.failure]).toEqual(["1", expect.stringContaining("retry: v2@2")]);
  world.run("b", { ...AUTO, retry: "v2@2" });
  expect(world.split).toBe("1 95, 2 5");
});

it("a retry that is in config already when the candidate fails does not lift the rejection", () => {
  const world = canary();
  world.run("b", { ...AUTO, retry: "v2" }, FAIL);
  expect(world.split).toBe("1");
});

it("a retry that names the failed version by its newest revision does not lift the rejection", () => {
  const world = canary();
  world.run("c", { ...AUTO, hold: true });
  world.run("b", { ...AUTO, retry: "r4" }, FAIL);
  expect(world.split).toBe("1");
});

it("a retry of another version does not count for the candidate that fails", () => {
  const world = canary();
  expect(world.run("b", { ...AUTO, retry: "v1@3" }, FAIL).failure).toMatch(/retry: v2$/);
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 95, 2 5");
});

it("a candidate that failed above the first step gets the first step if newer code is reverted and a retry is set", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  world.run("b", AUTO, proposed(250, "reject"));
  world.run("c", AUTO);
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 95, 2 5");
});

it("a retry restores the share of a candidate that somebody lowered", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  world.byHand(1);
  world.run("b", AUTO);
  expect(world.split).toBe("1");
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 75, 2 25");
});

it("with auto, a retry gives the share of a number that was set while the candidate was lowered by hand", () => {
  const world = canary();
  world.byHand(1);
  world.run("b", { weight: 20 });
  expect(world.split).toBe("1");
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 80, 2 20");
});

it("a retry restores the share of a candidate whose alias was deleted; before that it is not judged", () => {
  const world = canary();
  world.alias = undefined;
  const { preview } = world.run("b", { ...AUTO, retry: "v2" });
  expect([world.split, preview.sentence]).toEqual(["1 95, 2 5", expect.not.stringContaining("judges")]);
});

it("with hold, a retry gives no share, and this is printed", () => {
  const world = canary();
  world.run("b", AUTO, FAIL);
  expect(world.run("b", { ...AUTO, hold: true, retry: "v2" }).notices).toEqual(["hold: v2 stays at 0 %"]);
  expect(world.split).toBe("1");
});

it.each([
  ["another version", proposed(50, 250, "1")],
  ["a share that it does not have any more", proposed(250, 500)],
])("a proposal for %s raises no share", (_what, options) => {
  const world = canary();
  world.run("b", AUTO, options);
  expect(world.split).toBe("1 95, 2 5");
});

it.each([PASS, FAIL])("a proposal has an effect only with weight auto: %j", (options) => {
  const world = canary();
  world.run("b", { weight: 4 }, options);
  expect([world.split, world.state?.rejected]).toEqual(["1 96, 2 4", []]);
});

it.each([PASS, FAIL])("a proposal for a version that is not deployed any more has no effect: %j", (options) => {
  const world = canary();
  world.run("c", AUTO, options);
  expect([world.split, world.state?.rejected]).toEqual(["1 95, 3 5", []]);
});

it("a fail rejects a candidate that somebody has lowered since", () => {
  const world = canary();
  world.byHand(1, { 2: 1 });
  world.run("b", AUTO, FAIL);
  expect([world.split, world.state?.rejected]).toEqual(["1", ["2"]]);
});

it("a fail does not reject a candidate that somebody has promoted since", () => {
  const world = canary();
  world.byHand(2);
  expect(world.run("b", AUTO, FAIL).failure).toBeUndefined();
  expect([world.split, world.state?.rejected]).toEqual(["2", []]);
});

it("a fail rejects the candidate of an alias that is adopted", () => {
  const world = canary();
  world.state = undefined;
  world.alias = { ...world.alias, description: "" };
  world.run("b", AUTO, FAIL);
  expect([world.split, world.state]).toMatchObject(["1", { rejected: ["2"] }]);
});

it("a fail rejects a version that waited, and got its share by hand", () => {
  const world = new World();
  world.run("a");
  world.run("b", { ...AUTO, hold: true });
  world.byHand(1, { 2: 20 });
  const { failure } = world.run("b", AUTO, proposed(200, "reject"));
  expect([world.split, world.state?.rejected]).toEqual(["1", ["2"]]);
  expect(failure).toContain("v2 was judged at 20 % and failed");
});

it("with hold, a pass raises no share, and a fail rejects the candidate", () => {
  const world = canary();
  const held = world.run("b", { ...AUTO, hold: true }, PASS);
  expect(world.split).toBe("1 95, 2 5");
  expect(held.preview.sentence).toBe("api: v2 at 5 %; the update judges it: stays there while hold is set");
  world.run("b", { ...AUTO, hold: true }, FAIL);
  expect(world.split).toBe("1");
});

it("content that waited under hold starts at the first step when hold is removed", () => {
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

it("a number instead of auto applies at once; a number that is set again means the same share as before", () => {
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
  // The weight 50 was in config before version 2 existed, so it means the first step.
  world.run("b", { weight: 50 });
  expect(world.split).toBe("1 95, 2 5");
});

it("without a weight after auto, the candidate gets the first step, but never more than it has", () => {
  const world = canary();
  world.run("b", AUTO, PASS);
  world.run("b");
  expect(world.split).toBe("1 95, 2 5");
  world.run("b", AUTO);
  expect(world.split).toBe("1 95, 2 5");
});

it("a share lowered by hand stays low and is not judged; a share raised by hand is judged at that share", () => {
  const world = canary();
  world.byHand(1, { 2: 1 });
  const lowered = world.run("b", AUTO);
  expect([world.split, lowered.preview.sentence]).toEqual(["1 99, 2 1", undefined]);
  world.byHand(1, { 2: 40 });
  expect(world.run("b", AUTO).preview.sentence).toBe("api: v2 at 40 %; the update judges it: next 50 %");
  expect(world.split).toBe("1 60, 2 40");
  // Under `auto`, the memory does not record that the share was set by hand.
  expect(world.state).toMatchObject({ memory: { candidate: { raised: false } } });
});

it("a paused candidate stays paused, and a notice has the line that starts it", () => {
  const world = new World();
  world.run("a");
  world.run("b");
  world.run("b", { weight: 0 });
  const ran = world.run("b", AUTO);
  expect(world.split).toBe("1");
  expect(ran.notices).toEqual([
    "weight auto leaves v2 without traffic, so it cannot be judged. To start it, set weight: 5, then auto again",
  ]);
  expect(world.run("b", AUTO).preview).toEqual({
    changes: false,
    notices: [
      "weight auto leaves v2 without traffic, so it cannot be judged. To start it, set weight: 5, then auto again",
    ],
  });
});

it("a run of an older commit ignores a proposal", () => {
  const world = new World();
  world.run("a", { rev: 1 });
  world.run("b", { ...AUTO, rev: 5 });
  for (const options of [PASS, FAIL]) world.run("b", { ...AUTO, rev: 4 }, options);
  expect(world.split).toBe("1 95, 2 5");
});

it("a candidate is not judged while a third version has traffic", () => {
  const world = new World();
  world.run("a");
  world.run("c", { ...AUTO, hold: true });
  world.run("b", AUTO);
  world.byHand(1, { 2: 5, 3: 5 });
  const { preview } = world.run("b", AUTO);
  expect(preview.sentence).toBeUndefined();
  expect(preview.notices).toEqual(["v3 is not judged while v2 has traffic beside it and the stable version"]);
});

it("without a candidate, auto changes nothing and prints no sentence", () => {
  const world = new World();
  world.run("a", AUTO);
  const { preview } = world.run("a", AUTO);
  expect(preview).toEqual({ changes: false, notices: [] });
});

it("a judged release continues after a crash after the write, and after a lost state", () => {
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

it("with auto, a retry starts at the first step, whatever weight was in config while the version was rejected", () => {
  const world = canary();
  world.run("b", AUTO, FAIL);
  world.run("b", { weight: 20 });
  expect(world.split).toBe("1");
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 95, 2 5");
  world.run("b", { ...AUTO, retry: "v2" }, PASS);
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 75, 2 25");
});

it("with a number as weight, a retried version gets this share", () => {
  const world = canary();
  world.run("b", AUTO, FAIL);
  world.run("b", { weight: 20 });
  world.run("b", { weight: 20, retry: "v2" });
  expect(world.split).toBe("1 80, 2 20");
  world.run("b", { ...AUTO, retry: "v2" });
  expect(world.split).toBe("1 80, 2 20");
});
