/**
 * Tests the emulator with tea-roa, the client of Terraform's alicloud provider. This client differs from the SDK: it is
 * written in Go, uses the older signature, and does not convert answers to models.
 */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

import { zipSync } from "fflate";

import { crc64, type Emulator, startEmulator } from "../../emulator";

// The Go program is built first.
jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "tea-roa-"));
const program = join(folder, "tea-roa");
let emulator: Emulator;
let client: Client;

beforeAll(async () => {
  const env = { ...process.env, GOFLAGS: "" };
  const build = ["build", "-mod=readonly", "-o", program, "."];
  execFileSync("go", build, { cwd: join(__dirname, "tea-roa"), env, stdio: "pipe" });
  emulator = await startEmulator({ seed: 1 });
  client = new Client();
});

afterAll(async () => {
  client.close();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

interface Answer {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Runs the Go program and sends it one call at a time. */
class Client {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;

  constructor(env: Record<string, string> = {}) {
    const endpoint = emulator.endpoint.replace("http://", "");
    this.#child = spawn(program, [], {
      env: { ...emulator.env, ENDPOINT: endpoint, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#interface = createInterface(this.#child.stdout);
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  async call({ path, ...call }: Call): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify({ ...call, path: `/2023-03-30${path}` })}\n`);
    const next = await this.#lines.next();
    if (next.done === true) throw new Error("the program ended");
    return JSON.parse(next.value) as Answer;
  }

  close(): void {
    this.#child.stdin.end();
    this.#interface.close();
  }
}

const zip = (text: string): Buffer => Buffer.from(zipSync({ "index.js": Buffer.from(text) }, { mtime: "1980-01-01" }));
const first = zip("exports.handler = async () => ({ answer: 'one' });");
const second = zip("exports.handler = async () => ({ answer: 'two' });");
const code = (bytes: Buffer) => ({ zipFile: bytes.toString("base64") });
const text = expect.any(String) as unknown;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown;
const arn = (name: string) => `acs:fc:cn-hangzhou:${emulator.accountId}:${name}`;
const ok = (body: unknown): Answer => ({ headers: { "x-fc-request-id": text as string }, body });
const refused = (status: number, refusal: string): Answer => ({
  status,
  code: refusal,
  message: expect.stringMatching(new RegExp(`^code: ${status}, .+ request id: [0-9a-fA-F-]{20,}$`)) as string,
});
/** What this client returns for status 204: headers without a body. */
const EMPTY: Answer = { headers: { "x-fc-request-id": text as string } };

const F = "/functions/f";

/** A step: its name, the call, and what the answer must contain. Each step needs the steps before it. */
const STEPS: [string, Call | (() => Call), Answer | (() => Answer)][] = [
  ["no functions yet", { method: "GET", path: "/functions" }, ok({ functions: [] })],
  ["a function that is not there", { method: "GET", path: F }, refused(404, "FunctionNotFound")],
  [
    "a function without a handler",
    { method: "POST", path: "/functions", body: { functionName: "f", runtime: "nodejs20" } },
    refused(400, "InvalidArgument"),
  ],
  [
    "a new function",
    {
      method: "POST",
      path: "/functions",
      body: {
        functionName: "f",
        runtime: "nodejs20",
        handler: "index.handler",
        cpu: 0.5,
        memorySize: 512,
        environmentVariables: { A: "1", B: "ß ü" },
        code: code(first),
      },
    },
    () =>
      ok({
        functionName: "f",
        functionArn: arn("functions/f"),
        codeChecksum: crc64(first),
        createdTime: time,
        cpu: 0.5,
      }),
  ],
  [
    "the same again",
    {
      method: "POST",
      path: "/functions",
      body: { functionName: "f", runtime: "nodejs20", handler: "h", code: code(first) },
    },
    refused(409, "FunctionAlreadyExists"),
  ],
  ["the function", { method: "GET", path: F }, ok({ functionName: "f", environmentVariables: { A: "1", B: "ß ü" } })],
  ["LATEST", { method: "GET", path: F, query: { qualifier: "LATEST" } }, ok({ functionName: "f" })],
  ["settings", { method: "PUT", path: F, body: { timeout: 30, description: "a / b+c % d" } }, ok({ timeout: 30 })],
  ["its code's address", { method: "GET", path: `${F}/code` }, () => ok({ url: text, checksum: crc64(first) })],
  ["a first version", { method: "POST", path: `${F}/versions`, body: { description: "one" } }, ok({ versionId: "1" })],
  [
    "a version without a change",
    { method: "POST", path: `${F}/versions`, body: { description: "one" } },
    refused(400, "VersionPublishError"),
  ],
  ["new code", { method: "PUT", path: F, body: { code: code(second) } }, () => ok({ codeChecksum: crc64(second) })],
  ["a second version, no body", { method: "POST", path: `${F}/versions` }, ok({ versionId: "2" })],
  [
    "the versions, newest first",
    { method: "GET", path: `${F}/versions`, query: { direction: "BACKWARD" } },
    ok({ direction: "BACKWARD", versions: [{ versionId: "2" }, { versionId: "1", description: "one" }] }),
  ],
  [
    "a page of one",
    { method: "GET", path: `${F}/versions`, query: { limit: "1", nextToken: "" } },
    ok({ versions: [{}], nextToken: text }),
  ],
  ["version 1", { method: "GET", path: F, query: { qualifier: "1" } }, () => ok({ codeChecksum: crc64(first) })],
  ["version 9", { method: "GET", path: F, query: { qualifier: "9" } }, refused(404, "VersionNotFound")],
  [
    "an alias with a weight",
    {
      method: "POST",
      path: `${F}/aliases`,
      body: { aliasName: "live", versionId: "1", additionalVersionWeight: { 2: 0.1 } },
    },
    ok({ aliasName: "live", versionId: "1", additionalVersionWeight: { 2: 0.1 }, createdTime: time }),
  ],
  [
    "an alias to a version there is not",
    { method: "POST", path: `${F}/aliases`, body: { aliasName: "none", versionId: "7" } },
    refused(404, "VersionNotFound"),
  ],
  [
    "more weight",
    { method: "PUT", path: `${F}/aliases/live`, body: { additionalVersionWeight: { 2: 0.5 } } },
    ok({ versionId: "1", additionalVersionWeight: { 2: 0.5 } }),
  ],
  [
    "the same weight",
    { method: "PUT", path: `${F}/aliases/live`, body: { additionalVersionWeight: { 2: 0.5 } } },
    refused(400, "InvalidArgument"),
  ],
  [
    "too much weight",
    { method: "PUT", path: `${F}/aliases/live`, body: { additionalVersionWeight: { 2: 1.7 } } },
    refused(400, "InvalidArgument"),
  ],
  [
    "no weight",
    { method: "PUT", path: `${F}/aliases/live`, body: { versionId: "2", additionalVersionWeight: {} } },
    ok({ versionId: "2" }),
  ],
  ["the alias", { method: "GET", path: `${F}/aliases/live` }, ok({ aliasName: "live", versionId: "2" })],
  [
    "a call through the alias",
    { method: "POST", path: `${F}/invocations`, query: { qualifier: "live" }, body: { event: 1 } },
    {
      headers: { "x-fc-request-id": text as string, "x-fc-invocation-function-version": "2" },
      body: { answer: "two" },
    },
  ],
  [
    "aliases by prefix",
    { method: "GET", path: `${F}/aliases`, query: { prefix: "li" } },
    ok({ aliases: [{ aliasName: "live" }] }),
  ],
  [
    "a trigger",
    {
      method: "POST",
      path: `${F}/triggers`,
      body: {
        triggerName: "http",
        triggerType: "http",
        qualifier: "live",
        triggerConfig: JSON.stringify({ authType: "anonymous", methods: ["GET"] }),
      },
    },
    ok({ triggerName: "http", httpTrigger: { urlInternet: text } }),
  ],
  ["the triggers", { method: "GET", path: `${F}/triggers` }, ok({ triggers: [{ triggerName: "http" }] })],
  [
    "reserved instances",
    { method: "PUT", path: `${F}/concurrency`, body: { reservedConcurrency: 20 } },
    ok({ reservedConcurrency: 20 }),
  ],
  [
    "a part of the path again in the body, as Terraform's provider does",
    { method: "PUT", path: `${F}/concurrency`, body: { functionName: "f", reservedConcurrency: 20 } },
    ok({ reservedConcurrency: 20 }),
  ],
  [
    "and another one there",
    { method: "PUT", path: `${F}/concurrency`, body: { functionName: "g", reservedConcurrency: 20 } },
    refused(400, "InvalidArgument"),
  ],
  [
    "and read",
    { method: "GET", path: `${F}/concurrency` },
    () => ok({ functionArn: arn("functions/f"), reservedConcurrency: 20 }),
  ],
  [
    "provisioned instances",
    { method: "PUT", path: `${F}/provision-config`, query: { qualifier: "live" }, body: { defaultTarget: 2 } },
    ok({ defaultTarget: 2 }),
  ],
  [
    "none provisioned, read all the same",
    { method: "GET", path: `${F}/provision-config`, query: { qualifier: "LATEST" } },
    ok({}),
  ],
  ["taken back", { method: "DELETE", path: `${F}/provision-config`, query: { qualifier: "live" } }, EMPTY],
  [
    "asynchronous calls",
    {
      method: "PUT",
      path: `${F}/async-invoke-config`,
      query: { qualifier: "live" },
      body: { maxAsyncRetryAttempts: 1 },
    },
    ok({ maxAsyncRetryAttempts: 1 }),
  ],
  [
    "no such setting of LATEST",
    { method: "GET", path: `${F}/async-invoke-config` },
    refused(404, "AsyncConfigNotExists"),
  ],
  ["and forgotten", { method: "DELETE", path: `${F}/async-invoke-config`, query: { qualifier: "live" } }, EMPTY],
  [
    "a layer",
    { method: "POST", path: "/layers/l/versions", body: { code: code(first), compatibleRuntime: ["nodejs20"] } },
    ok({ layerName: "l", version: 1 }),
  ],
  ["layers", { method: "GET", path: "/layers" }, ok({ layers: [{ layerName: "l" }] })],
  [
    "a domain",
    {
      method: "POST",
      path: "/custom-domains",
      body: {
        domainName: "a.example.com",
        protocol: "HTTP",
        routeConfig: { routes: [{ path: "/*", functionName: "f", qualifier: "live" }] },
      },
    },
    ok({ domainName: "a.example.com", routeConfig: { routes: [{ functionName: "f" }] } }),
  ],
  ["and no more", { method: "DELETE", path: "/custom-domains/a.example.com" }, EMPTY],
  [
    "tags",
    () => ({
      method: "POST",
      path: "/tags-v2",
      body: { ResourceType: "function", ResourceId: [arn("functions/f")], Tag: [{ Key: "k", Value: "v" }] },
    }),
    { headers: { "x-fc-request-id": text as string } },
  ],
  [
    "and read, a list in the query",
    () => ({
      method: "GET",
      path: "/tags-v2",
      query: { ResourceType: "function", ResourceId: JSON.stringify([arn("functions/f")]) },
    }),
    ok({ TagResources: [{ TagKey: "k", TagValue: "v" }] }),
  ],
  ["calls stopped", { method: "POST", path: `${F}/invoke/disable`, body: { reason: "test" } }, ok({ success: true })],
  ["and let through again", { method: "POST", path: `${F}/invoke/enable` }, ok({ success: true })],
  ["a path there is not", { method: "GET", path: "/services" }, refused(400, "PathNotSupported")],
  ["a percent sign in a name", { method: "GET", path: "/functions/a%25b" }, refused(404, "FunctionNotFound")],
  ["the trigger goes", { method: "DELETE", path: `${F}/triggers/http` }, EMPTY],
  ["the alias goes", { method: "DELETE", path: `${F}/aliases/live` }, EMPTY],
  ["a version goes", { method: "DELETE", path: `${F}/versions/1` }, EMPTY],
  ["and the function", { method: "DELETE", path: F }, EMPTY],
  ["and is gone", { method: "DELETE", path: F }, refused(404, "FunctionNotFound")],
];

describe("through tea-roa", () => {
  it.each(STEPS)("%s", async (_name, call, expected) => {
    const answer = await client.call(typeof call === "function" ? call() : call);
    const wanted = typeof expected === "function" ? expected() : expected;
    expect(answer).toMatchObject(wanted);
    // If no body is expected, the body must be empty.
    if (wanted.body === undefined && wanted.code === undefined) expect(answer.body ?? {}).toEqual({});
  });

  it("is at least forty calls, each of them signed the older way", () => {
    expect(STEPS.length).toBeGreaterThanOrEqual(40);
    expect(emulator.requests.length).toBe(STEPS.length);
  });

  it.each([
    ["secret", { ALIBABA_CLOUD_ACCESS_KEY_SECRET: "fcemu-other" }, 403, "SignatureNotMatch"],
    ["id", { ALIBABA_CLOUD_ACCESS_KEY_ID: "fcemu-other" }, 403, "InvalidAccessKeyID"],
  ])("refuses another %s", async (_name, env, status, refusal) => {
    const other = new Client(env);
    expect(await other.call({ method: "GET", path: "/functions" })).toMatchObject(refused(status, refusal));
    other.close();
  });

  it("takes a temporary key", async () => {
    const { accessKeyId, accessKeySecret, securityToken } = emulator.temporaryCredentials();
    const temporary = new Client({
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    });
    expect(await temporary.call({ method: "GET", path: "/functions" })).toMatchObject(ok({ functions: [] }));
    temporary.close();
  });
});
