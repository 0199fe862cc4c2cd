/**
 * The result of `diff` for a release, and the sentences of previews, from state alone. In state, version 1 is stable
 * and version 2 has 5 %.
 */
import { diffRelease } from "../../provider/core/release";
import { describeFirst, describeNewerAlias, describePlan } from "../../provider/core/release/announcement";
import { recordedSplit } from "../../provider/core/release/diff";
import type { ReleaseInputs } from "../../provider/core/release/inputs";
import type { ReleaseJudging } from "../../provider/core/release/judging";
import { type Memory, newMemory } from "../../provider/core/release/memory";
import type { Plan } from "../../provider/core/release/plan";
import type { ReleaseOutputs } from "../../provider/core/release/state";
import { UNKNOWN } from "../../provider/core/unknown";
import { INPUTS, version } from "./inputs";

const MEMORY: Memory = {
  ...newMemory(version(1)),
  ...{ sequence: 2, replacedInARow: 0, deployed: [version(1), version(2)] },
  candidate: {
    ...{ version: version(2), share: 50, target: 50, raised: false, config: "50f", meanings: { f50: 50 } },
  },
};
const OLDS: ReleaseOutputs = {
  ...{ ...INPUTS, memory: MEMORY, split: { "1": 95, "2": 5 }, live: { "1": 95, "2": 5 }, liveMain: "1", stable: "1" },
  ...{ candidate: "2", effectiveWeight: 5, phase: "canary", step: "1/4", rejected: [], history: [] },
};

/** The time of the preview, in seconds since 1970. */
const NOW = 1_800_000_000;

const diff = (news: object = {}, olds: object = {}) => diffRelease({ ...OLDS, ...olds }, { ...INPUTS, ...news }, NOW);

/** The result without `changes`: the engine then compares the inputs itself. */
const CHANGED = { deleteBeforeReplace: true };

