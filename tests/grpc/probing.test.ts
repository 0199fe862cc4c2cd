/**
 * Releases that are judged by probes, with the provider process. Each test sets the answers of the versions of a function in the
 * emulator.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator, FaultAction } from "../../emulator";
import { replay } from "../../provider/analysis";
import { Judge, releasesIn } from "../../provider/rollout";
import { Api, zipInput } from "../emulator/support";
import { type EmulatedProvider, fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { JudgedStack } from "../support/judgedStack";
import { type ProviderProcess, startProvider, tokenAt } from "../support/providerProcess";

const STEPS = [{ weight: 10, bake: "10m", requests: 50 }, { weight: 50, bake: "10m", requests: 50 }]; // prettier-ignore
const PROBES = { requests: 50, event: "ping", expect: "pong" };
const AUTO = { weight: "auto", steps: STEPS, analysis: { errorLimit: 20, probes: PROBES } };
const MINUTE = 60;
/**
 * The provider begins no probe after one minute. With this clock the minute takes 20 s, which is enough for all probes
 * on a busy machine.
 */
const CLOCK = fastClock(3);

/** The behaviour of a version. */
type Manner = "good" | "throws" | "wrong" | "status" | "slow";

/** The code of a handler that reads the behaviour of each version from a file. A good answer contains the event. */
const CODE = (plan: string) => `
const { readFileSync } = require("node:fs");
exports.handler = async (event, { service }) => {
  const manner = JSON.parse(readFileSync(${JSON.stringify(plan)}, "utf8"))[service.versionId];
  if (manner === "throws") throw new Error("as planned");
  if (manner === "slow") await new Promise((done) => setTimeout(done, 250));
  if (manner === "status") return { statusCode: 503, body: "pong" };
  return { answer: manner === "wrong" ? "pang" : event.toString().replace("i", "o"), version: service.versionId };
};`;

let emulator: Emulator;
let provider: ProviderProcess;
let started: EmulatedProvider;
let folder: string;

beforeAll(async () => {
  started = await startEmulatedProvider("grpc-probing", {}, CLOCK);
  ({ emulator, provider } = started);
  folder = mkdtempSync(join(tmpdir(), "probing-"));
});

afterAll(async () => {
  provider.close();
  await started.close();
  rmSync(folder, { recursive: true });
});

afterEach(() => emulator.faults.clear());

/** A stack without rows of requests. Version 2 has had 10 % for a quarter of an hour, and version 1 has the rest. */
async function probed(candidate: Manner = "good", stable: Manner = "good"): Promise<JudgedStack> {
  answer(candidate, stable);
  const code = zipInput({ "index.js": CODE(join(folder, "plan.json")) });
  const place = { emulator, provider: () => provider, project: "probed", keys: AUTO };
  const stack = await JudgedStack.started(place, { project: "", logstore: "" }, { code });
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  emulator.clock.advance(15 * MINUTE);
  return stack;
}

function answer(candidate: Manner, stable: Manner = "good"): void {
  writeFileSync(join(folder, "plan.json"), JSON.stringify({ "1": stable, "2": candidate }));
}

/** Counts the operations since a request; invocations are counted by version. */
function since(from: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation, query } of emulator.requests.slice(from)) {
    const name = operation === "InvokeFunction" ? `${operation} ${query["qualifier"] ?? ""}` : operation;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

it("a good candidate is raised to 100 %: each run invokes both versions equally often by number, and reads no log rows", async () => {
  const stack = await probed();
  stack.heard();
  const from = emulator.requests.length;
  await stack.up();
  expect(since(from)).toMatchObject({ "InvokeFunction 1": 50, "InvokeFunction 2": 50, UpdateAlias: 1 });
  expect(since(from)).not.toHaveProperty("GetLogsV2");
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.heard()).toMatch(
    /v2 at 10 %; the update judges it by up to 50 invocations of each version: next 50 %[^]*pass at 10 %.*by probes: candidate 0 of 50 failed \(0 %\); stable 0 of 50/,
  );
  // With probes, the minimum time of a step stays the same.
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
  expect(stack.heard()).toMatch(/inconclusive at 50 %.*missing: \d+ min.* at this weight/);
  emulator.clock.advance(15 * MINUTE);
  await stack.up();
  expect(stack.split).toEqual({ "2": 100 });
  expect(stack.judging?.decisions.map(({ verdict }) => verdict)).toEqual(["pass", "inconclusive", "pass"]);
  const after = emulator.requests.length;
  expect(await stack.up()).toBe(false);
  expect(Object.keys(since(after)).filter((name) => name.startsWith("InvokeFunction"))).toEqual([]);
  if (stack.judging === undefined) throw new Error("no record");
  expect(replay(stack.judging)).toEqual([]);
  const text = JSON.stringify(stack.judging);
  expect(text.length).toBeLessThan(4_000);
  expect(text).not.toMatch(/p[io]ng/);
});

