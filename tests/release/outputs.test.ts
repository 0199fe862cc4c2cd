/** The values that a release reads from its alias, and its outputs. */
import type { ReleaseInputs } from "../../provider/core/release/inputs";
import { type Memory, newMemory } from "../../provider/core/release/memory";
import { memoryInDescription, livePercent, splitOf } from "../../provider/core/release/observed";
import { observedRelease, refreshedRelease, releaseOutputs, stepOf } from "../../provider/core/release/outputs";
import type { Plan } from "../../provider/core/release/plan";
import type { ReleaseOutputs } from "../../provider/core/release/state";

const version = (versionId: string, environment?: string) => ({
  ...{ versionId, fingerprint: `f${versionId}` },
  ...(environment === undefined ? {} : { environment }),
});
const progress = { version: version("2"), share: 250, target: 250, raised: false, config: "", meanings: {} };
const memory: Memory = newMemory(version("1"));
const inputs: ReleaseInputs = {
  ...{ region: "cn-hangzhou", accountId: "1234567890123456", resourceUrn: "urn", owner: "0123456789ab" },
  ...{ functionName: "api", aliasName: "prod", versionId: "2", fingerprint: "f2", steps: [5, 25, 50] },
  ...{ strategy: "canary", hold: false, keep: 10, aliasArn: "arn" },
};

describe("the split of an alias", () => {
  it.each([
    ["one version", { versionId: "1" }, { main: "1", additional: {} }],
    ["two", { versionId: "1", additionalVersionWeight: { "2": 0.055 } }, { main: "1", additional: { "2": 55 } }],
    ["a share of its main version", { versionId: "1", additionalVersionWeight: { "1": 0.5 } }, { main: "1", additional: {} }], // prettier-ignore
    ["a share of 0", { versionId: "1", additionalVersionWeight: { "2": 0, "3": 0.1 } }, { main: "1", additional: { "3": 100 } }], // prettier-ignore
    ["nothing", {}, { main: "", additional: {} }],
  ])("with %s", (_what, alias, split) => {
    expect(splitOf(alias)).toStrictEqual(split);
  });

  it("in percent, its main version included", () => {
    expect(livePercent({ versionId: "1", additionalVersionWeight: { "2": 0.055 } })).toEqual({ "1": 94.5, "2": 5.5 });
  });

  it("in percent, the lowest version first, without a main version that has no traffic", () => {
    const all = livePercent({ versionId: "10", additionalVersionWeight: { "9": 0.25, "8": 0.25 } });
    expect(Object.entries(all)).toEqual([...Object.entries({ "8": 25, "9": 25, "10": 50 })]);
    expect(livePercent({ versionId: "1", additionalVersionWeight: { "2": 1 } })).toEqual({ "2": 100 });
  });
});

describe("the memory of an alias", () => {
  it("is read from its description", () => {
    const description = "mine [fcp:0123456789ab|2;5;1;;;;;;;;;;;;;0]";
    expect(memoryInDescription({ description })).toMatchObject({ sequence: 5, stable: { versionId: "1" } });
  });

  it("is absent without an alias, and without a record", () => {
    expect([
      memoryInDescription(undefined),
      memoryInDescription({}),
      memoryInDescription({ description: "mine" }),
    ]).toEqual([...[undefined, undefined, undefined]]);
  });
});

/** The outputs of a release after a run. */
function after(part: Partial<Memory>, more: Partial<Plan> = {}, olds: Partial<ReleaseOutputs> = {}): ReleaseOutputs {
  const whole = { ...memory, ...part };
  const split = { main: "1", additional: { "2": 250 } };
  const plan: Plan = {
    decision: { split, memory: whole, rule: "I", notices: [] },
    memory: whole,
    writes: true,
    ...more,
  };
  return releaseOutputs(inputs, plan, { versionId: "1", additionalVersionWeight: { "2": 0.2 } }, olds);
}

describe("the outputs of a run", () => {
  it("in the middle of a canary", () => {
    const candidate = { ...progress, version: version("2", "e2") };
    const older = [version("7"), version("6")];
    const rejections = [{ version: version("7"), retry: 0 }];
    expect(after({ candidate, formerStable: older, rejections })).toStrictEqual({
      ...inputs,
      memory: { ...memory, candidate: progress, formerStable: older, rejections },
      environments: '{"2":"e2"}',
      split: { "1": 75, "2": 25 },
      live: { "1": 80, "2": 20 },
      liveMain: "1",
      stable: "1",
      previousStable: "6",
      candidate: "2",
      step: "2/4",
      effectiveWeight: 25,
      phase: "canary",
      rejected: ["7"],
      history: ["v1 75 %, v2 25 % (rule I)"],
    });
  });

  it("if versions have no environment values: the outputs are not secret", () => {
    const candidate = { ...progress, version: version("2", "none") };
    const outputs = after({ candidate });
    expect([outputs.memory.candidate, outputs.environments]).toEqual([candidate, undefined]);
  });

  it("without a candidate", () => {
    const split = { main: "1", additional: {} };
    const plan: Plan = { decision: { split, memory, rule: "F", notices: [] }, memory, writes: false };
    const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-02T00:00:00Z" };
    expect(releaseOutputs(inputs, plan, times, { history: ["first"] })).toStrictEqual({
      ...{ ...inputs, memory, split: { "1": 100 }, live: { "": 100 }, stable: "1", effectiveWeight: 0 },
      ...{ phase: "stable", rejected: [], history: ["first"], ...times },
    });
  });

  it("the candidate is the version that waits, without a step", () => {
    const outputs = after({ waiting: { version: version("3"), key: "", weight: "" } });
    expect([outputs.candidate, outputs.step, outputs.phase]).toEqual(["3", undefined, "waiting"]);
  });

  it("history has the last 20 splits, and gets no entry if nothing is written", () => {
    const history = Array.from({ length: 20 }, (_, i) => String(i));
    expect(after({}, {}, { history }).history).toEqual([...history.slice(1), "v1 75 %, v2 25 % (rule I)"]);
    expect(after({}, { writes: false }, { history }).history).toEqual(history);
  });

  const other = version("9");
  it.each<[string, Partial<Memory>]>([
    ["canary", { candidate: progress, waiting: { version: other, key: "", weight: "" } }],
    ["canary", { candidate: progress, rejections: [{ version: version("2"), retry: 0 }] }],
    ["paused", { candidate: { ...progress, share: 0 } }],
    ["paused", { candidate: { ...progress, share: 0 }, rejections: [{ version: other, retry: 0 }], lowerings: [{ version: other, share: 0, retry: 0 }] }], // prettier-ignore
    ["rejected", { candidate: { ...progress, share: 0 }, rejections: [{ version: version("2"), retry: 0 }], lowerings: [{ version: version("2"), share: 0, retry: 0 }] }], // prettier-ignore
    ["lowered", { candidate: { ...progress, share: 0 }, lowerings: [{ version: other, share: 0, retry: 0 }, { version: version("2"), share: 0, retry: 0 }] }], // prettier-ignore
  ])("have phase %s: %j", (phase, part) => {
    expect(after(part).phase).toBe(phase);
  });

  it.each([
    [0, "0/4"],
    [50, "1/4"],
    [249, "1/4"],
    [250, "2/4"],
    [999, "3/4"],
    [1000, "4/4"],
  ])("have for %i tenths of a percent step %s", (share, step) => {
    expect(stepOf({ ...memory, candidate: { ...progress, share } }, inputs)).toBe(step);
  });
});

