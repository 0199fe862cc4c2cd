/**
 * Fields inside of requests. An unknown field is refused with an error of the emulator (501), and a wrong type or value with
 * an error of the service (400). The message has the path of the field, and nothing is changed.
 */
import { $OpenApiUtil } from "@alicloud/openapi-core";

import { Api, layer, refusal, useEmulator, zipInput } from "./support";

const emulator = useEmulator();
let api: Api;

type Body = Readonly<Record<string, unknown>>;
type Query = Readonly<Record<string, string>>;

const CODE = { zipFile: zipInput({ "index.js": "exports.handler = async () => 'ok';" }).zipFile };
const plain = (functionName: string, more: Body = {}): Body => ({
  ...{ functionName, runtime: "nodejs20", handler: "index.handler", code: CODE },
  ...more,
});

/** Sends a request with exactly this body, signed by the SDK. The SDK's models would leave out unknown fields. */
async function send(method: string, path: string, body: unknown, query: Query = {}): Promise<unknown> {
  const params = new $OpenApiUtil.Params({
    ...{ action: "Test", version: "2023-03-30", protocol: "HTTP", pathname: `/2023-03-30${path}`, method },
    ...{ authType: "AK", style: "ROA", reqBodyType: "json", bodyType: "any" },
  });
  const request = new $OpenApiUtil.OpenApiRequest({ query, ...(body === undefined ? {} : { body }) });
  return await api.sdk.callApi(params, request, api.runtime);
}

beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
  await layer(api, "l", { "a.txt": "a" });
  await send("POST", "/functions/f/triggers", {
    ...{ triggerName: "h", triggerType: "http", triggerConfig: JSON.stringify({ methods: ["GET"] }) },
  });
});

const ROUTE = { path: "/*", functionName: "f" };
const domain = (more: Body): Body => ({ domainName: "a.example.com", protocol: "HTTP", ...more });
const rewrite = (rewriteConfig: Body): Body => domain({ routeConfig: { routes: [{ ...ROUTE, rewriteConfig }] } });
const trigger = (triggerType: string, config: Body): Body => ({
  ...{ triggerName: "t", triggerType, triggerConfig: JSON.stringify(config) },
});
const container = (customContainerConfig: Body): Body => ({
  ...{ functionName: "k", runtime: "custom-container", handler: "h" },
  customContainerConfig: { image: "a/b:c", ...customContainerConfig },
});
const X = { noSuchField: 7 };

type Case = [method: string, path: string, body: Body, at: string];