it.each<[string, Manner]>([
  ["fails", "throws"],
  ["has another answer than the expected one", "wrong"],
  ["answers a status of failure as a handler of HTTP requests", "status"],
])("a candidate that %s is rejected by one write; this run fails, and later runs succeed", async (_name, manner) => {
  const stack = await probed(manner);
  const from = emulator.requests.length;
  await expect(stack.up()).rejects.toMatchObject({
    details: expect.stringMatching(
      /v2 was judged at 10 % and failed: by probes: candidate 50 of 50 failed \(100 %\); stable 0 of 50.*retry: v2/,
    ) as string,
  });
  expect(since(from)["UpdateAlias"]).toBe(1);
  expect(stack.split).toEqual({ "1": 100 });
  expect(stack.state).toMatchObject({ phase: "rejected", rejected: ["2"], stable: "1" });
  const after = emulator.requests.length;
  expect(await stack.up()).toBe(false);
  expect(Object.keys(since(after)).filter((name) => name.startsWith("InvokeFunction"))).toEqual([]);
});

it("an invocation that the service refuses because the version does not start counts as a failure", async () => {
  const stack = await probed();
  const { functions } = emulator.store;
  const candidate = functions.get(stack.name)?.versions.get("2");
  if (candidate === undefined) throw new Error("no version 2");
  Object.assign(candidate, {
    config: { ...candidate.config, runtime: "custom.debian10", customRuntimeConfig: { command: ["/code/absent"], port: 9000 } }, // prettier-ignore
  });
  await expect(stack.up()).rejects.toThrow("failed");
  expect(stack.split).toEqual({ "1": 100 });
});

it("if both versions give another answer than expected, the verdict is hold, because the expected answer may be wrong", async () => {
  const stack = await probed("wrong", "wrong");
  await stack.up();
  expect(stack.split).toEqual({ "1": 90, "2": 10 });
  expect(stack.heard()).toMatch(/warning: .*hold at 10 %.*so it may not be the reason/);
});

it("if only the stable version fails, the candidate passes", async () => {
  const stack = await probed("good", "throws");
  await stack.up();
  expect(stack.split).toEqual({ "1": 50, "2": 50 });
});

