/**
 * Functions that misbehave. Each invocation has the expected result. After the function is deleted, none of its
 * processes or files are left. The environment of the host is not visible, and the emulator keeps working. These tests
 * do not prove anything about code that hides its actions.
 */
import * as net from "node:net";

import { Api, type Invocation, isRunning, useEmulator, zipInput } from "./support";

const CANARY = "canary-of-the-host-93ab";
process.env["FC_TEST_HOSTILE_CANARY"] = CANARY;
const emulator = useEmulator();
let api: Api;

beforeAll(async () => {
  api = new Api(emulator());
  await api.create("good");
});

afterAll(() => {
  delete process.env["FC_TEST_HOSTILE_CANARY"];
});

/** A function, the expected result of its invocation, and its timeout in seconds. The default of `seconds` is 20. */
interface Hostile {
  readonly what: string;
  readonly source: string;
  readonly body: RegExp;
  readonly failed: boolean;
  readonly seconds?: number;
  readonly input?: Parameters<Api["create"]>[1];
}

const forever = "new Promise(() => {})";
const handler = (lines: string): string =>
  `const { spawn } = require("node:child_process"); const fs = require("node:fs"); exports.handler = async (event, context) => { ${lines} };`;

const HOSTILE: Hostile[] = [
  { what: "exits", source: handler("process.exit(0);"), body: /exit code: 0/, failed: true },
  { what: "exits while it loads", source: "process.exit(9);", body: /exit code: 9/, failed: true },
  { what: "aborts", source: handler("process.abort();"), body: /exited unexpectedly/, failed: true },
  { what: "kills itself", source: handler(`process.kill(process.pid, "SIGKILL"); await ${forever};`), body: /exited unexpectedly/, failed: true },
  { what: "kills its process group", source: handler(`process.kill(0, "SIGKILL"); await ${forever};`), body: /exited unexpectedly/, failed: true },
  { what: "throws while it loads", source: "throw new Error('at load');", body: /at load/, failed: true },
  { what: "throws what is no error", source: handler("throw null;"), body: /null/, failed: true },
  { what: "throws later", source: handler(`setTimeout(() => { throw new Error("late"); }); await ${forever};`), body: /late/, failed: true },
  { what: "loses a rejection", source: handler(`Promise.reject(new Error("lost")); await ${forever};`), body: /lost/, failed: true },
  { what: "never answers", source: handler(`await ${forever};`), body: /timed out after 1 seconds/, failed: true, seconds: 1 },
  { what: "loops for ever", source: handler("for (;;);"), body: /timed out after 1 seconds/, failed: true, seconds: 1 },
  { what: "loops while it loads", source: "for (;;);", body: /timed out after 1 seconds/, failed: true, seconds: 1 },
  { what: "does not end when told to", source: handler(`process.on("SIGTERM", () => undefined); process.on("SIGINT", () => undefined); for (;;);`), body: /timed out after 1 seconds/, failed: true, seconds: 1 },
  { what: "backtracks in an expression", source: handler("/^(a+)+$/.test('a'.repeat(40) + 'b');"), body: /timed out after 1 seconds/, failed: true, seconds: 1 },
  { what: "floods standard output with 100 MB", source: handler("const line = 'x'.repeat(1 << 20); for (let i = 0; i < 100; i++) fs.writeSync(1, line); return 'flooded';"), body: /^flooded$/, failed: false },
  { what: "floods standard error", source: handler("const line = 'x'.repeat(1 << 20); for (let i = 0; i < 20; i++) fs.writeSync(2, line); return 'flooded';"), body: /^flooded$/, failed: false },
  { what: "answers 200 MB", source: handler("return 'x'.repeat(200 << 20);"), body: /larger than|memory limit/, failed: true },
  { what: "answers what refers to itself", source: handler("const a = {}; a.a = a; return a;"), body: /circular/i, failed: true },
  { what: "answers through a getter that throws", source: handler("return { get a() { throw new Error('getter'); } };"), body: /getter/, failed: true },
  { what: "calls back twice", source: "exports.handler = (e, c, cb) => { cb(null, 'first'); cb(null, 'second'); };", body: /^first$/, failed: false },
  { what: "closes its streams", source: handler("for (const fd of [0, 1, 2]) { try { fs.closeSync(fd); } catch {} } return 'closed';"), body: /./, failed: false },
  { what: "closes every descriptor", source: handler(`for (let fd = 0; fd < 64; fd++) { try { fs.closeSync(fd); } catch {} } await ${forever};`), body: /exited unexpectedly|timed out/, failed: true, seconds: 1 },
  { what: "takes memory", source: handler("const all = []; for (;;) { all.push(Buffer.alloc(32 << 20, 1)); await new Promise(setImmediate); }"), body: /memory limit of 256 MB exceeded/, failed: true, input: { memorySize: 256, cpu: 0.25 } },
  { what: "starts fifty processes", source: handler("console.log('pids=' + Array.from({ length: 50 }, () => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid)); return 'started';"), body: /^started$/, failed: false },
  { what: "starts processes and exits", source: handler("console.log('pids=' + Array.from({ length: 5 }, () => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid)); process.exit(1);"), body: /exit code: 1/, failed: true },
  { what: "deletes its own code", source: handler("fs.rmSync(process.cwd(), { recursive: true, force: true }); return 'gone';"), body: /^gone$/, failed: false },
  { what: "fills its temporary folder", source: handler("const { tmpdir } = require('node:os'); for (let i = 0; i < 500; i++) fs.writeFileSync(tmpdir() + '/' + i, 'x'); return 'full';"), body: /^full$/, failed: false },
  { what: "goes to another folder", source: handler("process.chdir('/'); return process.cwd();"), body: /^\/$/, failed: false },
  { what: "changes what is built in", source: handler("JSON.stringify = () => 'mine'; Promise.prototype.then = undefined; Buffer.from = undefined; return 'done';"), body: /./, failed: true, seconds: 1 },
  { what: "reads what is not there", source: handler("return fs.readFileSync('/nowhere/at/all');"), body: /ENOENT|no such file/, failed: true },
  { what: "writes over its environment", source: handler("for (const name of Object.keys(process.env)) delete process.env[name]; return 'empty';"), body: /^empty$/, failed: false },
  { what: "goes on after its answer", source: handler("setInterval(() => console.log('still here'), 1); setTimeout(() => undefined, 1e6); return 'answered';"), body: /^answered$/, failed: false },
  { what: "throws after its answer", source: handler("setTimeout(() => { throw new Error('too late'); }); return 'answered';"), body: /^answered$/, failed: false },
  { what: "loses a rejection after its answer", source: handler("setTimeout(() => Promise.reject(new Error('too late'))); return 'answered';"), body: /^answered$/, failed: false },
  { what: "exits after its answer", source: handler("setTimeout(() => process.exit(3)); return 'answered';"), body: /^answered$/, failed: false },
  { what: "loops after its answer", source: handler("setTimeout(() => { for (;;); }); return 'answered';"), body: /^answered$/, failed: false },
  { what: "writes no JSON where answers go", source: handler("fs.writeSync(3, 'null\\n7\\n[]\\n{\\n\\u0000\\n{\"token\":\"x\",\"result\":\"eA==\"}\\n'); return 'right';"), body: /^right$/, failed: false },
  { what: "floods where answers go", source: handler(`for (const much = "x".repeat(1 << 16); ; ) { try { fs.writeSync(3, much); } catch {} }`), body: /exited unexpectedly/, failed: true, seconds: 50 },
  { what: "forks children that fork", source: handler("const script = `const { spawn } = require('child_process'); for (const _ of [1, 2]) if (+process.argv[1] > 0) console.log(spawn(process.execPath, ['-e', process.env.SCRIPT, process.argv[1] - 1], { detached: true, stdio: ['ignore', 1, 'ignore'] }).pid); setInterval(Date, 1e6);`; const first = spawn(process.execPath, ['-e', script, '2'], { env: { ...process.env, SCRIPT: script } }); const pids = [first.pid]; await new Promise((resolve) => first.stdout.on('data', (data) => { pids.push(...String(data).trim().split('\\n').map(Number)); if (pids.length >= 7) resolve(); })); console.log('pids=' + pids); return 'forked';"), body: /^forked$/, failed: false },
  { what: "starts children that do not end when told to", source: handler("const child = spawn(process.execPath, ['-e', 'for (const s of [`SIGTERM`, `SIGINT`, `SIGHUP`]) process.on(s, () => undefined); console.log(1); setInterval(Date, 1e6)'], { detached: true }); await new Promise((resolve) => child.stdout.once('data', resolve)); console.log('pids=' + child.pid); return 'deaf';"), body: /^deaf$/, failed: false },
  { what: "writes into its own code", source: handler("fs.writeFileSync(process.cwd() + '/index.js', 'gone'); return 'written';"), body: /^written$/, failed: false },
  { what: "reads what it is not given", source: handler("return fs.readFileSync(0, 'latin1') + typeof process.send + process.env.NODE_CHANNEL_FD;"), body: /^undefinedundefined$/, failed: false },
  { what: "shows its whole environment", source: handler("return JSON.stringify(process.env);"), body: /FC_FUNCTION_NAME/, failed: false },
]; // prettier-ignore

