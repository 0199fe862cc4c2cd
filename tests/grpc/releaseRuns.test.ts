/**
 * Runs of a release, through the provider process: what a run prints and writes, and runs whose alias is in an unusual
 * condition.
 */
import { tokenAt } from "../support/providerProcess";
import { Runs, caught } from "../support/runs";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;

let runs: Runs;
let name: string;

beforeAll(async () => {
  runs = await Runs.start();
});

afterAll(() => runs.stop());

beforeEach(async () => {
  name = await runs.newFunction(3);
});

afterEach(() => runs.emulator.faults.clear());

const release = (version: number, more: Props = {}): Props => ({
  ...{ functionName: name, aliasName: "prod", versionId: String(version), fingerprint: `f1:${version}abcdef0123` },
  ...more,
});
const prod = () => runs.emulator.store.functions.get(name)?.aliases.get("prod");

it("a run prints one sentence if it moves traffic, and none if it does not", async () => {
  const first = await runs.up("Release", release(1));
  const second = await runs.up("Release", release(1, { description: "of the shop" }), first);
  const third = await runs.up("Release", release(2), second);
  await runs.up("Release", release(2, { weight: 25 }), third);
  // The lines of earlier runs are printed before that of the last run.
  await runs.said(new RegExp(`${name}: v1 95→75 %`));
  const lines = runs.provider.errors().split("\n");
  expect(lines.filter((line) => /→|undefined/.test(line))).toEqual([
    `info: ${name}: v1 0→100 %`,
    `info: ${name}: v1 100→95 %, v2 0→5 % (step 1/4)`,
    `info: ${name}: v1 95→75 %, v2 5→25 % (step 2/4)`,
  ]);
});

it("a new description is written, although no traffic moves; the same description is not written again", async () => {
  const first = await runs.up("Release", release(1));
  const own = release(1, { description: "of the shop" });
  const since = runs.emulator.requests.length;
  const second = await runs.up("Release", own, first);
  expect(prod()?.description).toMatch(/^of the shop \[fcp:[0-9a-f]{12}/);
  await runs.up("Release", own, second);
  expect(runs.requests("UpdateAlias", since)).toBe(1);
});

it("a plain alias in state becomes a release, and keeps its split", async () => {
  const alias = { functionName: name, aliasName: "prod", versionId: "1", canary: { versionId: "2", weight: 10 } };
  const plain = await runs.up("Alias", alias);
  const calls = runs.provider.of("Release");
  const { region, accountId } = runs.emulator;
  const resourceUrn = `urn:pulumi:dev::shop::${tokenAt("Release")}::api`;
  // `check` keeps the owner in state, which was made from the URN of the alias.
  const { inputs } = await calls.check(plain.outs, { region, accountId, resourceUrn, ...release(2) });
  const outs = opened(await calls.update(plain.id, plain.outs, opened(inputs)));
  expect(runs.alias(name, "prod")).toEqual({ versionId: "1", additionalVersionWeight: { "2": 0.1 } });
  expect(outs).toMatchObject({ stable: "1", candidate: "2", split: { "1": 90, "2": 10 } });
});

it("the function was deleted by hand: the error names the missing version", async () => {
  const state = await runs.up("Release", release(1));
  runs.emulator.store.functions.delete(name);
  const { message } = await caught(runs.up("Release", release(1), state));
  expect(message).toContain(`alias prod of function ${name} (api): version 1, its main version, does not exist`);
});

it("a change by hand that clears the description while the run writes is compared with the share that the run wrote", async () => {
  const first = await runs.up("Release", release(1));
  const state = await runs.up("Release", release(2, { weight: 5 }), first);
  runs.emulator.faults.add({ operation: "UpdateAlias", action: { kind: "applyThenReset" } });
  const byHand = () => {
    runs.byHand(name, "prod", { "2": 0.3 });
    Object.assign(prod() ?? {}, { description: "" });
  };
  runs.emulator.faults.add({ operation: "GetAlias", nth: 2, action: { kind: "before", run: byHand } });
  // 30 % is more than the 5 % in state, and less than the 50 % that the run wrote: it is a lowering.
  const second = await runs.up("Release", release(2, { weight: 50 }), state);
  expect(second.outs).toMatchObject({ split: { "1": 70, "2": 30 } });
  await runs.up("Release", release(2, { weight: 50 }), second);
  expect(runs.alias(name, "prod")).toEqual({ versionId: "1", additionalVersionWeight: { "2": 0.3 } });
});
