/** Which key a verb changes, what comes first, and what it refuses. */
import {
  HOLD,
  assertExpected,
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

it("takes steps that are objects with a weight", () => {
  const release = at({ candidate: "8", effectiveWeight: 5, steps: [{ weight: 5, bake: "10m" }, { weight: "30%" }] });
  expect(nextStep(release).value).toBe("v8=30");
});

it("names the version in every weight, so that the line never acts on another one", () => {
  expect(setWeight(canary(5), "25").value).toBe("v8=25");
  expect(setWeight(canary(5), "0.5%").value).toBe("v8=0.5%");
  expect(promote(canary(5)).value).toBe("v8=100");
});

it("writes a raise first, and runs first whatever lowers", () => {
  expect(setWeight(canary(25), "50").first).toBe("config");
  expect(setWeight(canary(25), "10").first).toBe("run");
  expect([rollback(canary(25), undefined).first, HOLD.first, resume(false).first]).toEqual(["run", "run", "config"]);
});

it("takes a hold that does not stand in the stack's file back there", () => {
  expect([resume(false).value, resume(true).value]).toEqual([undefined, "false"]);
});

it("knows when it is reached", () => {
  const { reached } = setWeight(canary(5), "25");
  const where = { stable: "7", candidate: "8", weight: 25, split: { "7": 75, "8": 25 }, hold: false };
  expect([reached(where), reached({ ...where, candidate: "9" }), reached({ ...where, weight: 5 })]).toEqual([
    ...[true, false, false],
  ]);
  const back = rollback(canary(5), undefined).reached;
  expect([back(where), back({ ...where, split: { "7": 100 } })]).toEqual([false, true]);
});

it("rolls the candidate back, and the stable version only by its name", () => {
  expect(rollback(canary(25), undefined)).toMatchObject({ key: "reject", value: "v8" });
  expect(rollback(stable, "7").value).toBe("v7");
  expect(() => rollback(stable, undefined)).toThrow(
    "release api has no candidate: v7 is stable; to go back to v6: rollback v7",
  );
  expect(() => rollback(canary(25), "v5")).toThrow(
    'version: got "v5"; allowed: v7, which is stable, and the candidate v8',
  );
  expect(() => rollback(canary(25), "latest")).toThrow(
    'version: got "latest"; allowed: the number of a version such as v8',
  );
});

it("refuses a weight without a candidate, and one that is none", () => {
  for (const verb of [nextStep, promote, (release: StoredRelease) => setWeight(release, "5")])
    expect(() => verb(stable)).toThrow("release api has no candidate: v7 is stable and has all traffic");
  expect(() => setWeight(canary(5), "0.25")).toThrow("a weight between 0 and 1 is ambiguous");
  expect(() => setWeight(canary(5), "101")).toThrow("a weight is at most 100");
});

it("compares with what was expected", () => {
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

it("refuses when a second look finds the release elsewhere, in state or on the alias", () => {
  const where = whereIs(canary(25));
  const live = { "7": 75, "8": 25 };
  expect(() => assertUnmoved(where, live, whereIs(canary(25)), { "8": 25, "7": 75 })).not.toThrow();
  expect(() => assertUnmoved(where, live, whereIs(canary(5)), live)).toThrow("the release was moved meanwhile");
  expect(() => assertUnmoved(where, live, where, { "7": 100 })).toThrow("the release was moved meanwhile");
});
