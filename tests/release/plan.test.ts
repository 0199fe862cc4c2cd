/** The plan of a run: when it is refused, and whether an alias of a new name keeps its split. */
import { type ReleaseInputs, keepsSplit, planRelease } from "../../provider/core/release";
import { type Memory, newMemory } from "../../provider/core/release/memory";
import { UNKNOWN } from "../../provider/core/unknown";
import { INPUTS, version } from "./inputs";

const MEMORY = newMemory(version(1));
/** A rejection of version 2. */
const BLOCK = { version: version(2), retry: 0 };

const plan = (inputs: Partial<ReleaseInputs>, exists: (versionId: string) => boolean) =>
  planRelease({ ...INPUTS, ...inputs }, MEMORY, { versionId: "1" }, exists);

const errorOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("a run writes the alias", () => {
  const candidate = { version: version(2), share: 50, target: 50, raised: false, config: "50f", meanings: {} };
  const canary: Memory = { ...MEMORY, sequence: 7, candidate, deployed: [version(1), version(2)] };
  const lowered: Memory = { ...canary, candidate: { ...candidate, share: 0 }, lowerings: [{ ...BLOCK, share: 0 }] };
  const alias = (weight: number) => ({ versionId: "1", additionalVersionWeight: weight === 0 ? {} : { "2": weight } });

  it.each<[string, Memory, number, Partial<ReleaseInputs>, boolean]>([
    ["if traffic moves", canary, 0.05, { weight: 25 }, true],
    ["if a hand has moved traffic", canary, 0.01, {}, true],
    ["if a block comes", lowered, 0, { reject: "v2" }, true],
    ["if a wrong order is replaced", { ...canary, rev: 30 }, 0.05, { rev: "20 replaces 30" }, true],
    ["not if nothing changes", canary, 0.05, {}, false],
    ["not for a newer order alone", { ...canary, rev: 30 }, 0.05, { rev: 40 }, false],
    ["not for the first order", canary, 0.05, { rev: 40 }, false],
    ["not for a weight that means what the candidate has", canary, 0.05, { weight: 5 }, false],
    ["not for a weight that a lowering keeps from it", lowered, 0, { weight: 25 }, false],
    ["not for a retry without an effect", canary, 0.05, { retry: "v1" }, false],
  ])("%s", (_what, memory, weight, inputs, writes) => {
    const planned = planRelease({ ...INPUTS, ...inputs }, memory, alias(weight), () => true);
    expect([planned.writes, planned.memory.sequence]).toEqual([writes, writes ? 8 : 7]);
  });

  it("if there is no alias", () => {
    expect(planRelease(INPUTS, canary, undefined, () => true)).toMatchObject({ writes: true, memory: { sequence: 8 } });
  });
});

describe("a weight for a number whose content differs from the remembered content", () => {
  const alias = { versionId: "1", additionalVersionWeight: { "2": 0.05 } };
  const candidate = { version: version(2), share: 50, target: 50, raised: false, config: "50f", meanings: {} };

  it.each<[string, Memory, number]>([
    ["counts for the candidate", { ...MEMORY, candidate }, 500],
    ["does not count for another version", { ...MEMORY, deployed: [version(2)] }, 50],
  ])("%s", (_what, memory, share) => {
    const inputs = { ...INPUTS, fingerprint: "f9", weight: "v2=50" };
    expect(planRelease(inputs, memory, alias, () => true).decision.split).toEqual({
      main: "1",
      additional: { "2": share },
    });
  });
});

it("a notice about a weight advises no line of config if each line for this share has an earlier meaning", () => {
  const { revision: _unknown, ...inputs } = { ...INPUTS, weight: 100 };
  const own = { versionId: "2", fingerprint: "f2", environment: "none" };
  const meanings = { x1000: 50, "2x1000": 50 };
  const candidate = { version: own, share: 50, target: 50, raised: false, config: "50f", meanings };
  const alias = { versionId: "1", additionalVersionWeight: { "2": 0.05 } };
  const { decision } = planRelease(inputs, { ...MEMORY, candidate }, alias, () => true);
  expect(decision.notices.map(({ message }) => message)).toEqual(["weight 100 % means 5 % for v2, as in earlier runs"]);
});

