/** Request metrics and output, read through the official SDK of the log service. */
import SlsClient, * as sls from "@alicloud/sls20201230";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import * as fc from "@alicloud/fc20230330";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

import type { Emulator } from "../../emulator";
import { parseQuery } from "../../emulator/logs/query";
import { Api, refusal, useEmulator, zipInput } from "./support";

const PROJECT = "my-project";
const SOURCE = `
exports.handler = async (event) => {
  console.log("heard " + event);
  if (String(event) === "fail") throw new Error("as asked");
  if (String(event) === "sleep") await new Promise((resolve) => setTimeout(resolve, 60000));
  return "done";
};`;

let clock = Date.parse("2026-01-01T00:00:00Z");
const emulator = useEmulator({ now: () => new Date(clock), random: () => 0 });
let api: Api;

beforeAll(() => {
  api = new Api(emulator());
});

type Row = Record<string, string>;

function client(signatureVersion?: "v4", key: Partial<Emulator> = {}) {
  const { accessKeyId, accessKeySecret, logEndpoint, region } = { ...emulator(), ...key };
  const config = { accessKeyId, accessKeySecret, endpoint: logEndpoint, protocol: "http", regionId: region };
  return new SlsClient(new $OpenApiUtil.Config({ ...config, ...(signatureVersion ? { signatureVersion } : {}) }));
}

/** Queries rows; default: all rows since 1970. */
async function rows(logstore: string, query: Partial<sls.GetLogsRequest> = {}): Promise<Row[]> {
  const request = new sls.GetLogsRequest({ from: 0, to: 4_000_000_000, ...query });
  return (await client().getLogs(PROJECT, logstore, request)).body ?? [];
}

async function metrics(logstore: string, query: Partial<sls.GetLogsRequest> = {}): Promise<Row[]> {
  return rows(logstore, { topic: `FCRequestMetrics:/${logstore}`, ...query });
}

/** A function with a logstore of the same name. */
async function create(name: string, input: Parameters<Api["create"]>[1] = {}, log: object = {}): Promise<void> {
  await api.create(name, {
    code: zipInput({ "index.js": SOURCE }),
    logConfig: new fc.LogConfig({ project: PROJECT, logstore: name, enableRequestMetrics: true, ...log }),
    ...input,
  });
}

