/** Versions and weights in the rules: names, contents, revisions, and the text form of a weight. */
import {
  type Desired,
  firstStepKey,
  heldKey,
  parseRetryText,
  retryText,
  showRetry,
  weightKey,
  withoutHold,
} from "../../provider/core/release/desired";
import {
  type Content,
  UNPUBLISHED,
  compareContent,
  nameOf,
  names,
  parseVersionKey,
  revisionsOf,
  showKey,
  traceOf,
} from "../../provider/core/release/version";

describe("a version key", () => {
  it.each([
    ["8", "8"],
    ["v8", "8"],
    [8, "8"],
    ["r12", "r12"],
    ["123456789012345678", "123456789012345678"],
    ["r1234567890", "r1234567890"],
  ])("%j is read as %s", (text, key) => {
    expect(parseVersionKey(text)).toBe(key);
  });

  it.each(["", "0", "v0", "r0", "08", "x8", "8x", "xv8", "r12x", "xr12", "rv8", "1234567890123456789", "r12345678901"])(
    "%j is not a key",
    (text) => {
      expect(parseVersionKey(text)).toBeUndefined();
    },
  );

  it.each([undefined, null, true, ["8"], { v: 8 }])("%j is not a key", (value) => {
    expect(parseVersionKey(value)).toBeUndefined();
  });

  it("a key is shown in the form in which users write it", () => {
    expect([showKey("8"), showKey("r12")]).toEqual(["v8", "r12"]);
  });

  it.each([
    ["8", true],
    ["80", false],
    ["12", false],
    ["r12", true],
    ["r14", true],
    ["r8", false],
    ["rundefined", false],
  ])("%s names version 8 of revisions 12 and 14: %j", (key, named) => {
    expect(names(key, { versionId: "8", fingerprint: "a", revision: 12, revisions: [14] })).toBe(named);
  });

  it("a key with an unknown revision names no version", () => {
    expect(names("rundefined", { versionId: "8", fingerprint: "a" })).toBe(false);
  });
});

describe("the name of a version", () => {
  it.each([
    ["8", 12, "v8"],
    [UNPUBLISHED, 12, "the new version (r12)"],
    [UNPUBLISHED, undefined, "the new version"],
  ])("%s, revision %j", (versionId, revision, name) => {
    const version = { versionId, fingerprint: "a", ...(revision === undefined ? {} : { revision }) };
    expect(nameOf(version)).toBe(name);
  });

  it("in a preview that does not know the number", () => {
    expect(nameOf({ versionId: undefined, fingerprint: "a", revision: 3 })).toBe("the new version (r3)");
  });
});

describe("revisions of a deployed version", () => {
  const known = (revision: number, revisions?: number[]) => ({
    ...{ versionId: "8", fingerprint: "a", revision },
    ...(revisions === undefined ? {} : { revisions }),
  });

  it.each<[string, Parameters<typeof revisionsOf>[0], number | undefined, object]>([
    ["no revision is known", undefined, undefined, {}],
    ["the first one", undefined, 3, { revision: 3 }],
    ["the same again", known(3), 3, { revision: 3 }],
    ["another one", known(3), 5, { revision: 3, revisions: [5] }],
    ["not known now", known(3), undefined, { revision: 3 }],
    ["not known now, with further ones", known(3, [5]), undefined, { revision: 3, revisions: [5] }],
    ["the newest is the last", known(3, [5, 7]), 5, { revision: 3, revisions: [7, 5] }],
    ["the first again, after others", known(3, [5]), 3, { revision: 3, revisions: [5] }],
    ["the last six further ones", known(1, [2, 3, 4, 5, 6, 7]), 8, { revision: 1, revisions: [3, 4, 5, 6, 7, 8] }],
  ])("%s", (_what, version, revision, expected) => {
    const content: Content = { fingerprint: "a", ...(revision === undefined ? {} : { revision }) };
    expect(revisionsOf(version, content)).toStrictEqual(expected);
  });
});

describe("contents", () => {
  const of = (fingerprint: string, environment?: string, revision?: number): Content => ({
    fingerprint,
    ...(environment === undefined ? {} : { environment }),
    ...(revision === undefined ? {} : { revision }),
  });

  it.each([
    ["the same", of("a", "e", 1), of("a", "e", 2), "same"],
    ["another code", of("a", "e", 1), of("b", "e", 1), "different"],
    ["another code, no environment", of("a"), of("b"), "different"],
    ["another environment", of("a", "e", 1), of("a", "f", 1), "different"],
    ["no code on one side", of("", "e", 1), of("a", "e", 1), "unknown"],
    ["no code on the other side", of("a", "e", 1), of("", "e", 1), "unknown"],
    ["no code on both", of("", "e", 1), of("", "e", 1), "unknown"],
    ["an environment on one side only", of("a", "e", 1), of("a", undefined, 1), "unknown"],
    ["an environment on the other side only", of("a", undefined, 1), of("a", "e", 1), "unknown"],
    ["no environment, one revision", of("a", undefined, 1), of("a", undefined, 1), "same"],
    ["no environment, two revisions", of("a", undefined, 1), of("a", undefined, 2), "unknown"],
    ["no environment, no revisions", of("a"), of("a"), "same"],
  ])("%s", (_what, a, b, expected) => {
    expect(compareContent(a, b)).toBe(expected);
  });

  it("a trace is five characters of a hash of code and configuration", () => {
    // printf '"f1:aa"' | sha256sum
    expect(traceOf({ fingerprint: "f1:aa" })).toBe("a550c");
    expect(traceOf({ fingerprint: "f1:aa", trace: "other" })).toBe("a550c");
    expect(traceOf({ fingerprint: "", trace: "other" })).toBe("other");
    expect(traceOf({ fingerprint: "" })).toBeUndefined();
  });
});

describe("the one form", () => {
  const desired: Desired = { deployed: { versionId: "8", fingerprint: "a" }, auto: false, first: 50, hold: false };

  it("of a weight", () => {
    expect(weightKey(desired)).toBe("");
    expect(weightKey({ ...desired, weight: { share: 250 } })).toBe("x250");
    expect(weightKey({ ...desired, weight: { share: 0, version: "8" } })).toBe("8x0");
    expect([heldKey("x250"), withoutHold("x250h"), withoutHold("x250"), firstStepKey(50)]).toEqual([
      ...["x250h", "x250", "x250", "f50"],
    ]);
    expect(withoutHold("xh0")).toBe("xh0");
  });

  it("of a retry", () => {
    expect([retryText(undefined), retryText({ version: "8", count: 2 })]).toEqual(["", "8@2"]);
    expect([showRetry({ version: "8", count: 1 }), showRetry({ version: "r9", count: 2 })]).toEqual(["v8", "r9@2"]);
    expect(parseRetryText("8@2")).toEqual({ version: "8", count: 2 });
    expect([parseRetryText(""), parseRetryText("8"), parseRetryText("@2"), parseRetryText("8@")]).toEqual([
      ...[undefined, undefined, undefined, undefined],
    ]);
  });
});
