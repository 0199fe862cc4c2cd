/** Custom runtimes: HTTP servers of the user, here in Node.js. */
import * as fs from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";

import { Api, isRunning, refusal, useEmulator, zipInput } from "./support";

const folder = fs.mkdtempSync(join(tmpdir(), "custom-test-"));
const emulator = useEmulator({ invoke: { startSeconds: 5, maxInstances: 3 }, warn: () => undefined });
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/**
 * The source of a server that executes `answer` with `request`, `body` and `response`. Default: the port of the
 * environment.
 */
function server(answer: string, port = "process.env.FC_CUSTOM_LISTEN_PORT"): string {
  return `const http = require("node:http");
    let calls = 0;
    http.createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => { const body = Buffer.concat(chunks).toString(); calls++; ${answer} });
    }).listen(${port}, "0.0.0.0");`;
}

/** A port of this suite, because any program may use the default port, also a suite that runs at the same time. */
const PORT = 9471;

type Input = NonNullable<Parameters<Api["create"]>[1]>;

async function create(name: string, source: string, input: Input = {}, port = PORT): Promise<void> {
  const customRuntimeConfig = new fc.CustomRuntimeConfig({ command: ["node"], args: ["server.js"], port });
  const code = zipInput({ "server.js": source });
  await api.create(name, { runtime: "custom.debian10", handler: "none", customRuntimeConfig, code, ...input });
}

describe("an event for a custom runtime", () => {
  it("is sent unchanged to POST /invoke, and the answer of the server is the result", async () => {
    const answer = "response.end(JSON.stringify([request.method, request.url, request.headers['content-type'], body]))";
    await create("plain", server(answer));
    const { body, errorType, status } = await api.invoke("plain", { event: "hi é" });
    expect([status, errorType, JSON.parse(body)]).toEqual([
      200,
      undefined,
      ["POST", "/invoke", "application/octet-stream", "hi é"],
    ]);
  });

  it.each([
    [undefined, "LATEST", ""],
    ["1", "1", "1"],
    ["alias1", "alias1", "1"],
  ])(
    "has headers about the function: for qualifier %s the server gets %s and version '%s'",
    async (qualifier, seen, id) => {
      if (qualifier === undefined) {
        await create("headers", server("console.log('seen'); response.end(JSON.stringify(request.headers))"));
        await api.publish("headers");
        await api.createAlias("headers", "alias1", { versionId: "1" });
      }
      const answer = await api.invoke("headers", { log: true, ...(qualifier === undefined ? {} : { qualifier }) });
      expect(JSON.parse(answer.body)).toMatchObject({
        "x-fc-request-id": answer.headers["x-fc-request-id"],
        "x-fc-function-name": "headers",
        "x-fc-function-handler": "none",
        "x-fc-function-memory": "512",
        "x-fc-function-timeout": "3",
        "x-fc-region": "cn-hangzhou",
        "x-fc-account-id": emulator().accountId,
        "x-fc-qualifier": seen,
        "x-fc-version-id": id,
        "x-fc-control-path": "/invoke",
      });
      expect(answer.log).toContain("seen\n");
    },
  );

  it("counts as failed if the header x-fc-status is 404, whatever the HTTP status", async () => {
    await create("fails", server("response.setHeader('x-fc-status', '404'); response.end('told so')"));
    expect(await api.invoke("fails")).toMatchObject({
      status: 200,
      errorType: "UnhandledInvocationError",
      body: "told so",
    });
    await create("teapot", server("response.statusCode = 418; response.end('fine')"));
    expect(await api.invoke("teapot")).toMatchObject({ status: 200, errorType: undefined, body: "fine" });
  });

  it("fails when the timeout is reached and when the process ends, and the instance ends", async () => {
    await create("slow", server("console.log('waits')"), { timeout: 1 });
    const slow = await api.invoke("slow", { log: true });
    expect(slow).toMatchObject({ status: 200, errorType: "UnhandledInvocationError" });
    expect(slow.body).toContain("timed out after 1 seconds");
    expect(slow.log).toContain("waits");
    await create("exits", server("process.exit(3)"));
    expect((await api.invoke("exits")).body).toContain("exit code: 3");
    expect((await api.invoke("exits")).body).toContain("exit code: 3");
  });
});

it("a process that a server started ends with the server at the timeout", async () => {
  const file = join(folder, "pid");
  const answer = `
    const child = require("node:child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    require("node:fs").writeFileSync(${JSON.stringify(file)}, String(child.pid));`;
  await create("leaves", server(answer), { timeout: 1 });
  expect((await api.invoke("leaves")).body).toContain("timed out");
  expect(isRunning(Number(fs.readFileSync(file, "utf8")))).toBe(false);
});

