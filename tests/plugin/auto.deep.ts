/** A release that judges itself, in YAML: the steps and the analysis are in the program, `canary:weight auto` is in config. */
import { failure } from "../support/engine";
import { type LanguageBench, hostsOnPath, languageBench, pluginFolder } from "../support/languages";
import { stageRequests } from "../support/requestRows";
import { sharesOf } from "../support/storeView";

jest.setTimeout(600_000);

const LOGS = { project: "shop-logs", logstore: "api" };

const PROGRAM = `name: canary
runtime: yaml
packages:
  alicloud-fc: ${pluginFolder}
resources:
  api:
    type: alicloud-fc:CanaryRelease
    properties:
      function:
        functionName: api
        runtime: nodejs20
        handler: index.handler
        code: ./src
        logConfig: ${JSON.stringify(LOGS)}
      aliasName: prod
      config: true
      steps:
        - weight: 5
          bake: 10m
          requests: 50
        - 50
      analysis:
        errorLimit: 20
        latency: {}
outputs:
  split: \${api.split}
`;

let bench: LanguageBench;

beforeAll(async () => {
  bench = await languageBench((program) => program.file("Pulumi.yaml", PROGRAM), hostsOnPath("yaml"));
});

afterAll(() => bench.close());

/** Writes rows of these requests, and moves the clock by a quarter of an hour, until the rows can be read. */
function serve(requests: Readonly<Record<string, number>>, failed: Readonly<Record<string, number>> = {}): void {
  bench.emulator.clock.advance(60);
  stageRequests(bench.emulator, { functionName: "api", aliasName: "prod", ...LOGS, requests, failed });
  bench.emulator.clock.advance(15 * 60);
}

it("a good candidate is raised by one step; a bad one is rejected by one run, which fails", async () => {
  await bench.config({ "canary:weight": "auto" });
  bench.code("one");
  await bench.up();
  bench.code("two");
  expect((await bench.up()).split).toEqual({ "1": 95, "2": 5 });
  serve({ "1": 950, "2": 50 });
  const { stdout } = await bench.stack.preview();
  expect(stdout).toMatch(/api: v2 at 5 %.*; the update judges it: next 50 %/);
  expect(await bench.up()).toEqual({ split: { "1": 50, "2": 50 }, sent: ["UpdateAlias"] });
  serve({ "1": 100, "2": 100 }, { "2": 60 });
  const from = bench.emulator.mutations().length;
  expect(await failure(bench.stack.up())).toMatch(/v2 was judged at 50 % and failed: .*candidate 60 of 100 failed/);
  expect(bench.sent(from)).toEqual(["UpdateAlias"]);
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  expect(alias && Object.fromEntries(sharesOf(alias))).toEqual({ "1": 100 });
  expect(await bench.up()).toEqual({ split: { "1": 100 }, sent: [] });
});
