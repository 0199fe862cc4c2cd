/** Provisioned instances, scaling, asynchronous calls, reserved concurrency, tags, calls that are disabled. */
import { setTimeout } from "node:timers/promises";
import * as fc from "@alicloud/fc20230330";
import { zipInput } from "../../emulator/support";
import { type Case, type Target, refusal } from "../case";

/** Reads of settings that were never set. */
const UNSET: [string, string, (t: Target, name: string) => Promise<unknown>][] = [
  ["asynchronous settings", "404 AsyncConfigNotExists", (t, name) => t.api.sdk.getAsyncInvokeConfigWithOptions(name, new fc.GetAsyncInvokeConfigRequest({}), {}, t.api.runtime)], // prettier-ignore
  ["reserved concurrency", "404 OnDemandConfigNotFound", (t, name) => t.api.sdk.getConcurrencyConfigWithOptions(name, {}, t.api.runtime)], // prettier-ignore
  ["provisioned instances", "accepted", (t, name) => t.api.sdk.getProvisionConfigWithOptions(name, new fc.GetProvisionConfigRequest({}), {}, t.api.runtime)], // prettier-ignore
];

/** One kind of setting: its four operations, the value to set, and the expected answer. */
interface Kind {
  readonly what: string;
  readonly put: (t: Target, name: string, qualifier?: string) => Promise<unknown>;
  readonly get: (t: Target, name: string, qualifier?: string) => Promise<{ readonly body?: object }>;
  readonly remove: (t: Target, name: string) => Promise<unknown>;
  /** Rows of the list of the function's settings. */
  readonly list: (t: Target, functionName: string) => Promise<readonly object[] | undefined>;
  readonly answered: object;
}

// prettier-ignore
const PROVISION: Kind = {
  what: "provisioned instances",
  put: (t, name, qualifier = "live") => t.api.sdk.putProvisionConfigWithOptions(name, new fc.PutProvisionConfigRequest({ qualifier, body: new fc.PutProvisionConfigInput({ defaultTarget: 1 }) }), {}, t.api.runtime),
  get: (t, name, qualifier = "live") => t.api.sdk.getProvisionConfigWithOptions(name, new fc.GetProvisionConfigRequest({ qualifier }), {}, t.api.runtime),
  remove: (t, name) => t.api.sdk.deleteProvisionConfigWithOptions(name, new fc.DeleteProvisionConfigRequest({ qualifier: "live" }), {}, t.api.runtime),
  list: async (t, functionName) => (await t.api.sdk.listProvisionConfigsWithOptions(new fc.ListProvisionConfigsRequest({ functionName }), {}, t.api.runtime)).body?.provisionConfigs,
  answered: { defaultTarget: 1 },
};

// prettier-ignore
const SCALING: Kind = {
  what: "scaling",
  put: (t, name, qualifier = "live") => t.api.sdk.putScalingConfigWithOptions(name, new fc.PutScalingConfigRequest({ qualifier, body: new fc.PutScalingConfigInput({ minInstances: 1 }) }), {}, t.api.runtime),
  get: (t, name, qualifier = "live") => t.api.sdk.getScalingConfigWithOptions(name, new fc.GetScalingConfigRequest({ qualifier }), {}, t.api.runtime),
  remove: (t, name) => t.api.sdk.deleteScalingConfigWithOptions(name, new fc.DeleteScalingConfigRequest({ qualifier: "live" }), {}, t.api.runtime),
  list: async (t, functionName) => (await t.api.sdk.listScalingConfigsWithOptions(new fc.ListScalingConfigsRequest({ functionName }), {}, t.api.runtime)).body?.scalingConfigs,
  answered: { minInstances: 1 },
};

