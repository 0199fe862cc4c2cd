/** What is read and published for a version, in which order, and what is refused. Real SDK over HTTP, simulated time. */
import { contentOf } from "../../provider/core/function";
import { type VersionInputs, type VersionOutputs, checkVersion } from "../../provider/core/version";
import { Proven } from "../../provider/reconcile/proven";
import { deleteVersions, ownVersion, reconcileVersion, sharedVersions } from "../../provider/reconcile/version";
import { Api } from "../emulator/support";
import { checked, emulator, failure, requests, session, warnings, useService } from "./service";

useService();

/** A new function for each test. */
let functionName: string;
let count = 0;
let api: Api;

beforeEach(async () => {
  functionName = `f${(count += 1)}`;
  api = new Api(emulator);
  await api.create(functionName);
  requests();
});

const latest = async () => (await session().api.getFunction(functionName)) ?? {};
const change = (release: string) => api.update(functionName, { environmentVariables: { RELEASE: release } });

/** Inputs for the present content of LATEST. */
async function inputs(own: object = {}): Promise<VersionInputs> {
  const content = contentOf(await latest());
  requests();
  return checked(checkVersion, { functionName, fingerprint: "f1", content, ...own });
}

const entry = () => emulator.store.functions.get(functionName);
const ids = () => [...(entry()?.versions.keys() ?? [])];
const fault = (operation: string, action: object, more: object = {}) =>
  emulator.faults.add({ operation, action: action as never, ...more });

