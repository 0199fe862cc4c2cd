/** A function as the service has it: readiness, outputs, what a refresh finds, what adoption loses, and differences. */
import {
  OPTIONAL_SETTINGS,
  SECRET_SETTINGS,
  SETTING_NAMES,
  type FunctionInputs,
  type FunctionOutputs,
  changedFields,
  checkFunction,
  contentOf,
  createBody,
  diffFunction,
  differingFields,
  functionOutputs,
  lostByAdoption,
  observedFields,
  observedTags,
  planTags,
  readiness,
  refreshedInputs,
  updateBody,
} from "../../provider/core/function";
import { UNKNOWN } from "../../provider/core/unknown";
import type { ObservedFunction } from "../../provider/core/model";

const OWNER_TAG = "pulumi-alicloud-fc-owner";
const OWNER = "d8aee9f2da11:shop/dev/api";
const LAYER = "acs:fc:cn-hangzhou:official:layers/Nodejs20/versions/1";

function checked(given: object = {}): FunctionInputs {
  const { inputs, failures } = checkFunction(
    {},
    {
      ...{ region: "cn-hangzhou", accountId: "1234567890123456", functionName: "api" },
      resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::api",
      ...{ runtime: "nodejs20", handler: "index.handler", code: { path: "./src", hash: "t1:abc" } },
      ...given,
    },
  );
  expect(failures).toEqual([]);
  return inputs as unknown as FunctionInputs;
}

/** The service's answer about a function with the defaults. */
function live(more: object = {}): ObservedFunction {
  return {
    ...{ functionName: "api", functionId: "id-1", functionArn: "acs:fc:cn-hangzhou:1234567890123456:functions/api" },
    ...{ runtime: "nodejs20", handler: "index.handler", memorySize: 512, cpu: 0.35, diskSize: 512, timeout: 3 },
    ...{ instanceConcurrency: 1, codeChecksum: "77", codeSize: 9, createdTime: "1", lastModifiedTime: "2" },
    tags: [{ key: OWNER_TAG, value: OWNER }],
    ...more,
  };
}

/** Settings of a function that has an image instead of code. */
const IMAGE = { runtime: "custom-container", code: undefined, customContainerConfig: { image: "r/x:1" } };

const stored = (given: object = {}, more: object = {}): FunctionOutputs => functionOutputs(checked(given), live(more));

describe("readiness", () => {
  it.each<[ObservedFunction, string, string]>([
    [{}, "ready", "state absent, lastUpdateStatus absent"],
    [{ state: "Active", lastUpdateStatus: "Successful" }, "ready", "state Active, lastUpdateStatus Successful"],
    [
      { state: "Pending", stateReasonCode: "C", stateReason: "r" },
      "waiting",
      "state Pending, C, lastUpdateStatus absent",
    ],
    [{ state: "Pending", stateReason: "r" }, "waiting", "state Pending, r, lastUpdateStatus absent"],
    [{ state: "Pending", stateReason: "" }, "waiting", "state Pending, lastUpdateStatus absent"],
    [{ lastUpdateStatus: "InProgress" }, "waiting", "state absent, lastUpdateStatus InProgress"],
    [{ state: "Failed", lastUpdateStatus: "InProgress" }, "failed", "state Failed, lastUpdateStatus InProgress"],
    [
      { state: "Pending", lastUpdateStatus: "Failed", lastUpdateStatusReasonCode: "D", lastUpdateStatusReason: "s" },
      "failed",
      "state Pending, lastUpdateStatus Failed, D",
    ],
    [{ lastUpdateStatus: "Failed", lastUpdateStatusReason: "s" }, "failed", "state absent, lastUpdateStatus Failed, s"],
  ])("%j is %s", (observed, phase, detail) => {
    expect(readiness(observed)).toEqual({ phase, detail });
  });
});

