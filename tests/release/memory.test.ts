/** The memory of a release: its versions, and the choice between state and alias. */
import {
  type Memory,
  knownVersions,
  laterMemory,
  mapVersions,
  newMemory,
  protectedVersions,
  sortedMeanings,
} from "../../provider/core/release/memory";

const version = (versionId: string, fingerprint = `f${versionId}`) => ({ versionId, fingerprint });
const progress = { share: 50, target: 50, raised: false, config: "", meanings: {} };

/** A memory with all members. Each version in it has different content. */
const FULL: Memory = {
  ...newMemory(version("1")),
  sequence: 5,
  formerStable: [version("2"), version("3")],
  candidate: { ...progress, version: version("4") },
  replacedCandidate: { ...progress, version: version("5") },
  waiting: { version: version("6"), key: "f50", weight: "" },
  rejections: [{ version: version("7"), retry: 0 }],
  lowerings: [{ version: version("8"), share: 10, retry: 0 }],
  deployed: [version("9"), version("10")],
  promotion: { by: "x1000", meanings: {} },
};
const ids = (versions: readonly { versionId: string }[]) => versions.map(({ versionId }) => versionId);

it("a new memory has only the stable version", () => {
  expect(newMemory(version("1"))).toStrictEqual({
    ...{
      sequence: 0,
      stable: version("1"),
      formerStable: [],
      rejections: [],
      lowerings: [],
      weight: "",
      recentWeights: [],
    },
    ...{ reject: "", retry: "", deployed: [], replacedInARow: 0 },
  });
});

it("meanings are sorted by share, then by key", () => {
  expect(sortedMeanings({ b: 20, a: 20, c: 10 })).toEqual([
    ["c", 10],
    ["a", 20],
    ["b", 20],
  ]);
  expect(sortedMeanings({ x100: 50, x1000: 50, x250: 50, "8x500": 50 }).map(([weight]) => weight)).toEqual([
    ...["x1000", "8x500", "x250", "x100"],
  ]);
  expect(sortedMeanings({ a: 20, b: 20 })).toEqual([
    ["a", 20],
    ["b", 20],
  ]);
});

it("known versions: needed versions first, then deployed versions, newest first", () => {
  expect(ids(knownVersions(FULL))).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "10", "9"]);
  expect(knownVersions(newMemory(version("1")))).toEqual([version("1")]);
});

it("protected versions: every version that the memory needs, each once", () => {
  expect(protectedVersions({ ...FULL, lowerings: [{ version: version("4"), share: 1, retry: 0 }] })).toEqual([
    ...["1", "2", "3", "4", "5", "6", "7"],
  ]);
});

it("mapVersions changes every version and nothing else", () => {
  const mapped = mapVersions(FULL, ({ versionId }) => ({ versionId: `${versionId}0`, fingerprint: "" }));
  expect(ids(knownVersions(mapped))).toEqual(["10", "20", "30", "40", "50", "60", "70", "80", "100", "90"]);
  expect(mapped).toMatchObject({
    candidate: progress,
    replacedCandidate: progress,
    waiting: { key: "f50", weight: "" },
    rejections: [{ retry: 0 }],
    lowerings: [{ share: 10, retry: 0 }],
    promotion: { by: "x1000", meanings: {} },
  });
  const bare = newMemory(version("1"));
  expect(mapVersions(bare, (one) => one)).toStrictEqual(bare);
});

describe("of state and alias", () => {
  const stored: Memory = { ...FULL, rev: 7 };
  const carried: Memory = {
    ...newMemory({ versionId: "4", fingerprint: "" }),
    ...{ sequence: 6, rev: 9, weight: "x250" },
    rejections: [{ version: { versionId: "8", fingerprint: "" }, retry: 2 }],
  };

  const twice = (a: Memory, b: Memory): [Memory, Memory, Memory] => [a, b, a];

  it.each<[string, Memory | undefined, Memory | undefined, Memory | undefined]>([
    ["none", undefined, undefined, undefined],
    ["the only one", stored, undefined, stored],
    ["the only one, of the alias", undefined, carried, carried],
    ["that of state where both are of one write", ...twice({ ...stored, sequence: 6, rev: 9 }, carried)],
    [
      "that of state where it is of a later run without a write",
      ...twice({ ...stored, sequence: 6, rev: 10 }, carried),
    ],
    ["that of state where it is later", { ...stored, sequence: 7 }, carried, { ...stored, sequence: 7 }],
  ])("%s counts", (_what, a, b, expected) => {
    expect(laterMemory(a, b)).toStrictEqual(expected);
  });

  it("the memory of the alias is used if it is later, with contents, deployed versions and rejections from state", () => {
    expect(laterMemory(stored, carried)).toStrictEqual({
      ...carried,
      stable: version("4"),
      deployed: [version("9"), version("10")],
      rejections: [
        { version: version("7"), retry: 0 },
        { version: version("8"), retry: 2 },
      ],
    });
  });

  it("of two memories with the same number of writes, that with the higher order of runs is the later one", () => {
    const state = { ...stored, sequence: 6, rev: 8 };
    expect(laterMemory(state, carried)).toMatchObject({ weight: "x250", rev: 9, deployed: stored.deployed });
    const { rev: _rev, ...unordered } = state;
    expect(laterMemory(unordered, carried)).toMatchObject({ weight: "x250" });
    const { rev: _none, ...none } = carried;
    expect(laterMemory(state, none)).toBe(state);
    expect(laterMemory(unordered, none)).toBe(unordered);
    expect(laterMemory(unordered, { ...carried, rev: 0 })).toMatchObject({ weight: "x250" });
  });

  it("a version that is not in state is taken from the alias", () => {
    const unknown = { versionId: "11", fingerprint: "", trace: "abcde" };
    expect(laterMemory(stored, { ...carried, stable: unknown })?.stable).toEqual(unknown);
  });

  it("a rejection in both memories is taken from the alias", () => {
    const both = { ...carried, rejections: [{ version: version("7", ""), retry: 3 }] };
    expect(laterMemory(stored, both)?.rejections).toEqual([{ version: version("7"), retry: 3 }]);
    const more = [...both.rejections, ...carried.rejections];
    expect(laterMemory(stored, { ...both, rejections: more })?.rejections).toEqual([
      { version: version("7"), retry: 3 },
      { version: version("8"), retry: 2 },
    ]);
  });

  it("the stable version is no longer rejected", () => {
    expect(laterMemory(stored, { ...carried, stable: version("7", "") })?.rejections).toEqual([
      { version: version("8"), retry: 2 },
    ]);
  });

  it.each([
    ["the higher one", 7, 9, 9],
    ["the higher one, of state", 12, 9, 12],
    ["that of state where the alias has none", 7, undefined, 7],
    ["that of the alias where state has none", undefined, 9, 9],
    ["none", undefined, undefined, undefined],
  ])("the order of runs is %s", (_what, a, b, expected) => {
    const { rev: _a, ...state } = stored;
    const { rev: _b, ...alias } = carried;
    const later = laterMemory(
      { ...state, ...(a === undefined ? {} : { rev: a }) },
      { ...alias, ...(b === undefined ? {} : { rev: b }) },
    );
    expect(later?.rev).toBe(expected);
  });
});
