/** Which split an alias's inputs ask for, and what is refused before anything is sent. */
import * as fc from "fast-check";
import {
  type AliasInputs,
  type AliasOutputs,
  aliasBody,
  aliasOutputs,
  aliasMatches,
  checkAlias,
  diffAlias,
  describeFirstAlias,
  observedSplit,
  refreshedAliasInputs,
  desiredSplit,
} from "../../provider/core/alias";
import { CHANGED } from "../../provider/core/common";
import { UNKNOWN } from "../../provider/core/unknown";

const BASE = {
  region: "cn-hangzhou",
  accountId: "1234567890123456",
  resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Alias::api",
  functionName: "api",
  aliasName: "prod",
};

function checked(given: object): AliasInputs {
  const { inputs, failures } = checkAlias({}, { ...BASE, ...given });
  expect(failures).toEqual([]);
  return inputs as unknown as AliasInputs;
}

const canary = (versionId: string, weight: number | string) => checked({ canary: { versionId, weight } });

/** The alias as it stands after the inputs were brought about, main being what it was. */
function stored(inputs: AliasInputs, main?: string): AliasOutputs {
  const split = desiredSplit(inputs, main);
  if (split === undefined) throw new Error("unknown split");
  return aliasOutputs(inputs, { aliasName: "prod", ...aliasBody(inputs, split) });
}

describe("the main version, when none is given", () => {
  it("is the canary's for a new alias, whatever its weight", () => {
    expect(desiredSplit(canary("1", 10), undefined)).toEqual({ main: "1" });
    expect(desiredSplit(canary("1", 0), undefined)).toEqual({ main: "1" });
  });

  it("stays what the alias has until the weight is 100, and then moves in one write", () => {
    expect(desiredSplit(canary("2", 10), "1")).toEqual({ main: "1", canary: { versionId: "2", share: 100 } });
    expect(desiredSplit(canary("2", 100), "1")).toEqual({ main: "2" });
    expect(aliasBody(canary("2", 100), { main: "2" })).toMatchObject({ versionId: "2", additionalVersionWeight: {} });
  });

  it("stays the promoted one through weight 0 and new code at 10", () => {
    const promoted = stored(canary("2", 100), "1");
    const paused = stored(canary("2", 0), promoted.mainVersionId);
    expect(paused.mainVersionId).toBe("2");
    expect(stored(canary("3", 10), paused.mainVersionId).split).toEqual({ "2": 90, "3": 10 });
  });
});

describe("no canary is one that", () => {
  it.each([
    ["is absent", checked({ versionId: "1" })],
    ["has weight 0", checked({ versionId: "1", canary: { versionId: "2", weight: 0 } })],
    ["is the main version", checked({ versionId: "1", canary: { versionId: "1", weight: 10 } })],
  ])("%s", (_name, inputs) => {
    expect(desiredSplit(inputs, "1")).toEqual({ main: "1" });
    expect(diffAlias(stored(checked({ versionId: "1" })), inputs)).toEqual({ changes: false });
  });
});

describe("refused", () => {
  it.each([
    [
      { versionId: "1", canary: { versionId: "2", weight: 100 } },
      "canary.weight: got 100 while versionId names the main version; promote by setting versionId",
    ],
    [{ canary: { versionId: "2", weight: 0.1 } }, "a weight between 0 and 1 is ambiguous"],
    [{ canary: { versionId: "2" } }, "canary.weight: required"],
    [{ canary: { weight: 10 } }, "canary.versionId: required"],
    [
      { canary: { versionId: 2, weight: 10 } },
      "canary.versionId: got 2; allowed: the number of a published version as text",
    ],
    [{ canary: 10 }, "canary: got 10; allowed: { versionId, weight }"],
    [{ versionId: "LATEST" }, "an alias cannot point to LATEST safely, publish a Version"],
    [{ versionId: "0" }, 'versionId: got "0"'],
    [{}, "versionId: required; give versionId, canary, or both"],
    [{ versionId: "1", aliasName: "latest" }, "LATEST names the unpublished function"],
    [{ versionId: "1", aliasName: "1a" }, 'aliasName: got "1a"'],
    [{ versionId: "1", description: "two\nlines" }, "on one line"],
  ])("%j", (given: object, message) => {
    const { failures } = checkAlias({}, { ...BASE, ...given });
    expect(failures.map(({ reason }) => reason).join("\n")).toContain(message);
  });

  it("is a main version that is the canary's, when it would move all traffic at once", () => {
    const news = checked({ versionId: "2", canary: { versionId: "2", weight: 10 } });
    expect(() => diffAlias(stored(canary("1", 0)), news)).toThrow(/would send all traffic to version 2 at once/);
    expect(diffAlias(stored(canary("2", 0)), news)).toEqual({ changes: false });
  });
});

it("writes a share below one percent as text, and checks its own result to the same result", () => {
  const once = canary("2", "0.5%");
  expect(once.canary).toEqual({ versionId: "2", weight: "0.5%" });
  expect(checkAlias(once, once)).toEqual({ inputs: once, failures: [] });
  expect(stored(once, "1").split).toEqual({ "1": 99.5, "2": 0.5 });
});

