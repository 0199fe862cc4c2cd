/** Which members a resource registers, and reading those that it does not register. `tests/engine/leftOut.deep.ts` does it on the engine. */
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { FUNCTION_SETTINGS } from "../../provider/core/function";

const environment = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, { ALIBABA_CLOUD_REGION: "cn-hangzhou", ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456" });
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: { ...(inputs as object), role: "kept by the engine" } }),
    call: () => ({}),
  });
});

afterAll(() => {
  process.env = environment;
});

const code = { ossBucketName: "b", ossObjectName: "o" };
const optional = Object.entries(FUNCTION_SETTINGS).flatMap(([name, { presence }]) =>
  presence === "optional" && name !== "code" ? [name] : [],
);

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

it("a function registers no optional setting that the program leaves out, and all that it gives", () => {
  const given = { functionName: "a", runtime: "nodejs20", handler: "i.h", code, layers: ["l"], idleTimeout: 5 };
  const fn = new fc.Function("a", given);
  expect(optional.filter((name) => Object.keys(fn).includes(name)).sort()).toEqual(["idleTimeout", "layers"]);
  expect(Object.keys(fn)).toEqual(expect.arrayContaining([...Object.keys(given), "cpu", "functionArn", "codeSize"]));
});

it("a member that is left out is an output of the resource, with the value that the engine has", async () => {
  const fn = new fc.Function("b", { functionName: "b", runtime: "nodejs20", handler: "i.h", code, description: "own" });
  expect(await valueOf(fn.role)).toBe("kept by the engine");
  expect(await valueOf(fn.layers)).toBeUndefined();
  expect(await valueOf(fn.description)).toBe("own");
  const resources = await (fn.role as unknown as { allResources(): Promise<Set<pulumi.Resource>> }).allResources();
  const urns = await Promise.all([...resources].map(({ urn }) => valueOf(urn)));
  expect(new Set(urns)).toEqual(new Set([await valueOf(fn.urn)]));
});

it("versions, aliases and triggers have such outputs as well", async () => {
  const version = new fc.Version("a", { function: { functionName: "a", fingerprint: "f" } });
  const alias = new fc.Alias("a", { function: { functionName: "a" }, aliasName: "prod", versionId: "1" });
  const place = { function: { functionName: "a" }, triggerName: "http", qualifier: "prod" };
  const trigger = new fc.HttpTrigger("a", { ...place, description: "own" });
  for (const output of [version.description, alias.description, alias.canary]) {
    expect(await valueOf<unknown>(output)).toBeUndefined();
  }
  expect([await valueOf(alias.versionId), await valueOf(trigger.description)]).toEqual(["1", "own"]);
});

it("a function that is only read registers every setting", () => {
  const fn = fc.Function.get("c", { functionName: "c" });
  expect(optional.filter((name) => !Object.keys(fn).includes(name))).toEqual([]);
});
