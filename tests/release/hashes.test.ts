/**
 * Programs in some languages do not pass the hash of environment values to a release. If the hash is missing in the
 * inputs or in state, this is no change of the release.
 */
import { diffRelease } from "../../provider/core/release";
import type { ReleaseInputs } from "../../provider/core/release/inputs";
import type { Memory } from "../../provider/core/release/memory";
import type { ReleaseOutputs } from "../../provider/core/release/state";
import { UNKNOWN } from "../../provider/core/unknown";

const INPUTS: ReleaseInputs = {
  ...{ region: "cn-hangzhou", accountId: "1234567890123456", resourceUrn: "urn", owner: "0123456789ab" },
  ...{ functionName: "api", aliasName: "prod", versionId: "2", fingerprint: "f2", revision: 2, steps: [5, 25, 50] },
  ...{ strategy: "canary", hold: false, keep: 10, aliasArn: "arn" },
};

/** The state of a release with version 2 at 5 %. */
const state = (environment: string | undefined): ReleaseOutputs => {
  const memory: Memory = {
    ...{ sequence: 2, formerStable: [], rejections: [], lowerings: [], replacedInARow: 1 },
    stable: { versionId: "1", fingerprint: "f1", revision: 1 },
    candidate: {
      version: { versionId: "2", fingerprint: "f2", revision: 2 },
      ...{ share: 50, target: 50, raised: false, config: "50f", meanings: { f50: 50 } },
    },
    ...{ weight: "", recentWeights: [], reject: "", retry: "" },
    deployed: [
      { versionId: "1", fingerprint: "f1", revision: 1 },
      { versionId: "2", fingerprint: "f2", revision: 2 },
    ],
  };
  const split = { "1": 95, "2": 5 };
  return {
    ...{ ...INPUTS, memory, split, live: split, liveMain: "1", stable: "1", candidate: "2", effectiveWeight: 5 },
    ...{ phase: "canary", step: "1/4", rejected: [], history: [] },
    ...(environment === undefined ? {} : { environments: JSON.stringify({ "2": environment }) }),
  };
};

/** True if a run with the hash `given` changes a release whose memory has the hash `remembered`. */
const changes = (remembered: string | undefined, given: string | undefined, more: Partial<ReleaseInputs> = {}) => {
  const news = { ...INPUTS, ...(given === undefined ? {} : { environmentFingerprint: given }), ...more };
  return diffRelease(state(remembered), news, 0).changes !== false;
};

it.each([
  ["both have it", "e2", "e2"],
  ["neither has it", undefined, undefined],
  ["the program leaves it out", "e2", undefined],
  ["the preview does not know it", "e2", UNKNOWN],
  ["the version has none, and the preview does not know it", undefined, UNKNOWN],
  ["the program has it for the first time", undefined, "e2"],
])("no change: %s", (_what, remembered, given) => {
  expect(changes(remembered, given)).toBe(false);
});

it.each<[string, string | undefined, Partial<ReleaseInputs>]>([
  ["another hash", "e3", {}],
  ["a version whose number is not known", UNKNOWN, { versionId: UNKNOWN, fingerprint: "f3", revision: 3 }],
  ["an unknown hash of another fingerprint", UNKNOWN, { fingerprint: "f3" }],
  ["an unknown hash of another revision", UNKNOWN, { revision: 3 }],
])("a change: %s", (_what, given, more) => {
  expect(changes("e2", given, more)).toBe(true);
});
