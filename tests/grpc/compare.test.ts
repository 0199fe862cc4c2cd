/**
 * Somebody else changes an alias or a trigger while a run writes it: the run does not overwrite a change that it has not read, and
 * reads all versions with a share. Tested with the provider process and the real clock.
 */
import type { FaultAction } from "../../emulator";
import { Runs, type Stored, caught } from "../support/runs";

type Props = Record<string, unknown>;

let runs: Runs;
let name: string;

beforeAll(async () => {
  runs = await Runs.start();
});

afterAll(() => runs.stop());

beforeEach(async () => {
  name = await runs.newFunction(4);
});

afterEach(() => runs.emulator.faults.clear());

const BUSY: FaultAction = { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" };
const alias = (more: Props): Props => ({ functionName: name, aliasName: "prod", ...more });
const canary = (versionId: string, weight: number, main?: string): Props =>
  alias({ canary: { versionId, weight }, ...(main === undefined ? {} : { versionId: main }) });
const release = (version: number, weight?: number): Props => ({
  ...{ functionName: name, aliasName: "prod", versionId: String(version), fingerprint: `f1:${version}abcdef0123` },
  ...(weight === undefined ? {} : { weight }),
});
/** Main version and weights of the alias in the emulator. */
const live = () => runs.alias(name, "prod");
/** Runs a change by somebody else just before the n-th request of an operation is carried out. */
const before = (operation: string, run: () => void, nth = 1) =>
  runs.emulator.faults.add({ operation, nth, action: { kind: "before", run } });
const to = (weights: Record<string, number>) => () => runs.byHand(name, "prod", weights);

/**
 * Ways in which the write fails while somebody else lowers the canary: the write is refused, its answer is lost, or the
 * other change comes after the write.
 */
const DISTURBED: [string, (weights: Record<string, number>) => void][] = [
  [
    "the write is refused as concurrent",
    (weights) => {
      before("UpdateAlias", to(weights));
      runs.emulator.faults.add({ operation: "UpdateAlias", action: BUSY });
    },
  ],
  [
    "the write is throttled",
    (weights) => {
      before("UpdateAlias", to(weights));
      const action: FaultAction = { kind: "reject", status: 429, code: "Throttling.User", message: "slow" };
      runs.emulator.faults.add({ operation: "UpdateAlias", action });
    },
  ],
  [
    "the write is lost on its way",
    (weights) => {
      before("UpdateAlias", to(weights));
      runs.emulator.faults.add({ operation: "UpdateAlias", action: { kind: "resetBefore" } });
    },
  ],
  [
    "the answer is lost",
    (weights) => {
      runs.emulator.faults.add({ operation: "UpdateAlias", action: { kind: "applyThenReset" } });
      before("GetAlias", to(weights), 2);
    },
  ],
  ["the read-back comes too late", (weights) => before("GetAlias", to(weights), 2)],
];

describe.each(DISTURBED)("somebody lowers the canary by hand while %s", (_name, disturb) => {
  it.each([0, 0.1])("to %d %%: a release does not raise it again", async (fraction) => {
    const first = await runs.up("Release", release(1));
    const second = await runs.up("Release", release(2, 5), first);
    const third = await runs.up("Release", release(2, 25), second);
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: { "2": 0.25 } });
    const weights: Record<string, number> = fraction === 0 ? {} : { "2": fraction };
    disturb(weights);
    await runs.up("Release", release(2, 50), third);
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: weights });
    // The same holds if the previous run was interrupted, so that its state was not saved.
    await runs.up("Release", release(2, 50), await runs.refresh("Release", third));
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: weights });
  });

  it("to 0: the run of a plain alias fails and does not raise it; the next run may write the desired share", async () => {
    const first = await runs.up("Alias", canary("1", 0));
    const second = await runs.up("Alias", canary("2", 25), first);
    disturb({});
    const { message } = await caught(runs.up("Alias", canary("2", 50), second));
    expect(message).toMatch(
      /alias prod of function api\d+ \(api\): while this run was writing, somebody else changed the share of version 2 from (25|50) to 0 %\. This run did not change it back\. Run pulumi up --refresh/,
    );
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: {} });
    const third = await runs.up("Alias", canary("2", 50), await runs.refresh("Alias", second));
    expect(third.outs["split"]).toEqual({ "1": 50, "2": 50 });
  });
});

