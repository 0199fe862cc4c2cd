/** Python handlers; needs python3 on the PATH. */
import { Api, layer, useEmulator, zipInput } from "./support";

/** The guide's handler, unchanged. */
const GUIDE_HANDLER = `# -*- coding: utf-8 -*-

def handler(event, context):
  qualifier = context.service.qualifier
  versionId = context.service.version_id
  print('Qualifier from context:' + qualifier)
  print('VersionId from context:' + versionId)
  return 'hello world'
`;

const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

async function create(name: string, source: string, input: Parameters<Api["create"]>[1] = {}): Promise<void> {
  await api.create(name, { runtime: "python3.10", code: zipInput({ "index.py": source }), ...input });
}

describe("the guide's Python handler", () => {
  beforeAll(async () => {
    await create("guide", GUIDE_HANDLER);
    await api.publish("guide");
    await api.createAlias("guide", "alias1", { versionId: "1" });
  });

  it.each([
    [undefined, "LATEST", "LATEST"],
    ["1", "1", "1"],
    ["alias1", "alias1", "1"],
  ])("called with qualifier %s sees %s and version %s", async (qualifier, seen, version) => {
    const answer = await api.invoke("guide", { log: true, ...(qualifier === undefined ? {} : { qualifier }) });
    expect(answer).toMatchObject({ status: 200, body: "hello world", version, errorType: undefined });
    expect(answer.log).toContain(`Qualifier from context:${seen}`);
    expect(answer.log).toContain(`VersionId from context:${version}`);
  });
});

it("with Python 3.12, the version is in context.function, and context has no service", async () => {
  const source = `
def handler(event, context):
    f = context.function
    return [f.version_id, f.qualifier, hasattr(context, "service"), hasattr(context, "credentials")]
`;
  await create("newer", source, { runtime: "python3.12" });
  expect((await api.invoke("newer")).body).toBe('["LATEST", "LATEST", false, false]');
});

it("results, errors, imports and timeouts are answered as documented", async () => {
  await api.create("forms", {
    runtime: "python3",
    handler: "pkg/main.handler",
    code: zipInput({
      "pkg/main.py": "import helper\ndef handler(event, context):\n    return helper.double(event)\n",
      "helper.py": "def double(x):\n    return x + x\n",
    }),
  });
  expect((await api.invoke("forms", { event: "ab" })).body).toBe("abab");
  await create("raises", "def handler(e, c):\n    raise ValueError('bad é')\n");
  const raised = await api.invoke("raises", { log: true });
  expect(raised.errorType).toBe("UnhandledInvocationError");
  expect(JSON.parse(raised.body)).toMatchObject({ errorMessage: "bad é", errorType: "ValueError" });
  expect(raised.log).toContain("ValueError");
  await create("exits", "import sys\ndef handler(e, c):\n    sys.exit(4)\n");
  expect((await api.invoke("exits")).body).toContain("exit code: 4");
  await create("spins", "def handler(e, c):\n    print('spin')\n    while True: pass\n", { timeout: 1 });
  const spun = await api.invoke("spins", { log: true });
  expect(spun.body).toContain("timed out");
  expect(spun.log).toContain("spin");
});

it("the environment of Python handlers has only allowed variables", async () => {
  process.env["FC_TEST_CANARY"] = "canary-of-the-host";
  await create("env", "import os\ndef handler(e, c):\n    return dict(os.environ)\n");
  const { body } = await api.invoke("env");
  delete process.env["FC_TEST_CANARY"];
  expect(JSON.parse(body)).toMatchObject({ FC_FUNCTION_NAME: "env" });
  expect(body).not.toContain("canary");
});

it("a module of a layer is found by its name", async () => {
  const arn = await layer(api, "python-lib", { "python/lib.py": "def text():\n    return 'from a layer'\n" });
  await create("layered", "import lib\ndef handler(e, c):\n    return lib.text()\n", { layers: [arn] });
  expect((await api.invoke("layered")).body).toBe("from a layer");
});
