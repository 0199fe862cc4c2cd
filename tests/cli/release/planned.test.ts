/**
 * The steps of a preview that a subcommand accepts: the release itself and nothing else. `program.deep.ts` tests subcommands with the steps
 * of real previews.
 */
import { type Step, assertOnlyRelease, readersOf } from "../../../cli/release/planned";
import type { StoredRelease } from "../../../provider/rollout";

const URN = "urn:pulumi:test::shop::alicloud-fc:index:CanaryRelease$pulumi-nodejs:dynamic/alicloud-fc:Release::api";
const PROVIDER = "urn:pulumi:test::shop::pulumi:providers:pulumi-nodejs::default";
const OTHER = "urn:pulumi:test::shop::random:index:Password::secret";
const GIVEN = "urn:pulumi:test::shop::pulumi:providers:random::mine";

const INPUTS = { aliasName: "prod", functionName: "api", region: "cn-hangzhou", accountId: "1", versionId: "2" };
const release = { urn: URN, name: "api", outputs: { versionId: "2" } } as StoredRelease;

const step = (op: Step["op"], urn = URN, old: object = {}, next: object = {}): Step => ({
  op,
  urn,
  old: { inputs: { ...INPUTS, ...old } },
  new: { inputs: { ...INPUTS, ...next } },
});

const accepted = (steps: readonly Step[], whole = false) => {
  assertOnlyRelease(steps, release, { stack: "test", whole });
};

it.each<[string, readonly Step[]]>([
  ["the release is updated", [step("refresh"), step("update")]],
  ["the release stays", [step("same")]],
  ["keys of config change", [step("update", URN, { hold: false, rev: 1 }, { hold: true, rev: 2, weight: "v2=25" })]],
  ["Pulumi's default provider gets the changed config", [step("update", PROVIDER), step("update")]],
  ["a default provider of a new plugin is made", [step("create", `${PROVIDER}_3_1_0`), step("update")]],
  ["other resources stay or are read", [step("same", OTHER), step("read", OTHER), step("update")]],
])("accepts a run in which %s", (_what, steps) => {
  accepted(steps);
});

it.each<[string, readonly Step[], string]>([
  ["deletes the release", [step("refresh"), step("delete")], `the run would delete ${URN}. Nothing was changed.`],
  ["only refreshes the release", [step("refresh")], "does not have the release api of stack test under this name"],
  ["does not know the release", [step("same", OTHER)], "does not have the release api of stack test under this name"],
  ["replaces the release", [step("replace")], `replaces the release (replace ${URN})`],
  ["makes the release", [step("create")], `replaces the release (create ${URN})`],
])("refuses a run that %s, also with --all", (_what, steps, words) => {
  for (const whole of [false, true])
    expect(() => {
      accepted(steps, whole);
    }).toThrow(words);
});

it.each<[string, readonly Step[], string]>([
  ["deletes another resource", [step("update"), step("delete", OTHER)], `another resource (delete ${OTHER})`],
  ["updates another resource", [step("update", OTHER), step("update")], `another resource (update ${OTHER})`],
  ["updates a provider of the program", [step("update", GIVEN), step("same")], `another resource (update ${GIVEN})`],
  [
    "renames the alias",
    [step("update", URN, {}, { aliasName: "live" })],
    'aliasName ("prod" to "live") of the release',
  ],
  ["describes the alias", [step("same", URN, {}, { description: "x" })], 'description (none to "x") of the release'],
  ["deploys another version", [step("update", URN, {}, { versionId: "3" })], 'versionId ("2" to "3") of the release'],
])("refuses a run that %s, but not with --all", (_what, steps, words) => {
  expect(() => {
    accepted(steps);
  }).toThrow(words);
  accepted(steps, true);
});

describe("the releases that read a changed key", () => {
  const users = { urn: OTHER, name: "users", outputs: {} } as StoredRelease;
  const read = (op: Step["op"], old: object, next: object, change: { key: string; value: string | undefined }) =>
    readersOf([step("refresh", OTHER), step(op, OTHER, old, next)], [users], change).map(({ name }) => name);

  it.each<[string, object, object, string, string | undefined, string[]]>([
    ["the same weight", {}, { weight: "v3=100" }, "weight", "v3=100", ["users"]],
    ["the same hold", {}, { hold: true }, "hold", "true", ["users"]],
    ["a removed key", { hold: true }, {}, "hold", undefined, ["users"]],
    ["another weight", {}, { weight: "v2=50" }, "weight", "v3=100", []],
    ["a weight that it had before", { weight: "v3=100" }, { weight: "v3=100" }, "weight", "v3=100", []],
    ["another key", {}, { reject: "v3" }, "weight", "v3=100", []],
    ["a removed key that is set now", { hold: true }, {}, "hold", "true", []],
  ])("%s", (_what, old, next, key, value, expected) => {
    expect(read("update", old, next, { key, value })).toEqual(expected);
  });

  it("a release without an update reads nothing", () => {
    expect(read("same", {}, { weight: "v3=100" }, { key: "weight", value: "v3=100" })).toEqual([]);
  });
});
