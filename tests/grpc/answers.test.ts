/**
 * An answer without a member that its operation always has is an error with operation and request id. Such an answer is never
 * stored as state, and never means "deleted". Tested with the provider process and the real clock.
 */
import type { FaultAction } from "../../emulator";
import type { Kind } from "../../provider/resources/tokens";
import { Runs, type Stored, caught } from "../support/runs";

type Props = Record<string, unknown>;

const EVER = Number.POSITIVE_INFINITY;
/** A successful answer whose JSON has none of the members of the operation. */
const EMPTY: FaultAction = { kind: "reject", status: 200, code: "", message: "" };
const UNREADABLE: [string, FaultAction, RegExp][] = [
  ["an object without its members", EMPTY, /the answer lacks \w+ \(HTTP 200, request id 1-[-0-9a-f]+\)/],
  ["a page", { kind: "html", status: 200 }, /an answer that is not JSON, .*HTTP 200, request id 1-[-0-9a-f]+\)/],
  [
    "a redirect",
    { kind: "redirect", status: 302, location: "https://evil.example/" },
    /HTTP 302, request id 1-[-0-9a-f]+\)/,
  ],
];

let runs: Runs;
const states = new Map<Kind, Stored>();
const OWN: [Kind, string, string, Props][] = [
  ["Function", "GetFunction", "UpdateFunction", { functionName: "fn", runtime: "custom-container", handler: "h", customContainerConfig: { image: "r/x:1" } }], // prettier-ignore
  ["Version", "ListFunctionVersions", "PublishFunctionVersion", { functionName: "fn", fingerprint: "f1:aa" }],
  ["Alias", "GetAlias", "UpdateAlias", { functionName: "fn", aliasName: "prod", versionId: "1" }],
  ["HttpTrigger", "GetTrigger", "UpdateTrigger", { functionName: "fn", triggerName: "web", qualifier: "prod" }],
  ["Release", "GetAlias", "UpdateAlias", { functionName: "fn", aliasName: "live", versionId: "1", fingerprint: "f1:aa" }], // prettier-ignore
];
const changed: Record<Kind, Props> = {
  Function: { memorySize: 1024 },
  Version: { fingerprint: "f1:bb" },
  Alias: { description: "new" },
  HttpTrigger: { methods: ["GET"] },
  Release: { description: "new" },
};

beforeAll(async () => {
  runs = await Runs.start();
  for (const [kind, , , own] of OWN) states.set(kind, await runs.up(kind, own));
});

afterAll(() => runs.stop());

afterEach(() => runs.emulator.faults.clear());

const stateOf = (kind: Kind): Stored => {
  const state = states.get(kind);
  if (state === undefined) throw new Error("no state");
  return state;
};

describe.each(OWN)("%s", (kind, read, change, own) => {
  it.each(UNREADABLE)(
    "%s in a refresh: an error within seconds; the answer is taken neither as state nor as a deletion",
    async (_name, action, says) => {
      const since = runs.emulator.requests.length;
      runs.emulator.faults.add({ operation: read, times: EVER, action });
      const { message, kept } = await caught(runs.refresh(kind, stateOf(kind)));
      expect(message).toMatch(new RegExp(`${read}: .*${says.source}`));
      expect(message).not.toContain("may have been applied");
      expect(kept).toBeUndefined();
      expect(runs.requests(read, since)).toBeLessThanOrEqual(3);
    },
  );

  it.each(UNREADABLE)("%s in an update: an error, no write, and no new state", async (_name, action, says) => {
    const before = runs.emulator.mutations().length;
    runs.emulator.faults.add({ operation: read, times: EVER, action });
    const { message, kept } = await caught(runs.up(kind, { ...own, ...changed[kind] }, stateOf(kind)));
    expect(message).toMatch(says);
    expect(kept).toBeUndefined();
    expect(runs.emulator.mutations().length).toBe(before);
  });

  it("a read that fails once is sent again; an operation that the service does not have is not", async () => {
    runs.emulator.faults.add({ operation: read, action: EMPTY });
    expect((await runs.refresh(kind, stateOf(kind))).id).toBe(stateOf(kind).id);
    const since = runs.emulator.requests.length;
    runs.emulator.faults.add({
      operation: read,
      times: EVER,
      action: { kind: "reject", status: 501, code: "NotImplemented", message: "no" },
    });
    expect((await caught(runs.refresh(kind, stateOf(kind)))).message).toContain("HTTP 501");
    expect(runs.requests(read, since)).toBe(1);
  });

  it("after an empty answer to a change the object is read back, and the change is sent once", async () => {
    if (kind === "Version") await runs.api.update("fn", { environmentVariables: { RELEASE: "2" } });
    const action: FaultAction = { kind: "applyThenReject", status: 200, code: "", message: "" };
    runs.emulator.faults.add({ operation: change, action });
    const before = runs.emulator.mutations().length;
    states.set(kind, await runs.up(kind, { ...own, ...changed[kind] }, stateOf(kind)));
    const since = runs.emulator.mutations().slice(before);
    expect(since.filter(({ operation }) => operation === change)).toHaveLength(1);
  });
});

it("a deletion that is answered by a web page counts only after a read that does not find the object", async () => {
  const state = await runs.refresh("Alias", stateOf("Alias"));
  runs.emulator.faults.add({ operation: "DeleteAlias", times: EVER, action: { kind: "html", status: 200 } });
  const { message } = await caught(runs.provider.of("Alias").delete(state.id, state.outs));
  expect(message).toMatch(/DeleteAlias: unexpected HTTP status 200 .*the request may have been applied/);
  expect(runs.alias("fn", "prod")).toBeDefined();
  runs.emulator.faults.clear();
  runs.emulator.faults.add({ operation: "DeleteAlias", action: { kind: "applyThenHtml", status: 200 } });
  await runs.provider.of("Alias").delete(state.id, state.outs);
  expect(runs.alias("fn", "prod")).toBeUndefined();
});

it("tags whose change is answered by a web page are sent again until a read shows them", async () => {
  const { id, outs } = stateOf("Function");
  runs.emulator.faults.add({ operation: "TagResources", action: { kind: "html", status: 200 } });
  await runs.up("Function", { ...(OWN[0]?.[3] ?? {}), ...changed.Function, tags: { team: "shop" } }, { id, outs });
  const tags = runs.emulator.store.functions.get("fn")?.tags;
  expect(tags).toContainEqual({ key: "team", value: "shop" });
});

it("a read without an answer is sent again, long before the time limit of a call", async () => {
  runs.emulator.faults.add({ operation: "GetTrigger", action: { kind: "hang" } });
  const start = performance.now();
  expect((await runs.refresh("HttpTrigger", stateOf("HttpTrigger"))).id).toBe(stateOf("HttpTrigger").id);
  expect(performance.now() - start).toBeLessThan(30_000);
}, 60_000);