it.each(DISTURBED.slice(0, 3))(
  "somebody lowers the canary to 0 while %s: the run of a plain alias that promotes it fails",
  async (_name, disturb) => {
    const second = await runs.up("Alias", canary("2", 25), await runs.up("Alias", canary("1", 0)));
    disturb({});
    const { message } = await caught(runs.up("Alias", canary("2", 100), second));
    expect(message).toMatch(/somebody else changed the share of version 2 from (25|100) to 0 %/);
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: {} });
  },
);

it("after somebody else raised the share, a plain alias reads the alias again and writes the desired share", async () => {
  const second = await runs.up("Alias", canary("2", 25), await runs.up("Alias", canary("1", 0)));
  before("UpdateAlias", to({ "2": 0.3 }));
  runs.emulator.faults.add({ operation: "UpdateAlias", action: BUSY });
  const { outs } = await runs.up("Alias", canary("2", 50), second);
  expect(outs["split"]).toEqual({ "1": 50, "2": 50 });
});

it("after a refusal because of a concurrent change, the alias is read before the write is sent again", async () => {
  const second = await runs.up("Alias", canary("2", 25), await runs.up("Alias", canary("1", 0)));
  runs.emulator.faults.add({ operation: "UpdateAlias", times: 2, action: BUSY });
  const since = runs.emulator.requests.length;
  expect((await runs.up("Alias", canary("2", 50), second)).outs["split"]).toEqual({ "1": 50, "2": 50 });
  const order = runs.emulator.requests.slice(since).map(({ operation }) => operation);
  // A read after the write may return the old object. Then the read is repeated.
  expect(order.filter((operation) => /Alias$/.test(operation)).slice(0, 7)).toEqual(
    ["GetAlias", "UpdateAlias", "GetAlias", "UpdateAlias", "GetAlias", "UpdateAlias", "GetAlias"], // prettier-ignore
  );
});

describe("all weights of an alias are read", () => {
  let state: Stored;

  beforeEach(async () => {
    state = await runs.up("Alias", canary("2", 10), await runs.up("Alias", canary("1", 0)));
  });

  it("with more than one additional version: in outputs, in the diff, and written back", async () => {
    runs.byHand(name, "prod", { "2": 0.1, "3": 0.25 });
    const refreshed = await runs.refresh("Alias", state);
    expect(refreshed.outs).toMatchObject({ mainVersionId: "1", split: { "1": 65, "2": 10, "3": 25 } });
    expect((await runs.diff("Alias", canary("2", 10), refreshed)).changes).toBe(2);
    const { outs } = await runs.up("Alias", canary("2", 10), refreshed);
    expect(outs["split"]).toEqual({ "1": 90, "2": 10 });
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: { "2": 0.1 } });
  });

  it("with a share that is finer than a tenth of a percent", async () => {
    runs.byHand(name, "prod", { "2": 0.1, "3": 0.0004 });
    const refreshed = await runs.refresh("Alias", state);
    expect(refreshed.outs["split"]).toEqual({ "1": 89.96, "2": 10, "3": 0.04 });
    expect((await runs.diff("Alias", canary("2", 10), refreshed)).changes).toBe(2);
  });

  it.each([
    ["1", "main version", "Set versionId to another version"],
    ["2", "canary", "Run pulumi up --refresh"],
  ])(
    "with version %s, its %s, deleted: the error names the missing version, with and without a refresh",
    async (id, part, advice) => {
      // The version is deleted in the state of the emulator, because the service may refuse to delete a version in use.
      runs.emulator.store.functions.get(name)?.versions.delete(id);
      const says = `alias prod of function ${name} (api): version ${id}, its ${part}, does not exist, so nothing was changed. ${advice}`;
      const since = runs.emulator.requests.length;
      expect((await caught(runs.up("Alias", canary("2", 20), state))).message).toContain(says);
      expect(runs.requests("UpdateAlias", since)).toBe(0);
      const refreshed = await runs.refresh("Alias", state);
      expect(refreshed.outs["missingVersions"]).toEqual([id]);
      await runs.said(new RegExp(`function ${name} \\(api\\) names version ${id}, which does not exist`));
      // A refresh also calls `diff`, which must not fail. It returns a change, so that the next run prints the message.
      expect((await runs.diff("Alias", canary("2", 10), refreshed)).changes).toBe(2);
      expect((await caught(runs.up("Alias", canary("2", 10), refreshed))).message).toContain(says);
      // Follows the advice of the message.
      const out =
        id === "1"
          ? await runs.up("Alias", canary("2", 100), refreshed)
          : await runs.up("Alias", canary("3", 10), refreshed);
      expect(out.outs["missingVersions"]).toBeUndefined();
    },
  );

  it("the error of a release also names the missing version", async () => {
    runs.emulator.store.functions.get(name)?.aliases.clear();
    const one = await runs.up("Release", release(1));
    await runs.api.deleteVersion(name, "2");
    const { message } = await caught(runs.up("Release", release(2, 5), one));
    expect(message).toContain("version 2, its canary, does not exist");
    expect(live()).toEqual({ versionId: "1", additionalVersionWeight: {} });
  });
});

