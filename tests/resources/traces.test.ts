/** Stack traces are switched off only while a resource registers. */
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";

const limit = Error.stackTraceLimit;
const environment = { ...process.env };
let during: number | undefined;

beforeAll(async () => {
  Object.assign(process.env, { ALIBABA_CLOUD_REGION: "cn-hangzhou", ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456" });
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
    call: () => ({}),
  });
});

afterEach(() => {
  process.env = { ...environment, ALIBABA_CLOUD_REGION: "cn-hangzhou", ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456" };
  during = undefined;
});

afterAll(() => {
  process.env = environment;
});

const seen: pulumi.CustomResourceOptions = {
  transformations: [
    () => {
      during = Error.stackTraceLimit;
      return undefined;
    },
  ],
};
const refused: pulumi.CustomResourceOptions = {
  transformations: [
    () => {
      throw new Error("refused");
    },
  ],
};

const kinds: [string, (opts: pulumi.CustomResourceOptions) => pulumi.CustomResource][] = [
  ["Function", (opts) => new fc.Function("a", { functionName: "a", runtime: "nodejs20", handler: "i.h", code: { ossBucketName: "b", ossObjectName: "o" } }, opts)], // prettier-ignore
  ["Version", (opts) => new fc.Version("a", { function: { functionName: "a", fingerprint: "f" } }, opts)],
  ["Alias", (opts) => new fc.Alias("a", { function: { functionName: "a" }, aliasName: "prod", versionId: "1" }, opts)],
];

it.each(kinds)("%s: on again afterwards", (_kind, make) => {
  const prepare: unknown = Reflect.get(Error, "prepareStackTrace");
  make(seen);
  expect([during, Error.stackTraceLimit]).toEqual([0, limit]);
  expect(Reflect.get(Error, "prepareStackTrace")).toBe(prepare);
});

it.each(kinds)("%s: on again after a failure, which shows the place of the resource", (_kind, make) => {
  const error = failure(() => make(refused));
  expect(Error.stackTraceLimit).toBe(limit);
  expect(error.stack).toMatch(/^Error: refused\n(.*\n)*.*traces\.test\.ts/);
});

it("stack traces stay on if PULUMI_DEBUG_PROMISE_LEAKS is set", () => {
  process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "1";
  for (const [, make] of kinds) make(seen);
  expect(during).toBe(limit);
});

function failure(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused");
}
