/**
 * Calls every operation of the SDK's client once. Each call must succeed, and its result must stay after a restart. If a new version
 * of the SDK has another operation, this test fails.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import FcClient, * as fc from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";

import { type Emulator, startEmulator } from "../../emulator";
import { RecordingClient } from "../../emulator/learn/recordingClient";
import { answerModel, differences } from "./models";
import { zipInput } from "./support";

/** The only operations that are refused with an error of the emulator. */
const SESSIONS = [
  ...["createSession", "deleteSession", "getSession", "listSessions"],
  ...["pauseSession", "resumeSession", "updateSession"],
];

const OPERATIONS = Object.getOwnPropertyNames(FcClient.prototype)
  .filter((name) => name.endsWith("WithOptions"))
  .map((name) => name.replace("WithOptions", ""))
  .sort();

const runtime = new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 });
const HTTP = JSON.stringify({ authType: "anonymous", methods: ["GET"] });
const called = new Set<string>();
const clients: RecordingClient[] = [];

let dataDir: string;
let emulator: Emulator;
let sdk: RecordingClient;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "emulator-walk-"));
  await start();
});

afterAll(async () => {
  await emulator.close();
  rmSync(dataDir, { recursive: true });
});

async function start(): Promise<void> {
  emulator = await startEmulator({ dataDir });
  const { accessKeyId, accessKeySecret, endpoint, region } = emulator;
  const config = { accessKeyId, accessKeySecret, endpoint: endpoint.replace("http://", ""), protocol: "http" };
  sdk = new RecordingClient(new $OpenApiUtil.Config({ ...config, regionId: region }));
  clients.push(sdk);
}

interface Answer {
  readonly statusCode?: number;
  readonly body?: unknown;
}

/** Calls an operation with path parameters and a request, and answers its status and body as plain data. */
async function call(operation: string, path: unknown[] = [], request?: unknown): Promise<Answer> {
  called.add(operation);
  const method = (sdk as unknown as Record<string, (...given: unknown[]) => Promise<Answer>>)[
    `${operation}WithOptions`
  ];
  if (method === undefined) throw new Error(`the SDK has no operation ${operation}`);
  const headers = operation === "invokeFunction" ? new fc.InvokeFunctionHeaders({}) : {};
  const sizeOfState = () => statSync(join(dataDir, "state.json")).size;
  const answer = await method.call(sdk, ...path, ...(request === undefined ? [] : [request]), headers, runtime);
  // The operation has stored all its changes, so nothing is left to store.
  const size = sizeOfState();
  emulator.store.save();
  expect(sizeOfState()).toBe(size);
  // Each read answers download URLs with a new signature.
  const seen = (name: string, value: unknown) => (name === "location" ? undefined : value);
  const plain =
    operation === "invokeFunction" ? undefined : (JSON.parse(JSON.stringify(answer.body ?? null, seen)) as unknown);
  return { ...(answer.statusCode === undefined ? {} : { statusCode: answer.statusCode }), body: plain };
}

/** The body of a read. */
async function read(operation: string, path: unknown[] = [], request?: unknown): Promise<unknown> {
  return (await call(operation, path, request)).body;
}

