/** The record of a release in the description of its alias: how it is written, shortened and read. */
import { type Memory, newMemory } from "../../provider/core/release/memory";
import { parseRecord, writeRecord } from "../../provider/core/release/record";

const version = (versionId: string, fingerprint = "") => ({ versionId, fingerprint });
const progress = { version: version("9"), share: 50, target: 50, raised: false, config: "", meanings: {} };
const empty = newMemory(version("1"));

/** A memory with all members, which is short enough for the record. */
const FULL: Memory = {
  sequence: 37,
  stable: version("7"),
  formerStable: [version("6"), version("5")],
  candidate: { ...progress, version: version("8", "f1:aa"), target: 250, raised: true, config: "u", meanings: { x250: 50 } }, // prettier-ignore
  replacedCandidate: { ...progress, version: version("4", "f1:bb") },
  promotion: { before: "x50", by: "y", meanings: { x9: 5, x8: 2 } },
  waiting: { version: version("3"), key: "f50", weight: "x100" },
  rejections: [{ version: version("2", "f1:cc"), retry: 2 }],
  lowerings: [{ version: version("8", "f1:aa"), share: 30, retry: 1 }],
  weight: "xh",
  recentWeights: ["s"],
  reject: "2",
  retry: "2@1",
  deployed: [version("8", "f1:aa")],
  rev: 71,
  replacedInARow: 36,
};

describe("the text", () => {
  it("of a release without a candidate", () => {
    expect(writeRecord(empty)).toBe("2;0;1;;;;;;;;;;;;;0");
  });

  it("has each part in its place, and a short hash of each content that must be recognised later", () => {
    expect(writeRecord(FULL)).toBe(
      "2;11;7;6,5;8-a550c:50:250h:u:x250:50;4:50::;xh;s;2;2:1;1z;2-d8fdc:2;8-a550c:30:1;x50:y:x8:2:x9:5;3:f50:x100;10", // prettier-ignore
    );
  });

  it.each<[string, Partial<Memory>, string]>([
    ["a candidate as it is meant", { candidate: progress }, "2;0;1;;9:50::;;;;;;;;;;;0"],
    ["a candidate that a hand raised", { candidate: { ...progress, raised: true } }, "2;0;1;;9:50:h:;;;;;;;;;;;0"],
    ["a candidate that means more", { candidate: { ...progress, target: 60 } }, "2;0;1;;9:50:60:;;;;;;;;;;;0"],
    ["meanings, the lowest first", { candidate: { ...progress, meanings: { x20: 20, x30: 10 } } }, "2;0;1;;9:50:::x30:10:x20:20;;;;;;;;;;;0"], // prettier-ignore
    ["a promotion without a weight before", { promotion: { by: "x1000", meanings: {} } }, "2;0;1;;;;;;;;;;;-:x1000;;0"],
    ["a promotion from no weight", { promotion: { before: "", by: "x1", meanings: {} } }, "2;0;1;;;;;;;;;;;:x1;;0"],
    [
      "a rejection that every retry lifts",
      { rejections: [{ version: version("2"), retry: 0 }] },
      "2;0;1;;;;;;;;;2;;;;0",
    ],
    ["several rejections", { rejections: [{ version: version("2"), retry: 1 }, { version: version("3"), retry: 0 }] }, "2;0;1;;;;;;;;;2:1,3;;;;0"], // prettier-ignore
    ["a trace that was read", { rejections: [{ version: { ...version("2"), trace: "abcde" }, retry: 0 }] }, "2;0;1;;;;;;;;;2-abcde;;;;0"], // prettier-ignore
    ["a lowering", { lowerings: [{ version: version("2"), share: 5, retry: 0 }] }, "2;0;1;;;;;;;;;;2:5:0;;;0"],
    ["rev 0", { rev: 0 }, "2;0;1;;;;;;;;0;;;;;0"],
  ])("of %s", (_what, part, text) => {
    expect(writeRecord({ ...empty, ...part })).toBe(text);
  });

  const ids = (...numbers: number[]) => numbers.map((number) => version(String(number)));
  const meanings = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 };
  it.each<[string, Partial<Memory>, string]>([
    ["four former versions", { formerStable: ids(6, 5, 4, 3, 2) }, "2;0;1;6,5,4,3;;;;;;;;;;;;0"],
    ["six meanings of a candidate", { candidate: { ...progress, meanings } }, "2;0;1;;9:50:::a:1:b:2:c:3:d:4:e:5:f:6;;;;;;;;;;;0"], // prettier-ignore
    [
      "two meanings of a former candidate",
      { replacedCandidate: { ...progress, meanings } },
      "2;0;1;;;9:50:::a:1:b:2;;;;;;;;;;0",
    ],
    ["four meanings of a promotion", { promotion: { by: "x", meanings } }, "2;0;1;;;;;;;;;;;-:x:a:1:b:2:c:3:d:4;;0"],
    [
      "five weights, the largest",
      { recentWeights: ["x10", "x1000", "x60", "x500", "x50", "x250"] },
      "2;0;1;;;;;x1000,x500,x250,x60,x50;;;;;;;;0",
    ],
    ["the last three lowerings", { lowerings: ids(1, 2, 3, 4).map((one) => ({ version: one, share: 1, retry: 0 })) }, "2;0;1;;;;;;;;;;2:1:0,3:1:0,4:1:0;;;0"], // prettier-ignore
  ])("has at most %s", (_what, part, text) => {
    expect(writeRecord({ ...empty, ...part })).toBe(text);
  });
});

