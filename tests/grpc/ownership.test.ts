/**
 * Every resource checks the owner of its object in every call. Tested with the provider process. The tests compare the state of
 * the emulator before and after, and set owners there, by marks that are written out here.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as sdk from "@alicloud/fc20230330";
import { type Emulator, type StoredFunction } from "../../emulator";
import { hashCode } from "../../provider/code";
import type { Kind } from "../../provider/resources/tokens";
import { ByHand } from "../support/byHand";
import { Deployed } from "../support/deployed";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type ProviderProcess } from "../support/providerProcess";

/** The mark of an owner that is not a stack of these tests. */
const MALLORY = "0123456789ab:shop/prod/web";
const OWNER_TAG = "pulumi-alicloud-fc-owner";

let emulator: Emulator;
let provider: ProviderProcess;
let folder: string;
let close: EmulatedProvider["close"];
let api: ByHand;
let deleteFunctionInUse: Emulator["options"]["deleteFunctionInUse"];

beforeAll(async () => {
  ({ emulator, provider, folder, close } = await startEmulatedProvider("ownership"));
  api = new ByHand(emulator);
  ({ deleteFunctionInUse } = emulator.options);
});

afterAll(() => close());

beforeEach(() => {
  emulator.store.functions.clear();
  emulator.options.deleteFunctionInUse = deleteFunctionInUse;
});

const deployed = (kind: Kind, stack = "dev") =>
  new Deployed(provider, kind, { region: emulator.region, accountId: emulator.accountId, stack });

const functionArgs = () => ({
  functionName: "api",
  runtime: "nodejs20",
  handler: "index.handler",
  code: { path: "./src", hash: hashCode("./src", folder) },
});
const versionArgs = { functionName: "api", fingerprint: "f1:a" };
const aliasArgs = { functionName: "api", aliasName: "prod", versionId: "1" };
const releaseArgs = { functionName: "api", aliasName: "prod", versionId: "1", fingerprint: "f1:a" };
const triggerArgs = { functionName: "api", triggerName: "http", qualifier: "prod" };

function live(): StoredFunction {
  const entry = emulator.store.functions.get("api");
  if (entry === undefined) throw new Error("the function is gone");
  return entry;
}

const records = () =>
  JSON.stringify([...emulator.store.functions.values()], (_key, value: unknown) =>
    value instanceof Map ? [...(value as Map<string, unknown>)] : value,
  );

/** Awaits a refusal, and checks that nothing was changed. Returns the message. */
async function refused(run: Promise<unknown>): Promise<string> {
  const before = records();
  const message = await run.then(
    () => "it was not refused",
    (error: unknown) => String(error),
  );
  expect([message, records() === before]).toEqual([message, true]);
  return message;
}

/** Makes a function with published versions and without an owner, as if somebody had made it in the console. */
async function byHand(versions = 1): Promise<void> {
  await api.create("api");
  for (let n = 1; n <= versions; n++) {
    await api.update("api", { environmentVariables: { RELEASE: String(n) } });
    await api.publish("api");
  }
}

function putAlias(aliasName: string, description = "", more: { versionId?: string; weights?: object } = {}): void {
  const time = "2020-01-01T00:00:00Z";
  live().aliases.set(aliasName, {
    ...{ aliasName, description, versionId: more.versionId ?? "1", createdTime: time, lastModifiedTime: time },
    additionalVersionWeight: { ...more.weights },
  });
}

async function putTrigger(triggerName: string, qualifier: string, description = "", authType = "function") {
  const body = new sdk.CreateTriggerInput({
    ...{ triggerName, triggerType: "http", qualifier, description },
    triggerConfig: JSON.stringify({ authType, methods: ["GET"], disableURLInternet: false }),
  });
  await api.settled(api.sdk.createTriggerWithOptions("api", new sdk.CreateTriggerRequest({ body }), {}, api.runtime));
}

