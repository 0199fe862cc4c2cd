/** A live function becomes a stack's by the import file, and the next preview says that nothing changes. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ImportResource, Stack } from "@pulumi/pulumi/automation";
import * as ts from "typescript";
import { type Emulator, startEmulator } from "../../emulator";
import { Api, zipInput } from "../emulator/support";
import { changes } from "../support/engine";
import { type ProgramFolder, programFolder, root } from "../support/program";

const run = promisify(execFile);

let emulator: Emulator;
let program: ProgramFolder;
let stack: Stack;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({});
  api = new Api(emulator);
  program = programFolder("imported", "");
  program.link("node_modules/pulumi-alicloud-fc", root);
  stack = await program.stack(emulator.env);
});

afterAll(async () => {
  program.remove();
  await emulator.close();
});

async function command(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const options = { cwd: program.folder, env: { ...process.env, ...emulator.env } };
  try {
    return await run(process.execPath, [join(root, "bin", "pulumi-alicloud-fc.cjs"), ...args], options);
  } catch (error) {
    return error as { stdout: string; stderr: string };
  }
}

/** What the command printed, as the program of the stack. */
function write(text: string): void {
  const exported = `${text}\nmodule.exports = { version: version.versionId, split: prod.split };`;
  const { outputText } = ts.transpileModule(exported, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  writeFileSync(join(program.folder, "index.js"), outputText);
}

it("takes over function, version and aliases with a canary, code and secrets, without a change", async () => {
  await api.create("shop", {
    description: "by hand",
    memorySize: 1024,
    cpu: 0.5,
    timeout: 10,
    environmentVariables: { TOKEN: "hunter2" },
    code: zipInput({ "index.js": "exports.handler = async () => 1;", "lib/a.js": "1" }),
  });
  await api.publish("shop", "first");
  await api.update("shop", { timeout: 11 });
  await api.publish("shop", "second");
  await api.createAlias("shop", "prod", { versionId: "1", additionalVersionWeight: { 2: 0.125 } });
  await api.createAlias("shop", "beta", { versionId: "2" });
  const before = emulator.mutations().length;

  const { stdout, stderr } = await command("import", "shop", "--stack", "test", "--code", "./live");
  expect(stderr).toContain("Set its value, which is in the import file: pulumi config set --secret TOKEN");
  expect(stdout).not.toContain("hunter2");
  expect(existsSync(join(program.folder, "live", "lib", "a.js"))).toBe(true);
  expect(statSync(join(program.folder, "import.json")).mode & 0o077).toBe(0);
  write(stdout.replace('new fc.Alias("shop-prod"', 'const prod = new fc.Alias("shop-prod"'));
  await stack.setConfig("TOKEN", { value: "hunter2", secret: true });
  const file = JSON.parse(readFileSync(join(program.folder, "import.json"), "utf8")) as { resources: ImportResource[] };
  await stack.import({ ...file, generateCode: false, protect: false });
  const state = join(program.folder, ".engine", "state", ".pulumi", "stacks", "imported", "test.json");
  expect(readFileSync(state, "utf8")).toContain("shop");
  expect(readFileSync(state, "utf8")).not.toContain("hunter2");

  expect(changes((await stack.preview()).changeSummary)).toEqual({});
  const { outputs } = await stack.up();
  expect(outputs["split"]?.value).toEqual({ "1": 87.5, "2": 12.5 });
  expect(emulator.mutations().slice(before)).toEqual([]);
});

it("releases new code of what was imported: the new version gets what the program says, and the tag marks the owner", async () => {
  writeFileSync(join(program.folder, "live", "index.js"), "exports.handler = async () => 2;");
  const { outputs } = await stack.up();
  expect(outputs["version"]?.value).toBe("3");
  expect(outputs["split"]?.value).toEqual({ "1": 87.5, "3": 12.5 });
  const { tags } = await api.get("shop");
  expect(tags?.map(({ key }) => key)).toEqual(["pulumi-alicloud-fc-owner"]);
});

it("says whose a function is that has an owner, that there is none, and what is missing", async () => {
  expect((await command("import", "shop", "--stack", "other")).stderr).toContain(
    "function shop belongs to imported/test/shop",
  );
  expect((await command("import", "nobody", "--stack", "test")).stderr).toContain(
    "function nobody does not exist in region",
  );
  expect((await command("import", "shop")).stderr).toContain("required option '--stack <name>' not specified");
  await api.create("plain", { code: zipInput({ "index.js": "exports.handler = async () => 1;" }) });
  const { stderr } = await command("import", "plain", "--stack", "test", "--code", "./live", "--out", "plain.json");
  expect(stderr).toContain("The code folder differs from what is live");
  expect(stderr).toContain("No version holds what LATEST holds");
});
