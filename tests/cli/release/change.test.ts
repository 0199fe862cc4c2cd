/** Which key each subcommand changes, whether the file or the traffic is changed first, and which changes are refused. */
import {
  HOLD,
  assertExpected,
  assertRises,
  assertUnmoved,
  nextStep,
  promote,
  resume,
  rollback,
  setWeight,
  whereIs,
} from "../../../cli/release/change";
import type { StoredRelease } from "../../../provider/rollout";

function at(members: object): StoredRelease {
  const outputs = { stable: "7", effectiveWeight: 0, split: {}, hold: false, steps: [5, 25, "50%"], ...members };
  return { urn: "urn", name: "api", outputs } as unknown as StoredRelease;
}

const canary = (effectiveWeight: number) => at({ candidate: "8", effectiveWeight, previousStable: "6" });
const stable = at({ previousStable: "6" });

it.each([
  [0, 5, "v8=5"],
  [5, 25, "v8=25"],
  [24.9, 25, "v8=25"],
  [25, 50, "v8=50"],
  [50, 100, "v8=100"],
  [60, 100, "v8=100"],
])("from %d the next step is %d", (weight, _percent, value) => {
  expect(nextStep(canary(weight))).toMatchObject({ key: "weight", value, first: "config" });
});

it("uses the current split of the alias, which may have been changed by hand", () => {
  const live = { "7": 40, "8": 60 };
  expect(nextStep(canary(5), live)).toMatchObject({ value: "v8=100", first: "config" });
  expect(setWeight(canary(5), "50", live)).toMatchObject({ value: "v8=50", first: "run" });
  expect(() => assertExpected(whereIs(canary(5), live), "v8@60")).not.toThrow();
  expect(() => assertExpected(whereIs(canary(5), live), "v8@5")).toThrow("but the release is at v8@60");
  expect(() => assertExpected(whereIs(canary(5), {}), "v8@5")).toThrow("but the release is at v8@0");
});

it("accepts steps that are objects with a weight", () => {
  const release = at({ candidate: "8", effectiveWeight: 5, steps: [{ weight: 5, bake: "10m" }, { weight: "30%" }] });
  expect(nextStep(release).value).toBe("v8=30");
});

it("writes the version into every weight, so that the line does not apply to another version", () => {
  expect(setWeight(canary(5), "25").value).toBe("v8=25");
  expect(setWeight(canary(5), "0.5%").value).toBe("v8=0.5%");
  expect(promote(canary(5)).value).toBe("v8=100");
});

it("a higher weight is written to the file before the run; for every other change the run comes first", () => {
  expect(setWeight(canary(25), "50").first).toBe("config");
  expect(setWeight(canary(25), "10").first).toBe("run");
  expect([rollback(canary(25), undefined).first, HOLD.first, resume(stable, false).first]).toEqual([
    "run",
    "run",
    "config",
  ]);
});

it("resume writes hold: false to the stack's file if hold is set elsewhere", () => {
  expect([resume(stable, false).value, resume(stable, true).value]).toEqual([undefined, "false"]);
});

it("a change is reached when the release has the desired result", () => {
  const { reached } = setWeight(canary(5), "25");
  const where = { stable: "7", candidate: "8", weight: 25, split: { "7": 75, "8": 25 }, hold: false };
  expect([reached(where), reached({ ...where, candidate: "9" }), reached({ ...where, weight: 5 })]).toEqual([
    ...[true, false, false],
  ]);
  const back = rollback(canary(5), undefined).reached;
  expect([back(where), back({ ...where, split: { "7": 100 } })]).toEqual([false, true]);
});

it("rollback rejects the candidate, and the stable version only if it is named", () => {
  expect(rollback(canary(25), undefined)).toMatchObject({ key: "reject", value: "v8" });
  expect(rollback(stable, "7").value).toBe("v7");
  expect(() => rollback(stable, undefined)).toThrow(
    "release api has no candidate: v7 is stable; to return to v6, run rollback v7",
  );
  expect(() => rollback(canary(25), "v5")).toThrow(
    'version: got "v5"; allowed: v7, which is stable, and the candidate v8',
  );
  expect(() => rollback(canary(25), "latest")).toThrow(
    'version: got "latest"; allowed: the number of a version such as v8',
  );
});

it("refuses a weight without a candidate, and text that is not a weight", () => {
  for (const verb of [nextStep, promote, (release: StoredRelease) => setWeight(release, "5")])
    expect(() => verb(stable)).toThrow("release api has no candidate: v7 is stable and has all traffic");
  expect(() => setWeight(canary(5), "0.25")).toThrow("a weight between 0 and 1 is ambiguous");
  expect(() => setWeight(canary(5), "101")).toThrow("a weight is at most 100");
});

it("--expect compares the position of the release with the given one", () => {
  const where = whereIs(canary(25));
  for (const good of ["v8@25", "8@25", "v8", "v8@25%"]) expect(() => assertExpected(where, good)).not.toThrow();
  expect(() => assertExpected(where, "v8@5")).toThrow('--expect: got "v8@5", but the release is at v8@25');
  expect(() => assertExpected(where, "v9@25")).toThrow("but the release is at v8@25");
  expect(() => assertExpected(where, "none")).toThrow("but the release is at v8@25");
  expect(() => assertExpected(whereIs(stable), "none")).not.toThrow();
  expect(() => assertExpected(where, "25")).toThrow("but the release is at v8@25");
  expect(() => assertExpected(where, "v8@many")).toThrow("--expect: not a weight");
  expect(() => assertExpected(where, "new")).toThrow('--expect: got "new"; allowed: version and weight such as v8@25');
});

it("refuses if a second read finds another position of the release, in state or on the alias", () => {
  const where = whereIs(canary(25));
  const live = { "7": 75, "8": 25 };
  expect(() => assertUnmoved(where, live, whereIs(canary(25)), { "8": 25, "7": 75 })).not.toThrow();
  expect(() => assertUnmoved(where, live, whereIs(canary(5)), live)).toThrow("the release was moved meanwhile");
  expect(() => assertUnmoved(where, live, where, { "7": 100 })).toThrow("the release was moved meanwhile");
});

it.each([
  ["hold", HOLD, { "7": 95, "8": 5 }, { "6": 100 }],
  ["a raise", setWeight(canary(5), "25"), { "7": 95, "8": 5 }, { "6": 75, "8": 25 }],
  ["a rollback of the candidate", rollback(canary(5), undefined), { "7": 95, "8": 5 }, { "6": 100 }],
  ["the end of a hold", resume(canary(5), false), { "7": 95, "8": 5 }, { "6": 100 }],
])("%s is refused if it would raise another version than the named one", (_name, change, live, next) => {
  expect(() => assertRises(change, live, next)).toThrow(
    /: the run would also move v6 from 0 to \d+ %. Nothing was changed/,
  );
});

it.each([
  ["hold", HOLD, { "7": 95, "8": 5 }],
  ["a raise", setWeight(canary(5), "25"), { "7": 75, "8": 25 }],
  ["a lower weight", setWeight(canary(5), "1"), { "7": 99, "8": 1 }],
  ["a rollback", rollback(canary(5), undefined), { "7": 100 }],
  ["a rollback of the stable version", rollback(canary(5), "v7"), { "6": 95, "8": 5 }],
  ["the end of a hold", resume(canary(5), false), { "7": 50, "8": 50 }],
])("%s is allowed to raise the versions that it is about", (_name, change, next) => {
  expect(() => assertRises(change, { "7": 95, "8": 5 }, next)).not.toThrow();
});