describe("an invocation without an answer leads neither to a pass nor to a rejection", () => {
  const refusal = (status: number, code: string): FaultAction => ({
    kind: "reject",
    status,
    code,
    message: "as asked",
  });

  const tooMany = refusal(429, "ResourceExhausted");
  const tooManyText = /HTTP 429, code ResourceExhausted, request id [0-9A-F-]+\)/i;

  it.each<[string, Manner, FaultAction, RegExp]>([
    ["429, and a good candidate", "good", tooMany, tooManyText],
    ["429, and a candidate that fails", "throws", tooMany, tooManyText],
    [
      "403",
      "good",
      refusal(403, "AccessDenied"),
      /HTTP 403, code AccessDenied, request id [0-9A-F-]+\); the permission it needs: fc:InvokeFunction on acs:fc:[a-z-]+:0000\d+:functions\/api-\d+\/[12]/i,
    ],
    ["500", "throws", refusal(500, "InternalServerError"), /HTTP 500, code InternalServerError, request id/],
    ["a closed connection", "good", { kind: "resetBefore" }, /no usable answer from/],
    ["a lost answer", "throws", { kind: "applyThenReset" }, /no usable answer from/],
    ["half an answer", "good", { kind: "applyThenTruncate" }, /no usable answer from/],
    [
      "a proxy's page",
      "throws",
      { kind: "html", status: 200 },
      /the answer is a web page, for example of a proxy \(text\/html\) \(HTTP 200, request id [0-9A-F-]+\)/i,
    ],
  ])("%s", async (_name, manner, action, message) => {
    const stack = await probed(manner);
    emulator.faults.add({ operation: "InvokeFunction", nth: 20, action });
    const from = emulator.requests.length;
    expect(await stack.up()).toBe(true);
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    const heard = stack.heard();
    expect(heard).toMatch(
      /warning: .*could not be judged, and v2 stays at 10 %: probe of version [12]: InvokeFunction: /,
    );
    expect(heard).toMatch(message);
    // Pairs of probes that have begun are completed. No further pair begins.
    const { "InvokeFunction 1": stable = 0, "InvokeFunction 2": candidate = 0 } = since(from);
    expect(stable + candidate).toBeLessThan(100);
    expect(stack.counted).toBe(0);
    emulator.faults.clear();
    await (manner === "good" ? stack.up() : expect(stack.up()).rejects.toThrow("failed"));
    expect(stack.counted).toBe(100);
  });

  it("an answer that names another version", async () => {
    const stack = await probed("throws");
    const { functions } = emulator.store;
    const versions = functions.get(stack.name)?.versions;
    const [one, two] = [versions?.get("1"), versions?.get("2")];
    if (versions === undefined || one === undefined || two === undefined) throw new Error("no versions");
    // While the versions are probed, an invocation of version 1 runs the code of version 2.
    const led = (to: typeof one) => ({ kind: "before", run: () => void versions.set("1", to) }) as const;
    emulator.faults.add({ operation: "InvokeFunction", nth: 1, action: led({ ...two }) });
    emulator.faults.add({ operation: "InvokeFunction", nth: 100, action: led(one) });
    await stack.up();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    expect(stack.heard()).toMatch(/version 1 was invoked, and the header x-fc-[a-z-]+ of an answer names version 2/);
  });
});

it("slow versions are probed for one minute, and the answers until then are judged", async () => {
  const stack = await probed("slow");
  const probes = { ...PROBES, requests: 1000 };
  const usual = provider;
  provider = await startProvider(started.folder, { ...process.env, ...emulator.env, ...fastClock(20) });
  try {
    await stack.up("2", { ...AUTO, analysis: { ...AUTO.analysis, probes } });
    expect(stack.heard()).toMatch(
      /\d{1,3} of 1000 probes of each version were made: after 1 min no further probe begins/,
    );
  } finally {
    provider.close();
    provider = usual;
  }
  const { counts } = stack.judging?.decisions.at(-1) ?? {};
  expect(counts?.stable.requests).toBe(counts?.candidate.requests);
  expect(counts?.candidate.requests).toBeGreaterThanOrEqual(4);
});

it("a preview invokes nothing", async () => {
  const stack = await probed();
  const from = emulator.requests.length;
  const id = `${emulator.region}:${emulator.accountId}:${stack.name}/prod`;
  const news = await stack.inputs("2", AUTO);
  expect((await provider.of("Release").diff(id, stack.state ?? {}, news)).changes).not.toBe(1);
  expect(since(from)).toEqual({});
});

