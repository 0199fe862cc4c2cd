/** Random sequences of requests, sent to the emulator's actions and to an independent model. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { $OpenApiUtil } from "@alicloud/openapi-core";

import { type Emulator, startEmulator } from "../../../emulator";
import { Clock } from "../../../emulator/base/clock";
import type { World } from "../../../emulator/service/api";
import * as errors from "../../../emulator/base/errors";
import { Gateway } from "../../../emulator/web/gateway";
import { Invocations } from "../../../emulator/service/invocations";
import { Logstores } from "../../../emulator/service/logstores";
import { resolveOptions } from "../../../emulator/base/options";
import * as routes from "../../../emulator/service/routes";
import { Pool } from "../../../emulator/runtimes/pool";
import { type Identity, loadIdentity, Store } from "../../../emulator/state/store";
import type { Switches } from "../../../emulator/base/switches";
import { alteredModules, type Change } from "../../contract/altered";
import { Api, zip } from "../support";
import { type Call, Model, type Outcome } from "./model";

const LENGTH = 25;
const zipFile = zip({ "index.js": "exports.handler = async () => 1;" }).toString("base64");

/** Random numbers below `n` from a seed. All bits are mixed, because consecutive numbers of a simple generator are related. */
function random(seed: number): (n: number) => number {
  let state = Math.imul(seed, 0x27d4eb2f) >>> 0;
  return (n) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % n;
  };
}

function create(functionName: string): Call {
  const rest = { runtime: "nodejs20", handler: "index.handler", code: { zipFile }, timeout: 3, description: "" };
  return { method: "POST", path: "/functions", body: { functionName, ...rest } };
}

/** A trigger without an address, so that no port is opened for it. */
const TIMER = {
  triggerType: "timer",
  triggerConfig: JSON.stringify({ cronExpression: "@every 1h", enable: false, payload: "" }),
};

/** Two versions at the beginning. Without them, few random sequences would reach a weight. */
const START: readonly Call[] = [
  create("f"),
  { method: "POST", path: "/functions/f/versions" },
  { method: "PUT", path: "/functions/f", body: { timeout: 4 } },
  { method: "POST", path: "/functions/f/versions" },
];

/** Every other sequence begins with a weighted alias. Otherwise few sequences would delete a version with a weight. */
function startOf(seed: number): readonly Call[] {
  const body = { aliasName: "a", versionId: "1", additionalVersionWeight: { "2": 0.1 } };
  return seed % 2 === 0 ? START : [...START, { method: "POST", path: "/functions/f/aliases", body }];
}

function nextCall(below: (n: number) => number): Call {
  const one = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const version = () => one(["1", "2", "3", "4"]);
  const f = `/functions/${one(["f", "f", "f", "g"])}`;
  const alias = `${f}/aliases/${one(["a", "b"])}`;
  const some = (name: string, value: unknown) => (below(2) === 0 ? { [name]: value } : {});
  const target = () => ({
    ...some("versionId", version()),
    ...some("description", one(["", "x"])),
    ...some(
      "additionalVersionWeight",
      one([{}, { [version()]: one([0, 0.1, 1]) }, { "1": 0.6, "2": one([0.3, 0.6]) }]),
    ),
  });
  const calls: (() => Call)[] = [
    () => create(one(["f", "g"])),
    () => ({ method: "PUT", path: f, body: { ...some("timeout", one([3, 4, 5])), ...some("description", "d") } }),
    () => ({ method: "POST", path: `${f}/versions`, body: some("description", "v") }),
    () => ({
      method: "POST",
      path: `${f}/aliases`,
      body: { ...target(), aliasName: one(["a", "b"]), versionId: version() },
    }),
    () => ({ method: "PUT", path: alias, body: target() }),
    () => ({ method: "GET", path: f, query: { qualifier: one(["LATEST", version(), "a", "b"]) } }),
    () => ({
      method: "GET",
      path: `${f}/versions`,
      query: { direction: one(["FORWARD", "BACKWARD"]), ...some("limit", one(["1", "2"])) },
    }),
    () => ({ method: "GET", path: one([`${f}/aliases`, alias, "/functions"]), query: some("limit", "1") }),
    () => ({ method: "DELETE", path: one([`${f}/versions/${version()}`, alias, `${f}/versions/${version()}`, f]) }),
  ];
  const trigger = `${f}/triggers/${one(["t", "u"])}`;
  const tagged = one(["f", "f", "g"]);
  const [path, field] = one([
    ["concurrency", "reservedConcurrency"],
    ["provision-config", "defaultTarget"],
    ["async-invoke-config", "maxAsyncRetryAttempts"],
  ] as const);
  const setting = (): Call =>
    below(2) === 0
      ? { method: "PUT", path: `${f}/${path}`, body: { [field]: one([1, 2]) } }
      : { method: one(["GET", "DELETE"]), path: `${f}/${path}` };
  const beside: (() => Call)[] = [
    () => ({ method: "POST", path: "/tags", body: { functionName: tagged, tags: { [one(["k", "l"])]: one(["1", "2"]) } } }),
    () => ({ method: "DELETE", path: "/tags", body: { functionName: tagged, keys: [one(["k", "l"])] } }),
    () => ({ method: "GET", path: "/tags", body: { functionName: tagged } }),
    () => ({ method: "POST", path: `${f}/triggers`, body: { ...TIMER, triggerName: one(["t", "u"]), ...some("description", "x") } }),
    () => ({ method: one(["GET", "DELETE", "DELETE"]), path: trigger }),
    () => ({ method: "PUT", path: trigger, body: { description: one(["y", "z"]) } }),
    () => ({ method: "GET", path: `${f}/triggers`, query: some("limit", "1") }),
    ...[setting, setting, setting],
    () => ({ method: "POST", path: `${f}/invoke/${one(["disable", "enable"])}` }),
  ]; // prettier-ignore
  return one(below(3) === 0 ? beside : [...calls, ...calls.slice(1, 5)])();
}