// prettier-ignore
const ASYNC: Kind = {
  what: "asynchronous settings",
  put: (t, name, qualifier = "live") => t.api.sdk.putAsyncInvokeConfigWithOptions(name, new fc.PutAsyncInvokeConfigRequest({ qualifier, body: new fc.PutAsyncInvokeConfigInput({ maxAsyncRetryAttempts: qualifier === "live" ? 1 : 2 }) }), {}, t.api.runtime),
  get: (t, name, qualifier = "live") => t.api.sdk.getAsyncInvokeConfigWithOptions(name, new fc.GetAsyncInvokeConfigRequest({ qualifier }), {}, t.api.runtime),
  remove: (t, name) => t.api.sdk.deleteAsyncInvokeConfigWithOptions(name, new fc.DeleteAsyncInvokeConfigRequest({ qualifier: "live" }), {}, t.api.runtime),
  list: async (t, functionName) => (await t.api.sdk.listAsyncInvokeConfigsWithOptions(new fc.ListAsyncInvokeConfigsRequest({ functionName }), {}, t.api.runtime)).body?.configs,
  answered: { maxAsyncRetryAttempts: 1 },
};

// prettier-ignore
const CONCURRENCY: Kind = {
  what: "reserved concurrency",
  put: (t, name) => t.api.sdk.putConcurrencyConfigWithOptions(name, new fc.PutConcurrencyConfigRequest({ body: new fc.PutConcurrencyInput({ reservedConcurrency: 1 }) }), {}, t.api.runtime),
  get: (t, name) => t.api.sdk.getConcurrencyConfigWithOptions(name, {}, t.api.runtime),
  remove: (t, name) => t.api.sdk.deleteConcurrencyConfigWithOptions(name, {}, t.api.runtime),
  list: async (t, functionName) => (await t.api.sdk.listConcurrencyConfigsWithOptions(new fc.ListConcurrencyConfigsRequest({ functionName }), {}, t.api.runtime)).body?.configs,
  answered: { reservedConcurrency: 1 },
};

/** A function with version 1 and alias `live`. */
async function aliased(t: Target): Promise<string> {
  const name = await t.make();
  await t.api.publish(name);
  await t.api.createAlias(name, "live", { versionId: "1" });
  return name;
}

