/**
 * The requests of each operation of the client, and when the client finds the account of its keys: the real SDK over
 * HTTP. Source of methods, paths and members: the API of Function Compute 3.0 (2023-03-30).
 */
import * as http from "node:http";
import { alicloudApi } from "../../provider/client/alicloud";
import { alicloudLogs } from "../../provider/client/logs";
import type { FcApi } from "../../provider/client/api";
import { ACCOUNT, PLACE, type Recorded, Recorder, type Reply } from "./recorder";

let server: Recorder;
let api: FcApi;

beforeEach(async () => {
  server = await Recorder.start();
  api = alicloudApi(PLACE, server.options);
});

afterEach(() => server.close());

const ARN = `acs:fc:cn-hangzhou:${ACCOUNT}:functions/api`;
const FUNCTION = { functionName: "api", functionId: "id", runtime: "nodejs20" };
const ALIAS = { versionId: "1", additionalVersionWeight: { "2": 0.1 }, description: "text" };
const TRIGGER = { qualifier: "prod", triggerConfig: "{}", description: "text" };
const LIVE_ALIAS = { aliasName: "prod", versionId: "1" };
const LIVE_TRIGGER = { triggerName: "live", triggerType: "http", triggerConfig: "{}" };
const NONE: Reply = { status: 204 };

type Row = readonly [
  operation: string,
  call: () => Promise<unknown>,
  request: Pick<Recorded, "line"> & { readonly body?: unknown },
  reply: Reply,
  result: unknown,
];

const ROWS: Row[] = [
  [
    "GetFunction",
    () => api.getFunction("api"),
    { line: "GET /2023-03-30/functions/api" },
    { body: FUNCTION },
    FUNCTION,
  ],
  [
    "GetFunction of a version",
    () => api.getFunction("api", "3"),
    { line: "GET /2023-03-30/functions/api?qualifier=3" },
    { body: FUNCTION },
    FUNCTION,
  ],
  [
    "GetFunctionCode",
    () => api.getCodeUrl("api"),
    { line: "GET /2023-03-30/functions/api/code" },
    { body: { url: "https://code" } },
    "https://code",
  ],
  [
    "CreateFunction",
    () => api.createFunction({ ...FUNCTION, code: { zipFile: "UEs=" } }),
    {
      line: "POST /2023-03-30/functions",
      body: { functionName: "api", runtime: "nodejs20", code: { zipFile: "UEs=" } },
    },
    { body: FUNCTION },
    FUNCTION,
  ],
  [
    "CreateFunction with code in OSS",
    () => api.createFunction({ functionName: "api", code: { ossBucketName: "b", ossObjectName: "o" } }),
    {
      line: "POST /2023-03-30/functions",
      body: { functionName: "api", code: { ossBucketName: "b", ossObjectName: "o" } },
    },
    { body: FUNCTION },
    FUNCTION,
  ],
  [
    "UpdateFunction",
    () => api.updateFunction("api", { timeout: 9 }),
    { line: "PUT /2023-03-30/functions/api", body: { timeout: 9 } },
    { body: FUNCTION },
    FUNCTION,
  ],
  ["DeleteFunction", () => api.deleteFunction("api"), { line: "DELETE /2023-03-30/functions/api" }, NONE, undefined],
  [
    "ChangeResourceGroup",
    () => api.changeResourceGroup("api", "rg-1"),
    {
      line: "PUT /2023-03-30/resource-groups",
      body: { ResourceType: "function", ResourceId: "api", NewResourceGroupId: "rg-1" },
    },
    { body: {} },
    undefined,
  ],
  [
    "TagResources",
    () => api.setTags(ARN, { team: "shop" }),
    {
      line: "POST /2023-03-30/tags-v2",
      body: { ResourceType: "function", ResourceId: [ARN], Tag: [{ Key: "team", Value: "shop" }] },
    },
    NONE,
    undefined,
  ],
  [
    "UntagResources",
    () => api.removeTags(ARN, ["team"]),
    { line: `DELETE /2023-03-30/tags-v2?ResourceId=["${ARN}"]&ResourceType=function&TagKey=["team"]` },
    NONE,
    undefined,
  ],
  [
    "PublishFunctionVersion",
    () => api.publishVersion("api", "text"),
    { line: "POST /2023-03-30/functions/api/versions", body: { description: "text" } },
    { body: { versionId: "1" } },
    { versionId: "1" },
  ],
  [
    "DeleteFunctionVersion",
    () => api.deleteVersion("api", "1"),
    { line: "DELETE /2023-03-30/functions/api/versions/1" },
    NONE,
    undefined,
  ],
  [
    "GetAlias",
    () => api.getAlias("api", "prod"),
    { line: "GET /2023-03-30/functions/api/aliases/prod" },
    { body: LIVE_ALIAS },
    LIVE_ALIAS,
  ],
  [
    "CreateAlias",
    () => api.createAlias("api", "prod", ALIAS),
    { line: "POST /2023-03-30/functions/api/aliases", body: { aliasName: "prod", ...ALIAS } },
    { body: LIVE_ALIAS },
    LIVE_ALIAS,
  ],
  [
    "UpdateAlias",
    () => api.updateAlias("api", "prod", ALIAS),
    { line: "PUT /2023-03-30/functions/api/aliases/prod", body: ALIAS },
    { body: LIVE_ALIAS },
    LIVE_ALIAS,
  ],
  [
    "DeleteAlias",
    () => api.deleteAlias("api", "prod"),
    { line: "DELETE /2023-03-30/functions/api/aliases/prod" },
    NONE,
    undefined,
  ],
  [
    "GetTrigger",
    () => api.getTrigger("api", "live"),
    { line: "GET /2023-03-30/functions/api/triggers/live" },
    { body: LIVE_TRIGGER },
    LIVE_TRIGGER,
  ],
  [
    "CreateTrigger",
    () => api.createHttpTrigger("api", "live", TRIGGER),
    {
      line: "POST /2023-03-30/functions/api/triggers",
      body: { triggerName: "live", triggerType: "http", ...TRIGGER },
    },
    { body: LIVE_TRIGGER },
    LIVE_TRIGGER,
  ],
  [
    "UpdateTrigger",
    () => api.updateTrigger("api", "live", TRIGGER),
    { line: "PUT /2023-03-30/functions/api/triggers/live", body: TRIGGER },
    { body: LIVE_TRIGGER },
    LIVE_TRIGGER,
  ],
  [
    "DeleteTrigger",
    () => api.deleteTrigger("api", "live"),
    { line: "DELETE /2023-03-30/functions/api/triggers/live" },
    NONE,
    undefined,
  ],
];

