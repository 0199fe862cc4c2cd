/** Objects inside requests: every field the SDK's models have is checked, and a wrong one is refused by its name. */
import * as fc from "@alicloud/fc20230330";

import { NESTED } from "../../emulator/service/nested";
import { Api, refusal, useEmulator } from "./support";

const emulator = useEmulator();
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
});

/** A type as the SDK's models have it: the name of a plain one, or an object for lists, maps and models. */
type Kind = string | object;

/** A value that is of another type than the model says. */
function wrongFor(kind: Kind): unknown {
  return kind === "string" ? 1 : "x";
}

const models = fc as unknown as Record<string, { types(): Record<string, Kind> } | undefined>;

const FIELDS = Object.keys(NESTED).flatMap((model) =>
  Object.entries(models[model]?.types() ?? {}).map(([name, kind]) => ({ model, name, kind })),
);

/** What is not looked at: nothing here pulls images. */
const NOT_CHECKED = ["CustomContainerConfig.registryConfig"];

it("there are models to compare with", () => {
  expect(new Set(FIELDS.map(({ model }) => model)).size).toBe(Object.keys(NESTED).length);
});

it.each(FIELDS.filter(({ model, name }) => !NOT_CHECKED.includes(`${model}.${name}`)))(
  "$model: a $name of another type than the SDK's is found",
  ({ model, name, kind }) => {
    const check = NESTED[model as keyof typeof NESTED];
    expect(check({ [name]: wrongFor(kind) as string })).toMatch(new RegExp(`'${name}'`));
    expect(check({ [name]: null })).toBeUndefined();
  },
);

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
])("an update to a wrong ratio with what there is is refused: %s", async (_what, input) => {
  const before = await api.get("f");
  const refused = await refusal(api.update("f", input));
  expect(refused.message).toMatch(/ratio of cores to GB from 1:1 to 1:4/);
  expect(await api.get("f")).toEqual(before);
});

it("of a tag key that comes twice on create the last value counts, as when tags are set", async () => {
  const tags = [["k", "1"], ["other", ""], ["k", "2"]].map(([key = "", value = ""]) => new fc.Tag({ key, value })); // prettier-ignore
  await api.create("tagged", { tags });
  const { tags: kept = [] } = await api.get("tagged");
  expect(kept.map(({ key, value }) => [key, value])).toEqual([["k", "2"], ["other", ""]]); // prettier-ignore
});

it.each(["python2.7", "nodejs6", "dotnetcore2.1"])("runtime %s, which the SDK does not list, is refused in our own name", async (runtime) => {
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
] as const)("largestEventAge %s: an event may wait no longer", async (largestEventAge, seconds) => {
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
