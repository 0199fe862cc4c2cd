/** A release whose state is moved to another stack, renamed, or restored from an old backup, by Pulumi's own commands. */
import { Api } from "../emulator/support";
import { failure } from "../support/engine";
import { type LanguageBench, hostsOnPath, languageBench } from "../support/languages";

jest.setTimeout(900_000);

let bench: LanguageBench;
let weight = "5";

const write = (name = "api") =>
  bench.program.file(
    "Pulumi.yaml",
    `name: canary
runtime: yaml
resources:
  ${name}:
    type: alicloud-fc:CanaryRelease
    properties:
      function: { functionName: api, runtime: nodejs20, handler: index.handler, code: ./src }
      aliasName: prod
      weight: "${weight}"
`,
  );

const split = async () => {
  const { versionId, additionalVersionWeight } = await new Api(bench.emulator).getAlias("api", "prod");
  return { main: versionId, ...additionalVersionWeight };
};

interface Deployment {
  resources?: { urn: string; type: string }[];
}

/** The resources of this package in a stack. */
async function urns(stack: string): Promise<string[]> {
  const { deployment } = JSON.parse(await bench.command("stack", "export", "--stack", stack)) as {
    deployment: Deployment;
  };
  return (deployment.resources ?? []).filter(({ type }) => type.startsWith("alicloud-fc:")).map(({ urn }) => urn);
}

const up = (stack: string) => bench.command("up", "--yes", "--skip-preview", "--stack", stack);

beforeAll(async () => {
  bench = await languageBench(
    (program) => program.file("Pulumi.yaml", "name: canary\nruntime: yaml\n"),
    hostsOnPath("yaml"),
  );
  write();
  bench.code("one");
  await bench.stack.up();
  bench.code("two");
  await bench.stack.up();
});

afterAll(() => bench.close());

it("after an old state was restored, a preview with --refresh prints one sentence, and the run does the same", async () => {
  const old = await bench.stack.exportStack();
  weight = "v2=25";
  write();
  await bench.stack.up();
  await bench.stack.importStack(old);
  weight = "v2=50";
  write();
  const { stdout } = await bench.stack.preview({ refresh: true });
  const sentences = [...stdout.matchAll(/v1 \d+→\d+ %, v2 \d+→\d+ %[^\n]*/g)].map(([text]) => text);
  expect([...new Set(sentences)]).toEqual(["v1 75→50 %, v2 25→50 % (step 3/4)"]);
  await bench.stack.up({ refresh: true });
  expect(await split()).toEqual({ main: "1", "2": 0.5 });
});

it("a move by pulumi state move: the new stack owns the release, and the old one is refused", async () => {
  await bench.stack.up();
  await bench.command("stack", "init", "other");
  await bench.command("state", "move", "--source", "test", "--dest", "other", "--yes", ...(await urns("test")));
  const from = bench.emulator.mutations().length;
  await up("other");
  expect(bench.sent(from)).toEqual([]);
  // The program of the old stack still has the release.
  const message = await failure(up("test"));
  expect(message).toContain("pulumi state move moved it to another stack");
  expect(bench.sent(from)).toEqual([]);
});

it("after pulumi state rename the release is the same, and nothing is sent until the program changes", async () => {
  for (const urn of await urns("other"))
    await bench.command("state", "rename", urn, "shop", "--yes", "--stack", "other");
  write("shop");
  const from = bench.emulator.mutations().length;
  expect(await bench.command("preview", "--stack", "other")).toMatch(/ 5 unchanged/);
  await up("other");
  expect(bench.sent(from)).toEqual([]);
  weight = "100";
  write("shop");
  await up("other");
  expect(bench.sent(from)).toEqual(["UpdateAlias"]);
  expect(await split()).toEqual({ main: "2" });
  await bench.command("destroy", "--yes", "--skip-preview", "--stack", "other");
  expect((await new Api(bench.emulator).list()).functions ?? []).toEqual([]);
});
