/** Errors about credentials: no credentials, and keys in config as Pulumi's alicloud provider expects them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { failure } from "../support/engine";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";

const PROGRAM = `
const fc = require("pulumi-alicloud-fc");
const fn = new fc.Function("api", { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" });
const version = new fc.Version("api", { function: fn });
new fc.Alias("api", { function: fn, aliasName: "prod", canary: { versionId: version.versionId, weight: 0 } });
`;
const ACCESS_KEY = "LTAI-of-the-shared-stack";

let emulator: Emulator;
let program: ProgramFolder;

async function stackWith(env: Record<string, string>): Promise<Stack> {
  program = programFolder("credentials", PROGRAM);
  program.link("node_modules/pulumi-alicloud-fc", root);
  const home = join(program.folder, "nobody");
  mkdirSync(home);
  const stack = await program.stack({ HOME: home, ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true", ...env });
  await stack.setConfig("alicloud:accessKey", { value: ACCESS_KEY, secret: true });
  await stack.setConfig("alicloud:secretKey", { value: "hunter2", secret: true });
  return stack;
}

beforeAll(async () => {
  emulator = await startEmulator({});
});

afterEach(() => program.remove());
afterAll(() => emulator.close());

const times = (text: string, part: string) => text.split(part).length - 1;
/**
 * The text below the heading `Diagnostics:`, without line breaks. The same messages also appear above the heading. The
 * automation API repeats the screen after `err?:`.
 */
const diagnostics = (screen: string) =>
  (screen.split("Diagnostics:")[1] ?? "").split("err?:").slice(0, 1).join("").replace(/\s+/g, " ");

it("without credentials the error is one sentence and names no argument that the program does not have", async () => {
  const stack = await stackWith({ ALIBABA_CLOUD_REGION: "cn-hangzhou" });
  const screen = await failure(stack.preview());
  const message = diagnostics(screen);
  expect(message).toContain("1 errored");
  expect(times(message, "no credentials: looked for them in ALIBABA_CLOUD_ACCESS_KEY_ID and")).toBe(1);
  expect(message).toContain("or run aliyun configure");
  expect(message).not.toMatch(/property|no such argument|unable to get credentials|accountId: required|undefined/);
  expect(screen).not.toMatch(new RegExp(`${ACCESS_KEY}|hunter2`));
});

it("with keys in config and in the environment the run succeeds, and one warning names the ignored keys", async () => {
  const stack = await stackWith(emulator.env);
  const { stdout, stderr } = await stack.preview();
  const screen = stdout + stderr;
  expect(
    times(diagnostics(screen), "config alicloud:accessKey, alicloud:secretKey: ignored by pulumi-alicloud-fc"),
  ).toBe(1);
  expect(screen).not.toMatch(new RegExp(`${ACCESS_KEY}|hunter2`));
  const { summary } = await stack.up();
  expect(summary.result).toBe("succeeded");
  const used = JSON.stringify(emulator.requests);
  expect(used).not.toContain(ACCESS_KEY);
});
