/** Nested objects in requests: every field of the SDK's models is checked, and a wrong one is refused with its name. */
import * as fc from "@alicloud/fc20230330";

import { NESTED } from "../../emulator/service/nested";
import { isModel, modelNamed, modelsIn } from "./models";
import { Api, refusal, useEmulator } from "./support";

const emulator = useEmulator();
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
});

/** The models of the SDK for which the emulator has checks. */
const MODELS = Object.keys(NESTED).map((name) => modelNamed(name));

/** A value of another type than in the model. */
function wrongFor(kind: unknown): string | number {
  return kind === "string" ? 1 : "x";
}

const FIELDS = MODELS.flatMap((model) =>
  Object.entries(model.types()).map(([name, kind]) => ({ model: model.name, name: model.names()[name] ?? name, kind })),
);

it.each(MODELS.map((model) => [model.name, model] as const))("%s has the fields of the SDK's model", (name, model) => {
  expect([...NESTED[name as keyof typeof NESTED].fields].sort()).toEqual(Object.values(model.names()).sort());
});

it.each(FIELDS)("$model: the test finds a $name that has another type than in the SDK", ({ model, name, kind }) => {
  const check = NESTED[model as keyof typeof NESTED];
  expect(check({ [name]: wrongFor(kind) })).toMatch(new RegExp(`'${name}'`));
  expect(check({ [name]: null })).toBeUndefined();
});

/** Models whose fields other modules check, with their own rules: routes and rewrites of a domain. */
const ELSEWHERE = ["EqualRule", "PathConfig", "RegexRule", "RewriteConfig", "RouteConfig", "WildcardRule"];

it("every model inside the body of a request has a check, and so has every configuration of a trigger", () => {
  const sdk = fc as unknown as Record<string, unknown>;
  const requests = Object.keys(sdk).filter((name) => /^(?!.*Session).*[^k]Request$/.test(name));
  const bodies = requests.map((name) => modelNamed(name).types()["body"]).filter((body) => isModel(body));
  const triggers = Object.keys(sdk).filter((name) => name.endsWith("TriggerConfig"));
  const inside = new Set([...bodies.flatMap((body) => modelsIn(body)), ...triggers.flatMap((name) => [name, ...modelsIn(modelNamed(name))])]); // prettier-ignore
  expect(bodies.length).toBeGreaterThan(15);
  expect([...inside].sort()).toEqual([...Object.keys(NESTED), ...ELSEWHERE].sort());
});

const custom = (config: object) => ({ runtime: "custom", customRuntimeConfig: config as fc.CustomRuntimeConfig });
const hook = (initializer: object) => ({ instanceLifecycleConfig: { initializer } as fc.InstanceLifecycleConfig });

it.each<[string, Partial<fc.CreateFunctionInput>, RegExp]>([
  ["a port that is text", custom({ port: "x" }), /customRuntimeConfig has a wrong 'port'.*0 to 65535.*"x"/],
  ["a port above 65535", custom({ port: 99_999 }), /customRuntimeConfig has a wrong 'port'.*0 to 65535.*99999/],
  ["a port below 0", custom({ port: -1 }), /'port'/],
  ["a port with decimals", custom({ port: 1.5 }), /'port'.*whole/],
  ["a command of numbers", custom({ command: [1] }), /'command'.*string/],
  ["a health check of the wrong kind", custom({ healthCheckConfig: { timeoutSeconds: "1" } }), /'healthCheckConfig'.*'timeoutSeconds'/],
  ["a hook without end", hook({ handler: "index.init", timeout: 301 }), /'initializer'.*'timeout'.*300/],
  ["a handler of a hook that is a number", hook({ handler: 1 }), /'handler'/],
  ["a log flag that is text", { logConfig: { enableRequestMetrics: "yes" } as unknown as fc.LogConfig }, /'enableRequestMetrics'/],
  ["a switch id that is a number", { vpcConfig: { vSwitchIds: [1] } as unknown as fc.VPCConfig }, /'vSwitchIds'/],
  ["a name server that is a number", { customDNS: { nameServers: [8] } as unknown as fc.CustomDNS }, /'nameServers'/],
])("a function with %s is refused, on create and on update", async (_what, input, message) => {
  for (const call of [() => api.create("nested", input), () => api.update("f", input)]) {
    const refused = await refusal(call());
    expect(refused).toMatchObject({ code: "InvalidArgument", statusCode: 400 });
    expect(refused.message).toMatch(message);
  }
}); // prettier-ignore

it.each<[string, Partial<fc.CreateFunctionInput>]>([
  ["cpu alone, for the memory that is filled in", { cpu: 4 }],
  ["memorySize and cpu", { cpu: 0.05, memorySize: 512 }],
])("a function with a wrong ratio of cpu and memory is refused: %s", async (_what, input) => {
  expect(await refusal(api.create("ratio", input))).toMatchObject({ code: "InvalidArgument" });
});

it.each<[string, Partial<fc.UpdateFunctionInput>]>([
  ["cpu alone", { cpu: 4 }],
  ["memorySize alone", { memorySize: 32_768 }],
])("an update is refused if it leads to a wrong ratio with the current settings: %s", async (_what, input) => {
  const before = await api.get("f");
  const refused = await refusal(api.update("f", input));
  expect(refused.message).toMatch(/ratio of cores to GB from 1:1 to 1:4/);
  expect(await api.get("f")).toEqual(before);
});

it("if a tag key is twice in CreateFunction, the last value is used", async () => {
  const tags = [["k", "1"], ["other", ""], ["k", "2"]].map(([key = "", value = ""]) => new fc.Tag({ key, value })); // prettier-ignore
  await api.create("tagged", { tags });
  const { tags: kept = [] } = await api.get("tagged");
  expect(kept.map(({ key, value }) => [key, value])).toEqual([["k", "2"], ["other", ""]]); // prettier-ignore
});

it.each(["python2.7", "nodejs6", "dotnetcore2.1"])("runtime %s, which the SDK does not list, is refused with an error of the emulator", async (runtime) => {
  const refused = await refusal(api.create("old", { runtime }));
  expect([refused.statusCode, refused.code]).toEqual([501, "EmulatorNotImplemented"]);
  const body = new fc.CreateLayerVersionInput({ compatibleRuntime: [runtime], code: new fc.InputCodeLocation({}) });
  const request = new fc.CreateLayerVersionRequest({ body });
  expect((await refusal(api.sdk.createLayerVersionWithOptions("l", request, {}, api.runtime))).statusCode).toBe(501);
  expect((await refusal(api.create("no", { runtime: "basic" }))).code).toBe("InvalidArgument");
}); // prettier-ignore

it.each([
  ["604800", 604_801],
  ["2592000", 2_592_001],
] as const)("largestEventAge %s is the largest allowed maxAsyncEventAgeInSeconds", async (largestEventAge, seconds) => {
  emulator().options.largestEventAge = largestEventAge;
  const put = async (maxAsyncEventAgeInSeconds: number) => {
    const body = new fc.PutAsyncInvokeConfigInput({ maxAsyncEventAgeInSeconds });
    const request = new fc.PutAsyncInvokeConfigRequest({ body });
    return (await api.sdk.putAsyncInvokeConfigWithOptions("f", request, {}, api.runtime)).body;
  };
  expect(await put(seconds - 1)).toMatchObject({ maxAsyncEventAgeInSeconds: seconds - 1 });
  expect((await refusal(put(seconds))).code).toBe("InvalidArgument");
  emulator().options.largestEventAge = "604800";
});
