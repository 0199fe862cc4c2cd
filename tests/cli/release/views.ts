/** Views of releases, for the screens of `watch`. */
import type { Judgement } from "../../../provider/rollout";
import type { ReleaseView, View } from "../../../cli/release/watch/view";

const TIME = Date.UTC(2026, 10, 27, 8, 10, 32);
const NOW = TIME / 1000;

const JUDGEMENT: Judgement = {
  verdict: "inconclusive",
  reasons: [
    "inconclusive at 25 % (step 2 of 3; evidence 0.41, fail at 20 or more)",
    "in this window: candidate 1 of 220 failed (0.455 %); stable 1 of 640 failed (0.156 %)",
    "missing: 70 of 500 requests to the candidate, in about 4 min",
    "missing: proof of failures against 2 times those of the stable version; p95 of the duration against 20 % more than that of the stable version (next look after 70 more requests to the candidate, in about 4 min)",
  ],
  ...{ candidate: "8", stable: "7", weight: 25, held: false, now: NOW },
  found: {
    ...{ from: NOW - 900, to: NOW - 180, since: NOW - 1500, step: 2, bake: 600, baked: 1320, requests: 500 },
    stable: {
      ...{ requests: 1370, errors: 3 },
      recent: { requests: 640, errors: 1, warm: 633, durations: { p50: 21.4, p95: 88.2 } },
    },
    candidate: {
      ...{ requests: 430, errors: 2 },
      recent: { requests: 220, errors: 1, warm: 198, durations: { p50: 22.7, p95: 1240 } },
    },
    ...{ eValue: -0.38, threshold: 1.3, failed: [], shown: ["p50"], mismatch: false },
    missing: [
      { what: "requests", have: 430, need: 500, seconds: 240 },
      { what: "proof", of: ["errors", "p95"], requests: 70, seconds: 240 },
    ],
  },
};

const CANARY: ReleaseView = {
  ...{ release: "api", functionName: "api", aliasName: "prod", phase: "canary" },
  ...{ stable: "7", candidate: "8", weight: 25, steps: [5, 25, 50, 100] },
  ...{ desired: { "7": 75, "8": 25 }, live: { "7": 75, "8": 25 } },
  judgement: JUDGEMENT,
  decisions: [
    { verdict: "inconclusive", weight: 25, to: NOW - 900, requests: 210, errors: 1 },
    { verdict: "pass", weight: 5, to: NOW - 1680, requests: 512, errors: 0 },
    { verdict: "inconclusive", weight: 5, to: NOW - 5000, requests: 96, errors: 0 },
  ],
  splits: ["v7 75 %, v8 25 % (rule L)", "v7 95 %, v8 5 % (rule H)"],
  next: ["api: v8 at 25 % for 25 min; the update judges it: next 50 %"],
};

const STABLE: ReleaseView = {
  ...{ release: "thumbnails", functionName: "shop-thumbnails-production", aliasName: "live", phase: "stable" },
  ...{ stable: "12", weight: 0, steps: [5, 25, 50, 100], desired: { "12": 100 }, live: { "12": 100 } },
  judgement: { reasons: ["v12 is stable, and there is no candidate to judge"], now: NOW },
  ...{ decisions: [], splits: ["v12 100 % (rule I)", "v11 50 %, v12 50 % (rule I)"], next: [] },
};

const { found: FOUND, ...WITHOUT_COUNTS } = JUDGEMENT;

const FAILED: ReleaseView = {
  ...CANARY,
  judgement: {
    ...JUDGEMENT,
    verdict: "fail",
    reasons: [
      "fail at 25 % (step 2 of 3; evidence over 1,000,000, fail at 20 or more)",
      "in this window: candidate 61 of 430 failed (14.2 %); stable 3 of 1370 failed (0.219 %)",
      "worse than allowed: failures against 2 times those of the stable version",
      "worse than allowed: failures against the limit of 1 %",
    ],
    found: {
      ...(FOUND as NonNullable<typeof FOUND>),
      stable: { requests: 1370, errors: 3, recent: { requests: 1370, errors: 3, warm: 0, durations: {} } },
      candidate: { requests: 630, errors: 61, recent: { requests: 630, errors: 61, warm: 0, durations: {} } },
      ...{ eValue: 12, failed: ["errors", "limit"], missing: [], mismatch: true, proposes: "reject" },
    },
  },
};

/** A candidate whose share was lowered by hand, while the log service cannot be read. */
const LOWERED: ReleaseView = {
  ...{ ...CANARY, phase: "lowered", live: { "7": 100 }, decisions: [] },
  judgement: {
    reasons: ["v8 is not judged now", "v8 was lowered to 0 % by hand and stays there; retry: v8 ends this"],
    now: NOW,
  },
  next: ["v8 was lowered to 0 % by hand and stays there; retry: v8 ends this"],
};

const UNREADABLE: ReleaseView = {
  ...CANARY,
  ...{ weight: 0.5, steps: [0.5, 25, 50, 100], desired: { "7": 99.5, "8": 0.5 }, live: { "7": 99.5, "8": 0.5 } },
  judgement: {
    ...WITHOUT_COUNTS,
    weight: 0.5,
    reasons: [
      "the candidate cannot be judged: rows of project judged, logstore requests: GetLogsV2: Unauthorized (HTTP 403, request id 65A1B2C3D4E5F60718293A4B); the permission it needs: log:GetLogStoreLogs on acs:log:cn-hangzhou:1234567890123456:project/judged/logstore/requests",
    ],
  },
};

const viewOf = (...releases: ReleaseView[]): View => ({ time: TIME, stack: "prod", releases });

/** All views, by the names of their screen files. */
export const VIEWS: Readonly<Record<string, View>> = {
  canary: viewOf(CANARY),
  failed: viewOf(FAILED),
  lowered: viewOf(LOWERED),
  unreadable: viewOf(UNREADABLE),
  several: viewOf(CANARY, STABLE),
  problem: { ...viewOf(STABLE), problem: "pulumi: error: could not read the state: connection refused" },
};
