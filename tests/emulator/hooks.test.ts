/** The hooks of an instance: initializer and preStop. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";

import { startEmulator } from "../../emulator";
import { Api, refusal, useEmulator, zipInput } from "./support";

const folder = mkdtempSync(join(tmpdir(), "hooks-test-"));
const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});
afterAll(() => rmSync(folder, { recursive: true }));

type Hooks = Record<"initializer" | "preStop", { handler?: string; timeout?: number; command?: string[] }>;

async function create(name: string, source: string, hooks: Partial<Hooks>, by = api): Promise<void> {
  const hook = (given: Hooks["preStop"] | undefined) => given && new fc.LifecycleHook(given);
  const config = { initializer: hook(hooks.initializer), preStop: hook(hooks.preStop) };
  const instanceLifecycleConfig = new fc.InstanceLifecycleConfig(config);
  await by.create(name, { code: zipInput({ "index.js": source }), instanceLifecycleConfig });
}

/** Source of a hook that writes a file outside the instance, so that the test can see that the hook ran. */
function leaving(file: string): string {
  return `exports.handler = async () => String(process.pid);
    exports.stop = async (context) => require("node:fs").writeFileSync(${JSON.stringify(file)}, context.function.name);`;
}

it("the initializer runs once for each instance, with separate start and end lines in the log", async () => {
  const source = `
    let calls = 0;
    exports.start = (context, callback) => { console.log("init " + context.requestId); calls = 10; callback(); };
    exports.handler = async () => String(++calls);`;
  await create("once", source, { initializer: { handler: "index.start", timeout: 5 } });
  const first = await api.invoke("once", { log: true });
  const id = first.headers["x-fc-request-id"] ?? "";
  expect(first.log).toContain(`FC Initialize Start RequestId: ${id}\ninit ${id}\n`);
  expect(first.log).toMatch(/FC Initialize End[^]*FC Invoke Start[^]*FC Invoke End/);
  expect([first.body, (await api.invoke("once")).body]).toEqual(["11", "12"]);
});

it("after a failed initializer the next request tries another instance", async () => {
  const source = "exports.start = async () => { throw new Error('not today'); }; exports.handler = async () => 1;";
  await create("fails", source, { initializer: { handler: "index.start" } });
  const [first, second] = [await api.invoke("fails"), await api.invoke("fails")];
  expect(first).toMatchObject({ status: 200, errorType: "FunctionInitializationError" });
  expect(first.body).toContain("not today");
  expect(second.headers["x-fc-instance-id"]).not.toBe(first.headers["x-fc-instance-id"]);
});

it("an initializer has a separate timeout", async () => {
  const source = "exports.start = () => new Promise(() => {}); exports.handler = async () => 1;";
  await create("hangs", source, { initializer: { handler: "index.start", timeout: 1 } });
  const answer = await api.invoke("hangs");
  expect(answer.errorType).toBe("FunctionInitializationError");
  expect(answer.body).toContain("initialization timed out after 1 seconds");
});

it("preStop runs when the code is replaced", async () => {
  const file = join(folder, "replaced");
  await create("replaced", leaving(file), { preStop: { handler: "index.stop", timeout: 5 } });
  await api.invoke("replaced");
  await api.update("replaced", { description: "other" });
  // The same launcher process gets the stop of the old instance and then the start of the next one.
  await api.invoke("replaced");
  const deadline = Date.now() + 10_000;
  while (!existsSync(file) && Date.now() < deadline) await new Promise(setImmediate);
  expect(readFileSync(file, "utf8")).toBe("replaced");
});

it("preStop runs when the emulator closes, but not after a kill or without a request", async () => {
  const other = await startEmulator();
  const client = new Api(other);
  const [closed, killed] = [join(folder, "closed"), join(folder, "killed")];
  const hook = { preStop: { handler: "index.stop", timeout: 5 } };
  await create("closed", leaving(closed), hook, client);
  await create("killed", leaving(killed).replace("String(process.pid)", "process.exit(1)"), hook, client);
  await client.invoke("closed");
  await client.invoke("killed");
  await other.close();
  expect([existsSync(closed), existsSync(killed)]).toEqual([true, false]);
});

it("a hook that is a command is refused", async () => {
  await create("command", "exports.handler = async () => 1;", { preStop: { command: ["true"] } });
  expect(await refusal(api.invoke("command"))).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
});
