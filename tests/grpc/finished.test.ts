/**
 * Every object that a run created is in state, also if the run could not finish the object. A run does not fail only
 * because its clean-up failed. Tested with the provider process and the real clock.
 */
import type { FaultAction } from "../../emulator";
import type { Kind } from "../../provider/resources/tokens";
import { Runs, type Stored, caught } from "../support/runs";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;

const EVER = Number.POSITIVE_INFINITY;
const REFUSED: FaultAction = { kind: "reject", status: 403, code: "AccessDenied", message: "not now" };
let runs: Runs;

beforeAll(async () => {
  runs = await Runs.start();
  await runs.withVersions("api", 12);
});

afterAll(() => runs.stop());

afterEach(() => runs.emulator.faults.clear());

const release = (aliasName: string, version: number, weight?: number): Props => ({
  ...{ functionName: "api", aliasName, versionId: String(version), fingerprint: `f1:${version}abcdef0123`, keep: 1 },
  ...(weight === undefined ? {} : { weight }),
});

/** A kind of resource, the operations that create and read it, its inputs, and the members that state must have. */
const MADE: [Kind, string, string, (name: string) => Props, Props][] = [
  ["Function", "CreateFunction", "GetFunction", (name) => ({ functionName: name, runtime: "custom-container", handler: "h", customContainerConfig: { image: "r/x:1" } }), { memorySize: 512 }], // prettier-ignore
  ["Alias", "CreateAlias", "GetAlias", (name) => ({ functionName: "api", aliasName: name, versionId: "1" }), { split: { "1": 100 } }], // prettier-ignore
  [
    "Release",
    "CreateAlias",
    "GetAlias",
    (name) => release(name, 1),
    { split: { "1": 100 }, live: { "1": 100 }, stable: "1" },
  ],
  ["HttpTrigger", "CreateTrigger", "GetTrigger", (name) => ({ functionName: "api", triggerName: name, qualifier: name.endsWith("lag") ? "2" : "3" }), { methods: expect.any(Array) as unknown }], // prettier-ignore
];

describe.each(MADE)("%s", (kind, create, read, own, known) => {
  const kept = async (name: string): Promise<{ state: Stored; message: string }> => {
    const since = runs.emulator.mutations().length;
    const { message, kept } = await caught(runs.up(kind, own(name)));
    if (kept === undefined) throw new Error(`not in state: ${message}`);
    expect(runs.emulator.mutations().slice(since).map(({ operation }) => operation)).toEqual([create]); // prettier-ignore
    return { state: { id: kept.id, outs: opened(kept.properties) }, message };
  };
  const canLiveOn = async ({ id, outs }: Stored, name: string) => {
    runs.emulator.faults.clear();
    await runs.later();
    const refreshed = await runs.refresh(kind, { id, outs });
    expect(refreshed.id).toBe(id);
    const again = await runs.up(kind, own(name), { id, outs: refreshed.outs });
    expect((await runs.diff(kind, own(name), again)).changes).toBe(1);
    // A destroy begins with a read. Objects that the same run created are not deleted.
    await runs.refresh(kind, again);
    await runs.provider.of(kind).delete(id, outs);
    const after = await runs.refresh(kind, { id, outs });
    // A release stays in state without its alias, because state has what the release remembers of its versions.
    if (kind === "Release") expect(after.outs["live"]).toEqual({});
    else expect(after.id).toBe("");
  };

  it("an object that was created but does not show in reads for longer than 3 s is in state, and no other owner is named", async () => {
    const name = `${kind}lag`;
    runs.emulator.faults.add({ operation: read, nth: 2, times: EVER, action: { kind: "stale", changes: 1 } });
    const { state, message } = await kept(name);
    expect(message).not.toContain("somebody else");
    expect(state.outs).toMatchObject(known);
    await canLiveOn(state, name);
  });

  it("an object that was created and whose read is refused is in state, and can be refreshed and deleted", async () => {
    const name = `${kind}refused`;
    runs.emulator.faults.add({ operation: read, nth: 2, times: EVER, action: REFUSED });
    const { state, message } = await kept(name);
    expect(message).toContain(`${read}: not now`);
    expect(message).not.toContain("may have been applied");
    await canLiveOn(state, name);
  });

  it("an object whose creation has a lost answer and a refused read is in state, or the next run finds it", async () => {
    const name = `${kind}lost`;
    runs.emulator.faults.add({ operation: create, action: { kind: "applyThenReset" } });
    runs.emulator.faults.add({ operation: read, nth: 2, times: EVER, action: REFUSED });
    const since = runs.emulator.mutations().length;
    const { kept: state } = await caught(runs.up(kind, own(name)));
    runs.emulator.faults.clear();
    await runs.later();
    const again = await runs.up(kind, own(name), state === undefined ? undefined : { id: state.id, outs: opened(state.properties) }); // prettier-ignore
    expect(runs.emulator.mutations().slice(since).map(({ operation }) => operation)).toEqual([create]); // prettier-ignore
    await runs.refresh(kind, again);
    await runs.provider.of(kind).delete(again.id, again.outs);
  });
});

