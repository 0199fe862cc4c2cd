/** Pulumi's resource options work as Pulumi documents them, on the real engine. */
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, failure, workbench } from "../support/engine";

type Options = pulumi.CustomResourceOptions;
type Make = (name: string, args?: Partial<fc.FunctionArgs>, opts?: Options) => fc.Function;

let bench: Workbench;
let program: (make: Make) => void;

beforeAll(async () => {
  bench = await workbench((code) => {
    const least = { runtime: "nodejs20", handler: "index.handler", code };
    program((name, args, opts) => new fc.Function(name, { functionName: name, ...least, ...args }, opts));
    return Promise.resolve();
  });
});

afterAll(() => bench.close());

interface Run {
  /** Number of steps by kind, such as `create` or `update`. */
  readonly steps: Record<string, number>;
  /** Operations that changed something in the service. */
  readonly calls: string[];
  readonly stdout: string;
}

async function up(options: { replace?: string[] } = {}): Promise<Run> {
  const before = bench.emulator.mutations().length;
  const { summary, stdout } = await bench.stack.up(options);
  return { steps: changes(summary.resourceChanges), calls: bench.applied(before), stdout };
}

/** The operations on the function with this name, from a position in the record on. */
function callsOn(name: string, from: number): string[] {
  const mutations = bench.emulator.mutations().slice(from);
  const about = mutations.filter(({ path, body }) => `${path} ${JSON.stringify(body)}`.includes(name));
  return about.map(({ operation }) => operation);
}

const stored = (name: string) => bench.emulator.store.functions.get(name);

/** A function with a version and an alias. */
function released(make: Make, name: string, args: Partial<fc.FunctionArgs>, opts: Options = {}): void {
  const fn = make(name, args, opts);
  const version = new fc.Version(name, { function: fn });
  new fc.Alias(name, { function: fn, aliasName: "prod", versionId: version.versionId });
}

class Part extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Part", name);
  }
}

const changing = { ignored: 30, handler: "index.handler" };
/** If `later` is set, the resource `renamed` has another name, and the resource `moved` has another parent. */
const everything = (later: boolean) => (make: Make) => {
  const { ignored, handler } = changing;
  make("guarded", {}, { protect: true });
  make("kept", {}, { retainOnDelete: true });
  make("ignoring", { timeout: ignored, tags: { turn: "1" } }, { ignoreChanges: ["timeout"] });
  released(make, "anew", { handler }, { replaceOnChanges: ["handler"] });
  released(make, "first", { handler }, { deleteBeforeReplace: true, replaceOnChanges: ["handler"] });
  const opts = later ? { parent: new Part("part"), aliases: [{ parent: pulumi.rootStackResource }] } : {};
  make("moved", {}, opts);
  const name = later ? "new-name" : "old-name";
  const aliases = later ? { aliases: [{ name: "old-name" }] } : {};
  const renamed = make(name, { functionName: "renamed" }, aliases);
  const version = new fc.Version(name, { function: renamed }, aliases);
  new fc.Alias(name, { function: renamed, aliasName: "prod", versionId: version.versionId }, aliases);
};

it("transforms: a stack transform sets tags and memorySize of every function", async () => {
  program = (make) => {
    pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
      type === fc.Function.__pulumiType
        ? { props: { ...props, memorySize: 1024, tags: { ...(props["tags"] as object), team: "shop" } }, opts }
        : undefined,
    );
    everything(false)(make);
  };
  await up();
  expect(stored("ignoring")?.config["memorySize"]).toBe(1024);
  expect(stored("ignoring")?.tags).toContainEqual({ key: "team", value: "shop" });
  expect(stored("ignoring")?.tags).toContainEqual({ key: "turn", value: "1" });
  expect(stored("renamed")?.tags).toContainEqual({ key: "team", value: "shop" });
});

it("aliases: a new name and a new parent change nothing; ignoreChanges: an ignored property changes nothing", async () => {
  program = everything(false);
  await up();
  program = everything(true);
  changing.ignored = 60;
  const before = bench.emulator.mutations().length;
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({ create: 1 }); // the component itself
  expect((await up()).steps).toEqual({ create: 1 });
  expect(bench.applied(before)).toEqual([]);
  expect(stored("ignoring")?.config["timeout"]).toBe(30);
});

it("replaceOnChanges and deleteBeforeReplace: the old object and its dependants are deleted before the new one is created", async () => {
  changing.handler = "index.other";
  const before = bench.emulator.mutations().length;
  const { steps } = await up();
  expect(steps).toMatchObject({ replace: 6 });
  for (const name of ["anew", "first"]) {
    expect([...new Set(callsOn(name, before))]).toEqual([
      ...["DeleteAlias", "DeleteFunctionVersion", "DeleteFunction"],
      ...["CreateFunction", "PublishFunctionVersion", "CreateAlias"],
    ]);
    expect(stored(name)?.aliases.get("prod")).toMatchObject({ versionId: "1" });
  }
});

it("retainOnDelete: leaves the function; protect: refuses to delete it", async () => {
  program = (make) => make("guarded", {}, { protect: true });
  const before = bench.emulator.mutations().length;
  await up();
  expect(callsOn("kept", before)).toEqual([]);
  expect([...bench.emulator.store.functions.keys()].sort()).toEqual(["guarded", "kept"]);
  program = () => undefined;
  expect(await failure(bench.stack.up())).toContain("protected");
  expect(stored("guarded")).toBeDefined();
});

it("a forced replacement with the same name and adopt takes over all objects and deletes none of them", async () => {
  let adopt = {};
  program = (make) => {
    make("guarded", {}, { protect: true });
    released(make, "forced", adopt);
  };
  await up();
  const types = ["Function", "Version", "Alias"];
  const replace = types.map((type) => `urn:pulumi:test::canary::pulumi-nodejs:dynamic/alicloud-fc:${type}::forced`);
  expect(await failure(bench.stack.up({ replace }))).toContain("Its owner is this resource");
  adopt = { adopt: true };
  const { steps, calls, stdout } = await up({ replace });
  expect(steps).toMatchObject({ replace: 3 });
  expect(calls).toEqual([]);
  expect(stdout).toContain(":forced/prod is kept: its replacement has the same name and took it over");
  expect(stored("forced")?.aliases.get("prod")).toMatchObject({ versionId: "1" });
  expect([...(stored("forced")?.versions.keys() ?? [])]).toEqual(["1"]);
});

it("customTimeouts: the wait for a function that stays Pending ends after that time, and the next run completes the function", async () => {
  const start = Date.now();
  program = (make) => {
    make("guarded", {}, { protect: true });
    make("slow", {}, { customTimeouts: { create: "1500ms", update: "1s" } });
  };
  bench.emulator.options.pendingReads = 1_000;
  const message = await failure(bench.stack.up());
  bench.emulator.options.pendingReads = 0;
  expect(message).toContain("function slow did not become usable within 2 s: state Pending");
  expect(Date.now() - start).toBeLessThan(30_000);
  Object.assign(stored("slow") ?? {}, { unsettledReads: 0 });
  expect((await up()).steps).toEqual({ update: 1, delete: 3 });
});
