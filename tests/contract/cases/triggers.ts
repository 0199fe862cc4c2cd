/** Triggers: answers, updates, lists, and refused requests. */
import * as fc from "@alicloud/fc20230330";
import { zipInput } from "../../emulator/support";
import { type Case, type Target, refusal } from "../case";

const HTTP = JSON.stringify({ authType: "anonymous", methods: ["GET"], disableURLInternet: false });
/** A set of public keys whose private key does not exist. */
const JWT = JSON.stringify({
  jwks: { keys: [{ kty: "oct", k: "AAAA", alg: "HS256", kid: "none" }] },
  tokenLookup: "header:Authorization:Bearer ",
});
const TIMER = JSON.stringify({ cronExpression: "@every 24h", enable: false, payload: "" });

async function trigger(t: Target, name: string, input: Partial<fc.CreateTriggerInput> = {}): Promise<fc.Trigger> {
  const config = { triggerName: "http", triggerType: "http", triggerConfig: HTTP, ...input };
  const request = new fc.CreateTriggerRequest({ body: new fc.CreateTriggerInput(config) });
  return (await t.api.sdk.createTriggerWithOptions(name, request, {}, t.api.runtime)).body as fc.Trigger;
}

const timer = (t: Target, name: string, triggerName: string) =>
  trigger(t, name, { triggerName, triggerType: "timer", triggerConfig: TIMER });

const removeTrigger = (t: Target, name: string, called = "http") =>
  t.api.sdk.deleteTriggerWithOptions(name, called, {}, t.api.runtime);

const getTrigger = async (t: Target, name: string, called: string) =>
  (await t.api.sdk.getTriggerWithOptions(name, called, {}, t.api.runtime)).body;

