/** Things that user code cannot do by accident. These tests do not prove anything about hostile code. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startEmulator } from "../../emulator";
import { LAUNCHER_SOURCE } from "../../emulator/runtimes/launcherSource";
import { Api, isRunning, useEmulator, zipInput } from "./support";

const CANARY = "canary-of-the-host-6d1f";

process.env["FC_TEST_CANARY"] = CANARY;
const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});
afterAll(() => {
  delete process.env["FC_TEST_CANARY"];
});

async function run(name: string, source: string, input: Parameters<Api["create"]>[1] = {}): Promise<string> {
  await api.create(name, { code: zipInput({ "index.js": source }), timeout: 20, ...input });
  return (await api.invoke(name)).body;
}

it("the environment of an instance has only allowed variables of the host", async () => {
  const env = JSON.parse(await run("env", "exports.handler = async () => process.env;")) as Record<string, string>;
  expect(JSON.stringify(env)).not.toContain(CANARY);
  const own = Object.keys(env).filter((name) => !name.startsWith("FC_"));
  expect(["HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR", "TZ"]).toEqual(expect.arrayContaining(own));
  expect(JSON.stringify(env)).not.toContain(emulator().accessKeySecret);
});

it("the parent process of an instance is not the emulator, and does not have the emulator's environment", async () => {
  const source = `
    const fs = require("node:fs"), { execFileSync } = require("node:child_process");
    exports.handler = async () => {
      const chain = [];
      for (let pid = process.ppid; pid > 1; ) {
        let environ = "";
        try { environ = fs.readFileSync("/proc/" + pid + "/environ", "latin1"); } catch {}
        chain.push({ pid, environ });
        pid = Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)]));
      }
      return chain;
    };`;
  const chain = JSON.parse(await run("chain", source)) as { pid: number; environ: string }[];
  expect(chain.length).toBeGreaterThan(0);
  expect(chain.map((parent) => parent.pid)).not.toContain(process.pid);
  const launcher = chain[0]?.environ ?? "";
  const names = launcher.split("\0").flatMap((line) => (line === "" ? [] : [line.split("=")[0]]));
  expect(["HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR"]).toEqual(expect.arrayContaining(names));
});

it("home, temporary folder and working folder belong to one instance and are deleted with it", async () => {
  const source = `
    const fs = require("node:fs"), os = require("node:os");
    fs.writeFileSync(os.tmpdir() + "/x", "1");
    exports.handler = async () => [os.homedir(), os.tmpdir(), process.cwd(), process.env.FC_FUNC_CODE_PATH];`;
  const [home = "", temporary = "", cwd = "", code] = JSON.parse(await run("folders", source)) as string[];
  expect(cwd).toBe(code);
  expect(new Set([home, temporary, cwd]).size).toBe(3);
  await api.delete("folders");
  // The launcher handles messages in their order. So after this answer, the instance of the previous function has
  // ended.
  await run("after", "exports.handler = async () => process.exit(1);");
  expect([home, temporary, cwd].filter((folder) => existsSync(folder))).toEqual([]);
});

it("an instance leads a separate process group, and only its owner can read its folders", async () => {
  const source = `
    const fs = require("node:fs"), os = require("node:os"), path = require("node:path"), { execFileSync } = require("node:child_process");
    const groupOf = (pid) => Number(execFileSync("ps", ["-o", "pgid=", "-p", String(pid)]));
    exports.handler = async () => ({
      pid: process.pid, group: groupOf(process.pid), above: groupOf(process.ppid),
      modes: [os.homedir(), os.tmpdir(), process.cwd(), path.dirname(path.dirname(process.cwd()))].map((folder) => fs.statSync(folder).mode & 0o777),
    });`;
  const { pid, group, above, modes } = JSON.parse(await run("group", source)) as {
    pid: number;
    group: number;
    above: number;
    modes: number[];
  };
  expect(group).toBe(pid);
  expect(above).not.toBe(group);
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o700]);
});

/** Source of a handler that starts a process whose parent ends at once, and returns the id of the process. */
function orphan(options: string): string {
  const script = `const c = require("child_process").spawn("/bin/sleep", ["600"], ${options}); c.unref(); console.log(c.pid);`;
  return `Number(execFileSync(process.execPath, ["-e", ${JSON.stringify(script)}]))`;
}

const ESCAPES: [string, string][] = [
  ["in the background", "spawn('sleep', ['600']).pid"],
  ["detached", "spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid"],
  ["orphaned-elsewhere", orphan("{ detached: true, stdio: 'ignore', cwd: '/' }")],
  // Processes of an instance are found by an environment variable that marks them, or by their working folder. This
  // process has no such variable, and `ps` does not print the working folder.
  ...(process.platform === "linux"
    ? [["orphaned-unmarked", orphan("{ detached: true, stdio: 'ignore', env: {} }")] as [string, string]]
    : []),
];

