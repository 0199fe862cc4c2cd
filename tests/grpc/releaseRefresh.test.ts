/**
 * A refresh of a release whose alias was changed by hand. The outputs show the changed alias. The next preview and the
 * next run leave the change unchanged. Tested with the provider process.
 */
import { type StoredRelease, forecast } from "../../provider/rollout";
import { Runs, type Stored } from "../support/runs";

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

const release = (version: number, more: Props = {}): Props => ({
  ...{ functionName: name, aliasName: "prod", versionId: String(version), fingerprint: `f1:${version}abcdef0123` },
  ...more,
});

const OUTPUTS = ["stable", "previousStable", "candidate", "phase", "effectiveWeight", "step", "rejected", "live"];

/** The public outputs of a release. */
function shown({ outs }: Stored): Props {
  return Object.fromEntries(OUTPUTS.flatMap((output) => (output in outs ? [[output, outs[output]]] : [])));
}

/** Version 2 was stable before version 3. Version 4 is the candidate with 25 %. */
async function canary(): Promise<Stored> {
  const first = await runs.up("Release", release(2));
  const second = await runs.up("Release", release(3), first);
  const third = await runs.up("Release", release(3, { weight: 100 }), second);
  const fourth = await runs.up("Release", release(4), third);
  return await runs.up("Release", release(4, { weight: 25 }), fourth);
}

const CANARY = {
  ...{ stable: "3", previousStable: "2", candidate: "4", phase: "canary", effectiveWeight: 25, step: "2/4" },
  ...{ rejected: [], live: { "3": 75, "4": 25 } },
};

const { candidate: _candidate, step: _step, ...REST } = CANARY;

it.each<[string, string, Record<string, number>, Props]>([
  [
    "the share of the candidate was lowered",
    ...(["3", { "4": 0.1 }, { ...CANARY, effectiveWeight: 10, step: "1/4", live: { "3": 90, "4": 10 } }] as const),
  ],
  [
    "the candidate got no traffic",
    ...(["3", {}, { ...CANARY, effectiveWeight: 0, step: "0/4", phase: "lowered", live: { "3": 100 } }] as const),
  ],
  [
    "the share of the candidate was raised",
    ...(["3", { "4": 0.6 }, { ...CANARY, effectiveWeight: 60, step: "3/4", live: { "3": 40, "4": 60 } }] as const),
  ],
  ["the shares were swapped with the main version", "4", { "3": 0.75 }, CANARY],
  [
    "the candidate became the main version",
    ...(["4", {}, { ...REST, stable: "4", previousStable: "3", phase: "stable", effectiveWeight: 0, live: { "4": 100 } }] as const), // prettier-ignore
  ],
  [
    "an older version became the main version",
    ...(["2", { "4": 0.25 }, { ...CANARY, stable: "2", previousStable: undefined, live: { "2": 75, "4": 25 } }] as const), // prettier-ignore
  ],
  [
    "a third version got the share of the candidate",
    ...(["3", { "1": 0.2 }, { ...CANARY, effectiveWeight: 0, step: "0/4", phase: "lowered", live: { "1": 20, "3": 80 } }] as const), // prettier-ignore
  ],
])("%s", async (_what, main, weights, expected) => {
  const before = await canary();
  expect(shown(before)).toEqual(CANARY);
  runs.byHand(name, "prod", weights, main);
  const refreshed = await runs.refresh("Release", before);
  expect(shown(refreshed)).toEqual(JSON.parse(JSON.stringify(expected)));
  expect(refreshed.outs["split"]).toEqual({ "3": 75, "4": 25 });
  expect(refreshed.outs["memory"]).toEqual(before.outs["memory"]);
  // The preview reports that the run will update what the release remembers of its versions. Neither preview nor run
  // moves traffic.
  const { live } = shown(refreshed);
  const next = await runs.up("Release", release(4, { weight: 25 }), refreshed);
  expect(shown(next)["live"]).toEqual(live);
  expect(shown(next)).toEqual(shown(refreshed));
  expect(runs.alias(name, "prod")?.additionalVersionWeight).toEqual(
    weights["3"] === undefined ? weights : { "4": 0.25 },
  );
});

it("the alias was deleted", async () => {
  const before = await canary();
  runs.emulator.store.functions.get(name)?.aliases.delete("prod");
  const refreshed = await runs.refresh("Release", before);
  expect(shown(refreshed)).toEqual({ ...CANARY, effectiveWeight: 0, step: "0/4", phase: "lowered", live: {} });
  const next = await runs.up("Release", release(4, { weight: 25 }), refreshed);
  expect(shown(next)).toEqual({ ...shown(refreshed), live: { "3": 100 } });
});

