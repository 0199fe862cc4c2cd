/** PHP handlers; needs php on the PATH. */
import * as fc from "@alicloud/fc20230330";

import { Api, layer, useEmulator, zipInput } from "./support";

/** The guide's handler, unchanged. */
const GUIDE_HANDLER = `<?php
function handler($event, $context) {
  $qualifier = $context["service"]["qualifier"];
  $versionId = $context["service"]["versionId"];
  print($qualifier);
  print($versionId);

    return "hello world";
}
`;

const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

async function create(name: string, source: string, input: Parameters<Api["create"]>[1] = {}): Promise<void> {
  await api.create(name, { runtime: "php7.2", code: zipInput({ "index.php": source }), ...input });
}

describe("the guide's PHP handler", () => {
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
    expect(answer.log).toContain(`\n${seen}${version}\n`);
  });
});

it("results, errors, the end of the process and timeouts are answered as documented", async () => {
  await create("forms", "<?php function handler($event, $context) { return ['got' => $event]; }");
  expect((await api.invoke("forms", { event: "hi é" })).body).toBe('{"got":"hi \\u00e9"}');
  await create("throws", "<?php function handler($e, $c) { throw new DomainException('bad'); }");
  const thrown = await api.invoke("throws", { log: true });
  expect(thrown.errorType).toBe("UnhandledInvocationError");
  expect(JSON.parse(thrown.body)).toMatchObject({ errorMessage: "bad", errorType: "DomainException" });
  expect(thrown.log).toContain("DomainException: bad");
  await create("exits", "<?php function handler($e, $c) { exit(4); }");
  expect((await api.invoke("exits")).body).toContain("exit code: 4");
  await create("spins", "<?php function handler($e, $c) { print('spin'); for (;;); }", { timeout: 1 });
  const spun = await api.invoke("spins", { log: true });
  expect(spun.body).toContain("timed out after 1 seconds");
  expect(spun.log).toContain("spin");
});

it("the initializer runs once for an instance, and an instance keeps its state", async () => {
  const source = `<?php
    $GLOBALS['calls'] = 0;
    function start($context) { print("begun by " . $context['function']['name']); $GLOBALS['calls'] = 100; }
    function handler($event, $context) { return (string) ++$GLOBALS['calls']; }`;
  const initializer = new fc.LifecycleHook({ handler: "index.start", timeout: 5 });
  await create("warm", source, { instanceLifecycleConfig: new fc.InstanceLifecycleConfig({ initializer }) });
  const first = await api.invoke("warm", { log: true });
  expect([first.body, (await api.invoke("warm")).body]).toEqual(["101", "102"]);
  expect(first.log).toMatch(/FC Initialize Start[^]*begun by warm[^]*FC Initialize End/);
});

it("a handler can include files of the package and of a layer", async () => {
  const arn = await layer(api, "php-lib", { "php/lib.php": "<?php function lib() { return 'from a layer'; }" });
  const source = "<?php require 'own.php'; require 'lib.php'; function handler($e, $c) { return own() . ' ' . lib(); }";
  const code = zipInput({ "index.php": source, "own.php": "<?php function own() { return 'own and'; }" });
  await create("includes", "", { code, layers: [arn] });
  expect((await api.invoke("includes")).body).toBe("own and from a layer");
});
