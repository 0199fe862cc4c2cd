/** Where a program's settings come from, and what the user is told along the way. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, failure, workbench } from "../support/engine";

let bench: Workbench;

beforeAll(async () => {
  // Neither region nor account in the environment: config names the one, the service knows the other.
  bench = await workbench(
    (source) => {
      const fn = new fc.Function("api", {
        functionName: "api",
        runtime: "nodejs20",
        handler: "index.handler",
        code: source,
      });
      const version = new fc.Version("api", { function: fn });
      return Promise.resolve({ arn: fn.functionArn, versionId: version.versionId });
    },
    ["ALIBABA_CLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_REGION"],
  );
});

afterAll(() => bench.close());

it("names every way to set the region when there is none", async () => {
  const message = await failure(bench.stack.preview());
  expect(message).toContain("region: required; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION");
});

it("asks the service whose the credentials are when no account is set", async () => {
  await bench.stack.setConfig("alicloud:region", { value: "cn-hangzhou" });
  const { outputs } = await bench.stack.up();
  expect(outputs["arn"]?.value).toBe(`acs:fc:cn-hangzhou:${bench.emulator.accountId}:functions/api`);
});

it("waits for a function that is still being changed, and says so", async () => {
  bench.write("two");
  bench.emulator.options.pendingReads = 2;
  const { stdout } = await bench.stack.up();
  bench.emulator.options.pendingReads = 0;
  expect(stdout).toContain("waiting for function api");
});

it("keeps function and version that an alias made by hand stands on, and says which alias", async () => {
  const fn = bench.emulator.store.functions.get("api");
  const now = new Date().toISOString();
  fn?.aliases.set("theirs", {
    aliasName: "theirs",
    versionId: "1",
    description: "",
    additionalVersionWeight: {},
    createdTime: now,
    lastModifiedTime: now,
  });
  const said = await failure(bench.stack.destroy());
  expect(said).toContain("version 1 of function api is not deleted now: alias theirs points to it");
  expect(said).toContain("function api cannot be deleted: alias theirs (without an owner) would go with it");
  expect(bench.emulator.store.functions.get("api")?.versions.has("1")).toBe(true);
});
