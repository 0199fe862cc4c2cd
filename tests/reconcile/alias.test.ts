/** What is read and written for an alias, in which order, and what is refused. Real SDK over HTTP, simulated time. */
import { type AliasInputs, checkAlias } from "../../provider/core/alias";
import { deleteAlias, observeAlias, reconcileAlias } from "../../provider/reconcile/alias";
import { Proven } from "../../provider/reconcile/proven";
import { aliases, checked, emulator, failure, requests, session, warnings, useService } from "./service";

useService();

const inputs = (own: object): AliasInputs => checked(checkAlias, { aliasName: "prod", ...own });
const canary = (versionId: string, weight: number) => ({ canary: { versionId, weight } });

const put = (own: object, name = "prod") =>
  session().api.createAlias("api", name, { versionId: "1", additionalVersionWeight: {}, description: "", ...own });

describe("a new alias", () => {
  it("is read, its version is read, and it is written and read back", async () => {
    expect(await reconcileAlias(session(), inputs({ versionId: "1" }))).toMatchObject({ split: { "1": 100 } });
    expect(requests()).toEqual(["GetAlias", "GetFunction", "CreateAlias", "GetAlias"]);
  });

  it("is not read first on a function that this run made, and its published version is not read", async () => {
    const proven = new Proven(session().clock);
    proven.functionMade("api");
    proven.versionPublished("api", "1");
    const at = { ...session(), proven };
    await reconcileAlias(at, inputs({ versionId: "1" }));
    expect(requests()).toEqual(["CreateAlias", "GetAlias"]);
    // It exists now, so it is read.
    await reconcileAlias(at, inputs({ versionId: "1" }));
    expect(requests()).toEqual(["GetAlias"]);
    const known = await reconcileAlias(at, inputs({ versionId: "1", aliasName: "test" }));
    requests();
    proven.forget("api");
    proven.functionMade("api");
    await reconcileAlias(at, inputs({ versionId: "1", aliasName: "test" }), known);
    expect(requests()).toEqual(["GetAlias"]);
  });

  it("with a canary and without a main version is refused if the function has other versions", async () => {
    expect(await failure(reconcileAlias(session(), inputs(canary("3", 10))))).toMatch(
      /the alias is new and has no main version, .* \(existing versions: (2, 1|1, 2)\)/,
    );
    expect(requests()).toEqual(["GetAlias", "ListFunctionVersions"]);
    await reconcileAlias(session(), inputs(canary("3", 0)));
    expect(aliases()?.get("prod")).toMatchObject({ versionId: "3", additionalVersionWeight: {} });
  });

  it("may have a canary that is also its main version", async () => {
    await reconcileAlias(session(), inputs({ versionId: "1", ...canary("1", 10) }));
    expect(aliases()?.get("prod")).toMatchObject({ versionId: "1", additionalVersionWeight: {} });
  });

  it("that is in state and was deleted by hand gets its former split", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1" }));
    aliases()?.clear();
    await reconcileAlias(session(), inputs(canary("3", 10)), one);
    expect(aliases()?.get("prod")).toMatchObject({ versionId: "1", additionalVersionWeight: { "3": 0.1 } });
  });

  it("of a function that does not exist is refused, because no version is found", async () => {
    const call = reconcileAlias(session(), inputs({ functionName: "none", versionId: "1" }));
    expect(await failure(call)).toContain("version 1, its main version, does not exist, so nothing was changed");
    const split = reconcileAlias(session(), inputs({ functionName: "none", ...canary("1", 10) }));
    expect(await failure(split)).toContain("version 1, its main version, does not exist, so nothing was changed");
    const both = reconcileAlias(session(), inputs({ functionName: "none", versionId: "2", ...canary("1", 10) }));
    expect(await failure(both)).toContain("version 1, its canary, does not exist, so nothing was changed");
  });
});

