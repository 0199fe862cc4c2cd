/**
 * A release that is renamed without the option `aliases`: the run is refused, and after the steps of
 * docs/guide/troubleshooting.md the release has its memory.
 */
import { type CommandBench, canaryBench } from "../support/command";

jest.setTimeout(600_000);

const PROGRAM = `const fc = require("pulumi-alicloud-fc");
const { NAME = "api", ALIAS } = process.env;
new fc.CanaryRelease(NAME, {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" },
  aliasName: "prod",
  config: true,
}, { aliases: ALIAS ? [{ name: ALIAS }] : [] });
`;

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench(PROGRAM);
  await bench.stack.setConfig("canary:reject", { value: "v2" });
  await bench.up();
  await bench.stack.removeConfig("canary:reject");
  await bench.up();
});

afterAll(() => bench.close());

interface Resource {
  readonly urn: string;
}

async function urns(): Promise<string[]> {
  const { deployment } = (await bench.stack.exportStack()) as { deployment: { resources: readonly Resource[] } };
  return deployment.resources.map(({ urn }) => urn);
}

it("is refused with the remedy, and the steps of the guide lead to the release with its rejection", async () => {
  const env = bench.stack.workspace.envVars;
  const before = [bench.split(), bench.applied(0).length];
  expect(before[0]).toEqual({ "1": 100 });
  env["NAME"] = "web";
  const failure = await bench.up().then(
    () => "",
    (error: Error) => error.message,
  );
  expect(failure).toMatch(
    /it belongs to shop\/test\/api, which is a resource of this stack\. Nothing was changed\. .*option aliases/,
  );
  expect([bench.split(), bench.applied(0).length]).toEqual(before);

  const empty = (await urns()).filter((urn) => urn.endsWith("CanaryRelease::web"));
  expect(empty).toHaveLength(1);
  const exported = await bench.stack.exportStack();
  const { resources, ...rest } = exported.deployment as { resources: readonly Resource[] };
  const deployment = { ...rest, resources: resources.filter(({ urn }) => !empty.includes(urn)) };
  await bench.stack.importStack({ ...exported, deployment });

  env["ALIAS"] = "api";
  const { changeSummary } = await bench.stack.preview();
  expect(Object.keys(changeSummary)).toEqual(["same"]);
  await bench.up();
  expect([bench.split(), bench.applied(0).length]).toEqual(before);
  expect((await urns()).filter((urn) => urn.includes("Release::api"))).toEqual([]);
});
