/** `contentKey` becomes an environment variable, and secret values beside it stay secret. */
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";

const registered = new Map<string, Record<string, unknown>>();
const environment = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, { ALIBABA_CLOUD_REGION: "cn-hangzhou", ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456" });
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      registered.set(name, inputs as Record<string, unknown>);
      return { id: name, state: inputs as Record<string, unknown> };
    },
    call: () => ({}),
  });
});

afterAll(() => {
  process.env = environment;
});

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));
const args = { functionName: "api", runtime: "nodejs20", handler: "index.handler" };

it.each<[string, fc.FunctionArgs["environmentVariables"], object]>([
  ["alone", undefined, { CONTENT_KEY: "again" }],
  ["beside others", { A: "1" }, { A: "1", CONTENT_KEY: "again" }],
  ["beside others that are known later", pulumi.output({ A: "1" }), { A: "1", CONTENT_KEY: "again" }],
])("%s", async (name, environmentVariables, expected) => {
  const given = environmentVariables === undefined ? {} : { environmentVariables };
  const fn = new fc.Function(name, { ...args, ...given, contentKey: "again" });
  expect(await valueOf(fn.environmentVariables)).toEqual(expected);
  expect(registered.get(name)).not.toHaveProperty("contentKey");
});

it("beside secrets, which stay secret", async () => {
  const fn = new fc.Function("secret", {
    ...args,
    environmentVariables: pulumi.secret({ A: "hunter2" }),
    contentKey: "again",
  });
  expect(await valueOf(fn.environmentVariables)).toEqual({ A: "hunter2", CONTENT_KEY: "again" });
  expect(await pulumi.isSecret(fn.environmentVariables)).toBe(true);
});
