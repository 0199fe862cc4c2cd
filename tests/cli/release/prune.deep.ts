/** `prune` and `history` on a real stack. `prune` deletes only versions of this stack without a known use. */
import { type CommandBench, commandBench } from "../../support/command";

jest.setTimeout(600_000);

let bench: CommandBench;

const fn = () => {
  const found = bench.emulator.store.functions.get("api");
  if (found === undefined) throw new Error("no function");
  return found;
};

/**
 * v1 is stable, v5 is the candidate, and v4 was the candidate before. v2 belongs to another stack, and v3 has an alias
 * that was created by hand.
 */
beforeAll(async () => {
  bench = await commandBench();
  for (const answer of ["one", "two", "three", "four", "five"]) {
    bench.write(answer);
    await bench.up();
    if (answer === "one") bench.setConfig(`${bench.config()}config:\n  canary:keep: "10"\n`);
  }
  const [second, prod] = [fn().versions.get("2"), fn().aliases.get("prod")];
  if (second === undefined || prod === undefined) throw new Error("the release is not there");
  fn().versions.set("2", { ...second, description: "[fcp:000000000000:other/stack/api]" });
  fn().aliases.set("hand", {
    ...prod,
    aliasName: "hand",
    versionId: "3",
    additionalVersionWeight: {},
    description: "",
  });
});

afterAll(() => bench.close());

const versions = () => [...fn().versions.keys()].sort();

it("prune without --yes lists why each version is needed, and deletes nothing", async () => {
  const from = bench.emulator.mutations().length;
  const { code, json } = await bench.run("prune", "--keep", "0", "--json");
  expect([code, bench.applied(from), versions()]).toEqual([0, [], ["1", "2", "3", "4", "5"]]);
  expect(json()).toMatchObject({
    functionName: "api",
    keep: 0,
    needed: [
      { versionId: "5", by: ["alias prod", "the memory of a release", "the next publish"] },
      { versionId: "4", by: ["the memory of a release"] },
      { versionId: "3", by: ["alias hand"] },
      { versionId: "1", by: ["alias prod", "the memory of a release"] },
    ],
    unneeded: [],
    deleted: [],
  });
});

it("prune --yes deletes unneeded versions except the kept ones, and no version of another stack", async () => {
  fn().aliases.delete("hand");
  const kept = await bench.run("prune", "--yes");
  expect([kept.code, kept.stdout]).toEqual([
    0,
    `function api: 0 of 4 versions of stack test were deleted
  v5  needed by alias prod, the memory of a release, the next publish
  v4  needed by the memory of a release
  v1  needed by alias prod, the memory of a release
  v3  kept: one of the newest 10 without a known use
`,
  ]);
  const { stdout } = await bench.run("prune", "--keep", "0", "--yes");
  expect(stdout).toContain("function api: 1 of 4 versions of stack test were deleted\n");
  expect(stdout).toContain("  v3  deleted\n");
  expect(versions()).toEqual(["1", "2", "4", "5"]);
});

it("refuses text that is not a number", async () => {
  const { code, stderr } = await bench.run("prune", "--keep", "many");
  expect([code, stderr]).toEqual([3, '--keep: got "many"; allowed: 0 to 1000 versions\n']);
});

it("lists updates with their keys, and the splits", async () => {
  const { code, json } = await bench.run("history", "--last", "2", "--json");
  const { updates, splits } = json() as { updates: object[]; splits: string[] };
  expect([code, updates.length]).toEqual([0, 2]);
  expect(updates[0]).toMatchObject({ kind: "update", result: "succeeded", keys: { "canary:keep": "10" } });
  expect(splits.map((split) => split.replace(/ \(rule .*/, ""))).toEqual([
    "v1 100 %",
    ...["2", "3", "4", "5"].map((id) => `v1 95 %, v${id} 5 %`),
  ]);
});

describe("of three more idle versions", () => {
  beforeAll(async () => {
    for (const answer of ["six", "seven", "eight", "nine"]) {
      bench.write(answer);
      await bench.up();
    }
    const time = "2026-01-01T00:00:00Z";
    const times = { setAt: 0, createdTime: time, lastModifiedTime: time };
    fn().asyncInvokeConfigs.set("6", { ...times, fields: { maxAsyncRetryAttempts: 1 }, instancesBefore: 0 });
  });

  it("without --yes, a version with an asynchronous invocation configuration is needed, and the output names what is not checked", async () => {
    const { code, stdout } = await bench.run("prune", "--keep", "0");
    expect([code, stdout]).toEqual([
      0,
      `function api: 3 of 7 versions of stack test would be deleted
  v9  needed by alias prod, the memory of a release, the next publish
  v8  needed by the memory of a release
  v6  needed by its asynchronous invocation configuration
  v1  needed by alias prod, the memory of a release
  v7  no known use
  v5  no known use
  v4  no known use
Not checked: callers that use a version number, and destinations of other functions' asynchronous invocations
Nothing was deleted; --yes deletes these versions
`,
    ]);
  });

  it("with --yes, a version stays that an alias names since an earlier deletion of the same command", async () => {
    const request = { method: "POST", path: "/functions/api/aliases", body: { aliasName: "z", versionId: "4" } };
    bench.emulator.faults.add({ operation: "DeleteFunctionVersion", nth: 1, action: { kind: "outOfBand", request } });
    const { code, json } = await bench.run("prune", "--keep", "0", "--yes", "--json");
    expect([code, json()]).toMatchObject([
      0,
      { unneeded: ["7", "5", "4"], deleted: ["7", "5"], left: [{ versionId: "4", by: ["alias z"] }] },
    ]);
    expect(versions()).toEqual(["1", "2", "4", "6", "8", "9"]);
  });
});
