/** The stored record of judging, and the window of time that a run may judge. */
import type { ObservedAlias } from "../../provider/core/model";
import type { ReleaseInputs } from "../../provider/core/release/inputs";
import {
  type ReleaseJudging,
  recordToContinue,
  isForCandidate,
  judgingAfter,
  windowOf,
} from "../../provider/core/release/judging";
import { newMemory } from "../../provider/core/release/memory";

const MODIFIED = "2026-01-01T00:00:00Z";
/**
 * The time of the alias's last change in seconds since 1970, plus 3. In these three seconds, requests may still be
 * routed by the old split.
 */
const SINCE = 1_767_225_603;
const version = (versionId: string) => ({ versionId, fingerprint: `f${versionId}` });
const candidate = { version: version("2"), stable: version("1"), share: 250, held: false };
const alias: ObservedAlias = {
  ...{ versionId: "1", additionalVersionWeight: { "2": 0.25 }, lastModifiedTime: MODIFIED },
};
const inputs = { weight: "auto", steps: [5, 25, 50] } as unknown as ReleaseInputs;
const known = {
  ...{ candidate: "2", stable: "1", weight: 250, since: 100, until: 200, modified: MODIFIED },
  ...{ digest: "known", decisions: [] },
} as unknown as ReleaseJudging;
const failed = { ...known, decisions: [{ verdict: "pass" }, { verdict: "fail" }] } as unknown as ReleaseJudging;

describe("the window", () => {
  it("the window is the remembered one if nobody wrote the alias", () => {
    expect(windowOf(known, candidate, alias)).toStrictEqual({ since: 100, until: 200 });
  });

  it.each<[string, ReleaseJudging | undefined]>([
    ["nothing is remembered", undefined],
    ["another candidate was judged", { ...known, candidate: "3" }],
    ["another version was stable", { ...known, stable: "3" }],
    ["the weight was another one", { ...known, weight: 50 }],
    ["somebody wrote the alias", { ...known, modified: "2025-12-31T00:00:00Z" }],
  ])("the window begins with the last write if %s", (_what, remembered) => {
    expect(windowOf(remembered, candidate, alias)).toStrictEqual({ since: SINCE, until: SINCE });
  });

  it("the window begins with the next whole second", () => {
    const lastModifiedTime = "2026-01-01T00:00:00.200Z";
    expect(windowOf(undefined, candidate, { ...alias, lastModifiedTime })?.since).toBe(SINCE + 1);
  });

  it.each([undefined, "", "yesterday"])("the window is not known if the alias was written %j", (lastModifiedTime) => {
    const { lastModifiedTime: _old, ...rest } = alias;
    const written = lastModifiedTime === undefined ? rest : { ...rest, lastModifiedTime };
    expect(windowOf(undefined, candidate, written)).toBeUndefined();
  });
});

it("a record belongs to one candidate and one stable version", () => {
  expect([
    isForCandidate(known, "2", "1"),
    isForCandidate(known, "3", "1"),
    isForCandidate(known, "2", "3"),
    isForCandidate(undefined, "2", "1"),
  ]).toEqual([...[true, false, false, false]]);
});

it("a record continues for the same candidate, unless the last verdict was fail", () => {
  expect(recordToContinue(known, "2", "1")).toBe(known);
  expect([
    recordToContinue(known, "3", "1"),
    recordToContinue(undefined, "2", "1"),
    recordToContinue(failed, "2", "1"),
  ]).toEqual([...[undefined, undefined, undefined]]);
  const passed = { ...failed, decisions: [...failed.decisions].reverse() };
  expect(recordToContinue(passed, "2", "1")).toBe(passed);
  const later = { ...failed, decisions: [...failed.decisions, ...failed.decisions.slice(0, 1)] };
  expect(recordToContinue(later, "2", "1")).toBe(later);
});

describe("the record after a run", () => {
  const progress = { version: version("2"), share: 250, target: 250, raised: false, config: "", meanings: {} };
  const memory = { ...newMemory(version("1")), candidate: progress };
  const later: ObservedAlias = { ...alias, lastModifiedTime: "2026-01-01T00:01:00Z" };
  const began = { since: SINCE + 60, until: SINCE + 60, modified: "2026-01-01T00:01:00Z" };

  it("is absent unless the weight is auto", () => {
    expect(judgingAfter({ ...inputs, weight: 25 }, known, memory, alias, alias)).toBeUndefined();
  });

  it("has the same window if the run did not change the alias", () => {
    expect(judgingAfter(inputs, known, memory, alias, later)).toStrictEqual({
      ...known,
      modified: "2026-01-01T00:01:00Z",
    });
  });

  it.each<[string, ReleaseJudging, ObservedAlias | undefined]>([
    ["the weight is new", { ...known, weight: 50 }, alias],
    ["there was no alias", known, undefined],
    ["somebody wrote the alias before", known, { ...alias, lastModifiedTime: "2025-12-31T00:00:00Z" }],
    ["another version had a share before", known, { ...alias, additionalVersionWeight: { "3": 0.25 } }],
  ])("has a new window if %s", (_what, remembered, before) => {
    const kept = judgingAfter(inputs, remembered, memory, before, later);
    expect(kept).toStrictEqual({ ...remembered, weight: 250, ...began });
  });

  it.each<[string, ReleaseJudging | undefined]>([
    ["a candidate that was never judged", undefined],
    ["another candidate than the judged one", { ...known, candidate: "3" }],
    ["a candidate that failed, and was let in again", failed],
  ])("is a new record if there is %s", (_what, remembered) => {
    const kept = judgingAfter(inputs, remembered, memory, alias, later);
    expect(kept).toMatchObject({ candidate: "2", stable: "1", weight: 250, digest: "", decisions: [], ...began });
    expect(kept?.policy).toBeDefined();
  });

  it("is absent if the answer has no time of modification of the alias", () => {
    const { lastModifiedTime: _old, ...rest } = alias;
    expect(judgingAfter(inputs, known, memory, alias, rest)).toBeUndefined();
  });

  it.each<[string, string, object, ReleaseJudging | undefined]>([
    ["the record of a candidate without traffic", "2", { candidate: progress }, known],
    ["the record of a candidate that was promoted", "2", {}, { ...known, candidate: "2" }],
    ["no record of another candidate", "1", { candidate: progress }, undefined],
    ["no record of another version than the stable one", "1", {}, undefined],
  ])("without traffic of a candidate: %s", (_what, stable, part, expected) => {
    const after = { ...alias, versionId: stable, additionalVersionWeight: {} };
    const remembered = expected ?? { ...known, candidate: "3" };
    const held = { ...newMemory(version(stable)), ...part };
    const alone = "candidate" in part ? { ...after, versionId: "1" } : after;
    expect(judgingAfter(inputs, remembered, held, alias, alone)).toEqual(expected);
  });

  it("is absent if there was no record", () => {
    const none = { ...alias, additionalVersionWeight: {} };
    expect(judgingAfter(inputs, undefined, newMemory(version("1")), alias, none)).toBeUndefined();
  });
});
