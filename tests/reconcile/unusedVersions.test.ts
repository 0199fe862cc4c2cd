/** Which versions of a function have no known use, and which of them are deleted. Real SDK over HTTP, simulated time. */
import { type VersionInputs, checkVersion } from "../../provider/core/version";
import { pruneVersions, unusedVersions } from "../../provider/reconcile/unusedVersions";
import { Api } from "../emulator/support";
import { checked, emulator, requests, session, warnings, useService } from "./service";

useService();

/** A new function for each test. */
let functionName: string;
let count = 0;
let inputs: VersionInputs;

const USES = ["ListAliases", "ListTriggers"];
const MORE = ["ListCustomDomains", "ListAsyncInvokeConfigs"];

/** The memory of a release whose stable version has this number. */
const remembers = (versionId: string) =>
  ({ stable: { versionId, fingerprint: "" }, formerStable: [], rejections: [], lowerings: [], deployed: [] }) as never;

/**
 * Makes a function with the versions 1 to 6. Another stack published version 5. An alias names version 1, and its
 * description remembers version 4.
 */
beforeEach(async () => {
  functionName = `f${(count += 1)}`;
  emulator.store.customDomains.clear();
  const api = new Api(emulator);
  await api.create(functionName);
  inputs = checked(checkVersion, { functionName, fingerprint: "f1" });
  const id = inputs.owner.slice(0, 12);
  for (const release of ["1", "2", "3", "4", "5", "6"]) {
    await api.update(functionName, { environmentVariables: { RELEASE: release } });
    await api.publish(functionName, release === "5" ? "[fcp:0123456789ab]" : `[fcp:${id}]`);
  }
  await alias("prod", "1", `[fcp:${id}|2;1;4;;;;100;;;;;;;;;0]`);
  requests();
});

const alias = (name: string, versionId: string, description = "") =>
  session().api.createAlias(functionName, name, { versionId, additionalVersionWeight: {}, description });

/** A custom domain whose route calls the version. */
function domain(qualifier: string): void {
  const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-01T00:00:00Z" };
  const config = { protocol: "HTTP", routeConfig: { routes: [{ path: "/*", functionName, qualifier }] } };
  emulator.store.customDomains.set("www.example.com", { domainName: "www.example.com", config, ...times });
}

const versions = () => [...(emulator.store.functions.get(functionName)?.versions.keys() ?? [])];
const NEEDED = [
  { versionId: "6", by: ["the next publish"] },
  { versionId: "4", by: ["the memory of a release"] },
  { versionId: "1", by: ["alias prod"] },
];

it("finds the idle versions of the stack, and why the others are needed", async () => {
  expect(await unusedVersions(session(), inputs, [], 0)).toEqual({ idle: ["3", "2"], needed: NEEDED });
  expect(requests()).toEqual([...USES, "ListFunctionVersions", ...MORE]);
});

it("counts what the given memories remember, each reason once", async () => {
  const memories = [remembers("4"), remembers("3"), remembers("1")];
  expect(await unusedVersions(session(), inputs, memories, 0)).toEqual({
    idle: ["2"],
    needed: [
      ...NEEDED.slice(0, 2),
      { versionId: "3", by: ["the memory of a release"] },
      { versionId: "1", by: ["alias prod", "the memory of a release"] },
    ],
  });
});

it("reads domains and configurations of asynchronous invocations only if more versions are idle than are kept", async () => {
  domain("3");
  const request = { method: "PUT", path: `/functions/${functionName}/async-invoke-config?qualifier=2`, body: { maxAsyncRetryAttempts: 1 } }; // prettier-ignore
  emulator.faults.add({ operation: "ListTriggers", action: { kind: "outOfBand", request } });
  expect(await unusedVersions(session(), inputs, [], 2)).toEqual({ idle: ["3", "2"], needed: NEEDED });
  expect(requests()).not.toContain("ListCustomDomains");
  const { idle, needed } = await unusedVersions(session(), inputs, [], 1);
  expect(idle).toEqual([]);
  expect(needed.slice(2, 4)).toEqual([
    { versionId: "3", by: ["custom domain www.example.com"] },
    { versionId: "2", by: ["its asynchronous invocation configuration"] },
  ]);
});

it("a function without versions has none that are needed", async () => {
  await new Api(emulator).create("empty");
  const own = { ...inputs, functionName: "empty" };
  expect(await unusedVersions(session(), own, [], 0)).toEqual({ idle: [], needed: [] });
});

describe("a promotion", () => {
  const prune = (keep: number, memory = remembers("6")) =>
    pruneVersions(session(), { ...inputs, keep } as never, memory);

  it("deletes the idle versions except the newest, and reads the uses before each deletion", async () => {
    expect(await prune(1)).toEqual(["6", "4", "1"]);
    expect(versions()).toEqual(["1", "3", "4", "5", "6"]);
    expect(requests()).toEqual([
      ...[...USES, "ListFunctionVersions", ...MORE],
      ...[...USES, ...MORE, "DeleteFunctionVersion", "GetFunction"],
    ]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, string, () => unknown, string]>([
    ["an alias", "ListAliases", () => alias("z", "3"), "alias z"],
    ["a domain", "ListCustomDomains", () => domain("3"), "custom domain www.example.com"],
  ])("leaves a version that %s names since it was found, with a warning", async (_what, operation, run, by) => {
    emulator.faults.add({ operation, nth: 2, action: { kind: "before", run: async () => void (await run()) } });
    expect(await prune(0)).toEqual(["6", "4", "3", "1"]);
    expect(versions()).toEqual(["1", "3", "4", "5", "6"]);
    const label = `version 3 of function ${functionName}`;
    expect(warnings).toEqual([`${label} is not deleted: ${by} came to need it during this run`]);
  });

  it("leaves the versions that its release remembers", async () => {
    expect(await prune(0, remembers("2"))).toEqual(["6", "4", "2", "1"]);
    expect(versions()).toEqual(["1", "2", "4", "5", "6"]);
    expect(warnings).toEqual([]);
  });
});