/** Reads every object that the test created, for a comparison before and after a restart. */
async function everything(): Promise<Record<string, unknown>> {
  const arn = (name: string) => `acs:fc:${emulator.region}:${emulator.accountId}:layers/${name}/versions/1`;
  const code = (body: unknown) => (body as { checksum: unknown }).checksum;
  return {
    function: await read("getFunction", ["f"], new fc.GetFunctionRequest({})),
    functions: await read("listFunctions", [], new fc.ListFunctionsRequest({})),
    code: code(await read("getFunctionCode", ["f"], new fc.GetFunctionCodeRequest({}))),
    versions: await read("listFunctionVersions", ["f"], new fc.ListFunctionVersionsRequest({})),
    alias: await read("getAlias", ["f", "live"]),
    aliases: await read("listAliases", ["f"], new fc.ListAliasesRequest({})),
    trigger: await read("getTrigger", ["f", "http"]),
    triggers: await read("listTriggers", ["f"], new fc.ListTriggersRequest({})),
    concurrency: await read("getConcurrencyConfig", ["f"]),
    concurrencies: await read("listConcurrencyConfigs", [], new fc.ListConcurrencyConfigsRequest({})),
    provision: await read("getProvisionConfig", ["f"], new fc.GetProvisionConfigRequest({ qualifier: "live" })),
    provisions: await read("listProvisionConfigs", [], new fc.ListProvisionConfigsRequest({})),
    scaling: await read("getScalingConfig", ["f"], new fc.GetScalingConfigRequest({ qualifier: "live" })),
    scalings: await read("listScalingConfigs", [], new fc.ListScalingConfigsRequest({})),
    async: await read("getAsyncInvokeConfig", ["f"], new fc.GetAsyncInvokeConfigRequest({ qualifier: "live" })),
    asyncs: await read("listAsyncInvokeConfigs", [], new fc.ListAsyncInvokeConfigsRequest({})),
    task: await read("getAsyncTask", ["f", "task"], new fc.GetAsyncTaskRequest({})),
    tasks: await read("listAsyncTasks", ["f"], new fc.ListAsyncTasksRequest({})),
    vpcs: await read("listVpcBindings", ["f"]),
    domain: await read("getCustomDomain", ["api.example.com"]),
    domains: await read("listCustomDomains", [], new fc.ListCustomDomainsRequest({})),
    layer: await read("getLayerVersion", ["l", "1"]),
    layerByArn: await read("getLayerVersionByArn", [arn("l")]),
    layers: await read("listLayers", [], new fc.ListLayersRequest({})),
    layerVersions: await read("listLayerVersions", ["l"], new fc.ListLayerVersionsRequest({})),
    tags: withoutRequest(await read("listTagResources", [], new fc.ListTagResourcesRequest({ resourceType: "function", resourceId: [`acs:fc:${emulator.region}:${emulator.accountId}:functions/f`] }))), // prettier-ignore
  };
}

function withoutRequest(body: unknown): unknown {
  const { requestId: _id, ...rest } = body as { requestId?: unknown };
  return rest;
}

