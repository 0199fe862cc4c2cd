import * as fc from "@alicloud/fc20230330";

import { Api, refusal, useEmulator, zipInput } from "./support";

/** The guide's handler, unchanged. */
const GUIDE_HANDLER = `module.exports.handler = function(eventBuf, context, callback) {
 var qualifier = context['service']['qualifier']
 var versionId = context['service']['versionId']
 console.log('Qualifier from context:', qualifier);
 console.log('VersionId from context: ', versionId);
 callback(null, qualifier);
};`;

let drawn = 0;
const emulator = useEmulator({ random: () => drawn });
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

async function createWith(name: string, source: string, input: Parameters<Api["create"]>[1] = {}): Promise<void> {
  await api.create(name, { code: zipInput({ "index.js": source }), ...input });
}

describe("the guide's Node.js handler", () => {
  beforeAll(async () => {
    await createWith("guide", GUIDE_HANDLER);
    await api.publish("guide");
    await api.createAlias("guide", "alias1", { versionId: "1" });
  });

  it.each([
    [undefined, "LATEST", "LATEST"],
    ["1", "1", "1"],
    ["alias1", "alias1", "1"],
  ])("called with qualifier %s sees %s and version %s", async (qualifier, seen, version) => {
    const answer = await api.invoke("guide", { log: true, ...(qualifier === undefined ? {} : { qualifier }) });
    expect(answer).toMatchObject({ status: 200, body: seen, version });
    expect(answer.headers["x-fc-invocation-service-version"]).toBe(version);
    const requestId = answer.headers["x-fc-request-id"];
    expect(requestId).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/);
    expect(answer.log).toContain(`FC Invoke Start RequestId: ${requestId}`);
    expect(answer.log).toContain(`Qualifier from context: ${seen}`);
    expect(answer.log).toContain(`VersionId from context:  ${version}`);
    expect(answer.log).toContain(`FC Invoke End RequestId: ${requestId}`);
  });
});

