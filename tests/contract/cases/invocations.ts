/** Invocations: the input of a handler, the answer to the caller, and the split between versions. */
import type * as fc from "@alicloud/fc20230330";
import { zipInput } from "../../emulator/support";
import { type Case, type Target, refusal } from "../case";

const INVOKE = "API page of InvokeFunction";
const CONTEXT = "Context, documentation of Node.js and Python";

const SEEN = `exports.handler = async (event, context) => ({
  qualifier: context.service.qualifier,
  versionId: context.service.versionId,
  name: context.function.name,
  handler: context.function.handler,
  memory: context.function.memory,
  timeout: context.function.timeout,
  requestId: context.requestId,
  region: context.region,
  accountId: context.accountId,
  event: event.toString(),
  variable: process.env.A,
});`;

const FAILS: [string, string, string][] = [
  ["throws", "exports.handler = async () => { throw new TypeError('no'); };", "UnhandledInvocationError"],
  [
    "calls back with an error",
    "exports.handler = (e, c, callback) => callback(new Error('no'));",
    "HandledInvocationError",
  ],
  ["ends the process", "exports.handler = async () => process.exit(3);", "UnhandledInvocationError"],
  ["takes too long", "exports.handler = () => new Promise(() => undefined);", "UnhandledInvocationError"],
];

async function seen(t: Target, qualifier?: string, input: Partial<fc.CreateFunctionInput> = {}) {
  const name = await t.make({ code: zipInput({ "index.js": SEEN }), environmentVariables: { A: "1" }, ...input });
  await t.api.publish(name);
  await t.api.createAlias(name, "live", { versionId: "1" });
  const answer = await t.api.invoke(name, { event: "hello", ...(qualifier === undefined ? {} : { qualifier }) });
  return { name, answer, context: JSON.parse(answer.body) as Record<string, unknown> };
}

/**
 * Makes a function with two versions. Each version answers its number twice: as a word that is in its code, and as a
 * digit that is in its environment variable.
 */
async function published(t: Target): Promise<{ name: string; checksums: (string | undefined)[] }> {
  const says = (word: string, V: string) => ({
    code: zipInput({ "index.js": `exports.handler = async () => "${word} " + process.env.V;` }),
    environmentVariables: { V },
  });
  const name = await t.make(says("one", "1"));
  const first = (await t.api.get(name)).codeChecksum;
  await t.api.publish(name);
  await t.api.update(name, says("two", "2"));
  const second = (await t.api.get(name)).codeChecksum;
  await t.api.publish(name);
  return { name, checksums: [first, second] };
}

/** Answers of failing functions: name of the case, handler, body. */
const ANSWERED: [string, string, { errorMessage: string }][] = [
  ["text given to the callback is answered alone", "index.handler", { errorMessage: "plain text" }],
  ["a missing handler is named", "index.absent", { errorMessage: "Handler 'absent' missing on module 'index'" }],
  ["a missing module is named", "other.handler", { errorMessage: "Cannot find module '/code/other.js'" }],
];

