/**
 * `check` of a release: it converts the values of config into one form and fills in defaults. `desiredOf` returns what
 * the inputs ask for.
 */
import { checkRelease } from "../../provider/core/release";
import { type ReleaseInputs, desiredOf, releaseLabel } from "../../provider/core/release/inputs";
import { newMemory } from "../../provider/core/release/memory";
import { UNKNOWN } from "../../provider/core/unknown";

const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Release::api";
const ARGS = {
  ...{ region: "cn-hangzhou", accountId: "1234567890123456", resourceUrn: URN },
  ...{ functionName: "api", aliasName: "prod", versionId: "2", fingerprint: "f2" },
};

/** The result of `check` for these arguments. */
const checked = (args: object) => checkRelease({}, { ...ARGS, ...args });
const reasons = (args: object) => checked(args).failures.map(({ reason }) => reason);

it("has defaults for what the program leaves out, and the ARN of the alias", () => {
  const { owner, ...inputs } = checked({}).inputs;
  expect(owner).toMatch(/^[0-9a-f]{12}/);
  expect(inputs).toStrictEqual({
    ...{ ...ARGS, hold: false, steps: [5, 25, 50], strategy: "canary", keep: 10 },
    aliasArn: "acs:fc:cn-hangzhou:1234567890123456:functions/api/prod",
  });
});

it("has every argument as the program gives it", () => {
  const args = {
    ...{ environmentFingerprint: "e2", revision: 3, description: "mine", weight: 25, steps: [10, 20], hold: true },
    ...{ strategy: "direct", reject: "v1", retry: "v1@2", rev: 7, keep: 0, analysis: { errorRatio: 3 } },
  };
  expect(checked(args).failures).toEqual([]);
  expect(checked(args).inputs).toMatchObject(args);
});

it.each<[object, object]>([
  [{ hold: "true" }, { hold: true }],
  [{ hold: "false" }, { hold: false }],
  [
    { reject: 8, retry: 9 },
    { reject: "8", retry: "9" },
  ],
  [
    { rev: "17", keep: "3" },
    { rev: 17, keep: 3 },
  ],
  [{ rev: "123456789012" }, { rev: 123_456_789_012 }],
  [{ rev: "20 replaces 30" }, { rev: "20 replaces 30" }],
  [{ configNamespace: "canary" }, { configNamespace: "canary" }],
  [{ weight: "25" }, { weight: 25 }],
  [{ weight: "8=25" }, { weight: "v8=25" }],
  [{ weight: "r12=0.5%" }, { weight: "r12=0.5%" }],
  [{ weight: "auto" }, { weight: "auto" }],
  [{ weight: UNKNOWN }, { weight: UNKNOWN }],
  [{ steps: ["5", "0.5%"].reverse() }, { steps: ["0.5%", 5] }],
  [{ steps: [{ weight: "5", bake: "1m" }, 25] }, { steps: [{ weight: 5, bake: "1m" }, 25] }],
  [{ steps: UNKNOWN }, { steps: UNKNOWN }],
  [{ steps: [UNKNOWN, 25] }, { steps: [UNKNOWN, 25] }],
  [{ analysis: { errorRatio: "2.5" } }, { analysis: { errorRatio: 2.5 } }],
  [{ analysis: { errorRatio: "12.25" } }, { analysis: { errorRatio: 12.25 } }],
  [{ analysis: UNKNOWN }, { analysis: UNKNOWN }],
  [{ analysis: { probes: UNKNOWN } }, { analysis: { probes: UNKNOWN } }],
  [
    { analysis: { probes: { event: true, expect: 8, requests: 50 } } },
    { analysis: { probes: { event: "true", expect: "8", requests: 50 } } },
  ],
])("%j becomes %j", (args, inputs) => {
  expect(checked(args).failures).toEqual([]);
  expect(checked(args).inputs).toMatchObject(inputs);
});

it("an argument that is undefined counts as absent", () => {
  expect(checked({ weight: undefined, keep: undefined, hold: undefined })).toEqual(checked({}));
});