describe("the start of a custom runtime", () => {
  it("runs /code/bootstrap by default, or the command, in which /code and /opt are replaced", async () => {
    const bootstrap = "#!/bin/sh\nexec node $FC_FUNC_CODE_PATH/server.js\n";
    const files = { bootstrap, "server.js": server("response.end('up')") };
    await api.create("bootstrap", { runtime: "custom", handler: "none", code: zipInput(files, 0o755) });
    expect((await api.invoke("bootstrap")).body).toBe("up");
    const customRuntimeConfig = new fc.CustomRuntimeConfig({ command: ["node", "/code/server.js"] });
    await create("absolute", server("response.end('up')"), { customRuntimeConfig });
    expect((await api.invoke("absolute")).body).toBe("up");
  });

  it.each([
    ["no-file", {}, "CAFileNotFound", "the file /code/bootstrap is not exist"],
    ["no-right", { bootstrap: "#!/bin/sh\n" }, "CAFilePermission", "code 13, message:permission denied"],
  ])("is refused with 412: %s", async (name, files, code, text) => {
    await api.create(name, { runtime: "custom", handler: "none", code: zipInput({ other: "", ...files }, 0o644) });
    const error = await refusal(api.invoke(name));
    expect(error).toMatchObject({ statusCode: 412, code });
    expect(error.message).toContain(text);
  });

  it("fails with CAExited and the output if the program ends, and with FunctionNotStarted if it never listens", async () => {
    await create("ends", "console.log('last words'); process.exit(7);");
    const ended = await refusal(api.invoke("ends"));
    expect(ended).toMatchObject({ statusCode: 412, code: "CAExited" });
    expect(ended.message).toMatch(/exit code: 7[^]*last words/);
    await create("deaf", "setInterval(() => {}, 1000)");
    const deaf = await refusal(api.invoke("deaf"));
    expect(deaf).toMatchObject({ statusCode: 412, code: "FunctionNotStarted" });
    expect(deaf.message).toContain(`health check failed on port ${PORT} in 5 seconds`);
  });
});