export const SETTINGS: Case[] = [
  ...[PROVISION, SCALING, ASYNC, CONCURRENCY].map((kind): Case => ({
    name: `${kind.what}: can be set, read, listed and removed`,
    source: "the SDK's operations and models",
    grade: "D",
    async run(t) {
      const name = await aliased(t);
      const other = await aliased(t);
      await kind.put(t, name);
      await kind.put(t, other);
      expect((await kind.get(t, name)).body).toMatchObject(kind.answered);
      expect(await kind.list(t, name)).toMatchObject([kind.answered]);
      await kind.remove(t, name);
      expect(await kind.list(t, name)).toEqual([]);
      await kind.remove(t, other);
    },
  })),
  {
    name: "settings of an alias are separate from those of LATEST",
    source: "the SDK's GetAsyncInvokeConfigRequest: a qualifier",
    grade: "D",
    async run(t) {
      const name = await aliased(t);
      await ASYNC.put(t, name);
      await ASYNC.put(t, name, "LATEST");
      expect((await ASYNC.get(t, name, "LATEST")).body).toMatchObject({ maxAsyncRetryAttempts: 2 });
      expect((await ASYNC.get(t, name)).body).toMatchObject(ASYNC.answered);
    },
  },
  {
    name: "reserved concurrency without a number is refused",
    source: "the SDK's PutConcurrencyInput has nothing else",
    grade: "E",
    async run(t) {
      const request = new fc.PutConcurrencyConfigRequest({ body: new fc.PutConcurrencyInput({}) });
      const put = t.api.sdk.putConcurrencyConfigWithOptions(await t.make(), request, {}, t.api.runtime);
      expect(await refusal(put)).toBe("400 InvalidArgument");
    },
  },
  ...[[PROVISION, "ProvisionConfigExist"] as const, [SCALING, "ResidentScalingConfigExists"] as const].map(
    ([kind, code]): Case => ({
      name: `a function with ${kind.what} cannot be deleted`,
      source: "error codes that fc3 and Terraform's provider react to; the status is open",
      grade: "C",
      switches: ["functionInUseStatus"],
      async run(t) {
        const name = await aliased(t);
        await kind.put(t, name);
        expect(await refusal(t.api.delete(name))).toBe(`${t.switches.functionInUseStatus} ${code}`);
        await kind.remove(t, name);
      },
    }),
  ),
  {
    name: "tags are listed",
    source: "the SDK's ListTagResourcesRequest",
    grade: "D",
    async run(t) {
      const name = await t.make({ tags: [new fc.Tag({ key: "a", value: "1" })] });
      const { functionArn = "" } = await t.api.get(name);
      const query = { resourceType: "function", resourceId: [functionArn] };
      const { body } = await t.api.sdk.listTagResourcesWithOptions(new fc.ListTagResourcesRequest(query), {}, t.api.runtime); // prettier-ignore
      expect(body?.tagResources).toMatchObject([{ resourceId: functionArn, tagKey: "a", tagValue: "1" }]);
    },
  },
  {
    name: "tags for a function of another account are refused",
    source: "an account has its own resources; the code is assumed",
    grade: "E",
    async run(t) {
      const name = await t.make();
      const resourceId = [`acs:fc:${t.region}:1:functions/${name}`];
      const body = new fc.TagResourcesInput({ resourceType: "function", resourceId, tag: [new fc.Tag({ key: "a" })] });
      const tagged = t.api.sdk.tagResourcesWithOptions(new fc.TagResourcesRequest({ body }), {}, t.api.runtime);
      expect(await refusal(tagged)).toMatch(/^4/);
    },
  },
  {
    name: "GetProvisionConfig answers without functionArn if nothing was set",
    source: "Terraform's provider",
    grade: "C",
    async run(t) {
      const request = new fc.GetProvisionConfigRequest({});
      const answer = await t.api.sdk.getProvisionConfigWithOptions(await t.make(), request, {}, t.api.runtime);
      expect([answer.body?.functionArn, answer.body?.target]).toEqual([undefined, 0]);
    },
  },
  {
    name: "a disabled function cannot be invoked until it is enabled again",
    source: "the SDK's DisableFunctionInvocation; code and status are open",
    grade: "D",
    async run(t) {
      const name = await t.make();
      const request = new fc.DisableFunctionInvocationRequest({ reason: "test" });
      await t.api.sdk.disableFunctionInvocationWithOptions(name, request, {}, t.api.runtime);
      expect(await refusal(t.api.invoke(name))).toMatch(/^4/);
      expect((await t.api.get(name)).invocationRestriction).toMatchObject({ disable: true, reason: "test" });
      await t.api.sdk.enableFunctionInvocationWithOptions(name, {}, t.api.runtime);
      expect((await t.api.invoke(name)).body).toBe("ok");
    },
  },
  ...UNSET.map(([what, expected, read]): Case => ({
    name: `a read of ${what} that were never set: ${expected}`,
    source: "Terraform's provider and error tables",
    grade: "C",
    async run(t) {
      expect(await refusal(read(t, await t.make()))).toBe(expected);
    },
  })),
  {
    name: "tags can be added, replaced, listed and removed",
    source: "the SDK's TagResourcesInput; Terraform's provider",
    grade: "C",
    async run(t) {
      const name = await t.make();
      const { functionArn = "" } = await t.api.get(name);
      const set = (key: string, value: string) => {
        const tags = { resourceType: "function", resourceId: [functionArn], tag: [new fc.Tag({ key, value })] };
        const request = new fc.TagResourcesRequest({ body: new fc.TagResourcesInput(tags) });
        return t.api.sdk.tagResourcesWithOptions(request, {}, t.api.runtime);
      };
      await set("a", "1");
      await set("b", "1");
      await set("a", "2");
      const gone = { resourceType: "function", resourceId: [functionArn], tagKey: ["b"] };
      await t.api.sdk.untagResourcesWithOptions(new fc.UntagResourcesRequest(gone), {}, t.api.runtime);
      expect((await t.api.get(name)).tags).toMatchObject([{ key: "a", value: "2" }]);
    },
  },
  {
    name: "instances can be provisioned for LATEST or an alias, not for a version",
    source: "Manage versions, documentation",
    grade: "B",
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      const body = new fc.PutProvisionConfigInput({ defaultTarget: 1 });
      const request = new fc.PutProvisionConfigRequest({ qualifier: "1", body });
      expect(await refusal(t.api.sdk.putProvisionConfigWithOptions(name, request, {}, t.api.runtime))).toMatch(/^400 /);
    },
  },
  {
    name: "whether the version of an asynchronous event is chosen when it is accepted, or at each attempt",
    source: "no source",
    grade: "E",
    switches: ["asyncDraw"],
    async run(t) {
      const name = await t.make({ code: zipInput({ "index.js": "exports.handler = async () => { throw new Error(process.env.V ?? '1'); };" }) }); // prettier-ignore
      await t.api.publish(name);
      await t.api.update(name, { environmentVariables: { V: "2" } });
      await t.api.publish(name);
      await t.api.createAlias(name, "live", { versionId: "1", additionalVersionWeight: { "2": 0.5 } });
      const body = new fc.PutAsyncInvokeConfigInput({ asyncTask: true, maxAsyncRetryAttempts: 8 });
      const config = new fc.PutAsyncInvokeConfigRequest({ qualifier: "live", body });
      await t.api.sdk.putAsyncInvokeConfigWithOptions(name, config, {}, t.api.runtime);
      const mixed = [];
      for (let event = 0; event < 6; event++) {
        const { headers } = await t.api.invoke(name, { type: "Async", qualifier: "live" });
        mixed.push((await versionsOf(t, name, headers["x-fc-request-id"] ?? "")).size > 1);
      }
      expect(mixed.includes(true)).toBe(t.switches.asyncDraw === "attempt");
    },
  },
  ...[
    { maxAsyncRetryAttempts: 9 },
    { maxAsyncRetryAttempts: -1 },
    { maxAsyncEventAgeInSeconds: 0 },
    { maxAsyncEventAgeInSeconds: 604_801 },
  ].map((input): Case => ({
    name: `asynchronous settings may not be ${JSON.stringify(input)}`,
    source: "the SDK's PutAsyncInvokeConfigInput",
    grade: "D",
    async run(t) {
      const request = new fc.PutAsyncInvokeConfigRequest({ body: new fc.PutAsyncInvokeConfigInput(input) });
      const put = t.api.sdk.putAsyncInvokeConfigWithOptions(await t.make(), request, {}, t.api.runtime);
      expect(await refusal(put)).toBe("400 InvalidArgument");
    },
  })),
  {
    name: "a function has at most 20 tags",
    source: "Terraform's provider",
    grade: "C",
    async run(t) {
      const tags = (count: number) => Array.from({ length: count }, (_, i) => new fc.Tag({ key: `k${i}`, value: "v" }));
      expect((await t.api.get(await t.make({ tags: tags(20) }))).tags).toHaveLength(20);
      expect(await refusal(t.make({ tags: tags(21) }))).toMatch(/^400 /);
    },
  },
  {
    name: "whether an asynchronous event may wait for 7 or 30 days",
    source: "the SDK's PutAsyncInvokeConfigInput; documents disagree",
    grade: "D",
    switches: ["largestEventAge"],
    async run(t) {
      const name = await t.make();
      const put = async (maxAsyncEventAgeInSeconds: number) => {
        const body = new fc.PutAsyncInvokeConfigInput({ maxAsyncEventAgeInSeconds });
        const request = new fc.PutAsyncInvokeConfigRequest({ body });
        return await refusal(t.api.sdk.putAsyncInvokeConfigWithOptions(name, request, {}, t.api.runtime));
      };
      const largest = Number(t.switches.largestEventAge);
      expect([await put(largest), await put(largest + 1)]).toEqual(["accepted", "400 InvalidArgument"]);
      await t.api.sdk.deleteAsyncInvokeConfigWithOptions(name, new fc.DeleteAsyncInvokeConfigRequest({}), {}, t.api.runtime); // prettier-ignore
    },
  },
];

/** The versions that the attempts of an event ran, found in their error messages. Waits for the last attempt. */
async function versionsOf(t: Target, name: string, taskId: string): Promise<Set<string>> {
  for (let reads = 0; reads < 500; reads++) {
    const request = new fc.GetAsyncTaskRequest({});
    const { body } = await t.api.sdk.getAsyncTaskWithOptions(name, taskId, request, {}, t.api.runtime);
    if ((body?.endTime ?? 0) > 0) {
      const failures = (body?.events ?? []).map(
        ({ eventDetail }) => /"errorMessage":"(\d)"/.exec(eventDetail ?? "")?.[1],
      );
      return new Set(failures.filter((version) => version !== undefined));
    }
    await setTimeout(100);
  }
  throw new Error(`the task ${taskId} of ${name} does not end`);
}