export const INVOCATIONS: Case[] = [
  ...[
    [undefined, "LATEST"],
    ["LATEST", "LATEST"],
    ["1", "1"],
    ["live", "live"],
  ].map(([qualifier, shown]): Case => ({
    name: `a handler called by ${qualifier ?? "no qualifier"} gets qualifier and version`,
    source: CONTEXT,
    grade: "B",
    switches: ["latestVersionId"],
    async run(t) {
      const { context } = await seen(t, qualifier);
      const latest = t.switches.latestVersionId === "empty" ? "" : "LATEST";
      const versionId = shown === "LATEST" ? latest : "1";
      expect(context).toMatchObject({ qualifier: shown, versionId });
    },
  })),
  {
    name: "a handler gets event, variables, region, account and request id",
    source: CONTEXT,
    grade: "B",
    async run(t) {
      const { answer, context, name } = await seen(t);
      const { region, accountId } = t;
      const requestId = answer.headers["x-fc-request-id"];
      const expected = { name, handler: "index.handler", memory: 512, timeout: 3, event: "hello", variable: "1" };
      expect(context).toMatchObject({ ...expected, requestId, region, accountId });
    },
  },
  {
    name: "request ids have the form 1-8-8-12",
    source: "logs of users",
    grade: "C",
    async run(t) {
      const { answer } = await seen(t);
      expect(answer.headers["x-fc-request-id"]).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/);
    },
  },
  {
    name: "the answer has headers with instance, checksum, duration and memory",
    source: INVOKE,
    grade: "B",
    async run(t) {
      const { answer, name } = await seen(t);
      expect(answer.headers["x-fc-code-checksum"]).toBe((await t.api.get(name)).codeChecksum);
      expect(answer.headers["x-fc-instance-id"]).toBeTruthy();
      expect(Number(answer.headers["x-fc-invocation-duration"])).toBeGreaterThan(0);
      expect(Number(answer.headers["x-fc-max-memory-usage"])).toBeGreaterThan(0);
    },
  },
  {
    name: "whether the answer to a call of an alias has the version or the alias in its header",
    source: "documentation says version or alias",
    grade: "E",
    switches: ["versionHeader"],
    async run(t) {
      const { answer } = await seen(t, "live");
      const shown = t.switches.versionHeader === "version" ? "1" : "live";
      expect(answer.headers["x-fc-invocation-service-version"]).toBe(shown);
    },
  },
  {
    name: "the header in the canary guide has the version that ran",
    source: "Implement canary releases, documentation of 3.0",
    grade: "B",
    async run(t) {
      expect((await seen(t, "live")).answer.version).toBe("1");
    },
  },
  ...FAILS.map(([what, code, errorType]): Case => ({
    name: `a handler that ${what} is answered with 200 and ${errorType}`,
    source: INVOKE,
    grade: "B",
    async run(t) {
      const name = await t.make({ code: zipInput({ "index.js": code }), timeout: 1 });
      const answer = await t.api.invoke(name);
      expect([answer.status, answer.errorType]).toEqual([200, errorType]);
      expect(JSON.parse(answer.body)).toHaveProperty("errorMessage");
    },
  })),
  {
    name: "the answer has the end of the log if the request asks for it",
    source: INVOKE,
    grade: "B",
    async run(t) {
      const code = zipInput({ "index.js": "exports.handler = async () => { console.log('said'); return 1; };" });
      const { log } = await t.api.invoke(await t.make({ code }), { log: true });
      expect(log).toMatch(/FC Invoke Start RequestId: 1-[^]*said[^]*FC Invoke End RequestId: 1-/);
    },
  },
  {
    name: "an asynchronous call is answered with 202 and no body",
    source: INVOKE,
    grade: "B",
    async run(t) {
      const answer = await t.api.invoke(await t.make(), { type: "Async" });
      expect([answer.status, answer.body]).toEqual([202, ""]);
    },
  },
  {
    name: "an instance keeps the variables of its module between calls",
    source: "documentation of runtimes: an instance is used again",
    grade: "B",
    async run(t) {
      const code = zipInput({ "index.js": "let n = 0; exports.handler = async () => String((n += 1));" });
      const name = await t.make({ code });
      const calls = [await t.api.invoke(name), await t.api.invoke(name)];
      expect(calls.map(({ body }) => body)).toEqual(["1", "2"]);
      expect(calls[0]?.headers["x-fc-instance-id"]).toBe(calls[1]?.headers["x-fc-instance-id"]);
    },
  },
  ...[
    [0, 0],
    [1, 100],
  ].map(([weight = 0, share = 0]): Case => ({
    name: `weight ${weight} sends ${share} % to the additional version`,
    source: "Manage aliases, documentation",
    grade: "B",
    async run(t) {
      const code = (answer: string) => zipInput({ "index.js": `exports.handler = async () => "${answer}";` });
      const name = await t.make({ code: code("one") });
      await t.api.publish(name);
      await t.api.update(name, { code: code("two") });
      await t.api.publish(name);
      await t.api.createAlias(name, "live", { versionId: "1", additionalVersionWeight: { "2": weight } });
      const answers = new Set<string>();
      for (let i = 0; i < 20; i++) answers.add((await t.api.invoke(name, { qualifier: "live" })).body);
      expect([...answers]).toEqual([share === 0 ? "one" : "two"]);
    },
  })),
  {
    name: "a call of an unknown qualifier is refused",
    source: "error tables; which code an unknown qualifier has is open",
    grade: "E",
    switches: ["unknownQualifier"],
    async run(t) {
      const code = t.switches.unknownQualifier === "version" ? "VersionNotFound" : "AliasNotFound";
      expect(await refusal(t.api.invoke(await t.make(), { qualifier: "nobody" }))).toBe(`404 ${code}`);
    },
  },
  {
    name: "a call of an unknown function is refused",
    source: "error table of 3.0",
    grade: "B",
    async run(t) {
      expect(await refusal(t.api.invoke(t.name()))).toBe("404 FunctionNotFound");
    },
  },
  ...[
    { weight: 0.5, calls: 60, from: 12, to: 48 },
    { weight: 0.1, calls: 100, from: 0, to: 27 },
  ].map(({ weight, calls, from, to }): Case => ({
    name: `weight ${weight} sends about that share to the additional version`,
    source: "Manage aliases, documentation; chance leaves these bounds about once in a million runs",
    grade: "B",
    async run(t) {
      const { name } = await published(t);
      await t.api.createAlias(name, "live", { versionId: "1", additionalVersionWeight: { "2": weight } });
      let additional = 0;
      for (let i = 0; i < calls; i++)
        additional += (await t.api.invoke(name, { qualifier: "live" })).version === "2" ? 1 : 0;
      expect(additional).toBeGreaterThanOrEqual(from);
      expect(additional).toBeLessThanOrEqual(to);
    },
  })),
  {
    name: "a version runs with the code and the variables at the time of its publish",
    source: "Manage versions, documentation of 3.0",
    grade: "B",
    async run(t) {
      const { name, checksums } = await published(t);
      const answers = [];
      for (const qualifier of ["1", "2"]) {
        const { body, headers } = await t.api.invoke(name, { qualifier });
        answers.push([body, headers["x-fc-code-checksum"]]);
      }
      expect(answers).toEqual([
        ["one 1", checksums[0]],
        ["two 2", checksums[1]],
      ]);
    },
  },
  {
    name: "the answer has no log if the request does not ask for it",
    source: INVOKE,
    grade: "B",
    async run(t) {
      expect((await t.api.invoke(await t.make())).log).toBe("");
    },
  },
  ...ANSWERED.map(([name, handler, expected]): Case => ({
    name,
    source: "Errors of Node.js functions, documentation",
    grade: "B",
    async run(t) {
      const source = "exports.handler = (event, context, callback) => callback('plain text');";
      const made = await t.make({ handler, code: zipInput({ "index.js": source }) });
      const body = JSON.parse((await t.api.invoke(made)).body) as { errorMessage: string };
      if (handler === "index.handler") expect(body).toEqual(expected);
      else expect(body.errorMessage).toContain(expected.errorMessage);
    },
  })),
];
