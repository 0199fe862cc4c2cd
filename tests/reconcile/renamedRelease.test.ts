/** How the alias of a release gets another name: what is copied, and when the former alias is deleted. Real SDK over HTTP, simulated time. */
import { type ReleaseInputs, type ReleaseOutputs, checkRelease } from "../../provider/core/release";
import {
  copyToNewName,
  deleteFormerAliases,
  formerAliases,
  isRenamed,
  renamedOutputs,
} from "../../provider/reconcile/renamedRelease";
import { aliases, checked, emulator, failure, requests, session, warnings, useService } from "./service";

useService();

const inputs = (own: object = {}): ReleaseInputs =>
  checked(checkRelease, { aliasName: "live", versionId: "2", fingerprint: "f1:2abcdef01", weight: 10, ...own });

/** The description of an alias of the release, with a record of so many writes. */
const mark = (writes: number) => `[fcp:${inputs().owner.slice(0, 12)}|2;${writes};1;;;;100;;;;;;;;;0]`;

const put = (name: string, own: object = {}) =>
  session().api.createAlias("api", name, {
    ...{ versionId: "1", additionalVersionWeight: { "2": 0.1 }, description: mark(4) },
    ...own,
  });

/** The state of the release with the name `prod`. */
const olds = (own: object = {}): Partial<ReleaseOutputs> => ({
  aliasName: "prod",
  createdTime: aliases()?.get("prod")?.createdTime ?? "",
  ...own,
});

it("a release is renamed if state has another name", () => {
  expect(
    [undefined, {}, { aliasName: "live" }, { aliasName: "prod" }].map((each) => isRenamed(inputs(), each)),
  ).toEqual([false, false, false, true]);
});

it("former names are those in state, without the present one", () => {
  const of = (state: object | undefined) => formerAliases(inputs(), state);
  expect(of(undefined)).toEqual({});
  expect(of({ aliasName: "prod", createdTime: "today" })).toEqual({ prod: "today" });
  expect(of({ aliasName: "prod" })).toEqual({ prod: "" });
  expect(of({ aliasName: "prod", createdTime: "today", formerAliases: { older: "once", live: "never" } })).toEqual({ older: "once", prod: "today" }); // prettier-ignore
  expect(of({ aliasName: "live", formerAliases: { older: "once" } })).toEqual({ older: "once" });
});

it("after the copy, state has the new inputs, what it had before, and the former name, without the times of the former alias", () => {
  const known = olds({ createdTime: "today", lastModifiedTime: "now", mainVersionId: "1" });
  expect(renamedOutputs(inputs(), known)).toEqual({
    ...inputs(),
    mainVersionId: "1",
    formerAliases: { prod: "today" },
  });
  expect(renamedOutputs(inputs(), undefined)).toEqual(inputs());
});

describe("the copy", () => {
  const copy = (state = olds()) => copyToNewName(session(), inputs(), state);
  const live = () => aliases()?.get("live");

  it("has the split and the memory of the former alias", async () => {
    await put("prod");
    requests();
    expect(await copy()).toBe(true);
    expect(live()).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.1 }, description: mark(4) });
    expect(requests()).toEqual(["GetAlias", "GetAlias", "CreateAlias", "GetAlias"]);
    expect(await copy()).toBe(true);
    expect(requests()).toEqual(["GetAlias", "GetAlias"]);
  });

  it("is not made for a release that has its name already, or without a former alias", async () => {
    expect(await copy({ aliasName: "live" })).toBe(false);
    expect(requests()).toEqual([]);
    expect(await copy()).toBe(false);
    expect(requests()).toEqual(["GetAlias"]);
  });

  it("is not made from an alias of another owner, or from another one than in state", async () => {
    await put("prod", { description: "[fcp:0123456789ab]" });
    expect(await copy()).toBe(false);
    Object.assign(aliases()?.get("prod") ?? {}, { description: "" });
    expect(await copy(olds({ createdTime: "2020-01-01T00:00:00Z" }))).toBe(false);
    expect(live()).toBeUndefined();
    expect(await copy()).toBe(true);
    expect(live()).toMatchObject({ versionId: "1", description: "" });
  });

  it("replaces the split of an alias that a former run left, unless it has a later memory", async () => {
    await put("prod");
    await put("live", { versionId: "2", additionalVersionWeight: {}, description: mark(3) });
    expect(await copy()).toBe(true);
    expect(live()).toMatchObject({ versionId: "1", description: mark(4) });
    const createdTime = aliases()?.get("prod")?.createdTime;
    Object.assign(live() ?? {}, { versionId: "2", additionalVersionWeight: {}, description: mark(5), createdTime });
    expect(await copy()).toBe(true);
    expect(live()).toMatchObject({ versionId: "2", description: mark(5) });
  });

  it("does not replace an alias without an owner", async () => {
    await put("prod");
    await put("live", { description: "by hand" });
    expect(await failure(copy())).toContain("alias live of function api (api): an alias of this name exists already");
    expect(await failure(copyToNewName(session(), inputs({ adopt: true }), olds()))).toContain(
      "does not mention: description.",
    );
  });

  it("that cannot be read is in state as an alias to delete", async () => {
    await put("prod");
    const action = { kind: "reject", status: 403, code: "AccessDenied", message: "not yours" } as const;
    for (const known of [{}, { formerAliases: { older: "once" } }]) {
      aliases()?.delete("live");
      emulator.faults.add({ operation: "GetAlias", nth: 3, action });
      await expect(copy(olds(known))).rejects.toMatchObject({
        name: "Unfinished",
        outputs: { aliasName: "prod", formerAliases: { ...known.formerAliases, live: "not read" } },
      });
    }
  });
});