/** The request, and the path of the field that it should not have. */
const UNKNOWN: Case[] = [
  ["POST", "/functions", plain("k", { code: { ...CODE, ...X } }), "code.noSuchField"],
  ["POST", "/functions", plain("k", { code: { ...CODE, constructor: null } }), "code.constructor"],
  ["PUT", "/functions/f", { code: { ...CODE, ...X } }, "code.noSuchField"],
  ["POST", "/functions", plain("k", { tags: [{ Key: "a" }, { Key: "b", ...X }] }), "tags[1].noSuchField"],
  ["PUT", "/functions/f", { customRuntimeConfig: X }, "customRuntimeConfig.noSuchField"],
  ["PUT", "/functions/f", { customRuntimeConfig: { healthCheckConfig: X } }, "customRuntimeConfig.healthCheckConfig.noSuchField"],
  ["PUT", "/functions/f", { instanceLifecycleConfig: { preStop: X } }, "instanceLifecycleConfig.preStop.noSuchField"],
  ["PUT", "/functions/f", { logConfig: X }, "logConfig.noSuchField"],
  ["PUT", "/functions/f", { vpcConfig: X }, "vpcConfig.noSuchField"],
  ["PUT", "/functions/f", { nasConfig: { mountPoints: [X] } }, "nasConfig.mountPoints[0].noSuchField"],
  ["PUT", "/functions/f", { ossMountConfig: { mountPoints: [X] } }, "ossMountConfig.mountPoints[0].noSuchField"],
  ["PUT", "/functions/f", { juiceFsConfig: { mountPoints: [X] } }, "juiceFsConfig.mountPoints[0].noSuchField"],
  ["PUT", "/functions/f", { polarFsConfig: X }, "polarFsConfig.noSuchField"],
  ["PUT", "/functions/f", { customDNS: { dnsOptions: [X] } }, "customDNS.dnsOptions[0].noSuchField"],
  ["PUT", "/functions/f", { tracingConfig: X }, "tracingConfig.noSuchField"],
  ["PUT", "/functions/f", { gpuConfig: X }, "gpuConfig.noSuchField"],
  ["POST", "/functions", container(X), "customContainerConfig.noSuchField"],
  ["POST", "/functions", container({ healthCheckConfig: X }), "customContainerConfig.healthCheckConfig.noSuchField"],
  ["POST", "/functions", container({ registryConfig: X }), "customContainerConfig.registryConfig.noSuchField"],
  ...["authConfig", "certConfig", "networkConfig"].map((name): Case => [
    ...(["POST", "/functions", container({ registryConfig: { [name]: X } })] as const),
    `customContainerConfig.registryConfig.${name}.noSuchField`,
  ]),
  ...["routeConfig", "authConfig", "corsConfig", "wafConfig", "certConfig", "tlsConfig"].map((name): Case => [
    ...(["POST", "/custom-domains", domain({ [name]: X })] as const),
    `${name}.noSuchField`,
  ]),
  ["POST", "/custom-domains", domain({ routeConfig: { routes: [{ ...ROUTE, ...X }] } }), "routeConfig.routes[0].noSuchField"],
  ["POST", "/custom-domains", rewrite(X), "routeConfig.routes[0].rewriteConfig.noSuchField"],
  ...["equalRules", "wildcardRules", "regexRules"].map((name): Case => [
    ...(["POST", "/custom-domains", rewrite({ [name]: [{ match: "/a", replacement: "/b", ...X }] })] as const),
    `routeConfig.routes[0].rewriteConfig.${name}[0].noSuchField`,
  ]),
  ["PUT", "/functions/f/async-invoke-config", { destinationConfig: X }, "destinationConfig.noSuchField"],
  ["PUT", "/functions/f/async-invoke-config", { destinationConfig: { onFailure: X } }, "destinationConfig.onFailure.noSuchField"],
  ["PUT", "/functions/f/provision-config", { scheduledActions: [X] }, "scheduledActions[0].noSuchField"],
  ["PUT", "/functions/f/provision-config", { targetTrackingPolicies: [X] }, "targetTrackingPolicies[0].noSuchField"],
  ["PUT", "/functions/f/scaling-config", { horizontalScalingPolicies: [X] }, "horizontalScalingPolicies[0].noSuchField"],
  ["PUT", "/functions/f/scaling-config", { scheduledPolicies: [X] }, "scheduledPolicies[0].noSuchField"],
  ...["oss", "log", "timer", "cdn_events", "mns_topic", "eventbridge"].map((type): Case => [
    ...(["POST", "/functions/f/triggers", trigger(type, X)] as const),
    "triggerConfig.noSuchField",
  ]),
  ["POST", "/functions/f/triggers", trigger("http", { methods: ["GET"], ...X }), "triggerConfig.noSuchField"],
  ["POST", "/functions/f/triggers", trigger("http", { methods: ["GET"], corsConfig: X }), "triggerConfig.corsConfig.noSuchField"],
  ["PUT", "/functions/f/triggers/h", { triggerConfig: JSON.stringify({ methods: ["GET"], ...X }) }, "triggerConfig.noSuchField"],
  ["POST", "/functions/f/triggers", trigger("oss", { filter: { key: X } }), "triggerConfig.filter.key.noSuchField"],
  ["POST", "/functions/f/triggers", trigger("eventbridge", { eventSourceConfig: { eventSourceParameters: { sourceMNSParameters: X } } }), "triggerConfig.eventSourceConfig.eventSourceParameters.sourceMNSParameters.noSuchField"],
  ["POST", "/tags-v2", { ResourceType: "function", ResourceId: ["arn"], Tag: [{ Key: "a" }], ...X }, "noSuchField"],
  ["PUT", "/layers/l/acl", X, "noSuchField"],
  ["POST", "/functions/f/invoke/enable", X, "noSuchField"],
]; // prettier-ignore

it.each(UNKNOWN)("%s %s with %j is refused, because the field '%s' is not known", async (method, path, body, at) => {
  const query: Query = path.endsWith("/acl") ? { acl: "1" } : {};
  const { statusCode, code, message } = await refusal(send(method, path, body, query));
  expect([statusCode, code]).toEqual([501, "EmulatorNotImplemented"]);
  expect(message).toContain(`the field '${at}' is not known`);
});