it("one object of every kind can be created", async () => {
  const functionCode = zipInput({ "index.js": "exports.handler = async () => 'ok';" });
  const input = { functionName: "f", runtime: "nodejs20", handler: "index.handler", code: functionCode };
  await call("createFunction", [], new fc.CreateFunctionRequest({ body: new fc.CreateFunctionInput(input) }));
  const updated = new fc.UpdateFunctionInput({ description: "changed" });
  await call("updateFunction", ["f"], new fc.UpdateFunctionRequest({ body: updated }));
  await call("publishFunctionVersion", ["f"], new fc.PublishFunctionVersionRequest({ body: new fc.PublishVersionInput({}) })); // prettier-ignore
  const alias = new fc.CreateAliasInput({ aliasName: "live", versionId: "1" });
  await call("createAlias", ["f"], new fc.CreateAliasRequest({ body: alias }));
  const described = new fc.UpdateAliasInput({ description: "live" });
  await call("updateAlias", ["f", "live"], new fc.UpdateAliasRequest({ body: described }));
  const trigger = { triggerName: "http", triggerType: "http", triggerConfig: HTTP, qualifier: "live" };
  await call("createTrigger", ["f"], new fc.CreateTriggerRequest({ body: new fc.CreateTriggerInput(trigger) }));
  const told = new fc.UpdateTriggerInput({ description: "told" });
  await call("updateTrigger", ["f", "http"], new fc.UpdateTriggerRequest({ body: told }));
  const reserved = new fc.PutConcurrencyInput({ reservedConcurrency: 5 });
  await call("putConcurrencyConfig", ["f"], new fc.PutConcurrencyConfigRequest({ body: reserved }));
  const provisioned = new fc.PutProvisionConfigInput({ defaultTarget: 2 });
  await call("putProvisionConfig", ["f"], new fc.PutProvisionConfigRequest({ qualifier: "live", body: provisioned }));
  const scaled = new fc.PutScalingConfigInput({ minInstances: 1 });
  await call("putScalingConfig", ["f"], new fc.PutScalingConfigRequest({ qualifier: "live", body: scaled }));
  const retried = new fc.PutAsyncInvokeConfigInput({ asyncTask: true, maxAsyncRetryAttempts: 1 });
  await call("putAsyncInvokeConfig", ["f"], new fc.PutAsyncInvokeConfigRequest({ qualifier: "live", body: retried }));
  await call("createVpcBinding", ["f"], new fc.CreateVpcBindingRequest({ body: new fc.CreateVpcBindingInput({ vpcId: "vpc-1" }) })); // prettier-ignore
  const routeConfig = { routes: [{ path: "/*", functionName: "f", qualifier: "live", methods: ["GET"] }] };
  const domain = new fc.CreateCustomDomainInput({ domainName: "api.example.com", protocol: "HTTP", routeConfig });
  await call("createCustomDomain", [], new fc.CreateCustomDomainRequest({ body: domain }));
  const secured = new fc.UpdateCustomDomainInput({ protocol: "HTTP,HTTPS" });
  await call("updateCustomDomain", ["api.example.com"], new fc.UpdateCustomDomainRequest({ body: secured }));
  const layerCode = new fc.InputCodeLocation({ zipFile: zipInput({ "nodejs/x.js": "" }).zipFile ?? "" });
  const layer = new fc.CreateLayerVersionInput({ code: layerCode, compatibleRuntime: ["nodejs20"] });
  await call("createLayerVersion", ["l"], new fc.CreateLayerVersionRequest({ body: layer }));
  await call("putLayerACL", ["l"], new fc.PutLayerACLRequest({ public: "true" }));
  const resourceId = [`acs:fc:${emulator.region}:${emulator.accountId}:functions/f`];
  const tags = { resourceType: "function", resourceId, tag: [new fc.Tag({ key: "a", value: "1" })] };
  await call("tagResources", [], new fc.TagResourcesRequest({ body: new fc.TagResourcesInput(tags) }));
  const moved = { resourceType: "function", resourceId: "f", newResourceGroupId: "rg-2" };
  await call("changeResourceGroup", [], new fc.ChangeResourceGroupRequest({ body: new fc.ChangeResourceGroupInput(moved) })); // prettier-ignore
  await call("disableFunctionInvocation", ["f"], new fc.DisableFunctionInvocationRequest({ reason: "test" }));
  const event = () => new fc.InvokeFunctionRequest({ qualifier: "live", body: Readable.from([Buffer.from("{}")]) });
  await expect(call("invokeFunction", ["f"], event())).rejects.toMatchObject({ code: "EmulatorInvocationDisabled" });
  await call("enableFunctionInvocation", ["f"]);
  expect((await call("invokeFunction", ["f"], event())).statusCode).toBe(200);
  const headers = new fc.InvokeFunctionHeaders({ xFcInvocationType: "Async", xFcAsyncTaskId: "task" });
  expect((await sdk.invokeFunctionWithOptions("f", event(), headers, runtime)).statusCode).toBe(202);
  await call("stopAsyncTask", ["f", "task"], new fc.StopAsyncTaskRequest({}));
  const instances = (await read("listInstances", ["f"], new fc.ListInstancesRequest({}))) as { instances: object[] };
  expect(instances.instances).toContainEqual(expect.objectContaining({ versionId: "1", status: "Running" }));
  const regions = (await read("describeRegions", [], new fc.DescribeRegionsRequest({}))) as { regions: { region: object[] } }; // prettier-ignore
  expect(regions.regions.region).toContainEqual({ localName: "cn-hangzhou", regionId: "cn-hangzhou" });
});

it("every read has the same answer after a restart", async () => {
  const ended = () =>
    [...(emulator.store.functions.get("f")?.asyncTasks.values() ?? [])].every(({ endTime }) => endTime > 0);
  while (!ended()) await new Promise((resolve) => setImmediate(resolve));
  const before = await everything();
  await emulator.close();
  await start();
  expect(await everything()).toEqual(before);
  expect(before).toMatchObject({
    function: { description: "changed", resourceGroupId: "rg-2", tags: [{ key: "a", value: "1" }] },
    alias: { versionId: "1", description: "live" },
    trigger: { description: "told" },
    concurrency: { reservedConcurrency: 5 },
    provision: { target: 2, current: 2, functionArn: expect.stringMatching(/functions\/f\/live$/) as string },
    provisions: { provisionConfigs: [{ target: 2 }] },
    scaling: { minInstances: 1, targetInstances: 1 },
    async: { asyncTask: true, maxAsyncRetryAttempts: 1 },
    task: { taskId: "task" },
    vpcs: { vpcIds: ["vpc-1"] },
    domain: { protocol: "HTTP,HTTPS", routeConfig: { routes: [{ functionName: "f" }] } },
    layer: { layerName: "l", version: 1, acl: "1" },
  });
});