const { BASE } = routes;
const identity = loadIdentity(undefined, undefined);
const options = resolveOptions({});
const pool = new Pool(options);
afterAll(() => pool.close());

function newWorld(set: Partial<Switches>): World {
  return {
    identity,
    store: new Store(),
    options: { ...options, ...set },
    pool,
    invocations: new Invocations(),
    logs: new Logstores(() => 1),
    triggerPorts: new Gateway(),
    clock: new Clock(() => new Date()),
    attemptRefusal: () => undefined,
    codeUrl: () => "",
  };
}

/** The HTTP request of a call. Only calls about tags have another form. */
function onWire({ accountId, region }: Identity, call: Call): Call {
  if (call.path !== "/tags") return call;
  const { functionName, tags, keys } = call.body as { functionName: string; tags?: Record<string, string>; keys?: string[] };
  const about = { ResourceType: "function", ResourceId: [`acs:fc:${region}:${accountId}:functions/${functionName}`] };
  const wire = { method: call.method, path: "/tags-v2" };
  if (tags !== undefined) {
    return { ...wire, body: { ...about, Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
  }
  const query = { ResourceType: about.ResourceType, ResourceId: JSON.stringify(about.ResourceId) };
  return { ...wire, query: keys === undefined ? query : { ...query, TagKey: JSON.stringify(keys) } };
} // prettier-ignore

/** Sends a call and returns its outcome. One such function calls the actions directly, and another one uses HTTP. */
type Asker = (call: Call) => Promise<Outcome>;

/** The module of the emulator that answers a call. */
export interface Actions {
  readonly matchRoute: typeof routes.matchRoute;
  readonly ServiceError: typeof errors.ServiceError;
}

/** The actions with a mistake planted in their source. */
export function changed(change: Change): Actions {
  const load = alteredModules(change);
  const { matchRoute } = load("service/routes.ts") as typeof routes;
  const { ServiceError } = load("base/errors.ts") as typeof errors;
  return { matchRoute, ServiceError };
}

/** Calls the emulator's actions directly, without HTTP. */
function direct(world: World, { matchRoute, ServiceError }: Actions = { ...routes, ...errors }): Asker {
  return async (call) => {
    const { method, path, query = {}, body } = onWire(world.identity, call);
    const match = matchRoute(method, BASE + path);
    if (match?.route.action === undefined) throw new Error(`no action for ${method} ${path}`);
    const { operation } = match.route;
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    try {
      const request = { operation, params: match.params, query, headers: {}, body: bytes, requestId: "" };
      const answer = await match.route.action(world, request);
      return outcome(answer.status, answer.body);
    } catch (error) {
      if (error instanceof ServiceError) return { status: error.status, code: error.code };
      throw error;
    }
  };
}

/** Calls over HTTP, with the transport, signature and error handling of the official SDK. */
function overHttp(emulator: Emulator): Asker {
  const { sdk, runtime } = new Api(emulator);
  return async (call) => {
    const { method, path, query = {}, body } = onWire(emulator, call);
    const style = { version: BASE.slice(1), protocol: "HTTP", authType: "AK", style: "ROA", reqBodyType: "json" };
    const hasAnswer = method === "GET" || !(method === "DELETE" || path === "/tags-v2");
    const bodyType = hasAnswer ? "json" : "none";
    const params = new $OpenApiUtil.Params({ ...style, action: "Any", pathname: BASE + path, method, bodyType });
    const request = new $OpenApiUtil.OpenApiRequest({ query, ...(body === undefined ? {} : { body }) });
    try {
      const answer = (await sdk.callApi(params, request, runtime)) as { statusCode: number; body?: unknown };
      return outcome(answer.statusCode, answer.body);
    } catch (error) {
      const { statusCode, code } = error as { statusCode?: number; code: string };
      if (statusCode === undefined) throw error;
      return { status: statusCode, code };
    }
  };
}

function outcome(status: number, body: unknown): Outcome {
  return status === 204 || body === undefined ? { status } : { status, body: plain(body) };
}

const COMPARED = [
  ...["functionName", "timeout", "aliasName", "versionId", "description", "additionalVersionWeight", "tags", "success"],
  ...["triggerName", "reservedConcurrency", "maxAsyncRetryAttempts", "TagKey", "TagValue", "invocationRestriction"],
];

/** The rows of a list or one object, with only the fields that the model also has. */
function plain(body: unknown): unknown {
  const fields = body as Record<string, unknown>;
  const rows = ["functions", "versions", "aliases", "triggers", "TagResources"].map((name) => fields[name]).find(Array.isArray);
  if (rows !== undefined) return "nextToken" in fields ? { shown: rows.map(plain), more: true } : rows.map(plain);
  const found = Object.fromEntries(COMPARED.filter((name) => name in fields).map((name) => [name, fields[name]]));
  const restriction = fields["invocationRestriction"] as Record<string, unknown> | undefined;
  if (restriction !== undefined) found["invocationRestriction"] = { disable: restriction["disable"], reason: restriction["reason"] };
  // Without a setting, the answer has a target of 0 and no function.
  if ("functionArn" in fields && "defaultTarget" in fields) found["defaultTarget"] = fields["defaultTarget"];
  return found;
} // prettier-ignore

/** The target of a sequence: a new emulator, or one whose state is read back from disk between two calls. */
interface Run {
  readonly ask: Asker;
  /** Called before each call after the first. */
  readonly between?: (step: number) => Promise<void> | void;
  readonly close?: () => Promise<void> | void;
}

/** The first sequence whose answers differ, as text with its seed. */
export async function difference(sequences: number, begin: () => Promise<Run> | Run): Promise<string | undefined> {
  for (let seed = 1; seed <= sequences; seed += 1) {
    const below = random(seed);
    const start = startOf(seed);
    const [run, model] = [await begin(), new Model()];
    try {
      for (let step = 0; step < LENGTH; step += 1) {
        await run.between?.(step);
        const call = start[step] ?? nextCall(below);
        const [got, wanted] = [await run.ask(call), model.answer(call)];
        if (!isSame(got, wanted)) return JSON.stringify({ seed, step, call, got, wanted });
      }
    } finally {
      await run.close?.();
    }
  }
  return undefined;
}

/** New emulator state for each sequence, with the given switches. Default: the unchanged actions. */
export const inProcess =
  (set: Partial<Switches> = {}, actions?: Actions) =>
  (): Run => ({ ask: direct(newWorld(set), actions) });

const isSame = (a: unknown, b: unknown) => sorted(a) === sorted(b);

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Tests that the answers are those of the model, for this number of sequences: 3 % also over HTTP, 0.5 % with the state read back. */
export function testAgreement(sequences: number): void {
  const overSdk = Math.ceil(sequences * 0.03);
  const readBack = Math.ceil(sequences * 0.005);

  it(`answers ${sequences} random sequences as the model does`, async () => {
    expect(await difference(sequences, inProcess())).toBeUndefined();
  }, 120_000);

  it(`answers ${overSdk} of them the same over HTTP, to the official SDK`, async () => {
    const emulator = await startEmulator();
    const ask = overHttp(emulator);
    const begin = (): Run => {
      emulator.store.functions.clear();
      return { ask };
    };
    const found = await difference(overSdk, begin).finally(() => emulator.close());
    expect(found).toBeUndefined();
  }, 120_000);

  it(`answers ${readBack} of them the same when the state is read back from its folder between any two requests`, async () => {
    const begin = (): Run => {
      const folder = mkdtempSync(join(tmpdir(), "model-"));
      let store = new Store(folder);
      const close = (): void => {
        store.close();
        rmSync(folder, { recursive: true });
      };
      const between = (): void => {
        store.close();
        store = new Store(folder);
      };
      return { ask: (call) => direct({ ...newWorld({}), store })(call), between, close };
    };
    expect(await difference(readBack, begin)).toBeUndefined();
  }, 120_000);
}