export const TRIGGERS: Case[] = [
  {
    name: "a trigger has an id, its target and its times",
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
    name: "a call of an HTTP trigger's address runs its qualifier",
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
    name: "an existing trigger cannot be created again",
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
    name: "a second HTTP trigger of a qualifier is refused",
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
    name: "a function with a trigger cannot be deleted",
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
    name: "an alias that a trigger uses can be deleted",
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
    name: "an update of a trigger replaces the sent fields and keeps the others",
    source: "the SDK's UpdateTriggerInput; Terraform's provider",
    grade: "C",
    async run(t) {
      const name = await t.make();
      await timer(t, name, "timer");
      const body = new fc.UpdateTriggerInput({ description: "new" });
      const request = new fc.UpdateTriggerRequest({ body });
      await t.api.sdk.updateTriggerWithOptions(name, "timer", request, {}, t.api.runtime);
      const { description, triggerType, triggerConfig = "" } = (await getTrigger(t, name, "timer")) ?? {};
      expect([description, triggerType]).toEqual(["new", "timer"]);
      expect(JSON.parse(triggerConfig)).toMatchObject({ cronExpression: "@every 24h", enable: false });
      await removeTrigger(t, name, "timer");
    },
  },
  {
    name: "triggers are listed by prefix, without deleted ones",
    source: "the SDK's ListTriggersRequest",
    grade: "D",
    async run(t) {
      const name = await t.make();
      for (const called of ["a-1", "a-2", "b-1"]) await timer(t, name, called);
      await removeTrigger(t, name, "a-2");
      const request = new fc.ListTriggersRequest({ prefix: "a-" });
      const { body } = await t.api.sdk.listTriggersWithOptions(name, request, {}, t.api.runtime);
      expect(body?.triggers?.map(({ triggerName }) => triggerName)).toEqual(["a-1"]);
      expect(await refusal(getTrigger(t, name, "a-2"))).toBe("404 TriggerNotFound");
      for (const called of ["a-1", "b-1"]) await removeTrigger(t, name, called);
    },
  },
  {
    name: "a trigger with an unknown type is refused",
    source: "the SDK's CreateTriggerInput names the types",
    grade: "D",
    async run(t) {
      expect(await refusal(trigger(t, await t.make(), { triggerType: "tcp" }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "a trigger for an alias that does not exist is refused",
    source: "error tables; which code an unknown qualifier has is open",
    grade: "E",
    switches: ["unknownQualifier"],
    async run(t) {
      const code = t.switches.unknownQualifier === "version" ? "VersionNotFound" : "AliasNotFound";
      expect(await refusal(trigger(t, await t.make(), { qualifier: "nobody" }))).toBe(`404 ${code}`);
    },
  },
  {
    name: "an HTTP trigger that is changed to an alias calls the version of the alias",
    source: "HTTP triggers, documentation: a version or alias; the SDK's UpdateTriggerInput",
    grade: "B",
    async run(t) {
      const says = (word: string) => ({ code: zipInput({ "index.js": `exports.handler = async () => "${word}";` }) });
      const name = await t.make(says("one"));
      await t.api.publish(name);
      await t.api.createAlias(name, "live", { versionId: "1" });
      await t.api.update(name, says("two"));
      const { httpTrigger } = await trigger(t, name);
      const call = async () => (await fetch(httpTrigger?.urlInternet ?? "")).text();
      expect(await call()).toBe("two");
      const request = new fc.UpdateTriggerRequest({ body: new fc.UpdateTriggerInput({ qualifier: "live" }) });
      await t.api.sdk.updateTriggerWithOptions(name, "http", request, {}, t.api.runtime);
      expect((await getTrigger(t, name, "http"))?.qualifier).toBe("live");
      expect(await call()).toBe("one");
      await removeTrigger(t, name);
    },
  },
  {
    name: "an HTTP trigger with disableURLInternet has no public address",
    source: "the SDK's HTTPTriggerConfig: disableURLInternet",
    grade: "D",
    async run(t) {
      const name = await t.make();
      const triggerConfig = JSON.stringify({ authType: "anonymous", methods: ["GET"], disableURLInternet: true });
      const { httpTrigger } = await trigger(t, name, { triggerConfig });
      expect([httpTrigger?.urlInternet ?? "", httpTrigger?.urlIntranet]).toEqual(["", expect.stringMatching(/^http/)]);
      await removeTrigger(t, name);
    },
  },
  ...[
    ["a configuration that is not JSON", "GET"],
    ["no methods", JSON.stringify({ authType: "anonymous" })],
    ["an unknown method", JSON.stringify({ authType: "anonymous", methods: ["FETCH"] })],
    ["an unknown authType", JSON.stringify({ authType: "password", methods: ["GET"] })],
  ].map(([what = "", triggerConfig = ""]): Case => ({
    name: `an HTTP trigger with ${what} is refused`,
    source: "the SDK's HTTPTriggerConfig",
    grade: "D",
    async run(t) {
      expect(await refusal(trigger(t, await t.make(), { triggerConfig }))).toBe("400 InvalidArgument");
    },
  })),
  {
    name: "a method that the trigger does not allow is refused with 403 FCCommonError",
    source: "HTTP triggers, documentation of 2.0; reports of users of 3.0",
    grade: "B",
    async run(t) {
      const name = await t.make();
      const { httpTrigger } = await trigger(t, name);
      const answer = await fetch(httpTrigger?.urlInternet ?? "", { method: "POST" });
      expect([answer.status, answer.headers.get("x-fc-error-type")]).toEqual([403, "FCCommonError"]);
      await removeTrigger(t, name);
    },
  },
  {
    name: "an asynchronous call of a trigger is answered with 202",
    source: "HTTP triggers, documentation of 3.0: synchronous and asynchronous calls",
    grade: "B",
    async run(t) {
      const name = await t.make();
      const { httpTrigger } = await trigger(t, name);
      const headers = { "x-fc-invocation-type": "Async" };
      expect((await fetch(httpTrigger?.urlInternet ?? "", { headers })).status).toBe(202);
      await removeTrigger(t, name);
    },
  },
  {
    name: "whether a web page of another address may read the answer of a trigger",
    source: "HTTP triggers, documentation of 3.0: allowed by default; the headers in detail are open",
    grade: "B",
    switches: ["triggerCors"],
    async run(t) {
      const name = await t.make();
      const { httpTrigger } = await trigger(t, name);
      const origin = "http://localhost:3000";
      const { headers } = await fetch(httpTrigger?.urlInternet ?? "", { headers: { origin } });
      const allowed = headers.get("access-control-allow-origin");
      if (t.switches.triggerCors === "absent") expect(allowed).toBeNull();
      else expect(["*", origin]).toContain(allowed);
      await removeTrigger(t, name);
    },
  },
  {
    name: "the event of an HTTP call has the time in whole seconds",
    source: "HTTP triggers, request and response, documentation of 3.0",
    grade: "B",
    async run(t) {
      const source = "exports.handler = async (event) => JSON.parse(event).requestContext.time;";
      const name = await t.make({ code: zipInput({ "index.js": source }) });
      const { httpTrigger } = await trigger(t, name);
      const answer = await fetch(httpTrigger?.urlInternet ?? "");
      expect(await answer.text()).toMatch(/^"?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"?$/);
      await removeTrigger(t, name);
    },
  },
  {
    name: "a trigger may have authType jwt",
    source: "HTTP triggers, documentation of 3.0; the SDK's AuthConfig",
    grade: "B",
    async run(t) {
      const name = await t.make();
      const triggerConfig = JSON.stringify({ authType: "jwt", authConfig: JWT, methods: ["GET"] });
      expect(await trigger(t, name, { triggerConfig })).toMatchObject({ triggerName: "http", triggerConfig });
      await removeTrigger(t, name);
    },
  },
];
