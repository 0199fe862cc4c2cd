/**
 * A provider of package alicloud, as option or inherited, sets region and account of a resource. A provider that cannot
 * be used is refused.
 */
import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { failure } from "../support/engine";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";

/** This class sets every setting as an output, as the class `alicloud.Provider` does. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const fc = require("pulumi-alicloud-fc");
const { pkg, settings } = require("./provider.json");
class Provider extends pulumi.ProviderResource {
  constructor(name) {
    super(pkg, name, { region: undefined, profile: undefined, accountId: undefined, accessKey: undefined, ...settings });
  }
}
const place = new Provider("place");
const args = { runtime: "nodejs20", handler: "index.handler", code: "./src" };
const group = new pulumi.ComponentResource("test:index:Group", "group", {}, { providers: [place] });
const inherited = new fc.Function("inherited", { functionName: "inherited", ...args }, { parent: group });
const given = new fc.Function("given", { functionName: "given", ...args }, { provider: place });
const own = new fc.Function("own", { functionName: "own", region: "cn-beijing", ...args }, { provider: place });
exports.arns = [inherited.functionArn, given.functionArn, own.functionArn];
`;

let emulator: Emulator;
let program: ProgramFolder;
let stack: Stack;

function provider(settings: Record<string, string>, pkg = "alicloud"): void {
  program.file("provider.json", JSON.stringify({ pkg, settings }));
}

/** A plugin that accepts any configuration and has no resources. */
function plugin(name: string): void {
  const server = join(root, "node_modules", "@pulumi", "pulumi", "provider");
  const file = `plugins/pulumi-resource-${name}`;
  const script = `require(${JSON.stringify(server)}).main({ version: "3.108.0" }, process.argv.slice(2));`;
  program.file(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(join(program.folder, file), 0o755);
}

beforeAll(async () => {
  emulator = await startEmulator({});
  program = programFolder("inherited", PROGRAM);
  program.link("node_modules/pulumi-alicloud-fc", root);
  plugin("alicloud");
  plugin("other");
  const PATH = `${join(program.folder, "plugins")}${delimiter}${process.env["PATH"] ?? ""}`;
  stack = await program.stack({ ...emulator.env, PATH });
  // Config and environment name other regions than the provider does.
  await stack.setConfig("alicloud:region", { value: "cn-shenzhen" });
});

afterAll(async () => {
  program.remove();
  await emulator.close();
});

/**
 * The region of each function, from the error message of the run. The emulator has only one region, so the functions of
 * other regions are refused.
 */
async function regions(): Promise<(string | undefined)[]> {
  await stack.preview();
  const message = await failure(stack.up());
  return ["inherited", "given", "own"].map(
    (name) => new RegExp(`Function \\(${name}\\):\\s[^\\n]*lives in region ([a-z-]+)`).exec(message)?.[1],
  );
}

it("an inherited provider has a lower precedence than arguments and a higher one than config", async () => {
  provider({ region: "cn-shanghai" });
  expect(await regions()).toEqual(["cn-shanghai", "cn-shanghai", "cn-beijing"]);
});

it("settings that the inherited provider does not have come from config", async () => {
  provider({});
  expect(await regions()).toEqual(["cn-shenzhen", "cn-shenzhen", "cn-beijing"]);
});

it("fails at once if there are no credentials with which to find the account", async () => {
  provider({ region: "cn-shanghai" });
  const { workspace } = stack;
  const env = { ...workspace.envVars };
  workspace.envVars = { ...env, ALIBABA_CLOUD_ACCESS_KEY_ID: "", ALIBABA_CLOUD_ACCOUNT_ID: "" };
  const message = await failure(stack.preview());
  workspace.envVars = env;
  expect(message).toMatch(/other keys are\s+never sent to an emulator/);
});

it("an inherited provider that cannot be used is refused", async () => {
  provider({ region: "cn-shanghai" }, "other");
  expect(await failure(stack.preview())).toMatch(
    /provider: got a provider of package other; allowed: one of package\s+alicloud/,
  );
  provider({ region: "cn-shanghai", accessKey: "key" });
  expect(await failure(stack.preview())).toMatch(
    /provider: it sets accessKey, and keys are taken from the\s+environment/,
  );
});
