/** The import file and the program: the notes for the user, the secrets, and the functions that are refused. */
import { type Live, type Target, describe as described, secretValue } from "../../provider/import";

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

it("the program sets only values that differ from the defaults", () => {
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

it("leaves out an alias with an owner, and prints this; names the version if it is the imported one", () => {
  const aliases = [
    { aliasName: "prod", versionId: "1", additionalVersionWeight: { 2: 0.005 } },
    { aliasName: "theirs", versionId: "1", description: "text [fcp:0123456789ab]" },
    { aliasName: "three", versionId: "1", additionalVersionWeight: { 2: 0.1, 3: 0.1 } },
  ];
  const { program, notes } = described(TARGET, { ...LIVE, aliases });
  expect(program).toContain(`new fc.Alias("api-prod", {
  function: fn,
  aliasName: 'prod',
  canary: { versionId: version.versionId, weight: '0.5%' }
});`);
  expect(notes).toEqual([
    "Alias three is left out: it has more than one additional version.",
    "Alias theirs is left out: it has an owner (0123456789ab).",
  ]);
  expect(types({ ...LIVE, aliases })).toEqual(["Function", "Version", "Alias"]);
});

it.each([
  ["no canary, at the newest", { versionId: "2" }, "canary: { versionId: version.versionId, weight: 0 }"],
  ["no canary, at an older one", { versionId: "1" }, "canary: { versionId: version.versionId, weight: 0 }"],
  [
    "the newest as canary",
    { versionId: "1", additionalVersionWeight: { 2: 0.1 } },
    "canary: { versionId: version.versionId, weight: 10 }",
  ],
  [
    "an older one as canary",
    { versionId: "2", additionalVersionWeight: { 1: 0.1 } },
    "canary: { versionId: '1', weight: 10 }",
  ],
])("an alias in its canary form, without a main version in the program: %s", (_name, split, text) => {
  for (const version of [LIVE.version, undefined]) {
    const live = { ...LIVE, version, aliases: [{ aliasName: "prod", ...split }] };
    const { program, file } = described(TARGET, live);
    const alias = program.slice(program.indexOf("new fc.Alias"));
    expect(alias).not.toMatch(/^ {2}versionId/m);
    if (version !== undefined) expect(alias).toContain(text);
    // The main version is an output in state. The program does not set it as an input.
    const entry = file.resources.at(-1);
    expect(entry?.inputs).not.toHaveProperty("versionId");
    expect(entry?.outputs).toMatchObject({ mainVersionId: split.versionId });
  }
});

it("a note names the canary whose version has only a number, and what to write for a release", () => {
  const aliases = [{ aliasName: "prod", versionId: "2", additionalVersionWeight: { 1: 0.1 } }];
  expect(described(TARGET, { ...LIVE, aliases }).notes).toEqual([
    "Alias prod: its canary is version 1, which is not what LATEST holds, so the program names it by number. Write " +
      "version.versionId in its place to release what LATEST holds.",
  ]);
});

it("writes a setting in ASCII, so that a pipe of any shell does not change it", () => {
  const environmentVariables = { A: "日本\n🙂" };
  const { file } = described(TARGET, { ...LIVE, observed: { ...LIVE.observed, environmentVariables } });
  const value = secretValue(file, "environmentVariables");
  expect(value).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(value)).toEqual(environmentVariables);
});

it("prints no secret of a container image, and marks it as a secret in the file", () => {
  const registryConfig = { authConfig: { userName: "u", password: "hunter2" } };
  const observed = {
    ...LIVE.observed,
    runtime: "custom-container",
    codeChecksum: "",
    customContainerConfig: { image: "r/x:1", resolvedImageUri: "r/x@sha256:1", registryConfig },
    environmentVariables: { TOKEN: "hunter2" },
  };
  const { code: _code, ...rest } = LIVE;
  const { program, secrets, file } = described(TARGET, { ...rest, observed });
  expect(program).not.toContain("hunter2");
  expect(program).toContain(
    `customContainerConfig: { image: 'r/x:1', registryConfig: config.requireSecretObject("api-registryConfig") }`,
  );
  expect(program).toContain(`environmentVariables: config.requireSecretObject("api-environmentVariables")`);
  expect(secrets).toEqual([
    { setting: "customContainerConfig.registryConfig", key: "api-registryConfig" },
    { setting: "environmentVariables", key: "api-environmentVariables" },
  ]);
  expect(JSON.parse(secretValue(file, "customContainerConfig.registryConfig"))).toEqual(registryConfig);
  expect(JSON.parse(secretValue(file, "environmentVariables"))).toEqual({ TOKEN: "hunter2" });
  expect(() => secretValue(file, "juiceFsConfig")).toThrow("holds no secret setting juiceFsConfig");
  expect(() => secretValue({}, "environmentVariables")).toThrow("holds no secret setting environmentVariables");
  const [fn] = file.resources;
  for (const props of [fn?.inputs, fn?.outputs] as Record<string, unknown>[]) {
    const open = Object.entries(props).filter(([, value]) => !JSON.stringify(value).includes('"plaintext"'));
    expect(JSON.stringify(open)).not.toContain("hunter2");
  }
});

it("refuses a function of another owner, and a function that no resource can express", () => {
  const tags = [{ key: "pulumi-alicloud-fc-owner", value: "0123456789ab:shop/prod/api" }];
  expect(() => described(TARGET, { ...LIVE, observed: { ...LIVE.observed, tags } })).toThrow(
    "function api belongs to shop/prod/api. Remove it there, with retainOnDelete: true",
  );
  const strange = { ...LIVE.observed, timeout: 0 };
  expect(() => described(TARGET, { ...LIVE, observed: strange })).toThrow(/cannot be expressed.*timeout: got 0/s);
});
