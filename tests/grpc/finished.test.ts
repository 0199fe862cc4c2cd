/**
 * What was made is in state, finished or not, and what is done does not fail for the cleaning up. Through the provider
 * process; its own clock runs.
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

/** Kind, the operation that makes it, the one that reads it, its inputs by name, and what state must know. */
const MADE: [Kind, string, string, (name: string) => Props, Props][] = [
  ["Function", "CreateFunction", "GetFunction", (name) => ({ functionName: name, runtime: "custom-container", handler: "h", customContainerConfig: { image: "r/x:1" } }), { memorySize: 512 }], // prettier-ignore
  ["Alias", "CreateAlias", "GetAlias", (name) => ({ functionName: "api", aliasName: name, versionId: "1" }), { split: { "1": 100 } }], // prettier-ignore
  ["Release", "CreateAlias", "GetAlias", (name) => release(name, 1), { split: { "1": 100 }, stable: "1" }],
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
    const refreshed = await runs.refresh(kind, { id, outs });
    expect(refreshed.id).toBe(id);
    const again = await runs.up(kind, own(name), { id, outs: refreshed.outs });
    expect((await runs.diff(kind, own(name), again)).changes).toBe(1);
    // A run that deletes begins with a look: what the same run made stays.
    await runs.refresh(kind, again);
    await runs.provider.of(kind).delete(id, outs);
    const after = await runs.refresh(kind, { id, outs });
    // A release stays in state without its alias: what it remembers must not be lost.
    if (kind === "Release") expect(after.outs["live"]).toEqual({});
    else expect(after.id).toBe("");
  };

  it("made, with reads that lag longer than the window: in state, and blamed on nobody", async () => {
    const name = `${kind}lag`;
    runs.emulator.faults.add({ operation: read, nth: 2, times: EVER, action: { kind: "stale", changes: 1 } });
    const { state, message } = await kept(name);
    expect(message).not.toContain("somebody else");
    expect(state.outs).toMatchObject(known);
    await canLiveOn(state, name);
  });

  it("made, with a read-back that is refused: in state, refreshed and deleted", async () => {
    const name = `${kind}refused`;
    runs.emulator.faults.add({ operation: read, nth: 2, times: EVER, action: REFUSED });
    const { state, message } = await kept(name);
    expect(message).toContain(`${read}: not now`);
    expect(message).not.toContain("may have been applied");
    await canLiveOn(state, name);
  });

  it("made with a lost answer, and a read-back that is refused: in state or found again by the next run", async () => {
    const name = `${kind}lost`;
    runs.emulator.faults.add({ operation: create, action: { kind: "applyThenReset" } });
    runs.emulator.faults.add({ operation: read, nth: 2, times: EVER, action: REFUSED });
    const since = runs.emulator.mutations().length;
    const { kept: state } = await caught(runs.up(kind, own(name)));
    runs.emulator.faults.clear();
    const again = await runs.up(kind, own(name), state === undefined ? undefined : { id: state.id, outs: opened(state.properties) }); // prettier-ignore
    expect(runs.emulator.mutations().slice(since).map(({ operation }) => operation)).toEqual([create]); // prettier-ignore
    await runs.refresh(kind, again);
    await runs.provider.of(kind).delete(again.id, again.outs);
  });
});

it("a trigger that was made and is gone again is dropped from state by a refresh", async () => {
  const own = { functionName: "api", triggerName: "gone", qualifier: "5" };
  runs.emulator.faults.add({ operation: "GetTrigger", nth: 2, times: EVER, action: REFUSED });
  const { kept } = await caught(runs.up("HttpTrigger", own));
  runs.emulator.faults.clear();
  runs.emulator.store.functions.get("api")?.triggers.delete("gone");
  expect((await runs.refresh("HttpTrigger", { id: kept?.id ?? "", outs: opened(kept?.properties ?? {}) })).id).toBe("");
});

describe("a promotion is done, and in state, when cleaning up after it is refused", () => {
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
    // What this stack published: the owner's id in the mark begins with the stack's.
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

  it("DeleteAlias, where the release was renamed", async () => {
    const state = await runs.up("Release", release("before", 10));
    runs.emulator.faults.add({ operation: "DeleteAlias", times: EVER, action: REFUSED });
    const { outs } = await runs.up("Release", release("after", 10), state);
    expect(outs).toMatchObject({ aliasName: "after", stable: "10" });
    await runs.said(/deleting the alias of a former name failed; everything else is done/);
  });
});

it.each([
  ["the copy of its alias cannot be read back", 3],
  ["what it decided cannot be read back", 5],
])(
  "a renamed release whose run ends early keeps its former alias in state, and the next run deletes it: %s",
  async (_what, nth) => {
    const [old, now] = [`old${nth}`, `new${nth}`];
    const state = await runs.up("Release", release(old, 10));
    runs.emulator.faults.add({ operation: "GetAlias", nth, times: EVER, action: REFUSED });
    const { kept } = await caught(runs.up("Release", release(now, 11), state));
    runs.emulator.faults.clear();
    expect(Object.keys(opened(kept?.properties ?? {})["formerAliases"] as object)).toEqual([old]);
    const again = await runs.up("Release", release(now, 11), { id: state.id, outs: opened(kept?.properties ?? {}) });
    expect(runs.alias("api", old)).toBeUndefined();
    expect(again.outs).not.toHaveProperty("formerAliases");
  },
);

it("an update whose reads lag longer than the window is in state as it was written", async () => {
  const own = { functionName: "api", aliasName: "lagging", versionId: "1" };
  const state = await runs.up("Alias", own);
  runs.emulator.faults.add({ operation: "GetAlias", nth: 2, times: EVER, action: { kind: "stale", changes: 1 } });
  const { message, kept } = await caught(runs.up("Alias", { ...own, versionId: "2" }, state));
  expect(message).toContain("the service accepted the change, but for 3 s reads showed what was there before");
  expect(opened(kept?.properties ?? {})).toMatchObject({ mainVersionId: "2", split: { "2": 100 } });
});

it("content whose versions were all deleted: the run says which key makes it count as new, and the key does", async () => {
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
  const { message } = await caught(runs.up("Version", ofFunction(fn.outs)));
  expect(message).toContain('Give the Function a contentKey it did not have before, such as contentKey: "again"');
  // What contentKey becomes: the resource class is tested in tests/resources.
  const keyed = await runs.up("Function", { ...own, environmentVariables: { CONTENT_KEY: "again" } }, fn);
  expect((await runs.up("Version", ofFunction(keyed.outs))).outs["versionId"]).toBe("2");
});
