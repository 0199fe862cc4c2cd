/** A release that was judged for two hours, and its report. The built package makes the report in a separate process. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type AnalysisRecord, decide, newRecord, policyOf } from "../../provider/core/analysis";
import { root } from "./root";

/** The start of the first window: 2026-11-27 08:00:03 UTC, in seconds since 1970. */
const BEGIN = 1_795_766_403;

/**
 * Windows of half an hour. `weight` is in tenths of a percent. `requests` and `failed` have the counts of the stable
 * version and of the candidate.
 */
const WINDOWS = [
  { step: 0, weight: 50, requests: [3800, 200], failed: [15, 1] },
  { step: 0, weight: 50, requests: [3750, 250], failed: [18, 0] },
  { step: 1, weight: 250, requests: [3000, 1000], failed: [13, 3] },
  { step: 1, weight: 250, requests: [3010, 990], failed: [9, 46] },
] as const;

/** The record of the windows above. Its last decision is a fail. */
export function judgedRecord(): AnalysisRecord {
  const policy = policyOf({}, [{ weight: 5, bake: "10m", requests: 300 }, 25, 50]);
  return WINDOWS.reduce<AnalysisRecord>((record, { step, weight, requests, failed }, i) => {
    const from = BEGIN + 1800 * i;
    const side = (at: 0 | 1, slow: readonly number[]) => ({
      ...{ requests: requests[at], errors: failed[at], warm: requests[at] - 10 },
      slow: slow.map((share) => Math.round(share * (requests[at] - 10))),
    });
    const window = { from, to: from + 1800, stable: side(0, [0.52, 0.053]), candidate: side(1, [0.3, 0.02]) };
    return decide(record, { step, weight, baked: 1800 * (i + 1) }, window).record;
  }, newRecord(policy));
}

type Members = Readonly<Record<string, unknown>>;

/** The state of a release that was rejected by its last decision. */
export function storedRelease(more: Members = {}, record: Members | null = { ...judgedRecord() }) {
  const judging = record === null ? {} : { judging: { ...record, candidate: "8", stable: "7", weight: 0, since: BEGIN, until: BEGIN + 7200, modified: "" } }; // prettier-ignore
  return {
    urn: "urn:pulumi:dev::shop::alicloud-fc:index:Release::api",
    name: "api",
    outputs: {
      ...{ functionName: "checkout", aliasName: "prod", region: "cn-hangzhou", accountId: "1234567890123456" },
      ...{ phase: "rejected", stable: "7", candidate: "8", previousStable: "6", effectiveWeight: 0, step: "0/4" },
      ...{ steps: [5, 25, 50], rejected: ["8"], split: { "7": 100 }, live: { "7": 100 } },
      ...{ lastModifiedTime: "2026-11-27T10:00:05Z", history: ["v7 95 %, v8 5 % (rule H)", "v7 100 % (rule D)"] },
      ...judging,
      ...more,
    },
  };
}

/** An update of the stack, in the form of `history`. */
export const UPDATE = {
  ...{ version: 12, startTime: "2026-11-27T09:59:58.000Z", kind: "update", result: "failed", message: "Release 8" },
  ...{ commit: "0123456789abcdef0123", keys: { "canary:weight": "auto" } },
};

const RENDER = `
const { loadDrawing, renderReport, reportData } = require(${JSON.stringify(join(root, "dist", "cli", "report"))});
const { release, updates } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const data = reportData(release, "dev", updates, new Date("2026-11-27T12:00:00Z"));
loadDrawing().then((drawing) => process.stdout.write(renderReport(data, drawing)));
`;

/** The page of a release. It is made in a separate process, because the plotting library is an ES module, which jest cannot load. */
export function rendered(release: object = storedRelease(), updates: readonly object[] = [UPDATE]): string {
  const input = JSON.stringify({ release, updates });
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", RENDER], { input, encoding: "utf8", maxBuffer: 1 << 26 }); // prettier-ignore
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