describe("a release that is read by its id", () => {
  it("has the memory of the alias", () => {
    const description = "[fcp:0123456789ab|2;5;1;;2:250::;;;;;;;;;;;0]";
    const outputs = observedRelease(inputs, { versionId: "1", additionalVersionWeight: { "2": 0.25 }, description });
    expect(outputs).toMatchObject({ stable: "1", candidate: "2", phase: "canary", history: [], step: "2/4" });
  });

  it("has the main version as the stable version if the alias has no record", () => {
    const { steps: _steps, ...less } = inputs;
    const outputs = observedRelease(less as ReleaseInputs, { versionId: "7" });
    expect(outputs).toMatchObject({
      ...{ stable: "7", phase: "stable", steps: [], split: { "7": 100 }, liveMain: "7" },
      memory: { sequence: 0, stable: { versionId: "7", fingerprint: "" } },
    });
    expect(observedRelease(inputs, {}).stable).toBe("");
  });
});

describe("a refresh", () => {
  const props = after({ sequence: 5, candidate: { ...progress, version: version("2", "e2") } });
  const all = () => true;

  it("keeps the memory of a release whose alias was deleted; the candidate has no traffic", () => {
    const { liveMain: _main, ...rest } = props;
    expect(refreshedRelease(props, undefined, all)).toStrictEqual({
      ...rest,
      ...{ live: {}, effectiveWeight: 0, phase: "lowered", step: "0/4" },
    });
  });

  it("shows changes by hand, and does not store them in the memory", () => {
    const alias = { versionId: "2", additionalVersionWeight: {}, lastModifiedTime: "2026-01-02T00:00:00Z" };
    const { candidate: _candidate, step: _step, ...rest } = props;
    expect(refreshedRelease(props, alias, all)).toStrictEqual({
      ...{ ...rest, live: { "2": 100 }, liveMain: "2", lastModifiedTime: "2026-01-02T00:00:00Z" },
      ...{ stable: "2", previousStable: "1", effectiveWeight: 0, phase: "stable" },
    });
  });

  it("do not name a former version that was deleted", () => {
    const former = after({ formerStable: [version("7"), version("6")] });
    const alias = { versionId: "1", additionalVersionWeight: {} };
    expect(refreshedRelease(former, alias, all).previousStable).toBe("7");
    expect(refreshedRelease(former, alias, (id) => id !== "7").previousStable).toBe("6");
    expect(refreshedRelease(former, alias, () => false)).not.toHaveProperty("previousStable");
  });

  it("takes memory and split from the alias if its record is later", () => {
    const description = "[fcp:0123456789ab|2;6;2;1;3:50;;;;;;;;;;;0]";
    const alias = { versionId: "2", additionalVersionWeight: { "3": 0.02 }, description };
    const refreshed = refreshedRelease(props, alias, all);
    expect(refreshed).toMatchObject({ memory: { sequence: 6, stable: version("2") }, environments: '{"2":"e2"}' });
    expect(refreshed).toMatchObject({ split: { "2": 95, "3": 5 }, live: { "2": 98, "3": 2 }, effectiveWeight: 2 });
  });

  it("keeps the split of the last run if the record of the alias is from that run", () => {
    const description = "[fcp:0123456789ab|2;5;1;;2:250;;;;;;;;;;;0]";
    const alias = { versionId: "1", additionalVersionWeight: { "2": 0.02 }, description };
    // The record on the alias does not contain the third version.
    const split = { "1": 70, "2": 25, "3": 5 };
    expect(refreshedRelease({ ...props, split }, alias, all)).toMatchObject({ split, effectiveWeight: 2 });
  });

  it("leaves out secrets of versions that are no longer remembered", () => {
    const alias = { versionId: "1", description: "[fcp:0123456789ab|2;6;1;;;;;;;;;;;;;0]" };
    expect(refreshedRelease(props, alias, all)).not.toHaveProperty("environments");
  });
});
