/** Our package as other people's programs have it: below a wrapper package, and not to be found. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { enginePlace } from "../support/engine";

let emulator: Emulator;
let folder: string;
const root = join(__dirname, "..", "..");

const PROGRAM = `
const { fc } = require("wrapper");
const fn = new fc.Function("api", { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" });
const version = new fc.Version("api", { function: fn.ref });
const alias = new fc.Alias("api", { function: fn.ref, aliasName: "prod", versionId: version.versionId });
const got = fc.Function.get("got", { functionName: alias.functionName });
exports.split = alias.split;
exports.arn = got.functionArn;
exports.settings = [got.handler, got.memorySize, got.timeout];
`;

beforeEach(async () => {
  emulator = await startEmulator({});
  folder = mkdtempSync(join(tmpdir(), "package-"));
  file("Pulumi.yaml", "name: wrapped\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  file("package.json", JSON.stringify({ name: "wrapped", dependencies: { wrapper: "1.0.0" } }));
  file("index.js", PROGRAM);
  file("src/index.js", "exports.handler = async () => 'one';\n");
  file("node_modules/wrapper/package.json", JSON.stringify({ name: "wrapper", version: "1.0.0" }));
  file("node_modules/wrapper/index.js", `exports.fc = require("pulumi-alicloud-fc");\n`);
  link("node_modules/@pulumi/pulumi", join(root, "node_modules", "@pulumi", "pulumi"));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

function file(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function link(name: string, target: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  symlinkSync(target, join(folder, name), "dir");
}

async function stack(): Promise<automation.Stack> {
  const options = await enginePlace(emulator.env, join(folder, ".engine"));
  return await automation.LocalWorkspace.createOrSelectStack({ stackName: "test", workDir: folder }, options);
}

it("works below a wrapper package when npm puts it beside the wrapper, with refs and a get", async () => {
  link("node_modules/pulumi-alicloud-fc", root);
  const { outputs } = await (await stack()).up();
  expect(outputs["split"]?.value).toEqual({ "1": 100 });
  expect(outputs["arn"]?.value).toBe(`acs:fc:${emulator.region}:${emulator.accountId}:functions/api`);
  expect(outputs["settings"]?.value).toEqual(["index.handler", 512, 3]);
});

it("refuses credentials in stack config, and says where they belong", async () => {
  link("node_modules/pulumi-alicloud-fc", root);
  const configured = await stack();
  await configured.setConfig("alicloud:accessKey", { value: "key", secret: true });
  const failed = configured.preview();
  await expect(failed).rejects.toThrow(
    /config alicloud:accessKey: credentials do not belong into stack config.*ALIBABA_CLOUD_ACCESS_KEY_ID/,
  );
  expect(emulator.requests).toEqual([]);
});

it("says which package.json lacks it when only the wrapper can find it", async () => {
  link("node_modules/wrapper/node_modules/pulumi-alicloud-fc", root);
  const failed = (await stack()).preview();
  await expect(failed).rejects.toThrow(/cannot be found from the program's folder .*: add it to the dependencies/);
  expect(emulator.requests).toEqual([]);
});