describe("a candidate is judged", () => {
  const candidate = { version: version(2), share: 50, target: 50, raised: false, config: "50fa", meanings: {} };
  const judgeable = (memory: Partial<Memory>, weight: number, inputs: Partial<ReleaseInputs>) => {
    const alias = { versionId: "1", additionalVersionWeight: { "2": weight } };
    const news = { ...INPUTS, weight: "auto", ...inputs };
    return planRelease(news, { ...MEMORY, candidate, ...memory }, alias, () => true).decision.judgeable;
  };

  it.each([false, true])("at the share that it keeps, with hold %s", (hold) => {
    expect(judgeable({}, 0.05, { hold })).toEqual({ version: version(2), stable: version(1), share: 50, held: hold });
  });

  it("not while a retry restores its share", () => {
    const rejected = { candidate: { ...candidate, share: 0 }, rejections: [BLOCK] };
    expect(judgeable(rejected, 0, { retry: "v2" })).toBeUndefined();
  });
});

describe("a run is refused", () => {
  it("the error has the name of the release, and the refusal as its cause", () => {
    const error = errorOf(() => plan({ reject: "v9" }, () => false));
    expect(error).toMatchObject({
      message:
        "release prod of function api (main): reject: v9 names no version of this function: the newest known is v2",
      cause: { name: "Refused", message: "reject: v9 names no version of this function: the newest known is v2" },
    });
  });

  it("if its inputs are not known", () => {
    expect(() => plan({ fingerprint: UNKNOWN }, () => true)).toThrow(
      "release prod of function api (main): a part of its inputs is not known",
    );
  });

  it("another error keeps its message", () => {
    const lost = new Error("no answer");
    const exists = () => {
      throw lost;
    };
    expect(errorOf(() => plan({ reject: "v9" }, exists))).toBe(lost);
  });
});

describe("an alias of the new name, when a release is renamed", () => {
  const EARLY = "2026-01-01T00:00:00Z";
  const LATE = "2026-01-02T00:00:00Z";
  /** An alias that this run of the release has written, or that has no record. */
  const written = (run: number | undefined, createdTime?: string) => ({
    ...{ versionId: "1", additionalVersionWeight: {} },
    description: run === undefined ? "mine" : `[fcp:0123456789ab|2;${run};1;;;;;;;;;;;;;0]`,
    ...(createdTime === undefined ? {} : { createdTime }),
  });

  it.each<[string, ReturnType<typeof written>, string | undefined, number | undefined, boolean]>([
    ["is older, and was written later", written(6, EARLY), LATE, 5, true],
    ["is as old, and was written later", written(6, EARLY), EARLY, 5, true],
    ["is newer, and was written later", written(6, LATE), EARLY, 5, false],
    ["is older, and was written in the same run", written(5, EARLY), LATE, 5, false],
    ["is older, and was written before", written(4, EARLY), LATE, 5, false],
    ["is older, and has no record", written(undefined, EARLY), LATE, 0, false],
    ["is older, and neither has a record", written(undefined, EARLY), LATE, undefined, false],
    ["is older, and only it has a record", written(0, EARLY), LATE, undefined, true],
    ["was written later, and its age is not known", written(6), LATE, 5, true],
    ["was written later, and the age of the old one is not known", written(6, EARLY), undefined, 5, false],
  ])("%s", (_what, leftOver, createdTime, sequence, keeps) => {
    const old = written(sequence, createdTime);
    expect(keepsSplit(leftOver, old, sequence === undefined ? undefined : { ...MEMORY, sequence })).toBe(keeps);
  });
});
