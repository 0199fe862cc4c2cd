/** Tags, triggers, provisioned instances, scaling, asynchronous calls, concurrency, domains, layers, networks. */
import { setTimeout } from "node:timers/promises";
import * as fc from "@alicloud/fc20230330";
import { zipInput } from "../../emulator/support";
import { type Case, type Target, refusal } from "../case";

const HTTP = JSON.stringify({ authType: "anonymous", methods: ["GET"], disableURLInternet: false });

async function trigger(t: Target, name: string, input: Partial<fc.CreateTriggerInput> = {}): Promise<fc.Trigger> {
  const config = { triggerName: "http", triggerType: "http", triggerConfig: HTTP, ...input };
  const request = new fc.CreateTriggerRequest({ body: new fc.CreateTriggerInput(config) });
  return (await t.api.sdk.createTriggerWithOptions(name, request, {}, t.api.runtime)).body as fc.Trigger;
}

const removeTrigger = (t: Target, name: string, called = "http") =>
  t.api.sdk.deleteTriggerWithOptions(name, called, {}, t.api.runtime);

/** Reads of what was never set. */
const UNSET: [string, string, (t: Target, name: string) => Promise<unknown>][] = [
  ["asynchronous settings", "404 AsyncConfigNotExists", (t, name) => t.api.sdk.getAsyncInvokeConfigWithOptions(name, new fc.GetAsyncInvokeConfigRequest({}), {}, t.api.runtime)], // prettier-ignore
  ["reserved concurrency", "404 OnDemandConfigNotFound", (t, name) => t.api.sdk.getConcurrencyConfigWithOptions(name, {}, t.api.runtime)], // prettier-ignore
  ["provisioned instances", "accepted", (t, name) => t.api.sdk.getProvisionConfigWithOptions(name, new fc.GetProvisionConfigRequest({}), {}, t.api.runtime)], // prettier-ignore
  ["a trigger", "404 TriggerNotFound", (t, name) => t.api.sdk.getTriggerWithOptions(name, "http", {}, t.api.runtime)],
];