describe("a row of metrics", () => {
  it("a row of metrics shows how an HTTP trigger was called", async () => {
    await create("web");
    const triggerConfig = JSON.stringify({ authType: "anonymous", methods: ["GET"] });
    const body = new fc.CreateTriggerInput({ triggerName: "http", triggerType: "http", triggerConfig });
    const made = await api.sdk.createTrigger("web", new fc.CreateTriggerRequest({ body }));
    const answer = await fetch(`${made.body?.httpTrigger?.urlInternet ?? ""}/cart?x=1`);
    expect(await metrics("web")).toMatchObject([
      {
        triggerType: "http",
        method: "GET",
        requestURI: "/cart?x=1",
        clientIP: "127.0.0.1",
        qualifier: "LATEST",
        requestId: answer.headers.get("x-fc-request-id"),
      },
    ]);
  });

  it("a row of metrics has the called alias and the version that ran, for each invocation", async () => {
    await create("split");
    await api.publish("split");
    await api.update("split", { environmentVariables: { A: "1" } });
    await api.publish("split");
    await api.createAlias("split", "live", { versionId: "1", additionalVersionWeight: { "2": 0.5 } });
    const called = [await api.invoke("split", { qualifier: "live" }), await api.invoke("split", { qualifier: "live" })];
    const found = await metrics("split", { query: "qualifier: live" });
    expect(called.map(({ version }) => version)).toEqual(["2", "2"]);
    expect(found).toHaveLength(2);
    for (const [index, row] of found.entries()) {
      const headers: Record<string, string> = called[index]?.headers ?? {};
      expect(row).toMatchObject({
        __topic__: "FCRequestMetrics:/split",
        __time__: "1767225600",
        functionName: "split",
        qualifier: "live",
        versionId: "2",
        requestId: headers["x-fc-request-id"] ?? "",
        instanceID: headers["x-fc-instance-id"] ?? "",
        operation: "InvokeFunction",
        invocationType: "Sync",
        statusCode: "200",
        hasFunctionError: "false",
        memoryMB: "512",
        isColdStart: index === 0 ? "true" : "false",
      });
      for (const name of ["durationMs", "invokeFunctionLatencyMs", "scheduleLatencyMs", "memoryUsageMB"]) {
        expect(row[name]).toMatch(/^\d+\.\d\d$/);
      }
      expect("coldStartLatencyMs" in row).toBe(index === 0);
      expect(Number(row["invokeFunctionLatencyMs"])).toBeGreaterThanOrEqual(Number(row["durationMs"]));
    }
  });

  it("rows of metrics distinguish errors, timeouts and asynchronous invocations", async () => {
    await create("endings", { timeout: 1 });
    await api.invoke("endings", { event: "fail" });
    await api.invoke("endings", { event: "sleep" });
    await api.invoke("endings", { type: "Async" });
    while ((await metrics("endings")).length < 3);
    const found = await metrics("endings");
    expect(found.map((row) => [row["invocationType"], row["hasFunctionError"], row["errorType"]])).toEqual([
      ["Sync", "true", "FunctionUnhandledError"],
      ["Sync", "true", "FunctionTimeoutError"],
      ["Async", "false", undefined],
    ]);
  });

  it("no row of metrics is written without enableRequestMetrics, and no row at all without project and logstore", async () => {
    await create("quiet", {}, { enableRequestMetrics: false });
    await api.invoke("quiet");
    expect((await rows("quiet")).map((row) => row["__topic__"])).toEqual(Array(3).fill("FCLogs:quiet"));
    await api.create("silent");
    await api.invoke("silent");
    expect(await refusal(rows("silent"))).toMatchObject({ code: "LogStoreNotExist", statusCode: 404 });
  });

  it("rows are written by the logConfig of the version that ran, not of LATEST", async () => {
    await create("frozen");
    await api.publish("frozen");
    await api.update("frozen", { logConfig: new fc.LogConfig({ project: PROJECT, logstore: "elsewhere" }) });
    await api.invoke("frozen", { qualifier: "1" });
    expect(await metrics("frozen")).toHaveLength(1);
  });
});

it("the output of a function becomes rows between its start and end rows", async () => {
  await create("output");
  const { headers } = await api.invoke("output", { event: "one" });
  const id = headers["x-fc-request-id"];
  expect((await rows("output", { topic: "FCLogs:output" })).map((row) => row["message"])).toEqual([
    `FC Invoke Start RequestId: ${id}`,
    expect.stringMatching(/heard one$/),
    `FC Invoke End RequestId: ${id}`,
  ]);
});

it("a logstore keeps its newest rows", async () => {
  await create("ring", {}, { enableRequestMetrics: false });
  emulator().options.logRows = 4;
  try {
    for (const event of ["one", "two", "three"]) await api.invoke("ring", { event });
    const messages = (await rows("ring")).map((row) => row["message"]?.replace(/RequestId: .*/, ""));
    expect(messages).toEqual([
      "FC Invoke End ",
      "FC Invoke Start ",
      expect.stringMatching(/heard three$/),
      "FC Invoke End ",
    ]);
  } finally {
    emulator().options.logRows = 10_000;
  }
});