it("a tag with a field other than Key and Value is refused", async () => {
  const { accountId, region } = emulator();
  const body = { ResourceType: "function", ResourceId: [`acs:fc:${region}:${accountId}:functions/f`] };
  const { statusCode, message } = await refusal(send("POST", "/tags-v2", { ...body, Tag: [{ Key: "a", ...X }] }));
  expect([statusCode, message]).toEqual([501, expect.stringContaining("the field 'Tag[0].noSuchField' is not known")]);
});

const scaled = (policy: Body): Body => ({ horizontalScalingPolicies: [policy] });
const tracked = (policy: Body): Body => ({ targetTrackingPolicies: [policy] });
const onFailure = (destination: unknown): Body => ({ destinationConfig: { onFailure: { destination } } });
const registry = (registryConfig: unknown): Body => container({ registryConfig });
const PROVISION = "/functions/f/provision-config";
const SCALING = "/functions/f/scaling-config";
const ASYNC = "/functions/f/async-invoke-config";
const TRIGGERS = "/functions/f/triggers";

/** The request, and a text in the message that names the wrong value. */
const WRONG: Case[] = [
  ["PUT", SCALING, { horizontalScalingPolicies: "x" }, "horizontalScalingPolicies must be a list"],
  ["PUT", SCALING, { horizontalScalingPolicies: [1] }, "horizontalScalingPolicies must be an object"],
  ["PUT", SCALING, scaled({ maxInstances: -5 }), "'maxInstances'"],
  ["PUT", SCALING, scaled({ minInstances: "9" }), "'minInstances'"],
  ["PUT", SCALING, scaled({ minInstances: 9, maxInstances: 5 }), "'minInstances' of 9 above its 'maxInstances' of 5"],
  ["PUT", SCALING, scaled({ metricType: 1 }), "'metricType'"],
  ["PUT", SCALING, scaled({ metricTarget: -3 }), "'metricTarget'"],
  ["PUT", SCALING, scaled({ startTime: "never" }), "'startTime'"],
  ["PUT", SCALING, scaled({ name: {} }), "'name'"],
  ["PUT", SCALING, { scheduledPolicies: [{ target: -1 }] }, "'target'"],
  ["PUT", SCALING, { scheduledPolicies: [{ endTime: true }] }, "'endTime'"],
  ["PUT", PROVISION, tracked({ metricTarget: -3 }), "'metricTarget'"],
  ["PUT", PROVISION, tracked({ metricType: "nonsense" }), "ProvisionedConcurrencyUtilization, CPUUtilization, GPUMemUtilization"],
  ["PUT", PROVISION, tracked({ minCapacity: 9, maxCapacity: 5 }), "'minCapacity' of 9 above its 'maxCapacity' of 5"],
  ["PUT", PROVISION, { scheduledActions: [{ startTime: "never" }] }, "'startTime'"],
  ["POST", TRIGGERS, trigger("timer", { cronExpression: { x: 1 } }), "'cronExpression'"],
  ["POST", TRIGGERS, trigger("timer", { enable: "maybe" }), "'enable'"],
  ["POST", TRIGGERS, trigger("log", { functionParameter: { a: 1 } }), "'functionParameter'"],
  ["POST", TRIGGERS, trigger("oss", { events: "x" }), "'events'"],
  ["POST", TRIGGERS, trigger("cdn_events", { filter: { domain: "x" } }), "'filter'"],
  ["POST", TRIGGERS, trigger("http", {}), "methods of triggerConfig is required but not provided"],
  ["POST", TRIGGERS, trigger("http", { methods: [] }), "'methods'"],
  ["PUT", ASYNC, onFailure("__proto__"), "must be an ARN"],
  ["PUT", ASYNC, onFailure("not an arn"), "must be an ARN"],
  ["PUT", ASYNC, onFailure(`acs:fc:r:1:functions/${"x".repeat(500)}`), "at most 512 characters"],
  ["PUT", ASYNC, onFailure(1), "must be an ARN"],
  ...[1, "x", { authConfig: 1 }, { authConfig: { userName: 1 } }, { certConfig: { insecure: "x" } }, { networkConfig: { vpcId: [] } }].map(
    (value): Case => ["POST", "/functions", registry(value), "'registryConfig'"],
  ),
  ["POST", "/functions", plain("k", { code: { ...CODE, checksum: 5 } }), "'checksum'"],
  ["POST", "/functions", plain("k", { tags: [{ Key: 1 }] }), "'Key'"],
  ["POST", "/functions", plain("k", { tags: [{ Value: "v" }] }), "a tag must have a Key"],
  ["PUT", "/functions/f", { juiceFsConfig: { envs: { a: 1 } } }, "'envs'"],
  ["POST", "/custom-domains", domain({ wafConfig: { enableWAF: "yes" } }), "'enableWAF'"],
  ["POST", "/custom-domains", domain({ authConfig: { authType: "nobody" } }), "anonymous, function, jwt"],
  ["POST", "/custom-domains", domain({ certConfig: { privateKey: 1 } }), "'privateKey'"],
  ["POST", "/custom-domains", domain({ tlsConfig: { cipherSuites: "x" } }), "'cipherSuites'"],
  ["POST", "/custom-domains", domain({ routeConfig: { routes: [{ path: "/*" }] } }), "functionName is required"],
  ["POST", "/custom-domains", rewrite({ equalRules: [{ match: "/a" }] }), "replacement is required"],
  ["POST", "/functions/f/invoke/disable", { abortOngoingRequest: {} }, "abortOngoingRequest must be true or false"],
  ["POST", "/functions/f/invoke/disable", { abortOngoingRequest: "true" }, "abortOngoingRequest must be true or false"],
]; // prettier-ignore