describe("an alias that exists", () => {
  it("without an owner is refused, and adopted only if nothing is lost", async () => {
    await put({ description: "by hand" });
    const own = { versionId: "1" };
    expect(await failure(reconcileAlias(session(), inputs(own)))).toBe(
      "alias prod of function api (api): an alias of this name exists already, and it has no owner. Nothing was changed. " +
        "Choose another aliasName, or set adopt: true to take it over",
    );
    expect(await failure(reconcileAlias(session(), inputs({ ...own, adopt: true })))).toContain(
      "adopt would change settings that the program does not mention: description.",
    );
    await reconcileAlias(session(), inputs({ ...own, adopt: true, description: "by hand" }));
    expect(aliases()?.get("prod")?.description).toMatch(/^by hand \[fcp:/);
  });

  it("of another owner is refused with the way to take it over", async () => {
    await put({ description: "[fcp:0123456789ab:shop/prod/api]" });
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "1" })))).toContain(
      "it belongs to shop/prod/api. Nothing was changed. Choose another aliasName, or clear its description (this also removes the rejections that a release remembers) and set",
    );
  });

  it("in place of the one in state is refused", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1" }));
    aliases()?.clear();
    await put({});
    Object.assign(aliases()?.get("prod") ?? {}, { createdTime: "2020-01-01T00:00:00Z" });
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "2" }), one))).toContain(
      "the object of this stack was deleted or taken over by somebody else (it has no owner)",
    );
  });

  it("is not promoted by a canary that is also the main version of the program", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1" }));
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "2", ...canary("2", 10) }), one))).toContain(
      "versionId and canary.versionId are both 2, but the alias points to version 1",
    );
  });

  it("is not written while its version is not known", async () => {
    const unknown = { ...inputs({ versionId: "1" }), versionId: undefined } as never;
    expect(await failure(reconcileAlias(session(), unknown))).toBe(
      "alias prod of function api (api): the version that it should point to is not known",
    );
  });

  it("that does not change is only read, and its versions are read if one was missing", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 10) }));
    requests();
    await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 10) }), one);
    expect(requests()).toEqual(["GetAlias"]);
    await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 10) }), { ...one, missingVersions: ["2"] });
    expect(requests()).toEqual(["GetAlias", "ListFunctionVersions"]);
  });

  it("has its new versions read before those that it names already", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1" }));
    requests();
    await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 10) }), one);
    expect(requests()).toEqual(["GetAlias", "GetFunction", "GetFunction", "UpdateAlias", "GetAlias"]);
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "1", ...canary("9", 10) }), one))).toBe(
      "alias prod of function api (api): version 9, its canary, does not exist, so nothing was changed. Run pulumi up " +
        "--refresh, which publishes a Version again that was deleted by hand",
    );
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "8", ...canary("9", 10) }), one))).toContain("version 9, its canary"); // prettier-ignore
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "8", ...canary("3", 10) }), one))).toContain("version 8, its main version"); // prettier-ignore
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "8" }), one))).toContain("version 8, its main version"); // prettier-ignore
  });
});

it("a new version that does not exist is found before a former one that does not exist any more", async () => {
  const one = await reconcileAlias(session(), inputs({ versionId: "1" }));
  Object.assign(aliases()?.get("prod") ?? {}, { versionId: "7" });
  requests();
  const call = reconcileAlias(session(), inputs({ versionId: "7", ...canary("9", 10) }), one);
  expect(await failure(call)).toContain("version 9, its canary, does not exist");
  expect(requests()).toEqual(["GetAlias", "GetFunction"]);
});