it("a version that does not exist is found by one read, before any write", async () => {
  const state = await runs.up("Alias", canary("1", 0));
  const since = runs.emulator.requests.length;
  const { message } = await caught(runs.up("Alias", canary("7", 10), state));
  expect(message).toContain("version 7, its canary, does not exist");
  expect(runs.emulator.requests.slice(since).map(({ operation }) => operation)).toEqual(["GetAlias", "GetFunction"]);
  const fresh = await caught(runs.up("Alias", { ...canary("7", 10, "1"), aliasName: "new" }));
  expect(fresh.message).toContain("version 7, its canary, does not exist");
  expect(runs.requests("CreateAlias", since)).toBe(0);
});

it("a version that is deleted between read and write is named after at most one UpdateAlias", async () => {
  const state = await runs.up("Alias", canary("1", 0));
  before("UpdateAlias", () => void runs.emulator.store.functions.get(name)?.versions.delete("2"));
  const since = runs.emulator.requests.length;
  const { message } = await caught(runs.up("Alias", canary("2", 10), state));
  expect(message).toContain("version 2, its canary, does not exist");
  expect(runs.requests("UpdateAlias", since)).toBe(1);
});

describe("a plain alias that is created again during a canary", () => {
  const refusal = (id: string, others: string) =>
    `the alias is new and has no main version, so it would give version ${id} all traffic instead of 10 percent. Nothing was ` +
    `changed. Set versionId to the version that gets the rest, such as versionId: "${others}"`;

  it("after it was deleted by hand and refreshed: refused, and the error contains what to write", async () => {
    const { message } = await caught(runs.up("Alias", canary("2", 10)));
    expect(message).toContain(refusal("2", "4"));
    expect(live()).toBeUndefined();
    const { outs } = await runs.up("Alias", canary("2", 10, "1"));
    expect(outs["split"]).toEqual({ "1": 90, "2": 10 });
  });

  it("is created without a main version if the function has only one version, or if the weight is 0 or 100", async () => {
    expect((await runs.up("Alias", { ...canary("2", 0), aliasName: "a" })).outs["split"]).toEqual({ "2": 100 });
    expect((await runs.up("Alias", { ...canary("2", 100), aliasName: "b" })).outs["split"]).toEqual({ "2": 100 });
    await runs.withVersions(`${name}-one`, 1);
    const first = { functionName: `${name}-one`, aliasName: "prod", canary: { versionId: "1", weight: 10 } };
    expect((await runs.up("Alias", first)).outs["split"]).toEqual({ "1": 100 });
  });

  it("with another name: the preview refuses it", async () => {
    const state = await runs.up("Alias", canary("2", 10, "1"));
    const renamed = { ...canary("2", 10), aliasName: "live" };
    expect((await caught(runs.diff("Alias", renamed, state))).message).toContain(refusal("2", "1"));
    expect((await runs.diff("Alias", { ...renamed, versionId: "1" }, state)).replaces).toEqual(["aliasName"]);
  });

  it("without a refresh: it is created again with its former split", async () => {
    const state = await runs.up("Alias", canary("2", 10), await runs.up("Alias", canary("1", 0)));
    runs.emulator.store.functions.get(name)?.aliases.clear();
    expect((await runs.up("Alias", canary("2", 20), state)).outs["split"]).toEqual({ "1": 80, "2": 20 });
  });
});