describe("the diff of a release", () => {
  it("is empty without a change", () => {
    expect(diff()).toStrictEqual({ changes: false });
  });

  it("shows another weight", () => {
    expect(diff({ weight: 25 })).toStrictEqual({
      ...CHANGED,
      announcement: { sentence: "api: v1 95→75 %, v2 5→25 % (step 2/4)", warnings: [] },
    });
  });

  it.each<[string, object, object]>([
    ["the text in its description", { description: "mine" }, {}],
    ["no text in its description", {}, { description: "mine" }],
    ["another namespace in config", { configNamespace: "api" }, { configNamespace: "canary" }],
    ["no namespace in config", {}, { configNamespace: "canary" }],
    ["the weight, where it means what the candidate has", { weight: 5 }, {}],
  ])("shows %s as a change that moves no traffic", (_what, news, olds) => {
    expect(diff(news, olds)).toStrictEqual({ ...CHANGED, announcement: { warnings: [] } });
  });

  it.each<[string, object, object]>([
    ["an empty text in its description", { description: "" }, {}],
    ["the number of versions that are kept", { keep: 3 }, {}],
  ])("does not show %s", (_what, news, olds) => {
    expect(diff(news, olds)).toStrictEqual({ changes: false });
  });

  it("is a change if an alias has a former name", () => {
    const olds = { formerAliases: { old: "2026-01-01T00:00:00Z" } };
    expect(diff({}, olds)).toStrictEqual({ ...CHANGED, changes: true, announcement: { warnings: [] } });
  });

  it("is a change if a killed run has written another split", () => {
    const found = diff({}, { split: { "1": 75, "2": 25 } });
    expect(found).toStrictEqual({ ...CHANGED, changes: true, announcement: { warnings: [] } });
  });

  it("is a change after a change by hand", () => {
    const warnings = ["v2 was lowered to 1 % by hand and stays there; retry: v2 ends this"];
    const found = diff({}, { live: { "1": 99, "2": 1 } });
    expect(found).toStrictEqual({ ...CHANGED, changes: true, announcement: { warnings } });
  });

  it("is a change if the alias was deleted", () => {
    const { liveMain: _main, ...olds } = OLDS;
    expect(diffRelease({ ...olds, live: {} }, INPUTS, NOW)).toMatchObject({
      changes: true,
      announcement: { sentence: expect.stringContaining("v1 0→100 %") as string },
    });
  });

  it("is a change if the run will fail", () => {
    const rejected = { reject: "1", rejections: [{ version: version(1), retry: 0 }] };
    // The memory stays equal, so only the failure is a reason for the change.
    const { candidate: _candidate, ...rest } = MEMORY;
    const memory = { ...rest, ...rejected, deployed: [version(2), version(1)] };
    const olds = { memory, split: { "1": 100 }, live: { "1": 100 }, versionId: "1", fingerprint: "f1", revision: 1 };
    const stable = { versionId: "1", fingerprint: "f1", revision: 1, reject: "v1" };
    expect(diff(stable, { ...olds, reject: "v1" })).toMatchObject({
      ...{ ...CHANGED, changes: true },
      announcement: { failure: expect.stringContaining("no earlier stable version") as string },
    });
  });

  it("is empty for a run of an older commit, and the preview prints why", () => {
    const found = diff({ rev: 20 }, { memory: { ...MEMORY, rev: 30 } });
    expect(found).toMatchObject({
      changes: false,
      announcement: { warnings: [expect.stringContaining("older commit (rev 20)")] },
    });
  });

  it("is a change for a newer order", () => {
    expect(diff({ rev: 40 }, { rev: 30, memory: { ...MEMORY, rev: 30 } })).toStrictEqual({
      ...CHANGED,
      announcement: { warnings: [] },
    });
  });

  const NOT_KNOWN = "the split depends on a value that is not known yet";
  const MOVED_IN = "alias prod becomes a release: it keeps its stable version, and content it does not have yet";

  it.each<[string, object, object, string]>([
    ["the name of the alias is not known", { aliasName: UNKNOWN }, {}, NOT_KNOWN],
    ["the weight is not known", { weight: UNKNOWN }, {}, NOT_KNOWN],
    ["state is of a plain alias", {}, { memory: undefined }, `${MOVED_IN} starts at the first step or lower`],
    ["state is of a plain alias, under hold", { hold: true }, { memory: undefined }, `${MOVED_IN} waits`],
    ["state is of a plain alias, and the weight is not known", { weight: UNKNOWN }, { memory: undefined }, NOT_KNOWN],
  ])("prints what is not known if %s", (_what, news, olds, sentence) => {
    expect(diff(news, olds)).toStrictEqual({
      ...CHANGED,
      announcement: { sentence: `api: ${sentence}`, warnings: [] },
    });
  });

  it("of a rename is a change, and the preview prints which alias it does not read", () => {
    expect(diff({ aliasName: "live" })).toStrictEqual({
      ...CHANGED,
      announcement: {
        sentence: "api: no traffic moves (unless an alias live of this release exists already)",
        warnings: [],
      },
    });
  });

  it("of a rename together with a rollback prints both conditions", () => {
    const memory = { ...MEMORY, stable: version(2), formerStable: [version(1)], candidate: undefined };
    const olds = { memory, split: { "2": 100 }, live: { "2": 100 }, liveMain: "2" };
    expect(diff({ aliasName: "live", reject: "v2" }, olds).announcement?.sentence).toBe(
      "api: v2 100→0 %, v1 0→100 % (step 0/4) (if v1 still exists; unless an alias live of this release exists already)",
    );
  });
});