it.each(ROWS)("%s", async (_operation, call, { line, body = "" }, reply, result) => {
  server.replies = [reply];
  expect(await call()).toEqual(result);
  expect(server.requests).toMatchObject([{ line, body }]);
});

it("an invocation sends its event as it is, waits for the result, and sends no body for an empty event", async () => {
  const type = 'multipart/related; type="text/html"';
  server.replies = [{ body: "pong", headers: { "x-fc-request-id": "1", "content-type": type } }];
  for (const event of ["ping", ""]) expect(await api.invoke("api", "8", event)).toMatchObject({ body: "pong" });
  const line = "POST /2023-03-30/functions/api/invocations?qualifier=8";
  const headers = { "x-fc-invocation-type": "Sync" };
  expect(server.requests).toMatchObject([
    { line, body: "ping", headers },
    { line, body: "", headers },
  ]);
});

it.each([
  [
    { "content-type": "text/html", "x-fc-request-id": "1-2" },
    { status: 200, requestId: "1-2" },
  ],
  [{ "content-type": "text/plain" }, { status: 200, requestId: undefined }],
])("the error of an invocation that another server answered with %j has %j", async (headers, error) => {
  server.replies = [{ body: "page", headers }];
  await expect(api.invoke("api", "8", "ping")).rejects.toMatchObject(error);
});

const LISTS: [string, string, () => Promise<unknown>, Record<string, unknown>, Record<string, unknown>][] = [
  [
    "versions",
    "/functions/api/versions?direction=BACKWARD&limit=100",
    () => api.listVersions("api"),
    { versionId: "2" },
    { versionId: "1" },
  ],
  [
    "aliases",
    "/functions/api/aliases?limit=100",
    () => api.listAliases("api"),
    LIVE_ALIAS,
    { ...LIVE_ALIAS, aliasName: "b" },
  ],
  ["triggers", "/functions/api/triggers?limit=100", () => api.listTriggers("api"), LIVE_TRIGGER, { triggerName: "b" }],
  [
    "configs",
    "/async-invoke-configs?functionName=api&limit=100",
    () => api.listAsyncInvokeConfigs("api"),
    { functionArn: `${ARN}/1` },
    { functionArn: `${ARN}/2` },
  ],
  [
    "customDomains",
    "/custom-domains?limit=100",
    () => api.listCustomDomains(),
    { domainName: "a.example.com" },
    { domainName: "b.example.com" },
  ],
];