it("the subcommand judge prints the verdict of the last run at this weight, and invokes nothing", async () => {
  const stack = await probed();
  const judge = new Judge({ env: emulator.env });
  const type = tokenAt("Release");
  const urn = `urn:pulumi:dev::shop::${type}::${stack.name}`;
  const id = `${emulator.region}:${emulator.accountId}:${stack.name}/prod`;
  const judged = () => {
    const [release] = releasesIn({ deployment: { resources: [{ urn, id, type, outputs: stack.state }] } });
    if (release === undefined) throw new Error("no release");
    return judge.judge(release, AUTO, undefined);
  };
  const next = "the next run with weight auto probes again; this command makes no probes";
  const from = emulator.requests.length;
  expect(await judged()).toMatchObject({
    ...{ verdict: "inconclusive", candidate: "2", weight: 10 },
    reasons: ["v2 was not probed at this weight yet", next],
  });
  expect(Object.keys(since(from)).filter((name) => name.startsWith("InvokeFunction"))).toEqual([]);
  await stack.up("2", { ...AUTO, hold: true });
  const { verdict, reasons } = await judged();
  expect([verdict, reasons.at(-1)]).toEqual(["pass", next]);
  expect(reasons[1]).toBe("by probes: candidate 0 of 50 failed (0 %); stable 0 of 50 failed (0 %)");
  // No probes were made after the change by hand.
  emulator.clock.advance(MINUTE);
  const body = { versionId: "1", additionalVersionWeight: { "2": 0.2 } };
  await new Api(emulator).updateAlias(stack.name, "prod", body);
  expect((await judged()).reasons[0]).toBe("v2 was not probed at this weight yet");
});

describe("somebody else writes the alias while this run probes", () => {
  it.each<[string, number, Record<string, number>]>([
    ["a hand lowers: it stays low", 0.01, { "1": 99, "2": 1 }],
    ["another pipeline raises: it is raised once", 0.5, { "1": 50, "2": 50 }],
  ])("%s", async (_name, weight, expected) => {
    const stack = await probed();
    const body = { versionId: "1", additionalVersionWeight: { "2": weight } };
    const path = `/functions/${stack.name}/aliases/prod`;
    const request = { method: "PUT", path, body };
    emulator.faults.add({ operation: "InvokeFunction", nth: 30, action: { kind: "outOfBand", request } });
    await stack.up();
    expect(stack.split).toEqual(expected);
  });
});

it("two pipelines probe at the same time: one step", async () => {
  const one = await probed();
  const second = await startProvider(started.folder, { ...process.env, ...emulator.env, ...CLOCK });
  try {
    const other = one.elsewhere({ emulator, provider: () => second, project: "probed", keys: AUTO });
    await Promise.all([one.up(), other.up()]);
    expect(one.split).toEqual({ "1": 50, "2": 50 });
    for (const stack of [one, other]) await stack.up();
    expect(one.split).toEqual({ "1": 50, "2": 50 });
  } finally {
    second.close();
  }
});

it.each(["good", "throws"] as const)(
  "a run that is killed during its probes (%s candidate) moves no traffic, and the next run makes new probes",
  async (manner) => {
    const stack = await probed(manner);
    const kept = structuredClone(stack.state);
    emulator.faults.add({
      operation: "InvokeFunction",
      nth: 30,
      action: { kind: "before", run: () => provider.close() },
    });
    await expect(stack.up()).rejects.toThrow(/UNAVAILABLE|CANCELLED|closed/);
    emulator.faults.clear();
    expect(stack.split).toEqual({ "1": 90, "2": 10 });
    provider = await startProvider(started.folder, { ...process.env, ...emulator.env, ...CLOCK });
    stack.state = kept;
    const from = emulator.requests.length;
    await (manner === "good" ? stack.up() : expect(stack.up()).rejects.toThrow("failed"));
    expect(since(from)).toMatchObject({ "InvokeFunction 1": 50, "InvokeFunction 2": 50, UpdateAlias: 1 });
    expect(stack.split).toEqual(manner === "good" ? { "1": 50, "2": 50 } : { "1": 100 });
    expect(stack.counted).toBe(100);
  },
);

it("with another event or expected answer the evidence starts empty; with another number of probes it continues", async () => {
  const stack = await probed();
  const few = (probes: object) => ({
    ...AUTO,
    analysis: { errorLimit: 20, probes: { ...PROBES, requests: 10, ...probes } },
  });
  await stack.up("2", few({}));
  await stack.up("2", few({ requests: 5 }));
  expect(stack.judging?.evidence.open).toMatchObject([{ candidate: { requests: 15, errors: 0 } }]);
  await stack.up("2", few({ expect: "version" }));
  expect(stack.judging?.evidence.open).toMatchObject([{ candidate: { requests: 10, errors: 0 } }]);
});
