/** The plugin on the real engine beyond releases: plain resources, assets, secrets, imports, explicit providers. */
import { changes, failure } from "../support/engine";
import { type LanguageBench, hostsOnPath, languageBench } from "../support/languages";
import type { ProgramFolder } from "../support/program";

jest.setTimeout(600_000);

let bench: LanguageBench;

const FUNCTION = "functionName: api, runtime: nodejs20, handler: index.handler";

/** Writes a program in YAML. It has no member `packages`, so the engine finds the plugin by its name on PATH. */
const write = (program: ProgramFolder, resources: string, outputs = "") =>
  program.file(
    "Pulumi.yaml",
    `name: canary\nruntime: yaml\nresources:\n${resources}${outputs && `outputs:\n${outputs}`}`,
  );

const PLAIN = (code: string) => `
  fn:
    type: alicloud-fc:Function
    properties:
      functionName: api
      runtime: nodejs20
      handler: index.handler
      code: ${code}
      environmentVariables: { TOKEN: { "fn::secret": hunter2 } }
  version:
    type: alicloud-fc:Version
    properties:
      function: { functionName: "\${fn.functionName}", fingerprint: "\${fn.fingerprint}", revision: "\${fn.revision}" }
  live:
    type: alicloud-fc:Alias
    properties:
      function: { functionName: "\${fn.functionName}" }
      aliasName: live
      canary: { versionId: "\${version.versionId}", weight: 100 }
  web:
    type: alicloud-fc:HttpTrigger
    properties:
      function: { functionName: "\${fn.functionName}" }
      triggerName: web
      qualifier: \${live.aliasName}
      authType: anonymous
    options: { customTimeouts: { create: 2m } }
`;

beforeAll(async () => {
  bench = await languageBench((program) => write(program, PLAIN("./src")), hostsOnPath("yaml"));
});

afterAll(() => bench.close());

it("plain resources, with a plugin that is found by its executable's name; a secret is not plain text in state", async () => {
  const { sent } = await bench.up();
  expect(sent).toEqual(["CreateFunction", "PublishFunctionVersion", "CreateAlias", "CreateTrigger"]);
  const state = bench.stored();
  // Compares only the results of the searches, so that a failure does not print the whole state.
  const found = ['"waitSeconds":120', "hunter2"].map((text) => state.includes(text));
  expect(found).toEqual([true, false]);
});

it.each(['{ "fn::fileArchive": ./src }', '{ "fn::assetArchive": { index.js: { "fn::fileAsset": ./src/index.js } } }'])(
  "the same files as %s: no version is published",
  async (code) => {
    write(bench.program, PLAIN(code));
    const { sent } = await bench.up();
    expect(sent).not.toContain("PublishFunctionVersion");
  },
);

it("ignoreChanges keeps old code", async () => {
  write(bench.program, PLAIN("./src").replace("  version:\n", "    options: { ignoreChanges: [code] }\n  version:\n"));
  bench.code("another");
  expect((await bench.up()).sent).toEqual([]);
});

it("a function without an owner is imported without a write; a function of another owner is not imported", async () => {
  const { region, accountId } = bench.emulator;
  const pulumi = (...args: string[]) => bench.command(...args, "--yes", "--stack", "test");
  const urn = "urn:pulumi:test::canary::alicloud-fc:index:Function::fn";
  await pulumi("state", "delete", urn, "--target-dependents");
  const from = bench.emulator.mutations().length;
  const id = `${region}:${accountId}:api`;
  const importing = (name: string) => pulumi("import", "alicloud-fc:index:Function", name, id, "--generate-code=false");
  expect(await failure(importing("taken"))).toContain("it belongs to canary/test/fn and was not imported");
  await importing("fn");
  const { deployment } = (await bench.stack.exportStack()) as {
    deployment: { resources: { urn: string; inputs: object }[] };
  };
  const imported = deployment.resources.find((resource) => resource.urn === urn);
  expect(imported?.inputs).toMatchObject({ functionName: "api", runtime: "nodejs20", memorySize: 512 });
  expect(bench.sent(from)).toEqual([]);
  expect(await failure(pulumi("import", "alicloud-fc:index:Alias", "live", "api/live"))).toContain(
    'id: got "api/live"; allowed: <region>:<account id>:<function>/<alias>',
  );
  // Pulumi protects imported resources by default.
  await pulumi("state", "unprotect", urn);
});

it("explicit providers apply to plain resources and components; config applies to the default provider", async () => {
  await bench.config({ "alicloud-fc:region": "cn-hongkong" });
  write(
    bench.program,
    `
  north: { type: "pulumi:providers:alicloud-fc", properties: { region: cn-beijing } }
  east: { type: "pulumi:providers:alicloud-fc", properties: { region: cn-shanghai } }
  default:
    type: alicloud-fc:Function
    properties: { ${FUNCTION}, code: ./src }
  plain:
    type: alicloud-fc:Function
    properties: { ${FUNCTION}, code: ./src }
    options: { provider: "\${north}" }
  release:
    type: alicloud-fc:CanaryRelease
    properties: { function: { ${FUNCTION}, code: ./src }, aliasName: prod }
    options: { provider: "\${east}", customTimeouts: { create: 2m } }
`,
    "  arns: [ '${default.functionArn}', '${plain.functionArn}', '${release.function.functionArn}' ]\n",
  );
  const { stdout, changeSummary } = await bench.stack.preview();
  expect(changes(changeSummary)).toMatchObject({ create: 8 });
  const regions = [...stdout.matchAll(/acs:fc:([a-z-]+):/g)].map(([, region]) => region);
  expect(regions).toEqual(["cn-hongkong", "cn-beijing", "cn-shanghai"]);
});

it("the function of a component may be a secret as a whole: its absent members stay absent, and no value of it is shown", async () => {
  const settings = `{ "fn::secret": { ${FUNCTION}, code: ./src, description: hunter3 } }`;
  write(
    bench.program,
    `  whole:\n    type: alicloud-fc:CanaryRelease\n    properties: { function: ${settings}, aliasName: whole }\n`,
  );
  const { stdout, changeSummary } = await bench.stack.preview();
  // The component, the function, its version and the release.
  expect(changes(changeSummary)["create"]).toBeGreaterThanOrEqual(4);
  expect(stdout).not.toContain("hunter3");
});

it("keys in stack config are refused", async () => {
  await bench.config({ "alicloud-fc:accessKey": "LTAI0000" });
  expect(await failure(bench.stack.preview())).toContain("credentials do not belong in stack config");
});