it("a version that waits under hold got a share by hand", async () => {
  const first = await runs.up("Release", release(1));
  const before = await runs.up("Release", release(2, { hold: true }), first);
  expect(shown(before)).toMatchObject({ candidate: "2", phase: "waiting", effectiveWeight: 0 });
  runs.byHand(name, "prod", { "2": 0.3 });
  const refreshed = await runs.refresh("Release", before);
  expect(shown(refreshed)).toMatchObject({ candidate: "2", phase: "canary", effectiveWeight: 30, step: "2/4" });
  const next = await runs.up("Release", release(2, { hold: true }), refreshed);
  expect(shown(next)).toEqual(shown(refreshed));
});

it("the former stable version was deleted: a rollback goes to the version before it", async () => {
  const third = await runs.up("Release", release(1));
  const first = await runs.up("Release", release(2, { strategy: "direct" }), third);
  const before = await runs.up("Release", release(3, { strategy: "direct" }), first);
  expect(shown(before)).toMatchObject({ stable: "3", previousStable: "2" });
  runs.emulator.store.functions.get(name)?.versions.delete("2");
  const refreshed = await runs.refresh("Release", before);
  expect(shown(refreshed)).toMatchObject({ stable: "3", previousStable: "1" });
  const next = await runs.up("Release", release(3, { strategy: "direct", reject: "v3" }), refreshed);
  expect(shown(next)).toMatchObject({ stable: "1", live: { "1": 100 }, rejected: ["3"] });
});

it("after a run whose state was lost, a refresh shows that run and the change by hand after it", async () => {
  const before = await canary();
  await runs.up("Release", release(4, { weight: 50 }), before);
  expect(shown(await runs.refresh("Release", before))).toEqual({
    ...{ ...CANARY, effectiveWeight: 50, step: "3/4", live: { "3": 50, "4": 50 } },
  });
  runs.byHand(name, "prod", { "4": 0.05 });
  const refreshed = await runs.refresh("Release", before);
  expect(shown(refreshed)).toEqual({ ...CANARY, effectiveWeight: 5, step: "1/4", live: { "3": 95, "4": 5 } });
  expect(refreshed.outs["split"]).toEqual({ "3": 50, "4": 50 });
});

describe("an older state was restored", () => {
  /** An old state: version 3 has 5 %. After this state was saved, a run of a newer commit gave version 3 25 %. */
  async function restored(): Promise<Stored> {
    const first = await runs.up("Release", release(2, { rev: 1 }));
    const canary = await runs.up("Release", release(3, { rev: 2 }), first);
    await runs.up("Release", release(3, { rev: 3, weight: 25 }), canary);
    return canary;
  }

  it("a refresh succeeds, and the newest commit writes nothing", async () => {
    const state = await restored();
    const inputs = await runs.checked("Release", release(3, { rev: 2 }));
    const refreshed = await runs.refresh("Release", state);
    expect(shown(refreshed)).toEqual({
      ...{ stable: "2", candidate: "3", phase: "canary", effectiveWeight: 25, step: "2/4", rejected: [] },
      live: { "2": 75, "3": 25 },
    });
    // During a refresh, the engine compares the refreshed outputs with the inputs in state. These inputs come from an
    // older commit.
    await expect(runs.provider.of("Release").diff(state.id, refreshed.outs, inputs)).resolves.toBeDefined();
    const before = runs.emulator.mutations().length;
    await runs.up("Release", release(3, { rev: 3, weight: 25 }), refreshed);
    expect(runs.emulator.mutations().slice(before)).toEqual([]);
  });

  it("a run without a refresh prints the split that it found, because the preview printed one of the older state", async () => {
    const state = await restored();
    await runs.up("Release", release(3, { rev: 3, weight: 25 }), state);
    await runs.said(
      new RegExp(
        `info: ${name}: state is older than alias prod, so the preview may have .*; this run found v2 75 %, v3 25 %`,
      ),
    );
    expect(runs.alias(name, "prod")).toEqual({ versionId: "2", additionalVersionWeight: { "3": 0.25 } });
  });

  it("the command status forecasts the run of the newest commit, not of the commit in state", async () => {
    const { outs } = await restored();
    const alias = runs.emulator.store.functions.get(name)?.aliases.get("prod");
    if (alias === undefined) throw new Error("no alias");
    const { versionId, additionalVersionWeight, description } = alias;
    const { region, accountId } = runs.emulator;
    const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Release::api";
    const outputs = { ...outs, region, accountId, resourceUrn: urn };
    const stored = { urn, name: "api", outputs } as unknown as StoredRelease;
    const next = forecast(stored, { weight: 25 }, { versionId, additionalVersionWeight, description }, 0);
    expect(next).toMatchObject({ split: { "2": 75, "3": 25 }, warnings: [] });
  });
});