describe("a record that is longer than 112 characters", () => {
  /**
   * Rejections of `count` versions with numbers of `digits` digits. Each rejection has a trace, which is a short hash of the
   * content of the version, if the record has room for it.
   */
  const rejections = (count: number, digits = 4) =>
    Array.from({ length: count }, (_, i) => ({
      version: version(String(10 ** (digits - 1) + i), "f1:aa"),
      retry: 0,
    }));
  const started = { ...progress, version: version("9", "f1:bb") };

  it("has all of them at 112 characters", () => {
    const memory = { ...empty, weight: "w".repeat(93) };
    expect(writeRecord(memory)).toHaveLength(112);
    expect(writeRecord(memory)).toContain("w".repeat(93));
  });

  it("has every trace at 112 characters", () => {
    const text = writeRecord({ ...empty, candidate: started, weight: "w".repeat(81) });
    expect(text).toBe(`2;0;1;;9-7be0a:50::;;${"w".repeat(81)};;;;;;;;;0`);
    expect(text).toHaveLength(112);
  });

  it("has every rejection at 112 characters, without traces", () => {
    const text = writeRecord({ ...empty, rejections: rejections(2), weight: "w".repeat(84) });
    expect(text).toBe(`2;0;1;;;;${"w".repeat(84)};;;;;1000,1001;;;;0`);
    expect(text).toHaveLength(112);
  });

  it("first loses the short hashes of versions with traffic", () => {
    const memory = { ...empty, candidate: started, rejections: rejections(7, 5) };
    expect(writeRecord(memory)).toBe(
      "2;0;1;;9:50::;;;;;;;10000-a550c,10001-a550c,10002-a550c,10003-a550c,10004-a550c,10005-a550c,10006-a550c;;;;0",
    );
  });

  it("then loses the short hashes of rejected versions", () => {
    const memory = { ...empty, candidate: started, rejections: rejections(9) };
    expect(writeRecord(memory)).toBe("2;0;1;;9:50::;;;;;;;1000,1001,1002,1003,1004,1005,1006,1007,1008;;;;0");
  });

  it("then loses the oldest rejections", () => {
    const memory = { ...empty, rejections: rejections(20) };
    expect(writeRecord(memory)).toBe(
      "2;0;1;;;;;;;;;1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1015,1016,1017,1018,1019;;;;0",
    );
  });

  it("then loses entries of the other lists, one of each list for every four rejections, but not the last entries", () => {
    const ids = (...numbers: number[]) => numbers.map((number) => version(`77777777777${number}`));
    const memory: Memory = {
      ...empty,
      formerStable: ids(6, 5, 4),
      recentWeights: ["x1", "x2", "x3", "x4", "x5"],
      lowerings: ids(1, 2, 3).map((one) => ({ version: one, share: 1, retry: 0 })),
      candidate: { ...progress, meanings: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 } },
      replacedCandidate: { ...progress, meanings: { a: 1, b: 2 } },
      promotion: { by: "x", meanings: { a: 1, b: 2, c: 3, d: 4 } },
    };
    expect(writeRecord(memory)).toBe(
      "2;0;1;777777777776,777777777775;9:50:::a:1:b:2:c:3:d:4;9:50::;;x5,x4,x3;;;;;777777777773:1:0;-:x:a:1:b:2;;0",
    );
    const least = { ...memory, weight: "w".repeat(23) };
    expect(writeRecord(least)).toBe(
      "2;0;1;777777777776,777777777775;9:50:::a:1:b:2;9:50::;wwwwwwwwwwwwwwwwwwwwwww;x5;;;;;777777777773:1:0;-:x:a:1;;0",
    );
  });

  it("is cut off if it is still too long", () => {
    expect(writeRecord({ ...empty, weight: "w".repeat(200) })).toBe(`2;0;1;;;;${"w".repeat(103)}`);
    const older = ["777777777776", "777777777775", "777777777774"].map((id) => version(id));
    const candidate = { ...progress, meanings: { a: 1, b: 2, c: 3 } };
    expect(writeRecord({ ...empty, formerStable: older, candidate, weight: "w".repeat(99) })).toBe(
      `2;0;1;777777777776,777777777775;9:50:::a:1:b:2;;${"w".repeat(64)}`,
    );
  });
});