describe("a release of another function", () => {
  const START =
    "release prod of function web (main): the function is now another one than api of account 1234567890123456 in " +
    "cn-hangzhou, so the release starts again: the first version gets all traffic, revisions count from 1";

  it("names the former function while the name of the new one is not known", () => {
    const [warning = ""] = diff({ functionName: UNKNOWN }).announcement?.warnings ?? [];
    expect(warning).toContain(
      "release prod of function api (main): the function is now another one than api of account",
    );
  });

  it.each<[string[], string]>([
    [[], START],
    [["3"], `${START}, and v3 is no longer remembered as rejected`],
    [["3", "4"], `${START}, and v3, v4 are no longer remembered as rejected`],
  ])("forgets the rejections %j", (rejected, warning) => {
    expect(diff({ functionName: "web" }, { rejected })).toStrictEqual({
      ...{ replaces: ["functionName"], announcement: { warnings: [warning] } },
    });
  });

  it("has nothing to forget if its creation did not finish", () => {
    const found = diffRelease({ ...INPUTS } as ReleaseOutputs, { ...INPUTS, functionName: "web" }, NOW);
    expect(found.announcement?.warnings).toEqual([START]);
  });

  it.each(["region", "accountId", "functionName"])("is also a release in another %s", (name) => {
    expect(diff({ [name]: UNKNOWN }).replaces).toEqual([name]);
  });

  it("is refused between an emulator and the real service", () => {
    expect(() => diff({ accountId: "0000123456789012" })).toThrow(
      "release prod: this stack's objects live in account 1234567890123456, but the program now runs against emulator 0000123456789012",
    );
  });
});

describe("a release that judges", () => {
  const record = { candidate: "2", stable: "1", weight: 50, since: NOW - 600, until: NOW, decisions: [] };
  const judging = record as unknown as ReleaseJudging;
  const memory = { ...MEMORY, candidate: { ...MEMORY.candidate, config: "50fa", meanings: {} } };
  const auto = (news: object = {}, olds: object = {}) =>
    diff({ weight: "auto", ...news }, { weight: "auto", memory, judging, ...olds });

  it.each<[string, object, object, string]>([
    ["for how long", {}, {}, "api: v2 at 5 % for 10 min; the update judges it: next 25 %"],
    ["no time for another share", {}, { judging: { ...judging, weight: 250 } }, "api: v2 at 5 %; the update judges it: next 25 %"], // prettier-ignore
    ["no time for another candidate", {}, { judging: { ...judging, candidate: "3" } }, "api: v2 at 5 %; the update judges it: next 25 %"], // prettier-ignore
    ["no time without a record", {}, { judging: undefined }, "api: v2 at 5 %; the update judges it: next 25 %"],
    ["no time before it began", {}, { judging: { ...judging, since: NOW } }, "api: v2 at 5 %; the update judges it: next 25 %"], // prettier-ignore
    ["what comes under hold", { hold: true }, { hold: true }, "api: v2 at 5 % for 10 min; the update judges it: stays there while hold is set"], // prettier-ignore
    ["probes", { analysis: { probes: { expect: "ok", requests: 30 } } }, {}, "api: v2 at 5 % for 10 min; the update judges it by up to 30 invocations of each version: next 25 %"], // prettier-ignore
    ["the last step", { steps: [5] }, { steps: [5] }, "api: v2 at 5 % for 10 min; the update judges it: next 100 %"],
  ])("prints %s", (_what, news, olds, sentence) => {
    expect(auto(news, olds).announcement).toMatchObject({ sentence });
  });

  it("is updated although no input differs", () => {
    expect(auto()).toMatchObject({ ...CHANGED, changes: true });
  });

  it("prints the rejection of its candidate in each preview, and is not updated", () => {
    const rejected = {
      ...{ ...memory, rejections: [{ version: version(2), retry: 0 }] },
      candidate: { ...memory.candidate, share: 0 },
    };
    const olds = { memory: rejected, split: { "1": 100 }, live: { "1": 100 } };
    expect(auto({}, olds)).toStrictEqual({
      changes: false,
      announcement: { warnings: ["v2 is rejected and gets no traffic; retry: v2 lifts the rejection"] },
    });
  });
});

describe("the split in state", () => {
  it.each<[string, Record<string, number>, string | undefined, object | undefined]>([
    ["of two versions", { "1": 94.5, "2": 5.5 }, "1", { main: "1", additional: { "2": 55 } }],
    ["whose main version has no traffic", { "2": 100 }, "1", { main: "1", additional: { "2": 1000 } }],
    ["that is not exact", { "1": 99.7, "2": 0.1 + 0.2 }, "1", { main: "1", additional: { "2": 3 } }],
    ["of a deleted alias", {}, undefined, undefined],
  ])("%s", (_what, live, liveMain, split) => {
    expect(recordedSplit({ live, ...(liveMain === undefined ? {} : { liveMain }) })).toEqual(split);
  });
});

