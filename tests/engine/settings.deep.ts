/** The sources of region and account, and messages during a run. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, failure, workbench } from "../support/engine";

let bench: Workbench;

beforeAll(async () => {
  // The environment has neither region nor account. The region comes from config, and the account from the service.
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

it("without a region the error names every way to set one", async () => {
  const message = await failure(bench.stack.preview());
  expect(message).toContain("region: required; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION");
});

it("without an account id the account is that of the credentials, found by a call to STS", async () => {
  await bench.stack.setConfig("alicloud:region", { value: "cn-hangzhou" });
  const { outputs } = await bench.stack.up();
  expect(outputs["arn"]?.value).toBe(`acs:fc:cn-hangzhou:${bench.emulator.accountId}:functions/api`);
});

it("waits for a function that the service is still changing, and prints this", async () => {
  bench.write("two");
  bench.emulator.options.pendingReads = 2;
  const { stdout } = await bench.stack.up();
  bench.emulator.options.pendingReads = 0;
  expect(stdout).toContain("waiting for function api");
});

it("does not delete a function and a version that an alias of another owner needs, and names the alias", async () => {
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
  expect(said).toContain("function api cannot be deleted: alias theirs (without an owner) would be deleted too");
  expect(bench.emulator.store.functions.get("api")?.versions.has("1")).toBe(true);
});
