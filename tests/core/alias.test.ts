/** The split that follows from the inputs of an alias, and the inputs that are refused before a request is sent. */
import * as fc from "fast-check";
import {
  type AliasInputs,
  type AliasOutputs,
  aliasBody,
  aliasLabel,
  aliasOutputs,
  aliasOwner,
  aliasMatches,
  aliasState,
  checkAlias,
  diffAlias,
  describeFirstAlias,
  observedSplit,
  refreshedAliasInputs,
  desiredSplit,
  liveShares,
  lostByAliasAdoption,
  lostText,
  raisedAgain,
  refusedAnew,
  refusedMissing,
  refusedPromotion,
  splitFrom,
  versionsOf,
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

/** The outputs of an alias after a run with these inputs. `main` is the main version before the run. */
function stored(inputs: AliasInputs, main?: string): AliasOutputs {
  const split = desiredSplit(inputs, main);
  if (split === undefined) throw new Error("unknown split");
  return aliasOutputs(inputs, { aliasName: "prod", ...aliasBody(inputs, split) });
}

describe("the main version, when none is given", () => {
  it("is the canary's version for a new alias, with any weight", () => {
    expect(desiredSplit(canary("1", 10), undefined)).toEqual({ main: "1" });
    expect(desiredSplit(canary("1", 0), undefined)).toEqual({ main: "1" });
  });

  it("stays the main version of the alias until the weight is 100, and then changes in one write", () => {
    expect(desiredSplit(canary("2", 10), "1")).toEqual({ main: "1", canary: { versionId: "2", share: 100 } });
    expect(desiredSplit(canary("2", 100), "1")).toEqual({ main: "2" });
    expect(aliasBody(canary("2", 100), { main: "2" })).toMatchObject({ versionId: "2", additionalVersionWeight: {} });
  });

  it("stays the promoted version with weight 0, and with new code at 10 %", () => {
    const promoted = stored(canary("2", 100), "1");
    const paused = stored(canary("2", 0), promoted.mainVersionId);
    expect(paused.mainVersionId).toBe("2");
    expect(stored(canary("3", 10), paused.mainVersionId).split).toEqual({ "2": 90, "3": 10 });
  });
});

describe("an alias has no canary if its canary", () => {
  it.each([
    ["is absent", checked({ versionId: "1" })],
    ["has weight 0", checked({ versionId: "1", canary: { versionId: "2", weight: 0 } })],
    ["is the main version", checked({ versionId: "1", canary: { versionId: "1", weight: 10 } })],
  ])("%s", (_name, inputs) => {
    expect(desiredSplit(inputs, "1")).toEqual({ main: "1" });
    expect(diffAlias(stored(checked({ versionId: "1" })), inputs)).toEqual({ changes: false });
  });
});

describe("the check refuses", () => {
  it.each([
    [
      { versionId: "1", canary: { versionId: "2", weight: 100 } },
      "canary.weight: got 100 while versionId names the main version; to promote the canary, set versionId",
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

  it("the canary's version as versionId is refused if it would move all traffic at once", () => {
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

  it("a canary with weight 0 is the same as no canary", () => {
    const { inputs } = checkAlias({}, { ...BASE, canary: { versionId: UNKNOWN, weight: 0 } });
    expect(diffAlias(stored(canary("1", 0)), inputs as unknown as AliasInputs)).toEqual({ changes: false });
  });
});

const version = fc.integer({ min: 1, max: 9 }).map(String);
const share = fc.integer({ min: 0, max: 1000 }).map((tenths) => (tenths < 10 ? `${tenths / 10}%` : tenths / 10));

it("shares add up to 100, weights are read back as written, and a second run changes nothing", () => {
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

it("a refresh shows changes by hand", () => {
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

  describe("an alias that replaces a release", () => {
    const release = (rejected: string[], live: Record<string, number> = { "1": 95, "2": 5 }) => {
      const { mainVersionId, split: _split, canary: _canary, ...others } = at("1", 5);
      return { ...others, live, liveMain: mainVersionId, rejected } as never;
    };
    const canary = (weight: number) => inputs({ canary: { versionId: "2", weight } });

    it("is announced with the split that the release has", () => {
      expect(diffAlias(release([]), canary(60)).announcement).toEqual({
        sentence: "api: v1 95→40 %, v2 5→60 %",
        warnings: [],
      });
    });

    it("is a change also if no traffic moves: the memory of the release is removed", () => {
      const { announcement, ...diff } = diffAlias(release([]), canary(5));
      expect(diff).not.toHaveProperty("changes", false);
      expect(announcement).toEqual({ warnings: [] });
    });

    it("is refused if a rejected version would get traffic", () => {
      expect(() => diffAlias(release(["3", "2"], { "1": 100 }), canary(5))).toThrow(
        "version 2 was rejected in the release that this alias replaces, and would get 5 percent. Nothing was changed. Give it the weight " +
          "0 in this run; afterwards the alias does not remember the rejection",
      );
    });

    it("is not refused while its split is not known", () => {
      const { announcement } = diffAlias(release(["2"]), inputs({ canary: { versionId: "2", weight: UNKNOWN } }));
      expect(announcement?.sentence).toContain("depends on a value that is not known yet");
    });

    it.each([
      [["2"], "v2 is"],
      [["2", "3"], "v2, v3 are"],
    ])("warns that %s are forgotten", (rejected, words) => {
      const { sentence, warnings } = diffAlias(release(rejected), canary(0)).announcement ?? { warnings: [] };
      expect(sentence).toBe("api: v1 95→100 %, v2 5→0 %");
      expect(warnings).toEqual([expect.stringContaining(`it replaces a release, and ${words} no longer remembered`)]);
    });

    it("has no main version if the alias of the release was deleted", () => {
      const { liveMain: _main, ...deleted } = release([], {}) as Record<string, unknown>;
      expect(aliasState(deleted as never)).toMatchObject({ mainVersionId: "", split: {} });
    });
  });

  it.each([
    [{ canary: { versionId: UNKNOWN, weight: 0 } }, "api: new alias prod, new 100 %"],
    [{ versionId: "1", canary: { versionId: UNKNOWN, weight: 10 } }, "api: new alias prod, v1 90 %, new 10 %"],
    [
      { canary: { versionId: "2", weight: 10 }, adopt: true },
      "api: alias prod gives v2 10 %, its current main version gets the rest",
    ],
    [{ canary: { versionId: "2", weight: 100 }, adopt: true }, "api: new alias prod, v2 100 %"],
    [{ canary: UNKNOWN }, "api: the split of alias prod depends on a value that is not known yet"],
  ])("the first run: %j", (given, sentence) => {
    expect(describeFirstAlias(inputs(given))).toEqual({ sentence, warnings: [] });
  });
});

describe("checked inputs", () => {
  it("have the ARN and the weight as a number", () => {
    expect(canary("2", "25%")).toMatchObject({
      ...{ canary: { versionId: "2", weight: 25 } },
      aliasArn: "acs:fc:cn-hangzhou:1234567890123456:functions/api/prod",
    });
    expect(checked({ versionId: "1" })).not.toHaveProperty("canary");
  });

  it("stay unchanged if one of them is refused", () => {
    const news = { ...BASE, versionId: "0" };
    expect(checkAlias({}, news).inputs).toEqual(news);
  });

  it("keep a weight that is not known", () => {
    const { inputs } = checkAlias({}, { ...BASE, canary: { versionId: "2", weight: UNKNOWN } });
    expect(inputs).toMatchObject({ canary: { versionId: "2", weight: UNKNOWN } });
  });

  it.each([
    ["größe, [x]", []],
    ["x".repeat(200), []],
    ["", []],
    ["x".repeat(201), [expect.stringContaining("description: ")]],
  ])("description %j", (description, reasons) => {
    const { failures } = checkAlias({}, { ...BASE, versionId: "1", description });
    expect(failures.map(({ reason }) => reason)).toEqual(reasons);
  });

  it.each<[unknown, string]>([
    [null, "canary: got null; allowed: { versionId, weight }"],
    [[], "canary: got a list of 0; allowed: { versionId, weight }"],
    [{ versionId: "2", weight: 5, share: 5 }, "canary: has no share; allowed: versionId, weight"],
  ])("canary %j", (given, reason) => {
    const { failures } = checkAlias({}, { ...BASE, versionId: "1", canary: given as never });
    expect(failures.map((failure) => failure.reason)).toEqual([reason]);
  });

  it("contain versionId if the canary is the main version with weight 100", () => {
    expect(checked({ versionId: "2", canary: { versionId: "2", weight: 100 } }).versionId).toBe("2");
  });
});

describe("diff", () => {
  const olds = stored(canary("2", 10), "1");
  const same = canary("2", 10);

  it.each([
    ["functionName", "web"],
    ["region", "cn-beijing"],
    ["accountId", "6543210987654321"],
  ])("another %s replaces the alias", (name, value) => {
    const news = { ...same, [name]: value, aliasName: "live" };
    expect(diffAlias(olds, news)).toEqual({ replaces: expect.arrayContaining([name, "aliasName"]) as unknown });
  });

  it("another name replaces the alias, unless the canary would get all traffic", () => {
    const settled = stored(canary("2", 100), "1");
    expect(diffAlias(settled, { ...canary("2", 100), aliasName: "live" })).toEqual({ replaces: ["aliasName"] });
    expect(diffAlias(olds, { ...same, aliasName: UNKNOWN })).toEqual({ replaces: ["aliasName"] });
    expect(() => diffAlias(olds, { ...same, aliasName: "live" })).toThrow(
      "alias live of function api (api): the alias is new and has no main version, so it would give version 2 all traffic " +
        'instead of 10 percent. Nothing was changed. Set versionId to the version that gets the rest, such as versionId: "1" ' +
        "(existing versions: 1), or set weight 100 to give it all traffic",
    );
  });

  it("refuses to move a stack between an emulator and the real service", () => {
    expect(() => diffAlias(olds, { ...same, accountId: "0000567890123456" })).toThrow(/^alias prod: this stack's/);
  });

  it("a change by hand is a change although the inputs are the same", () => {
    const byHand = { ...olds, split: { "1": 70, "2": 30 } };
    expect(diffAlias(byHand, same).changes).toBe(true);
    expect(diffAlias({ ...olds, description: "" }, same).changes).toBe(false);
    expect(diffAlias(olds, canary("2", 20)).changes).toBeUndefined();
    expect(diffAlias({ ...byHand, description: "" }, same).changes).toBe(true);
  });

  it("a version that does not exist is a change", () => {
    expect(diffAlias({ ...olds, missingVersions: ["2"] }, same).changes).toBe(true);
    expect(diffAlias({ ...olds, missingVersions: ["3"] }, same).changes).toBe(false);
  });
});

describe("the sentence of the first run", () => {
  it("is not known if adopt is not known", () => {
    const news = { ...canary("2", 10), adopt: UNKNOWN as never };
    expect(describeFirstAlias(news).sentence).toContain("depends on a value that is not known yet");
  });

  it("has the whole split if an adopted alias has a main version in the program", () => {
    const news = checked({ versionId: "1", canary: { versionId: "2", weight: 10 }, adopt: true });
    expect(describeFirstAlias(news).sentence).toBe("api: new alias prod, v1 90 %, v2 10 %");
    expect(describeFirstAlias(checked({ versionId: "1", adopt: true })).sentence).toBe("api: new alias prod, v1 100 %");
  });
});

describe("a new alias without a main version in the program", () => {
  const refusal = (version: string, main: string, there: string) =>
    `alias prod of function api (api): the alias is new and has no main version, so it would give ${version} all traffic ` +
    `instead of 10 percent. Nothing was changed. Set versionId to the version that gets the rest, such as versionId: "${main}" ` +
    `(existing versions: ${there}), or set weight 100 to give it all traffic`;

  it.each<[string, AliasInputs, string[], string | undefined]>([
    ["a canary", canary("2", 10), ["3", "2", "1"], refusal("version 2", "3", "3, 1")],
    ["many versions", canary("9", 10), [..."7654321"], refusal("version 9", "7", "7, 6, 5, 4, 3")],
    ["the first version", canary("1", 10), ["1"], undefined],
    ["weight 0", canary("2", 0), ["1"], undefined],
    ["weight 100", canary("2", 100), ["1"], undefined],
    ["a main version", checked({ versionId: "1", canary: { versionId: "2", weight: 10 } }), ["1"], undefined],
    ["no canary", checked({ versionId: "1" }), ["1"], undefined],
    ["a canary that is not known", checked({ canary: UNKNOWN }), ["1"], undefined],
    ["a weight that is not known", checked({ canary: { versionId: "2", weight: UNKNOWN } }), ["1"], undefined],
    ["a version that is not known", checked({ canary: { versionId: UNKNOWN, weight: 10 } }), ["1"], refusal("the canary", "1", "1")], // prettier-ignore
  ])("with %s", (_what, inputs, others, message) => {
    expect(refusedAnew(inputs, others)).toBe(message);
  });
});

describe("an alias that names a missing version", () => {
  const split = { main: "1", canary: { versionId: "2", share: 100 } };
  it.each<[string[], string | undefined]>([
    [["2"], "version 2, its canary, does not exist, so nothing was changed. Run pulumi up --refresh, which publishes a Version again that was deleted by hand"], // prettier-ignore
    [["1"], "version 1, its main version, does not exist, so nothing was changed. Set versionId to another version, or give the canary all traffic with weight: 100"], // prettier-ignore
    [["3"], undefined],
    [[], undefined],
  ])("%j", (missing, message) => {
    const whole = message === undefined ? undefined : `alias prod of function api (api): ${message}`;
    expect(refusedMissing(canary("2", 10), split, missing)).toBe(whole);
  });

  it("is allowed if the missing version has no share", () => {
    expect(refusedMissing(canary("2", 0), { main: "1" }, ["2"])).toBeUndefined();
  });
});

it("a split comes from percentages", () => {
  expect(splitFrom({ "1": 75, "2": 25 }, "1")).toEqual({ main: "1", canary: { versionId: "2", share: 250 } });
  expect(splitFrom({ "1": 99.5, "2": 0.5 }, "2")).toEqual({ main: "2", canary: { versionId: "1", share: 995 } });
  expect(splitFrom({ "1": 100 }, "1")).toEqual({ main: "1" });
});

it.each<[object, boolean]>([
  [{ versionId: "2", canary: { versionId: "2", weight: 10 } }, true],
  [{ versionId: "2", canary: { versionId: "2", weight: 0 } }, false],
  [{ versionId: "3", canary: { versionId: "2", weight: 10 } }, false],
  [{ versionId: "2" }, false],
  [{ canary: { versionId: "2", weight: 10 } }, false],
])("on an alias with main version 1, %j is refused: %s", (given, refused) => {
  expect(refusedPromotion(checked(given), "1") !== undefined).toBe(refused);
});

it("a main version that is the canary's is kept", () => {
  expect(refusedPromotion(checked({ versionId: "2", canary: { versionId: "2", weight: 10 } }), "2")).toBeUndefined();
});

it.each<[object, string | undefined]>([
  [{ versionId: UNKNOWN }, "1"],
  [{ versionId: "2", canary: UNKNOWN }, "1"],
  [{ canary: { versionId: UNKNOWN, weight: 10 } }, undefined],
  [{ canary: { versionId: UNKNOWN, weight: 10 } }, "1"],
  [{ canary: { versionId: "2", weight: UNKNOWN } }, "1"],
])("the split of %j is not known", (given, main) => {
  expect(desiredSplit({ ...canary("1", 0), canary: undefined, ...given } as never, main)).toBeUndefined();
});

describe("a live alias", () => {
  it("with several weights, one of them of its main version: the canary is the version with the lowest number", () => {
    const alias = { versionId: "3", additionalVersionWeight: { "10": 0.1, "3": 0.5, "9": 0.2 } };
    expect(observedSplit(alias)).toEqual({ main: "3", canary: { versionId: "9", share: 200 } });
    expect(observedSplit({ versionId: "1", additionalVersionWeight: { "2": 0 } })).toEqual({ main: "1" });
    expect(versionsOf(alias)).toEqual(["3", "9", "10"]);
    expect([versionsOf({}), versionsOf({ versionId: "1" })]).toStrictEqual([[], ["1"]]);
  });

  it("the live shares contain every version with a share; the main version gets the rest", () => {
    const odd = { "1": 0.5, "2": 0.1, "3": 0, "4": "none" as never };
    expect(liveShares({ versionId: "1", additionalVersionWeight: odd })).toStrictEqual({ "1": 90, "2": 10 });
    expect(liveShares({ versionId: "1", additionalVersionWeight: { "2": 0.12345 } })["2"]).toBe(12.345);
    expect(liveShares({})).toStrictEqual({ "": 100 });
  });

  it.each<[string, object]>([
    ["main version", { versionId: "2" }],
    ["description", { description: "other" }],
    ["share", { additionalVersionWeight: { "2": 0.2 } }],
    ["canary", { additionalVersionWeight: {} }],
    ["version without traffic", { additionalVersionWeight: { "2": 0.1, "3": 0 } }],
  ])("with another %s does not match the body", (_what, other) => {
    const body = { versionId: "1", additionalVersionWeight: { "2": 0.1 }, description: "text" };
    expect([aliasMatches(body, body), aliasMatches({ ...body, ...other }, body)]).toEqual([true, false]);
  });

  it("with another main version and the same shares does not match the body", () => {
    const body = { versionId: "1", additionalVersionWeight: { "2": 0.5 }, description: "" };
    expect(aliasMatches({ ...body, versionId: "2", additionalVersionWeight: { "1": 0.5 } }, body)).toBe(false);
  });

  it("without a description matches a body with an empty one", () => {
    expect(aliasMatches({ versionId: "1" }, { versionId: "1", description: "" })).toBe(true);
  });

  it("the owner is read from the description", () => {
    expect(aliasOwner({ description: "text [fcp:0123456789ab]" })).toBe("0123456789ab");
    expect(aliasOwner({ description: "text" })).toBeUndefined();
  });

  it("the outputs have the answer of the service and the missing versions", () => {
    const inputs = checked({ versionId: "1" });
    const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-02T00:00:00Z" };
    expect(aliasOutputs({ ...inputs, missingVersions: ["7"] }, { versionId: "1" })).toStrictEqual({
      ...inputs,
      ...{ mainVersionId: "1", split: { "1": 100 } },
    });
    expect(aliasOutputs(inputs, { versionId: "1", ...times, missingVersions: ["1"] })).toStrictEqual({
      ...inputs,
      ...{ mainVersionId: "1", split: { "1": 100 }, missingVersions: ["1"], ...times },
    });
  });

  it("messages name the alias with its function and its resource", () => {
    expect(aliasLabel(checked({ versionId: "1" }))).toBe("alias prod of function api (api)");
  });
});

it.each<[string, object, object, string[]]>([
  ["a description", {}, { description: "text [fcp:0123456789ab]" }, ["description"]],
  ["a description that the program has", { description: "x" }, { description: "text" }, []],
  ["only an owner", {}, { description: "[fcp:0123456789ab]" }, []],
  ["a canary", {}, { additionalVersionWeight: { "2": 0.1 } }, ["canary (version 2, 10 %)"]],
  ["a canary that the program has", { canary: { versionId: "3", weight: 5 } }, { additionalVersionWeight: { "2": 0.1 } }, []], // prettier-ignore
])("adoption of an alias with %s would remove what is listed", (_what, inputs, alias, lost) => {
  expect(lostByAliasAdoption(inputs, { versionId: "1", ...alias })).toEqual(lost);
});

it("adoption would remove a description only if the program has none", () => {
  expect([lostText(undefined, "text"), lostText("x", "text"), lostText(undefined, undefined)]).toEqual([
    ...[["description"], [], []],
  ]);
});

describe("a share that somebody lowered while the run was writing", () => {
  const at = (share: number, main = "1") => ({
    ...{ versionId: main, additionalVersionWeight: share === 0 ? {} : { "2": share } },
    description: "",
  });
  it.each<
    [string, ReturnType<typeof at>[], ReturnType<typeof at> | undefined, ReturnType<typeof at>, object | undefined]
  >([
    ["is raised again", [at(0.25)], at(0.1), at(0.5), { versionId: "2", from: 25, to: 10 }],
    [
      "is raised again after the alias was deleted",
      [at(0.25)],
      undefined,
      at(0.5),
      { versionId: "2", from: 25, to: 0 },
    ],
    [
      "is raised above what this run wrote",
      [at(0.25), at(0.5)],
      at(0.3),
      at(0.5),
      { versionId: "2", from: 50, to: 30 },
    ],
    ["is lowered further", [at(0.25)], at(0.1), at(0.05), undefined],
    ["stays", [at(0.25)], at(0.1), at(0.1), undefined],
    ["is taken away", [at(0.25)], at(0.1), at(0), undefined],
    ["was raised", [at(0.25)], at(0.3), at(0.5), undefined],
    ["is the one that was there", [at(0.25)], at(0.25), at(0.5), undefined],
    ["is that of the main version", [at(0)], at(0.5), at(0.1), undefined],
  ])("%s", (_what, before, now, next, raised) => {
    expect(raisedAgain(before, now, next)).toEqual(raised);
  });
});

describe("inputs after a refresh", () => {
  const olds = stored(checked({ versionId: "1", canary: { versionId: "2", weight: 10 }, description: "text" }));
  const live = { versionId: "1", additionalVersionWeight: { "2": 0.1 }, description: "text [fcp:0123456789ab]" };
  it.each<[string, object, object]>([
    ["nothing", {}, {}],
    ["the description", { description: "other [fcp:0123456789ab]" }, { description: "other" }],
    ["the main version", { versionId: "3" }, { versionId: "3", canary: { versionId: "2", weight: 10 } }],
    ["the canary, beside another one", { additionalVersionWeight: { "2": 0.3, "1": 0.1, "0": 0.1 } }, { versionId: "1", canary: { versionId: "2", weight: 30 } }], // prettier-ignore
    ["the canary, for another one", { additionalVersionWeight: { "4": 0.3 } }, { versionId: "1", canary: { versionId: "4", weight: 30 } }], // prettier-ignore
    ["the canary, for none", { additionalVersionWeight: {} }, { versionId: "1", canary: { versionId: "2", weight: 0 } }], // prettier-ignore
  ])("if %s of the alias was changed by hand", (_what, change, inputs) => {
    expect(refreshedAliasInputs(olds, { ...live, ...change })).toEqual(inputs);
  });

  it("have the main version that was set by hand, also if the shares are the same", () => {
    const half = stored(checked({ versionId: "1", canary: { versionId: "2", weight: 50 } }));
    expect(refreshedAliasInputs(half, { versionId: "2", additionalVersionWeight: { "1": 0.5 } })).toEqual({
      ...{ versionId: "2", canary: { versionId: "1", weight: 50 } },
    });
  });

  it("have no canary and no main version if the program does not set them", () => {
    const one = stored(checked({ versionId: "1" }));
    expect(refreshedAliasInputs(one, { versionId: "3" })).toEqual({ versionId: "3" });
    expect(refreshedAliasInputs(stored(canary("1", 0)), { versionId: "3" })).toEqual({
      canary: { versionId: "1", weight: 0 },
    });
  });
});