describe("ports of custom runtimes", () => {
  it("instances that listen on FC_CUSTOM_LISTEN_PORT run at the same time", async () => {
    const answer = "setTimeout(() => response.end(process.env.FC_CUSTOM_LISTEN_PORT), 200)";
    await create("beside", server(answer), { timeout: 10 });
    const answers = await Promise.all([api.invoke("beside"), api.invoke("beside"), api.invoke("beside")]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(3);
    expect(new Set(answers.map(({ headers }) => headers["x-fc-instance-id"])).size).toBe(3);
  });

  it("a program with a fixed port runs in one instance after the other", async () => {
    await create("fixed", server("response.end('first')", "9471"), { timeout: 10 }, 9471);
    await api.publish("fixed");
    expect((await api.invoke("fixed", { qualifier: "1" })).body).toBe("first");
    const code = zipInput({ "server.js": server("response.end('second')", "9471") });
    await api.update("fixed", { code });
    expect((await api.invoke("fixed")).body).toBe("second");
    expect((await api.invoke("fixed", { qualifier: "1" })).body).toBe("first");
  });
});

it("an instance gets at most instanceConcurrency requests at the same time", async () => {
  const answer = `
    global.running = (global.running ?? 0) + 1; global.most = Math.max(global.most ?? 0, running);
    setTimeout(() => { global.running--; response.end(String(global.most)); }, 300);`;
  await create("shared", server(answer), { instanceConcurrency: 2, timeout: 10 });
  const answers = await Promise.all([1, 2, 3, 4].map(() => api.invoke("shared")));
  expect(answers.map(({ body }) => body)).toEqual(["2", "2", "2", "2"]);
  expect(new Set(answers.map(({ headers }) => headers["x-fc-instance-id"])).size).toBe(2);
});

it("an idle connection is closed before the server would close it; one with a slow request stays open", async () => {
  const file = join(folder, "closed");
  const answer = `
    request.socket.on("end", () => require("node:fs").writeFileSync(${JSON.stringify(file)}, String(calls)));
    setTimeout(() => response.end(String(calls)), Number(body));`;
  await create("idle", `${server(answer)}`, { timeout: 10 });
  expect((await api.invoke("idle", { event: "1500" })).body).toBe("1");
  expect(fs.existsSync(file)).toBe(false);
  expect((await api.invoke("idle", { event: "0" })).body).toBe("2");
  const asked = performance.now();
  while (!fs.existsSync(file)) await new Promise((resolve) => setImmediate(resolve));
  expect(performance.now() - asked).toBeLessThan(3000);
  expect((await api.invoke("idle", { event: "0" })).body).toBe("3");
});

it("hooks are requests: /initialize once, /pre-stop before the end; a failed one ends the instance", async () => {
  const seen = join(folder, "seen");
  const answer = `
    if (request.url === "/broken" || body === "x") response.statusCode = 500;
    require("node:fs").appendFileSync(${JSON.stringify(seen)}, request.method + " " + request.url + " " + request.headers["x-fc-control-path"] + "\\n");
    if (request.url === "/initialize" && process.env.BROKEN) response.statusCode = 500;
    response.end("done");`;
  const hook = new fc.LifecycleHook({ handler: "any", timeout: 2 });
  const instanceLifecycleConfig = new fc.InstanceLifecycleConfig({ initializer: hook, preStop: hook });
  await create("hooked", server(answer), { instanceLifecycleConfig });
  await api.invoke("hooked");
  await api.invoke("hooked");
  await api.delete("hooked");
  const lines = () => fs.readFileSync(seen, "utf8").trim().split("\n");
  const deadline = Date.now() + 10_000;
  while (lines().length < 4 && Date.now() < deadline) await new Promise(setImmediate);
  expect(lines()).toEqual([
    "POST /initialize /initialize",
    "POST /invoke /invoke",
    "POST /invoke /invoke",
    "GET /pre-stop /pre-stop",
  ]);
  await create("unready", server(answer), { instanceLifecycleConfig, environmentVariables: { BROKEN: "1" } });
  expect(await api.invoke("unready")).toMatchObject({ errorType: "FunctionInitializationError", body: "done" });
});

/** A server that sends these bytes to each request with the event BAD, and a plain answer to others. */
const rawServer = (bytes: string, then = "") => `const net = require("node:net");
  net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      if (!/BAD/.test(data)) return socket.write("HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\nfine");
      socket.write(${JSON.stringify(bytes)});
      ${then}
    });
  }).listen(process.env.FC_CUSTOM_LISTEN_PORT, "127.0.0.1");`;

const EVERY_50_MS = (bytes: string) => `setInterval(() => socket.write(${JSON.stringify(bytes)}), 50);`;

describe("a server that breaks the rules of HTTP, with a timeout of 1 second", () => {
  it.each([
    [
      "switches protocols",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      "",
      /switched protocols/,
    ],
    ["answers 101 without a protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "", /answered with status 101/],
    ["sends hints and then nothing", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", "", /timed out after 1 seconds/],
    ["sends hints for ever", "", EVERY_50_MS("HTTP/1.1 103 Early Hints\r\n\r\n"), /timed out after 1 seconds/],
    ["sends headers for ever", "HTTP/1.1 200 OK\r\n", EVERY_50_MS("a: b\r\n"), /timed out after 1 seconds/],
    [
      "sends half an answer and then nothing",
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
      "",
      /timed out after 1 seconds/,
    ],
    [
      "sends an answer for ever",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
      EVERY_50_MS("1\r\na\r\n"),
      /timed out after 1 seconds/,
    ],
    ["sends half an answer and ends", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "socket.end();", /aborted/],
    ["sends something other than HTTP", "hello\r\n\r\n", "", /Parse Error/],
  ])("%s: the call fails, and the next call is answered", async (name, bytes, then, message) => {
    const functionName = name.replace(/\W/g, "-");
    await create(functionName, rawServer(bytes, then), { timeout: 1 });
    const bad = await api.invoke(functionName, { event: "BAD" });
    expect(bad).toMatchObject({ status: 200, errorType: "UnhandledInvocationError" });
    expect(bad.body).toMatch(message);
    expect((await api.invoke(functionName, { event: "good" })).body).toBe("fine");
  });
});

it.each([100, 101, 199, 600, 999])(
  "the caller of a trigger gets 502 if the server answers with status %i",
  async (status) => {
    const name = `status${status}`;
    await create(name, rawServer(`HTTP/1.1 ${status} Odd\r\ncontent-length: 0\r\n\r\n`), { timeout: 1 });
    const { url } = await httpTrigger(name, ["POST"]);
    expect((await fetch(url, { method: "POST", body: "BAD" })).status).toBe(502);
    expect(await (await fetch(url, { method: "POST", body: "good" })).text()).toBe("fine");
  },
);

it("headers of a request that concern only its connection are accepted and not passed to the server", async () => {
  await create("hop", server("response.end(JSON.stringify(request.headers))"));
  const { url } = await httpTrigger("hop", ["POST"]);
  const { port } = new URL(url);
  const lines = ["POST / HTTP/1.1", `host: 127.0.0.1:${port}`, "connection: close", "trailer: x-a", "te: trailers", "keep-alive: 5", "proxy-connection: close", "upgrade: x", "expect: 100-continue", "x-own: 1", "transfer-encoding: chunked", "", "1", "a", "0", "", ""]; // prettier-ignore
  const text = await sendRaw(Number(port), lines.join("\r\n"));
  const body = JSON.parse(/\{.*\}/.exec(text)?.[0] ?? "{}") as Record<string, string>;
  expect(text).toContain("HTTP/1.1 200 OK");
  expect(body).toMatchObject({ "x-own": "1", "content-length": "1" });
  const hop = ["trailer", "te", "keep-alive", "proxy-connection", "upgrade", "expect", "transfer-encoding"];
  expect(hop.filter((name) => name in body)).toEqual([]);
});

/** Sends bytes to a port and returns everything that is answered until the connection ends. */
async function sendRaw(port: number, text: string): Promise<string> {
  const socket = net.connect(port, "127.0.0.1", () => socket.write(text));
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

async function httpTrigger(functionName: string, methods: readonly string[]): Promise<{ url: string }> {
  const triggerConfig = JSON.stringify({ authType: "anonymous", methods });
  const body = new fc.CreateTriggerInput({
    triggerName: "web",
    triggerType: "http",
    qualifier: "LATEST",
    triggerConfig,
  });
  const made = await api.sdk.createTrigger(functionName, new fc.CreateTriggerRequest({ body }));
  return { url: made.body?.httpTrigger?.urlInternet ?? "" };
}

it("an HTTP trigger passes request and answer on unchanged", async () => {
  const answer = `
    response.writeHead(201, { "x-own": "1", "content-type": "text/plain" });
    response.end([request.method, request.url, request.headers["x-mine"], request.headers["x-fc-control-path"], request.headers["x-fc-client-ip"], body].join(" "));`;
  await create("web", server(answer));
  const triggerConfig = JSON.stringify({ authType: "anonymous", methods: ["PUT"] });
  const body = new fc.CreateTriggerInput({
    triggerName: "web",
    triggerType: "http",
    qualifier: "LATEST",
    triggerConfig,
  });
  const made = await api.sdk.createTrigger("web", new fc.CreateTriggerRequest({ body }));
  const url = made.body?.httpTrigger?.urlInternet ?? "";
  const got = await fetch(`${url}/a%20b?c=d`, { method: "PUT", body: "text", headers: { "x-mine": "m" } });
  expect([got.status, got.headers.get("x-own"), got.headers.get("content-type")]).toEqual([201, "1", "text/plain"]);
  expect(await got.text()).toBe("PUT /a%20b?c=d m /http-invoke 127.0.0.1 text");
});

describe("a server that other machines can reach", () => {
  const warnings: string[] = [];
  const warning = useEmulator({ warn: (text) => warnings.push(text), invoke: { startSeconds: 5 } });

  it.each([
    ["0.0.0.0", 1],
    ["127.0.0.1", 0],
    ["::", 1],
    ["::1", 0],
  ])("listens on %s and leads to %i warnings, for any number of instances", async (address, count) => {
    warnings.length = 0;
    const client = new Api(warning());
    const name = `on${address.replace(/\W/g, "_")}`;
    // The server also listens on the address to which the emulator sends requests.
    const source = `const http = require("node:http");
      const answer = (request, response) => response.end("ok");
      const port = process.env.FC_CUSTOM_LISTEN_PORT;
      const server = http.createServer(answer);
      server.on("error", () => undefined);
      server.listen(port, ${JSON.stringify(address)});
      const other = http.createServer(answer);
      other.on("error", () => undefined);
      server.on("listening", () => other.listen(port, "127.0.0.1"));
      server.on("error", () => other.listen(port, "127.0.0.1"));`;
    const customRuntimeConfig = new fc.CustomRuntimeConfig({ command: ["node", "server.js"], port: 0 });
    const code = zipInput({ "server.js": source });
    await client.create(name, { runtime: "custom.debian10", handler: "none", customRuntimeConfig, code });
    expect((await client.invoke(name)).body).toBe("ok");
    await client.update(name, { environmentVariables: { NEW: "instance" } });
    await client.invoke(name);
    expect(warnings).toHaveLength(fs.existsSync("/proc/net/tcp") ? count : 1);
    for (const text of warnings)
      expect(text).toMatch(new RegExp(`'${name}' (may listen|listens) on port \\d+, also for other machines`));
  });
});