describe("the first run", () => {
  it.each([
    [false, "starts at the first step or lower"],
    [true, "waits"],
  ])("with hold %s: content that an existing alias does not have %s", (hold, does) => {
    expect(describeFirst({ ...INPUTS, hold })).toEqual({
      sentence:
        "api: first release, v2 gets all traffic; an alias that exists already keeps its stable version, and content it " +
        `does not have yet ${does}`,
      warnings: [],
    });
  });

  it("prints that its inputs are not known", () => {
    expect(describeFirst({ ...INPUTS, fingerprint: UNKNOWN })).toEqual({
      sentence: "api: the split depends on a value that is not known yet",
      warnings: [],
    });
  });
});

describe("a run that finds a newer alias", () => {
  const described = (sequence: number) => `[fcp:0123456789ab|2;${sequence};1;;2:250;;;;;;;;;;;0]`;
  const alias = (sequence: number) => ({
    ...{ versionId: "1", additionalVersionWeight: { "2": 0.25 }, description: described(sequence) },
  });

  it("prints its split", () => {
    expect(describeNewerAlias(INPUTS, MEMORY, alias(3))).toBe(
      "api: state is older than alias prod, so the preview may have printed another change; this run found v1 75 %, v2 25 %",
    );
  });

  it("prints nothing if state is as new, if there is no state, and if there is no alias", () => {
    const found = [describeNewerAlias(INPUTS, MEMORY, alias(2)), describeNewerAlias(INPUTS, undefined, alias(3))];
    expect([...found, describeNewerAlias(INPUTS, MEMORY, undefined)]).toEqual([undefined, undefined, undefined]);
  });
});

describe("the sentence of a run", () => {
  const plan = (additional: Record<string, number>, more: object = {}, memory: Memory = MEMORY): Plan => ({
    decision: { split: { main: "1", additional }, memory, rule: "I", notices: [], ...more },
    ...{ memory, writes: true },
  });

  it.each<[string, ReleaseInputs, Plan, object]>([
    ["names the steps of a candidate", INPUTS, plan({ "2": 250 }), { sentence: "api: v1 95→75 %, v2 5→25 % (step 1/4)" }], // prettier-ignore
    ["has no step without a candidate", INPUTS, plan({}, {}, newMemory(version(1))), { sentence: "api: v1 95→100 %, v2 5→0 %" }], // prettier-ignore
    ["is absent where no traffic moves", INPUTS, plan({ "2": 50 }), {}],
    ["has the condition, where no traffic moves", INPUTS, plan({ "2": 50 }, { uncertain: "if so" }), { sentence: "api: no traffic moves (if so)" }], // prettier-ignore
    ["names a version without a number by its revision", INPUTS, plan({ "2": 50, new: 50 }), { sentence: "api: v1 95→90 %, v2 5 %, the new version (r2) 0→5 % (step 1/4)" }], // prettier-ignore
    ["has the failure", INPUTS, plan({ "2": 50 }, { failure: "no" }), { failure: "no" }],
    ["has the failure beside a move", INPUTS, plan({}, { failure: "no" }, newMemory(version(1))), { sentence: "api: v1 95→100 %, v2 5→0 %", failure: "no" }], // prettier-ignore
    ["has the notices as warnings", INPUTS, plan({ "2": 50 }, { notices: [{ rule: "I", message: "mind" }] }), { warnings: ["mind"] }], // prettier-ignore
  ])("%s", (_what, inputs, planned, announcement) => {
    expect(describePlan(OLDS.live, inputs, planned)).toStrictEqual({ warnings: [], ...announcement });
  });

  it("names a version without number and revision", () => {
    const { revision: _revision, ...inputs } = INPUTS;
    expect(describePlan({ "1": 100 }, inputs, plan({ new: 50 })).sentence).toContain("the new version 0→5 %");
  });
});
