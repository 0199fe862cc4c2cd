/** Where a program's settings come from, and what the user is told along the way. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "pulumi-alicloud-fc";
import { type Emulator, startEmulator } from "../../emulator";
import { type TestStack, testStack } from "../support/engine";

let emulator: Emulator;
let folder: string;
let test: TestStack;
const environment = { ...process.env };

beforeAll(async () => {
  emulator = await startEmulator({});
  // Neither region nor account in the environment: config names the one, the service knows the other.
  const { ALIBABA_CLOUD_ACCOUNT_ID: _account, ALIBABA_CLOUD_REGION: _region, ...rest } = emulator.env;
  Object.assign(process.env, rest);
  folder = mkdtempSync(join(tmpdir(), "settings-"));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src", "index.js"), "exports.handler = async () => 1;\n");
  test = await testStack({ ...emulator, env: rest } as unknown as Emulator, () => {
    const fn = new fc.Function("api", {
      functionName: "api",
      runtime: "nodejs20",
      handler: "index.handler",
      code: join(folder, "src"),
    });
    const version = new fc.Version("api", { function: fn });
    return Promise.resolve({ arn: fn.functionArn, versionId: version.versionId });
  });
});

afterAll(async () => {
  process.env = environment;
  test.remove();
  rmSync(folder, { recursive: true });
  await emulator.close();
});

const failure = (operation: Promise<unknown>): Promise<string> =>
  operation.then(
    () => "",
    (error: unknown) => String(error),
  );

it("names every way to set the region when there is none", async () => {
  const message = await failure(test.stack.preview());
  expect(message).toContain("region: required; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION");
});

it("asks the service whose the credentials are when no account is set", async () => {
  await test.stack.setConfig("alicloud:region", { value: "cn-hangzhou" });
  const { outputs } = await test.stack.up();
  expect(outputs["arn"]?.value).toBe(`acs:fc:cn-hangzhou:${emulator.accountId}:functions/api`);
});

it("waits for a function that is still being changed, and says so", async () => {
  writeFileSync(join(folder, "src", "index.js"), "exports.handler = async () => 2;\n");
  emulator.options.pendingReads = 2;
  const { stdout } = await test.stack.up();
  emulator.options.pendingReads = 0;
  expect(stdout).toContain("waiting for function api");
});

it("keeps a version that a foreign alias names on destroy, and says which alias", async () => {
  const fn = emulator.store.functions.get("api");
  const now = new Date().toISOString();
  fn?.aliases.set("theirs", {
    aliasName: "theirs",
    versionId: "1",
    description: "",
    additionalVersionWeight: {},
    createdTime: now,
    lastModifiedTime: now,
  });
  const { stdout } = await test.stack.destroy();
  expect(stdout).toContain("version 1 of function api is kept: alias theirs points to it");
});
