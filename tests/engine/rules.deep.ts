/** Each rule of docs/releases.md, once on the real engine. Two releases in one stack do not affect each other. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, failure, workbench } from "../support/engine";

let bench: Workbench;
let alone = false;

beforeAll(async () => {
  bench = await workbench((source) => {
    const release = (name: string, code: string) =>
      new fc.CanaryRelease(name, {
        function: { functionName: name, runtime: "nodejs20", handler: "index.handler", code },
        aliasName: "prod",
        ...fc.releaseConfig(name),
      });
    const api = release("api", source);
    // An inline program runs in the process of the test. If the refusal of one component ends the engine, the other
    // component rejects a promise in this process. So tests of refusals use one component alone.
    if (alone) return Promise.resolve({ split: api.split });
    const still = release("still", "./examples/canary-release/src");
    return Promise.resolve({ split: api.split, still: still.split });
  });
});

afterAll(() => bench.close());

let rev = 100;

interface Ran {
  readonly split: unknown;
  /** The output of the run. */
  readonly stdout: string;
  /** The output of the preview before the run. */
  readonly preview: string;
}

/** Runs a preview and an `up` with exactly these keys in config. The code returns the given text. Throws if the run is refused. */
async function run(code: string, keys: Record<string, string> = {}): Promise<Ran> {
  await configure(code, keys);
  const preview = await bench.stack.preview();
  const { outputs, stdout } = await bench.stack.up();
  expect(outputs["still"]?.value).toEqual({ "1": 100 });
  return { split: outputs["split"]?.value, stdout, preview: preview.stdout };
}

/** The reason why a run or its preview is refused, with exactly these keys in config. */
async function refused(
  code: string,
  keys: Record<string, string>,
  operation: "up" | "preview" = "up",
): Promise<string> {
  await configure(code, keys);
  alone = true;
  const reason = await failure(bench.stack[operation]());
  alone = false;
  return reason;
}

const KEYS = ["weight", "strategy", "hold", "reject", "retry"];

async function configure(code: string, keys: Record<string, string>): Promise<void> {
  bench.write(code);
  rev += 1;
  const all: Record<string, string> = { rev: String(rev), ...keys };
  await bench.stack.setAllConfig(
    Object.fromEntries(Object.entries(all).map(([key, value]) => [`api:${key}`, { value }])),
  );
  const stored = Object.keys(await bench.stack.getAllConfig());
  const gone = KEYS.map((key) => `api:${key}`).filter((key) => stored.includes(key) && !(key.slice(4) in all));
  if (gone.length > 0) await bench.stack.removeAllConfig(gone);
}

function alias() {
  const found = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (found === undefined) throw new Error("the alias is gone");
  return found;
}

it("B: the first version of a release gets all traffic, and the preview announces it before the version is published", async () => {
  const { split, preview } = await run("one", { weight: "5" });
  expect(split).toEqual({ "1": 100 });
  expect(preview).toContain("api: first release, the new version (r1) gets all traffic");
});

it("H: new content starts at the first step, and three candidates in a row are mentioned", async () => {
  const second = await run("two", { weight: "100" });
  expect(second.split).toEqual({ "1": 95, "2": 5 });
  expect(second.preview).toContain("api: v1 100→95 %, the new version (r2) 0→5 % (step 1/4)");
  expect(second.stdout).toContain("To give it 100 %, set weight: v2=100");
  expect((await run("three")).split).toEqual({ "1": 95, "3": 5 });
  const { split, stdout } = await run("four");
  expect(split).toEqual({ "1": 95, "4": 5 });
  expect(stdout).toContain("each new version replaces the candidate before it");
});

it("I: the candidate gets the share of the weight; the weight that was in config before it came means its first share", async () => {
  expect((await run("four", { weight: "25" })).split).toEqual({ "1": 75, "4": 25 });
  expect((await run("four")).split).toEqual({ "1": 95, "4": 5 });
  expect((await run("four", { weight: "v3=50" })).split).toEqual({ "1": 95, "4": 5 });
  expect((await run("four", { weight: "v4=25" })).split).toEqual({ "1": 75, "4": 25 });
});

it("K: with hold no share rises, and new content waits", async () => {
  expect((await run("four", { weight: "50", hold: "true" })).split).toEqual({ "1": 75, "4": 25 });
  const { split, stdout } = await run("five", { hold: "true" });
  expect(split).toEqual({ "1": 75, "4": 25 });
  const printed = stdout.slice(stdout.indexOf("Diagnostics:")).split("hold: v5 waits");
  expect(printed).toHaveLength(2);
});

it("D: a rejected candidate gets no traffic, also after the key is removed", async () => {
  expect((await run("five", { weight: "r5=30" })).split).toEqual({ "1": 70, "5": 30 });
  expect((await run("five", { reject: "5" })).split).toEqual({ "1": 100 });
  const { split, stdout } = await run("five", { weight: "40" });
  expect(split).toEqual({ "1": 100 });
  expect(stdout).toContain("v5 is rejected and gets no traffic; retry: v5 lifts the rejection");
});

