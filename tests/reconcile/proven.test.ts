/** What a run remembers, and for how long. Time is simulated. */
import { Proven } from "../../provider/reconcile/proven";
import { simulated } from "./simulated";

const { session, pass } = simulated();
let proven: Proven;

beforeEach(() => {
  proven = new Proven(session.clock);
});

const observed = { functionName: "api" } as never;

it("at first nothing is known", () => {
  expect(proven.lacksAlias("api", "prod")).toBe(false);
  expect(proven.lacksVersions("api")).toBe(false);
  expect(proven.latest("api")).toBeUndefined();
  expect(proven.hasVersion("api", "1")).toBe(false);
});

it("a function that this run made has no alias and no version until this run makes them", () => {
  proven.functionMade("api");
  expect([proven.lacksAlias("api", "prod"), proven.lacksVersions("api")]).toEqual([true, true]);
  expect(proven.lacksAlias("other", "prod")).toBe(false);
  proven.aliasMade("api", "prod");
  expect([proven.lacksAlias("api", "prod"), proven.lacksAlias("api", "test")]).toEqual([false, true]);
  proven.versionPublished("api", "1");
  expect(proven.lacksVersions("api")).toBe(false);
});

it("a function that existed before may have aliases and versions of which this run knows nothing", () => {
  proven.latestRead("api", observed);
  expect([proven.lacksAlias("api", "prod"), proven.lacksVersions("api")]).toEqual([false, false]);
});

it("LATEST is known for 30 seconds after it was read", () => {
  proven.latestRead("api", observed);
  pass(30_000);
  expect([proven.latest("api"), proven.latest("other")]).toEqual([observed, undefined]);
  pass(1);
  expect(proven.latest("api")).toBeUndefined();
});

it("a version that this run published is known for ever, and a listed one for 30 seconds", () => {
  proven.versionPublished("api", "2");
  proven.versionsListed("api", ["1"]);
  pass(30_000);
  expect(["1", "2", "3"].map((id) => proven.hasVersion("api", id))).toEqual([true, true, false]);
  expect(proven.hasVersion("other", "1")).toBe(false);
  pass(1);
  expect(["1", "2"].map((id) => proven.hasVersion("api", id))).toEqual([false, true]);
});

it("after a deletion nothing is known of the function", () => {
  for (const name of ["api", "other"]) {
    proven.functionMade(name);
    proven.versionPublished(name, "1");
  }
  proven.forget("api");
  expect([proven.lacksAlias("api", "prod"), proven.hasVersion("api", "1")]).toEqual([false, false]);
  expect([proven.lacksAlias("other", "prod"), proven.hasVersion("other", "1")]).toEqual([true, true]);
});