describe.each(LISTS)("a list of %s", (member, path, call, first, second) => {
  it("has the items of all pages; an empty token ends it", async () => {
    server.replies = [{ body: { [member]: [first], nextToken: "t" } }, { body: { [member]: [second], nextToken: "" } }];
    expect(await call()).toEqual([first, second]);
    const line = `GET /2023-03-30${path}`;
    expect(server.lines.map((sent) => new URLSearchParams(sent))).toEqual(
      [line, `${line}&nextToken=t`].map((sent) => new URLSearchParams(sent)),
    );
  });

  it("of a function that does not exist is empty, or absent", async () => {
    server.replies = [{ status: 404, body: { Code: "FunctionNotFound", Message: "text" } }];
    expect((await call()) ?? []).toEqual([]);
  });
});

it("a function, alias or trigger that does not exist is absent, and so is the address of its code", async () => {
  const reads = [() => api.getFunction("api"), () => api.getAlias("api", "prod"), () => api.getTrigger("api", "live")];
  const codes = ["FunctionNotFound", "AliasNotFound", "TriggerNotFound", "FunctionNotFound"];
  server.replies = codes.map((Code) => ({ status: 404, body: { Code, Message: "text" } }));
  for (const read of reads) expect(await read()).toBeUndefined();
  expect(await api.getCodeUrl("api")).toBe("");
});

it("an empty request id of an answer counts as none, and other requests of the process are not touched", async () => {
  server.replies = [{ status: 302, body: {}, headers: { "x-fc-request-id": "" } }];
  await expect(api.getFunction("api")).rejects.toThrow("GetFunction: unexpected HTTP status 302 (request id none)");
  server.replies = [{ body: {} }];
  expect(await fetchStatus(server.options.env.ALICLOUD_FC_EMULATOR)).toBe(200);
});

/** The status of an answer to a request that is not the client's. */
const fetchStatus = (address: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    http.get(`${address}/other`, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
  });

it("the versions of a function that does not exist are absent; those of a function without versions are an empty list", async () => {
  server.replies = [{ body: { versions: [] } }, { status: 404, body: { Code: "FunctionNotFound", Message: "text" } }];
  expect(await api.listVersions("api")).toEqual([]);
  expect(await api.listVersions("api")).toBeUndefined();
});