describe("a write", () => {
  const noVersion = { kind: "reject", status: 404, code: "VersionNotFound", message: "no version" } as const;

  it("is sent again while the alias operations do not find the version", async () => {
    emulator.faults.add({ operation: "CreateAlias", times: 2, action: noVersion });
    await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 10) }));
    const again = ["CreateAlias", "ListFunctionVersions", "GetAlias"];
    expect(requests()).toEqual(["GetAlias", "ListFunctionVersions", ...again, ...again, "CreateAlias", "GetAlias"]);
  });

  it("is refused if the version was deleted meanwhile, also if this run listed it", async () => {
    const proven = new Proven(session().clock);
    proven.versionsListed("api", ["9"]);
    expect(await failure(reconcileAlias({ ...session(), proven }, inputs({ versionId: "9" })))).toContain(
      "version 9, its main version, does not exist, so nothing was changed",
    );
    expect(requests()).toEqual(["GetAlias", "CreateAlias", "GetFunction"]);
  });

  it("that is refused for another reason reads no version", async () => {
    const denied = { kind: "reject", status: 403, code: "AccessDenied", message: "not yours" } as const;
    emulator.faults.add({ operation: "CreateAlias", action: denied });
    expect(await failure(reconcileAlias(session(), inputs({ versionId: "1" })))).toContain("CreateAlias: not yours");
    expect(requests()).toEqual(["GetAlias", "GetFunction", "CreateAlias"]);
  });

  it.each(["AliasAlreadyExists", "AliasUnchanged"])(
    "refused with %s reads what an earlier request wrote",
    async (code) => {
      const one = await reconcileAlias(session(), inputs({ versionId: "1" }));
      const message = code === "AliasUnchanged" ? "Can not update alias without any change" : "exists";
      const action = { kind: "applyThenReject", status: 409, code: "AliasAlreadyExists", message } as const;
      emulator.faults.add({ operation: "UpdateAlias", action });
      expect(await reconcileAlias(session(), inputs({ versionId: "2" }), one)).toMatchObject({ split: { "2": 100 } });
    },
  );

  it("whose reads lag for 3 s stores the written split", async () => {
    const stale = { kind: "stale", changes: 1 } as const;
    emulator.faults.add({ operation: "GetAlias", times: Number.POSITIVE_INFINITY, action: stale });
    await expect(reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 10) }))).rejects.toMatchObject({
      name: "Unfinished",
      outputs: { split: { "1": 90, "2": 10 }, mainVersionId: "1" },
    });
  });

  const lower = (fraction: number | undefined) => ({
    kind: "before" as const,
    run: () => {
      const alias = aliases()?.get("prod");
      if (fraction === undefined || alias === undefined) aliases()?.clear();
      else alias.additionalVersionWeight = fraction === 0 ? {} : { "2": fraction };
    },
  });

  it("does not raise a share again that somebody else lowers meanwhile", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 25) }));
    const busy = { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" } as const;
    const run = () => failure(reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 50) }), one));
    const why = (from: number, what: string) =>
      `alias prod of function api (api): while this run was writing, somebody else changed the share of version 2 from ${from} to ` +
      `0 %. ${what}. Run pulumi up --refresh to see it; to raise version 2 again, run pulumi up again`;
    emulator.faults.add(
      { operation: "UpdateAlias", action: busy },
      { operation: "GetAlias", nth: 2, action: lower(0) },
    );
    expect(await run()).toBe(why(25, "This run did not change it back"));
    await put({ additionalVersionWeight: { "2": 0.25 }, description: aliases()?.get("prod")?.description }).catch(() => undefined); // prettier-ignore
    lower(0.25).run();
    // The write was applied, so the share was 50 before it was lowered.
    emulator.faults.add({ operation: "GetAlias", nth: 2, action: lower(0) });
    expect(await run()).toBe(why(50, "This run did not change it back"));
    lower(0.25).run();
    emulator.faults.add({ operation: "GetAlias", nth: 2, action: lower(undefined) });
    expect(await run()).toBe(why(50, "The alias was deleted"));
  });

  it("of a new alias does not raise a share that somebody else lowers meanwhile", async () => {
    emulator.faults.add({ operation: "GetAlias", nth: 2, action: lower(0) });
    const call = reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 50) }));
    expect(await failure(call)).toContain("somebody else changed the share of version 2 from 50 to 0 %");
  });

  it("is planned again after another change that lowers nothing", async () => {
    const one = await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 5) }));
    emulator.faults.add({ operation: "GetAlias", nth: 2, action: lower(0.75) });
    await reconcileAlias(session(), inputs({ versionId: "1", ...canary("2", 50) }), one);
    expect(aliases()?.get("prod")?.additionalVersionWeight).toEqual({ "2": 0.5 });
  });
});

