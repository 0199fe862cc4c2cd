/** What is read and written for an HTTP trigger, in which order, and what is refused. Real SDK over HTTP, simulated time. */
import { type HttpTriggerInputs, checkHttpTrigger } from "../../provider/core/trigger";
import { deleteTrigger, reconcileTrigger, triggerClaim } from "../../provider/reconcile/trigger";
import { checked, emulator, failure, requests, session, triggers, warnings, useService } from "./service";

useService();

const inputs = (own: object = {}): HttpTriggerInputs =>
  checked(checkHttpTrigger, { triggerName: "http", qualifier: "LATEST", ...own });

const live = () => triggers()?.get("http");
const change = (own: object) => void Object.assign(live() ?? {}, own);
const busy = { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" } as const;

/** Before the `nth` read of the trigger, somebody else changes or deletes it. */
function meanwhile(own: object | undefined, nth = 2): void {
  const run = () => (own === undefined ? void triggers()?.clear() : change(own));
  emulator.faults.add({ operation: "GetTrigger", nth, action: { kind: "before", run } });
}

const LABEL = "HTTP trigger http of function api (api)";
const anonymous = { triggerConfig: '{"authType":"anonymous","methods":["GET"]}' };

describe("a new trigger", () => {
  it("is read, written and read back", async () => {
    const made = await reconcileTrigger(session(), inputs());
    expect(requests()).toEqual(["GetTrigger", "CreateTrigger", "GetTrigger"]);
    expect(made.triggerId).toBe(live()?.triggerId);
    await reconcileTrigger(session(), inputs(), made);
    expect(requests()).toEqual(["GetTrigger"]);
  });

  it.each([
    ["2", ["GetTrigger", "GetFunction", "CreateTrigger", "GetTrigger"]],
    ["prod", ["GetTrigger", "GetAlias", "CreateTrigger", "GetTrigger"]],
  ])("of qualifier %s reads first whether it exists", async (qualifier, expected) => {
    await session().api.createAlias("api", "prod", { versionId: "1", additionalVersionWeight: {}, description: "" });
    requests();
    const made = await reconcileTrigger(session(), inputs({ qualifier }));
    expect(requests()).toEqual(expected);
    await reconcileTrigger(session(), inputs({ qualifier }), made);
    expect(requests()).toEqual(["GetTrigger"]);
  });

  it.each([
    ["9", "version 9"],
    ["prod", "alias prod"],
  ])("of qualifier %s, which does not exist, is refused", async (qualifier, what) => {
    expect(await failure(reconcileTrigger(session(), inputs({ qualifier })))).toBe(
      `${LABEL}: ${what}, its qualifier, does not exist in function api, so nothing was changed. Name an alias or a version ` +
        "that exists, or create it in the same program",
    );
  });

  it.each(["AliasNotFound", "VersionNotFound"])("is sent again after the refusal %s", async (code) => {
    const action = { kind: "reject", status: 404, code, message: "not found" } as const;
    emulator.faults.add({ operation: "CreateTrigger", action });
    await reconcileTrigger(session(), inputs());
    expect(requests()).toEqual(["GetTrigger", "CreateTrigger", "GetTrigger", "CreateTrigger", "GetTrigger"]);
  });

  it("that an earlier request made is not made again", async () => {
    const action = { kind: "applyThenReject", status: 409, code: "TriggerAlreadyExists", message: "exists" } as const;
    emulator.faults.add({ operation: "CreateTrigger", action });
    await reconcileTrigger(session(), inputs());
    expect(requests()).toEqual(["GetTrigger", "CreateTrigger", "GetTrigger"]);
  });

  it("that no read shows is in state", async () => {
    const stale = { kind: "stale", changes: 1 } as const;
    emulator.faults.add({ operation: "GetTrigger", times: Number.POSITIVE_INFINITY, action: stale });
    const outputs = { triggerName: "http", qualifier: "LATEST", triggerId: "" };
    await expect(reconcileTrigger(session(), inputs())).rejects.toMatchObject({ name: "Unfinished", outputs });
    emulator.faults.clear();
    const known = { ...inputs(), triggerId: live()?.triggerId ?? "none" };
    const former = { description: live()?.description };
    const late = { kind: "before", run: () => change(former) } as const;
    emulator.faults.add({ operation: "GetTrigger", times: Number.POSITIVE_INFINITY, action: late });
    await expect(reconcileTrigger(session(), inputs({ description: "new" }), known)).rejects.toMatchObject({
      name: "Unfinished",
      message: expect.stringContaining(LABEL) as string,
      outputs: { triggerId: known.triggerId },
    });
  });
});

describe("a trigger that exists", () => {
  it("without an owner is refused, and adopted only if nothing is lost", async () => {
    await reconcileTrigger(session(), inputs());
    change({ description: "by hand" });
    expect(await failure(reconcileTrigger(session(), inputs()))).toBe(
      `${LABEL}: a trigger of this name exists already, and it has no owner. Nothing was changed. Choose another triggerName, ` +
        "or set adopt: true to take it over",
    );
    expect(await failure(reconcileTrigger(session(), inputs({ adopt: true })))).toContain(
      "does not mention: description.",
    );
    await reconcileTrigger(session(), inputs({ adopt: true, description: "by hand" }));
    expect(live()?.description).toMatch(/^by hand \[fcp:/);
  });

  it("of another owner is refused with the way to take it over", async () => {
    await reconcileTrigger(session(), inputs());
    change({ description: "[fcp:0123456789ab:shop/prod/api]" });
    expect(await failure(reconcileTrigger(session(), inputs()))).toContain(
      "or clear its description and set adopt: true",
    );
  });

  it("of another type is refused", async () => {
    await reconcileTrigger(session(), inputs());
    change({ triggerType: "timer" });
    expect(await failure(reconcileTrigger(session(), inputs({ description: "new" })))).toBe(
      `${LABEL}: a trigger of type timer has this name already. Nothing was changed. Choose another triggerName`,
    );
  });

  it("is updated", async () => {
    const made = await reconcileTrigger(session(), inputs());
    requests();
    await reconcileTrigger(session(), inputs({ authType: "anonymous" }), made);
    expect(requests()).toEqual(["GetTrigger", "UpdateTrigger", "GetTrigger"]);
    expect(live()?.triggerConfig).toContain('"authType":"anonymous"');
  });
});

describe("a change by somebody else while the trigger is written", () => {
  const disturbed = (what: string) =>
    `${LABEL}: somebody else ${what} it while this run was writing. This run did not change it back. Run pulumi up ` +
    "--refresh to see the change";
  let made: Awaited<ReturnType<typeof reconcileTrigger>>;
  const update = () => failure(reconcileTrigger(session(), inputs({ description: "new" }), made));

  beforeEach(async () => {
    made = await reconcileTrigger(session(), inputs());
  });

  it("of a setting is not changed back", async () => {
    meanwhile(anonymous);
    expect(await update()).toBe(disturbed("changed"));
    change({ triggerConfig: '{"authType":"function"}' });
    emulator.faults.add({ operation: "UpdateTrigger", action: busy });
    meanwhile(anonymous);
    expect(await update()).toBe(disturbed("changed"));
    expect(live()?.triggerConfig).toBe(anonymous.triggerConfig);
  });

  it("that deletes the trigger is not changed back", async () => {
    meanwhile(undefined);
    expect(await update()).toBe(disturbed("deleted"));
    expect(triggers()?.size).toBe(0);
    meanwhile(undefined);
    expect(await failure(reconcileTrigger(session(), inputs()))).toContain("reads showed the former values");
  });

  it("of a setting that the program does not have is kept", async () => {
    const found = live()?.triggerConfig ?? "";
    emulator.faults.add({ operation: "UpdateTrigger", action: busy });
    meanwhile({ triggerConfig: `${found.slice(0, -1)},"authConfig":"one"}` });
    expect(await update()).toBe("it did not fail");
    expect(live()?.description).toMatch(/^new /);
    expect(live()?.triggerConfig).toContain('"authConfig":"one"');
  });
});

describe("a trigger that is made while this run makes it", () => {
  it("with other settings is not changed", async () => {
    const owner = inputs().owner;
    const run = async () => {
      await reconcileTrigger(session(), inputs({ authType: "anonymous" }));
    };
    emulator.faults.add({ operation: "CreateTrigger", action: { kind: "before", run } });
    expect(await failure(reconcileTrigger(session(), inputs()))).toContain("somebody else changed it while");
    expect([live()?.description.includes(owner.slice(0, 12)), live()?.triggerConfig]).toEqual([true, expect.stringContaining("anonymous")]); // prettier-ignore
  });

  it("and is deleted after it was written, is not made again", async () => {
    const lost = { kind: "applyThenReset" } as const;
    emulator.faults.add({ operation: "CreateTrigger", action: lost });
    meanwhile(anonymous);
    expect(await failure(reconcileTrigger(session(), inputs()))).toContain("somebody else changed it while");
  });
});

describe("a deletion", () => {
  it("of a trigger that does not exist sends nothing", async () => {
    await deleteTrigger(session(), { ...inputs(), triggerId: "id" });
    expect(requests()).toEqual(["GetTrigger"]);
  });

  it("is read until the trigger is gone", async () => {
    const made = await reconcileTrigger(session(), inputs());
    requests();
    await deleteTrigger(session(), made);
    expect(requests()).toEqual(["GetTrigger", "DeleteTrigger", "GetTrigger"]);
  });

  it("leaves a trigger of another owner, with a warning", async () => {
    const made = await reconcileTrigger(session(), inputs());
    change({ description: "[fcp:0123456789ab:shop/prod/api]" });
    await deleteTrigger(session(), made);
    expect(warnings).toEqual([`${LABEL}: a trigger of this name belongs to shop/prod/api. It was not changed`]);
    expect(triggers()?.size).toBe(1);
  });

  it("is sent again after a request that did not arrive, unless another object has the name meanwhile", async () => {
    const made = await reconcileTrigger(session(), inputs());
    emulator.faults.add({ operation: "DeleteTrigger", action: { kind: "resetBefore" } });
    meanwhile({ description: "[fcp:0123456789ab:shop/prod/api]" });
    await deleteTrigger(session(), made);
    expect(triggers()?.size).toBe(1);
    change({ description: "" });
    emulator.faults.add({ operation: "DeleteTrigger", action: { kind: "resetBefore" } });
    await deleteTrigger(session(), made);
    expect(triggers()?.size).toBe(0);
  });
});

it("a trigger is recognised by its id, or else by its time of creation", () => {
  const time = { createdTime: "2026-01-01T00:00:00Z" };
  expect(triggerClaim(inputs(), undefined).known).toBeUndefined();
  expect(triggerClaim(inputs(), { ...time, triggerId: "id-1" }).known).toEqual({ identity: "id-1" });
  expect(triggerClaim(inputs(), time as never).known).toEqual({ identity: time.createdTime });
  expect(triggerClaim(inputs(), undefined)).toMatchObject({ kind: "a trigger", label: LABEL });
});
