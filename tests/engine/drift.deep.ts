/** Changes by hand: a refresh finds them, and the next run undoes them or explains why it cannot. */
import * as fc from "pulumi-alicloud-fc";
import { startEmulator } from "../../emulator";
import { type Workbench, changes, failure, workbench } from "../support/engine";

let bench: Workbench;
const settings = { weight: 10 as number | string };
let gets: () => Record<string, unknown>;

beforeAll(async () => {
  gets = () => ({});
  bench = await workbench((code) => {
    const fn = new fc.Function("api", {
      functionName: "api",
      runtime: "nodejs20",
      handler: "index.handler",
      code,
      timeout: 30,
      environmentVariables: { STAGE: "prod" },
    });
    const version = new fc.Version("api", { function: fn });
    const canary = { versionId: version.versionId, weight: settings.weight };
    const alias = new fc.Alias("prod", { function: fn, aliasName: "prod", canary });
    const beta = new fc.Alias("beta", { function: fn, aliasName: "beta", canary });
    return Promise.resolve({ split: alias.split, beta: beta.split, versionId: version.versionId, ...gets() });
  });
  await bench.stack.up();
  bench.write("two");
  await bench.stack.up();
});

afterAll(() => bench.close());

function live() {
  const entry = bench.emulator.store.functions.get("api");
  if (entry === undefined) throw new Error("the function is gone");
  return entry;
}

function aliasOf(name: string) {
  const alias = live().aliases.get(name);
  if (alias === undefined) throw new Error(`the alias ${name} is gone`);
  return alias;
}

const preview = async () => changes((await bench.stack.preview()).changeSummary);

async function up() {
  const from = bench.emulator.mutations().length;
  const { outputs } = await bench.stack.up();
  return { outputs, calls: bench.applied(from).sort() };
}

it("changes by hand of code, configuration, weight and canary are shown after a refresh and undone by the next run", async () => {
  const { code, config } = structuredClone({ code: live().code, config: live().config });
  const [one] = live().versions.values();
  Object.assign(live(), {
    code: one?.code,
    config: { ...config, timeout: 5, environmentVariables: { STAGE: "test" } },
  });
  aliasOf("prod").additionalVersionWeight = {};
  aliasOf("beta").additionalVersionWeight = { "2": 0.73 };
  expect(await preview()).toEqual({});
  expect(changes((await bench.stack.refresh()).summary.resourceChanges)).toEqual({ update: 3 });
  expect(await preview()).toEqual({ update: 3 });
  const { calls, outputs } = await up();
  expect(calls).toEqual(["UpdateAlias", "UpdateAlias", "UpdateFunction"]);
  expect(live().config).toEqual(config);
  expect(live().code?.checksum).toBe(code?.checksum);
  expect(outputs).toMatchObject({ split: { value: { "1": 90, "2": 10 } }, beta: { value: { "1": 90, "2": 10 } } });
  expect(await preview()).toEqual({});
});

it("get of each kind of resource returns the live object", async () => {
  gets = () => {
    const alias = fc.Alias.get("got", { functionName: "api", aliasName: "prod" });
    const version = fc.Version.get("got", { functionName: "api", versionId: "1" });
    const fn = fc.Function.get("got", { functionName: "api" });
    return { got: [alias.split, version.versionId, version.createdTime, fn.timeout, fn.functionArn] };
  };
  const { outputs, calls } = await up();
  const arn = `acs:fc:${bench.emulator.region}:${bench.emulator.accountId}:functions/api`;
  expect(outputs["got"]?.value).toEqual([{ "1": 90, "2": 10 }, "1", live().versions.get("1")?.createdTime, 30, arn]);
  expect(calls).toEqual([]);
});

it.each<[string, () => unknown]>([
  ["Alias", () => fc.Alias.get("got", { functionName: "api", aliasName: "other" })],
  ["Version", () => fc.Version.get("got", { functionName: "api", versionId: "99" })],
  ["Function", () => fc.Function.get("got", { functionName: "other" })],
])("get of a %s that does not exist fails", async (_kind, get) => {
  gets = () => {
    get();
    return {};
  };
  const message = await failure(bench.stack.preview());
  gets = () => ({});
  expect(message).toContain("does not exist");
});

