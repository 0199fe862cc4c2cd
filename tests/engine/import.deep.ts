/** Import of a live function into a stack by the import file. The next preview shows no change. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import * as ts from "typescript";
import { type Emulator, startEmulator } from "../../emulator";
import { Api, zipInput } from "../emulator/support";
import { changes } from "../support/engine";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";

const run = promisify(execFile);

/** Realistic values: a key with several lines and a line break at its end, special characters of shells, and text in other languages. */
const SECRETS = {
  TOKEN: "-hunter2 $HOME `x` \"'\\ %PATH%",
  KEY: "-----BEGIN KEY-----\n\thunter2Line\n-----END KEY-----\n",
  NAME: "日本語 hunter2 é",
};

let emulator: Emulator;
let program: ProgramFolder;
let stack: Stack;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({});
  api = new Api(emulator);
  program = programFolder("imported", "");
  program.link("node_modules/pulumi-alicloud-fc", root);
  mkdirSync(join(program.folder, "node_modules", ".bin"));
  symlinkSync(
    join(root, "bin", "pulumi-alicloud-fc.cjs"),
    join(program.folder, "node_modules", ".bin", "pulumi-alicloud-fc"),
  );
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

/** The commands in the output of the command, or in a document. */
const commandsIn = (text: string) => text.split("\n").filter((line) => /^\s*(npx|pulumi) /.test(line)).map((line) => line.trim()); // prettier-ignore

/** Runs commands in the folder of the program, as a user does. The engine is on the PATH, and there is no standard input. */
async function runAll(lines: readonly string[]): Promise<string> {
  const bin = join(process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"] ?? "", "bin");
  const { workspace } = stack;
  const env = {
    ...process.env,
    ...workspace.envVars,
    PULUMI_HOME: workspace.pulumiHome,
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  const script = ["set -eo pipefail", ...lines].join("\n");
  const { stdout, stderr } = await run("bash", ["-c", script], { cwd: program.folder, env });
  return stdout + stderr;
}

/** Writes the printed program as the program of the stack. */
function write(text: string): void {
  const exported = `${text}\nmodule.exports = { version: version.versionId, split: prod.split, beta: beta.split };`;
  const { outputText } = ts.transpileModule(exported, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  writeFileSync(join(program.folder, "index.js"), outputText);
}

/** The printed program, in which each alias is assigned to a constant. */
const named = (text: string) =>
  text.replace(/new fc.Alias\("shop-(\w+)"/g, (line, name: string) => `const ${name} = ${line}`);

let printed: string;

it("the printed commands import function, version, aliases with a canary, code and secrets without a change", async () => {
  await api.create("shop", {
    description: "by hand",
    memorySize: 1024,
    cpu: 0.5,
    timeout: 10,
    environmentVariables: SECRETS,
    code: zipInput({ "index.js": "exports.handler = async () => 1;", "lib/a.js": "1" }),
  });
  await api.publish("shop", "first");
  await api.update("shop", { timeout: 11 });
  await api.publish("shop", "second");
  await api.createAlias("shop", "prod", { versionId: "1", additionalVersionWeight: { 2: 0.125 } });
  await api.createAlias("shop", "beta", { versionId: "2" });
  const before = emulator.mutations().length;
  // A file of an earlier attempt that everybody may read.
  const file = join(program.folder, "import.json");
  writeFileSync(file, "{}");
  chmodSync(file, 0o644);

  const { stdout, stderr } = await command("import", "shop", "--stack", "test", "--code", "./live");
  expect(stdout + stderr).not.toContain("hunter2");
  expect(existsSync(join(program.folder, "live", "lib", "a.js"))).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toContain("hunter2");
  expect(readdirSync(program.folder).filter((name) => name.startsWith("import.json"))).toEqual(["import.json"]);
  printed = stdout;
  write(named(stdout));
  const commands = commandsIn(stderr);
  expect(commands).toEqual([
    "npx pulumi-alicloud-fc value import.json environmentVariables | pulumi config set --secret shop-environmentVariables --stack test",
    "pulumi import -f import.json --generate-code=false --protect=false --yes --stack test",
    "pulumi preview --stack test",
  ]);
  const screen = await runAll(commands);
  expect(screen).not.toContain("hunter2");
  const state = join(program.folder, ".engine", "state", ".pulumi", "stacks", "imported", "test.json");
  expect(readFileSync(state, "utf8")).toContain("shop");
  expect(readFileSync(state, "utf8")).not.toContain("hunter2");
  expect(readFileSync(join(program.folder, "Pulumi.test.yaml"), "utf8")).not.toContain("hunter2");

  expect(changes((await stack.preview()).changeSummary)).toEqual({});
  const { outputs } = await stack.up();
  expect(outputs["split"]?.value).toEqual({ "1": 87.5, "2": 12.5 });
  expect(emulator.mutations().slice(before)).toEqual([]);
});

it("the guide has the same commands as the output of import", () => {
  const guide = readFileSync(join(root, "docs", "guide", "moving-in.md"), "utf8");
  const from = guide.indexOf("npx pulumi-alicloud-fc import");
  const block = guide.slice(from, guide.indexOf("```", from));
  const expected = [
    "npx pulumi-alicloud-fc import my-function --stack dev",
    "npx pulumi-alicloud-fc value import.json environmentVariables | pulumi config set --secret my-function-environmentVariables --stack dev",
    "pulumi import -f import.json --generate-code=false --protect=false --yes --stack dev",
    "pulumi preview --stack dev",
  ];
  expect(commandsIn(block)).toEqual(expected);
});

it("after the import, new code gets the share of the program, and a tag names the owner", async () => {
  writeFileSync(join(program.folder, "live", "index.js"), "exports.handler = async () => 2;");
  const { outputs } = await stack.up();
  expect(outputs["version"]?.value).toBe("3");
  expect(outputs["split"]?.value).toEqual({ "1": 87.5, "3": 12.5 });
  const { tags } = await api.get("shop");
  expect(tags?.map(({ key }) => key)).toEqual(["pulumi-alicloud-fc-owner"]);
  // The alias beta had no canary, so the new version gets no traffic through it.
  expect(outputs["beta"]?.value).toEqual({ "2": 100 });
});

it("weight 100, as in the guide, promotes the imported canary", async () => {
  write(named(printed).replace("weight: 12.5", "weight: 100"));
  const { outputs } = await stack.up();
  expect(outputs["split"]?.value).toEqual({ "3": 100 });
});

it("the errors of import: the function has an owner, does not exist, or a flag is missing", async () => {
  const refused = ["import", "shop", "--stack", "other", "--code", "./refused", "--out", "refused.json"];
  expect((await command(...refused)).stderr).toContain("function shop belongs to imported/test/shop");
  expect(["refused", "refused.json"].filter((name) => existsSync(join(program.folder, name)))).toEqual([]);
  expect((await command("import", "nobody", "--stack", "test")).stderr).toContain(
    "function nobody does not exist in region",
  );
  expect((await command("import", "shop")).stderr).toContain("required option '--stack <name>' not specified");
  await api.create("plain", { code: zipInput({ "index.js": "exports.handler = async () => 1;" }) });
  const { stderr } = await command("import", "plain", "--stack", "test", "--code", "./live", "--out", "plain.json");
  expect(stderr).toContain("The code folder differs from what is live");
  expect(stderr).toContain("No version holds what LATEST holds");
});