describe("outputs", () => {
  it("have the service's ids and times, and nothing more if only settings of the program are set", () => {
    const inputs = checked();
    expect(functionOutputs(inputs, live())).toEqual({
      ...inputs,
      ...{ functionId: "id-1", codeChecksum: "77", codeSize: 9, createdTime: "1", lastModifiedTime: "2" },
      ...{ content: contentOf(live()), unseenValues: false, observed: {} },
    });
    expect(functionOutputs(inputs, {})).toMatchObject({
      ...{ functionId: "", codeChecksum: "", codeSize: 0, createdTime: "", lastModifiedTime: "" },
    });
  });

  it.each<[string, object, object, object]>([
    ["a state", {}, { state: "Active" }, { state: "Active" }],
    ["a setting that the program leaves out", {}, { idleTimeout: 60 }, { idleTimeout: 60 }],
    ["a setting with its empty value", {}, { idleTimeout: -1, internetAccess: true, role: "" }, {}],
    ["a setting of the program", { idleTimeout: 60 }, { idleTimeout: 70 }, {}],
    ["blank fields", {}, { reason: null, restriction: {}, note: "" }, {}],
    ["ids of the request", {}, { requestId: "1" }, {}],
    ["environment values", {}, { environmentVariables: { A: "secret" } }, {}],
    ["tokens", {}, { juiceFsConfig: { mountPoints: [{ mountDir: "/j", token: "secret" }] } }, {}],
    [
      "an image",
      {},
      { customContainerConfig: { resolvedImageUri: "r/x@sha256:1" } },
      { resolvedImageUri: "r/x@sha256:1", customContainerConfig: { resolvedImageUri: "r/x@sha256:1" } },
    ],
    ["no image", {}, { customContainerConfig: { resolvedImageUri: "" } }, {}],
  ])("of other values of the service: %s", (_what, given, more, observed) => {
    expect(stored(given, more).observed).toEqual(observed);
  });

  it.each<[string, object, object, boolean]>([
    ["the program's values", { environmentVariables: { A: "1" } }, { environmentVariables: { A: "1" } }, false],
    ["another value", { environmentVariables: { A: "1" } }, { environmentVariables: { A: "2" } }, true],
    ["values that the program does not have", {}, { environmentVariables: { A: "2" } }, true],
    ["tokens that the program does not have", {}, { juiceFsConfig: { mountPoints: [{ token: "t" }] } }, true],
    ["no values", {}, { environmentVariables: {}, juiceFsConfig: { mountPoints: [] } }, false],
    [
      "a password of a registry",
      {},
      { customContainerConfig: { registryConfig: { authConfig: { password: "p" } } } },
      true,
    ],
  ])("know whether the service has values that may be secrets of somebody else: %s", (_what, given, more, unseen) => {
    expect(stored(given, more).unseenValues).toBe(unseen);
  });
});

it("the settings of a function that is only read are those that are set, without the owner", () => {
  const tags = [
    { key: "team", value: "shop" },
    { key: OWNER_TAG, value: OWNER },
    { value: "no name" },
    { key: "bare" },
  ];
  const read = observedFields(
    live({
      tags,
      layers: [{ arn: LAYER, size: 7 }],
      vpcConfig: { vpcId: "" },
      nasConfig: { userId: 0, groupId: 0, mountPoints: [] },
      state: "Active",
    }),
  );
  expect(read).toEqual({
    ...{ runtime: "nodejs20", handler: "index.handler", memorySize: 512, cpu: 0.35, diskSize: 512, timeout: 3 },
    ...{ instanceConcurrency: 1, layers: [LAYER], tags: { team: "shop", bare: "" } },
    logConfig: {
      project: "",
      logstore: "",
      enableRequestMetrics: false,
      enableInstanceMetrics: false,
      logBeginRule: "None",
    },
  });
  expect(observedTags({})).toEqual({});
});

