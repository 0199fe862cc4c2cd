/** Region, account and service of an object, through the provider process. Two emulators are two accounts. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { profileOptions } from "../support/profile";
import { hashCode } from "../../provider/code";
import type { Kind } from "../../provider/resources/tokens";
import { Deployed } from "../support/deployed";
import { FOREIGN_ENDPOINTS, REAL } from "../support/foreignEndpoints";
import { type ProviderProcess, linkedFolder, startProvider, tokenAt } from "../support/providerProcess";

let ours: Emulator;
let theirs: Emulator;
let provider: ProviderProcess;
let foreign: ProviderProcess;
let folder: string;

beforeAll(async () => {
  [ours, theirs] = [await startEmulator(profileOptions()), await startEmulator(profileOptions())];
  folder = linkedFolder("place");
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src", "index.js"), "exports.handler = async () => 1;\n");
  provider = await startProvider(folder, { ...process.env, ...ours.env });
  foreign = await startProvider(folder, { ...process.env, ...theirs.env });
});

beforeEach(() => {
  ours.store.functions.clear();
  theirs.store.functions.clear();
});

afterAll(async () => {
  foreign.close();
  provider.close();
  rmSync(folder, { recursive: true });
  await Promise.all([ours.close(), theirs.close()]);
});

const args = (): Record<Kind, object> => ({
  Function: {
    ...{ functionName: "api", runtime: "nodejs20", handler: "index.handler" },
    code: { path: "./src", hash: hashCode("./src", folder) },
  },
  Version: { functionName: "api", fingerprint: "f1:a" },
  Alias: { functionName: "api", aliasName: "prod", versionId: "1" },
  Release: { functionName: "api", aliasName: "live", versionId: "1", fingerprint: "f1:a" },
  HttpTrigger: { functionName: "api", triggerName: "http", qualifier: "prod" },
});
const changed: Record<Kind, object> = {
  Function: { timeout: 9 },
  Version: { fingerprint: "f1:b" },
  Alias: { description: "changed" },
  Release: { description: "changed" },
  HttpTrigger: { description: "changed" },
};
const KINDS = Object.keys(changed) as Kind[];

const caught = (run: Promise<unknown>) =>
  run.then(
    () => "it did not fail",
    (error: unknown) => String(error),
  );

/** Deploys all resources in our account. Returns the resource of a kind, as a process with other keys has it. */
async function deploy(kind: Kind): Promise<Deployed> {
  const home = { region: ours.region, accountId: ours.accountId };
  const all = KINDS.map((each) => [each, new Deployed(provider, each, home)] as const);
  for (const [each, resource] of all) await resource.up({ ...args()[each] });
  const [, made] = all.find(([each]) => each === kind) ?? [];
  const stranger = new Deployed(foreign, kind, home);
  [stranger.id, stranger.state] = [made?.id ?? "", made?.state];
  return stranger;
}

const WRONG_ACCOUNT = () =>
  `the credentials in use belong to account ${theirs.accountId}, but this resource lives in account ${ours.accountId}`;

describe.each(KINDS)("with the keys of another account that has objects of the same names: %s", (kind) => {
  it.each(["up", "refresh", "destroy"] as const)(
    "%s: nothing is changed, and no answer becomes state",
    async (operation) => {
      const resource = await deploy(kind);
      const entry = ours.store.functions.get("api");
      if (entry === undefined) throw new Error("the function is gone");
      theirs.store.functions.set("api", structuredClone(entry));
      const { state } = resource;
      const before = theirs.mutations().length;
      const runs: Record<typeof operation, () => Promise<unknown>> = {
        up: () => resource.up({ ...args()[kind], ...changed[kind] }),
        refresh: () => resource.refresh(),
        destroy: () => resource.destroy(),
      };
      expect(await caught(runs[operation]())).toContain(WRONG_ACCOUNT());
      expect([theirs.mutations().length, resource.state]).toEqual([before, state]);
    },
  );

  it("a 'not found' of the other account does not count as a deletion", async () => {
    const resource = await deploy(kind);
    const { state } = resource;
    expect(await caught(resource.refresh())).toContain(WRONG_ACCOUNT());
    expect(resource.state).toBe(state);
  });

  it("no object is created in the other account", async () => {
    const resource = new Deployed(foreign, kind, { region: ours.region, accountId: ours.accountId });
    expect(await caught(resource.up({ ...args()[kind] }))).toContain(WRONG_ACCOUNT());
    expect(theirs.mutations()).toHaveLength(0);
  });
});