describe("reading", () => {
  it("a parsed record has the content of the text", () => {
    expect(parseRecord(writeRecord(FULL))).toEqual({
      ...FULL,
      candidate: { ...FULL.candidate, version: { ...version("8"), trace: "a550c" } },
      replacedCandidate: { ...FULL.replacedCandidate, version: version("4") },
      rejections: [{ version: { ...version("2"), trace: "d8fdc" }, retry: 2 }],
      lowerings: [{ version: { ...version("8"), trace: "a550c" }, share: 30, retry: 1 }],
      deployed: [],
    });
  });

  it("of a release without a candidate", () => {
    expect(parseRecord("2;0;1;;;;;;;;;;;;;0")).toStrictEqual({
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

  it.each<[string, string, Partial<Memory>]>([
    ["a candidate as it is meant", "2;0;1;;9:50::;;;;;;;;;;;0", { candidate: progress }],
    ["a candidate that a hand raised", "2;0;1;;9:50:h:;;;;;;;;;;;0", { candidate: { ...progress, raised: true } }],
    [
      "a candidate that means more",
      "2;0;1;;9:50:60:u;;;;;;;;;;;0",
      { candidate: { ...progress, target: 60, config: "u" } },
    ],
    ["a share of 0", "2;0;1;;9:0:60:;;;;;;;;;;;0", { candidate: { ...progress, share: 0, target: 60 } }],
    ["short text of a candidate", "2;0;1;;9:50;;;;;;;;;;;0", { candidate: progress }],
    ["a promotion without a weight before", "2;0;1;;;;;;;;;;;-:x1000;;0", { promotion: { by: "x1000", meanings: {} } }],
    ["a promotion from no weight", "2;0;1;;;;;;;;;;;:x1;;0", { promotion: { before: "", by: "x1", meanings: {} } }],
    [
      "a rejection that every retry lifts",
      "2;0;1;;;;;;;;;2;;;;0",
      { rejections: [{ version: version("2"), retry: 0 }] },
    ],
    ["orders in base 36", "2;zz;1;;;;;;;;t4;;;;;a", { sequence: 1295, rev: 1048, replacedInARow: 10 }],
    ["a number of 17 digits", "2;0;12345678901234567;;;;;;;;;;;;;0", { stable: version("12345678901234567") }],
    ["a retry of a revision", "2;0;1;;;;;;;r2:3;;;;;;0", { retry: "r2@3" }],
    ["a retry that is none", "2;0;1;;;;;;;2;;;;;;0", {}],
  ])("of %s", (_what, text, part) => {
    expect(parseRecord(text)).toStrictEqual({ ...empty, ...part });
  });

  it.each([
    ["nothing", undefined],
    ["other text", "hello"],
    ["another format", "1;0;1;;;;;;;;;;;;;0"],
    ["a part less", "2;0;1;;;;;;;;;;;;0"],
    ["a part more", "2;0;1;;;;;;;;;;;;;;0"],
    ["a part more at the end", "2;0;1;;;;;;;;;;;;;0;"],
    ["a target with text before it", "2;0;1;;9:50:h60:;;;;;;;;;;;0"],
    ["no stable version", "2;0;;;;;;;;;;;;;;0"],
    ["a stable version that is no number", "2;0;v1;;;;;;;;;;;;;0"],
    ["a number that ends in other text", "2;0;1x;;;;;;;;;;;;;0"],
    ["a number of 18 digits", "2;0;123456789012345678;;;;;;;;;;;;;0"],
    ["no sequence", "2;;1;;;;;;;;;;;;;0"],
    ["a sequence that begins with other text", "2;-1;1;;;;;;;;;;;;;0"],
    ["a sequence that ends in other text", "2;1-;1;;;;;;;;;;;;;0"],
    ["an order that is no number", "2;0;1;;;;;;;;R;;;;;0"],
    ["no count of replaced candidates", "2;0;1;;;;;;;;;;;;;"],
    ["a former version that is no number", "2;0;1;x;;;;;;;;;;;;0"],
    ["a candidate without a share", "2;0;1;;9;;;;;;;;;;;0"],
    ["a candidate that is no number", "2;0;1;;x:50::;;;;;;;;;;;0"],
    ["a meaning without a share", "2;0;1;;9:50:::x;;;;;;;;;;;0"],
    ["a goal that is no number", "2;0;1;;9:50:x:;;;;;;;;;;;0"],
    ["a goal with text after it", "2;0;1;;9:50:60hx:;;;;;;;;;;;0"],
    ["a lowering without a share", "2;0;1;;;;;;;;;;2;;;0"],
    ["a waiting version that is no number", "2;0;1;;;;;;;;;;;;x:a:b;0"],
    ["a rejection with a count that is no number", "2;0;1;;;;;;;;;2:x;;;;0"],
  ])("%s is not a record", (_what, text) => {
    expect(parseRecord(text)).toBeUndefined();
  });
});