/** Creates an alias by a resource, which prints its name. */
async function printAlias(aliasName: string): Promise<void> {
  await api.publish("api");
  await deployed("Alias").up({ ...aliasArgs, aliasName });
}

/** Waits until the provider prints a line with the text, and returns the lines from a position on. */
async function linesUntil(text: string, from: number): Promise<string[]> {
  const end = performance.now() + 10_000;
  for (;;) {
    const printed = provider.errors().slice(from);
    if (printed.includes(text)) return printed.split("\n");
    if (performance.now() > end) throw new Error(`${text} was not printed: ${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("an object that another stack deleted and created again under the same name", () => {
  it("a function: a refresh removes it from state, the next run refuses the new one, a destroy does not delete it", async () => {
    const [ours, stale, theirs] = [deployed("Function"), deployed("Function"), deployed("Function", "prod")];
    await ours.up(functionArgs());
    [stale.id, stale.state] = [ours.id, ours.state];
    await api.delete("api");
    await theirs.up(functionArgs());
    const before = records();
    expect(await ours.refresh()).toBe(false);
    expect(await refused(ours.up({ ...functionArgs(), timeout: 9 }))).toContain("it belongs to shop/prod/api");
    expect(await refused(stale.up({ ...functionArgs(), timeout: 9 }))).toContain("it belongs to shop/prod/api");
    await stale.destroy();
    expect(records()).toBe(before);
  });

  it("a function whose owner tag now names another stack belongs to the other stack", async () => {
    const ours = deployed("Function");
    await ours.up(functionArgs());
    live().tags = [{ key: OWNER_TAG, value: MALLORY }];
    expect(await refused(ours.up({ ...functionArgs(), timeout: 9 }))).toContain("it belongs to shop/prod/web");
    expect(await ours.refresh()).toBe(false);
  });

  it.each<[Kind, object]>([
    ["Alias", aliasArgs],
    ["Release", releaseArgs],
  ])("an alias (%s)", async (kind, args) => {
    await byHand(2);
    const ours = deployed(kind);
    await ours.up({ ...args });
    for (const description of [`text [fcp:${MALLORY}]`, "by hand"]) {
      putAlias("prod", description, { versionId: "2" });
      const stale = deployed(kind);
      [stale.id, stale.state] = [ours.id, ours.state];
      const whose = description === "by hand" ? "it has no owner" : "it belongs to shop/prod/web";
      const before = records();
      const kept = await stale.refresh();
      // A release stays in state without its alias, because state has what the release remembers of its versions.
      expect([kept, stale.state?.["live"]]).toEqual(kind === "Release" ? [true, {}] : [false, undefined]);
      expect(await refused(stale.up({ ...args, description: "mine" }))).toContain(whose);
      [stale.id, stale.state] = [ours.id, ours.state];
      expect(await refused(stale.up({ ...args, description: "mine" }))).toContain(whose);
      await stale.destroy();
      expect(records()).toBe(before);
    }
  });

  it("a trigger", async () => {
    await byHand();
    putAlias("prod");
    const ours = deployed("HttpTrigger");
    await ours.up(triggerArgs);
    const trigger = live().triggers.get("http");
    if (trigger === undefined) throw new Error("no trigger");
    for (const description of [`[fcp:${MALLORY}]`, "by hand"]) {
      Object.assign(trigger, { description, triggerId: "another" });
      const stale = deployed("HttpTrigger");
      [stale.id, stale.state] = [ours.id, ours.state];
      const whose = description === "by hand" ? "it has no owner" : "it belongs to shop/prod/web";
      expect(await stale.refresh()).toBe(false);
      expect(await refused(stale.up({ ...triggerArgs, methods: ["GET"] }))).toContain(whose);
      const before = records();
      [stale.id, stale.state] = [ours.id, ours.state];
      await stale.destroy();
      expect(records()).toBe(before);
    }
  });

  it("a version of a function that was created again does not belong to the stack, although it has the same number", async () => {
    await byHand(0);
    const ours = deployed("Version");
    await ours.up(versionArgs);
    await api.delete("api");
    await byHand();
    Object.assign(live().versions.get("1") ?? {}, { createdTime: "2020-01-01T00:00:00Z" });
    const stale = deployed("Version");
    [stale.id, stale.state] = [ours.id, ours.state];
    expect(await ours.refresh()).toBe(false);
    await stale.destroy();
    expect([...live().versions.keys()]).toEqual(["1"]);
  });

  it("an object that lost only its owner text still belongs to the stack", async () => {
    const [fn, alias, trigger] = [deployed("Function"), deployed("Alias"), deployed("HttpTrigger")];
    await fn.up(functionArgs());
    await api.publish("api");
    await alias.up(aliasArgs);
    await trigger.up(triggerArgs);
    live().tags = [];
    for (const object of [live().aliases.get("prod"), live().triggers.get("http")]) {
      Object.assign(object ?? {}, { description: "" });
    }
    for (const object of [fn, alias, trigger]) expect(await object.refresh()).toBe(true);
    await trigger.destroy();
    await alias.destroy();
    expect([live().triggers.size, live().aliases.size]).toEqual([0, 0]);
    await fn.up({ ...functionArgs(), timeout: 9 });
    expect(live().tags).toHaveLength(1);
  });
});

describe.each(["cascade", "refuse"] as const)("a destroy of a function, if the service would %s", (inUse) => {
  let ours: Deployed;

  beforeEach(async () => {
    emulator.options.deleteFunctionInUse = inUse;
    ours = deployed("Function");
    await ours.up(functionArgs());
    await api.publish("api");
  });

  it.each<[string, () => void | Promise<void>]>([
    ["alias theirs (of shop/prod/web)", () => putAlias("theirs", `[fcp:${MALLORY}]`)],
    ["alias hand (without an owner)", () => putAlias("hand", "by hand")],
    ["trigger theirs (of shop/prod/web)", () => putTrigger("theirs", "LATEST", `[fcp:${MALLORY}]`)],
    ["trigger hand (without an owner)", () => putTrigger("hand", "LATEST")],
    [
      "version 2 (of shop/prod/web)",
      async () => {
        await api.update("api", { timeout: 9 });
        await api.publish("api", `[fcp:${MALLORY}|0123456789abcdef]`);
      },
    ],
  ])("refuses and deletes nothing: %s", async (named, put) => {
    await put();
    expect(await refused(ours.destroy())).toContain(`function api cannot be deleted: ${named} would be deleted too`);
  });

  it("deletes no version if the service refuses the deletion of the function for another reason", async () => {
    live().provisionConfigs.set("LATEST", {} as never);
    expect(await refused(ours.destroy())).toContain("ProvisionConfigExist");
  });

  it("also deletes the objects of this stack on the function, and versions without an owner", async () => {
    const [alias, version] = [deployed("Alias"), deployed("Version")];
    await alias.up(aliasArgs);
    await api.update("api", { timeout: 9 });
    await version.up(versionArgs);
    await deployed("HttpTrigger").up(triggerArgs);
    await ours.destroy();
    expect(emulator.store.functions.size).toBe(0);
  });
});

describe("a version", () => {
  it("a version of another stack with the same content is used, and a destroy does not delete it", async () => {
    await byHand(0);
    // If the service publishes equal content again, each stack has a separate version.
    const own = emulator.options.publishGuard === "off" ? ["2", ["2"]] : ["1", []];
    const [theirs, ours] = [deployed("Version", "prod"), deployed("Version")];
    await theirs.up(versionArgs);
    await ours.up(versionArgs);
    expect([ours.state?.["versionId"], ours.state?.["published"]]).toEqual(own);
    expect(await ours.refresh()).toBe(true);
    await ours.destroy();
    expect([...live().versions.keys()]).toEqual(["1"]);
    await theirs.destroy();
    expect(live().versions.size).toBe(0);
  });

  it("a version of another stack is not deleted by a promotion", async () => {
    await byHand(0);
    const publish = async (stack: string, n: string) => {
      await api.update("api", { environmentVariables: { RELEASE: n } });
      await deployed("Version", stack).up({ ...versionArgs, fingerprint: `f1:${n}` });
    };
    for (const [stack, n] of [
      ["prod", "1"],
      ["dev", "2"],
      ["prod", "3"],
      ["dev", "4"],
      ["dev", "5"],
    ] as const) {
      await publish(stack, n);
    }
    const release = deployed("Release");
    const args = { functionName: "api", aliasName: "prod", keep: 0, strategy: "direct" };
    for (const n of ["2", "5"]) await release.up({ ...args, versionId: n, fingerprint: `f1:${n}` });
    // Versions 1 and 3 belong to another stack. A rollback would go back to 2. Nothing needs 4.
    expect([...live().versions.keys()]).toEqual(["1", "2", "3", "5"]);
  });

  describe("that a custom domain names", () => {
    /** A domain routed to a version or alias, and releases that leave versions 2 and 3 behind. */
    const domain = (qualifier: string) => {
      const routeConfig = { routes: [{ path: "/*", functionName: "api", qualifier }] };
      const times = { createdTime: "2026-01-01T00:00:00Z", lastModifiedTime: "2026-01-01T00:00:00Z" };
      const config = { protocol: "HTTP", routeConfig };
      emulator.store.customDomains.set("www.example.com", { domainName: "www.example.com", config, ...times });
    };
    const promote = async () => {
      await byHand(0);
      const [version, release] = [deployed("Version"), deployed("Release")];
      const args = { functionName: "api", aliasName: "prod", keep: 0 };
      for (const n of ["1", "2", "3", "4", "5"]) {
        await api.update("api", { environmentVariables: { RELEASE: n } });
        await version.up({ ...versionArgs, fingerprint: `f1:${n}` });
        await release.up({
          ...args,
          versionId: n,
          fingerprint: `f1:${n}`,
          ...(n === "5" ? { strategy: "direct" } : {}),
        });
      }
      return release;
    };

    afterEach(() => {
      emulator.store.customDomains.clear();
      emulator.faults.clear();
    });

    it("is not pruned", async () => {
      domain("2");
      await promote();
      // A rollback would go back to version 1, and a revert to 4. Nothing needs 3.
      expect([...live().versions.keys()]).toEqual(["1", "2", "4", "5"]);
    });

    it.each([["ListCustomDomains"], ["ListAsyncInvokeConfigs"]])(
      "if %s is refused, no old version is deleted",
      async (operation) => {
        const action = { kind: "reject", status: 403, code: "AccessDenied", message: "as the test asked" } as const;
        emulator.faults.add({ operation, times: Infinity, action });
        await promote();
        expect([...live().versions.keys()]).toEqual(["1", "2", "3", "4", "5"]);
      },
    );

    it("nor is a version with an asynchronous invocation configuration", async () => {
      const path = "/functions/api/async-invoke-config?qualifier=2";
      const request = { method: "PUT", path, body: { maxAsyncRetryAttempts: 1 } };
      emulator.faults.add({ operation: "ListTriggers", nth: 1, action: { kind: "outOfBand", request } });
      await promote();
      expect([...live().versions.keys()]).toEqual(["1", "2", "4", "5"]);
    });

    it("nor is a version that an alias names since an earlier deletion of the same run", async () => {
      const request = { method: "POST", path: "/functions/api/aliases", body: { aliasName: "z", versionId: "2" } };
      emulator.faults.add({ operation: "DeleteFunctionVersion", nth: 1, action: { kind: "outOfBand", request } });
      const release = await promote();
      expect([...live().versions.keys()]).toEqual(["1", "2", "4", "5"]);
      expect(release.state?.["keptVersions"]).toEqual(["5", "4", "2", "1"]);
    });

    it("nor is a version that an alias names since a refused deletion of the same version", async () => {
      const request = { method: "POST", path: "/functions/api/aliases", body: { aliasName: "z", versionId: "3" } };
      emulator.faults.add({ operation: "DeleteFunctionVersion", nth: 1, action: { kind: "outOfBand", request } });
      const busy = { kind: "reject", status: 429, code: "ResourceThrottled", message: "slower" } as const;
      emulator.faults.add({ operation: "DeleteFunctionVersion", nth: 1, action: busy });
      await promote();
      expect([...live().versions.keys()]).toEqual(["1", "3", "4", "5"]);
    });

    it("an alias with a former name that a custom domain uses stays until the domain uses the new name", async () => {
      await byHand();
      const release = deployed("Release");
      await release.up(releaseArgs);
      domain("prod");
      await release.up({ ...releaseArgs, aliasName: "live" });
      expect([...live().aliases.keys()].sort()).toEqual(["live", "prod"]);
      domain("live");
      await release.up({ ...releaseArgs, aliasName: "live" });
      expect([...live().aliases.keys()]).toEqual(["live"]);
    });
  });

  it("a version that an alias names since the deletion of another version of the same resource is not deleted", async () => {
    const version = deployed("Version");
    await api.create("api");
    for (const n of ["1", "2", "3"]) {
      await api.update("api", { environmentVariables: { RELEASE: n } });
      await version.up({ ...versionArgs, fingerprint: `f1:${n}` });
    }
    const request = { method: "POST", path: "/functions/api/aliases", body: { aliasName: "z", versionId: "2" } };
    emulator.faults.add({ operation: "DeleteFunctionVersion", nth: 1, action: { kind: "outOfBand", request } });
    await version.destroy();
    emulator.faults.clear();
    expect([...live().versions.keys()]).toEqual(["2"]);
  });

  it("a version that an alias uses is not deleted, and the message states that it is deleted later", async () => {
    const version = deployed("Version");
    await byHand(0);
    await version.up(versionArgs);
    putAlias("hand");
    await version.destroy();
    expect([...live().versions.keys()]).toEqual(["1"]);
  });
});

describe("a release with a new aliasName", () => {
  it("refuses an alias without an owner, and keeps the old alias", async () => {
    await byHand(2);
    const release = deployed("Release");
    await release.up(releaseArgs);
    putAlias("live", "", { versionId: "2" });
    expect(await refused(release.up({ ...releaseArgs, aliasName: "live" }))).toContain(
      "alias live of function api (api): an alias of this name exists already, and it has no owner",
    );
    await release.up({ ...releaseArgs, aliasName: "live", adopt: true });
    expect([...live().aliases.keys()]).toEqual(["live"]);
  });

  it("keeps the old alias until no trigger calls it", async () => {
    await byHand();
    const [release, trigger] = [deployed("Release"), deployed("HttpTrigger")];
    await release.up(releaseArgs);
    await trigger.up(triggerArgs);
    await release.up({ ...releaseArgs, aliasName: "live" });
    expect([...live().aliases.keys()].sort()).toEqual(["live", "prod"]);
    await trigger.up({ ...triggerArgs, qualifier: "live" });
    await release.up({ ...releaseArgs, aliasName: "live" });
    expect([...live().aliases.keys()]).toEqual(["live"]);
    const before = emulator.mutations().length;
    await release.up({ ...releaseArgs, aliasName: "live" });
    expect(emulator.mutations().length).toBe(before);
  });

  it("a destroy also deletes the old alias", async () => {
    await byHand();
    const release = deployed("Release");
    await release.up(releaseArgs);
    await putTrigger("hand", "prod");
    await release.up({ ...releaseArgs, aliasName: "live" });
    live().triggers.clear();
    await release.destroy();
    expect(live().aliases.size).toBe(0);
  });
});

describe("an alias that a trigger of somebody else calls", () => {
  it.each<[Kind, object]>([
    ["Alias", aliasArgs],
    ["Release", releaseArgs],
  ])("is not deleted (%s), because callers of the trigger would get errors", async (kind, args) => {
    await byHand();
    const ours = deployed(kind);
    await ours.up({ ...args });
    await putTrigger("hand", "prod");
    const message = await refused(ours.destroy());
    expect(message).toContain("alias prod of function api");
    expect(message).toContain(
      "cannot be deleted: trigger hand (without an owner) calls it. The alias was not deleted.",
    );
    live().triggers.clear();
    await ours.destroy();
    expect(live().aliases.size).toBe(0);
  });

  it("is deleted together with a trigger of the same stack", async () => {
    await byHand();
    const [alias, trigger] = [deployed("Alias"), deployed("HttpTrigger")];
    await alias.up(aliasArgs);
    await trigger.up(triggerArgs);
    await alias.destroy();
    expect(live().aliases.size).toBe(0);
  });

  it("a rejected version gets no traffic from the alias with the former name either", async () => {
    await byHand(2);
    const release = deployed("Release");
    await release.up(releaseArgs);
    const next = { ...releaseArgs, versionId: "2", fingerprint: "f1:b" };
    await release.up(next);
    await putTrigger("hand", "prod");
    await release.up({ ...next, aliasName: "live" });
    const weights = () => [...live().aliases.values()].map((alias) => [alias.aliasName, alias.additionalVersionWeight]);
    expect(weights().sort()).toEqual([
      ["live", { "2": 0.05 }],
      ["prod", { "2": 0.05 }],
    ]);
    await release.up({ ...next, aliasName: "live", weight: 50 });
    expect(weights().sort()).toEqual([
      ["live", { "2": 0.5 }],
      ["prod", { "2": 0.05 }],
    ]);
    await release.up({ ...next, aliasName: "live", reject: "v2" });
    expect(weights().sort()).toEqual([
      ["live", {}],
      ["prod", {}],
    ]);
  });
});

it("a run names the settings that it sets back, once", async () => {
  const ours = deployed("Function");
  await ours.up(functionArgs());
  await api.update("api", { memorySize: 1024, environmentVariables: { HAND: "1" } });
  const from = provider.errors().length;
  await ours.up({ ...functionArgs(), timeout: 9 });
  await ours.up({ ...functionArgs(), timeout: 10 });
  // Prints one more line. When this line has arrived, the lines of the runs have arrived too.
  await printAlias("last");
  const lines = await linesUntil("new alias last", from);
  expect(lines.filter((line) => line.includes("differ from state"))).toEqual([
    expect.stringContaining(
      "warning: function api: memorySize, environmentVariables differ from state: changed by hand, by another program, or by a run that did not end. This run sets them back",
    ),
  ]);
});

it("a run after an interrupted run lists no settings, because the function has the settings of the program", async () => {
  const ours = deployed("Function");
  await ours.up(functionArgs());
  mkdirSync(join(folder, "next"), { recursive: true });
  writeFileSync(join(folder, "next", "index.js"), "exports.handler = async () => 'next';");
  const next = { ...functionArgs(), timeout: 9, code: { path: "./next", hash: hashCode("./next", folder) } };
  const before = ours.state;
  const from = provider.errors().length;
  await ours.up(next);
  ours.state = before;
  await ours.up(next);
  await printAlias("end");
  const lines = await linesUntil("new alias end", from);
  expect(lines.filter((line) => line.includes("differ from state"))).toEqual([]);
});

describe("a function whose owner is this resource, and that is not in state", () => {
  it("with a container image, without versions: taken over, because an interrupted create left it", async () => {
    const image = { functionName: "api", runtime: "custom-container", handler: "h" };
    const args = { ...image, customContainerConfig: { image: "registry.example/api:1" } };
    await deployed("Function").up(args);
    const again = deployed("Function");
    await again.up(args);
    expect(again.state).toMatchObject({ functionName: "api" });
    const other = { ...args, customContainerConfig: { image: "registry.example/api:2" } };
    expect(await refused(deployed("Function").up(other))).toContain("with another value of customContainerConfig. ");
  });

  it("with the same settings, without versions: taken over, because an interrupted create left it", async () => {
    const interrupted = deployed("Function");
    await interrupted.up(functionArgs());
    const again = deployed("Function");
    await again.up(functionArgs());
    expect(again.state).toMatchObject({ functionId: interrupted.state?.["functionId"] });
  });

  it.each([
    ["a version", async () => void (await api.publish("api")), "version 1"],
    [
      "an alias",
      async () => {
        await api.publish("api");
        await api.createAlias("api", "prod", { versionId: "1" });
      },
      "alias prod",
    ],
  ])(
    "with %s on it: refused, because it may belong to a stack of the same name in another backend",
    async (_what, make, named) => {
      await deployed("Function").up(functionArgs());
      await make();
      const message = await refused(deployed("Function").up(functionArgs()));
      expect(message).toContain(named);
      expect(message).toContain("Its owner is this resource (shop/dev/api)");
      expect(message).toContain(
        "in another backend created it. Nothing was changed. If it belongs to this stack, set adopt: true",
      );
      const adopting = deployed("Function");
      await adopting.up({ ...functionArgs(), adopt: true });
      expect(adopting.state).toMatchObject({ functionName: "api" });
    },
  );

  it.each([
    ["timeout", { timeout: 7 }],
    ["environmentVariables", { environmentVariables: { COLOUR: "green" } }],
    ["code", { code: { path: "./other", hash: "" } }],
  ])("with another %s: refused, because it may belong to another stack", async (setting, change) => {
    await deployed("Function").up(functionArgs());
    mkdirSync(join(folder, "other"), { recursive: true });
    writeFileSync(join(folder, "other", "index.js"), "exports.handler = async () => 'other';");
    if ("code" in change) change.code.hash = hashCode("./other", folder);
    expect(await refused(deployed("Function").up({ ...functionArgs(), ...change }))).toContain(
      `with another value of ${setting}. `,
    );
  });
});

describe("an error names the owner as project, stack and resource name", () => {
  it.each<[Kind, object]>([
    ["Alias", aliasArgs],
    ["Release", releaseArgs],
    ["HttpTrigger", triggerArgs],
  ])("%s", async (kind, args) => {
    await byHand();
    if (kind === "HttpTrigger") putAlias("prod");
    await deployed(kind, "prod").up({ ...args });
    const message = await refused(deployed(kind).up({ ...args, description: "mine", adopt: true }));
    expect(message).toContain("it belongs to shop/prod/api");
    expect(message).toMatch(
      /clear its description (\(this also removes the rejections that a release remembers\) )?and set adopt: true to take it over/,
    );
  });
});

describe("adopt", () => {
  const settings = {
    environmentVariables: { TOKEN: "hunter2" },
    role: "acs:ram::1234567890123456:role/fc",
    layers: ["acs:fc:cn-hangzhou:official:layers/Nodejs20/versions/1"],
    description: "by hand",
    tags: [{ key: "team", value: "web" }] as never[],
    memorySize: 1024,
    cpu: 0.7,
  };

  it("adoption of a function that would change settings is refused, and the error lists these settings", async () => {
    await api.create("api", settings);
    const message = await refused(deployed("Function").up({ ...functionArgs(), adopt: true }));
    for (const name of ["environmentVariables", "role", "layers", "description", "tags.team", "memorySize", "cpu"]) {
      expect(message).toMatch(new RegExp(`: (\\S+, )*${name.replace(".", "\\.")}[,.]`));
    }
    expect(message).not.toContain("hunter2");
    expect(message).not.toMatch(/timeout|diskSize|instanceConcurrency/);
  });

  it("the error lists single environment variables; settings that the program has may change", async () => {
    await api.create("api", settings);
    const { tags: _tags, ...others } = settings;
    const mentioned = { ...functionArgs(), ...others, tags: { team: "web" }, adopt: true };
    const partly = { ...mentioned, environmentVariables: { OTHER: "x" } };
    expect(await refused(deployed("Function").up(partly))).toContain(
      ": environmentVariables.TOKEN. Nothing was changed",
    );
    const ours = deployed("Function");
    await ours.up({ ...mentioned, environmentVariables: { TOKEN: "hunter2", OTHER: "x" } });
    expect(live().config).toMatchObject({ ...others, environmentVariables: { TOKEN: "hunter2", OTHER: "x" } });
    expect(
      live()
        .tags.map(({ key }) => key)
        .sort(),
    ).toEqual([OWNER_TAG, "team"]);
  });

  it("an explicit empty value in the program counts as mentioned", async () => {
    await api.create("api", { environmentVariables: { TOKEN: "hunter2" } });
    const { cpu, memorySize } = live().config;
    await deployed("Function").up({ ...functionArgs(), cpu, memorySize, environmentVariables: {}, adopt: true });
    expect(live().config["environmentVariables"]).toEqual({});
  });

  it("adoption of an alias does not remove its canary or description", async () => {
    await byHand(2);
    putAlias("prod", "by hand", { weights: { "2": 0.05 } });
    expect(await refused(deployed("Alias").up({ ...aliasArgs, adopt: true }))).toContain(
      "would change settings that the program does not mention: description, canary (version 2, 5 %)",
    );
    await deployed("Alias").up({
      ...{ ...aliasArgs, adopt: true, description: "by hand" },
      canary: { versionId: "2", weight: 5 },
    });
    expect(live().aliases.get("prod")?.description).toMatch(/^by hand \[fcp:[0-9a-f]{12}:shop\/dev\/api\]$/);
  });

  it("adoption by a release does not remove the description, and writes the owner even if nothing else changes", async () => {
    await byHand();
    putAlias("prod", "by hand");
    expect(await refused(deployed("Release").up({ ...releaseArgs, adopt: true }))).toContain(": description. Nothing");
    await deployed("Release").up({ ...releaseArgs, adopt: true, description: "by hand" });
    expect(await refused(deployed("Release", "prod").up({ ...releaseArgs, adopt: true }))).toContain(
      "it belongs to shop/dev/api",
    );
  });

  it("adoption of a trigger does not remove its authentication", async () => {
    await byHand();
    putAlias("prod");
    await putTrigger("http", "prod", "by hand", "anonymous");
    expect(await refused(deployed("HttpTrigger").up({ ...triggerArgs, adopt: true }))).toContain(
      "does not mention: authType, methods, description. Nothing was changed",
    );
    await deployed("HttpTrigger").up({
      ...{ ...triggerArgs, adopt: true, authType: "anonymous", methods: ["GET"], description: "by hand" },
    });
    expect(live().triggers.get("http")?.description).toMatch(/^by hand \[fcp:[0-9a-f]{12}:shop\/dev\/api\]$/);
  });
});

it.each(["v1.2.3-RC1", "RELEASE 7]", "größe[x|y]", "100%"])(
  "owner and record are read from a description that also contains the fingerprint %j",
  async (fingerprint) => {
    await byHand(2);
    const args = { functionName: "api", aliasName: "prod", steps: [10, 50] };
    const release = deployed("Release");
    await release.up({ ...args, versionId: "1", fingerprint: "old" });
    await release.up({ ...args, versionId: "2", fingerprint });
    const description = live().aliases.get("prod")?.description ?? "";
    expect(description).toMatch(/^\[fcp:[0-9a-f]{12}:[a-z/]+\|[^\s[\]]+\]$/);
    const restored = deployed("Release");
    await restored.up({ ...args, versionId: "2", fingerprint });
    expect([restored.state?.["stable"], restored.state?.["candidate"]]).toEqual(["1", "2"]);
  },
);
