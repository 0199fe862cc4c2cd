/** Code as assets and archives on the real engine: what is uploaded, what counts as a change, and what is in state. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, failure, workbench } from "../support/engine";

const { AssetArchive, FileArchive, FileAsset, StringAsset } = pulumi.asset;

let bench: Workbench;
let code: (source: string) => NonNullable<fc.FunctionArgs["code"]>;

function program(source: string): Promise<Record<string, unknown>> {
  const fn = new fc.Function("api", {
    functionName: "api",
    runtime: "nodejs20",
    handler: "index.handler",
    code: code(source),
  });
  const version = new fc.Version("api", { function: fn });
  return Promise.resolve({ versionId: version.versionId, fingerprint: fn.fingerprint });
}

beforeAll(async () => {
  bench = await workbench(program);
  mkdirSync(join(bench.source, "lib"));
  writeFileSync(join(bench.source, "lib", "secret.js"), "exports.answer = 'bytes-of-a-file';\n");
});

afterAll(() => bench.close());

const preview = async () => changes((await bench.stack.preview()).changeSummary);

it("an archive is uploaded once, also if its path changes later, and a refresh shows no change", async () => {
  code = (source) =>
    pulumi.output(source).apply(
      () =>
        new AssetArchive({
          "index.js": new FileAsset(join(source, "index.js")),
          lib: new FileArchive(join(source, "lib")),
          "config.json": new StringAsset('{"marked":"text-of-an-asset"}'),
        }),
    );
  const { outputs } = await bench.stack.up();
  expect(outputs["versionId"]?.value).toBe("1");
  expect(await preview()).toEqual({});
  const state = JSON.stringify(await bench.stack.exportStack());
  expect(state).not.toContain("bytes-of-a-file");
  expect(state).toContain("text-of-an-asset");
  await bench.stack.refresh();
  expect(await preview()).toEqual({});

  writeFileSync(join(bench.source, "config.json"), '{"marked":"text-of-an-asset"}');
  code = (source) => source;
  expect(await preview()).toEqual({});
  code = (source) => new FileArchive(source);
  expect(await preview()).toEqual({});
});

it("a change of one file in an archive publishes a version", async () => {
  bench.write("two");
  const from = bench.emulator.mutations().length;
  const { outputs } = await bench.stack.up();
  expect(bench.applied(from)).toEqual(["UpdateFunction", "PublishFunctionVersion"]);
  expect(outputs["versionId"]?.value).toBe("2");
  expect(outputs["fingerprint"]?.secret).toBe(false);
});

it("refuses a text asset without a file name and a text that is too long, before any request", async () => {
  const from = bench.emulator.requests.length;
  code = () => new StringAsset("exports.handler = async () => 1;");
  expect(await failure(bench.stack.preview())).toContain("a StringAsset has no file name");
  code = () => new AssetArchive({ "index.js": new StringAsset("x".repeat(65_537)) });
  expect(await failure(bench.stack.preview())).toContain("allowed: 65536 in all");
  expect(bench.emulator.requests.length).toBe(from);
});