it.each(WRONG)("%s %s with %j is refused: %s", async (method, path, body, text) => {
  const { statusCode, code, message } = await refusal(send(method, path, body));
  expect({ statusCode, code, message }).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
  expect(message).toContain(text);
});

it.each<[string, string, Query]>([
  ["GET", "/functions/f/async-tasks", { status: "X" }],
  ["GET", "/functions/f/async-tasks", { startedTimeBegin: "x" }],
  ["GET", "/functions/f/async-tasks", { startedTimeEnd: "-1" }],
  ["GET", "/functions/f/async-tasks", { includePayload: "zz" }],
  ["GET", "/layers", { official: "zz" }],
  ["GET", "/layers", { public: "1" }],
  ["DELETE", "/tags-v2", { All: "zz", ResourceType: "function", ResourceId: '["f"]' }],
  ["GET", "/functions/f/instances", { withAllActive: "zz" }],
])("%s %s with the query %j is refused by its name", async (method, path, query) => {
  const arn = `["acs:fc:${emulator().region}:${emulator().accountId}:functions/f"]`;
  const given = query["ResourceId"] === undefined ? query : { ...query, ResourceId: arn };
  const { statusCode, code, message } = await refusal(send(method, path, undefined, given));
  expect([statusCode, code]).toEqual([400, "InvalidArgument"]);
  expect(message).toMatch(new RegExp(`code: 400, ${Object.keys(query)[0] ?? ""} `));
});

it("no refused request has changed anything", () => {
  expect(emulator().mutations().map(({ operation }) => operation)).toEqual(["CreateFunction", "CreateLayerVersion", "CreateTrigger"]); // prettier-ignore
});

it.each<[string, string, Body, Query]>([
  ["PUT", SCALING, scaled({ minInstances: 1, maxInstances: 1, startTime: "2024-03-10T10:10:10", timeZone: "Asia/Shanghai" }), {}],
  ["PUT", SCALING, { scheduledPolicies: [{ startTime: "1764432000000", endTime: "" }] }, {}],
  ["PUT", PROVISION, tracked({ metricType: "CPUUtilization", metricTarget: 0.6, startTime: "2023-03-10T10:10:10Z" }), {}],
  ["PUT", ASYNC, onFailure("acs:mns:cn-hangzhou:1:/queues/q/messages"), {}],
  ["PUT", ASYNC, onFailure(""), {}],
  ["GET", "/functions/f/async-tasks", {}, { status: "Retrying", startedTimeBegin: "1", includePayload: "false" }],
])("%s %s with %j %j is accepted", async (method, path, body, query) => {
  await expect(send(method, path, method === "GET" ? undefined : body, query)).resolves.toMatchObject({ statusCode: 200 });
}); // prettier-ignore