const PUBLISH = ["PublishFunctionVersion", "GetFunction"];
const busy = { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" };
const unchanged = { kind: "reject", status: 400, code: "VersionPublishError", message: "No changes were made since last publish" }; // prettier-ignore

describe("a publish", () => {
  it("reads LATEST and the versions, publishes, and reads the version back", async () => {
    expect(await reconcileVersion(session(), await inputs())).toMatchObject({ versionId: "1", published: ["1"] });
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", ...PUBLISH]);
  });

  it("reads neither if this run deployed LATEST of a function that it made", async () => {
    const proven = new Proven(session().clock);
    const at = { ...session(), proven };
    const own = await inputs();
    proven.functionMade(functionName);
    proven.latestRead(functionName, await latest());
    requests();
    await reconcileVersion(at, own);
    expect(requests()).toEqual(PUBLISH);
    expect([proven.hasVersion(functionName, "1"), proven.lacksVersions(functionName)]).toEqual([true, false]);
  });

  it("reads LATEST if it is not known to have the content of the program", async () => {
    const proven = new Proven(session().clock);
    const at = { ...session(), proven };
    proven.latestRead(functionName, await latest());
    await change("2");
    await reconcileVersion(at, await inputs());
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", ...PUBLISH]);
    proven.latestRead(functionName, await latest());
    await reconcileVersion(at, await inputs({ content: undefined }));
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", "GetFunction"]);
    expect(proven.hasVersion(functionName, "1")).toBe(true);
    proven.forget(functionName);
    await reconcileVersion(at, await inputs());
    expect(proven.hasVersion(functionName, "1")).toBe(true);
  });

  it("is refused if the function does not exist", async () => {
    const own = { ...(await inputs()), functionName: "none" };
    expect(await failure(reconcileVersion(session(), own))).toBe(
      `version of function none: the function does not exist in ${emulator.region}`,
    );
    expect(requests()).toHaveLength(6);
  });

  it("is refused if LATEST has other content", async () => {
    const own = await inputs();
    await change("theirs");
    const message = (fingerprint: string, time: string) =>
      `version of function ${functionName}: LATEST is no longer what this stack deployed (fingerprint ${fingerprint}): it was ` +
      `changed by hand or by another pipeline at ${time}. Nothing was published.`;
    const { lastModifiedTime: time = "?" } = await latest();
    expect(await failure(reconcileVersion(session(), own))).toContain(message("f1", time));
    const other = { ...own, fingerprint: undefined } as never;
    expect(await failure(reconcileVersion(session(), other))).toContain(message("none", time));
    expect(ids()).toEqual([]);
  });

  it("is left out if the resource published the content before", async () => {
    await reconcileVersion(session(), await inputs());
    await change("2");
    await reconcileVersion(session(), await inputs({ fingerprint: "f2" }));
    await api.update(functionName, { environmentVariables: {} });
    const own = await inputs();
    const reused = await reconcileVersion(session(), own, { versionId: "2", published: ["1", "2"] });
    expect(reused).toMatchObject({ versionId: "1", previousVersionId: "2", published: ["1", "2"] });
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", "GetFunction"]);
  });

  it("is not left out if the version is deleted meanwhile", async () => {
    await reconcileVersion(session(), await inputs());
    await change("2");
    await reconcileVersion(session(), await inputs({ fingerprint: "f2" }));
    await api.update(functionName, { environmentVariables: {} });
    const own = await inputs();
    fault("GetFunction", { kind: "before", run: () => void entry()?.versions.delete("1") }, { nth: 2 });
    expect(await reconcileVersion(session(), own)).toMatchObject({ versionId: "3" });
  });

  it("is not left out if the version with the same fingerprint has other content", async () => {
    await reconcileVersion(session(), await inputs());
    await change("2");
    expect(await reconcileVersion(session(), await inputs())).toMatchObject({ versionId: "2" });
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", "GetFunction", ...PUBLISH]);
  });
});

describe("a refused publish", () => {
  it("as concurrent is sent again, with longer waits, after LATEST and the versions were read", async () => {
    const at = session();
    fault("PublishFunctionVersion", busy, { times: 2 });
    const start = at.clock.now();
    await reconcileVersion(at, await inputs());
    const again = ["PublishFunctionVersion", "GetFunction", "ListFunctionVersions"];
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", ...again, ...again, ...PUBLISH]);
    expect(at.clock.now() - start).toBe(450);
  });

  it("as concurrent uses the version that the other run published", async () => {
    const own = await inputs();
    fault("PublishFunctionVersion", busy);
    fault("GetFunction", { kind: "before", run: () => reconcileVersion(session(), own) }, { nth: 2 });
    const { versionId } = await reconcileVersion(session(), own);
    expect([versionId, ids()]).toEqual(["1", ["1"]]);
    expect(requests().filter((operation) => operation === "PublishFunctionVersion")).toHaveLength(2);
  });

  it("as concurrent is not sent again if LATEST has other content then", async () => {
    const own = await inputs();
    fault("PublishFunctionVersion", busy);
    fault("GetFunction", { kind: "before", run: () => change("theirs") }, { nth: 2 });
    expect(await failure(reconcileVersion(session(), own))).toContain("LATEST is no longer what this stack deployed");
    expect(ids()).toEqual([]);
  });

  it("because nothing changed uses the version with the content, whoever published it", async () => {
    await api.publish(functionName);
    expect(await reconcileVersion(session(), await inputs())).toMatchObject({ versionId: "1", published: [] });
  });

  it("because nothing changed is an error if none of the last ten versions has the content", async () => {
    for (let i = 1; i <= 12; i++) {
      await change(String(i));
      await api.publish(functionName);
    }
    await change("1");
    const own = await inputs();
    fault("PublishFunctionVersion", unchanged);
    expect(await failure(reconcileVersion(session(), own))).toContain(
      `version of function ${functionName}: Function Compute has published this content before and refuses to publish it again, ` +
        "but none of the latest 10 versions holds it: it was deleted. Give the Function a contentKey",
    );
    const since = requests();
    const lists = since.filter((operation) => operation === "ListFunctionVersions").length;
    expect([lists, since.filter((operation) => operation === "GetFunction").length]).toEqual([7, 1 + 6 * 10]);
  });

  it("for another reason is an error", async () => {
    fault("PublishFunctionVersion", { kind: "reject", status: 403, code: "AccessDenied", message: "not yours" });
    expect(await failure(reconcileVersion(session(), await inputs()))).toContain("PublishFunctionVersion: not yours");
    expect(requests()).toEqual(["GetFunction", "ListFunctionVersions", "PublishFunctionVersion"]);
  });
});

describe("a publish whose answer is lost", () => {
  it("is found by its description", async () => {
    fault("PublishFunctionVersion", { kind: "applyThenReset" });
    expect(await reconcileVersion(session(), await inputs())).toMatchObject({ versionId: "1", published: ["1"] });
    expect(ids()).toEqual(["1"]);
  });

  it("is not taken for the version of another resource", async () => {
    const theirs = await api.publish(functionName);
    await change("2");
    await change("3");
    fault("PublishFunctionVersion", { kind: "resetBefore" });
    expect(await reconcileVersion(session(), await inputs())).toMatchObject({ versionId: "2", published: ["2"] });
    expect(theirs.versionId).toBe("1");
  });

  it("is sent three times", async () => {
    fault("PublishFunctionVersion", { kind: "resetBefore" }, { times: 3 });
    expect(await failure(reconcileVersion(session(), await inputs()))).toContain("the request may have been applied");
    expect(requests().filter((operation) => operation === "PublishFunctionVersion")).toHaveLength(3);
    fault("PublishFunctionVersion", { kind: "resetBefore" }, { times: 2 });
    expect(await reconcileVersion(session(), await inputs())).toMatchObject({ versionId: "1" });
  });
});

describe("a version that was published", () => {
  it("is refused if it has other content than LATEST had", async () => {
    const proven = new Proven(session().clock);
    fault("PublishFunctionVersion", { kind: "before", run: () => change("theirs") });
    expect(await failure(reconcileVersion({ ...session(), proven }, await inputs()))).toMatch(
      /^version 1 of function f\d+ holds other content than this stack's: environmentVariables changed between the read of LATEST \(code \d+\) and the publish \(code \d+\): another pipeline was at work\. No alias was moved/,
    );
    expect(proven.lacksVersions(functionName)).toBe(false);
  });

  it("is an error if it cannot be read back for 3 s", async () => {
    const own = await inputs();
    const run = () => void entry()?.versions.clear();
    fault("GetFunction", { kind: "before", run }, { nth: 2 });
    expect(await failure(reconcileVersion(session(), own))).toBe(
      `version 1 of function ${functionName} was published but cannot be read back; no alias was moved. Run pulumi up again: ` +
        "it takes the version over",
    );
  });
});

it("resources that are read at the same time share one list of versions", async () => {
  const { api: service } = session();
  const other = session();
  const lists = await Promise.all([
    sharedVersions(service, functionName),
    sharedVersions(service, functionName),
    sharedVersions(service, "api"),
    sharedVersions(other.api, functionName),
  ]);
  expect(lists.map((list) => list?.length)).toEqual([0, 0, 3, 0]);
  expect(requests()).toHaveLength(3);
  await api.publish(functionName);
  requests();
  expect(await sharedVersions(service, functionName)).toHaveLength(1);
  expect(requests()).toHaveLength(1);
});

describe("a version in state", () => {
  const createdTime = "2026-01-01T00:00:00Z";
  const found = (own: object) => ({ versionId: "7", createdTime, description: "", ...own });
  const props = async (published: string[]): Promise<VersionOutputs> => ({
    ...(await inputs()),
    versionId: "7",
    published,
    createdTime,
  });

  it("is recognised by its time of creation, and a published one also by its owner", async () => {
    const theirs = found({ description: "[fcp:0123456789ab:shop/prod/api]" });
    const [own, reused] = [await props(["7"]), await props(["6"])];
    const at = session();
    expect(ownVersion(at, own, undefined)).toBeUndefined();
    expect(ownVersion(at, own, found({}))).toEqual(found({}));
    expect(ownVersion(at, reused, theirs)).toEqual(theirs);
    expect(warnings).toEqual([]);
    expect(ownVersion(at, own, theirs)).toBeUndefined();
    expect(ownVersion(at, reused, found({ createdTime: "2027-01-01T00:00:00Z" }))).toBeUndefined();
    const label = `version 7 of function ${functionName}`;
    expect(warnings).toEqual([
      `${label}: a version of this name belongs to shop/prod/api. The object of this stack was deleted`,
      `${label}: a version of this name was created again and has no owner. The object of this stack was deleted`,
    ]);
  });

  it("is deleted if the resource published it and nothing points to it", async () => {
    let state: VersionOutputs | undefined;
    for (const release of ["1", "2", "3"]) {
      await change(release);
      state = await reconcileVersion(session(), await inputs({ fingerprint: release }), state);
    }
    await change("4");
    await api.publish(functionName);
    await session().api.createAlias(functionName, "prod", { versionId: "2", additionalVersionWeight: {}, description: "" }); // prettier-ignore
    await session().api.deleteVersion(functionName, "1");
    requests();
    await deleteVersions(session(), { ...(state as VersionOutputs), published: ["1", "2", "3", "4"] });
    expect(ids()).toEqual(["2", "4"]);
    expect(requests().filter((operation) => operation === "DeleteFunctionVersion")).toHaveLength(1);
    expect(warnings).toEqual([
      `version 2 of function ${functionName} is not deleted now: alias prod points to it. It is deleted with its function at the latest`,
    ]);
    await deleteVersions(session(), { ...(state as VersionOutputs), functionName: "none" });
  });
});
