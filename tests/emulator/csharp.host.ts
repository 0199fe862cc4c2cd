/** C# handlers; needs mcs and mono on the PATH. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";
import { zipSync } from "fflate";

import { Api, refusal, useEmulator, zipInput } from "./support";

/** The program of the service's guide, unchanged. */
const GUIDE_PROGRAM = `using System;
using System.IO;
using Aliyun.Serverless.Core;
using Microsoft.Extensions.Logging;

namespace Desktop
{

    class Program
    {
        static void Main(string[] args)
        {
            Console.WriteLine("Hello World!");
        }
    }

    class App
    {
        public string Handler(Stream input, IFcContext context)
        {
            ILogger logger = context.Logger;
            var qualifier = context.ServiceMeta.Qualifier;
            var versionId = context.ServiceMeta.VersionId;
            logger.LogInformation("Qualifier from context: {0}", qualifier);
            logger.LogInformation("versionId from context: {0}", versionId);
            return "hello word";
        }
    }
}
`;

const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

async function create(name: string, source: string, input: Parameters<Api["create"]>[1] = {}): Promise<void> {
  await api.create(name, {
    runtime: "dotnetcore3.1",
    handler: "App::Test.App::Handler",
    code: zipInput({ "App.cs": source }),
    ...input,
  });
}

/** The class `Test.App` with the given members. The handlers of these tests are in this class. */
function app(members: string): string {
  return `using System; using System.IO; using System.Threading.Tasks; using Aliyun.Serverless.Core;
    using Microsoft.Extensions.Logging; namespace Test { public class App { ${members} } }`;
}

describe("the guide's C# handler", () => {
  beforeAll(async () => {
    await create("guide", GUIDE_PROGRAM, { handler: "Desktop::Desktop.App::Handler" });
    await api.publish("guide");
    await api.createAlias("guide", "alias1", { versionId: "1" });
  });

  it.each([
    [undefined, "LATEST", "LATEST"],
    ["1", "1", "1"],
    ["alias1", "alias1", "1"],
  ])("called with qualifier %s sees %s and version %s", async (qualifier, seen, version) => {
    const answer = await api.invoke("guide", { log: true, ...(qualifier === undefined ? {} : { qualifier }) });
    expect(answer).toMatchObject({ status: 200, body: '"hello word"', version, errorType: undefined });
    expect(answer.log).toContain(`Qualifier from context: ${seen}\n`);
    expect(answer.log).toContain(`versionId from context: ${version}\n`);
  });
});

it.each([
  ["a stream", "public Stream Handler(Stream input) { return input; }", "hi é"],
  [
    "a task of a stream",
    "public async Task<Stream> Handler(Stream input) { await Task.Yield(); return input; }",
    "hi é",
  ],
  ["nothing", "public void Handler(Stream input) { }", ""],
  ["a task of nothing", "public async Task Handler(Stream input) { await Task.Yield(); }", ""],
  [
    "an object",
    "public object Handler(Stream input) { return new { A = 1, B = new[] { true } }; }",
    '{"A":1,"B":[true]}',
  ],
  [
    "a static method's text",
    "public static string Handler(Stream input, IFcContext c) { return c.Region; }",
    '"cn-hangzhou"',
  ],
])("a handler answers with %s", async (what, members, body) => {
  const name = what.replaceAll(/\W/g, "-");
  await create(name, app(members));
  expect(await api.invoke(name, { event: "hi é" })).toMatchObject({ body, errorType: undefined });
});

it("a compiled assembly runs unchanged, and keeps its state between requests", async () => {
  const folder = mkdtempSync(join(tmpdir(), "csharp-test-"));
  const source = `using System.IO; namespace Test { class App {
    static int calls; public string Handler(Stream input) { return "call " + ++calls; } } }`;
  writeFileSync(join(folder, "App.cs"), source);
  execFileSync("mcs", ["-target:library", "-out:Packed.dll", "App.cs"], { cwd: folder });
  const zipFile = Buffer.from(zipSync({ "Packed.dll": readFileSync(join(folder, "Packed.dll")) })).toString("base64");
  rmSync(folder, { recursive: true });
  const code = new fc.InputCodeLocation({ zipFile });
  await create("compiled", "", { code, handler: "Packed::Test.App::Handler" });
  expect([(await api.invoke("compiled")).body, (await api.invoke("compiled")).body]).toEqual(['"call 1"', '"call 2"']);
});

it("errors and timeouts are answered as documented, and sources that do not compile are refused with the compiler's message", async () => {
  await create("throws", app('public void Handler(Stream input) { throw new ArgumentException("bad é"); }'));
  const thrown = await api.invoke("throws", { log: true });
  expect(thrown.errorType).toBe("UnhandledInvocationError");
  expect(JSON.parse(thrown.body)).toMatchObject({ errorMessage: "bad é", errorType: "ArgumentException" });
  expect(thrown.log).toContain("ArgumentException");
  await create("spins", app('public void Handler(Stream i) { Console.WriteLine("spin"); while (true) { } }'), {
    timeout: 1,
  });
  const spun = await api.invoke("spins", { log: true });
  expect(spun.body).toContain("timed out after 1 seconds");
  expect(spun.log).toContain("spin");
  await create("missing", app(""), {});
  expect((await api.invoke("missing")).body).toContain("method 'Handler' is missing");
  await create("broken", "class {");
  const error = await refusal(api.invoke("broken"));
  expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
  expect(error.message).toContain("error CS1001");
});

it("the initializer runs once, with the context", async () => {
  const members = `static string begun = ""; public void Start(IFcContext c) { begun += c.FunctionParam.FunctionName; }
    public string Handler(Stream input) { return begun; }`;
  const initializer = new fc.LifecycleHook({ handler: "App::Test.App::Start", timeout: 5 });
  await create("warm", app(members), {
    instanceLifecycleConfig: new fc.InstanceLifecycleConfig({ initializer }),
  });
  expect([(await api.invoke("warm")).body, (await api.invoke("warm")).body]).toEqual(['"warm"', '"warm"']);
});