describe("the account of the keys", () => {
  const theirs: Reply = { body: { AccountId: "0000999999999999" } };
  const refused: Reply = { status: 404, body: { Code: "FunctionNotFound", Message: "text" } };
  const WRONG =
    `the credentials in use belong to account 0000999999999999, but this resource lives in account ${ACCOUNT}; ` +
    `nothing was changed. Use credentials of account ${ACCOUNT}`;

  it.each<[string, () => Promise<unknown>, Reply, number]>([
    ["a change", () => api.deleteFunction("api"), NONE, 0],
    ["a change that returns the object", () => api.publishVersion("api", ""), { body: { versionId: "1" } }, 0],
    ["a read of an alias", () => api.getAlias("api", "prod"), { body: LIVE_ALIAS }, 0],
    ["a read of a function that is answered without an ARN", () => api.getFunction("api"), { body: FUNCTION }, 1],
    ["a read of a function that the account does not have", () => api.getFunction("api"), refused, 1],
  ])("%s with the keys of another account is an error", async (_what, call, reply, requests) => {
    server.identities = [theirs];
    server.replies = [reply];
    await expect(call()).rejects.toMatchObject({ message: WRONG, code: "WrongPlace", outcome: "notSent" });
    expect([server.asked, server.requests.length]).toEqual([1, requests]);
  });

  it("is found by one call to STS, and by none after an answer with the ARN of a function in the place", async () => {
    server.replies = [NONE];
    await api.deleteAlias("api", "prod");
    await api.deleteFunction("api");
    expect(server.asked).toBe(1);
    const other = alicloudApi(PLACE, server.options);
    server.replies = [{ body: { ...FUNCTION, functionArn: ARN } }, NONE];
    await other.getFunction("api");
    await other.deleteFunction("api");
    expect(server.asked).toBe(1);
  });

  it("is not searched after a read that failed without an answer of the service", async () => {
    server.replies = [{ status: 302 }];
    await expect(api.getFunction("api")).rejects.toMatchObject({ outcome: "unknown" });
    expect(server.asked).toBe(0);
  });

  it("is searched again after STS failed, and a temporary failure of STS is retried", async () => {
    server.identities = [{ status: 403, body: { Code: "Forbidden", Message: "not fcemu-secret" } }];
    await expect(api.callerAccount()).rejects.toMatchObject({
      message: expect.stringMatching(/^GetCallerIdentity: not \[secret\] \(HTTP 403, code Forbidden/) as string,
      outcome: "rejected",
    });
    server.identities = [{ status: 503, body: { Code: "Throttling", Message: "busy" } }, { body: { AccountId: 17 } }];
    expect(await api.callerAccount()).toBe("17");
    expect([server.asked, server.waits]).toEqual([3, [150]]);
  });

  it.each([[{}], [{ AccountId: "" }]])("is not in an answer of STS that is %j", async (body) => {
    server.identities = [{ body }];
    await expect(api.callerAccount()).rejects.toThrow("the answer lacks AccountId");
  });
});

const THEIR_ARN = `acs:fc:cn-beijing:${ACCOUNT}:functions/api`;

it.each([
  ["GetFunction", () => api.getFunction("api"), { ...FUNCTION, functionArn: THEIR_ARN }],
  ["GetTrigger", () => api.getTrigger("api", "live"), { ...LIVE_TRIGGER, targetArn: THEIR_ARN }],
])("an answer to %s with an ARN of another place is refused", async (operation, call, body) => {
  server.replies = [{ body }];
  await expect(call()).rejects.toMatchObject({
    message:
      `${operation}: the answer is about an object in region cn-beijing, account ${ACCOUNT}, but this resource lives in ` +
      `region cn-hangzhou, account ${ACCOUNT}. Check the endpoint and the region; to move the stack, use another one`,
    code: "WrongPlace",
    outcome: "rejected",
  });
});

it("the time of the service is that of its last answer, and passes with the client's clock", async () => {
  expect(api.serviceTime()).toBeUndefined();
  server.now = 5000;
  server.replies = [{ body: FUNCTION, headers: { date: "Wed, 01 Jan 2025 00:00:00 GMT" } }];
  await api.getFunction("api");
  server.now = 6500;
  expect(api.serviceTime()).toBe(1735689601.5);
  server.replies = [{ body: FUNCTION, headers: { date: "today" } }];
  await api.getFunction("api");
  expect(api.serviceTime()).toBe(1735689601.5);
});

it("an upload has more time than another change: 10 seconds for each megabyte", async () => {
  server.replies = [{ body: FUNCTION, after: 900 }];
  const code = { zipFile: "A".repeat(3_000_000) };
  expect(await api.createFunction({ ...FUNCTION, code })).toEqual(FUNCTION);
  await expect(api.updateFunction("api", { timeout: 9 })).rejects.toThrow("timeout");
});

/** The SDK alone waits 3 seconds. */
it("an answer of STS or of the log service has as much time as another read", async () => {
  const options = { ...server.options, timeout: 20_000 };
  server.identities = [{ body: { AccountId: ACCOUNT }, after: 3_500 }];
  server.replies = [{ body: { data: [], meta: { progress: "Complete" } }, after: 3_500 }];
  const rows = alicloudLogs(PLACE, options, { project: "shop", logstore: "metrics" });
  await Promise.all([
    alicloudApi(PLACE, options).callerAccount(),
    rows({ topic: "t", from: 0, to: 1, offset: 0, line: 1 }),
  ]);
  expect([server.asked, server.requests.length]).toEqual([1, 1]);
});

it("a read that is not answered in time fails soon, and so does a call to STS", async () => {
  server.replies = [{ body: FUNCTION, after: 20_000 }, { body: FUNCTION }];
  server.identities = [{ body: { AccountId: ACCOUNT }, after: 20_000 }, { body: { AccountId: ACCOUNT } }];
  const start = performance.now();
  await api.getFunction("api");
  expect(performance.now() - start).toBeLessThan(4_000);
  expect([server.requests.length, server.asked]).toEqual([2, 2]);
});
