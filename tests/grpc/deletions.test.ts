/** What a deletion leaves, refuses and says. Tested with the provider process; the oracle is the state of the emulator. */
import type { Kind } from "../../provider/resources/tokens";
import { Runs, type Stored, caught } from "../support/runs";
import { opened } from "../support/wire";

let runs: Runs;

beforeAll(async () => {
  runs = await Runs.start();
});

afterAll(() => runs.stop());

afterEach(() => runs.emulator.store.customDomains.clear());

/** Deletes as a run does: the run reads the object first. */
async function remove(kind: Kind, state: Stored): Promise<void> {
  const { id, outs } = await runs.refresh(kind, state);
  await runs.provider.of(kind).delete(id, outs);
}

/** Replaces as a run does with the option deleteBeforeReplace: the check comes before the deletion. */
async function replace(kind: Kind, own: object, state: Stored): Promise<Stored> {
  const inputs = await runs.checked(kind, { ...own });
  await remove(kind, state);
  const { id, outs } = await runs.provider.of(kind).create(inputs);
  return { id, outs: opened(outs) };
}

function route(functionName: string, qualifier?: string): void {
  const routeConfig = { routes: [{ path: "/*", functionName, ...(qualifier === undefined ? {} : { qualifier }) }] };
  const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-01T00:00:00Z" };
  const config = { protocol: "HTTP", routeConfig };
  runs.emulator.store.customDomains.set("www.example.com", { domainName: "www.example.com", config, ...times });
}

const release = (functionName: string, version: number, more: object = {}) => ({
  ...{ functionName, aliasName: "prod", versionId: String(version), fingerprint: `f1:${version}abcdef0123`, ...more },
});

describe("an alias that a custom domain calls is not deleted", () => {
  it.each<[Kind, (name: string) => object]>([
    ["Alias", (functionName) => ({ functionName, aliasName: "prod", versionId: "1" })],
    ["Release", (functionName) => release(functionName, 1)],
  ])("%s", async (kind, own) => {
    const name = await runs.newFunction(1);
    const state = await runs.up(kind, { ...own(name) });
    route(name, "prod");
    const { message } = await caught(remove(kind, state));
    expect(message).toContain("cannot be deleted: custom domain www.example.com calls it. The alias was not deleted");
    expect(runs.alias(name, "prod")?.versionId).toBe("1");
    // Another function with the same name of an alias does not matter.
    route("other", "prod");
    await remove(kind, state);
    expect(runs.alias(name, "prod")).toBeUndefined();
  });
});

describe("a function", () => {
  const made = () =>
    runs.up("Function", {
      ...{ functionName: "own", runtime: "custom-container", handler: "h", customContainerConfig: { image: "r/x:1" } },
    });

  it.each([undefined, "LATEST", "prod"])("is not deleted while a custom domain has a route to it (%s)", async (to) => {
    const state = await made();
    route("own", to);
    const { message } = await caught(remove("Function", state));
    expect(message).toContain("function own cannot be deleted: custom domain www.example.com has a route to it");
    expect(runs.emulator.store.functions.has("own")).toBe(true);
    runs.emulator.store.customDomains.clear();
    await remove("Function", state);
    expect(runs.emulator.store.functions.has("own")).toBe(false);
  });

  it("is deleted with versions that no stack published, and a warning names them", async () => {
    const state = await made();
    await runs.api.publish("own");
    await remove("Function", state);
    expect(runs.emulator.store.functions.has("own")).toBe(false);
    await runs.said(/function own is deleted with versions that no stack published: version 1/);
  });
});

describe("a release with a rejected version", () => {
  async function rejected(): Promise<{ name: string; state: Stored }> {
    const name = await runs.newFunction(2);
    let state = await runs.up("Release", release(name, 1));
    state = await runs.up("Release", release(name, 2), state);
    state = await runs.up("Release", release(name, 2, { reject: "v2" }), state);
    expect(runs.alias(name, "prod")).toEqual({ versionId: "1", additionalVersionWeight: {} });
    return { name, state };
  }

  it("prints what is forgotten when it is deleted", async () => {
    await remove("Release", (await rejected()).state);
    await runs.said(/release prod [^\n]*is deleted, and with it what it remembers: v2 was rejected or lowered by hand/);
  });

  it("prints nothing about another release, which has no rejected version", async () => {
    const name = await runs.newFunction(1);
    await remove("Release", await runs.up("Release", release(name, 1)));
    const later = await rejected();
    await remove("Release", later.state);
    // The process prints in order: a warning about the first release would come before this one.
    await runs.said(new RegExp(`function ${later.name} [^\\n]*is deleted, and with it`));
    expect(runs.provider.errors()).not.toMatch(new RegExp(`function ${name} [^\\n]*is deleted, and with it`));
  });

  it("keeps the rejection when one run deletes and creates it (deleteBeforeReplace)", async () => {
    const { name, state } = await rejected();
    const { outs } = await replace("Release", release(name, 2), state);
    expect(runs.alias(name, "prod")).toEqual({ versionId: "1", additionalVersionWeight: {} });
    expect(outs).toMatchObject({ stable: "1", rejected: ["2"] });
  });

  it("starts anew in a later run of the same process", async () => {
    const { name, state } = await rejected();
    await remove("Release", state);
    const { outs } = await runs.up("Release", release(name, 2));
    expect(outs).toMatchObject({ stable: "2", rejected: [] });
  });

  it("starts anew if the run also replaces the function", async () => {
    const own = {
      ...{ functionName: "anew", runtime: "custom-container", handler: "h", customContainerConfig: { image: "r/x:1" } },
    };
    const publish = async (timeout: number) => {
      await runs.api.update("anew", { timeout });
      await runs.api.publish("anew");
    };
    const former = await runs.up("Function", own);
    await publish(7);
    const first = await runs.up("Release", release("anew", 1));
    const inputs = await runs.checked("Release", release("anew", 2));
    await remove("Release", first);
    await replace("Function", own, former);
    for (const timeout of [8, 9]) await publish(timeout);
    await runs.provider.of("Release").create(inputs);
    expect(runs.alias("anew", "prod")).toEqual({ versionId: "2", additionalVersionWeight: {} });
  });
});

it("an alias that one run deletes and creates keeps its split", async () => {
  const name = await runs.newFunction(2);
  const own = { functionName: name, aliasName: "prod", versionId: "1", canary: { versionId: "2", weight: 20 } };
  const state = await runs.up("Alias", own);
  const before = runs.alias(name, "prod");
  expect(before?.additionalVersionWeight).toEqual({ "2": 0.2 });
  await replace("Alias", own, state);
  expect(runs.alias(name, "prod")).toEqual(before);
});
