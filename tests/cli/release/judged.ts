/** A release whose function logs its requests, and rows of requests in the emulator's log service. */
import { type CommandBench, commandBench } from "../../support/command";
import { stageRequests } from "../../support/requestRows";

const PROGRAM = `const fc = require("pulumi-alicloud-fc");
const logConfig = { project: "judged", logstore: "requests", enableRequestMetrics: true };
const release = new fc.CanaryRelease("api", {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src", logConfig },
  aliasName: "prod",
  config: true,
});
exports.split = release.split;
`;

/** Config with two steps: 50 requests at 10 %, then 50 requests at 50 %. */
export const AUTO = `config:
  canary:weight: auto
  canary:steps: [{ weight: 10, bake: 10m, requests: 50 }, { weight: 50, bake: 10m, requests: 50 }]
  canary:analysis: { errorLimit: 20, latency: {}, logDelay: 3m }
`;

/** A stack in which version 1 is stable and version 2 is at its first step. */
export interface JudgedBench extends CommandBench {
  /**
   * Moves the emulator's clock by one minute and writes rows of requests to both versions. Then moves the clock by 15
   * minutes, until the rows can be read.
   */
  serve(stable: number, candidate: number, failing?: number): void;
}

/** Deploys a {@link JudgedBench}. */
export async function judgedBench(): Promise<JudgedBench> {
  const bench = await commandBench(PROGRAM);
  const { emulator } = bench;
  const minutes = (count: number) => emulator.clock.advance(60 * count);
  const PLACE = { functionName: "api", aliasName: "prod", project: "judged", logstore: "requests" };
  await bench.up();
  bench.setConfig(`${bench.config()}${AUTO}`);
  bench.write("two");
  await bench.up();
  return {
    ...bench,
    serve(stable, candidate, failing = 0) {
      minutes(1);
      stageRequests(emulator, { ...PLACE, requests: { "1": stable }, row: { durationMs: "10.00" } });
      stageRequests(emulator, {
        ...PLACE,
        ...{ requests: { "2": candidate }, failed: { "2": failing }, row: { durationMs: "12.00" } },
      });
      minutes(15);
    },
  };
}