it.each<[object, string]>([
  [{ hold: "yes" }, 'hold: got "yes"; allowed: true or false'],
  [{ keep: "3x" }, 'keep: got "3x"; allowed: a whole number from 0 to 1000 (versions)'],
  [{ keep: "x3" }, 'keep: got "x3"; allowed: a whole number from 0 to 1000 (versions)'],
  [{ keep: 1001 }, "keep: got 1001; allowed: a whole number from 0 to 1000 (versions)"],
  [{ rev: "1234567890123456" }, 'rev: got "1234567890123456"; allowed: a whole number from 0 to 9999999999999 (order of runs)'], // prettier-ignore
  [{ rev: "20 replaces 30 replaces 40" }, 'rev: got "20 replaces 30 replaces 40"; allowed: a whole number from 0 to 9999999999999 (order of runs)'], // prettier-ignore
  [{ rev: "auto 20 replaces 30" }, 'rev: got "auto 20 replaces 30"; allowed: a whole number from 0 to 9999999999999 (order of runs)'], // prettier-ignore
  [{ rev: "20 replaces 12345678901234" }, 'rev: got "20 replaces 12345678901234"; allowed: a whole number from 0 to 9999999999999 (order of runs)'], // prettier-ignore
  [{ configNamespace: "a b" }, 'configNamespace: got "a b"; allowed: a namespace of stack config, such as canary'],
  [{ configNamespace: "a:b" }, 'configNamespace: got "a:b"; allowed: a namespace of stack config, such as canary'],
  [{ reject: "v8x" }, 'reject: got "v8x"; allowed: the number of a version such as 8 or v8, or a revision such as r12'],
  [{ reject: ["v8"] }, "reject: got a list of 1; allowed: "],
  [{ retry: ["v8"] }, "retry: got a list of 1; allowed: "],
  [{ rev: ["20 replaces 30"] }, "rev: got a list of 1; allowed: "],
  [{ keep: ["3"] }, "keep: got a list of 1; allowed: "],
  [{ analysis: { errorRatio: ["2.5"] } }, "analysis.errorRatio: got a list of 1; allowed: "],
  [{ analysis: { probes: { expect: ["a"] } } }, "analysis.probes.expect: got a list of 1; allowed: "],
  [{ weight: "v8" }, 'weight: got "v8"; allowed: '],
  [{ weight: "x8=5" }, 'weight: got "x8=5"; allowed before the equals sign: the number of a version such as 8 or v8, or a revision such as r12'], // prettier-ignore
  [{ retry: "v8@2@3" }, 'retry: got "v8@2@3"; allowed: the number of a version such as 8 or v8, or a revision such as r12, and @2 to retry it again'], // prettier-ignore
  [{ retry: "v8@1234567" }, 'retry: got "v8@1234567"; allowed: '],
  [{ retry: "v8@2x" }, 'retry: got "v8@2x"; allowed: '],
  [{ description: "x".repeat(81) }, "description: got text of 81 characters; allowed: text of at most 80 characters on one line"], // prettier-ignore
  [{ description: "a\nb" }, 'description: got "a\\nb"; allowed: text of at most 80 characters on one line'],
  [{ analysis: { errorRatio: "2" } }, "analysis.errorRatio: "],
  [{ analysis: { errorRatio: "x2.5" } }, 'analysis.errorRatio: got "x2.5"'],
  [{ analysis: { errorRatio: "2.5x" } }, 'analysis.errorRatio: got "2.5x"'],
  [{ analysis: [1] }, "analysis: "],
  [{ analysis: { probes: [true] } }, "analysis.probes: "],
  [{ analysis: null, keep: -1 }, "keep: "],
  [{ analysis: { probes: { expect: "a", requests: "50" } } }, "analysis.probes.requests: "],
  [{ wieght: 5 }, "wieght: there is no such argument; check its spelling"],
])("%j is refused", (args, reason) => {
  expect(reasons(args)).toEqual(expect.arrayContaining([expect.stringContaining(reason)]));
});