let count = 0;

/** Invokes the function once, returns its output, and deletes the function. */
async function run({ source, seconds = 20, input }: Hostile): Promise<Invocation & { readonly pids: number[] }> {
  const name = `hostile-${++count}`;
  await api.create(name, { code: zipInput({ "index.js": source }), timeout: seconds, ...input });
  const answer = await api.invoke(name, { log: true });
  const pids = (/pids=([\d,]+)/.exec(answer.log)?.[1] ?? "").split(",").filter(Boolean).map(Number);
  await api.delete(name);
  return { ...answer, pids };
}

it.each(HOSTILE)("code that $what", async (hostile) => {
  const answer = await run(hostile);
  expect(answer.body).toMatch(hostile.body);
  expect(answer.errorType !== undefined).toBe(hostile.failed);
  expect(answer.status).toBe(200);
  expect(answer.body + answer.log).not.toContain(CANARY);
  // The launcher handles messages in their order. So after this answer, the instance of the previous function has
  // ended.
  expect(await api.invoke("good")).toMatchObject({ status: 200, body: "ok" });
  await api.create(`after-${count}`);
  await api.invoke(`after-${count}`);
  expect(answer.pids.filter(isRunning)).toEqual([]);
});

it("code that listens on a port stops listening with its function", async () => {
  const listens = "await new Promise((resolve) => { server = require('node:net').createServer().listen(0, '127.0.0.1', resolve); }); return String(server.address().port);";
  const { body } = await run({ what: "", source: `let server; ${handler(listens)}`, body: /./, failed: false });
  await api.create("after-listening");
  await api.invoke("after-listening");
  const code = await new Promise((resolve) => {
    const socket = net.connect(Number(body), "127.0.0.1");
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on("connect", () => resolve("connected"));
  });
  expect(code).toBe("ECONNREFUSED");
}); // prettier-ignore

it("the test has at least twenty kinds of hostile code", () => {
  expect(new Set(HOSTILE.map(({ source }) => source)).size).toBeGreaterThanOrEqual(20);
});
