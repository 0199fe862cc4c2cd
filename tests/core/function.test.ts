/** Functions: valid inputs, the parts that the fingerprint covers, and the diff of a change. */
import * as sdk from "@alicloud/fc20230330";
import * as fc from "fast-check";
import { CHANGED } from "../../provider/core/common";
import { FUNCTION_SETTINGS } from "../../provider/core/function";
import {
  type FunctionInputs,
  type FunctionOutputs,
  checkFunction,
  contentOf,
  diffFunction,
  planTags,
  readiness,
  updateBody,
} from "../../provider/core/function";
import { OWNER_TAG } from "../../provider/core/owner";
import { UNKNOWN } from "../../provider/core/unknown";

type Given = Partial<FunctionInputs>;

const BASE: Given = {
  region: "cn-hangzhou",
  accountId: "1234567890123456",
  resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::api",
  functionName: "api",
  runtime: "nodejs20",
  handler: "index.handler",
  code: { path: "./src", hash: "t1:abc" },
};

const CONTAINER = { runtime: "custom-container", code: undefined, customContainerConfig: { image: "r/x:1" } };

const wrong = (given: object): Given => ({ ...BASE, ...given });

function checked(given: object = {}): FunctionInputs {
  const { inputs, failures } = checkFunction({}, wrong(given));
  expect(failures).toEqual([]);
  return inputs as unknown as FunctionInputs;
}

function stored(given: object = {}): FunctionOutputs {
  const more = { functionId: "1", codeChecksum: "1", codeSize: 1, createdTime: "", lastModifiedTime: "" };
  return { ...checked(given), ...more, revision: 1, content: "c1:1", observed: {} };
}

it("the table of settings has the same fields as the SDK", () => {
  expect(Object.keys(FUNCTION_SETTINGS).sort()).toEqual(Object.keys(sdk.CreateFunctionInput.names()).sort());
});

it("fills the defaults and computes ARN, owner and fingerprints", () => {
  expect(checked()).toEqual({
    ...BASE,
    memorySize: 512,
    cpu: 0.35,
    diskSize: 512,
    timeout: 3,
    instanceConcurrency: 1,
    owner: "d8aee9f2da11:shop/dev/api",
    functionArn: "acs:fc:cn-hangzhou:1234567890123456:functions/api",
    fingerprint: "f1:154bed58ebd72fae0559e046886bb65a",
    environmentFingerprint: "none",
    revision: 1,
  });
});

it("the revision counts changes of content, including environment values, and no other changes", () => {
  const first = checked({ environmentVariables: { A: "1" } });
  const next = (olds: FunctionInputs, given: object) => checkFunction(olds, wrong(given)).inputs["revision"];
  expect(next(first, { environmentVariables: { A: "1" }, tags: { a: "b" }, description: "x" })).toBe(1);
  const second = checkFunction(first, wrong({ environmentVariables: { A: "2" } })).inputs as unknown as FunctionInputs;
  expect(second.revision).toBe(2);
  expect(next(second, { environmentVariables: { A: "1" } })).toBe(3);
  expect(next(second, { environmentVariables: { A: "2" } })).toBe(2);
  expect(next(second, { environmentVariables: { A: UNKNOWN } })).toBe(UNKNOWN);
});

it("checks its own result to the same result", () => {
  const once = checked({ environmentVariables: { A: "1" }, memorySize: 1024 });
  expect(checkFunction(once, once)).toEqual({ inputs: once, failures: [] });
});

it("keeps the owner when the resource is renamed", () => {
  const once = checked();
  const { inputs } = checkFunction(once, wrong({ resourceUrn: String(BASE.resourceUrn).replace("::api", "::web") }));
  expect(inputs["owner"]).toBe(once.owner);
});