describe("a refresh", () => {
  it("finds the versions that the alias names and that do not exist", async () => {
    const alias = inputs({ versionId: "1" });
    expect(await observeAlias(session(), alias)).toBeUndefined();
    await put({ versionId: "2", additionalVersionWeight: { "3": 0.1 } });
    expect(await observeAlias(session(), alias)).toMatchObject({ versionId: "2", missingVersions: [] });
    expect(warnings).toEqual([]);
    Object.assign(aliases()?.get("prod") ?? {}, { additionalVersionWeight: { "9": 0.1 } });
    expect(await observeAlias(session(), alias)).toMatchObject({ versionId: "2", missingVersions: ["9"] });
    expect(warnings).toEqual([
      "alias prod of function api (api) names version 9, which does not exist: requests that are routed to it fail",
    ]);
  });
});

describe("a deletion", () => {
  const made = () => reconcileAlias(session(), inputs({ versionId: "1" }));

  it("of an alias that does not exist sends nothing", async () => {
    await deleteAlias(session(), inputs({ versionId: "1" }));
    expect(requests()).toEqual(["GetAlias"]);
  });

  it("reads triggers and custom domains unless they were listed, and reads until the alias is gone", async () => {
    const one = await made();
    requests();
    await deleteAlias(session(), one);
    expect(requests()).toEqual(["GetAlias", "ListTriggers", "ListCustomDomains", "DeleteAlias", "GetAlias"]);
    const two = await made();
    requests();
    await deleteAlias(session(), two, { triggers: [], domains: new Map() });
    expect(requests()).toEqual(["GetAlias", "DeleteAlias", "GetAlias"]);
  });

  it("leaves an alias of another owner, with a warning", async () => {
    const one = await made();
    Object.assign(aliases()?.get("prod") ?? {}, { description: "[fcp:0123456789ab:shop/prod/api]" });
    await deleteAlias(session(), one);
    expect(warnings).toEqual(["alias prod of function api (api): an alias of this name belongs to shop/prod/api. It was not changed"]); // prettier-ignore
    expect(aliases()?.has("prod")).toBe(true);
  });

  it("is not sent again if another object has the name meanwhile", async () => {
    const one = await made();
    const run = () => void Object.assign(aliases()?.get("prod") ?? {}, { description: "[fcp:0123456789ab]" });
    emulator.faults.add({ operation: "DeleteAlias", action: { kind: "resetBefore" } });
    emulator.faults.add({ operation: "GetAlias", nth: 2, action: { kind: "before", run } });
    await deleteAlias(session(), one);
    expect(aliases()?.has("prod")).toBe(true);
    expect(warnings).not.toEqual([]);
    expect(requests().filter((operation) => operation === "DeleteAlias")).toHaveLength(1);
  });

  it("is sent again after a request that did not arrive", async () => {
    const one = await made();
    emulator.faults.add({ operation: "DeleteAlias", action: { kind: "resetBefore" } });
    await deleteAlias(session(), one);
    expect(aliases()?.has("prod")).toBe(false);
  });

  it("is refused if triggers of others call the alias", async () => {
    const one = await made();
    const trigger = (own: object) => ({ triggerName: "http", qualifier: "prod", ...own });
    const mark = aliases()?.get("prod")?.description;
    const run = (...others: object[]) =>
      failure(deleteAlias(session(), one, { triggers: others.map(trigger), domains: new Map() }));
    expect(await run({}, { triggerName: undefined, description: "[fcp:0123456789ab:shop/prod/t]" })).toBe(
      "alias prod of function api (api) cannot be deleted: trigger http (without an owner), trigger ? (of shop/prod/t) calls " +
        "it. The alias was not deleted. Remove that first, in the program or tool that created it; then run pulumi again",
    );
    expect(aliases()?.has("prod")).toBe(true);
    expect(await run({ qualifier: "test" }, { description: mark })).toBe("it did not fail");
    expect(aliases()?.has("prod")).toBe(false);
  });

  it("is refused if custom domains call the alias", async () => {
    const one = await made();
    const run = (qualifier: string) =>
      failure(deleteAlias(session(), one, { triggers: [], domains: new Map([[qualifier, ["a.com", "b.com"]]]) }));
    expect(await run("prod")).toContain("cannot be deleted: custom domain a.com, custom domain b.com calls it.");
    expect(aliases()?.has("prod")).toBe(true);
    expect(await run("test")).toBe("it did not fail");
  });
});
