/** The client of the service: the real SDK over HTTP, against a server. Each test defines the answers of the server. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { alicloudApi } from "../../provider/client/alicloud";
import type { FcApi } from "../../provider/client/api";
import { type FcError, isFcError } from "../../provider/client/errors";
import type { Clock } from "../../provider/client/retry";

type Answer = (response: http.ServerResponse, request: http.IncomingMessage) => void;

let server: http.Server;
let answers: Answer[];
let seen: string[];
let slept: number[];
let api: FcApi;

beforeEach(async () => {
  [answers, seen, slept] = [[], [], []];
  server = http.createServer((request, response) => {
    // The client calls GetCallerIdentity before every other operation. Tests do not define this answer.
    if (request.method === "POST" && /^\/(\?|$)/.test(request.url ?? "")) {
      request.resume().on("end", () => json(200, { AccountId: "0000123456789012" })(response, request));
      return;
    }
    seen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    request.resume().on("end", () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let now = 0;
  const clock: Clock = {
    now: () => now,
    random: () => 0.5,
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
  const env = {
    ALICLOUD_FC_EMULATOR: `http://127.0.0.1:${port}`,
    ALIBABA_CLOUD_ACCESS_KEY_ID: "fcemu-key",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "fcemu-secret",
  };
  api = alicloudApi({ region: "cn-hangzhou", accountId: "0000123456789012" }, { env, clock, timeout: 300 });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json =
  (status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
const error = (status: number, Code: string, headers?: http.OutgoingHttpHeaders, Message = "text") =>
  json(status, { Code, Message, RequestId: "1-2-3-4" }, headers);
const page =
  (status: number): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "text/html" }).end("<html>secret page</html>");
  };
const reset: Answer = (response) => response.socket?.destroy();
const silence: Answer = () => undefined;

async function failed(call: Promise<unknown>): Promise<FcError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isFcError(thrown)) throw new Error(`not an FcError: ${String(thrown)}`);
  return thrown;
}

const FUNCTION = { functionName: "api", functionId: "id", runtime: "nodejs20" };
const publish = () => api.publishVersion("api", "text");

describe("a mutation is sent once", () => {
  it.each<[string, Answer, string, string]>([
    ["a refusal", error(400, "InvalidArgument"), "rejected", "InvalidArgument"],
    ["missing rights", error(403, "AccessDenied"), "rejected", "AccessDenied"],
    ["a request timeout of the service", error(408, "RequestTimeout"), "unknown", "RequestTimeout"],
    ["an internal error", error(500, "InternalServerError"), "unknown", "InternalServerError"],
    ["an error page", page(502), "unknown", "Transport"],
    ["a page that says success", page(200), "unknown", "Transport"],
    ["an empty answer", (response) => response.writeHead(200).end(), "unknown", "Transport"],
    ["an answer without the version", json(200, { description: "" }), "unknown", "Transport"],
    ["null", json(200, null), "unknown", "Transport"],
    ["a redirect", (response) => response.writeHead(302, { location: "/" }).end("{}"), "unknown", "Transport"],
    ["a status of another operation", json(202, { versionId: "1" }), "unknown", "Transport"],
    ["a connection that breaks", reset, "unknown", "Transport"],
    ["no answer in time", silence, "unknown", "Transport"],
  ])("when it meets %s", async (_name, answer, outcome, code) => {
    answers = [answer];
    const { outcome: was, code: had, message } = await failed(publish());
    expect([was, had]).toEqual([outcome, code]);
    expect(message).toMatch(/^PublishFunctionVersion: /);
    expect(message).not.toContain("secret page");
    expect(seen).toHaveLength(1);
    expect(slept).toEqual([]);
  });
});

describe("the client does not send a change again, because it has not read the object", () => {
  it.each<[string, Answer]>([
    ["after throttling", error(429, "Throttling.User", { "x-acs-retry-after": "1234" })],
    ["after throttling with another status", error(503, "Throttling")],
    ["after a concurrent update", error(409, "ConcurrentUpdateError")],
  ])("%s", async (_name, answer) => {
    answers = [answer, json(200, { versionId: "1" })];
    expect(await failed(publish())).toMatchObject({ outcome: "rejected" });
    expect(seen).toHaveLength(1);
    expect(slept).toEqual([]);
  });
});

describe("a failed read is sent again", () => {
  it.each<[string, Answer, number]>([
    [
      "after throttling, when the service said how long",
      error(429, "Throttling.User", { "x-acs-retry-after": "1234" }),
      1234,
    ],
    ["after throttling under another name", error(429, "ResourceThrottled"), 150],
    ["after throttling with another status", error(503, "Throttling"), 150],
    ["after no answer in time", silence, 150],
    ["after an error page", page(503), 150],
  ])("%s", async (_name, answer, wait) => {
    answers = [answer, json(200, FUNCTION)];
    expect(await api.getFunction("api")).toEqual(FUNCTION);
    expect(seen).toHaveLength(2);
    expect(slept).toEqual([wait]);
  });

  it("until the time is over; the error then contains the number of attempts", async () => {
    answers = [error(429, "Throttling")];
    const { message } = await failed(api.getFunction("api"));
    expect(message).toContain("given up after 10 attempts");
    expect(slept.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(60_000);
  });

  it.each<[string, Answer]>([
    ["an operation there is not", error(501, "NotImplemented")],
    ["a redirect", (response) => response.writeHead(302, { location: "/" }).end("{}")],
    ["a refusal", error(403, "AccessDenied")],
  ])("but not after a permanent failure: %s", async (_name, answer) => {
    answers = [answer];
    await failed(api.getFunction("api"));
    expect(seen).toHaveLength(1);
  });
});

describe("an answer without a required member is an error with operation and request id", () => {
  const id = { "x-fc-request-id": "1-2-3-4" };
  const htmlPage: Answer = (response) =>
    response.writeHead(200, { "content-type": "text/html", ...id }).end("<html>secret page</html>");
  const reads: [string, string, () => Promise<unknown>][] = [
    ["GetFunction", "functionName", () => api.getFunction("api")],
    ["GetFunction", "functionName", () => api.getFunction("api", "1")],
    ["GetAlias", "aliasName", () => api.getAlias("api", "prod")],
    ["GetTrigger", "triggerName", () => api.getTrigger("api", "live")],
    ["GetFunctionCode", "url", () => api.getCodeUrl("api")],
    ["ListFunctionVersions", "versions", () => api.listVersions("api")],
    ["ListAliases", "aliases", () => api.listAliases("api")],
    ["ListTriggers", "triggers", () => api.listTriggers("api")],
    ["ListAsyncInvokeConfigs", "configs", () => api.listAsyncInvokeConfigs("api")],
  ];

  it.each(reads)("%s answered with {} is an error about %s", async (operation, member, read) => {
    answers = [json(200, {}, id)];
    const { message, outcome, requestId } = await failed(read());
    expect(message).toBe(
      `${operation}: the answer lacks ${member} (HTTP 200, request id 1-2-3-4); given up after 3 attempts`,
    );
    expect([outcome, requestId]).toEqual(["unknown", "1-2-3-4"]);
    expect(seen).toHaveLength(3);
  });

  it.each(reads)("%s answered with a web page (without its %s) is an error", async (operation, _member, read) => {
    answers = [htmlPage];
    const { message } = await failed(read());
    expect(message).toMatch(
      /^\w+: no usable answer from 127\.0\.0\.1:\d+ \(an answer that is not JSON, .*, HTTP 200, request id 1-2-3-4\); given up after 3 attempts$/,
    );
    expect(message).toContain(operation);
    expect(message).not.toMatch(/secret page|may have been applied/);
  });

  it.each<[string, unknown, () => Promise<unknown>]>([
    ["versionId", { versions: [{ description: "" }] }, () => api.listVersions("api")],
    ["versionId", { aliases: [{ aliasName: "prod" }] }, () => api.listAliases("api")],
    ["triggerName", { triggers: [{}] }, () => api.listTriggers("api")],
    ["functionArn", { configs: [{}] }, () => api.listAsyncInvokeConfigs("api")],
    ["functionId", { functionName: "api", runtime: "nodejs20" }, () => api.getFunction("api")],
    ["versionId", { aliasName: "prod", versionId: "" }, () => api.getAlias("api", "prod")],
  ])("lacks %s: %j", async (member, body, read) => {
    answers = [json(200, body, id)];
    expect((await failed(read())).message).toContain(`the answer lacks ${member} (HTTP 200, request id 1-2-3-4)`);
  });

  it.each<[string, Answer]>([
    ["a page", htmlPage],
    ["{}", json(200, {}, id)],
    ["a redirect", (response) => response.writeHead(302, { location: "/", ...id }).end()],
  ])("a deletion answered with %s is not done", async (_name, answer) => {
    for (const remove of [
      () => api.deleteFunction("api"),
      () => api.deleteVersion("api", "1"),
      () => api.deleteAlias("api", "prod"),
      () => api.deleteTrigger("api", "live"),
      () => api.removeTags("arn", ["a"]),
      () => api.setTags("arn", { a: "b" }),
    ]) {
      [answers, seen] = [[answer], []];
      expect(await failed(remove())).toMatchObject({ outcome: "unknown", requestId: "1-2-3-4" });
      expect(seen).toHaveLength(1);
    }
  });
});

it("two refusals are recognised by their message, whatever their code", async () => {
  answers = [error(400, "VersionPublishError", {}, "detail: 'No changes were made since last publish'")];
  expect(await failed(publish())).toMatchObject({ code: "VersionPublishError", outcome: "rejected" });
  answers = [error(400, "InvalidArgument", {}, "Can not update alias without any change")];
  const body = { versionId: "1", additionalVersionWeight: {}, description: "" };
  expect(await failed(api.updateAlias("api", "prod", body))).toMatchObject({ code: "AliasUnchanged" });
});

it("a message contains the message of the service, with status, code and request id", async () => {
  answers = [error(400, "InvalidArgument", {}, "handler is wrong")];
  expect((await failed(publish())).message).toBe(
    "PublishFunctionVersion: handler is wrong (HTTP 400, code InvalidArgument, request id 1-2-3-4)",
  );
});

it("only the not-found codes of the service mean that an object does not exist; any other failed read is an error", async () => {
  answers = [error(404, "FunctionNotFound")];
  expect(await api.getFunction("api")).toBeUndefined();
  answers = [error(404, "NoSuchPage")];
  expect(await failed(api.getFunction("api"))).toMatchObject({ code: "NoSuchPage" });
  answers = [error(403, "FunctionNotFoundForYou")];
  expect(await failed(api.getFunction("api"))).toMatchObject({ outcome: "rejected" });
});

it("a read is sent again after any unclear failure", async () => {
  answers = [reset, page(503), error(500, "InternalServerError"), json(200, FUNCTION)];
  expect(await api.getFunction("api")).toEqual(FUNCTION);
  expect(seen).toHaveLength(4);
});

it("reads all pages, and notices a list that repeats itself", async () => {
  answers = [
    json(200, { versions: [{ versionId: "2" }], nextToken: "t" }),
    json(200, { versions: [{ versionId: "1" }] }),
  ];
  expect(await api.listVersions("api")).toEqual([{ versionId: "2" }, { versionId: "1" }]);
  expect(seen[1]).toContain("nextToken=t");
  answers = [json(200, { versions: [], nextToken: "t" })];
  expect(await failed(api.listVersions("api"))).toMatchObject({ code: "EndlessList" });
});

it("if no server listens, the outcome is 'not sent', and the message names the host", async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const { outcome, message } = await failed(publish());
  expect(outcome).toBe("notSent");
  expect(message).toMatch(/cannot reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
  server = http.createServer().listen(0);
});

it("the message about a refused signature contains no secret part of a key", async () => {
  answers = [error(403, "SignatureNonMatch", {}, "signed with fcemu-secret (ZmNlbXUtc2VjcmV0) by fcemu-key")];
  const refusal = await api.getFunction("api").catch((thrown: unknown) => thrown as FcError);
  expect(refusal).toMatchObject({
    message: expect.stringMatching(
      /^GetFunction: signed with \[secret\] \(\[secret\]\) by fcemu-key \(HTTP 403/,
    ) as string,
  });
});

describe("an invocation", () => {
  const answered =
    (body: string, headers: http.OutgoingHttpHeaders): Answer =>
    (response) => {
      response.writeHead(200, headers).end(body);
    };
  const ID = { "x-fc-request-id": "1-2-3" };

  it("returns headers and body, also of a function that failed, and is sent once", async () => {
    answers = [answered("pong", { ...ID, "x-fc-error-type": "HandledInvocationError" })];
    const { headers, body } = await api.invoke("api", "8", "ping");
    expect([headers["x-fc-error-type"], body]).toEqual(["HandledInvocationError", "pong"]);
    expect(seen).toEqual(["POST /2023-03-30/functions/api/invocations?qualifier=8"]);
    answers = [answered("", ID)];
    expect((await api.invoke("api", "8", "")).body).toBe("");
  });

  it.each<[string, Answer, RegExp]>([
    [
      "without the service's id",
      answered("pong", {}),
      /the answer lacks the header x-fc-request-id \(HTTP 200, request id none\)/,
    ],
    [
      "that is a page",
      answered("<html>", { ...ID, "content-type": "text/html; charset=utf-8" }),
      /the answer is a web page, for example of a proxy \(text\/html; charset=utf-8\) \(HTTP 200, request id 1-2-3\)/,
    ],
    [
      "that stops half-way",
      (response) => void response.writeHead(200, { ...ID, "content-length": "9" }).write("po"),
      /InvokeFunction: no usable answer from/,
    ],
  ])("an answer %s is an error, and the invocation is not repeated", async (_name, answer, message) => {
    answers = [answer];
    const failure = await api.invoke("api", "8", "ping").catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: "FcError",
      outcome: "unknown",
      message: expect.stringMatching(message) as string,
    });
    expect((failure as Error).message).toMatch(/; the request may have been applied$/);
    expect(seen).toHaveLength(1);
  });
});
