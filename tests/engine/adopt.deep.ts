/** Adoption by a component, and endpoints for two regions, on the real engine. */
import * as fc from "pulumi-alicloud-fc";
import { Api, zipInput } from "../emulator/support";
import { type Workbench, failure, workbench } from "../support/engine";

let bench: Workbench;
let adopt = false;
let program: (source: string) => void;

const adopting = (source: string) => {
  new fc.CanaryRelease(
    "web",
    {
      ...(adopt ? { adopt } : {}),
      function: {
        ...{ functionName: "web", runtime: "nodejs20", handler: "index.handler", code: source },
        ...{ memorySize: 512, cpu: 0.5, timeout: 60 },
      },
      aliasName: "live",
      httpTrigger: { authType: "anonymous", methods: ["GET"] },
      candidate: { aliasName: "candidate" },
    },
    { customTimeouts: { create: "2m", update: "3m" } },
  );
};

const twoRegions = (source: string) => {
  for (const region of ["cn-hangzhou", "cn-shanghai"]) {
    const place = { region, accountId: "1234567890123456" };
    new fc.Function(region, { ...place, functionName: "api", runtime: "nodejs20", handler: "x.y", code: source });
  }
};

beforeAll(async () => {
  bench = await workbench(async (source) => {
    program(source);
    return Promise.resolve();
  });
});

afterAll(() => bench.close());

it("refuses one endpoint for two regions, and accepts one endpoint for each region", async () => {
  program = twoRegions;
  const hosts = (...regions: string[]) =>
    bench.stack.setConfig("alicloud:endpoints", {
      value: JSON.stringify(regions.map((region) => ({ fc: `fcv3.${region}.aliyuncs.com` }))),
    });
  await hosts("cn-hangzhou");
  expect(await failure(bench.stack.preview())).toContain(
    'endpoint: got "fcv3.cn-hangzhou.aliyuncs.com", a host of region cn-hangzhou; allowed: one of region cn-shanghai',
  );
  await hosts("cn-hangzhou", "cn-shanghai");
  expect((await bench.stack.preview()).changeSummary).toMatchObject({ create: 3 });
  await bench.stack.removeConfig("alicloud:endpoints");
});

it("a component with adopt takes over its function, aliases and trigger, and its customTimeouts apply to all of them", async () => {
  program = adopting;
  const api = new Api(bench.emulator);
  const code = zipInput({ "index.js": "exports.handler = async () => 'by hand';" });
  await api.create("web", { code, memorySize: 512, cpu: 0.5, timeout: 60 });
  await api.publish("web");
  const fn = bench.emulator.store.functions.get("web");
  const time = "2020-01-01T00:00:00Z";
  for (const aliasName of ["live", "candidate"]) {
    fn?.aliases.set(aliasName, {
      ...{ aliasName, versionId: "1", description: "", additionalVersionWeight: {} },
      ...{ createdTime: time, lastModifiedTime: time },
    });
  }
  expect(await failure(bench.stack.up())).toContain("it has no owner. Nothing was changed");
  adopt = true;
  await bench.stack.up();
  expect([...(fn?.aliases.values() ?? [])].map(({ description }) => description)).toEqual([
    expect.stringMatching(/^\[fcp:[0-9a-f]{12}:canary\/test\/web\|/),
    expect.stringMatching(/^\[fcp:[0-9a-f]{12}:canary\/test\/web-candidate\]$/),
  ]);
  const { resources } = (await bench.stack.exportStack()).deployment as {
    resources: { type: string; inputs?: { waitSeconds?: number; adopt?: boolean } }[];
  };
  const made = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/alicloud-fc:"));
  expect(made.map(({ type, inputs }) => [type.split(":").at(-1), inputs?.waitSeconds, inputs?.adopt ?? false])).toEqual(
    expect.arrayContaining([
      ["Function", 180, true],
      ["Version", 180, false],
      ["Release", 180, true],
      ["Alias", 180, true],
      ["HttpTrigger", 180, true],
    ]),
  );
});