describe("a trigger", () => {
  const trigger = (more: Props = {}): Props => ({
    functionName: name,
    triggerName: "web",
    qualifier: "LATEST",
    ...more,
  });
  const stored = () => runs.emulator.store.functions.get(name)?.triggers.get("web");
  const config = () => JSON.parse(stored()?.triggerConfig ?? "{}") as Props;
  const CORS = { corsConfig: { allowOrigins: ["https://example.com"] }, authConfig: JSON.stringify({ jwks: "{}" }) };
  const handSets = (more: Props) => {
    const found = stored();
    if (found === undefined) throw new Error("no trigger");
    found.triggerConfig = JSON.stringify({ ...config(), ...more });
  };

  it("a write keeps live settings that the resource does not manage", async () => {
    const state = await runs.up("HttpTrigger", trigger());
    handSets(CORS);
    expect((await runs.diff("HttpTrigger", trigger(), await runs.refresh("HttpTrigger", state))).changes).toBe(1);
    await runs.up("HttpTrigger", trigger({ methods: ["GET"] }), state);
    expect(config()).toEqual({ authType: "function", methods: ["GET"], disableURLInternet: false, ...CORS });
  });

  it("a write keeps a setting that somebody else adds during the write", async () => {
    const state = await runs.up("HttpTrigger", trigger());
    before("UpdateTrigger", () => handSets(CORS));
    runs.emulator.faults.add({ operation: "UpdateTrigger", action: BUSY });
    await runs.up("HttpTrigger", trigger({ methods: ["GET"] }), state);
    expect(config()).toEqual({ authType: "function", methods: ["GET"], disableURLInternet: false, ...CORS });
  });

  it.each<[string, FaultAction]>([
    ["refused as concurrent", BUSY],
    ["lost", { kind: "resetBefore" }],
  ])("a trigger that somebody else disables while the write is %s stays disabled", async (_name, action) => {
    const state = await runs.up("HttpTrigger", trigger({ authType: "anonymous" }));
    before("UpdateTrigger", () => handSets({ disableURLInternet: true }));
    runs.emulator.faults.add({ operation: "UpdateTrigger", action });
    const { message } = await caught(
      runs.up("HttpTrigger", trigger({ authType: "anonymous", methods: ["GET"] }), state),
    );
    expect(message).toContain("somebody else changed it while this run was writing. This run did not change it back");
    expect(config()["disableURLInternet"]).toBe(true);
  });

  it.each(["7", "nobody"])(
    "a trigger whose qualifier %s does not exist is refused after one read, before any write",
    async (qualifier) => {
      const since = runs.emulator.requests.length;
      const { message } = await caught(runs.up("HttpTrigger", trigger({ qualifier })));
      expect(message).toContain(
        `${qualifier}, its qualifier, does not exist in function ${name}, so nothing was changed`,
      );
      expect(runs.requests("CreateTrigger", since)).toBe(0);
    },
  );

  it("a renamed trigger is deleted before the new one is created, because a qualifier has at most one trigger", async () => {
    const state = await runs.up("HttpTrigger", trigger());
    expect(await runs.diff("HttpTrigger", trigger({ triggerName: "www" }), state)).toMatchObject({
      replaces: ["triggerName"],
      deleteBeforeReplace: true,
    });
  });
});

it("if somebody else changes a function while its write is refused, the run plans the write again", async () => {
  const own = {
    functionName: `${name}-fn`,
    runtime: "custom-container",
    handler: "h",
    customContainerConfig: { image: "r/x:1" },
  };
  const state = await runs.up("Function", own);
  before("UpdateFunction", () => {
    const found = runs.emulator.store.functions.get(`${name}-fn`);
    Object.assign(found?.config ?? {}, { timeout: 99 });
  });
  runs.emulator.faults.add({ operation: "UpdateFunction", action: BUSY });
  const { outs } = await runs.up("Function", { ...own, memorySize: 1024 }, state);
  expect(outs).toMatchObject({ memorySize: 1024, timeout: 3 });
  expect(await runs.api.get(`${name}-fn`)).toMatchObject({ memorySize: 1024, timeout: 3 });
});
