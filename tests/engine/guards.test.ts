/** What the engine must be told so that nothing happens by accident: previews, refusals, killed runs. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "pulumi-alicloud-fc";
import { type Emulator, startEmulator } from "../../emulator";
import { type TestStack, changes, testStack } from "../support/engine";

let emulator: Emulator;
let folder: string;
let test: TestStack;
const environment = { ...process.env };

const settings = {
  tags: {} as Record<string, string>,
  description: undefined as string | undefined,
  ignoreCode: false,
  runtime: "nodejs20",
};

function program(): Promise<void> {
  const { tags, description, ignoreCode, runtime } = settings;
  const common = { handler: "index.handler", code: join(folder, "src") };
  const fn = new fc.Function(
    "api",
    { functionName: "api", runtime, tags, ...common },
    ignoreCode ? { ignoreChanges: ["code"] } : {},
  );
  const version = new fc.Version("api", { function: fn, ...(description === undefined ? {} : { description }) });
  new fc.Alias("api", { function: fn, aliasName: "prod", canary: { versionId: version.versionId, weight: 0 } });
  // Stands for whatever is made anew when the function's ARN changes, such as a bucket notification.
  new fc.Function(
    "downstream",
    { functionName: "downstream", runtime: "nodejs20", environmentVariables: { ARN: fn.functionArn }, ...common },
    { replaceOnChanges: ["environmentVariables"] },
  );
  return Promise.resolve();
}

beforeAll(async () => {
  emulator = await startEmulator({});
  Object.assign(process.env, emulator.env);
  folder = mkdtempSync(join(tmpdir(), "guards-"));
  mkdirSync(join(folder, "src"));
  write("one");
  test = await testStack(emulator, program);
});

afterAll(async () => {
  process.env = environment;
  test.remove();
  rmSync(folder, { recursive: true });
  await emulator.close();
});

function write(code: string): void {
  writeFileSync(join(folder, "src", "index.js"), `exports.handler = async () => ${JSON.stringify(code)};\n`);
}

const preview = async () => changes((await test.stack.preview()).changeSummary);

const failure = (operation: Promise<unknown>): Promise<string> =>
  operation.then(
    () => "",
    (error: unknown) => String(error),
  );

/** The engine's own process: a child of this one that runs the engine's binary. */
function killEngine(): void {
  const engine = join(process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"] ?? "", "bin", "pulumi");
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  for (const line of stdout.split("\n")) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) === process.pid && args?.startsWith(`${engine} up`)) process.kill(Number(pid), "SIGKILL");
  }
}

it("takes over what a killed run had made", async () => {
  emulator.faults.add({ operation: "CreateAlias", action: { kind: "before", run: killEngine } });
  expect(await failure(test.stack.up())).not.toBe("");
  await test.stack.cancel();
  await test.stack.up();
  const created = emulator.mutations().map(({ operation }) => operation);
  expect(created.filter((operation) => operation === "PublishFunctionVersion")).toHaveLength(1);
  expect(created.filter((operation) => operation === "CreateAlias")).toHaveLength(1);
  expect(created.filter((operation) => operation === "CreateFunction")).toHaveLength(2);
  expect(await preview()).toEqual({});
});

it("shows one changed resource for a tag, though another one is replaced when the ARN changes", async () => {
  settings.tags = { team: "shop" };
  expect(await preview()).toEqual({ update: 1 });
  settings.tags = {};
});

it("refuses in the preview a version that could only be empty, and names the version that holds the content", async () => {
  settings.description = "spring";
  const message = await failure(test.stack.preview());
  expect(message).toContain("version api of function api: only the description changed");
  expect(message).toContain("version 1 already holds this code and configuration");
  expect(message).toContain("pulumi up --target");
  settings.description = undefined;
});

it("refuses to replace a function under its name without being told so", async () => {
  settings.runtime = "custom.debian12";
  const message = await failure(test.stack.preview());
  expect(message).toContain("runtime: nodejs20 cannot become custom.debian12 in place");
  expect(message).toContain("replaceFunction: true");
  settings.runtime = "nodejs20";
});

it("ships no code under ignoreChanges", async () => {
  write("two");
  settings.ignoreCode = true;
  const before = emulator.mutations().length;
  await test.stack.up();
  // The other function has no such option.
  expect(
    emulator
      .mutations()
      .slice(before)
      .map(({ path }) => path),
  ).toEqual(["/2023-03-30/functions/downstream"]);
  settings.ignoreCode = false;
});

it("names the property and the path of code that cannot be read, before any request", async () => {
  rmSync(join(folder, "src"), { recursive: true });
  const before = emulator.requests.length;
  expect(await failure(test.stack.preview())).toMatch(/code.*src/s);
  expect(emulator.requests.length).toBe(before);
});