it("E: a retry lifts the rejection while the key is in config", async () => {
  expect((await run("five", { weight: "20", retry: "v5" })).split).toEqual({ "1": 80, "5": 20 });
  expect((await run("five", { weight: "20" })).split).toEqual({ "1": 100 });
});

it("I and J: weight 100 promotes the candidate, and the earlier weight takes the promotion back", async () => {
  expect((await run("five", { weight: "20", retry: "v5" })).split).toEqual({ "1": 80, "5": 20 });
  expect((await run("five", { weight: "100", retry: "v5" })).split).toEqual({ "5": 100 });
  const { split, stdout } = await run("five", { weight: "20", retry: "v5" });
  expect(split).toEqual({ "1": 80, "5": 20 });
  expect(stdout).toContain("the promotion is taken back");
  expect((await run("five", { weight: "100", retry: "v5" })).split).toEqual({ "5": 100 });
});

it("G: the content of the former stable version gets all traffic at once", async () => {
  const { split, stdout, preview } = await run("one", { weight: "100" });
  expect(split).toEqual({ "1": 100 });
  expect(stdout).toContain("v1 was the stable version before: all traffic goes back to it at once. v5 gets no traffic");
  expect(preview).toContain("api: v5 100→0 %, v1 0→100 % (if v1 still exists)");
});

it("F: if the program deploys the stable content again, the candidate is dropped", async () => {
  expect((await run("five")).split).toEqual({ "1": 95, "5": 5 });
  expect((await run("one")).split).toEqual({ "1": 100 });
});

it("D: if the stable version is rejected, the former stable version gets its traffic", async () => {
  expect((await run("five", { strategy: "direct" })).split).toEqual({ "5": 100 });
  const { split, stdout } = await run("five", { reject: "v5" });
  expect(split).toEqual({ "1": 100 });
  expect(stdout).toContain("v5 is rejected: back to v1");
});

it("D: a rejected stable version keeps its traffic if there is no former stable version, until a candidate is promoted", async () => {
  const { split, stdout } = await run("six", { reject: "v1" });
  expect(split).toEqual({ "1": 95, "6": 5 });
  expect(stdout).toContain("v1 is rejected, but there is no earlier stable version");
  expect((await run("six", { weight: "100" })).split).toEqual({ "6": 100 });
});

it("C1: a share lowered by hand stays low until a retry", async () => {
  expect((await run("seven", { weight: "r11=50" })).split).toEqual({ "6": 50, "7": 50 });
  alias().additionalVersionWeight = { "7": 0.03 };
  await bench.stack.refresh();
  const { split, stdout } = await run("seven", { weight: "60" });
  expect(split).toEqual({ "6": 97, "7": 3 });
  expect(stdout).toContain("v7 was lowered to 3 % by hand and stays there; retry: v7 ends this");
  expect((await run("seven", { weight: "70", retry: "v7" })).split).toEqual({ "6": 30, "7": 70 });
});

it("C3: a promotion by hand counts", async () => {
  Object.assign(alias(), { versionId: "7", additionalVersionWeight: {} });
  await bench.stack.refresh();
  const { split, stdout } = await run("seven", { weight: "70" });
  expect(split).toEqual({ "7": 100 });
  expect(stdout).toContain("v7 was made the main version by hand: it is now the stable version");
});

it("C3: a main version that was set by hand becomes the stable version", async () => {
  Object.assign(alias(), { versionId: "6", additionalVersionWeight: {} });
  await bench.stack.refresh();
  const { split, stdout } = await run("seven", { weight: "70" });
  expect(split).toEqual({ "6": 100 });
  expect(stdout).toContain("version 6 was made the main version by hand: it is now the stable version");
});

it("C5: a deleted alias is created again with the stable version", async () => {
  bench.emulator.store.functions.get("api")?.aliases.delete("prod");
  await bench.stack.refresh();
  const { split, stdout } = await run("seven");
  expect(split).toEqual({ "6": 100 });
  expect(stdout).toContain("the alias was deleted: it is created again with all traffic on v6");
});

it("A: a run of an older commit moves no traffic", async () => {
  const from = bench.emulator.mutations().length;
  expect(await refused("eight", { rev: "1" })).toContain("this run is of an older commit (rev 1)");
  expect(bench.applied(from)).not.toContain("UpdateAlias");
});

it("a wrong value in config is refused before any call, with key and value in the message", async () => {
  const from = bench.emulator.mutations().length;
  const reason = await refused("eight", { weight: "1.75%" }, "preview");
  expect(reason).toContain('weight: a weight has at most one decimal: got "1.75%"');
  expect(bench.applied(from)).toEqual([]);
});