describe("handlers", () => {
  it.each([
    ["callback", "exports.handler = (e, c, cb) => setImmediate(() => cb(null, { got: String(e) }));", '{"got":"hi"}'],
    ["async", "exports.handler = async (e) => Buffer.from('<' + e + '>');", "<hi>"],
    ["promise", "exports.handler = (e) => Promise.resolve(String(e));", "hi"],
    ["nothing", "exports.handler = async () => {};", ""],
  ])("of %s style answer", async (style, source, body) => {
    await createWith(`style-${style}`, source);
    expect(await api.invoke(`style-${style}`, { event: "hi" })).toMatchObject({ body, errorType: undefined });
  });

  it.each([
    ["index.handler", { "index.mjs": "export const handler = async () => 'esm';" }],
    ["index.handler", { "index.js": "export const handler = async () => 'esm';", "package.json": '{"type":"module"}' }],
    ["dir/index.handler", { "dir/index.js": "exports.handler = async () => 'esm';" }],
    ["index.handler", { "index.cjs": "exports.handler = async () => 'esm';" }],
  ])("the handler %s is found in %j", async (handler, files) => {
    const name = `find-${emulator().requests.length}`;
    await api.create(name, { handler, code: zipInput(files) });
    expect((await api.invoke(name)).body).toBe("esm");
  });

  it("handlers get the variables of the function and of the runtime", async () => {
    await createWith("env", "exports.handler = async () => process.env;", { environmentVariables: { COLOR: "blue" } });
    const env = JSON.parse((await api.invoke("env")).body) as Record<string, string>;
    expect(env).toMatchObject({ COLOR: "blue", FC_FUNCTION_NAME: "env", FC_REGION: "cn-hangzhou", TZ: "UTC" });
    expect(env["FC_ACCOUNT_ID"]).toBe(emulator().accountId);
  });

  it("instances are reused, and an update or a new version runs new code", async () => {
    await createWith("warm", "let n = 0; exports.handler = async () => String(++n);");
    expect((await api.invoke("warm")).body).toBe("1");
    expect((await api.invoke("warm")).body).toBe("2");
    await api.publish("warm");
    await api.update("warm", { code: zipInput({ "index.js": "exports.handler = async () => 'new';" }) });
    expect((await api.invoke("warm")).body).toBe("new");
    expect((await api.invoke("warm", { qualifier: "1" })).body).toBe("1");
  });

  it("handlers run their initializer once", async () => {
    const source =
      "let n = 0; exports.init = (c, cb) => { n += 10; cb(); }; exports.handler = async () => String(++n);";
    const instanceLifecycleConfig = { initializer: { handler: "index.init", timeout: 3 } } as never;
    await createWith("init", source, { instanceLifecycleConfig });
    expect((await api.invoke("init")).body).toBe("11");
    expect((await api.invoke("init")).body).toBe("12");
  });

  it("concurrent invocations run in separate instances, and 100 invocations in a row are quick", async () => {
    await createWith("many", "exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); };");
    const answers = await Promise.all(Array.from({ length: 4 }, () => api.invoke("many")));
    expect(new Set(answers.map((answer) => answer.headers["x-fc-instance-id"])).size).toBe(4);
    await createWith("quick", "exports.handler = async () => 'x';");
    await api.invoke("quick");
    const started = performance.now();
    for (let count = 0; count < 100; count++) await api.invoke("quick");
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("errors of a function", () => {
  it("an error that is thrown, passed to the callback, or raised at load is answered with 200 and an error type", async () => {
    await createWith("throws", "exports.handler = async () => { throw new TypeError('boom'); };");
    const thrown = await api.invoke("throws", { log: true });
    expect(thrown).toMatchObject({ status: 200, errorType: "UnhandledInvocationError" });
    expect(JSON.parse(thrown.body)).toMatchObject({ errorMessage: "boom", errorType: "TypeError" });
    expect(thrown.log).toContain("boom");
    await createWith("handled", "exports.handler = (e, c, cb) => cb(new Error('no'));");
    expect(await api.invoke("handled")).toMatchObject({ errorType: "HandledInvocationError" });
    await createWith("broken", "exports.handler = (;");
    expect(await api.invoke("broken")).toMatchObject({ errorType: "UnhandledInvocationError" });
    await createWith("nohandler", "exports.other = 1;");
    expect(JSON.parse((await api.invoke("nohandler")).body)).toHaveProperty("errorMessage");
  });

  it.each([
    ["text given to the callback", "index.handler", "exports.handler = (e, c, cb) => cb('plain text');", { errorMessage: "plain text" }],
    ["a missing handler", "index.absent", "exports.other = 1;", { errorMessage: "Handler 'absent' missing on module 'index'" }],
    ["a missing module", "src/other.handler", "exports.other = 1;", { errorMessage: "Cannot find module '/code/src/other.js'" }],
  ])("%s is answered with the documented text", async (what, handler, source, expected) => {
    const name = what.replaceAll(" ", "-");
    await api.create(name, { handler, code: zipInput({ "index.js": source }) });
    const body = JSON.parse((await api.invoke(name)).body) as Record<string, unknown>;
    if (handler === "index.handler") expect(body).toEqual(expected);
    else expect(body).toMatchObject(expected);
  }); // prettier-ignore

  it.each([
    ["process.exit", "exports.handler = async () => process.exit(3);", "exit code: 3"],
    [
      "a late throw",
      "exports.handler = () => { setTimeout(() => { throw new Error('late'); }); return new Promise(() => {}); };",
      "late",
    ],
    [
      "a lost rejection",
      "exports.handler = () => { Promise.reject(new Error('lost')); return new Promise(() => {}); };",
      "lost",
    ],
  ])("an end of the process by %s ends the instance, not the emulator", async (_how, source, text) => {
    const name = `ends-${emulator().requests.length}`;
    await createWith(name, source);
    const answer = await api.invoke(name);
    expect(answer).toMatchObject({ status: 200, errorType: "UnhandledInvocationError" });
    expect(answer.body).toContain(text);
    expect((await api.invoke(name)).status).toBe(200);
  });

  it("an endless loop is killed at the timeout", async () => {
    await createWith("loop", "exports.handler = async () => { console.log('spin'); for (;;); };", { timeout: 1 });
    const answer = await api.invoke("loop", { log: true });
    expect(answer.errorType).toBe("UnhandledInvocationError");
    expect(answer.body).toContain("timed out after 1 seconds");
    expect(answer.log).toContain("spin");
  });

  it("a response above the limit is refused, and only the end of a long log is kept", async () => {
    await createWith("large", "exports.handler = async () => 'x'.repeat(7 * 1024 * 1024);");
    expect((await api.invoke("large")).body).toContain("larger than");
    const flood = "exports.handler = async () => { for (let i = 0; i < 20000; i++) console.log('line ' + i); };";
    await createWith("flood", flood, { timeout: 20 });
    const { log } = await api.invoke("flood", { log: true });
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(4096);
    expect(log).toContain("line 19999");
  });
});

describe("a weighted alias", () => {
  it("a weighted alias chooses the version by the share", async () => {
    await createWith("canary", "exports.handler = async (e, c) => c.service.versionId;");
    await api.publish("canary");
    await api.update("canary", { description: "second" });
    await api.publish("canary");
    await api.createAlias("canary", "live", { versionId: "1", additionalVersionWeight: { "2": 0.25 } });
    const served: string[] = [];
    for (const at of [0, 0.2499, 0.25, 0.999]) {
      drawn = at;
      const answer = await api.invoke("canary", { qualifier: "live" });
      expect(answer.body).toBe(answer.version);
      served.push(answer.version);
    }
    expect(served).toEqual(["2", "2", "1", "1"]);
  });

  const JUST_BELOW_1 = 1 - 2 ** -32;

  it.each([
    [0, 0, "1"],
    [0, JUST_BELOW_1, "1"],
    [0.001, 0, "2"],
    [0.001, 0.0009999, "2"],
    [0.001, 0.001, "1"],
    [0.001, JUST_BELOW_1, "1"],
    [0.5, 0.4999999, "2"],
    [0.5, 0.5, "1"],
    [0.999, 0.9989999, "2"],
    [0.999, 0.999, "1"],
    [0.999, JUST_BELOW_1, "1"],
    [1, 0, "2"],
    [1, JUST_BELOW_1, "2"],
  ])("an alias with weight %d and random number %d runs version %s", async (weight, at, version) => {
    if ((await api.getAlias("canary", "live")).additionalVersionWeight?.["2"] !== weight) {
      await api.updateAlias("canary", "live", { additionalVersionWeight: { "2": weight } });
    }
    drawn = at;
    expect((await api.invoke("canary", { qualifier: "live" })).version).toBe(version);
  });

  it("an invocation fails if it is routed to a deleted version", async () => {
    await createWith("stale", "exports.handler = async () => 1;");
    await api.publish("stale");
    await api.createAlias("stale", "live", { versionId: "1" });
    await api.deleteVersion("stale", "1");
    expect(await refusal(api.invoke("stale", { qualifier: "live" }))).toMatchObject({
      statusCode: 404,
      code: "VersionNotFound",
    });
  });
});

it("an asynchronous invocation is accepted and runs", async () => {
  const source = "let ran = 0; exports.handler = async (e) => String(e) === 'ask' ? String(ran) : String(++ran);";
  await createWith("async", source);
  // There is one warm instance, so both requests run in the same process.
  expect((await api.invoke("async", { event: "ask" })).body).toBe("0");
  emulator().options.maxInstances = 1;
  expect(await api.invoke("async", { type: "Async" })).toMatchObject({ status: 202, body: "" });
  expect((await api.invoke("async", { event: "ask" })).body).toBe("1");
  emulator().options.maxInstances = 8;
});

it.each([
  ["java8", "build it into a program"],
  ["java11", "build it into a program"],
  ["go1", "build it into a program"],
  ["custom-container", "put what the image starts into a zip archive"],
])("runtime %s is refused by name, and the message names a runtime to use instead", async (runtime, advice) => {
  const container = { customContainerConfig: new fc.CustomContainerConfig({ image: "registry/app:1" }) };
  const image = { ...container, code: undefined as never };
  await createWith(`not-${runtime}`, "", { runtime, ...(runtime === "custom-container" ? image : {}) });
  const error = await refusal(api.invoke(`not-${runtime}`));
  expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
  expect(error.message).toContain(`runtime ${runtime} cannot run here; ${advice}`);
  expect(error.message).toContain("runtime custom.debian12 with customRuntimeConfig.command");
});

it.each([
  ["python3.10", "index.handler", "python3"],
  ["php7.2", "index.handler", "php-cli"],
  ["dotnetcore3.1", "App::App::Handler", "mono-mcs mono-runtime"],
])(
  "runtime %s is refused if its program is not installed, and the message names the packages to install",
  async (runtime, handler, packages) => {
    const name = `missing-${runtime.replaceAll(".", "-")}`;
    await api.create(name, { runtime, handler });
    const { PATH = "" } = process.env;
    process.env["PATH"] = "/nonexistent";
    const error = await refusal(api.invoke(name)).finally(() => (process.env["PATH"] = PATH));
    expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
    expect(error.message).toContain(`Debian: apt-get install ${packages}; macOS: brew install`);
  },
);