describe("values that are not known yet", () => {
  it.each([
    { canary: UNKNOWN },
    { canary: { versionId: UNKNOWN, weight: 10 } },
    { canary: { versionId: "2", weight: UNKNOWN } },
    { versionId: UNKNOWN },
    { versionId: UNKNOWN, canary: { versionId: UNKNOWN, weight: 100 } },
    { versionId: "1", description: UNKNOWN },
  ])("%j is a change", (given) => {
    const { inputs, failures } = checkAlias({}, { ...BASE, ...(given as Partial<AliasInputs>) });
    const contradiction = JSON.stringify(given).includes("100");
    expect(failures).toHaveLength(contradiction ? 1 : 0);
    expect(diffAlias(stored(checked({ versionId: "1" })), inputs as unknown as AliasInputs)).toMatchObject(CHANGED);
  });

  it("a canary of weight 0 is none, whichever version it is", () => {
    const { inputs } = checkAlias({}, { ...BASE, canary: { versionId: UNKNOWN, weight: 0 } });
    expect(diffAlias(stored(canary("1", 0)), inputs as unknown as AliasInputs)).toEqual({ changes: false });
  });
});

const version = fc.integer({ min: 1, max: 9 }).map(String);
const share = fc.integer({ min: 0, max: 1000 }).map((tenths) => (tenths < 10 ? `${tenths / 10}%` : tenths / 10));

it("shares add up to 100, weights read back are the weights written, and a second run changes nothing", () => {
  fc.assert(
    fc.property(version, version, share, (main, candidate, weight) => {
      const inputs = canary(candidate, weight);
      const split = desiredSplit(inputs, main);
      if (split === undefined) throw new Error("unknown");
      const body = aliasBody(inputs, split);
      const live = { aliasName: "prod", ...body };
      const outputs = aliasOutputs(inputs, live);
      expect(Object.values(outputs.split).reduce((sum, part) => sum + part, 0)).toBeCloseTo(100, 9);
      expect(observedSplit(live)).toEqual(split);
      expect(aliasMatches(live, body)).toBe(true);
      expect(body.additionalVersionWeight[body.versionId]).toBeUndefined();
      expect(Object.values(body.additionalVersionWeight).every((fraction) => fraction > 0 && fraction < 1)).toBe(true);
      expect(diffAlias(outputs, inputs)).toEqual({ changes: false });
      expect(refreshedAliasInputs(outputs, live)).toEqual({});
    }),
  );
});

it("shows on refresh what was changed by hand", () => {
  const outputs = stored(canary("2", 10), "1");
  const live = { aliasName: "prod", versionId: "1", description: "[fcp:0123456789ab]" };
  expect(refreshedAliasInputs(outputs, { ...live, additionalVersionWeight: { "2": 0.3 } })).toEqual({
    canary: { versionId: "2", weight: 30 },
  });
  expect(refreshedAliasInputs(outputs, live)).toEqual({ canary: { versionId: "2", weight: 0 } });
});

describe("the sentence of a preview", () => {
  const inputs = (given: object) =>
    ({ ...checked({ versionId: "9" }), versionId: undefined, ...given }) as unknown as AliasInputs;
  const at = (main: string, weight: number) => stored(canary("2", weight), main);

  it.each([
    [
      "a canary begins",
      stored(checked({ versionId: "1" })),
      { canary: { versionId: "2", weight: 5 } },
      "api: v1 100→95 %, v2 0→5 %",
    ],
    ["a canary goes on", at("1", 5), { canary: { versionId: "2", weight: "0.5%" } }, "api: v1 95→99.5 %, v2 5→0.5 %"],
    ["a promotion", at("1", 5), { canary: { versionId: "2", weight: 100 } }, "api: v1 95→0 %, v2 5→100 %"],
    ["a rollback", at("1", 5), { canary: { versionId: "2", weight: 0 } }, "api: v1 95→100 %, v2 5→0 %"],
    [
      "new code in mid-canary",
      at("1", 5),
      { canary: { versionId: UNKNOWN, weight: 5 } },
      "api: v1 95 %, v2 5→0 %, new 0→5 %",
    ],
    ["new code at once", at("1", 0), { versionId: UNKNOWN }, "api: v1 100→0 %, new 0→100 %"],
    [
      "a change of the text alone",
      at("1", 5),
      { canary: { versionId: "2", weight: 5 }, description: "text" },
      undefined,
    ],
    [
      "a weight to come",
      at("1", 5),
      { canary: { versionId: "2", weight: UNKNOWN } },
      "api: the split of alias prod depends on a value that is not known yet",
    ],
  ])("%s", (_name, olds, given, sentence) => {
    expect(diffAlias(olds, inputs(given)).announcement).toEqual({ ...(sentence && { sentence }), warnings: [] });
  });

  it.each([
    [{ canary: { versionId: UNKNOWN, weight: 0 } }, "api: new alias prod, new 100 %"],
    [{ versionId: "1", canary: { versionId: UNKNOWN, weight: 10 } }, "api: new alias prod, v1 90 %, new 10 %"],
    [
      { canary: { versionId: "2", weight: 10 }, adopt: true },
      "api: alias prod gives v2 10 %, the rest to the main version it has",
    ],
    [{ canary: { versionId: "2", weight: 100 }, adopt: true }, "api: new alias prod, v2 100 %"],
    [{ canary: UNKNOWN }, "api: the split of alias prod depends on a value that is not known yet"],
  ])("the first run: %j", (given, sentence) => {
    expect(describeFirstAlias(inputs(given))).toEqual({ sentence, warnings: [] });
  });
});
