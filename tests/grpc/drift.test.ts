/**
 * Changes that somebody made outside of the program: a refresh finds them, and the next run undoes them or prints why it cannot.
 * Tested with the provider process. `tests/engine/drift.deep.ts` has these and more tests on the engine.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../emulator";
import { hashCode } from "../../provider/code";
import type { Kind } from "../../provider/resources/tokens";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type ProviderProcess, tokenAt } from "../support/providerProcess";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;

/** What `diff` answers when nothing changes; see `DiffResponse` of Pulumi's protocol. */
const DIFF_NONE = 1;

let emulator: Emulator;
let provider: ProviderProcess;
let folder: string;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, folder, close } = await startEmulatedProvider("grpc-drift"));
});

afterAll(() => close());

function live() {
  const entry = emulator.store.functions.get("api");
  if (entry === undefined) throw new Error("the function is gone");
  return entry;
}

function prod() {
  const alias = live().aliases.get("prod");
  if (alias === undefined) throw new Error("the alias is gone");
  return alias;
}

async function checked(kind: Kind, args: Props, olds: Props = {}): Promise<Props> {
  const { region, accountId } = emulator;
  const resourceUrn = `urn:pulumi:dev::shop::${tokenAt(kind)}::api`;
  const { inputs, failures } = await provider
    .of(kind)
    .check(olds, { region, accountId, functionName: "api", resourceUrn, ...args });
  expect(failures).toEqual([]);
  return opened(inputs);
}

async function made(kind: Kind, inputs: Props): Promise<{ id: string; state: Props }> {
  const { id, outs } = await provider.of(kind).create(inputs);
  return { id, state: opened(outs) };
}

/**
 * Makes a refresh and then a run of the same program. Returns whether `diff` finds a change before and after the refresh, and
 * the calls of the run that change something.
 */
async function restored(kind: Kind, id: string, state: Props, inputs: Props) {
  const calls = provider.of(kind);
  const before = (await calls.diff(id, state, inputs)).changes !== DIFF_NONE;
  const refreshed = opened((await calls.read(id, state)).props);
  const after = (await calls.diff(id, refreshed, inputs)).changes !== DIFF_NONE;
  const from = emulator.mutations().length;
  await calls.update(id, refreshed, inputs);
  const called = emulator.mutations().slice(from);
  return { before, after, called: called.map(({ operation }) => operation) };
}

function functionArgs(answer: string): Props {
  writeFileSync(join(folder, "src", "index.js"), `exports.handler = async () => ${JSON.stringify(answer)};\n`);
  return {
    runtime: "nodejs20",
    handler: "index.handler",
    code: { path: "./src", hash: hashCode("./src", folder) },
    timeout: 30,
    environmentVariables: { STAGE: "prod" },
  };
}

let functionInputs: Props;
let functionState: Props;

it("code and configuration that were changed by hand: a refresh finds the change, and one request undoes it", async () => {
  const first = await checked("Function", functionArgs("one"));
  const { id, state } = await made("Function", first);
  const { code, config } = structuredClone({ code: live().code, config: live().config });
  functionInputs = await checked("Function", functionArgs("two"), first);
  functionState = opened(await provider.of("Function").update(id, state, functionInputs));
  const wanted = structuredClone({ code: live().code, config: live().config });
  expect(wanted.code).not.toEqual(code);
  Object.assign(live(), { code, config: { ...config, timeout: 5, environmentVariables: { STAGE: "test" } } });
  expect(await restored("Function", id, functionState, functionInputs)).toEqual({
    ...{ before: false, after: true },
    called: ["UpdateFunction"],
  });
  expect(live().code?.checksum).toBe(wanted.code?.checksum);
  expect(live().config).toEqual(wanted.config);
});

describe("an alias", () => {
  const args = { aliasName: "prod", versionId: "1", canary: { versionId: "2", weight: 10 } };
  let id: string;
  let state: Props;
  let inputs: Props;

  beforeAll(async () => {
    const entry = live();
    const version = { ...structuredClone({ config: entry.config, code: entry.code }), description: "" };
    const now = "2026-01-01T00:00:00Z";
    const times = { createdTime: now, lastModifiedTime: now, functionModifiedTime: now };
    for (const versionId of ["1", "2"]) entry.versions.set(versionId, { ...version, ...times, versionId } as never);
    inputs = await checked("Alias", args);
    ({ id, state } = await made("Alias", inputs));
    expect(prod().additionalVersionWeight).toEqual({ "2": 0.1 });
  });

  it.each<[string, Record<string, number>]>([
    ["cleared", {}],
    ["raised", { "2": 0.73 }],
  ])("an alias whose canary was %s: a refresh finds it, and one request restores the canary", async (_how, weights) => {
    prod().additionalVersionWeight = weights;
    expect(await restored("Alias", id, state, inputs)).toEqual({
      ...{ before: false, after: true },
      called: ["UpdateAlias"],
    });
    expect(prod()).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.1 } });
  });

  it("an alias is not set to a version that was deleted by hand: the run names the version and changes nothing", async () => {
    live().versions.delete("2");
    const more = await checked("Alias", { ...args, canary: { versionId: "2", weight: 20 } }, inputs);
    await expect(provider.of("Alias").update(id, state, more)).rejects.toThrow(
      "version 2, its canary, does not exist, so nothing was changed",
    );
    expect(prod().additionalVersionWeight).toEqual({ "2": 0.1 });
  });
});