export const SETTINGS: Case[] = [
  {
    name: "provisioned instances that were never set are answered without functionArn",
    source: "Terraform's provider",
    grade: "C",
    async run(t) {
      const request = new fc.GetProvisionConfigRequest({});
      const answer = await t.api.sdk.getProvisionConfigWithOptions(await t.make(), request, {}, t.api.runtime);
      expect([answer.body?.functionArn, answer.body?.target]).toEqual([undefined, 0]);
    },
  },
  {
    name: "a trigger answers its id, what it calls and when it was made",
    source: "the SDK's Trigger",
    grade: "D",
    async run(t) {
      const name = await t.make();
      const targetArn = `acs:fc:${t.region}:${t.accountId}:functions/${name}`;
      const text = expect.stringMatching(/./) as string;
      expect(await trigger(t, name)).toMatchObject({
        targetArn,
        triggerId: text,
        createdTime: text,
        qualifier: "LATEST",
      });
    },
  },
  {
    name: "a custom domain is made, refused a second time, and gone",
    source: "the SDK's CustomDomain; error tables",
    grade: "B",
    async run(t) {
      const domainName = `${t.name("d").replaceAll("_", "-").toLowerCase()}.example.com`;
      const body = new fc.CreateCustomDomainInput({ domainName, protocol: "HTTP" });
      const make = () =>
        t.api.sdk.createCustomDomainWithOptions(new fc.CreateCustomDomainRequest({ body }), {}, t.api.runtime);
      await make();
      expect(await refusal(make())).toBe("409 DomainNameAlreadyExists");
      await t.api.sdk.deleteCustomDomainWithOptions(domainName, {}, t.api.runtime);
      const gone = t.api.sdk.getCustomDomainWithOptions(domainName, {}, t.api.runtime);
      expect(await refusal(gone)).toBe("404 DomainNameNotFound");
    },
  },
  {
    name: "a function that is disabled is not called until it is enabled again",
    source: "the SDK's DisableFunctionInvocation; code and status are open",
    grade: "D",
    async run(t) {
      const name = await t.make();
      const request = new fc.DisableFunctionInvocationRequest({ reason: "test" });
      await t.api.sdk.disableFunctionInvocationWithOptions(name, request, {}, t.api.runtime);
      expect(await refusal(t.api.invoke(name))).toMatch(/^4/);
      await t.api.sdk.enableFunctionInvocationWithOptions(name, {}, t.api.runtime);
      expect((await t.api.invoke(name)).body).toBe("ok");
    },
  },
  ...UNSET.map(([what, expected, read]): Case => ({
    name: `a read of ${what} that is not there: ${expected}`,
    source: "Terraform's provider and error tables",
    grade: "C",
    async run(t) {
      expect(await refusal(read(t, await t.make()))).toBe(expected);
    },
  })),
  {
    name: "tags are added, replaced, listed and taken away",
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
    name: "an HTTP trigger has an address that calls its qualifier",
    source: "HTTP triggers, documentation of 3.0",
    grade: "B",
    async run(t) {
      const name = await t.make();
      const { httpTrigger } = await trigger(t, name);
      const answer = await fetch(httpTrigger?.urlInternet ?? "");
      expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
      await removeTrigger(t, name);
    },
  },
  {
    name: "a trigger that exists is refused",
    source: "error codes that peers react to",
    grade: "C",
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      await trigger(t, name);
      expect(await refusal(trigger(t, name, { qualifier: "1" }))).toBe("409 TriggerAlreadyExists");
      await removeTrigger(t, name);
    },
  },
  {
    name: "one HTTP trigger per qualifier",
    source: "HTTP triggers, documentation",
    grade: "B",
    async run(t) {
      const name = await t.make();
      await trigger(t, name);
      expect(await refusal(trigger(t, name, { triggerName: "second" }))).toMatch(/^400 /);
      await removeTrigger(t, name);
    },
  },
  {
    name: "a function with a trigger is not deleted",
    source: "error table of 3.0; the status is open",
    grade: "B",
    switches: ["functionInUseStatus"],
    async run(t) {
      const name = await t.make();
      await trigger(t, name);
      expect(await refusal(t.api.delete(name))).toBe(`${t.switches.functionInUseStatus} FunctionNotEmpty`);
      await removeTrigger(t, name);
    },
  },
  {
    name: "an alias of a trigger can be deleted",
    source: "Manage aliases, documentation",
    grade: "B",
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      await t.api.createAlias(name, "live", { versionId: "1" });
      await trigger(t, name, { qualifier: "live" });
      await t.api.deleteAlias(name, "live");
      await removeTrigger(t, name);
    },
  },
  {
    name: "instances are provisioned for LATEST or an alias, not for a version",
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
    name: "an asynchronous event runs the version drawn when it was accepted, or a new one",
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
  {
    name: "the number of a deleted layer version is not used again",
    source: "the SDK's CreateLayerVersionInput; numbers rise",
    grade: "B",
    async run(t) {
      const layer = t.name("layer");
      const make = async () => {
        const body = new fc.CreateLayerVersionInput({ code: zipInput({ x: "" }), compatibleRuntime: ["nodejs20"] });
        const request = new fc.CreateLayerVersionRequest({ body });
        return (await t.api.sdk.createLayerVersionWithOptions(layer, request, {}, t.api.runtime)).body?.version;
      };
      const remove = (version: string) => t.api.sdk.deleteLayerVersionWithOptions(layer, version, {}, t.api.runtime);
      expect(await make()).toBe(1);
      await remove("1");
      expect(await make()).toBe(2);
      await remove("2");
    },
  },
];

/** Versions the attempts of an event ran, by what they failed with; waits for the last attempt. */
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
