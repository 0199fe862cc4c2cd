/** The import file and the program: what is told, what is kept secret, what is refused. */
import { type Live, type Target, describe as described } from "../../cli/importFile";

const TARGET: Target = {
  region: "cn-hangzhou",
  accountId: "1234567890123456",
  functionName: "api",
  project: "shop",
  stack: "dev",
  name: "api",
};

const LIVE: Live = {
  observed: {
    functionName: "api",
    functionId: "id",
    runtime: "nodejs20",
    handler: "index.handler",
    memorySize: 512,
    cpu: 0.35,
    diskSize: 512,
    timeout: 3,
    instanceConcurrency: 1,
    internetAccess: true,
    sessionAffinity: "NONE",
    logConfig: { project: "", logstore: "", logBeginRule: "None" },
    vpcConfig: { vpcId: "", vSwitchIds: [], securityGroupId: "" },
    codeChecksum: "1",
    resourceGroupId: "rg-one",
  },
  version: { versionId: "2", description: "second" },
  aliases: [],
  code: { path: "./src", hash: "t1:abc" },
  codeDiffers: false,
};

const types = (live: Live) => described(TARGET, live).file.resources.map(({ type }) => type.split(":").at(-1));

it("names only what is not a default", () => {
  const { program, notes } = described(TARGET, LIVE);
  expect(program).toBe(`import * as fc from "pulumi-alicloud-fc";

const fn = new fc.Function("api", {
  functionName: 'api',
  runtime: 'nodejs20',
  handler: 'index.handler',
  memorySize: 512,
  cpu: 0.35,
  diskSize: 512,
  timeout: 3,
  instanceConcurrency: 1,
  resourceGroupId: 'rg-one',
  code: './src'
});
const version = new fc.Version("api", { function: fn, description: 'second' });`);
  expect(notes).toEqual([]);
  expect(types(LIVE)).toEqual(["Function", "Version"]);
});

it("leaves out an alias with an owner, and says so; names the version where it is the imported one", () => {
  const aliases = [
    { aliasName: "prod", versionId: "1", additionalVersionWeight: { 2: 0.005 } },
    { aliasName: "theirs", versionId: "1", description: "text [fcp:0123456789ab]" },
  ];
  const { program, notes } = described(TARGET, { ...LIVE, aliases });
  expect(program).toContain(`new fc.Alias("api-prod", {
  function: fn,
  aliasName: 'prod',
  versionId: '1',
  canary: { versionId: version.versionId, weight: '0.5%' }
});`);
  expect(notes).toEqual(["Alias theirs is left out: it has an owner (0123456789ab)."]);
  expect(types({ ...LIVE, aliases })).toEqual(["Function", "Version", "Alias"]);
});

it("prints no secret of a container image, and marks it in the file", () => {
  const registryConfig = { authConfig: { userName: "u", password: "hunter2" } };
  const observed = {
    ...LIVE.observed,
    runtime: "custom-container",
    codeChecksum: "",
    customContainerConfig: { image: "r/x:1", resolvedImageUri: "r/x@sha256:1", registryConfig },
    environmentVariables: { TOKEN: "hunter2" },
  };
  const { code: _code, ...rest } = LIVE;
  const { program, notes, file } = described(TARGET, { ...rest, observed });
  expect(program).not.toContain("hunter2");
  expect(program).toContain(
    `customContainerConfig: { image: 'r/x:1', registryConfig: config.requireSecretObject("registryConfig") }`,
  );
  expect(program).toContain(`environmentVariables: { TOKEN: config.requireSecret("TOKEN") }`);
  expect(notes.map((note) => note.split(": ").at(-1))).toEqual([
    "pulumi config set --secret TOKEN",
    "pulumi config set --secret registryConfig '<its JSON>'",
  ]);
  const [fn] = file.resources;
  for (const props of [fn?.inputs, fn?.outputs] as Record<string, unknown>[]) {
    const open = Object.entries(props).filter(([, value]) => !JSON.stringify(value).includes('"plaintext"'));
    expect(JSON.stringify(open)).not.toContain("hunter2");
  }
});

it("refuses what has an owner elsewhere, and what no resource can express", () => {
  const tags = [{ key: "pulumi-alicloud-fc-owner", value: "0123456789ab:shop/prod/api" }];
  expect(() => described(TARGET, { ...LIVE, observed: { ...LIVE.observed, tags } })).toThrow(
    "function api belongs to shop/prod/api. Remove it there, with retainOnDelete: true",
  );
  const strange = { ...LIVE.observed, timeout: 0 };
  expect(() => described(TARGET, { ...LIVE, observed: strange })).toThrow(/cannot be expressed.*timeout: got 0/s);
});
