/** The reader of rows: the real SDK of the log service over HTTP, against a server. */
import { alicloudLogs } from "../../provider/client/logs";
import type { RowSource } from "../../provider/core/analysis";
import { PLACE, Recorder, type Reply } from "./recorder";

let server: Recorder;
let rows: RowSource;

beforeEach(async () => {
  server = await Recorder.start();
  rows = alicloudLogs(PLACE, server.options, { project: "shop", logstore: "metrics" });
});

afterEach(() => server.close());

const QUERY = { topic: "FCRequestMetrics:/api", from: 100, to: 200, offset: 0, line: 50 };
const ROW = { versionId: "1", statusCode: "200" };
const page = (progress: unknown): Reply => ({ body: { data: [ROW], meta: { progress } } });

it("a query asks for rows of the time range, newest first, without a search", async () => {
  server.replies = [page("Complete")];
  expect(await rows(QUERY)).toEqual({ rows: [ROW], complete: true });
  expect(server.requests).toMatchObject([
    {
      line: "POST /logstores/metrics/logs",
      body: { ...QUERY, query: "", reverse: true },
      headers: { "accept-encoding": "gzip" },
    },
  ]);
});

it("a page of an unfinished search is not complete", async () => {
  server.replies = [page("Incomplete")];
  expect(await rows(QUERY)).toEqual({ rows: [ROW], complete: false });
});

it.each<[string, Reply]>([
  ["status 200 (HTTP 201", { ...page("Complete"), status: 201 }],
  ["data (HTTP 200", { body: { meta: { progress: "Complete" } } }],
  ["meta.progress (HTTP 200", { body: { data: [ROW] } }],
])("an answer that lacks %s is an error after three attempts", async (lacks, reply) => {
  for (const [headers, id] of [
    [{}, "none"],
    [{ "x-log-requestid": "1-2" }, "1-2"],
  ] as const) {
    server.replies = [{ ...reply, headers }];
    await expect(rows(QUERY)).rejects.toMatchObject({
      message: `GetLogsV2: the answer lacks ${lacks}, request id ${id}); given up after 3 attempts`,
      outcome: "unknown",
      code: "Transport",
      status: reply.status ?? 200,
      requestId: id === "none" ? undefined : id,
    });
  }
  expect(server.requests).toHaveLength(6);
});

it("an exceeded quota is retried; a permanent failure has the service's code, and no secret of the keys", async () => {
  const error = (errorCode: string, errorMessage: string): Reply => ({
    ...{ status: 403, body: { errorCode, errorMessage } },
    headers: { "x-log-requestid": "1-2" },
  });
  server.replies = [error("ReadQuotaExceed", "busy"), page("Complete")];
  expect(await rows(QUERY)).toMatchObject({ complete: true });
  server.replies = [error("Unauthorized", "signed with fcemu-secret")];
  await expect(rows(QUERY)).rejects.toThrow(
    "GetLogsV2: signed with [secret] (HTTP 403, code Unauthorized, request id 1-2)",
  );
  expect([server.requests.length, server.waits]).toEqual([3, [150]]);
});

it("a query that is not answered in time is sent again soon", async () => {
  server.replies = [{ ...page("Complete"), after: 20_000 }, page("Complete")];
  const start = performance.now();
  expect(await rows(QUERY)).toMatchObject({ complete: true });
  expect(performance.now() - start).toBeLessThan(4_000);
});

it("if no server listens, the error names the host of the project", async () => {
  await server.close();
  await expect(rows(QUERY)).rejects.toThrow(/^GetLogsV2: cannot reach shop\.log@127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
  server = await Recorder.start();
});
