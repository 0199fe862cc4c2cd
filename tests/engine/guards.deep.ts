/** Protection against accidents: previews, refusals and killed runs. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, failure, workbench } from "../support/engine";

let bench: Workbench;

const settings = {
  tags: {} as Record<string, string>,
  description: undefined as string | undefined,
  ignoreCode: false,
  runtime: "nodejs20",
};

function program(source: string): Promise<void> {
  const { tags, description, ignoreCode, runtime } = settings;
  const common = { handler: "index.handler", code: source };
  const fn = new fc.Function(
    "api",
    { functionName: "api", runtime, tags, ...common },
    ignoreCode ? { ignoreChanges: ["code"] } : {},
  );
  const version = new fc.Version("api", { function: fn, ...(description === undefined ? {} : { description }) });
  new fc.Alias("api", { function: fn, aliasName: "prod", canary: { versionId: version.versionId, weight: 0 } });
  // This function depends on the ARN of the other one, as a bucket notification does.
  new fc.Function(
    "downstream",
    { functionName: "downstream", runtime: "nodejs20", environmentVariables: { ARN: fn.functionArn }, ...common },
    { replaceOnChanges: ["environmentVariables"] },
  );
  return Promise.resolve();
}

beforeAll(async () => {
  bench = await workbench(program);
});

afterAll(() => bench.close());

const preview = async () => changes((await bench.stack.preview()).changeSummary);

/** Kills the process of the engine, which is a child of this process. */
function killEngine(): void {
  const engine = join(process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"] ?? "", "bin", "pulumi");
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  for (const line of stdout.split("\n")) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) === process.pid && args?.startsWith(`${engine} up`)) process.kill(Number(pid), "SIGKILL");
  }
}

it("takes over the objects that a killed run created", async () => {
  bench.emulator.faults.add({ operation: "CreateAlias", action: { kind: "before", run: killEngine } });
  expect(await failure(bench.stack.up())).not.toBe("");
  await bench.stack.cancel();
  await bench.stack.up();
  const created = bench.emulator.mutations().map(({ operation }) => operation);
  expect(created.filter((operation) => operation === "PublishFunctionVersion")).toHaveLength(1);
  expect(created.filter((operation) => operation === "CreateAlias")).toHaveLength(1);
  expect(created.filter((operation) => operation === "CreateFunction")).toHaveLength(2);
  expect(await preview()).toEqual({});
});

it("a change of a tag shows one changed resource, also if another resource depends on the ARN", async () => {
  settings.tags = { team: "shop" };
  expect(await preview()).toEqual({ update: 1 });
  settings.tags = {};
});

it("the preview refuses a publish without a change, and names the version that has the content", async () => {
  settings.description = "spring";
  const message = await failure(bench.stack.preview());
  expect(message).toContain("version api of function api: only the description changed");
  expect(message).toContain("version 1 already holds this code and configuration");
  expect(message).toContain("pulumi up --target");
  settings.description = undefined;
});

it("refuses to replace a function without replaceFunction: true", async () => {
  settings.runtime = "custom.debian12";
  const message = await failure(bench.stack.preview());
  expect(message).toContain("runtime: nodejs20 cannot become custom.debian12 in place");
  expect(message).toContain("replaceFunction: true");
  settings.runtime = "nodejs20";
});

it("uploads no code that ignoreChanges ignores", async () => {
  bench.write("two");
  settings.ignoreCode = true;
  const before = bench.emulator.mutations().length;
  await bench.stack.up();
  // The other function has no ignoreChanges, so its code is uploaded.
  expect(
    bench.emulator
      .mutations()
      .slice(before)
      .map(({ path }) => path),
  ).toEqual(["/2023-03-30/functions/downstream"]);
  settings.ignoreCode = false;
});

it("names property and path of code that cannot be read, and sends no request", async () => {
  rmSync(bench.source, { recursive: true });
  const before = bench.emulator.requests.length;
  expect(await failure(bench.stack.preview())).toMatch(/code.*src/s);
  expect(bench.emulator.requests.length).toBe(before);
});
