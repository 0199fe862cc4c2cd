/**
 * A stack in YAML on the real engine and the real plugin, with special runs: values that a preview does not know, replacements,
 * waiting, and updates that fail half-way. No output may contain a secret.
 */
import { changes, failure } from "../support/engine";
import { type LanguageBench, hostsOnPath, languageBench } from "../support/languages";
import type { ProgramFolder } from "../support/program";

jest.setTimeout(600_000);

const SECRET = "hunter2-is-the-secret";

let bench: LanguageBench;
const settings = { name: "api", weight: 0, runtime: "nodejs20", update: "2m", replace: false };

const write = (program: ProgramFolder) =>
  program.file(
    "Pulumi.yaml",
    `name: canary
runtime: yaml
resources:
  fn:
    type: alicloud-fc:Function
    properties:
      functionName: ${settings.name}
      runtime: ${settings.runtime}
      handler: index.handler
      ${settings.runtime === "nodejs20" ? "" : "customRuntimeConfig: { command: [node, index.js], port: 9000 }"}
      code: ./src
      replaceFunction: ${settings.replace}
      environmentVariables: { TOKEN: { "fn::secret": ${SECRET} } }
    options: { customTimeouts: { update: ${settings.update} } }
  version:
    type: alicloud-fc:Version
    properties:
      function: { functionName: "\${fn.functionName}", fingerprint: "\${fn.fingerprint}", environmentFingerprint: "\${fn.environmentFingerprint}", content: "\${fn.content}", revision: "\${fn.revision}" }
  live:
    type: alicloud-fc:Alias
    properties:
      function: { functionName: "\${fn.functionName}" }
      aliasName: live
      canary: { versionId: "\${version.versionId}", weight: ${settings.weight} }
  follower:
    type: alicloud-fc:Function
    properties:
      functionName: follower
      runtime: nodejs20
      handler: index.handler
      code: ./src
      environmentVariables: { NEWEST: "v\${version.versionId}" }
outputs:
  split: \${live.split}
`,
  );

beforeAll(async () => {
  bench = await languageBench(write, hostsOnPath("yaml"));
  bench.code("one");
});

afterAll(async () => {
  expect(bench.stored()).not.toContain(SECRET);
  await bench.close();
});

async function preview() {
  write(bench.program);
  const from = bench.emulator.mutations().length;
  const { stdout, changeSummary } = await bench.stack.preview();
  expect(bench.sent(from)).toEqual([]);
  expect(stdout).not.toContain(SECRET);
  return { stdout, steps: changes(changeSummary) };
}

async function up() {
  write(bench.program);
  const from = bench.emulator.mutations().length;
  const { stdout, summary } = await bench.stack.up();
  expect(stdout).not.toContain(SECRET);
  return { stdout, steps: changes(summary.resourceChanges), sent: bench.sent(from) };
}

/** The outputs of a resource in state. */
async function inState(name: string): Promise<Record<string, unknown>> {
  const { deployment } = (await bench.stack.exportStack()) as {
    deployment: { resources: { urn: string; outputs: Record<string, unknown> }[] };
  };
  const found = deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`${name} is not in state`);
  return found.outputs;
}

const stored = (name: string) => bench.emulator.store.functions.get(name);

it("a first preview, in which no version has a number yet", async () => {
  const { stdout, steps } = await preview();
  expect(steps).toEqual({ create: 5 });
  expect(stdout).toContain("new alias live, new 100 %");
  await up();
  expect(stored("follower")?.config["environmentVariables"]).toEqual({ NEWEST: "v1" });
});

it("new code: the preview shows a change of outputs that contain the version's number, and the run sets them", async () => {
  bench.code("two");
  settings.weight = 5;
  const { stdout, steps } = await preview();
  expect(steps).toEqual({ update: 4 });
  expect(stdout).toContain("v1 100→95 %, new 0→5 %");
  await up();
  expect(stored("follower")?.config["environmentVariables"]).toEqual({ NEWEST: "v2" });
});

it("the wait for a function is shown while it lasts", async () => {
  bench.code("three");
  bench.emulator.options.pendingReads = 2;
  const { stdout } = await up();
  bench.emulator.options.pendingReads = 0;
  expect(stdout).toContain("waiting for function api");
});

it("after an update that fails half-way, the next run continues and sends no change twice", async () => {
  bench.code("four");
  const before = await inState("fn");
  settings.update = "1s";
  write(bench.program);
  const from = bench.emulator.mutations().length;
  bench.emulator.options.pendingReads = 1_000;
  const message = await failure(bench.stack.up());
  bench.emulator.options.pendingReads = 0;
  for (const entry of bench.emulator.store.functions.values()) Object.assign(entry, { unsettledReads: 0 });
  expect(message).toContain("function api did not become usable within 1 s");
  expect(message).not.toContain(SECRET);
  const kept = await inState("fn");
  // State has the function as it was sent, with the same members as before. It has nothing that a later step would have
  // added.
  expect(Object.keys(kept).sort()).toEqual(Object.keys(before).sort());
  expect(kept["functionId"]).toBe(before["functionId"]);
  expect(kept["codeChecksum"]).not.toBe(before["codeChecksum"]);
  expect((await inState("version"))["versionId"]).toBe("3");
  settings.update = "2m";
  await up();
  expect((await inState("fn"))["codeChecksum"]).toBe(kept["codeChecksum"]);
  const sent = bench.sent(from).filter((operation) => !operation.includes("Alias"));
  // Both functions have new code. In the two runs together, each function is sent once, and one version is published.
  expect(sent.sort()).toEqual(["PublishFunctionVersion", "UpdateFunction", "UpdateFunction"]);
});

it("with replaceFunction a new name replaces the function and its versions and aliases; the old function is deleted last", async () => {
  settings.name = "shop";
  write(bench.program);
  expect(await failure(bench.stack.preview())).toContain("functionName: api cannot become shop in place");
  settings.replace = true;
  const { steps } = await preview();
  expect(steps).toMatchObject({ replace: 3 });
  const sent = (await up()).sent.filter((operation) => operation !== "UpdateFunction");
  expect(sent.slice(0, 3)).toEqual(["CreateFunction", "PublishFunctionVersion", "CreateAlias"]);
  expect(sent.at(-1)).toBe("DeleteFunction");
  expect([...bench.emulator.store.functions.keys()].sort()).toEqual(["follower", "shop"]);
});

it("a replacement under the same name also replaces versions and aliases; without replaceFunction it is refused", async () => {
  settings.runtime = "custom.debian12";
  settings.replace = false;
  write(bench.program);
  expect(await failure(bench.stack.preview())).toContain("replaceFunction: true");
  settings.replace = true;
  const { sent } = await up();
  const of = ["DeleteAlias", "DeleteFunctionVersion", "DeleteFunction", "CreateFunction", "CreateAlias"];
  expect(sent.filter((operation) => of.includes(operation))).toEqual(of);
  expect((await inState("live"))["split"]).toEqual({ "1": 100 });
});