it("the message about a refused weight proposes auto, except for a weight with a version", () => {
  expect(reasons({ weight: 500 })).toEqual([
    expect.stringMatching(/^weight: a weight is at most 100: got 500; .*, or auto$/),
  ]);
  expect(reasons({ weight: "v8=500" })).toEqual([expect.not.stringContaining("auto")]);
});

it("if inputs are refused, the result is the arguments with converted values", () => {
  const { inputs, failures } = checked({ keep: -1, hold: "true" });
  expect([inputs, failures.length]).toEqual([{ ...ARGS, keep: -1, hold: true }, 1]);
});

describe("the desired state of the inputs", () => {
  const inputs = (args: object = {}) => checked(args).inputs as unknown as ReleaseInputs;
  const least = { deployed: { versionId: "2", fingerprint: "f2" }, first: 50, hold: false, auto: false };

  it.each<[object, object]>([
    [{}, least],
    [{ hold: true }, { ...least, hold: true }],
    [{ strategy: "direct" }, { ...least, first: 1000 }],
    [{ steps: [{ weight: "0.5%" }, 25] }, { ...least, first: 5 }],
    [{ weight: 25 }, { ...least, weight: { share: 250 } }],
    [{ weight: "v8=25" }, { ...least, weight: { share: 250, version: "8" } }],
    [{ weight: "auto" }, { ...least, auto: true }],
    [{ reject: "v8" }, { ...least, reject: "8" }],
    [{ retry: "r12" }, { ...least, retry: { version: "r12", count: 1 } }],
    [{ retry: "v8@23" }, { ...least, retry: { version: "8", count: 23 } }],
    [{ rev: 0 }, { ...least, rev: 0 }],
    [{ rev: "20 replaces 30" }, { ...least, rev: 20, replacedRev: 30 }],
    [
      { environmentFingerprint: "e2", revision: 3 },
      { ...least, deployed: { ...least.deployed, environment: "e2", revision: 3 } },
    ],
    [
      { versionId: UNKNOWN, revision: UNKNOWN },
      { ...least, deployed: { versionId: undefined, fingerprint: "f2" } },
    ],
  ])("%j", (args, desired) => {
    expect(desiredOf(inputs(args))).toStrictEqual(desired);
  });

  it.each([
    ...["weight", "steps", "analysis", "strategy", "hold", "reject", "retry", "rev"],
    ...["fingerprint", "environmentFingerprint"],
  ])("is not known while %s is not known", (name) => {
    expect(desiredOf(inputs({ [name]: UNKNOWN }))).toBeUndefined();
  });

  it("is not known while a part of a step is not known", () => {
    expect(desiredOf(inputs({ steps: [5, { weight: 25, bake: UNKNOWN }] }))).toBeUndefined();
  });

  describe("the hash of environment values", () => {
    const memory = newMemory({ versionId: "2", fingerprint: "f2", environment: "e2", revision: 3, revisions: [5] });
    const environment = (args: object) => desiredOf(inputs(args), memory)?.deployed.environment;

    it.each<[string, object, string | undefined]>([
      ["is that of the program", { environmentFingerprint: "e9" }, "e9"],
      ["is the remembered one of the version", {}, "e2"],
      ["is the remembered one of a revision", { revision: 3 }, "e2"],
      ["is the remembered one of a further revision", { revision: 5 }, "e2"],
      ["is the remembered one, where the revision is not known", { revision: UNKNOWN }, "e2"],
      ["is that, where the preview does not know it", { environmentFingerprint: UNKNOWN }, "e2"],
      ["is none of another version", { versionId: "3" }, undefined],
      ["is none of another content", { fingerprint: "f3" }, undefined],
      ["is none of another revision", { revision: 4 }, undefined],
    ])("%s", (_what, args, hash) => {
      expect(environment(args)).toBe(hash);
    });
  });
});

it("a release has a name in messages", () => {
  expect(releaseLabel({ ...ARGS })).toBe("release prod of function api (api)");
});
