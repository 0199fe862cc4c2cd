/** The options `protect` and `retainOnDelete` on every kind of resource, by itself and inside the component. */
import { Api } from "../emulator/support";
import { failure } from "../support/engine";
import { type LanguageBench, hostsOnPath, languageBench } from "../support/languages";

jest.setTimeout(600_000);

let bench: LanguageBench;

const FUNCTION = "runtime: nodejs20, handler: index.handler, code: ./src";

/** Writes a program with every kind of resource. All resources have these options. */
const write = (options: string) =>
  bench.program.file(
    "Pulumi.yaml",
    `name: canary
runtime: yaml
resources:
  fn: { type: "alicloud-fc:Function", properties: { functionName: plain, ${FUNCTION} }, options: ${options} }
  version:
    type: alicloud-fc:Version
    properties:
      function: { functionName: "\${fn.functionName}", fingerprint: "\${fn.fingerprint}", revision: "\${fn.revision}" }
    options: ${options}
  live:
    type: alicloud-fc:Alias
    properties:
      function: { functionName: "\${fn.functionName}" }
      aliasName: live
      versionId: "\${version.versionId}"
    options: ${options}
  web:
    type: alicloud-fc:HttpTrigger
    properties:
      function: { functionName: "\${fn.functionName}" }
      triggerName: web
      qualifier: \${live.aliasName}
    options: ${options}
  release:
    type: alicloud-fc:Release
    properties:
      function: { functionName: "\${fn.functionName}" }
      aliasName: prod
      version: { versionId: "\${version.versionId}", fingerprint: "\${version.fingerprint}", revision: "\${version.revision}" }
    options: ${options}
  whole:
    type: alicloud-fc:CanaryRelease
    properties: { function: { functionName: whole, ${FUNCTION} }, aliasName: prod }
    options: ${options}
`,
  );

/** All objects of the service, without times. */
async function standing() {
  const api = new Api(bench.emulator);
  const functions = (await api.list()).functions ?? [];
  return Promise.all(
    functions.map(async ({ functionName = "" }) => ({
      functionName,
      versions: ((await api.versions(functionName)).versions ?? []).map(({ versionId }) => versionId),
      aliases: ((await api.listAliases(functionName)).aliases ?? []).map(({ aliasName }) => aliasName).sort(),
      triggers: await api.triggers(functionName),
    })),
  );
}

const ALL = [
  { functionName: "plain", versions: ["1"], aliases: ["live", "prod"], triggers: ["web"] },
  { functionName: "whole", versions: ["1"], aliases: ["prod"], triggers: [] },
];

beforeAll(async () => {
  bench = await languageBench(
    (program) => program.file("Pulumi.yaml", "name: canary\nruntime: yaml\n"),
    hostsOnPath("yaml"),
  );
  bench.code("one");
});

afterAll(() => bench.close());

interface Deployment {
  resources: { type: string; urn: string; protect?: boolean; retainOnDelete?: boolean }[];
}

/** The kinds of the resources in state that have this option, once for each resource. */
async function kindsWith(option: "protect" | "retainOnDelete"): Promise<string[]> {
  const { deployment } = (await bench.stack.exportStack()) as { deployment: Deployment };
  return deployment.resources
    .filter((resource) => resource.type.startsWith("alicloud-fc:") && resource[option] === true)
    .map(({ type }) => type.replace("alicloud-fc:index:", ""))
    .sort();
}

const KINDS = ["Alias", "Function", "Function", "HttpTrigger", "Release", "Release", "Version", "Version"];

it("protect: a destroy, and a program without the resources, delete nothing", async () => {
  write("{ protect: true }");
  await bench.stack.up();
  expect(await kindsWith("protect")).toEqual(["CanaryRelease", ...KINDS].sort());
  const from = bench.emulator.mutations().length;
  expect(await failure(bench.stack.destroy())).toContain("protected");
  bench.program.file("Pulumi.yaml", "name: canary\nruntime: yaml\n");
  expect(await failure(bench.stack.up())).toContain("protected");
  expect(bench.sent(from)).toEqual([]);
  expect(await standing()).toEqual(ALL);
});

it("retainOnDelete: a destroy removes the resources from state and sends nothing", async () => {
  write("{ retainOnDelete: true }");
  await bench.stack.up();
  expect((await kindsWith("retainOnDelete")).filter((kind) => kind !== "CanaryRelease")).toEqual(KINDS);
  const from = bench.emulator.mutations().length;
  await bench.stack.destroy();
  expect(bench.sent(from)).toEqual([]);
  expect(await standing()).toEqual(ALL);
});

it("the same program with other code does not overwrite retained objects", async () => {
  const from = bench.emulator.mutations().length;
  bench.code("two");
  expect(await failure(bench.stack.up())).toContain("exists already");
  expect(bench.sent(from)).toEqual([]);
});