describe("a former alias", () => {
  const body = { versionId: "2", additionalVersionWeight: { "3": 0.1 }, description: "" };
  const of = (former: Record<string, string>) => deleteFormerAliases(session(), inputs(), body, former);

  afterEach(() => emulator.store.customDomains.clear());

  function domain(qualifier: string): void {
    const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-01T00:00:00Z" };
    const routeConfig = { routes: [{ path: "/*", functionName: "api", qualifier }] };
    const config = { protocol: "HTTP", routeConfig };
    emulator.store.customDomains.set("www.example.com", { domainName: "www.example.com", config, ...times });
  }

  const trigger = (qualifier: string) =>
    session().api.createHttpTrigger("api", "http", { qualifier, triggerConfig: '{"authType":"anonymous","methods":["GET"]}', description: "" }); // prettier-ignore

  it("that nothing calls is deleted", async () => {
    expect(await of({})).toEqual({});
    expect(requests()).toEqual([]);
    await put("prod");
    await put("other");
    await trigger("other");
    domain("other");
    expect(await of({ prod: aliases()?.get("prod")?.createdTime ?? "" })).toEqual({});
    expect([...(aliases()?.keys() ?? [])]).toEqual(["other"]);
    expect(warnings).toEqual([]);
  });

  it("that a trigger and a domain call stays, and no version gets more than in the release", async () => {
    await put("prod", { additionalVersionWeight: { "2": 0.2, "3": 0.5 } });
    await trigger("prod");
    domain("prod");
    const former = { prod: aliases()?.get("prod")?.createdTime ?? "" };
    expect(await of(former)).toEqual(former);
    const kept = { versionId: "2", additionalVersionWeight: { "3": 0.1 }, description: mark(4) };
    expect(aliases()?.get("prod")).toMatchObject(kept);
    expect(warnings).toEqual([
      expect.stringMatching(/: alias prod, its former name, stays while trigger http and custom domain www\.example\.com calls it; the next run after that deletes it$/) as string, // prettier-ignore
    ]);
    requests();
    await of(former);
    expect(requests()).not.toContain("UpdateAlias");
    Object.assign(aliases()?.get("prod") ?? {}, { versionId: "1", additionalVersionWeight: {} });
    await of(former);
    expect(aliases()?.get("prod")).toMatchObject({ versionId: "2", additionalVersionWeight: {} });
  });

  it("that does not exist, or that belongs to another owner, and is called, is an error", async () => {
    domain("prod");
    expect(await failure(of({ prod: "today" }))).toBe("alias prod is gone");
    await put("prod", { description: "[fcp:0123456789ab:shop/prod/api]" });
    expect(await failure(of({ prod: "today" }))).toContain("(it belongs to shop/prod/api)");
    Object.assign(aliases()?.get("prod") ?? {}, { description: "by hand" });
    expect(await failure(of({ prod: "2020-01-01T00:00:00Z" }))).toContain("(it has no owner)");
  });

  it("without an owner follows a release that adopts", async () => {
    domain("prod");
    await put("prod", { description: "by hand" });
    await deleteFormerAliases(session(), inputs({ adopt: true }), body, { prod: "2020-01-01T00:00:00Z" });
    expect(aliases()?.get("prod")).toMatchObject({ versionId: "2", description: "by hand" });
  });
});
