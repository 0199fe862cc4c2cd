import { Api, refusal, useEmulator } from "./support";

const emulator = useEmulator({ publishGuard: "off" });
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
  for (let count = 0; count < 3; count++) await api.publish("f");
});
beforeEach(async () => {
  await api.createAlias("f", "live", { versionId: "1", description: "d", additionalVersionWeight: { "2": 0.1 } });
});
afterEach(() => api.deleteAlias("f", "live"));

describe("CreateAlias", () => {
  it("refuses a name that exists, a version that does not exist, and an invalid name", async () => {
    const create = (name: string, versionId: string) => refusal(api.createAlias("f", name, { versionId }));
    expect(await create("live", "1")).toMatchObject({ statusCode: 409, code: "AliasAlreadyExists" });
    expect(await create("x", "9")).toMatchObject({ statusCode: 404, code: "VersionNotFound" });
    for (const name of ["LATEST", "1", "-a", "a b", "a".repeat(129)]) {
      expect(await create(name, "1")).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
    }
    expect(await create("x", "LATEST")).toMatchObject({ statusCode: 400 });
  });

  it("an alias may have LATEST as main version if the switch allows it", async () => {
    emulator().options.aliasToLatest = "allow";
    expect(await api.createAlias("f", "dev", { versionId: "LATEST" })).toMatchObject({ versionId: "LATEST" });
    await api.deleteAlias("f", "dev");
    emulator().options.aliasToLatest = "refuse";
  });
});

describe("UpdateAlias", () => {
  it("an update keeps absent fields, and {} removes the weights", async () => {
    expect(await api.updateAlias("f", "live", { description: "new" })).toMatchObject({
      versionId: "1",
      description: "new",
      additionalVersionWeight: { "2": 0.1 },
    });
    const cleared = await api.updateAlias("f", "live", { additionalVersionWeight: {} });
    expect(cleared.additionalVersionWeight).toBeUndefined();
    expect((await api.getAlias("f", "live")).versionId).toBe("1");
  });

  it("one update changes main version and weights", async () => {
    const moved = await api.updateAlias("f", "live", {
      versionId: "2",
      additionalVersionWeight: { "3": 0.5, "1": 0.25 },
    });
    expect(moved).toMatchObject({ versionId: "2", additionalVersionWeight: { "1": 0.25, "3": 0.5 } });
  });

  it.each([[{}], [{ versionId: "1" }], [{ versionId: "1", description: "d", additionalVersionWeight: { "2": 0.1 } }]])(
    "an update with %j is refused, because it changes nothing",
    async (input) => {
      const error = await refusal(api.updateAlias("f", "live", input));
      expect(error).toMatchObject({ statusCode: 400, code: "InvalidArgument" });
      expect(error.message).toContain("Can not update alias without any change");
    },
  );

  it.each([
    [{ additionalVersionWeight: { "1": 0.5 } }, 400, "AdditionalVersionContainsMajorVersion"],
    [{ versionId: "2" }, 400, "AdditionalVersionContainsMajorVersion"],
    [{ additionalVersionWeight: { "9": 0.5 } }, 404, "VersionNotFound"],
    [{ versionId: "9" }, 404, "VersionNotFound"],
    [{ additionalVersionWeight: { "2": 1.1 } }, 400, "InvalidArgument"],
    [{ additionalVersionWeight: { "2": -0.1 } }, 400, "InvalidArgument"],
    [{ additionalVersionWeight: { "2": "0.1" } }, 400, "InvalidArgument"],
    [{ additionalVersionWeight: { LATEST: 0.1 } }, 400, "InvalidArgument"],
    [{ additionalVersionWeight: { "2": 0.6, "3": 0.6 } }, 400, "InvalidArgument"],
  ])("the update %j is refused with %i %s, and the alias does not change", async (input, statusCode, code) => {
    expect(await refusal(api.updateAlias("f", "live", input as never))).toMatchObject({ statusCode, code });
    expect(await api.getAlias("f", "live")).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.1 } });
  });
});

describe("ListAliases and missing aliases", () => {
  it("aliases are listed by name and by prefix, in pages", async () => {
    await api.createAlias("f", "beta", { versionId: "1" });
    const names = (await api.listAliases("f")).aliases?.map((alias) => alias.aliasName);
    expect(names).toEqual(["beta", "live"]);
    expect((await api.listAliases("f", { prefix: "b" })).aliases).toHaveLength(1);
    const page = await api.listAliases("f", { limit: 1 });
    expect((await api.listAliases("f", { nextToken: String(page.nextToken) })).aliases).toHaveLength(1);
    await api.deleteAlias("f", "beta");
  });

  it("an alias that does not exist is answered with AliasNotFound", async () => {
    const missing = { statusCode: 404, code: "AliasNotFound" };
    expect(await refusal(api.getAlias("f", "no"))).toMatchObject(missing);
    expect(await refusal(api.updateAlias("f", "no", { versionId: "1" }))).toMatchObject(missing);
    expect(await refusal(api.deleteAlias("f", "no"))).toMatchObject(missing);
  });
});