describe("a refresh", () => {
  it.each<[string, object, object, object]>([
    ["nothing", {}, {}, {}],
    ["a setting", {}, { timeout: 9 }, { timeout: 9 }],
    ["a setting that is removed by hand", { role: "acs:ram::1234567890123456:role/run" }, {}, { role: "" }],
    ["a setting that the program leaves to the service", {}, { idleTimeout: 60 }, {}],
    ["a setting that is empty if it is left out", {}, { description: "theirs" }, { description: "theirs" }],
    [
      "environment values",
      { environmentVariables: { A: "1" } },
      { environmentVariables: { A: "1", B: "2" } },
      { environmentVariables: { A: "1", B: "2" } },
    ],
    [
      "a member that the program leaves out",
      { vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" } },
      { vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g", role: "r" } },
      {},
    ],
    [
      "layers in another order",
      { layers: [LAYER, `${LAYER}1`] },
      { layers: [{ arn: `${LAYER}1` }, { arn: LAYER }] },
      { layers: [`${LAYER}1`, LAYER] },
    ],
    [
      "more layers",
      { layers: [LAYER] },
      { layers: [{ arn: LAYER }, { arn: `${LAYER}1` }] },
      { layers: [LAYER, `${LAYER}1`] },
    ],
    ["the same layers", { layers: [LAYER] }, { layers: [{ arn: LAYER, size: 7 }] }, {}],
    [
      "one of two layers",
      { layers: [LAYER, `${LAYER}1`] },
      { layers: [{ arn: LAYER }, { arn: `${LAYER}2` }] },
      { layers: [LAYER, `${LAYER}2`] },
    ],
    [
      "an empty member that the service leaves out",
      { customDNS: { nameServers: ["1.1.1.1"], searches: [] } },
      { customDNS: { nameServers: ["1.1.1.1"] } },
      {},
    ],
    [
      "an empty member that was set by hand",
      { customDNS: { nameServers: ["1.1.1.1"], searches: [] } },
      { customDNS: { nameServers: ["1.1.1.1"], searches: ["a"] } },
      { customDNS: { nameServers: ["1.1.1.1"], searches: ["a"] } },
    ],
    [
      "a member that was removed by hand",
      { customDNS: { nameServers: ["1.1.1.1"], searches: ["a"] } },
      { customDNS: { nameServers: ["1.1.1.1"] } },
      { customDNS: { nameServers: ["1.1.1.1"] } },
    ],
    [
      "unset and unknown members of a log",
      { logConfig: { project: "p", logstore: "l" } },
      { logConfig: { project: "p", logstore: "l", enableRequestMetrics: null, other: 1 } },
      {},
    ],
    ["tags", { tags: { a: "1" } }, { tags: [{ key: "a", value: "2" }] }, { tags: { a: "2" } }],
    ["the owner's tag", {}, { tags: [] }, {}],
    [
      "the same tags",
      { tags: { a: "1" } },
      {
        tags: [
          { key: OWNER_TAG, value: OWNER },
          { key: "a", value: "1" },
        ],
      },
      {},
    ],
  ])("finds %s", (_what, given, more, inputs) => {
    expect(refreshedInputs(stored(given, given), live(more))).toEqual(inputs);
  });

  it("finds another resource group only if the program sets one", () => {
    const group = { resourceGroupId: "rg-1" };
    expect(refreshedInputs(stored(group), live({ resourceGroupId: "rg-2" }))).toEqual({ resourceGroupId: "rg-2" });
    expect(refreshedInputs(stored(group), live(group))).toEqual({});
    expect(refreshedInputs(stored(), live({ resourceGroupId: "rg-2" }))).toEqual({});
  });

  it("finds other code by its checksum", () => {
    expect(refreshedInputs(stored(), live({ codeChecksum: "78" }))).toEqual({
      code: { path: "./src", hash: "drifted:78" },
    });
    expect(refreshedInputs(stored(), live({ codeChecksum: undefined }))).toEqual({
      code: { path: "./src", hash: "drifted:none" },
    });
    const { code: _code, ...image } = stored();
    expect(refreshedInputs(image, live({ codeChecksum: "78" }))).toEqual({});
    expect(refreshedInputs({ ...stored(), codeChecksum: "" }, live({ codeChecksum: undefined }))).toEqual({});
  });
});

describe("adoption", () => {
  const log = { project: "p", logstore: "l" };
  it.each<[string, object, object, string[]]>([
    ["nothing", {}, {}, []],
    ["a default that the program does not mention", {}, { timeout: 9 }, ["timeout"]],
    ["a setting that the program mentions", { timeout: 3 }, { timeout: 9 }, []],
    ["a setting that is empty if it is left out", {}, { description: "theirs" }, ["description"]],
    ["a setting that stays if it is left out", {}, { idleTimeout: 60 }, []],
    [
      "a key of a map",
      { environmentVariables: { A: "1" } },
      { environmentVariables: { A: "2", B: "3" } },
      ["environmentVariables.B"],
    ],
    ["a map that the program empties", { environmentVariables: {} }, { environmentVariables: { B: "3" } }, []],
    ["a map", {}, { environmentVariables: { B: "3" } }, ["environmentVariables"]],
    ["a list that the program has", { layers: [LAYER] }, { layers: [{ arn: `${LAYER}1` }] }, []],
    [
      "a member of an object",
      { logConfig: log },
      { logConfig: { ...log, logstore: "other", enableRequestMetrics: true } },
      ["logConfig.enableRequestMetrics"],
    ],
    [
      "members with their empty values",
      { logConfig: log },
      { logConfig: { ...log, logstore: "x", enableRequestMetrics: false } },
      [],
    ],
    [
      "tags",
      { tags: { a: "1" } },
      {
        tags: [
          { key: "a", value: "2" },
          { key: "b", value: "3" },
          { key: OWNER_TAG, value: "x" },
        ],
      },
      ["tags.b"],
    ],
    ["a longer text", { handler: "a.b" }, { handler: "a.b.longer" }, []],
    [
      "more layers than the program has",
      { layers: [LAYER] },
      { layers: [{ arn: `${LAYER}1` }, { arn: `${LAYER}2` }] },
      [],
    ],
    [
      "an object that the service does not have",
      { vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" } },
      {},
      [],
    ],
    [
      "a member of an object without an empty value",
      { runtime: "custom-container", code: undefined, customContainerConfig: { image: "r/x:1" } },
      { runtime: "custom-container", customContainerConfig: { image: "r/y:1", port: 9000 } },
      ["customContainerConfig.port"],
    ],
    ["a setting of a resource that does not adopt", { adopt: undefined, timeout: 9 }, {}, []],
    ["all tags", {}, { tags: [{ key: "b", value: "3" }] }, ["tags.b"]],
  ])("loses %s", (_what, given, more, lost) => {
    expect(lostByAdoption(checked({ adopt: true, ...given }), live(more))).toEqual(lost);
  });
});

describe("two answers", () => {
  it.each<[string, object, object, string[]]>([
    ["nothing", {}, {}, []],
    ["code", {}, { codeChecksum: "78" }, ["code"]],
    [
      "settings, in the order of the table",
      { timeout: 4 },
      { codeChecksum: "78", handler: "x", timeout: 5 },
      ["code", "handler", "timeout"],
    ],
    ["a setting that no version freezes", {}, { description: "x" }, []],
    ["two ways to say empty", { vpcConfig: { vpcId: "" } }, { vpcConfig: null }, []],
    ["the address of the code", {}, { code: { url: "x" } }, []],
    [
      "unset and unknown members of a log",
      { logConfig: { project: "p", logstore: "l" } },
      { logConfig: { project: "p", logstore: "l", enableRequestMetrics: null, logBeginRule: undefined, other: 1 } },
      [],
    ],
    ["a value and none", {}, { role: "r" }, ["role"]],
    [
      "the order of keys",
      { tracingConfig: { type: "J", params: { a: "1", b: "2" } } },
      { tracingConfig: { params: { b: "2", a: "1" }, type: "J" } },
      [],
    ],
  ])("differ in %s", (_what, a, b, fields) => {
    expect(differingFields(live(a), live(b))).toEqual(fields);
    expect(differingFields(live(b), live(a))).toEqual(fields);
    if (!fields.includes("code")) expect(contentOf(live(a)) === contentOf(live(b))).toBe(fields.length === 0);
  });
});

describe("a change of", () => {
  it.each<[string, object, object, string[]]>([
    ["nothing", {}, {}, []],
    ["the folder of the same code", {}, { code: { path: "./moved", hash: "t1:abc" } }, []],
    ["code", {}, { code: { path: "./src", hash: "t1:abd" } }, ["code"]],
    ["the resource group", { resourceGroupId: "rg-1" }, { resourceGroupId: "rg-2" }, ["resourceGroupId"]],
    ["the resource group from none", {}, { resourceGroupId: "rg-2" }, ["resourceGroupId"]],
    ["the resource group to none", { resourceGroupId: "rg-1" }, {}, []],
    ["the same resource group", { resourceGroupId: "rg-1" }, { resourceGroupId: "rg-1" }, []],
    ["tags", { tags: { a: "1" } }, { tags: { a: "2" } }, ["tags"]],
    ["no tags to empty tags", {}, { tags: {} }, []],
    ["empty tags to no tags", { tags: {} }, {}, []],
    ["a setting", {}, { timeout: 9 }, ["timeout"]],
    ["layers to unknown ones", {}, { layers: UNKNOWN }, ["layers"]],
    ["a log to an unknown one", {}, { logConfig: UNKNOWN }, ["logConfig"]],
    ["an image to an unknown one", IMAGE, { ...IMAGE, customContainerConfig: UNKNOWN }, ["customContainerConfig"]],
    ["no code", IMAGE, IMAGE, []],
    ["a setting to its empty value", {}, { role: undefined, layers: [] }, []],
  ])("%s", (_what, olds, news, fields) => {
    expect(changedFields(checked(olds), checked(news))).toEqual(fields);
  });
});

describe("requests", () => {
  it("a create has the settings of the program and the tags with the owner", () => {
    const { tags, ...body } = createBody(checked({ resourceGroupId: "rg-1", tags: { a: "1" }, idleTimeout: 60 }));
    expect(body).toEqual({
      ...{ functionName: "api", runtime: "nodejs20", handler: "index.handler", memorySize: 512, cpu: 0.35 },
      ...{ diskSize: 512, timeout: 3, instanceConcurrency: 1, idleTimeout: 60, resourceGroupId: "rg-1" },
    });
    expect(tags).toEqual([
      { key: "a", value: "1" },
      { key: OWNER_TAG, value: OWNER },
    ]);
    expect(createBody(checked())).not.toHaveProperty("resourceGroupId");
  });

  it.each<[string, object, object, object, object]>([
    ["nothing", {}, {}, {}, {}],
    ["a value that the service does not have", { timeout: 9 }, {}, {}, { timeout: 9 }],
    ["a value that was changed by hand", {}, {}, { timeout: 9 }, { timeout: 3 }],
    ["a value that the service has already", { timeout: 9 }, {}, { timeout: 9 }, {}],
    ["the empty value of a removed setting", {}, { idleTimeout: 60 }, { idleTimeout: 60 }, { idleTimeout: -1 }],
    ["nothing for null", {}, {}, { environmentVariables: null, description: null }, {}],
    ["nothing for a setting that the service has by itself", {}, {}, { idleTimeout: 60 }, {}],
    [
      "the whole object after a member was removed",
      { customDNS: { nameServers: ["1.1.1.1"] } },
      { customDNS: { nameServers: ["1.1.1.1"], searches: ["a"] } },
      { customDNS: { nameServers: ["1.1.1.1"], searches: ["a"] } },
      { customDNS: { nameServers: ["1.1.1.1"] } },
    ],
    [
      "nothing for a member that the service added",
      { customDNS: { nameServers: ["1.1.1.1"] } },
      { customDNS: { nameServers: ["1.1.1.1"] } },
      { customDNS: { nameServers: ["1.1.1.1"], searches: ["a"] } },
      {},
    ],
  ])("an update has %s", (_what, given, olds, more, body) => {
    expect(updateBody(checked(given), live(more), checked(olds))).toStrictEqual(body);
  });

  it("tags that differ are set, and tags that the program does not have are removed", () => {
    const tags = [
      { key: "a", value: "1" },
      { key: "b", value: "1" },
      { key: "c", value: "1" },
    ];
    expect(planTags(checked({ tags: { a: "1", b: "2" } }), live({ tags }))).toEqual({
      set: { b: "2", [OWNER_TAG]: OWNER },
      remove: ["c"],
    });
    expect(planTags(checked(), live())).toEqual({ set: {}, remove: [] });
  });
});

it("a function that gets another name and another kind of runtime is replaced because of its name", () => {
  const news = checked({ functionName: "web", runtime: "custom.debian12", replaceFunction: true });
  expect(diffFunction(stored(), news)).toEqual({ replaces: ["functionName"] });
});

it("the settings that may be secrets, and those that a program may leave out", () => {
  expect([...SECRET_SETTINGS].sort()).toEqual(["customContainerConfig", "environmentVariables", "juiceFsConfig"]);
  const always = [
    "cpu",
    "diskSize",
    "functionName",
    "handler",
    "instanceConcurrency",
    "memorySize",
    "runtime",
    "timeout",
  ];
  expect(SETTING_NAMES.filter((name) => !OPTIONAL_SETTINGS.includes(name as never)).sort()).toEqual(always);
});
