import { Api, refusal, useEmulator, zipInput } from "./support";

const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});
afterEach(() => {
  emulator().options.publishGuard = "content";
});

const NO_CHANGE = { statusCode: 400, code: "VersionPublishError" };

describe("PublishFunctionVersion", () => {
  it("a version freezes code and configuration, not tags", async () => {
    const latest = await api.create("freeze", { timeout: 5, tags: [{ key: "a", value: "1" }] as never });
    expect(await api.publish("freeze", "first")).toMatchObject({ versionId: "1", description: "first" });
    await api.update("freeze", { timeout: 9, code: zipInput({ "index.js": "2" }) });
    expect(await api.get("freeze", "1")).toMatchObject({ timeout: 5, codeChecksum: latest.codeChecksum });
    expect(await api.get("freeze")).toMatchObject({ timeout: 9 });
  });

  it("a publish without a change is refused and uses no version number", async () => {
    await api.create("same");
    await api.publish("same");
    const error = await refusal(api.publish("same", "another description"));
    expect(error).toMatchObject(NO_CHANGE);
    expect(error.message).toContain("No changes were made since last publish");
    await api.update("same", { timeout: 7 });
    expect(await api.publish("same")).toMatchObject({ versionId: "2" });
    await api.update("same", { timeout: 3 });
    expect(await api.publish("same")).toMatchObject({ versionId: "3" });
  });

  it("the switch decides what a publish compares: content, revision, or nothing", async () => {
    await api.create("guard", { environmentVariables: { A: "1", B: "2" } });
    await api.publish("guard");
    await api.update("guard", { environmentVariables: { B: "2", A: "1" } });
    expect(await refusal(api.publish("guard"))).toMatchObject(NO_CHANGE);
    emulator().options.publishGuard = "revision";
    expect(await api.publish("guard")).toMatchObject({ versionId: "2" });
    expect(await refusal(api.publish("guard"))).toMatchObject(NO_CHANGE);
    emulator().options.publishGuard = "off";
    expect(await api.publish("guard")).toMatchObject({ versionId: "3" });
  });

  it("a version number is never used twice, also after deletions", async () => {
    await api.create("numbers");
    emulator().options.publishGuard = "off";
    await api.publish("numbers");
    await api.publish("numbers");
    await api.deleteVersion("numbers", "2");
    await api.deleteVersion("numbers", "1");
    expect(await api.publish("numbers")).toMatchObject({ versionId: "3" });
    await api.deleteVersion("numbers", "3");
    expect(await api.publish("numbers")).toMatchObject({ versionId: "4" });
  });
});

describe("ListFunctionVersions", () => {
  it("versions are listed in pages by number, the newest first by default", async () => {
    await api.create("order");
    emulator().options.publishGuard = "off";
    for (let count = 0; count < 11; count++) await api.publish("order");
    const ids = async (query: Parameters<Api["versions"]>[1]) => {
      const answer = await api.versions("order", query);
      return { ids: answer.versions?.map((version) => version.versionId), next: answer.nextToken };
    };
    expect((await ids({})).ids?.slice(0, 3)).toEqual(["11", "10", "9"]);
    expect((await ids({ direction: "FORWARD", limit: 2 })).ids).toEqual(["1", "2"]);
    const first = await ids({ direction: "BACKWARD", limit: 6 });
    const second = await ids({ direction: "BACKWARD", limit: 6, nextToken: String(first.next) });
    expect(second).toEqual({ ids: ["5", "4", "3", "2", "1"], next: undefined });
    expect((await api.versions("order", {})).direction).toBe("BACKWARD");
  });
});

describe("DeleteFunctionVersion", () => {
  it("a version can be deleted while an alias names it, and only once", async () => {
    await api.create("prune");
    await api.publish("prune");
    await api.createAlias("prune", "live", { versionId: "1" });
    await api.deleteVersion("prune", "1");
    expect(await api.getAlias("prune", "live")).toMatchObject({ versionId: "1" });
    expect(await refusal(api.deleteVersion("prune", "1"))).toMatchObject({ statusCode: 404, code: "VersionNotFound" });
    expect(await refusal(api.deleteVersion("prune", "LATEST"))).toMatchObject({ statusCode: 400 });
  });
});

describe("a function that becomes ready later", () => {
  it("GetFunction answers Pending, then InProgress, for the given number of reads", async () => {
    emulator().options.pendingReads = 2;
    await api.create("slow");
    const states = async () => {
      const seen = await api.get("slow");
      return [seen.state, seen.lastUpdateStatus];
    };
    expect([await states(), await states(), await states()]).toEqual([
      ["Pending", undefined],
      ["Pending", undefined],
      [undefined, undefined],
    ]);
    await api.update("slow", { timeout: 4 });
    emulator().options.stateFields = "active";
    expect([await states(), await states(), await states()].map(([, update]) => update)).toEqual([
      "InProgress",
      "InProgress",
      "Successful",
    ]);
    Object.assign(emulator().options, { pendingReads: 0, stateFields: "absent" });
  });
});