it("a refresh removes a created trigger that was deleted by hand from state", async () => {
  const own = { functionName: "api", triggerName: "gone", qualifier: "5" };
  runs.emulator.faults.add({ operation: "GetTrigger", nth: 2, times: EVER, action: REFUSED });
  const { kept } = await caught(runs.up("HttpTrigger", own));
  runs.emulator.faults.clear();
  runs.emulator.store.functions.get("api")?.triggers.delete("gone");
  expect((await runs.refresh("HttpTrigger", { id: kept?.id ?? "", outs: opened(kept?.properties ?? {}) })).id).toBe("");
});

describe("a promotion is complete and in state if the deletion of old versions is refused", () => {
  it.each<[string, FaultAction]>([
    ["ListTriggers", REFUSED],
    ["ListAliases", REFUSED],
    ["ListFunctionVersions", { ...REFUSED }],
    ["ListTriggers", { kind: "reject", status: 200, code: "", message: "" }],
    ["DeleteFunctionVersion", REFUSED],
  ])("%s", async (operation, action) => {
    const alias = `promoted${operation}${action === REFUSED ? "" : "2"}`;
    const versions = [10, 11].map(String);
    const first = await runs.up("Release", release(alias, 10));
    const made = runs.emulator.store.functions.get("api")?.aliases.get(alias);
    const second = await runs.up("Release", release(alias, 11, 5), first);
    // Marks the versions as versions of this stack. The first part of the owner's id stands for the stack.
    const ownerId = /\[fcp:([0-9a-f]{12})/.exec(made?.description ?? "")?.[1] ?? "none";
    for (const version of runs.emulator.store.functions.get("api")?.versions.values() ?? []) {
      if (!versions.includes(version.versionId)) version.description = `[fcp:${ownerId}]`;
    }
    runs.emulator.faults.add({ operation, times: EVER, action });
    const { outs } = await runs.up("Release", release(alias, 11, 100), second);
    expect(outs).toMatchObject({ stable: "11", split: { "11": 100 }, phase: "stable" });
    expect(runs.alias("api", alias)).toEqual({ versionId: "11", additionalVersionWeight: {} });
    await runs.said(new RegExp(`warning: deleting old versions failed; everything else is done: ${operation}`));
  });

  it("DeleteAlias of the former name of a release", async () => {
    const state = await runs.up("Release", release("before", 10));
    runs.emulator.faults.add({ operation: "DeleteAlias", times: EVER, action: REFUSED });
    const { outs } = await runs.up("Release", release("after", 10), state);
    expect(outs).toMatchObject({ aliasName: "after", stable: "10" });
    await runs.said(/deleting the alias of a former name failed; everything else is done/);
  });
});

it.each([
  ["the copy of its alias cannot be read back", "CreateAlias"],
  ["what it decided cannot be read back", "UpdateAlias"],
])(
  "a renamed release whose run ends early has both aliases in state, and the next run deletes the former one: %s",
  async (_what, operation) => {
    const [old, now] = [`old${operation}`, `new${operation}`];
    const state = await runs.up("Release", release(old, 10));
    const run = () => runs.emulator.faults.add({ operation: "GetAlias", times: EVER, action: REFUSED });
    runs.emulator.faults.add({ operation, action: { kind: "before", run } });
    const { kept } = await caught(runs.up("Release", release(now, 11), state));
    runs.emulator.faults.clear();
    const { aliasName, formerAliases } = opened(kept?.properties ?? {});
    expect([aliasName, ...Object.keys(formerAliases as object)].sort()).toEqual([now, old].sort());
    const again = await runs.up("Release", release(now, 11), { id: state.id, outs: opened(kept?.properties ?? {}) });
    expect(runs.alias("api", old)).toBeUndefined();
    expect(again.outs).not.toHaveProperty("formerAliases");
  },
);

describe("a renamed release whose new alias is not created keeps the split", () => {
  const FAILING: FaultAction = {
    kind: "reject",
    status: 500,
    code: "InternalServerError",
    message: "as the test asked",
  };

  async function interrupted(old: string, now: string) {
    const first = await runs.up("Release", release(old, 10));
    const state = await runs.up("Release", release(old, 11, 5), first);
    const run = () => runs.emulator.faults.add({ operation: "GetAlias", times: EVER, action: REFUSED });
    runs.emulator.faults.add({ operation: "CreateAlias", action: { kind: "before", run } });
    runs.emulator.faults.add({ operation: "CreateAlias", times: EVER, action: FAILING });
    const { kept } = await caught(runs.up("Release", release(now, 11, 5), state));
    runs.emulator.faults.clear();
    expect(runs.alias("api", now)).toBeUndefined();
    return { id: state.id, outs: opened(kept?.properties ?? state.outs) };
  }

  it.each([false, true])("after the next run, which refreshes first: %s", async (refreshes) => {
    const [old, now] = [`uncopied${refreshes}`, `copied${refreshes}`];
    const state = await interrupted(old, now);
    const seen = refreshes ? await runs.refresh("Release", state) : state;
    await runs.up("Release", release(now, 11, 5), seen);
    expect(runs.alias("api", now)).toEqual({ versionId: "10", additionalVersionWeight: { "11": 0.05 } });
    expect(runs.alias("api", old)).toBeUndefined();
  });

  it("after a run without the new name, which leaves an alias that somebody else has made under it", async () => {
    const state = await interrupted("stays", "taken");
    await runs.api.createAlias("api", "taken", { versionId: "1" });
    const { outs } = await runs.up("Release", release("stays", 11, 5), state);
    expect(runs.alias("api", "stays")).toEqual({ versionId: "10", additionalVersionWeight: { "11": 0.05 } });
    expect(runs.alias("api", "taken")).toEqual({ versionId: "1", additionalVersionWeight: {} });
    expect(outs).not.toHaveProperty("formerAliases");
  });
});

it("a renamed release whose run ends after the copy is in state with both aliases, and a destroy leaves neither", async () => {
  const state = await runs.up("Release", release("left", 10));
  // The run reads aliases four times: the former alias, the new alias before and after the copy, and the new alias
  // before the decision.
  runs.emulator.faults.add({ operation: "GetAlias", nth: 4, times: EVER, action: REFUSED });
  const { kept } = await caught(runs.up("Release", release("right", 10), state));
  runs.emulator.faults.clear();
  expect(runs.alias("api", "right")).toEqual({ versionId: "10", additionalVersionWeight: {} });
  const { id, outs } = await runs.refresh("Release", { id: state.id, outs: opened(kept?.properties ?? {}) });
  await runs.provider.of("Release").delete(id, outs);
  expect(runs.alias("api", "left")).toBeUndefined();
  expect(runs.alias("api", "right")).toBeUndefined();
});

it("a run of an older commit that renames a release changes nothing if the rename of a newer commit was interrupted", async () => {
  const state = await runs.up("Release", { ...release("prod", 10), rev: 1 });
  // Interrupts the run before the former alias is deleted and before state is saved.
  runs.emulator.faults.add({ operation: "DeleteAlias", times: EVER, action: REFUSED });
  await runs.up("Release", { ...release("renamed", 11, 5), rev: 3 }, state);
  runs.emulator.faults.clear();
  // Makes the alias with the new name younger than the former one.
  Object.assign(runs.emulator.store.functions.get("api")?.aliases.get("renamed") ?? {}, {
    createdTime: "2099-01-01T00:00:00Z",
  });
  const before = runs.emulator.mutations().length;
  const { message } = await caught(runs.up("Release", { ...release("renamed", 10), rev: 2 }, state));
  expect(message).toContain("this run is of an older commit (rev 2) than the newest run (rev 3)");
  expect(runs.emulator.mutations().slice(before)).toEqual([]);
});

it("state has the written values of an update that reads do not show for longer than 3 s", async () => {
  const own = { functionName: "api", aliasName: "lagging", versionId: "1" };
  const state = await runs.up("Alias", own);
  runs.emulator.faults.add({ operation: "GetAlias", nth: 2, times: EVER, action: { kind: "stale", changes: 1 } });
  const { message, kept } = await caught(runs.up("Alias", { ...own, versionId: "2" }, state));
  expect(message).toContain("the service accepted the change, but for 3 s reads showed the former values");
  expect(opened(kept?.properties ?? {})).toMatchObject({ mainVersionId: "2", split: { "2": 100 } });
});

it("content whose versions were all deleted: the error names contentKey, and with this key the content is published", async () => {
  const own = {
    functionName: "deleted",
    runtime: "custom-container",
    handler: "h",
    customContainerConfig: { image: "r/x:1" },
  };
  const fn = await runs.up("Function", own);
  const ofFunction = ({ functionName, fingerprint, environmentFingerprint, content }: Props): Props => ({ functionName, fingerprint, environmentFingerprint, content }); // prettier-ignore
  const version = await runs.up("Version", ofFunction(fn.outs));
  await runs.refresh("Version", version);
  await runs.provider.of("Version").delete(version.id, version.outs);
  const { publishGuard, refusedPublish } = runs.emulator.options;
  // A service with this value publishes equal content again, so no publish is refused.
  if (publishGuard === "off") {
    expect((await runs.up("Version", ofFunction(fn.outs))).outs["versionId"]).toBe("2");
    return;
  }
  const { message } = await caught(runs.up("Version", ofFunction(fn.outs)));
  expect(message).toContain('Give the Function a contentKey it did not have before, such as contentKey: "again"');
  // The resource class converts `contentKey` into this variable; tests/resources tests that.
  const keyed = await runs.up("Function", { ...own, environmentVariables: { CONTENT_KEY: "again" } }, fn);
  const next = refusedPublish === "burns" ? "3" : "2";
  expect((await runs.up("Version", ofFunction(keyed.outs))).outs["versionId"]).toBe(next);
});