it("with the keys of another account, refresh and destroy change neither state nor any object", async () => {
  await bench.stack.up();
  const { workspace } = bench.stack;
  const env = { ...workspace.envVars };
  const [state, cloud, from] = [await resources(), JSON.stringify(live().config), bench.emulator.mutations().length];
  const other = await startEmulator({});
  try {
    Object.assign(workspace.envVars, other.env);
    const messages = [await failure(bench.stack.refresh()), await failure(bench.stack.destroy())];
    for (const message of messages) expect(message).toContain(`belong to account ${other.accountId}`);
    expect(other.mutations()).toEqual([]);
  } finally {
    Object.assign(workspace.envVars, env);
    await other.close();
  }
  expect(await resources()).toEqual(state);
  expect(bench.applied(from)).toEqual([]);
  expect(JSON.stringify(live().config)).toBe(cloud);
});

/** URN, id, inputs and outputs of each resource in state. */
async function resources(): Promise<unknown[]> {
  const exported: { deployment: unknown } = await bench.stack.exportStack();
  const { resources: all } = exported.deployment as { resources: Record<string, unknown>[] };
  return all.map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }));
}

describe("a version deleted by hand", () => {
  it("is not set on an alias: the run fails and names the version", async () => {
    live().versions.delete("2");
    settings.weight = 20;
    const message = await failure(bench.stack.up());
    expect(message).toContain(
      "alias prod of function api (prod): version 2, its canary, does not exist, so nothing was",
    );
    expect(message).toContain("pulumi up --refresh");
    expect(aliasOf("prod").additionalVersionWeight).toEqual({ "2": 0.1 });
  });

  it("is removed from state by a refresh; if the service refuses to publish the same content again, the error explains this", async () => {
    expect(changes((await bench.stack.refresh()).summary.resourceChanges)).toMatchObject({ delete: 1 });
    const message = await failure(bench.stack.up());
    expect(message).toContain(
      "refuses to publish it again, but none of the latest 10 versions holds it: it was deleted",
    );
    expect(aliasOf("prod")).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.1 } });
  });

  it("is published again if the service allows it, and the aliases get the new version", async () => {
    bench.emulator.options.publishGuard = "off";
    const { outputs, calls } = await up();
    bench.emulator.options.publishGuard = "content";
    expect(calls).toEqual(["PublishFunctionVersion", "UpdateAlias", "UpdateAlias"]);
    expect(outputs).toMatchObject({ versionId: { value: "3" }, split: { value: { "1": 80, "3": 20 } } });
  });

  it("is replaced in state by another version with the same content, if there is one", async () => {
    bench.write("one");
    await up(); // the aliases use version 1 again
    live().versions.delete("3");
    bench.write("two");
    bench.emulator.options.publishGuard = "off";
    await up(); // publishes version 4
    const twin = live().versions.get("4");
    if (twin === undefined) throw new Error("not published");
    live().versions.set("5", { ...twin, versionId: "5" });
    live().versions.delete("4");
    bench.emulator.options.publishGuard = "content";
    await bench.stack.refresh();
    const { outputs, calls } = await up();
    expect(calls).toEqual(["UpdateAlias", "UpdateAlias"]);
    expect(outputs).toMatchObject({ versionId: { value: "5" }, split: { value: { "1": 80, "5": 20 } } });
  });

  it("as main version of an alias: the run names the deleted version, and the alias gets the version of the program", async () => {
    live().versions.delete("1");
    settings.weight = 30;
    const message = await failure(bench.stack.up());
    expect(message).toContain("version 1, its main version, does not exist, so nothing was changed");
    expect(aliasOf("prod").versionId).toBe("1");
    settings.weight = 100;
    expect((await up()).outputs["split"]?.value).toEqual({ "5": 100 });
  });
});