describe("fingerprint", () => {
  const LAYER = "acs:fc:cn-hangzhou:official:layers/Nodejs20/versions/1";
  it.each([
    ["code", { code: { path: "./src", hash: "t1:abd" } }],
    ["runtime", { runtime: "nodejs18" }],
    ["handler", { handler: "main.handler" }],
    ["memory", { memorySize: 1024 }],
    ["cpu", { cpu: 0.5 }],
    ["disk", { diskSize: 10_240 }],
    ["timeout", { timeout: 4 }],
    ["concurrency", { instanceConcurrency: 2 }],
    ["layers", { layers: [LAYER] }],
    ["role", { role: "acs:ram::1234567890123456:role/run" }],
    ["log", { logConfig: { project: "p", logstore: "l" } }],
    ["names of environment variables", { environmentVariables: { A: "1" } }],
    ["network", { vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" } }],
    ["hooks", { instanceLifecycleConfig: { initializer: { handler: "index.init" } } }],
    ["access to the internet", { internetAccess: false }],
    ["the image", CONTAINER],
  ])("changes with %s", (_name, given) => {
    expect(checked(given).fingerprint).not.toBe(checked().fingerprint);
  });

  it.each([
    ["description", { description: "text" }],
    ["tags", { tags: { a: "b" } }],
    ["the path of the code", { code: { path: "/elsewhere", hash: "t1:abc" } }],
    ["the way to the service", { connection: { profile: "p" } }],
    ["settings at their empty value", { layers: [], environmentVariables: {}, role: undefined }],
    ["settings at their default", { timeout: 3, memorySize: 512, internetAccess: true, sessionAffinity: "NONE" }],
    ["settings that may hold secrets", { juiceFsConfig: { mountPoints: [{ mountDir: "/j", token: "t" }] } }],
  ])("does not change with %s", (_name, given) => {
    expect(checked(given).fingerprint).toBe(checked().fingerprint);
  });

  it("environment values have a separate fingerprint that does not depend on their order", () => {
    const [one, two] = [checked({ environmentVariables: { A: "1" } }), checked({ environmentVariables: { A: "2" } })];
    expect(one.fingerprint).toBe(two.fingerprint);
    expect(one.environmentFingerprint).not.toBe(two.environmentFingerprint);
    const order = (variables: object) => checked({ environmentVariables: variables }).environmentFingerprint;
    expect(order({ A: "1", B: "2" })).toBe(order({ B: "2", A: "1" }));
  });
});

it("the password of a registry is only in the secret fingerprint", () => {
  const image = (password: string) => {
    const registryConfig = { authConfig: { userName: "u", password } };
    return checked({ ...CONTAINER, customContainerConfig: { image: "r/x:1", registryConfig } });
  };
  expect(image("one").fingerprint).toBe(image("two").fingerprint);
  expect(image("one").environmentFingerprint).not.toBe(image("two").environmentFingerprint);
});

it.each([
  ["nodejs20", {}, CONTAINER],
  ["a custom runtime", { runtime: "custom.debian12" }, CONTAINER],
  ["an image", CONTAINER, {}],
])("refuses to change %s into another kind of function under the same name", (_name, from, to) => {
  expect(() => diffFunction(stored(from), checked(to))).toThrow(/cannot become .* in place/);
  expect(diffFunction(stored(from), checked({ ...to, replaceFunction: true }))).toMatchObject({
    replaces: ["runtime"],
  });
});

it("an image that the service resolved or accelerated is not a change", () => {
  const answered = { image: "r/x:1", resolvedImageUri: "r/x@sha256:1", accelerationInfo: { status: "Ready" } };
  const live = (customContainerConfig: object) => contentOf({ runtime: "custom-container", customContainerConfig });
  expect(live(answered)).toBe(live({ image: "r/x:1" }));
  expect(live(answered)).not.toBe(live({ image: "r/x:2" }));
  expect(updateBody(checked(CONTAINER), { ...checked(CONTAINER), customContainerConfig: answered } as never)).toEqual(
    {},
  );
});

describe("refuses, naming property, value and what is allowed", () => {
  it.each([
    [
      { functionName: "1api" },
      'functionName: got "1api"; allowed: 1 to 64 letters, digits, _ or -, not starting with a digit or -',
    ],
    [{ functionName: "a/b" }, 'functionName: got "a/b"'],
    [{ functionName: "" }, "functionName: required; the package does not generate names"],
    [{ runtime: "custom-container" }, 'code: not allowed with runtime "custom-container": the image is the code'],
    [{ runtime: "custom-container", code: undefined }, "customContainerConfig: required; give { image }"],
    [
      { customContainerConfig: { image: "r/x:1" } },
      'customContainerConfig: a container image needs runtime: "custom-container"; got "nodejs20"',
    ],
    [
      { ...CONTAINER, customContainerConfig: { image: "r/x 1" } },
      'customContainerConfig.image: got "r/x 1"; allowed: an image such as',
    ],
    [
      { ...CONTAINER, customContainerConfig: { image: "r/x:1", registryConfig: { authConfig: { password: 1 } } } },
      "registryConfig.authConfig.password: got a value that is not shown; allowed: text of 1 to 4096 characters",
    ],
    [{ resourceGroupId: "default" }, 'resourceGroupId: got "default"; allowed: the id of a resource group'],
    [{ runtime: 20 }, "runtime: got 20"],
    [{ handler: "" }, "handler: required"],
    [{ memorySize: 100 }, "memorySize: got 100; allowed: a whole number from 128 to 32768 in steps of 64 (MB)"],
    [{ memorySize: "512" }, 'memorySize: got "512"'],
    [{ cpu: 0.33 }, "cpu: got 0.33; allowed: 0.05 to 16 in steps of 0.05 (vCPU)"],
    [{ cpu: 4, memorySize: 512 }, "cpu: got 4 vCPU with 512 MB; allowed: 1 to 4 GB of memory for each vCPU"],
    [{ diskSize: 1024 }, "diskSize: got 1024; allowed: 512, 10240"],
    [{ timeout: 0 }, "timeout: got 0; allowed: a whole number from 1 to 86400 (seconds)"],
    [{ timeout: 1.5 }, "timeout: got 1.5"],
    [{ instanceConcurrency: 201 }, "instanceConcurrency: got 201"],
    [
      { environmentVariables: { FC_X: "1" } },
      "environmentVariables.FC_X: names that start with FC_ belong to the service",
    ],
    ...["\0", "\u0001", "\b", "\v", "\f", "\r", "\u001b", "\u007f", "\u0085", "\u009f"].map(
      (character): [object, string] => [
        { environmentVariables: { A: `hunter2${character}` } },
        "environmentVariables.A: got a control character, U+00",
      ],
    ),
    [
      { environmentVariables: { KEY: "a\r\nb" } },
      "environmentVariables.KEY: got a control character, U+000D at position 2 (a carriage return, as Windows ends lines",
    ],
    [
      { juiceFsConfig: { envs: { KEY: "hunter2\u0000" } } },
      "juiceFsConfig.envs.KEY: got a control character, U+0000 at position 8; allowed: text without control characters but",
    ],
    [
      { tracingConfig: { type: "Jaeger", params: { a: "\u001b[31m" } } },
      "tracingConfig.params.a: got a control character, U+001B at position 1",
    ],
    [{ environmentVariables: { A: "" } }, "environmentVariables.A: allowed values: text that is not empty"],
    [{ environmentVariables: { "a-b": "1" } }, "environmentVariables.a-b: allowed names"],
    [
      { environmentVariables: { A: "x".repeat(4096) } },
      "environmentVariables: got 4097 bytes; allowed: 4096 bytes in all",
    ],
    [{ environmentVariables: "A=1" }, "environmentVariables: allowed: a map from name to text"],
    [{ layers: ["Nodejs20"] }, 'layers[0]: got "Nodejs20"; allowed: acs:fc:'],
    [{ layers: Array(6).fill("x") }, "layers: got a list of 6; allowed: a list of at most 5"],
    [{ role: "run" }, 'role: got "run"; allowed: an ARN such as acs:ram::<account>:role/<name>'],
    [{ logConfig: { project: "p" } }, "logConfig.logstore: required"],
    [
      { logConfig: { project: "p", logstore: "l", logBeginRule: "x" } },
      'logConfig.logBeginRule: got "x"; allowed: "None", "DefaultRegex"',
    ],
    [
      { logConfig: { project: "p", logstore: "l", logstor: "l" } },
      "logConfig: has no logstor; allowed: project, logstore",
    ],
    [{ vpcConfig: { vpcId: "v", vSwitchIds: [] } }, "vpcConfig.securityGroupId: required"],
    [
      { vpcConfig: { vpcId: "v", vSwitchIds: "s", securityGroupId: "g" } },
      'vpcConfig.vSwitchIds: got "s"; allowed: a list of 1 to 20',
    ],
    [
      { nasConfig: { mountPoints: [{ serverAddr: "a", mountDir: "mnt" }] } },
      'nasConfig.mountPoints[0].mountDir: got "mnt"; allowed: an absolute path',
    ],
    [{ gpuConfig: { gpuType: "fc.gpu.ada.1" } }, "gpuConfig.gpuMemorySize: required"],
    [
      { instanceLifecycleConfig: { preStop: { timeout: 91 } } },
      "instanceLifecycleConfig.preStop.timeout: got 91; allowed: a whole number from 1 to 90 (seconds)",
    ],
    [
      { instanceLifecycleConfig: { initializer: { handler: "a", command: ["b"] } } },
      "instanceLifecycleConfig.initializer: handler and command exclude each other",
    ],
    [
      { customRuntimeConfig: { port: 0 } },
      "customRuntimeConfig.port: got 0; allowed: a whole number from 1 to 65535 (port)",
    ],
    [{ customRuntimeConfig: { healthCheckConfig: { timeoutSeconds: 9 } } }, "healthCheckConfig.timeoutSeconds: got 9"],
    [{ sessionAffinity: "sticky" }, 'sessionAffinity: got "sticky"; allowed: "NONE"'],
    [{ internetAccess: "yes" }, 'internetAccess: got "yes"; allowed: true or false'],
    [
      { tracingConfig: { type: "Jaeger", params: { endpoint: 1 } } },
      "tracingConfig.params.endpoint: got a value that is not shown; allowed: text",
    ],
    [{ description: "x".repeat(257) }, "allowed: text of at most 256 characters on one line"],
    [{ tags: { [OWNER_TAG]: "x" } }, `tags.${OWNER_TAG}: this tag marks the owner; choose another name`],
    [{ code: undefined }, "code: required; give a folder, a file, a .zip, an archive, or an OSS object"],
    [{ code: { ossBucketName: "b-1" } }, "code.ossObjectName: required"],
    [
      { code: { ossBucketName: "B", ossObjectName: "o" } },
      'code.ossBucketName: got "B"; allowed: the name of an OSS bucket',
    ],
    [{ code: { ossBucketName: "b-1", ossObjectName: "o", checksum: "x" } }, 'code.checksum: got "x"'],
    [{ code: { path: "x", hash: "", problem: "it is gone" } }, "code: it is gone"],
    [{ region: "" }, "region: required; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION"],
    [{ region: "cn/hangzhou" }, 'region: got "cn/hangzhou"; allowed: a region id such as cn-hangzhou'],
    [{ accountId: "me" }, 'accountId: got "me"; allowed: an account id of 16 digits, as text'],
    [{ connection: { endpoint: "evil.com" } }, 'endpoint: got "evil.com"; allowed: a host under aliyuncs.com'],
    [{ waitSeconds: "soon" }, 'customTimeouts: got "soon"; allowed: 1s to 24h, such as "10m" or "1h30m"'],
    [{ memory: 512 }, "memory: there is no such argument; check its spelling"],
    [{ replaceFunction: "yes" }, 'replaceFunction: got "yes"; allowed: true or false'],
  ])("%j", (given, message) => {
    const { failures } = checkFunction({}, wrong(given));
    expect(failures.map(({ reason }) => reason).join("\n")).toContain(message);
    expect(failures.every(({ property, reason }) => reason.startsWith(property.split(".")[0] ?? ""))).toBe(true);
  });
});

it("refused inputs are returned as they were", () => {
  expect(checkFunction({}, wrong({ timeout: 0 })).inputs).toEqual(wrong({ timeout: 0 }));
});

it.each<[object, object]>([
  [{ memorySize: 1024 }, { cpu: 0.7 }],
  [{ memorySize: 1536 }, { cpu: 1 }],
  [{ memorySize: 32_768 }, { cpu: 16 }],
  [{ memorySize: UNKNOWN }, { memorySize: UNKNOWN, cpu: UNKNOWN }],
  [{ cpu: 0.05 }, { memorySize: 128 }],
  [{ cpu: 0.1 }, { memorySize: 256 }],
  [{ cpu: 0.15 }, { memorySize: 512 }],
  [{ cpu: 0.5 }, { memorySize: 512 }],
  [{ cpu: 1 }, { memorySize: 2048 }],
  [{ cpu: 16 }, { memorySize: 32_768 }],
  [{ cpu: UNKNOWN }, { memorySize: UNKNOWN, cpu: UNKNOWN }],
  [
    { memorySize: 1024, cpu: 1 },
    { memorySize: 1024, cpu: 1 },
  ],
  [
    { memorySize: 4096, cpu: 1 },
    { memorySize: 4096, cpu: 1 },
  ],
  [
    { memorySize: UNKNOWN, cpu: 1 },
    { memorySize: UNKNOWN, cpu: 1 },
  ],
  [
    { memorySize: 512, cpu: UNKNOWN },
    { memorySize: 512, cpu: UNKNOWN },
  ],
])("%j becomes %j", (given, sizes) => {
  expect(checked(given)).toMatchObject({ ...given, ...sizes });
});

it.each([
  { memorySize: 1024, cpu: 1.05 },
  { memorySize: 4160, cpu: 1 },
])("%j has too little or too much memory", (given) => {
  expect(checkFunction({}, wrong(given)).failures.map(({ property }) => property)).toEqual(["cpu"]);
});

it.each<[string, object, string[]]>([
  ["code", {}, []],
  ["no code", { code: undefined }, []],
  ["an image", { code: undefined, customContainerConfig: { image: "r/x:1" } }, []],
  ["wrong code", { code: { path: "./src" } }, ["code.hash: required"]],
])("with a runtime that is not known yet, %s is checked", (_what, given, reasons) => {
  const { failures } = checkFunction({}, wrong({ runtime: UNKNOWN, ...given }));
  expect(failures.map(({ reason }) => reason)).toEqual(reasons);
});

it("an asset has a hash, and no other member", () => {
  checked({ code: { asset: {}, hash: "t1:abc" } });
  const { failures } = checkFunction({}, wrong({ code: { asset: {}, hash: "t1:abc", other: 1 } }));
  expect(failures.map(({ reason }) => reason)).toEqual([expect.stringContaining("code: has no other")]);
});

it.each([
  ["1.1.1.1", true],
  ["223.5.5.5", true],
  ["100.100.2.136", true],
  ["2400:3200::1", true],
  ["::", true],
  ["::ffff:1.1.1.1", true],
  ["dns:1", false],
  ["1.1.1", false],
  ["x1.1.1.1", false],
])("a name server %s is accepted: %j", (address, accepted) => {
  const { failures } = checkFunction({}, wrong({ customDNS: { nameServers: [address] } }));
  expect(failures.length === 0).toBe(accepted);
});

it("text before the ARN of a layer is refused", () => {
  const layers = ["xacs:fc:cn-hangzhou:official:layers/Nodejs20/versions/1"];
  expect(checkFunction({}, wrong({ layers })).failures).toHaveLength(1);
});

it("two layers that are not known yet may differ", () => {
  checked({ layers: [UNKNOWN, UNKNOWN] });
});

it("the environment's names are in the fingerprint in any order", () => {
  const of = (environmentVariables: object) => checked({ environmentVariables }).fingerprint;
  expect(of({ A: "1", B: "2" })).toBe(of({ B: "2", A: "1" }));
});

it("the length of hashes is frozen", () => {
  const { code, environmentFingerprint } = checked({
    code: { ossBucketName: "bucket", ossObjectName: "api.zip" },
    environmentVariables: { A: "1" },
  });
  expect(code).toMatchObject({ hash: expect.stringMatching(/^o1:[0-9a-f]{32}$/) as string });
  expect(environmentFingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(contentOf({})).toMatch(/^c1:[0-9a-f]{32}$/);
});

it("code in OSS differs by name, and by checksum if there is one", () => {
  const code = { ossBucketName: "bucket", ossObjectName: "api.zip" };
  const fingerprint = (more: object) => checked({ code: { ...code, ...more } }).fingerprint;
  expect(fingerprint({})).toBe(fingerprint({}));
  expect(fingerprint({ checksum: "1" })).not.toBe(fingerprint({}));
  expect(fingerprint({ ossObjectName: "api-2.zip" })).not.toBe(fingerprint({}));
  expect(checkFunction({}, wrong({ code: { ...code, checksum: UNKNOWN } })).inputs["fingerprint"]).toBe(UNKNOWN);
});

describe("values that are not known yet", () => {
  it.each(Object.keys(checked()))(
    "%s may be unknown: check and diff do not throw and compute nothing from it",
    (field) => {
      const { inputs, failures } = checkFunction({}, wrong({ [field]: UNKNOWN }));
      expect(failures).toEqual([]);
      const frozen = ["code", "runtime", "handler", "memorySize", "cpu", "diskSize", "timeout", "instanceConcurrency"];
      if (frozen.includes(field)) expect(inputs["fingerprint"]).toBe(UNKNOWN);
      expect(() => diffFunction(stored(), inputs as unknown as FunctionInputs)).not.toThrow();
    },
  );

  it("ARN and fingerprints are unknown if a part of them is unknown", () => {
    expect(checkFunction({}, wrong({ functionName: UNKNOWN })).inputs["functionArn"]).toBe(UNKNOWN);
    const { inputs } = checkFunction({}, wrong({ environmentVariables: { A: UNKNOWN } }));
    expect(inputs["environmentFingerprint"]).toBe(UNKNOWN);
    expect(inputs["fingerprint"]).not.toBe(UNKNOWN);
    expect(checkFunction({}, wrong({ environmentVariables: UNKNOWN })).inputs["fingerprint"]).toBe(UNKNOWN);
    const image = wrong({ ...CONTAINER, customContainerConfig: UNKNOWN });
    expect(checkFunction({}, image).inputs["fingerprint"]).toBe(UNKNOWN);
  });
});

describe("diff", () => {
  it("is empty between a function and itself, for any inputs", () => {
    const given = fc.record(
      {
        timeout: fc.integer({ min: 1, max: 86_400 }),
        description: fc.constantFrom("", "text"),
        environmentVariables: fc.dictionary(fc.constantFrom("A", "B", "C"), fc.constantFrom("1", "2")),
        tags: fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("1", "")),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, (value) => expect(diffFunction(stored(value), checked(value))).toEqual({ changes: false })),
    );
  });

  it("a change has no detailed diff, so that the engine lists the properties", () => {
    expect(diffFunction(stored(), checked({ timeout: 9 }))).toEqual(CHANGED);
  });

  it.each([
    ["functionName", "web"],
    ["region", "cn-beijing"],
    ["accountId", "6543210987654321"],
  ])("another %s replaces the function only if the program accepts the deletion", (name, value) => {
    const refusal = () => diffFunction(stored(), checked({ [name]: value }));
    expect(refusal).toThrow(`${name}: `);
    expect(refusal).toThrow(
      `cannot become ${value} in place. A new function would be made, and api in cn-hangzhou deleted`,
    );
    expect(diffFunction(stored(), checked({ [name]: value, replaceFunction: true }))).toEqual({ replaces: [name] });
  });

  it("refuses to move a stack between an emulator and the real service", () => {
    expect(() => diffFunction(stored(), checked({ accountId: "0000123456789012" }))).toThrow(/use another stack/);
  });

  it("a replacement under the same name needs replaceFunction", () => {
    expect(() => diffFunction(stored(), checked({ runtime: "custom.debian12" }))).toThrow(/replaceFunction: true/);
    const news = checked({ runtime: "custom.debian12", replaceFunction: true });
    expect(diffFunction(stored(), news)).toEqual({ replaces: ["runtime"], deleteBeforeReplace: true });
  });
});

describe("what is sent", () => {
  const observed = {
    runtime: "nodejs20",
    handler: "index.handler",
    memorySize: 512,
    cpu: 0.35,
    diskSize: 512,
    timeout: 3,
    instanceConcurrency: 1,
  };

  it("nothing is sent if the service has the desired values, also with additional members", () => {
    const extras = {
      internetAccess: true,
      logConfig: { enableRequestMetrics: false, logBeginRule: "None" },
      layers: [],
    };
    expect(updateBody(checked(), { ...observed, ...extras })).toEqual({});
    const layer = "acs:fc:cn-hangzhou:official:layers/A/versions/1";
    expect(updateBody(checked({ layers: [layer] }), { ...observed, layers: [{ arn: layer, size: 1 }] })).toEqual({});
  });

  it("an empty value is sent for a removed setting", () => {
    const before = { ...observed, description: "text", environmentVariables: { A: "1" }, timeout: 9 };
    expect(updateBody(checked(), before)).toEqual({ description: "", environmentVariables: {}, timeout: 3 });
  });

  it("settings that no program set stay; settings that a program set and removed are removed", () => {
    const byHand = {
      ...observed,
      vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" },
      internetAccess: false,
    };
    expect(updateBody(checked(), byHand)).toEqual({});
    const vpcConfig = { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" };
    expect(updateBody(checked(), byHand, checked({ vpcConfig }))).toEqual({
      vpcConfig: { vpcId: "", vSwitchIds: [], securityGroupId: "" },
    });
  });

  it("members that the service adds are no difference; if a member is removed, the whole object is sent", () => {
    const hook = { initializer: { handler: "index.init", timeout: 9 } };
    const filled = { ...observed, instanceLifecycleConfig: { ...hook, preStop: { handler: "", timeout: 0 } } };
    expect(updateBody(checked({ instanceLifecycleConfig: hook }), filled)).toEqual({});
    const less = { initializer: { handler: "index.init" } };
    expect(
      updateBody(checked({ instanceLifecycleConfig: less }), filled, checked({ instanceLifecycleConfig: hook })),
    ).toEqual({
      instanceLifecycleConfig: less,
    });
  });

  it("the owner tag is written, and only undesired tags are removed", () => {
    const inputs = checked({ tags: { keep: "1", change: "2" } });
    const tags = [
      { key: "keep", value: "1" },
      { key: "change", value: "1" },
      { key: "gone", value: "1" },
    ];
    expect(planTags(inputs, { tags })).toEqual({ set: { change: "2", [OWNER_TAG]: inputs.owner }, remove: ["gone"] });
  });

  it("content is compared by all frozen settings and nothing else", () => {
    const content = contentOf({ ...observed, codeChecksum: "1" });
    expect(contentOf({ ...observed, codeChecksum: "1", description: "x", tags: [], vpcConfig: { vpcId: "" } })).toBe(
      content,
    );
    expect(contentOf({ ...observed, codeChecksum: "2" })).not.toBe(content);
    expect(contentOf({ ...observed, codeChecksum: "1", vpcConfig: { vpcId: "v" } })).not.toBe(content);
  });
});

it.each([
  [{}, "ready"],
  [{ state: "Active", lastUpdateStatus: "Successful" }, "ready"],
  [{ state: "Pending" }, "waiting"],
  [{ lastUpdateStatus: "InProgress" }, "waiting"],
  [{ state: "Failed", lastUpdateStatus: "Successful" }, "failed"],
])("%j is %s", (observed, phase) => {
  expect(readiness(observed).phase).toBe(phase);
});

it("accepts newline and tab in the value of a variable, and text in any language", () => {
  const environmentVariables = { KEY: "-----BEGIN\n\tx\n-----END", NAME: "日本語 🙂 é", NOT_YET: UNKNOWN };
  expect(checked({ environmentVariables }).environmentVariables).toEqual(environmentVariables);
});