describe("GetLogs", () => {
  const invoked: string[] = [];

  beforeAll(async () => {
    await create("read");
    for (const [index, event] of ["a", "fail", "c", "fail", "e"].entries()) {
      clock = Date.parse("2026-02-01T00:00:00Z") + index * 1000;
      const { headers } = await api.invoke("read", { event });
      invoked.push(headers["x-fc-request-id"] ?? "");
    }
  });

  const start = Date.parse("2026-02-01T00:00:00Z") / 1000;
  const ids = async (query: Partial<sls.GetLogsRequest>) =>
    (await metrics("read", query)).map((row) => invoked.indexOf(row["requestId"] ?? ""));

  it.each<[string, Partial<sls.GetLogsRequest>, number[]]>([
    ["from is in, to is out", { from: start + 1, to: start + 3 }, [1, 2]],
    ["newest first", { reverse: true }, [4, 3, 2, 1, 0]],
    ["a page", { line: 2, offset: 1 }, [1, 2]],
    ["a page of the newest", { line: 2, offset: 1, reverse: true }, [3, 2]],
    ["no rows", { line: 0 }, []],
    ["everything", { query: "*" }, [0, 1, 2, 3, 4]],
    ["a field", { query: "hasFunctionError: true" }, [1, 3]],
    ["not", { query: "functionName: read not hasFunctionError: true" }, [0, 2, 4]],
    ["and before or", { query: "hasFunctionError: true and isColdStart: true or isColdStart: true" }, [0]],
    ["brackets", { query: "(hasFunctionError: true or isColdStart: true) and isColdStart: false" }, [1, 3]],
    ["a number", { query: "statusCode = 200 and memoryMB in [512 1024)" }, [0, 1, 2, 3, 4]],
    ["a range without its lower end", { query: "memoryMB in (512 1024]" }, []],
    ["a comparison", { query: "durationMs < 0" }, []],
    ["a word anywhere", { query: "FunctionUnhandledError" }, [1, 3]],
    ["a wildcard", { query: "errorType: functionun*" }, [1, 3]],
    ["a quoted value", { query: 'errorType: "FunctionUnhandledError"' }, [1, 3]],
    ["a topic in the statement", { query: '__topic__: "FCRequestMetrics:/read"', topic: "" }, [0, 1, 2, 3, 4]],
    ["a field that no row has", { query: "absent: x" }, []],
  ])("%s", async (_name, query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it("a query finds one request by its id, also if the query has characters that must be escaped", async () => {
    expect(await ids({ query: `requestId: "${invoked[2]}" and not message: "a*b'()!~ %+&"` })).toEqual([2]);
  });

  it("the answer has the number of rows and the progress Complete", async () => {
    const request = new sls.GetLogsRequest({ from: 0, to: 4_000_000_000, query: "isColdStart: true" });
    const { headers } = await client().getLogs(PROJECT, "read", request);
    expect(headers).toMatchObject({ "x-log-count": "1", "x-log-progress": "Complete" });
    expect(headers?.["x-log-requestid"]).toMatch(/^[0-9A-F]{24}$/);
  });

  it("GetLogsV2 finds the same rows", async () => {
    const range = { from: start, to: start + 5, topic: "FCRequestMetrics:/read" };
    const request = new sls.GetLogsV2Request({ ...range, query: "hasFunctionError: true", reverse: true });
    const { body } = await client().getLogsV2(PROJECT, "read", request);
    expect(body?.meta).toMatchObject({ count: 2, progress: "Complete" });
    expect(body?.data?.map((row) => invoked.indexOf(String(row["requestId"])))).toEqual([3, 1]);
  });

  it.each<[string, Partial<sls.GetLogsRequest>, string, number]>([
    ["SQL", { query: "* | select count(1)" }, "EmulatorNotImplemented", 501],
    ["a phrase", { query: '#"a b"' }, "EmulatorNotImplemented", 501],
    ["an empty time range", { from: 5, to: 5 }, "InvalidTimeRange", 400],
    ["too many rows", { line: 101 }, "ParameterInvalid", 400],
    ["an offset before the first", { offset: -1 }, "ParameterInvalid", 400],
    ["an open bracket", { query: "(a: b" }, "InvalidQueryString", 400],
    ["an open quotation", { query: 'a: "b' }, "InvalidQueryString", 400],
    ["no value", { query: "a:" }, "InvalidQueryString", 400],
    ["an operator where a value should be", { query: "a: and b: c" }, "InvalidQueryString", 400],
    ["a wildcard in front", { query: "a: *b" }, "InvalidQueryString", 400],
    ["text where a number should be", { query: "durationMs > fast" }, "InvalidQueryString", 400],
    ["101 brackets", { query: `${"(".repeat(101)}a${")".repeat(101)}` }, "InvalidQueryString", 400],
    ["4500 brackets", { query: `${"(".repeat(4500)}a${")".repeat(4500)}` }, "InvalidQueryString", 400],
    ["4500 open brackets", { query: "(".repeat(4500) }, "InvalidQueryString", 400],
    ["4500 negations", { query: `${"not ".repeat(4500)}a` }, "InvalidQueryString", 400],
    ["31 conditions", { query: Array(31).fill("a: b").join(" or ") }, "InvalidQueryString", 400],
  ])("%s is refused", async (_name, query, code, statusCode) => {
    expect(await refusal(metrics("read", query))).toMatchObject({ code, statusCode });
  });

  it("a project to which no function logs does not exist", async () => {
    const request = new sls.GetLogsRequest({ from: 0, to: 1 });
    expect(await refusal(client().getLogs("another", "read", request))).toMatchObject({ code: "ProjectNotExist" });
  });

  it("GetLogs is in the record of requests, and faults apply to it as to every operation", async () => {
    emulator().faults.add({
      operation: "GetLogs",
      action: { kind: "reject", status: 403, code: "Unauthorized", message: "denied action: log:GetLogStoreLogs" },
    });
    expect(await refusal(metrics("read"))).toMatchObject({ code: "Unauthorized", statusCode: 403 });
    expect(emulator().requests.at(-1)).toMatchObject({ operation: "GetLogs", mutating: false, fault: "reject" });
  });
});

it("a query may have 100 nested brackets or negations, and any number side by side", () => {
  const finds = (query: string) => parseQuery(query)({ field: "a" });
  expect(finds(`${"(".repeat(100)}a${")".repeat(100)}`)).toBe(true);
  expect(finds(`${"not ".repeat(99)}a`)).toBe(false);
  expect(finds(Array(30).fill("(((((a)))))").join(" and "))).toBe(true);
});

describe("wildcards", () => {
  const finds = (pattern: string, text: string): boolean => parseQuery(`field: ${pattern}`)({ field: text });

  it.each([
    ["a*c", "abbc", true],
    ["a*c", "ac", true],
    ["a*c", "acb", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a*b*c", "a-c-b-c", true],
    ["a*b*c", "acb", false],
    ["a.c", "abc", false],
    ["a**", "a", true],
    ["a*?", "a", false],
  ])("the pattern %s matches %s: %s", (pattern, text, expected) => {
    expect(finds(pattern, text)).toBe(expected);
  });

  it("a pattern with many stars takes at most time proportional to pattern times text", () => {
    // The number of ways to split this text is too large to try all of them.
    const started = performance.now();
    expect(finds("a*".repeat(30) + "b", "a".repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("signatures of the log service", () => {
  const request = new sls.GetLogsRequest({ from: 0, to: 4_000_000_000, query: 'a: "ü *\'()!~/"', topic: "" });
  const request2 = new sls.GetLogsV2Request({ from: 0, to: 4_000_000_000, query: "a: b" });

  beforeAll(async () => {
    await create("signed");
  });

  it.each([undefined, "v4" as const])("of the SDK (version %s) are accepted", async (version) => {
    expect((await client(version).getLogs(PROJECT, "signed", request)).statusCode).toBe(200);
    expect((await client(version).getLogsV2(PROJECT, "signed", request2)).statusCode).toBe(200);
  });

  it.each([undefined, "v4" as const])("of another key (version %s) are refused", async (version) => {
    const secret = client(version, { accessKeySecret: "fcemu-other" });
    expect(await refusal(secret.getLogs(PROJECT, "signed", request))).toMatchObject({ code: "SignatureNotMatch" });
    const id = client(version, { accessKeyId: "fcemu-other" });
    expect(await refusal(id.getLogs(PROJECT, "signed", request))).toMatchObject({ code: "Unauthorized" });
  });

  interface Sent {
    path: string;
    headers: http.OutgoingHttpHeaders;
    body: string;
  }

  /** The request that the SDK sends for `request2`, received by a local server. Version 1 of the signature does not cover the host. */
  async function caught(): Promise<Sent> {
    let sent: Sent | undefined;
    const trap = http.createServer((incoming, response) => {
      let body = "";
      incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
      incoming.on("end", () => {
        const { "transfer-encoding": _framing, connection: _connection, ...headers } = incoming.headers;
        sent = { path: incoming.url ?? "", headers, body };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ meta: {}, data: [] }));
      });
    });
    await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
    const { port } = trap.address() as AddressInfo;
    await client(undefined, { logEndpoint: `log@127.0.0.1:${port}` }).getLogsV2(PROJECT, "signed", request2);
    trap.close();
    trap.closeAllConnections();
    if (sent === undefined) throw new Error("the SDK sent nothing");
    sent.headers["host"] = `${PROJECT}.${emulator().logEndpoint}`;
    return sent;
  }

  /** Sends the request to the emulator with one part changed. */
  async function replay(change: (sent: Sent) => void): Promise<{ status: number; code: string }> {
    const sent = await caught();
    change(sent);
    const { port } = new URL(emulator().endpoint);
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, method: "POST", path: sent.path, headers: sent.headers };
      const outgoing = http.request(options, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => {
          const { errorCode = "" } = JSON.parse(text) as { errorCode?: string };
          resolve({ status: response.statusCode ?? 0, code: errorCode });
        });
      });
      outgoing.on("error", reject);
      outgoing.end(sent.body);
    });
  }

  it("an unchanged repeated request is accepted, so a changed request is refused because of the change", async () => {
    expect(await replay(() => undefined)).toEqual({ status: 200, code: "" });
  });

  it.each<[string, Parameters<typeof replay>[0], number, string]>([
    ["body", (sent) => (sent.body = sent.body.replace("a: b", "a: c")), 401, "SignatureNotMatch"],
    ["path", (sent) => (sent.path = "/logstores/read/logs"), 401, "SignatureNotMatch"],
    ["query", (sent) => (sent.path += "?x=1"), 401, "SignatureNotMatch"],
    ["a service header", (sent) => (sent.headers["x-log-bodyrawsize"] = "1"), 401, "SignatureNotMatch"],
    ["method of signing", (sent) => (sent.headers["x-log-signaturemethod"] = "none"), 401, "SignatureNotMatch"],
    ["date", (sent) => (sent.headers["date"] = "Mon, 01 Jan 2024 00:00:00 GMT"), 400, "RequestTimeExpired"],
    ["no date", (sent) => delete sent.headers["date"], 400, "MissingDate"],
    ["no signature", (sent) => delete sent.headers["authorization"], 400, "MissingAuthorization"],
    ["foreign scheme", (sent) => (sent.headers["authorization"] = "Basic YTpi"), 401, "SignatureNotMatch"],
  ])("a request with another %s is refused", async (_name, change, status, code) => {
    expect(await replay(change)).toEqual({ status, code });
  });

  it.each([
    "evil.example:PORT",
    "my-project.evil.example:PORT",
    "my-project.log@evil.example:PORT",
    "my-project.log@127.0.0.1:1",
    "my-project.user@127.0.0.1:PORT",
    "my_project.localhost:PORT",
  ])("a request to the host %s is refused", async (host) => {
    const { port } = new URL(emulator().endpoint);
    const answer = await replay((sent) => (sent.headers["host"] = host.replace("PORT", port)));
    expect(answer).toEqual({ status: 501, code: "" });
  });

  it("a host name below localhost is accepted as well", async () => {
    const { port } = new URL(emulator().endpoint);
    expect(await replay((sent) => (sent.headers["host"] = `${PROJECT}.localhost:${port}`))).toEqual({
      status: 200,
      code: "",
    });
  });
});
