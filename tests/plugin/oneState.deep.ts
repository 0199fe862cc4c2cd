/** A stack changes its language during a canary: the preview shows no change, nothing is sent, and state is kept. */
import { changes } from "../support/engine";
import {
  type LanguageBench,
  hostsOnPath,
  inJavaScript,
  inYaml,
  languageBench,
  pluginFolder,
} from "../support/languages";
import type { ProgramFolder } from "../support/program";

jest.setTimeout(600_000);

let bench: LanguageBench;

beforeAll(async () => {
  bench = await languageBench(inJavaScript, hostsOnPath("yaml"));
});

afterAll(() => bench.close());

interface State {
  readonly deployment: { readonly resources?: { type: string; id?: string; inputs?: object; outputs?: object }[] };
}

/** Our resources in state, sorted by id, without the members that differ between the two forms of type tokens. */
async function state(): Promise<object[]> {
  const { deployment } = (await bench.stack.exportStack()) as State;
  const all = [...(deployment.resources ?? [])].sort((a, b) => (a.id ?? "").localeCompare(b.id ?? ""));
  const ours = all.filter(({ type }) => /alicloud-fc:(index:)?[A-Z]/.test(type));
  return ours.map(({ type, inputs = {}, outputs = {} }) => ({
    kind: type.split(":").at(-1),
    inputs: { ...inputs, resourceUrn: undefined },
    outputs: { ...outputs, resourceUrn: undefined },
  }));
}

/** Replaces ciphertexts, because they differ with every write. */
function plain(resources: object[]): unknown {
  return JSON.parse(JSON.stringify(resources, (key, value: unknown) => (key === "ciphertext" ? "…" : value)));
}

it("JavaScript to YAML and back, at 5 %", async () => {
  await bench.up();
  bench.code("two");
  await bench.config({ "canary:weight": "5" });
  expect((await bench.up()).split).toEqual({ "1": 95, "2": 5 });
  const before = plain(await state());
  expect(before).toHaveLength(4);
  inYaml(bench.program);
  await bench.unchanged();
  expect(plain(await state())).toEqual(before);
  inJavaScript(bench.program);
  await bench.unchanged();
  expect(plain(await state())).toEqual(before);
});

it("a program in the other language continues a canary", async () => {
  inYaml(bench.program);
  await bench.config({ "canary:weight": "25" });
  expect(await bench.up()).toEqual({ split: { "1": 75, "2": 25 }, sent: ["UpdateAlias"] });
  inJavaScript(bench.program);
  await bench.unchanged();
  await bench.config({ "canary:weight": "100" });
  expect(await bench.up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
});

it("a refresh in the other language shows no change", async () => {
  inYaml(bench.program);
  expect(changes((await bench.stack.refresh()).summary.resourceChanges)).toEqual({});
  await bench.unchanged();
});

it("created by YAML, deleted by JavaScript", async () => {
  bench.code("three");
  expect((await bench.up()).split).toEqual({ "2": 95, "3": 5 });
  inJavaScript(bench.program);
  await bench.unchanged();
  await bench.stack.destroy();
  expect(bench.emulator.mutations().at(-1)?.operation).toBe("DeleteFunction");
});

/** Options of every type: texts, numbers, lists, maps, objects, enumerations, secrets, and an empty value. */
const RICH = {
  function: {
    ...{ functionName: "rich", runtime: "nodejs20", handler: "index.handler", code: "./src", description: "words" },
    ...{
      memorySize: 1024,
      cpu: 0.5,
      timeout: 30,
      diskSize: 512,
      internetAccess: false,
      layers: [],
      tags: { team: "a" },
    },
    logConfig: { project: "p", logstore: "l", enableRequestMetrics: true, logBeginRule: "DefaultRegex" },
    instanceLifecycleConfig: { initializer: { handler: "index.init", timeout: 3 } },
    customDNS: { nameServers: ["1.1.1.1"], dnsOptions: [{ name: "ndots", value: "2" }] },
    environmentVariables: { TOKEN: "the secret", PLAIN: "x" },
  },
  ...{ aliasName: "rich", description: "live", versionDescription: "one", triggers: ["a"], steps: [10, 50], keep: 5 },
  httpTrigger: { triggerName: "web", methods: ["GET", "POST"], authType: "anonymous" },
  candidate: { aliasName: "next" },
};

const richInYaml = (program: ProgramFolder) => {
  const properties = JSON.stringify({ ...RICH, config: true, hold: null }).replace(
    '"the secret"',
    '{"fn::secret":"the secret"}',
  );
  const packages = `packages:\n  alicloud-fc: ${pluginFolder}\n`;
  const resource = `  api:\n    type: alicloud-fc:CanaryRelease\n    properties: ${properties}\n`;
  program.file(
    "Pulumi.yaml",
    `name: canary\nruntime: yaml\n${packages}resources:\n${resource}outputs:\n  split: \${api.split}\n`,
  );
};

const richInJavaScript = (program: ProgramFolder) => {
  inJavaScript(program);
  const args = JSON.stringify(RICH).replace('"the secret"', 'pulumi.secret("the secret")');
  program.file(
    "index.js",
    `const pulumi = require("@pulumi/pulumi");
const fc = require("pulumi-alicloud-fc");
exports.split = new fc.CanaryRelease("api", { ...${args}, ...fc.releaseConfig() }).split;
`,
  );
};

it("a change of language and back during a canary, with resource options of every form", async () => {
  richInJavaScript(bench.program);
  bench.code("rich one");
  await bench.config({ "canary:weight": undefined });
  await bench.up();
  bench.code("rich two");
  expect((await bench.up()).split).toEqual({ "1": 90, "2": 10 });
  const before = plain(await state());
  richInYaml(bench.program);
  await bench.unchanged();
  expect(plain(await state())).toEqual(before);
  bench.code("rich three");
  expect((await bench.up()).split).toEqual({ "1": 90, "3": 10 });
  richInJavaScript(bench.program);
  await bench.unchanged();
  const stored = bench.stored();
  expect([stored.includes("rich"), stored.includes("the secret")]).toEqual([true, false]);
});
