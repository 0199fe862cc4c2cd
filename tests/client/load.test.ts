/** The clients that are loaded late are those of Function Compute and of the log service: real SDKs over HTTP. */
import { loadApi, loadLogs } from "../../provider/client/load";
import { PLACE, Recorder } from "./recorder";

let server: Recorder;

beforeEach(async () => {
  server = await Recorder.start();
});

afterEach(() => server.close());

it("the client of Function Compute calls the service at its place", async () => {
  const body = { functionName: "api", functionId: "id", runtime: "nodejs20" };
  server.replies = [{ body }];
  expect(await loadApi(PLACE, server.options).getFunction("api")).toEqual(body);
  expect(server.requests).toMatchObject([{ line: "GET /2023-03-30/functions/api" }]);
});

it("the reader of rows reads the given logstore", async () => {
  server.replies = [{ body: { data: [{ versionId: "1" }], meta: { progress: "Complete" } } }];
  const rows = loadLogs(PLACE, server.options, { project: "shop", logstore: "metrics" });
  const query = { topic: "FCRequestMetrics:/api", from: 100, to: 200, offset: 0, line: 50 };
  expect(await rows(query)).toEqual({ rows: [{ versionId: "1" }], complete: true });
  expect(server.requests).toMatchObject([{ line: "POST /logstores/metrics/logs" }]);
});
