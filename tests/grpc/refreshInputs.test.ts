/** The inputs that a refresh returns: arguments of the program, and no outputs. */
import { Runs } from "../support/runs";

/** The outputs of each kind. They are written out here, because the provider's own list is under test. */
const OUTPUTS = {
  Function: ["functionId", "codeChecksum", "codeSize", "createdTime", "lastModifiedTime", "content", "observed"],
  Version: ["published", "versionId", "previousVersionId", "createdTime"],
  Alias: ["split", "mainVersionId", "missingVersions", "createdTime", "lastModifiedTime"],
  HttpTrigger: ["triggerId", "url", "intranetUrl", "createdTime", "lastModifiedTime"],
  Release: [
    ...["memory", "environments", "split", "live", "liveMain", "stable", "previousStable", "candidate", "step"],
    ...["effectiveWeight", "phase", "rejected", "keptVersions", "formerAliases", "history"],
    ...["createdTime", "lastModifiedTime"],
  ],
};

let runs: Runs;
beforeAll(async () => {
  runs = await Runs.start();
  await runs.withVersions("api", 1);
});
afterAll(() => runs.stop());

const IMAGE = { runtime: "custom-container", handler: "x", customContainerConfig: { image: "r/x:1" } };

it.each([
  ["Function", { functionName: "image", ...IMAGE }],
  ["Version", { functionName: "api", fingerprint: "f1:a" }],
  ["Alias", { functionName: "api", aliasName: "plain", versionId: "1" }],
  ["Release", { functionName: "api", aliasName: "prod", versionId: "1", fingerprint: "f1:a" }],
  ["HttpTrigger", { functionName: "api", triggerName: "http", qualifier: "LATEST" }],
] as const)("a refresh of %s returns no output among the inputs", async (kind, own) => {
  const state = await runs.up(kind, own);
  const { inputs } = await runs.refresh(kind, state);
  expect(inputs).toMatchObject({ functionName: own.functionName });
  expect(Object.keys(inputs).filter((name) => OUTPUTS[kind].includes(name))).toEqual([]);
});