it("every object can be deleted", async () => {
  await expect(call("deleteFunction", ["f"])).rejects.toMatchObject({ code: "FunctionNotEmpty" });
  await call("deleteTrigger", ["f", "http"]);
  await expect(call("deleteFunction", ["f"])).rejects.toMatchObject({ code: "ProvisionConfigExist" });
  await call("deleteProvisionConfig", ["f"], new fc.DeleteProvisionConfigRequest({ qualifier: "live" }));
  await expect(call("deleteFunction", ["f"])).rejects.toMatchObject({ code: "ResidentScalingConfigExists" });
  await call("deleteScalingConfig", ["f"], new fc.DeleteScalingConfigRequest({ qualifier: "live" }));
  await call("deleteAsyncInvokeConfig", ["f"], new fc.DeleteAsyncInvokeConfigRequest({ qualifier: "live" }));
  await call("deleteConcurrencyConfig", ["f"]);
  await call("deleteVpcBinding", ["f", "vpc-1"]);
  const resourceId = [`acs:fc:${emulator.region}:${emulator.accountId}:functions/f`];
  await call("untagResources", [], new fc.UntagResourcesRequest({ resourceType: "function", resourceId, tagKey: ["a"] })); // prettier-ignore
  await call("deleteAlias", ["f", "live"]);
  await call("deleteFunctionVersion", ["f", "1"]);
  await call("deleteCustomDomain", ["api.example.com"]);
  await call("deleteLayerVersion", ["l", "1"]);
  const gone: [string, unknown[], object | undefined, string][] = [
    [
      "getAsyncInvokeConfig",
      ["f"],
      new fc.GetAsyncInvokeConfigRequest({ qualifier: "LATEST" }),
      "AsyncConfigNotExists",
    ],
    ["getConcurrencyConfig", ["f"], undefined, "OnDemandConfigNotFound"],
    ["getTrigger", ["f", "http"], undefined, "TriggerNotFound"],
    ["getAlias", ["f", "live"], undefined, "AliasNotFound"],
    ["getCustomDomain", ["api.example.com"], undefined, "DomainNameNotFound"],
    ["getLayerVersion", ["l", "1"], undefined, "LayerVersionNotFound"],
  ];
  for (const [operation, path, request, code] of gone) {
    await expect(call(operation, path, request)).rejects.toMatchObject({ code, statusCode: 404 });
  }
  expect(await read("getProvisionConfig", ["f"], new fc.GetProvisionConfigRequest({}))).toMatchObject({ target: 0 });
  await call("deleteFunction", ["f"]);
  expect(await read("listFunctions", [], new fc.ListFunctionsRequest({}))).toEqual({ functions: [] });
});

it.each(SESSIONS)("%s is refused by name", async (operation) => {
  const empty = { validate: () => undefined, sessionId: "s", body: undefined };
  const path = operation === "createSession" || operation === "listSessions" ? ["f"] : ["f", "s"];
  const refused = call(operation, path, empty);
  await expect(refused).rejects.toMatchObject({ code: "EmulatorNotImplemented", statusCode: 501 });
});

it("every operation of the SDK was called", () => {
  expect([...called].sort()).toEqual(OPERATIONS);
});

it("every answer has only fields of the SDK's models, with their types", () => {
  const answers = clients.flatMap((client) => client.answers);
  const found = answers.flatMap(({ operation, body }) => {
    const model = answerModel(operation);
    return model === undefined ? [] : differences(body, model, operation, new Set());
  });
  expect([...new Set(found)]).toEqual([]);
  expect(answers.length).toBeGreaterThan(80);
});