it.each(ESCAPES)("a process that a function left %s ends with its instance", async (how, spawning) => {
  const source = `
    const { execFileSync, spawn } = require("node:child_process");
    exports.handler = async () => String(${spawning});`;
  const name = how.replaceAll(" ", "-");
  const pid = Number(await run(name, source));
  expect(isRunning(pid)).toBe(true);
  await api.delete(name);
  await run(`after-${name}`, "exports.handler = async () => process.exit(1);");
  expect(isRunning(pid)).toBe(false);
});

it("an update ends the instances of the old code", async () => {
  const source = "exports.handler = async () => String(process.pid);";
  const pid = Number(await run("updated", source));
  await api.update("updated", { code: zipInput({ "index.js": "exports.handler = async () => process.exit(1);" }) });
  await api.invoke("updated");
  expect(isRunning(pid)).toBe(false);
});

it("no process stays after the emulator is killed", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "launcher-test-")));
  const code = join(folder, "c-1", "code");
  mkdirSync(code, { recursive: true });
  const launcher = join(folder, "launcher.js");
  writeFileSync(launcher, LAUNCHER_SOURCE);
  const start = { op: "start", id: "c-1", command: "/bin/sleep", args: ["600"], cwd: code, env: {} };
  const ask = {
    ...start,
    id: "c-2",
    command: process.execPath,
    args: ["-e", "console.log(process.ppid); setInterval(Date, 1e6)"],
  };
  // A replacement of the emulator: it starts a launcher with two child processes, and prints the id of the launcher.
  const script = `
    const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(launcher)}, "detach", "test-", ${JSON.stringify(folder)}], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const say = (message) => child.stdio[3].write(JSON.stringify(message) + "\\n");
    child.stdio[3].on("data", (data) => process.stdout.write(data));
    say(${JSON.stringify(start)});
    say(${JSON.stringify(ask)});`;
  const standIn = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  for await (const chunk of standIn.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes('"op":"out"')) break;
  }
  const data = /"data":"([^"]+)"/.exec(text)?.[1] ?? "";
  const pid = Number(Buffer.from(data, "base64").toString());
  expect(isRunning(pid)).toBe(true);
  standIn.kill("SIGKILL");
  // The launcher removes the folder last. The loop ends when the process and the folder are gone, or after 10 seconds.
  const deadline = Date.now() + 10_000;
  while ((isRunning(pid) || existsSync(folder)) && Date.now() < deadline);
  expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
});

it("processes that a function started end when the function times out", async () => {
  const source = `
    const { spawn } = require("node:child_process");
    exports.handler = async () => {
      const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
      console.log("pid=" + child.pid);
      for (;;);
    };`;
  await api.create("timed", { code: zipInput({ "index.js": source }), timeout: 1 });
  const { log } = await api.invoke("timed", { log: true });
  const pid = Number(/pid=(\d+)/.exec(log)?.[1]);
  expect(pid).toBeGreaterThan(0);
  expect(isRunning(pid)).toBe(false);
});

it("code that kills its launcher makes only its own invocation fail", async () => {
  const source = "exports.handler = () => { process.kill(process.ppid, 'SIGKILL'); return new Promise(() => {}); };";
  expect(await run("patricide", source)).toContain("Process exited unexpectedly");
  expect(await run("survivor", "exports.handler = async () => 'alive';")).toBe("alive");
});

it("closing ends every process and removes the work folder", async () => {
  const other = await startEmulator();
  const client = new Api(other);
  const source = `
    const child = require("node:child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    exports.handler = async () => ({ pids: [process.pid, process.ppid, child.pid], cwd: process.cwd() });`;
  await client.create("f", { code: zipInput({ "index.js": source }) });
  const { pids, cwd } = JSON.parse((await client.invoke("f")).body) as { pids: number[]; cwd: string };
  await other.close();
  await other.close();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(existsSync(cwd)).toBe(false);
});

it("an instance whose processes together use more than memorySize is killed, child processes included", async () => {
  const hog = "const a = []; for (let i = 0; i < 6; i++) a.push(Buffer.alloc(64 << 20, 1)); setInterval(() => a, 1000)";
  const source = `
    const { spawn } = require("node:child_process");
    exports.handler = () => {
      const child = spawn(process.execPath, ["-e", ${JSON.stringify(hog)}], { detached: true, stdio: "ignore" });
      console.log("pid=" + child.pid);
      return new Promise(() => {});
    };`;
  await api.create("hog", { code: zipInput({ "index.js": source }), memorySize: 256, cpu: 0.25, timeout: 60 });
  const { body, errorType, log } = await api.invoke("hog", { log: true });
  expect(errorType).toBe("UnhandledInvocationError");
  expect(body).toContain("memory limit of 256 MB exceeded");
  const pid = Number(/pid=(\d+)/.exec(log)?.[1]);
  expect(pid).toBeGreaterThan(0);
  expect(isRunning(pid)).toBe(false);
});