it("the provider process finds the account of the credentials by one call", async () => {
  const before = ours.requests.length;
  const process = await startProvider(folder, { ...global.process.env, ...ours.env });
  const fn = new Deployed(process, "Function", { region: ours.region, accountId: ours.accountId });
  await fn.up(args().Function as Record<string, unknown>);
  await fn.up({ ...args().Function, timeout: 9 });
  await fn.refresh();
  process.close();
  const asked = ours.requests.slice(before).filter(({ operation }) => operation === "GetCallerIdentity");
  expect(asked).toHaveLength(1);
});

it("an answer with an ARN of another region is an error and does not become state", async () => {
  const resource = await deploy("Function");
  const elsewhere = { ...resource.state, region: "cn-shanghai" };
  const fn = provider.of("Function");
  const message = await caught(fn.read("cn-shanghai:x:api", elsewhere));
  expect(message).toContain(
    `the answer is about an object in region ${ours.region}, account ${ours.accountId}, but this resource lives in region cn-shanghai`,
  );
  const before = ours.mutations().length;
  expect(await caught(fn.update("cn-shanghai:x:api", elsewhere, { ...elsewhere, timeout: 9 }))).toContain(
    "the answer is about an object in region",
  );
  expect(await caught(fn.delete("cn-shanghai:y:api", elsewhere))).toContain("the answer is about an object in region");
  expect(ours.mutations().length).toBe(before);
});

describe.each(KINDS)("an endpoint of another place or service is refused before any call: %s", (kind) => {
  it.each(FOREIGN_ENDPOINTS)("%s", async (endpoint, reason) => {
    const news = {
      ...{ ...REAL, ...args()[kind], connection: { endpoint } },
      resourceUrn: `urn:pulumi:dev::shop::${tokenAt(kind)}::api`,
    };
    const { failures } = await provider.of(kind).check({}, news);
    expect(failures.map(({ reason: said }) => said)).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    ...["fcv3.cn-hangzhou.aliyuncs.com", "fcv3-vpc.cn-hangzhou.aliyuncs.com", "cn-hangzhou.fc.aliyuncs.com"],
    "https://1234567890123456.cn-hangzhou-internal.fc.aliyuncs.com",
  ])("takes %s", async (endpoint) => {
    const news = {
      ...{ ...REAL, ...args()[kind], connection: { endpoint } },
      resourceUrn: `urn:pulumi:dev::shop::${tokenAt(kind)}::api`,
    };
    expect((await provider.of(kind).check({}, news)).failures).toEqual([]);
  });
});

/** One endpoint for each reason, because each test needs a separate process. `tests/client/endpoints.test.ts` tests all endpoints. */
const OF_A_RUN = FOREIGN_ENDPOINTS.filter((_, i) => [0, 4, 5].includes(i));

it.each(OF_A_RUN)("a run and a refresh with FC_ENDPOINT=%s are refused", async (FC_ENDPOINT, reason) => {
  const { ALICLOUD_FC_EMULATOR: _emulator, ...env } = { ...process.env, ...ours.env };
  const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAItest", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "x" };
  const run = await startProvider(folder, { ...env, ...keys, FC_ENDPOINT });
  const props = {
    ...REAL,
    functionName: "api",
    functionId: "1",
    owner: "0123456789ab:shop/dev/api",
    resourceUrn: "x",
  };
  expect(await caught(run.of("Function").read("x", props))).toMatch(reason);
  run.close();
});
